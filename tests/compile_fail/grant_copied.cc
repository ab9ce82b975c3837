// SPDX-License-Identifier: Apache-2.0
// A Grant stays where it was proved: it is not copied.
#include "kernel/grant.h"

using countersign::kernel::Grant;

void keep(const Grant& grant) {
#ifdef COUNTERSIGN_CONTROL
  const Grant& kept = grant;
#else
  const Grant kept = grant;
#endif
  (void)kept;
}
