// SPDX-License-Identifier: Apache-2.0
int fine() { return 1; }
