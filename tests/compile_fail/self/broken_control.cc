// SPDX-License-Identifier: Apache-2.0
int answer() { return not_declared; }
