// SPDX-License-Identifier: Apache-2.0
#include "registry/tie_rules.h"

#include "registry/internal/reading.h"

namespace countersign::registry {

TieRules TieRules::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a tie rules document", report);
  TieRules rules;
  if (const base::Json* component = fields.need("component")) {
    base::Fields rule(*component, "the component rule", report);
    rules.component.kind =
        static_cast<ComponentRule::Kind>(rule.word("rule", {"any_share", "de_minimis"}));
    if (rules.component.kind == ComponentRule::Kind::DeMinimis) {
      rules.component.threshold_bp = rule.integer("threshold_bp", 0, 10'000);
    } else if (rule.maybe("threshold_bp") != nullptr) {
      rule.report("threshold_bp", "`any_share` has no `threshold_bp`",
                  "remove it, or write the rule `de_minimis`");
    }
    rules.in_force = internal::read_period(rule, "in_force");
    rule.finish();
  }
  fields.finish();
  return rules;
}

base::Json TieRules::write(const TieRules& rules) {
  const bool de_minimis = rules.component.kind == ComponentRule::Kind::DeMinimis;
  internal::Members rule;
  rule.emplace_back("rule", base::json_text(de_minimis ? "de_minimis" : "any_share"));
  if (de_minimis) {
    rule.emplace_back("threshold_bp", base::json_integer(rules.component.threshold_bp));
  }
  internal::add_period(rule, "in_force", rules.in_force);
  internal::Members members;
  members.emplace_back("component", base::json_object(std::move(rule)));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
