// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/policy_grounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cedar/partial.h"

namespace countersign::kernel {

namespace {

// Whether an expression looks at anything but who asks for what.
bool mentions_context(const cedar::Expr& expr) {
  if (expr.kind == cedar::Expr::Kind::Variable) {
    return expr.variable == cedar::Variable::Context;
  }
  return std::any_of(expr.operands.begin(), expr.operands.end(),
                     [](const cedar::ExprRef& operand) { return mentions_context(*operand); });
}

}  // namespace

PolicyGrounds::PolicyGrounds(const RuleBook::Compiled& book, const Hearing& hearing,
                             const Facts& facts, const Analysis& analysis)
    : book_(book),
      hearing_(hearing),
      analysis_(analysis),
      request_(hearing.with_unknown_approvals()),
      truth_([this](const cedar::ExprRef& expr) -> std::optional<bool> {
        const auto value = cedar::evaluate(expr, request_, hearing_.entities());
        if (!value || !value.value().is(cedar::Value::Kind::Bool)) return std::nullopt;
        return value.value().boolean();
      }),
      words_(book.names, facts, truth_) {}

Ground PolicyGrounds::ground(Ground::Kind kind, const Rule& rule, std::string sentence) const {
  const cedar::Policy& policy = *rule.policy;
  Ground ground;
  ground.kind = kind;
  ground.rule = name_of(kind);
  ground.directive = rule.directive;
  ground.policy = policy.id;
  ground.sentence = std::move(sentence);
  ground.source = std::string(policy.source->quote(policy.span));
  ground.file = policy.source->file;
  ground.at = policy.span.at;
  return ground;
}

std::string PolicyGrounds::title(const Rule& rule) const {
  if (rule.title.empty()) return rule.directive.text();
  return fmt::format("{} ({})", rule.directive.text(), rule.title);
}

std::string PolicyGrounds::approving(const OfficeSets& sets) const {
  std::vector<std::string> ways;
  for (const OfficeSet set : sets.sets()) {
    std::vector<std::string> offices;
    for (const registry::OfficeId& office : analysis_.offices_of(set)) {
      offices.push_back(book_.names.call("Office", office.text()));
    }
    ways.push_back(
        fmt::format("{} {}", join(offices), offices.size() == 1 ? "approves" : "approve"));
  }
  return join(ways, "or");
}

std::string PolicyGrounds::say(const cedar::Policy& policy,
                               const cedar::Condition& condition) const {
  const bool met = condition.outcome == cedar::Outcome::True;
  return words_.say(*policy.source, *condition.expr, met != condition.negated);
}

std::string PolicyGrounds::because(const Rule& rule, const cedar::PolicySet& set) const {
  std::vector<std::string> parts;
  for (const cedar::Condition& condition :
       cedar::explain(set, *rule.policy, request_, hearing_.entities()).conditions) {
    if (condition.outcome != cedar::Outcome::True) continue;
    parts.push_back(say(*rule.policy, condition));
  }
  return parts.empty() ? std::string() : ": " + join(parts);
}

Ground PolicyGrounds::decided(const OpenPolicy& policy) const {
  const Rule& rule = *policy.rule;
  const std::string who = title(rule);
  const std::string why = because(rule, book_.binding);
  if (!policy.is_permit()) {
    if (policy.speaks_for.is_never()) {
      return ground(Ground::Kind::Bars, rule,
                    fmt::format("{} bars it, and no approval lifts that{}", who, why));
    }
    return ground(Ground::Kind::Unless, rule,
                  fmt::format("{} bars it unless {}{}", who, approving(policy.speaks_for), why));
  }
  const std::string_view permits = analysis_.no_forbid.is_never() ? "would permit" : "permits";
  if (policy.speaks_for.is_always()) {
    return ground(Ground::Kind::Permits, rule, fmt::format("{} {} it{}", who, permits, why));
  }
  return ground(Ground::Kind::Needs, rule,
                fmt::format("{} {} it once {}{}", who, permits, approving(policy.speaks_for), why));
}

void PolicyGrounds::add_decided(std::vector<Ground>& grounds) const {
  std::vector<OpenPolicy> deciding = analysis_.open;
  std::erase_if(deciding, [](const OpenPolicy& policy) { return !policy.decides(); });
  for (const Rule* rule : analysis_.permitting) deciding.push_back({rule, OfficeSets::always()});
  for (const Rule* rule : analysis_.barring) deciding.push_back({rule, OfficeSets::never()});
  // In the order of the book, so that the same world always reads the same.
  std::sort(deciding.begin(), deciding.end(),
            [](const OpenPolicy& a, const OpenPolicy& b) { return a.rule < b.rule; });
  const std::size_t first = grounds.size();
  for (const OpenPolicy& policy : deciding) grounds.push_back(decided(policy));
  const auto weight = [](const Ground& one) {
    if (one.kind == Ground::Kind::Bars) return 0;
    if (one.kind == Ground::Kind::Unless) return 1;
    return one.kind == Ground::Kind::Needs ? 2 : 3;
  };
  std::stable_sort(grounds.begin() + static_cast<std::ptrdiff_t>(first), grounds.end(),
                   [&](const Ground& a, const Ground& b) { return weight(a) < weight(b); });
}

void PolicyGrounds::add_advisories(std::vector<Ground>& grounds) const {
  for (const Rule* rule : analysis_.advising) {
    grounds.push_back(ground(
        Ground::Kind::Advises, *rule,
        fmt::format("{} advises against it{}", title(*rule), because(*rule, book_.advisory))));
  }
}

std::vector<Ground> PolicyGrounds::came_close() const {
  std::vector<std::pair<std::size_t, Ground>> close;
  for (const Rule& rule : book_.rules) {
    if (rule.kind != registry::Directive::Kind::Binding) continue;
    if (rule.policy->effect != cedar::Effect::Permit) continue;
    const cedar::Explanation explanation =
        cedar::explain(book_.binding, *rule.policy, request_, hearing_.entities());
    if (!explanation.head_met()) continue;
    std::vector<std::string> failed;
    std::string quoted;
    bool for_this = true;
    for (const cedar::Condition& condition : explanation.conditions) {
      if (condition.outcome != cedar::Outcome::False) continue;
      if (!mentions_context(*condition.expr)) for_this = false;
      failed.push_back(say(*rule.policy, condition));
      quoted += fmt::format("{}{}{}", quoted.empty() ? "" : "\n",
                            condition.negated ? "unless " : "", condition.text);
    }
    if (!for_this || failed.empty()) continue;
    Ground found = ground(Ground::Kind::CameClose, rule,
                          fmt::format("{} came close: {}", title(rule), join(failed)));
    found.source = std::move(quoted);
    close.emplace_back(failed.size(), std::move(found));
  }
  std::stable_sort(close.begin(), close.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Ground> grounds;
  grounds.reserve(close.size());
  for (auto& [count, ground] : close) grounds.push_back(std::move(ground));
  return grounds;
}

}  // namespace countersign::kernel
