// SPDX-License-Identifier: Apache-2.0
// Level validation (RFC 76 of the language): how far from the request a policy looks.
//
// Level 0 looks at the request alone: principal, action, resource, the context. Each step into an
// entity (an attribute, a tag, `has`, `hasTag`, the left side of `in`) needs one level more than
// where that entity came from: `principal.manager.name` needs level 2. An entity that the policy
// names itself cannot be stepped into at any level, except the request's own action.
// Whoever supplies every entity within n steps of the request, with the ancestors of each, gets
// from policies of level n the decisions that all entities would give.
#ifndef COUNTERSIGN_CEDAR_LEVEL_H_
#define COUNTERSIGN_CEDAR_LEVEL_H_

#include <cstdint>
#include <optional>
#include <span>

#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/validator.h"

namespace countersign::cedar {

// Strict validation, and for each policy that passes, a LevelExceeded finding at every step that
// needs more than `level`.
ValidationReport validate_at_level(const Schema& schema, std::span<const Policy> policies,
                                   std::uint32_t level);

// The least level that a policy without strict errors needs; empty when none is enough.
std::optional<std::uint32_t> required_level(const Schema& schema, const Policy& policy);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_LEVEL_H_
