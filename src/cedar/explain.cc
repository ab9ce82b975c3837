// SPDX-License-Identifier: Apache-2.0
#include "cedar/explain.h"

#include "base/check.h"
#include "cedar/internal/compiled_set.h"
#include "cedar/internal/machine.h"

namespace countersign::cedar {
namespace {

using internal::Machine;

Outcome outcome_of(internal::Truth truth) {
  switch (truth) {
    case internal::Truth::True:
      return Outcome::True;
    case internal::Truth::False:
      return Outcome::False;
    default:
      return Outcome::Unknown;
  }
}

Condition condition_of(const internal::Conjunct& conjunct, const Policy& policy, Machine& machine) {
  Condition condition;
  condition.expr = conjunct.expr;
  condition.negated = conjunct.negated;
  if (policy.source) condition.text = policy.source->quote(conjunct.expr->span);
  Value scratch;
  const Value* value = machine.evaluate(conjunct.op, scratch);
  if (value == nullptr) {
    condition.outcome = Outcome::Error;
    condition.message = machine.failure().message;
  } else if (value->is(Value::Kind::Unknown)) {
    condition.outcome = Outcome::Unknown;
  } else if (!value->is(Value::Kind::Bool)) {
    condition.outcome = Outcome::Error;
    condition.message = "expected a boolean, found " + std::string(name_of(value->kind()));
  } else {
    condition.outcome = value->boolean() ? Outcome::True : Outcome::False;
  }
  return condition;
}

}  // namespace

Explanation explain(const PolicySet& policies, const Policy& policy, const Request& request,
                    const EntityStore& entities) {
  const internal::CompiledSet& set = policies.compiled();
  CHECK(!set.policies.empty() && &policy >= &set.policies.front() &&
        &policy <= &set.policies.back());
  const auto at = static_cast<std::size_t>(&policy - set.policies.data());
  Machine machine(set.program, request, entities);
  Explanation explanation;
  explanation.policy = &policy;
  const auto head = [&](const Scope& scope, Variable variable) {
    return outcome_of(
        internal::meets(scope, *machine.value_of(variable), machine.entity_of(variable)));
  };
  explanation.principal = head(policy.principal, Variable::Principal);
  explanation.action = head(policy.action, Variable::Action);
  explanation.resource = head(policy.resource, Variable::Resource);
  const Outcome parts[] = {explanation.principal, explanation.action, explanation.resource};
  const auto add = [&explanation](Outcome part) {
    // The first that is not true settles it, but an unknown may still turn out false.
    if (explanation.outcome == Outcome::True) {
      explanation.outcome = part;
    } else if (explanation.outcome == Outcome::Unknown && part == Outcome::False) {
      explanation.outcome = Outcome::False;
    }
  };
  for (const Outcome part : parts) add(part);
  bool reached = explanation.head_met();
  for (const internal::Conjunct& conjunct : set.conjuncts[at]) {
    Condition condition = condition_of(conjunct, policy, machine);
    condition.reached = reached;
    reached = reached && condition.outcome == Outcome::True;
    explanation.conditions.push_back(std::move(condition));
  }
  if (explanation.outcome == Outcome::True || explanation.outcome == Outcome::Unknown) {
    Value scratch;
    const Value* value = machine.evaluate(set.compiled[at].condition, scratch);
    const Outcome conditions = value == nullptr                  ? Outcome::Error
                               : value->is(Value::Kind::Unknown) ? Outcome::Unknown
                               : value->boolean()                ? Outcome::True
                                                                 : Outcome::False;
    add(conditions);
  }
  return explanation;
}

}  // namespace countersign::cedar
