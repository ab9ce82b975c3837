// SPDX-License-Identifier: Apache-2.0
#include "cedar/level.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cedar/internal/findings.h"
#include "cedar/internal/type_rules.h"

namespace countersign::cedar {
namespace {

using internal::Findings;
using internal::TypeRules;

// How many steps from the request something was found. kNowhere: the policy names it itself.
using Distance = std::uint32_t;
constexpr Distance kNowhere = std::numeric_limits<Distance>::max();

Distance further(Distance distance) { return distance == kNowhere ? kNowhere : distance + 1; }

// A step into an entity, and the level it needs.
struct Step {
  Span span;
  Distance level = 0;
};

// Finds the steps of one policy for one kind of request.
class StepFinder {
 public:
  StepFinder(const Schema& schema, const Policy& policy, const TypedPolicy& typed)
      : rules_(schema, ValidationMode::Strict), policy_(policy), typed_(typed) {}

  std::vector<Step> find() {
    find_in_head(policy_.principal);
    find_in_head(policy_.action);
    find_in_head(policy_.resource);
    for (const Clause& clause : policy_.clauses) find(*clause.body);
    return std::move(steps_);
  }

 private:
  using Path = std::vector<Text>;

  void find_in_head(const Scope& scope) {
    if (scope.kind == Scope::Kind::In || scope.kind == Scope::Kind::InAny ||
        scope.kind == Scope::Kind::IsIn)
      steps_.push_back({scope.span, 1});
  }

  // Null for what evaluation does not reach.
  const Type* type_of(const Expr& expr) const {
    const auto found = typed_.types.find(&expr);
    return found == typed_.types.end() ? nullptr : found->second.get();
  }
  bool is_entity(const Expr& expr) const {
    const Type* type = type_of(expr);
    return type != nullptr && type->kind == Type::Kind::Entity;
  }

  void find(const Expr& expr) {
    if (type_of(expr) == nullptr) return;
    switch (expr.kind) {
      case Expr::Kind::In:
      case Expr::Kind::GetTag:
      case Expr::Kind::HasTag:
        step_into(expr.operand(0), expr.span);
        break;
      case Expr::Kind::IsIn:
        if (type_of(expr.operand(1)) != nullptr) step_into(expr.operand(0), expr.span);
        break;
      case Expr::Kind::GetAttr:
        if (is_entity(expr.operand(0))) step_into(expr.operand(0), expr.span);
        break;
      case Expr::Kind::Has:
        find_in_has(expr);
        break;
      default:
        break;
    }
    for (const ExprRef& operand : expr.operands) find(*operand);
  }

  void step_into(const Expr& entity, const Span& span) {
    steps_.push_back({span, further(distance_of(entity, {}))});
  }

  // `e has a.b` steps into e and into e.a.
  void find_in_has(const Expr& expr) {
    const Expr& base = expr.operand(0);
    TypePtr type = typed_.types.at(&base);
    std::optional<Distance> distance;  // once an entity was stepped into
    Path path;
    for (const Text& name : expr.names) {
      if (type->kind == Type::Kind::Entity) {
        distance = further(distance ? *distance : distance_of(base, path));
        steps_.push_back({expr.span, *distance});
      }
      const auto attribute = rules_.attribute(*type, name);
      if (!attribute) return;
      path.push_back(name);
      type = attribute->type;
    }
  }

  // Where the value at `path` (attributes of records only) of `expr` comes from.
  Distance distance_of(const Expr& expr, const Path& path) const {
    switch (expr.kind) {
      case Expr::Kind::Variable:
        return 0;
      case Expr::Kind::Literal: {
        const bool own_action =
            expr.value.is(Value::Kind::Entity) && expr.value.entity() == typed_.request.action;
        return own_action ? 0 : kNowhere;
      }
      case Expr::Kind::If:
        return distance_of_if(expr, path);
      case Expr::Kind::GetTag:
        return further(distance_of(expr.operand(0), {}));
      case Expr::Kind::GetAttr: {
        if (is_entity(expr.operand(0))) return further(distance_of(expr.operand(0), {}));
        Path longer = {expr.names.front()};
        longer.insert(longer.end(), path.begin(), path.end());
        return distance_of(expr.operand(0), longer);
      }
      case Expr::Kind::Record: {
        if (path.empty()) return kNowhere;
        const auto name = std::find(expr.names.begin(), expr.names.end(), path.front());
        if (name == expr.names.end()) return kNowhere;
        const auto index = static_cast<std::size_t>(name - expr.names.begin());
        return distance_of(expr.operand(index), Path(path.begin() + 1, path.end()));
      }
      default:
        return kNowhere;  // no other expression gives an entity
    }
  }

  // The further of the branches that can be taken.
  Distance distance_of_if(const Expr& expr, const Path& path) const {
    Distance furthest = 0;
    for (const std::size_t branch : {std::size_t{1}, std::size_t{2}})
      if (type_of(expr.operand(branch)) != nullptr)
        furthest = std::max(furthest, distance_of(expr.operand(branch), path));
    return furthest;
  }

  TypeRules rules_;
  const Policy& policy_;
  const TypedPolicy& typed_;
  std::vector<Step> steps_;
};

std::vector<Step> steps_of(const Schema& schema, const Policy& policy) {
  std::vector<Step> steps;
  for (const TypedPolicy& typed : Validator(schema).typed(policy)) {
    const std::vector<Step> more = StepFinder(schema, policy, typed).find();
    steps.insert(steps.end(), more.begin(), more.end());
  }
  return steps;
}

void report(const Step& step, std::uint32_t level, Findings& findings) {
  if (step.level == kNowhere) {
    findings.add(Finding::Rule::LevelExceeded, step.span,
                 "this looks into an entity that the policy names itself, which no level supplies",
                 "reach the entity from the principal, the resource or the context");
    return;
  }
  findings.add(Finding::Rule::LevelExceeded, step.span,
               fmt::format("this needs entities {} step{} from the request, further than level {}",
                           step.level, step.level == 1 ? "" : "s", level),
               "put what the policy asks about into the context, or nearer to the request");
}

}  // namespace

ValidationReport validate_at_level(const Schema& schema, std::span<const Policy> policies,
                                   std::uint32_t level) {
  ValidationReport all;
  for (const Policy& policy : policies) {
    ValidationReport one = Validator(schema).validate(policy);
    Findings findings(policy);
    if (!one.has_errors()) {
      for (const Step& step : steps_of(schema, policy))
        if (step.level > level) report(step, level, findings);
    }
    std::vector<Finding> exceeded = findings.take();
    std::move(one.findings.begin(), one.findings.end(), std::back_inserter(all.findings));
    std::move(exceeded.begin(), exceeded.end(), std::back_inserter(all.findings));
  }
  return all;
}

std::optional<std::uint32_t> required_level(const Schema& schema, const Policy& policy) {
  std::uint32_t required = 0;
  for (const Step& step : steps_of(schema, policy)) required = std::max(required, step.level);
  if (required == kNowhere) return std::nullopt;
  return required;
}

}  // namespace countersign::cedar
