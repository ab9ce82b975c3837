// SPDX-License-Identifier: Apache-2.0
#include "cedar/partial.h"

#include "cedar/internal/compiled_set.h"
#include "cedar/internal/residual.h"

namespace countersign::cedar {
namespace {

using internal::Machine;
using internal::Truth;

ExprRef node(Expr::Kind kind, std::vector<ExprRef> operands, const Span& span) {
  Expr expr;
  expr.kind = kind;
  expr.span = span;
  expr.operands = std::move(operands);
  expr.depth = 3;
  return std::make_shared<const Expr>(std::move(expr));
}

ExprRef entity_literal(const EntityUid& uid, const Span& span) {
  Expr expr;
  expr.value = Value::entity(uid);
  expr.span = span;
  return std::make_shared<const Expr>(std::move(expr));
}

// One part of a head as a condition.
ExprRef condition_of(const Scope& scope, Variable variable) {
  Expr subject;
  subject.kind = Expr::Kind::Variable;
  subject.variable = variable;
  subject.span = scope.span;
  auto self = std::make_shared<const Expr>(std::move(subject));
  std::vector<ExprRef> entities;
  for (std::size_t i = 0; i < scope.entities.size(); ++i) {
    const Span span = i < scope.entity_spans.size() ? scope.entity_spans[i] : scope.span;
    entities.push_back(entity_literal(scope.entities[i], span));
  }
  switch (scope.kind) {
    case Scope::Kind::Any:
      return literal(Value::boolean(true));
    case Scope::Kind::Equal:
      return node(Expr::Kind::Equal, {self, entities.front()}, scope.span);
    case Scope::Kind::In:
      return node(Expr::Kind::In, {self, entities.front()}, scope.span);
    case Scope::Kind::InAny:
      return node(Expr::Kind::In, {self, node(Expr::Kind::Set, std::move(entities), scope.span)},
                  scope.span);
    case Scope::Kind::Is:
    case Scope::Kind::IsIn:
      break;
  }
  Expr is;
  is.kind = scope.kind == Scope::Kind::Is ? Expr::Kind::Is : Expr::Kind::IsIn;
  is.type = scope.type;
  is.type_span = scope.type_span;
  is.span = scope.span;
  is.depth = 2;
  is.operands = {std::move(self)};
  if (!entities.empty()) is.operands.push_back(entities.front());
  return std::make_shared<const Expr>(std::move(is));
}

// The parts of a head that are not known to be met, or null.
ExprRef open_head(const Policy& policy, const Machine& machine) {
  ExprRef all;
  const std::pair<const Scope*, Variable> parts[] = {{&policy.principal, Variable::Principal},
                                                     {&policy.action, Variable::Action},
                                                     {&policy.resource, Variable::Resource}};
  for (const auto& [scope, variable] : parts) {
    const Truth met =
        internal::meets(*scope, *machine.value_of(variable), machine.entity_of(variable));
    if (met != Truth::Unknown) continue;
    ExprRef part = condition_of(*scope, variable);
    all = all ? internal::both(std::move(all), std::move(part)) : std::move(part);
  }
  return all;
}

// The positions of the policies whose heads are not surely missed.
std::vector<std::uint32_t> candidates(const internal::CompiledSet& set, bool heads_known,
                                      const Machine& machine) {
  std::vector<std::uint32_t> found;
  if (heads_known) {
    set.index.collect(machine, found);
    return found;
  }
  for (std::uint32_t i = 0; i < set.policies.size(); ++i) {
    if (internal::meets(set.policies[i], machine) != Truth::False) found.push_back(i);
  }
  return found;
}

}  // namespace

std::vector<PolicyOutcome> evaluate_partially(const PolicySet& policies, const Request& request,
                                              const EntityStore& entities) {
  const internal::CompiledSet& set = policies.compiled();
  Machine machine(set.program, request, entities);
  const bool heads_known = request[Variable::Principal].is(Value::Kind::Entity) &&
                           request[Variable::Action].is(Value::Kind::Entity) &&
                           request[Variable::Resource].is(Value::Kind::Entity);
  const std::vector<std::uint32_t> found = candidates(set, heads_known, machine);
  std::vector<PolicyOutcome> outcomes;
  outcomes.reserve(found.size());
  for (const std::uint32_t at : found) {
    const internal::CompiledPolicy& compiled = set.compiled[at];
    PolicyOutcome outcome{.policy = &set.policies[at], .message = {}, .span = {}, .residual = {}};
    if (!heads_known) outcome.residual = open_head(*outcome.policy, machine);
    Value scratch;
    const Value* value = machine.evaluate(compiled.condition, scratch);
    if (value == nullptr && !outcome.residual) {
      outcome.kind = PolicyOutcome::Kind::Failed;
      outcome.message = machine.failure().message;
      outcome.span = machine.failure().span;
    } else if (value != nullptr && value->is(Value::Kind::Bool)) {
      // Short of an error behind a head that may be missed, a false condition settles the policy.
      if (!value->boolean()) continue;
      if (outcome.residual) outcome.kind = PolicyOutcome::Kind::Open;
    } else {
      outcome.kind = PolicyOutcome::Kind::Open;
      ExprRef rest = internal::residual_of(compiled.condition, value, set.program, machine);
      outcome.residual = outcome.residual
                             ? internal::both(std::move(outcome.residual), std::move(rest))
                             : std::move(rest);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Policy residual_policy(const PolicyOutcome& outcome) {
  Policy policy = *outcome.policy;
  if (outcome.kind == PolicyOutcome::Kind::Failed) return policy;
  policy.principal = policy.action = policy.resource = Scope{};
  policy.clauses.clear();
  if (outcome.kind == PolicyOutcome::Kind::Open)
    policy.clauses.push_back(
        {.kind = Clause::Kind::When, .body = outcome.residual, .span = outcome.residual->span});
  return policy;
}

base::Parsed<Value> evaluate(const ExprRef& expr, const Request& request,
                             const EntityStore& entities) {
  internal::Program program;
  const internal::OpIndex root = program.compile(expr);
  Machine machine(program, request, entities);
  Value scratch;
  const Value* value = machine.evaluate(root, scratch);
  if (value == nullptr) {
    return base::Issues{{.file = {},
                         .at = machine.failure().span.at,
                         .message = machine.failure().message,
                         .remedy = {},
                         .excerpt = {}}};
  }
  return *value;
}

}  // namespace countersign::cedar
