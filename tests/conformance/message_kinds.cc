// SPDX-License-Identifier: Apache-2.0
#include "conformance/message_kinds.h"

#include <array>
#include <utility>

namespace countersign::conformance {

using Rule = cedar::Finding::Rule;

std::optional<Rule> kind_of(std::string_view message) {
  // The first fragment that a message holds tells. A message quotes names and types of the schema,
  // which may hold any text: the surer fragments come first.
  constexpr std::array<std::pair<std::string_view, Rule>, 15> fragments = {{
      {"unable to find an applicable action", Rule::NoApplicableAction},
      {"unable to guarantee safety of access to optional attribute", Rule::UnguardedAttribute},
      {"unable to guarantee safety of access to tag", Rule::UnguardedTag},
      {"empty set literals are forbidden", Rule::EmptySet},
      {"wrong number of arguments in extension function", Rule::ArgumentCount},
      {"error during extension function argument validation", Rule::ConstructorArgument},
      {"extension constructors may not be called with non-literal", Rule::ConstructorNotLiteral},
      {"unexpected type: expected", Rule::UnexpectedType},
      {"unrecognized entity type", Rule::UnknownEntityType},
      {"unrecognized action", Rule::UnknownAction},
      {"is not declared as a valid eid", Rule::UnknownEntityId},
      {"invalid enum entity", Rule::UnknownEntityId},
      {"are not compatible", Rule::IncompatibleTypes},
      {"attribute `", Rule::UnknownAttribute},
      {"undefined extension function", Rule::UnexpectedType},
  }};
  for (const auto& [fragment, rule] : fragments)
    if (message.find(fragment) != std::string_view::npos) return rule;
  return std::nullopt;
}

Rule kind_of(const cedar::Finding& finding) {
  return finding.rule == Rule::NoTags ? Rule::UnguardedTag : finding.rule;
}

}  // namespace countersign::conformance
