// SPDX-License-Identifier: Apache-2.0
// What a directive may refer to.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_DIRECTIVE_CHECKS_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_DIRECTIVE_CHECKS_H_

#include <unordered_set>

#include "base/issue.h"
#include "registry/internal/words.h"
#include "registry/registers.h"

namespace countersign::registry::internal {

// Checks the directives of one authority against its charter, its words, the items that are
// described or claimed, and one another. An office is looked for in the charter in force when the
// directive begins, or in the first one after.
void check_directives(const AuthorityRegister& held, const Words& words,
                      const std::unordered_set<ItemId>& items, base::Issues& issues);

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_DIRECTIVE_CHECKS_H_
