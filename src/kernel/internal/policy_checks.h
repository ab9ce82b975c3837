// SPDX-License-Identifier: Apache-2.0
// The rules of docs/formats/directives.md, "What a policy may not do", one policy at a time.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_POLICY_CHECKS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_POLICY_CHECKS_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/issue.h"
#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/value.h"
#include "registry/directive.h"

namespace countersign::kernel {

// What policies are checked against. Holds references: both must outlive it.
struct PolicyRules {
  const cedar::Schema& schema;
  // Whether there is a party or an item of that name. (Of the other types the schema knows.)
  std::function<bool(const cedar::EntityUid&)> exists;
};

// Adds an issue for every place where the policy breaks a rule; each message begins with the rule's
// name and a colon. `unique-id` is not a matter of one policy and is not looked at.
void check_policy(const PolicyRules& rules, const cedar::Policy& policy,
                  const registry::Directive& directive, base::Issues& issues);

// What no policy shows alone: a file without one, a procedure that none of them names. `policies`
// are all of the directive's; `file` is their Cedar file.
void check_directive(std::span<const cedar::Policy> policies, const registry::Directive& directive,
                     const std::string& file, base::Issues& issues);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_POLICY_CHECKS_H_
