// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/demands.h"

#include <algorithm>

namespace countersign::cedar::internal {
namespace {

using Kind = Expr::Kind;

bool is_entity(const Expr& expr) {
  return expr.kind == Kind::Literal && expr.value.is(Value::Kind::Entity);
}

// The entities of `E` or `[E, F]`; empty when anything else is among them.
std::optional<std::vector<EntityUid>> entities_of(const Expr& expr) {
  if (is_entity(expr)) return std::vector<EntityUid>{expr.value.entity()};
  if (expr.kind != Kind::Set) return std::nullopt;
  std::vector<EntityUid> entities;
  for (const ExprRef& item : expr.operands) {
    if (!is_entity(*item)) return std::nullopt;
    entities.push_back(item->value.entity());
  }
  return entities;
}

}  // namespace

std::vector<Demand> demands_of(const Policy& policy) {
  std::vector<Demand> demands;
  const std::pair<Variable, const Scope*> parts[] = {{Variable::Principal, &policy.principal},
                                                     {Variable::Action, &policy.action},
                                                     {Variable::Resource, &policy.resource}};
  for (const auto& [dimension, scope] : parts) {
    if (scope->kind == Scope::Kind::Any) continue;
    Demand& demand = demands.emplace_back();
    demand.dimension = dimension;
    demand.scope.kind = scope->kind;
    demand.scope.entities = scope->entities;
    demand.scope.type = scope->type;
  }
  return demands;
}

std::optional<Demand> demand_of(const Expr& expr) {
  const auto compares = {Kind::Equal, Kind::In, Kind::Is, Kind::IsIn};
  if (std::find(compares.begin(), compares.end(), expr.kind) == compares.end()) {
    return std::nullopt;
  }
  const Expr& subject = expr.operand(0);
  if (subject.kind != Kind::Variable || subject.variable == Variable::Context) {
    return std::nullopt;
  }
  Demand demand{.dimension = subject.variable, .scope = {}};
  demand.scope.type = expr.type;
  if (expr.kind == Kind::Is) {
    demand.scope.kind = Scope::Kind::Is;
    return demand;
  }
  std::optional<std::vector<EntityUid>> entities = entities_of(expr.operand(1));
  if (!entities) return std::nullopt;
  demand.scope.entities = std::move(*entities);
  const bool one = expr.operand(1).kind == Kind::Literal;
  switch (expr.kind) {
    case Kind::Equal:
      if (!one) return std::nullopt;
      demand.scope.kind = Scope::Kind::Equal;
      break;
    case Kind::In:
      demand.scope.kind = one ? Scope::Kind::In : Scope::Kind::InAny;
      break;
    default:
      if (!one) return std::nullopt;
      demand.scope.kind = Scope::Kind::IsIn;
  }
  return demand;
}

}  // namespace countersign::cedar::internal
