// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/typechecker.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "cedar/functions.h"
#include "cedar/internal/extension.h"
#include "cedar/internal/value_kinds.h"

namespace countersign::cedar::internal {

using Kind = Type::Kind;
using Rule = Finding::Rule;

namespace {

TypePtr bool_of(Truth truth) {
  switch (truth) {
    case Truth::False:
      return type_of_kind(Kind::False);
    case Truth::True:
      return type_of_kind(Kind::True);
    case Truth::Unknown:
      break;
  }
  return type_of_kind(Kind::Bool);
}

bool is_true(const TypePtr& type) { return type != nullptr && type->kind == Kind::True; }
bool is_false(const TypePtr& type) { return type != nullptr && type->kind == Kind::False; }

Truth truth_of(const TypePtr& type) {
  return is_true(type) ? Truth::True : is_false(type) ? Truth::False : Truth::Unknown;
}

Truth truth_of(bool known) { return known ? Truth::True : Truth::False; }

TypePtr negated(const TypePtr& type) {
  if (is_true(type)) return type_of_kind(Kind::False);
  if (is_false(type)) return type_of_kind(Kind::True);
  return type_of_kind(Kind::Bool);
}

bool constructs(Function function, std::string_view text) {
  switch (function) {
    case Function::Decimal:
      return read_decimal(text).has_value();
    case Function::Ip:
      return read_ip(text).has_value();
    case Function::Datetime:
      return read_datetime(text).has_value();
    case Function::Duration:
      return read_duration(text).has_value();
    default:
      return false;
  }
}

std::string_view example_of(Function function) {
  switch (function) {
    case Function::Decimal:
      return "decimal(\"12.5\"), with one to four digits behind the point";
    case Function::Ip:
      return "ip(\"10.0.0.0/8\") or ip(\"::1\")";
    case Function::Datetime:
      return "datetime(\"2025-06-10\") or datetime(\"2025-06-10T12:00:00Z\")";
    case Function::Duration:
      return "duration(\"1d2h30m\")";
    default:
      return "";
  }
}

}  // namespace

Truth TypeChecker::check_scope(const RequestType& request) {
  const Truth principal = check_target(policy_.principal, request.principal);
  if (principal == Truth::False) return Truth::False;
  const Truth action = check_action(policy_.action, request.action);
  if (action == Truth::False) return Truth::False;
  const Truth resource = check_target(policy_.resource, request.resource);
  if (resource == Truth::False) return Truth::False;
  const bool all = principal == Truth::True && action == Truth::True && resource == Truth::True;
  return all ? Truth::True : Truth::Unknown;
}

bool TypeChecker::can_apply(const RequestType& request) const {
  const auto fits = [&](const Scope& scope, const Text& type) {
    if (scope.type_tested() && scope.type != type) return false;
    if (scope.slot || scope.entities.empty()) return true;
    const Text& named = scope.entities.front().type();
    return scope.kind == Scope::Kind::Equal ? named == type : schema_.can_be_in(type, named);
  };
  const auto is_known = [&](const EntityUid& uid) { return schema_.find_action(uid) != nullptr; };
  const auto is_met = [&](const EntityUid& uid) {
    return policy_.action.kind == Scope::Kind::Equal ? uid == request.action
                                                     : schema_.is_in(request.action, uid);
  };
  const std::vector<EntityUid>& actions = policy_.action.entities;
  // One unknown action in a list leaves the whole list without a meaning.
  const bool acts = policy_.action.kind == Scope::Kind::Any ||
                    (std::all_of(actions.begin(), actions.end(), is_known) &&
                     std::any_of(actions.begin(), actions.end(), is_met));
  return acts && fits(policy_.principal, request.principal) &&
         fits(policy_.resource, request.resource);
}

Truth TypeChecker::check_target(const Scope& scope, const Text& type) const {
  if (scope.type_tested() && scope.type != type) return Truth::False;
  if (scope.kind == Scope::Kind::Any || scope.kind == Scope::Kind::Is) return Truth::True;
  // A slot stands for any entity that fits.
  if (scope.slot) return Truth::Unknown;
  const EntityUid& named = scope.entities.front();
  // What is not declared was reported, and says nothing about the rest of the policy.
  if (rules_.type_of(Value::entity(named)) == nullptr) return Truth::Unknown;
  const bool fits = scope.kind == Scope::Kind::Equal ? named.type() == type
                                                     : schema_.can_be_in(type, named.type());
  return fits ? Truth::Unknown : Truth::False;
}

Truth TypeChecker::check_action(const Scope& scope, const EntityUid& action) {
  if (scope.kind == Scope::Kind::Any) return Truth::True;
  if (scope.kind == Scope::Kind::Equal) return truth_of(action == scope.entities.front());
  const std::vector<EntityUid>& groups = scope.entities;
  if (rules_.strict() && groups.empty()) {
    report(Rule::EmptySet, scope.span, "the list of actions is empty",
           "name at least one action, or write `action` alone for every action");
    return Truth::Unknown;
  }
  for (const EntityUid& group : groups)
    if (schema_.find_action(group) == nullptr) return Truth::Unknown;
  for (std::size_t i = 1; rules_.strict() && i < groups.size(); ++i) {
    if (groups.front().type() == groups[i].type()) continue;
    report_incompatible(scope.entity_spans[i], "a list of actions",
                        *entity_type(groups.front().type()), *entity_type(groups[i].type()),
                        "write one policy for each namespace of actions");
    return Truth::Unknown;
  }
  return truth_of(std::any_of(groups.begin(), groups.end(), [&](const EntityUid& group) {
    return schema_.is_in(action, group);
  }));
}

Truth TypeChecker::check(const RequestType& request) {
  types_.clear();
  fallible_.clear();
  request_ = &request;
  action_ = schema_.find_action(request.action);
  CHECK(action_ != nullptr);
  action_value_ = Value::entity(request.action);
  const Truth scope = check_scope(request);
  if (scope == Truth::False) return Truth::False;
  const Truth clauses = check_clauses();
  return scope == Truth::True ? clauses : clauses == Truth::False ? Truth::False : Truth::Unknown;
}

Truth TypeChecker::check_clauses() {
  Capabilities prior;
  Truth all = Truth::True;
  // A clause whose type is not known leaves open what those behind it would have made of it.
  bool open = false;
  for (const Clause& clause : policy_.clauses) {
    const bool when = clause.kind == Clause::Kind::When;
    const Checked checked = expect_bool(*clause.body, prior);
    const Truth truth = truth_of(when ? checked.type : negated(checked.type));
    if (truth == Truth::False) return open ? Truth::Unknown : Truth::False;
    if (truth == Truth::Unknown) all = Truth::Unknown;
    if (when && checked.type == nullptr) open = true;
    if (when) prior = prior.united(checked.safe);
  }
  return all;
}

TypeChecker::Checked TypeChecker::check(const Expr& expr, const Capabilities& prior) {
  const std::size_t before = mistakes_;
  Checked checked = check_node(expr, prior);
  // What is not right guards nothing.
  if (mistakes_ != before) checked.safe = {};
  types_.insert_or_assign(&expr, checked.type);
  return checked;
}

TypeChecker::Checked TypeChecker::check_node(const Expr& expr, const Capabilities& prior) {
  switch (expr.kind) {
    case Expr::Kind::Literal:
      return {check_literal(expr.value)};
    case Expr::Kind::Variable:
      return {check_variable(expr.variable)};
    case Expr::Kind::If:
      return check_if(expr, prior);
    case Expr::Kind::And:
      return check_and(expr, prior);
    case Expr::Kind::Or:
      return check_or(expr, prior);
    case Expr::Kind::Not:
      return {check_not(expr, prior)};
    case Expr::Kind::Negate:
    case Expr::Kind::Add:
    case Expr::Kind::Subtract:
    case Expr::Kind::Multiply:
      return {check_arithmetic(expr, prior)};
    case Expr::Kind::Equal:
      return {check_equality(expr, prior)};
    case Expr::Kind::NotEqual:
      return {negated(check_equality(expr, prior))};
    case Expr::Kind::Less:
    case Expr::Kind::LessEqual:
    case Expr::Kind::Greater:
    case Expr::Kind::GreaterEqual:
      return {check_order(expr, prior)};
    case Expr::Kind::In:
      return {check_in(expr, prior)};
    case Expr::Kind::Is:
      return {check_is(expr, prior)};
    case Expr::Kind::IsIn:
      return {check_is_in(expr, prior)};
    case Expr::Kind::Has:
      return check_has(expr, prior);
    case Expr::Kind::Like:
      return {check_like(expr, prior)};
    case Expr::Kind::GetAttr:
      return {check_get_attribute(expr, prior)};
    case Expr::Kind::Set:
      return {check_set(expr, prior)};
    case Expr::Kind::Record:
      return {check_record(expr, prior)};
    case Expr::Kind::Contains:
    case Expr::Kind::ContainsAll:
    case Expr::Kind::ContainsAny:
    case Expr::Kind::IsEmpty:
      return {check_contains(expr, prior)};
    case Expr::Kind::GetTag:
      return {check_get_tag(expr, prior)};
    case Expr::Kind::HasTag:
      return check_has_tag(expr, prior);
    case Expr::Kind::Call:
      return {check_call(expr, prior)};
  }
  return {};
}

TypePtr TypeChecker::check_literal(const Value& value) {
  TypePtr type = rules_.type_of(value);
  if (type == nullptr) ++mistakes_;  // a name that is not declared, reported as such
  return type;
}

TypePtr TypeChecker::check_variable(Variable variable) const {
  switch (variable) {
    case Variable::Principal:
      return entity_type(request_->principal);
    case Variable::Action:
      return entity_type(request_->action.type());
    case Variable::Resource:
      return entity_type(request_->resource);
    case Variable::Context:
      break;
  }
  return action_->context;
}

TypeChecker::Checked TypeChecker::check_if(const Expr& expr, const Capabilities& prior) {
  const Checked test = expect_bool(expr.operand(0), prior);
  if (is_true(test.type)) {
    Checked chosen = check(expr.operand(1), prior.united(test.safe));
    chosen.safe = chosen.safe.united(test.safe);
    return chosen;
  }
  if (is_false(test.type)) return check(expr.operand(2), prior);
  const Checked yes = check(expr.operand(1), prior.united(test.safe));
  const Checked no = check(expr.operand(2), prior);
  if (yes.type == nullptr || no.type == nullptr) return {};
  TypePtr type = rules_.join(yes.type, no.type);
  if (type == nullptr)
    report_incompatible(expr.span, "the branches of `if`", *yes.type, *no.type,
                        "both branches must have the same type");
  return {std::move(type), yes.safe.united(test.safe).intersected(no.safe)};
}

TypeChecker::Checked TypeChecker::check_and(const Expr& expr, const Capabilities& prior) {
  Checked left = expect_bool(expr.operand(0), prior);
  if (is_false(left.type)) return {left.type};
  Checked right = expect_bool(expr.operand(1), prior.united(left.safe));
  if (left.type == nullptr || right.type == nullptr) return {type_of_kind(Kind::Bool)};
  if (is_false(right.type)) return {right.type};
  TypePtr type = is_true(left.type) && is_true(right.type) ? left.type : type_of_kind(Kind::Bool);
  return {std::move(type), left.safe.united(right.safe)};
}

TypeChecker::Checked TypeChecker::check_or(const Expr& expr, const Capabilities& prior) {
  Checked left = expect_bool(expr.operand(0), prior);
  if (is_true(left.type)) return left;
  Checked right = expect_bool(expr.operand(1), prior);
  if (left.type == nullptr || right.type == nullptr) return {type_of_kind(Kind::Bool)};
  if (is_true(right.type)) return right;
  if (is_false(left.type)) return right;
  if (is_false(right.type)) return left;
  return {type_of_kind(Kind::Bool), left.safe.intersected(right.safe)};
}

TypePtr TypeChecker::check_not(const Expr& expr, const Capabilities& prior) {
  return negated(expect_bool(expr.operand(0), prior).type);
}

TypePtr TypeChecker::check_arithmetic(const Expr& expr, const Capabilities& prior) {
  for (const ExprRef& operand : expr.operands) {
    const bool may_join = expr.kind == Expr::Kind::Add;
    expect(*operand, prior, {Kind::Long}, "`Long`",
           may_join ? "`+` adds whole numbers; texts cannot be joined" : "");
  }
  note_fallible(FallibleOperation::Kind::Arithmetic, expr.span);
  return type_of_kind(Kind::Long);
}

TypePtr TypeChecker::check_order(const Expr& expr, const Capabilities& prior) {
  constexpr std::string_view expected = "`Long`, `datetime` or `duration`";
  const auto remedy_for = [](const TypePtr& type) -> std::string {
    if (type != nullptr && type->kind == Kind::Decimal)
      return "compare decimals with `.lessThan()`, `.lessThanOrEqual()`, `.greaterThan()` or "
             "`.greaterThanOrEqual()`";
    return {};
  };
  std::array<TypePtr, 2> types = {check(expr.operand(0), prior).type,
                                  check(expr.operand(1), prior).type};
  if (types[0] == nullptr || types[1] == nullptr) return type_of_kind(Kind::Bool);
  for (std::size_t i = 0; i < 2; ++i) {
    std::string remedy = remedy_for(types[i]);
    types[i] = admit(std::move(types[i]), expr.operand(i),
                     {Kind::Long, Kind::Datetime, Kind::Duration}, expected, std::move(remedy));
  }
  if (types[0] != nullptr && types[1] != nullptr && types[0]->kind != types[1]->kind)
    report(Rule::UnexpectedType, expr.operand(1).span,
           fmt::format("expected `{}`, as on the left side, found `{}`", to_text(*types[0]),
                       to_text(*types[1])),
           "compare two values of the same type");
  return type_of_kind(Kind::Bool);
}

TypePtr TypeChecker::check_equality(const Expr& expr, const Capabilities& prior) {
  const Expr& a = expr.operand(0);
  const Expr& b = expr.operand(1);
  const TypePtr type_a = check(a, prior).type;
  const TypePtr type_b = check(b, prior).type;
  if (type_a == nullptr || type_b == nullptr) return type_of_kind(Kind::Bool);
  const Value* value_a = written_value(a);
  const Value* value_b = written_value(b);
  if (value_a != nullptr && value_b != nullptr) return bool_of(truth_of(*value_a == *value_b));
  if (TypeRules::are_disjoint(*type_a, *type_b)) return type_of_kind(Kind::False);
  if (rules_.strict() && rules_.join(type_a, type_b) == nullptr)
    report_incompatible(expr.span, "the two sides", *type_a, *type_b,
                        "values of different types are never equal; compare two of one type");
  return type_of_kind(Kind::Bool);
}

TypePtr TypeChecker::check_like(const Expr& expr, const Capabilities& prior) {
  expect(expr.operand(0), prior, {Kind::String}, "`String`",
         "`like` matches texts against a pattern");
  return type_of_kind(Kind::Bool);
}

TypePtr TypeChecker::check_set(const Expr& expr, const Capabilities& prior) {
  if (expr.operands.empty()) {
    if (!rules_.strict()) return set_type(type_of_kind(Kind::Never));
    report(Rule::EmptySet, expr.span, "a set without elements has no type",
           "use `.isEmpty()` to ask whether a set is empty");
    return nullptr;
  }
  std::vector<TypePtr> types;
  types.reserve(expr.operands.size());
  for (const ExprRef& operand : expr.operands) types.push_back(check(*operand, prior).type);
  if (std::find(types.begin(), types.end(), nullptr) != types.end()) return nullptr;
  TypePtr element = types.front();
  for (std::size_t i = 1; i < types.size(); ++i) {
    TypePtr joined = rules_.join(element, types[i]);
    if (joined == nullptr) {
      report_incompatible(expr.operand(i).span, "the elements of the set", *element, *types[i],
                          "a set holds elements of one type");
      return nullptr;
    }
    element = std::move(joined);
  }
  return set_type(std::move(element));
}

TypePtr TypeChecker::check_record(const Expr& expr, const Capabilities& prior) {
  AttributeTypes attributes;
  bool known = true;
  for (std::size_t i = 0; i < expr.operands.size(); ++i) {
    TypePtr type = check(expr.operand(i), prior).type;
    if (type == nullptr) known = false;
    if (known) attributes.emplace(expr.names[i], AttributeType{.type = std::move(type)});
  }
  return known ? record_type(std::move(attributes)) : nullptr;
}

TypePtr TypeChecker::check_contains(const Expr& expr, const Capabilities& prior) {
  const TypePtr set =
      expect(expr.operand(0), prior, {Kind::Set}, "a set", "the method belongs to sets");
  if (expr.kind == Expr::Kind::IsEmpty) return type_of_kind(Kind::Bool);
  const Expr& argument = expr.operand(1);
  TypePtr type = expr.kind == Expr::Kind::Contains
                     ? check(argument, prior).type
                     : expect(argument, prior, {Kind::Set}, "a set",
                              "`.contains()` asks for a single element");
  if (set == nullptr || type == nullptr || !rules_.strict()) return type_of_kind(Kind::Bool);
  const TypePtr& counterpart = expr.kind == Expr::Kind::Contains ? set->element : set;
  if (rules_.join(counterpart, type) == nullptr)
    report_incompatible(
        argument.span,
        expr.kind == Expr::Kind::Contains ? "the set's elements and the argument" : "the two sets",
        *counterpart, *type, "a value of another type is never in the set");
  return type_of_kind(Kind::Bool);
}

TypePtr TypeChecker::check_call(const Expr& expr, const Capabilities& prior) {
  const FunctionSignature& signature = signature_of(expr.function);
  const bool method = signature.style == FunctionSignature::Style::Method;
  const std::size_t own = method ? 1 : 0;
  const bool counted = expr.operands.size() == signature.arity;
  if (!counted)
    report(Rule::ArgumentCount, expr.span,
           fmt::format("`{}` takes {} argument{}, not {}", signature.name, signature.arity - own,
                       signature.arity - own == 1 ? "" : "s", expr.operands.size() - own),
           method ? "" : fmt::format("write {}", example_of(expr.function)));
  const bool constructed = method || check_constructor(expr, signature);
  for (std::size_t i = 0; i < expr.operands.size(); ++i) {
    // Of a call that is wrong as a whole, the arguments' types say nothing more.
    if (!counted || !constructed) {
      check(expr.operand(i), prior);
      continue;
    }
    const TypePtr expected = type_of_kind(type_kind_of(signature.arguments[i]));
    expect(expr.operand(i), prior, {expected->kind}, fmt::format("`{}`", to_text(*expected)));
  }
  using enum Function;
  if (expr.function == Offset || expr.function == DurationSince || expr.function == ToDate)
    note_fallible(FallibleOperation::Kind::Arithmetic, expr.span);
  return type_of_kind(type_kind_of(signature.result));
}

bool TypeChecker::check_constructor(const Expr& expr, const FunctionSignature& signature) {
  bool right = true;
  for (const ExprRef& argument : expr.operands) {
    if (argument->kind == Expr::Kind::Literal) continue;
    if (right) note_fallible(FallibleOperation::Kind::Constructor, expr.span);
    if (right && rules_.strict())
      report(Rule::ConstructorNotLiteral, argument->span,
             fmt::format("`{}` takes a text that stands in the policy", signature.name),
             fmt::format("write {}, or declare the attribute with that type in the schema",
                         example_of(expr.function)));
    right = !rules_.strict();
  }
  if (expr.operands.size() != 1) return right;
  const Expr& first = expr.operand(0);
  if (first.kind != Expr::Kind::Literal || !first.value.is(Value::Kind::String)) return right;
  if (constructs(expr.function, first.value.string_view())) return right;
  report(Rule::ConstructorArgument, first.span,
         fmt::format("`{}` is no value of `{}`", first.value.string_view(),
                     to_text(*type_of_kind(type_kind_of(signature.result)))),
         fmt::format("write {}", example_of(expr.function)));
  return false;
}

const Value* TypeChecker::written_value(const Expr& expr) const {
  if (expr.kind == Expr::Kind::Literal) return &expr.value;
  if (expr.kind == Expr::Kind::And || expr.kind == Expr::Kind::Or) {
    static const std::array<Value, 2> bools = {Value::boolean(false), Value::boolean(true)};
    const Value* left = written_value(expr.operand(0));
    const Value* right = left == nullptr ? nullptr : written_value(expr.operand(1));
    if (right == nullptr || !left->is(Value::Kind::Bool) || !right->is(Value::Kind::Bool))
      return nullptr;
    const bool both = left->boolean() && right->boolean();
    const bool either = left->boolean() || right->boolean();
    return &bools[(expr.kind == Expr::Kind::And ? both : either) ? 1 : 0];
  }
  if (expr.kind == Expr::Kind::Variable && expr.variable == Variable::Action) return &action_value_;
  return nullptr;
}

TypePtr TypeChecker::expect(const Expr& expr, const Capabilities& prior,
                            std::initializer_list<Kind> kinds, std::string_view expected,
                            std::string remedy) {
  return admit(check(expr, prior).type, expr, kinds, expected, std::move(remedy));
}

TypeChecker::Checked TypeChecker::expect_bool(const Expr& expr, const Capabilities& prior) {
  Checked checked = check(expr, prior);
  checked.type = admit(std::move(checked.type), expr, {Kind::Bool}, "`Bool`", {});
  return checked;
}

TypePtr TypeChecker::admit(TypePtr type, const Expr& expr, std::initializer_list<Kind> kinds,
                           std::string_view expected, std::string remedy) {
  if (type == nullptr) return nullptr;
  const Kind kind = is_bool(*type) ? Kind::Bool : type->kind;
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return type;
  const std::string found = is_bool(*type) ? "Bool" : to_text(*type);
  report(Rule::UnexpectedType, expr.span, fmt::format("expected {}, found `{}`", expected, found),
         std::move(remedy));
  return nullptr;
}

void TypeChecker::report(Rule rule, const Span& span, std::string message, std::string remedy) {
  ++mistakes_;
  findings_.add(rule, span, std::move(message), std::move(remedy));
}

void TypeChecker::report_incompatible(const Span& span, std::string_view what, const Type& a,
                                      const Type& b, std::string remedy) {
  report(Rule::IncompatibleTypes, span,
         fmt::format("{} have types that do not go together: `{}` and `{}`", what, to_text(a),
                     to_text(b)),
         std::move(remedy));
}

void TypeChecker::note_fallible(FallibleOperation::Kind kind, const Span& span) {
  fallible_.push_back({.kind = kind, .span = span});
}

}  // namespace countersign::cedar::internal
