// SPDX-License-Identifier: Apache-2.0
#ifdef COUNTERSIGN_CONTROL
int answer() { return 1; }
#else
int answer() { return not_declared; }
#endif
