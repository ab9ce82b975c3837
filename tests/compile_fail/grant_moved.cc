// SPDX-License-Identifier: Apache-2.0
// A Grant stays where it was proved: it is not moved.
#include <utility>

#include "kernel/grant.h"

using countersign::kernel::Grant;

void take(Grant&& grant) {
#ifdef COUNTERSIGN_CONTROL
  const Grant& taken = grant;
#else
  const Grant taken = std::move(grant);
#endif
  (void)taken;
}
