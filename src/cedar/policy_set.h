// SPDX-License-Identifier: Apache-2.0
// Policies that are decided over together: checked, compiled and indexed once.
#ifndef COUNTERSIGN_CEDAR_POLICY_SET_H_
#define COUNTERSIGN_CEDAR_POLICY_SET_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"

namespace countersign::cedar {

namespace internal {
struct CompiledSet;
}

// Immutable; copies share. Reading from several threads is fine. Policies it gives live as long as
// a copy of the set does.
class PolicySet {
 public:
  PolicySet();

  // From policies of one text or of several; every id must be unique, so a caller that combines
  // texts gives each policy an id of its own first. Templates are kept, but decide nothing until
  // they are linked. Refused, at the later policy's place: an id that was used before.
  static base::Parsed<PolicySet> create(std::vector<Policy> policies);

  // Without the templates; in the order given.
  std::span<const Policy> policies() const;
  std::span<const Policy> templates() const;
  // A policy or template, or null.
  const Policy* find(std::string_view id) const;

  const internal::CompiledSet& compiled() const { return *compiled_; }

 private:
  explicit PolicySet(std::shared_ptr<const internal::CompiledSet> compiled)
      : compiled_(std::move(compiled)) {}

  std::shared_ptr<const internal::CompiledSet> compiled_;
};

// What stands in for a template's slots.
struct Slots {
  std::optional<EntityUid> principal;
  std::optional<EntityUid> resource;
};

// The policy that the template `linked` becomes under a new id when its slots are filled. Refused:
// a policy that is no template, a slot without an entity, an entity without a slot.
base::Parsed<Policy> link(const Policy& linked, std::string id, const Slots& slots);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_POLICY_SET_H_
