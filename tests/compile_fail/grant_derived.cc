// SPDX-License-Identifier: Apache-2.0
// Nothing else passes for a Grant.
#include "kernel/grant.h"

using countersign::kernel::Grant;

#ifdef COUNTERSIGN_CONTROL
class Forged {};
#else
class Forged : public Grant {};
#endif

void keep(const Forged& forged) { (void)forged; }
