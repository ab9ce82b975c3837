// SPDX-License-Identifier: Apache-2.0
#include "cedar/policy_set.h"

#include <fmt/format.h>

#include "cedar/internal/compiled_set.h"

namespace countersign::cedar {
namespace {

using internal::Conjunct;

void split(Expr::Kind chain, const ExprRef& expr, bool negated, std::vector<Conjunct>& conjuncts) {
  if (expr->kind != chain) {
    conjuncts.push_back({expr, negated, 0});
    return;
  }
  for (const ExprRef& operand : expr->operands) split(chain, operand, negated, conjuncts);
}

std::vector<Conjunct> conjuncts_of(const Policy& policy, internal::Program& program) {
  std::vector<Conjunct> conjuncts;
  for (const Clause& clause : policy.clauses) {
    const bool negated = clause.kind == Clause::Kind::Unless;
    split(negated ? Expr::Kind::Or : Expr::Kind::And, clause.body, negated, conjuncts);
  }
  for (Conjunct& conjunct : conjuncts) {
    conjunct.op = program.compile(conjunct.expr);
    if (conjunct.negated) conjunct.op = program.negation(conjunct.op, conjunct.expr);
  }
  return conjuncts;
}

// `unconditional` stands for the condition of a policy without clauses.
internal::CompiledPolicy compile(const Policy& policy, std::span<const Conjunct> conjuncts,
                                 const ExprRef& unconditional, internal::Program& program) {
  internal::CompiledPolicy compiled;
  compiled.effect = policy.effect;
  std::vector<internal::OpIndex> parts;
  for (const Conjunct& conjunct : conjuncts) parts.push_back(conjunct.op);
  const ExprRef& origin = policy.clauses.empty() ? unconditional : policy.clauses.front().body;
  compiled.condition = program.conjunction(parts, origin);
  const internal::Op& root = program.ops[compiled.condition];
  compiled.unconditional = root.code == internal::Op::Code::Constant &&
                           program.constants[root.a] == Value::boolean(true);
  return compiled;
}

// Adds what the front of the condition demands.
void add_demands(std::span<const Conjunct> conjuncts, std::vector<internal::Demand>& demands) {
  for (const Conjunct& conjunct : conjuncts) {
    if (conjunct.negated) return;
    std::optional<internal::Demand> demand = internal::demand_of(*conjunct.expr);
    if (!demand) return;
    demands.push_back(std::move(*demand));
  }
}

base::Issue issue_in(const Policy& policy, const Span& span, std::string message,
                     std::string remedy) {
  if (policy.source) return issue_at(*policy.source, span, std::move(message), std::move(remedy));
  return {.file = {},
          .at = {},
          .message = std::move(message),
          .remedy = std::move(remedy),
          .excerpt = {}};
}

}  // namespace

PolicySet::PolicySet() : compiled_(std::make_shared<internal::CompiledSet>()) {}

base::Parsed<PolicySet> PolicySet::create(std::vector<Policy> policies) {
  auto set = std::make_shared<internal::CompiledSet>();
  for (Policy& policy : policies) {
    (policy.is_template() ? set->templates : set->policies).push_back(std::move(policy));
  }
  base::Issues issues;
  for (const auto* kind : {&set->policies, &set->templates}) {
    for (const Policy& policy : *kind) {
      if (!set->by_id.emplace(policy.id, &policy).second) {
        issues.push_back(issue_in(policy, policy.span,
                                  fmt::format("the policy id `{}` is used twice", policy.id),
                                  "give every policy an id of its own"));
      }
    }
  }
  if (!issues.empty()) return issues;
  set->compiled.reserve(set->policies.size());
  set->conjuncts.reserve(set->policies.size());
  const ExprRef unconditional = literal(Value::boolean(true));
  std::vector<std::vector<internal::Demand>> demands;
  demands.reserve(set->policies.size());
  for (const Policy& policy : set->policies) {
    set->conjuncts.push_back(conjuncts_of(policy, set->program));
    set->compiled.push_back(compile(policy, set->conjuncts.back(), unconditional, set->program));
    demands.push_back(internal::demands_of(policy));
    add_demands(set->conjuncts.back(), demands.back());
  }
  set->index = internal::ScopeIndex(demands);
  return PolicySet(std::move(set));
}

std::span<const Policy> PolicySet::policies() const { return compiled_->policies; }
std::span<const Policy> PolicySet::templates() const { return compiled_->templates; }

const Policy* PolicySet::find(std::string_view id) const {
  const auto found = compiled_->by_id.find(id);
  return found == compiled_->by_id.end() ? nullptr : found->second;
}

base::Parsed<Policy> link(const Policy& linked, std::string id, const Slots& slots) {
  Policy policy = linked;
  policy.id = std::move(id);
  policy.template_id = linked.id;
  base::Issues issues;
  if (!linked.is_template()) {
    issues.push_back(issue_in(linked, linked.span,
                              fmt::format("the policy `{}` is no template", linked.id),
                              "only a policy with `?principal` or `?resource` in its head is"));
    return issues;
  }
  const auto fill = [&](Scope& scope, const std::optional<EntityUid>& uid, Variable variable) {
    if (scope.slot && uid) {
      scope.slot = false;
      scope.entities = {*uid};
    } else if (scope.slot) {
      issues.push_back(issue_in(linked, scope.span,
                                fmt::format("nothing is given for `?{}`", name_of(variable)),
                                "give the entity that is to stand there"));
    } else if (uid) {
      issues.push_back(issue_in(linked, scope.span,
                                fmt::format("`{}` is given for `?{}`, which the template lacks",
                                            to_text(*uid), name_of(variable)),
                                "leave it out"));
    }
  };
  fill(policy.principal, slots.principal, Variable::Principal);
  fill(policy.resource, slots.resource, Variable::Resource);
  if (!issues.empty()) return issues;
  return policy;
}

}  // namespace countersign::cedar
