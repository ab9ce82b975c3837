// SPDX-License-Identifier: Apache-2.0
#include "registry/announced.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "registry/internal/supersession.h"
#include "registry/registers.h"

namespace countersign::registry {

std::vector<Recorded<Directive>> announced_in_force(const AuthorityRegister& held,
                                                    base::Instant at) {
  std::vector<Recorded<Directive>> announced;
  std::copy_if(held.directives.begin(), held.directives.end(), std::back_inserter(announced),
               [](const Recorded<Directive>& directive) { return directive->announced; });
  const Recorded<Directive>* circle = nullptr;
  const auto applied = internal::apply_supersession(announced, &circle);
  CHECK(applied.has_value());  // registers have no circle, and a part of them has none either
  std::vector<Recorded<Directive>> in_force;
  for (const DirectiveInForce& directive : *applied) {
    if (directive.effective.contains(at)) in_force.push_back(*directive.directive);
  }
  return in_force;
}

}  // namespace countersign::registry
