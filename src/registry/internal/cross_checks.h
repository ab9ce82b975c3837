// SPDX-License-Identifier: Apache-2.0
// What cannot be checked in one document alone.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_CROSS_CHECKS_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_CROSS_CHECKS_H_

#include <vector>

#include "base/issue.h"
#include "registry/registers.h"

namespace countersign::registry::internal {

// Every mistake that crosses documents; none: the invariants of Registers hold. `authorities` is
// sorted by id.
base::Issues cross_check(const std::vector<AuthorityRegister>& authorities);

// The same of one authority whose fellows are not here: what it names of items elsewhere passes.
base::Issues cross_check_alone(const AuthorityRegister& held);

// Whether some list has a row of the item at some time, or may have: its rows are not all here.
bool may_be_listed(const std::vector<AuthorityRegister>& authorities, const ItemId& item);

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_CROSS_CHECKS_H_
