// SPDX-License-Identifier: Apache-2.0
// Which directives end others, and when.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_SUPERSESSION_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_SUPERSESSION_H_

#include <optional>
#include <vector>

#include "registry/registers.h"

namespace countersign::registry::internal {

// The directives of one authority in the order of their ids, each with the period it is in force in
// the end. Empty when supersession goes round in a circle; `circle` then holds one directive of it.
// Ids that no directive has are passed over.
std::optional<std::vector<DirectiveInForce>> apply_supersession(
    const std::vector<Recorded<Directive>>& directives, const Recorded<Directive>** circle);

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_SUPERSESSION_H_
