// SPDX-License-Identifier: Apache-2.0
// What cannot be checked in one list of movements alone.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_MOVEMENT_CHECKS_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_MOVEMENT_CHECKS_H_

#include "base/issue.h"
#include "registry/registers.h"

namespace countersign::registry::internal {

// Counted (registers.h), Covered and Exact (stock_book.h), and that no row stands in two lists that
// count at one time.
void check_movements(const AuthorityRegister& held, base::Issues& issues);

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_MOVEMENT_CHECKS_H_
