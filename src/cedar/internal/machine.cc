// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "cedar/internal/extension.h"
#include "cedar/internal/lexer.h"

namespace countersign::cedar::internal {
namespace {

using Code = Op::Code;
using Kind = Value::Kind;

const Value kTrue = Value::boolean(true);
const Value kFalse = Value::boolean(false);
const Value kUnknown = Value::unknown();
const Value kUnknownBool = Value::unknown(Kind::Bool);
const Value kUnknownSet = Value::unknown(Kind::Set);
const Value kUnknownRecord = Value::unknown(Kind::Record);

const Value* truth(bool value) { return value ? &kTrue : &kFalse; }

// Whether the value, known or not, is surely of that kind.
bool certain(const Value& value, Kind kind) {
  return value.is(kind) || (value.is(Kind::Unknown) && value.surely(kind));
}
// Whether it is known, or surely of some kind: then computing it did not fail.
bool cannot_fail(const Value& value) { return !value.is(Kind::Unknown) || !(value == kUnknown); }

std::string_view symbol_of(Code code) {
  switch (code) {
    case Code::Add:
      return "+";
    case Code::Subtract:
      return "-";
    default:
      return "*";
  }
}

}  // namespace

Machine::Machine(const Program& program, const Request& request, const EntityStore& entities)
    : program_(program), store_(entities) {
  std::array<const EntityUid*, 3> named{};
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    variables_[i] = &request[static_cast<Variable>(i)];
    if (i < named.size() && variables_[i]->is(Kind::Entity)) named[i] = &variables_[i]->entity();
  }
  own_ = store_.find(named);
}

const StoredEntity* Machine::find(const EntityUid& uid) const {
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (variables_[i] != nullptr && variables_[i]->is(Kind::Entity) &&
        &variables_[i]->entity() == &uid) {
      return own_[i];
    }
  }
  return store_.find(uid);
}

const Value* Machine::evaluate(OpIndex index, Value& scratch) {
  const Op& op = program_.ops[index];
  switch (op.code) {
    case Code::Constant:
      return &program_.constants[op.a];
    case Code::Variable:
      CHECK(value_of(op.variable) != nullptr);
      return value_of(op.variable);
    case Code::Path:
      return path(op, index);
    case Code::HasPath:
      return has_path(op, index);
    case Code::GetAttr:
      return get_attr(op, index, scratch);
    case Code::Has:
      return has_attr(op, index);
    case Code::If:
      return conditional(op, scratch);
    case Code::And:
    case Code::Or:
      return chain(op);
    case Code::Not:
    case Code::Negate:
    case Code::Is:
    case Code::Like:
    case Code::IsEmpty:
      return unary(op, index, scratch);
    case Code::Set:
    case Code::Record:
      return build(op, scratch);
    case Code::Call:
      return call(op, index, scratch);
    default:
      return binary(op, index, scratch);
  }
}

const Value* Machine::step(const Value& from, const Text& name, OpIndex index) {
  if (from.is(Kind::Record)) {
    if (const Value* found = from.record().find(name)) return found;
    return no_attribute(index, from, name);
  }
  if (from.is(Kind::Entity)) {
    const StoredEntity* entity = find(from.entity());
    if (entity != nullptr) {
      if (const Value* found = entity->attributes().find(name)) return found;
    }
    return no_attribute(index, from, name);
  }
  if (from.is(Kind::Unknown)) return &kUnknown;
  return fail_type(index, "a record or an entity", from);
}

const Value* Machine::path(const Op& op, OpIndex index) {
  const Value* at = value_of(op.variable);
  CHECK(at != nullptr);
  for (const Text& name : program_.names_at(op.a, op.b)) {
    at = step(*at, name, index);
    if (at == nullptr) return nullptr;
  }
  return at;
}

const Value* Machine::has_path(const Op& op, OpIndex index) {
  const Value* from = path(op, index);
  if (from == nullptr) return nullptr;
  return has(*from, program_.names_at(op.a + op.b, op.c), index);
}

const Value* Machine::has(const Value& from, std::span<const Text> names, OpIndex index) {
  const Value* at = &from;
  for (const Text& name : names) {
    if (at->is(Kind::Record)) {
      at = at->record().find(name);
    } else if (at->is(Kind::Entity)) {
      const StoredEntity* entity = find(at->entity());
      at = entity == nullptr ? nullptr : entity->attributes().find(name);
    } else if (at->is(Kind::Unknown)) {
      const bool fits = at->surely(Kind::Record) || at->surely(Kind::Entity);
      return fits && names.size() == 1 ? &kUnknownBool : &kUnknown;
    } else {
      return fail_type(index, "a record or an entity", *at);
    }
    if (at == nullptr) return &kFalse;
  }
  return &kTrue;
}

const Value* Machine::get_attr(const Op& op, OpIndex index, Value& scratch) {
  Value lent;
  const Value* from = evaluate(op.a, lent);
  if (from == nullptr) return nullptr;
  const Value* found = step(*from, program_.names[op.b], index);
  if (found == nullptr || from != &lent) return found;
  // The record goes with this call; what was found in it must not.
  scratch = *found;
  return &scratch;
}

const Value* Machine::has_attr(const Op& op, OpIndex index) {
  Value lent;
  const Value* from = evaluate(op.a, lent);
  if (from == nullptr) return nullptr;
  return has(*from, program_.names_at(op.b, op.c), index);
}

const Value* Machine::conditional(const Op& op, Value& scratch) {
  const Value* condition = evaluate(op.a, scratch);
  if (condition == nullptr) return nullptr;
  if (condition->is(Kind::Unknown)) return unknown_condition(op, *condition, scratch);
  if (!condition->is(Kind::Bool)) return fail_type(op.a, "a boolean", *condition);
  return evaluate(condition->boolean() ? op.b : op.c, scratch);
}

const Value* Machine::unknown_condition(const Op& op, const Value& condition, Value& scratch) {
  if (!condition.surely(Kind::Bool)) return &kUnknown;
  Value lent;
  const Value* yes = evaluate(op.b, scratch);
  const Value* no = yes == nullptr ? nullptr : evaluate(op.c, lent);
  if (no == nullptr) return &kUnknown;
  if (!yes->is_partial() && !no->is_partial() && *yes == *no) return yes;
  return certain(*yes, Kind::Bool) && certain(*no, Kind::Bool) ? &kUnknownBool : &kUnknown;
}

const Value* Machine::chain(const Op& op) {
  const bool decides = op.code == Code::Or;
  const std::span<const OpIndex> operands = program_.operands_of(op);
  Value lent;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Value* value = evaluate(operands[i], lent);
    if (value == nullptr) return nullptr;
    if (!value->is(Kind::Bool)) {
      if (value->is(Kind::Unknown)) return rest_of_chain(op, i + 1, *value);
      return fail_type(operands[i], "a boolean", *value);
    }
    if (value->boolean() == decides) return truth(decides);
  }
  return truth(!decides);
}

// What follows an unknown operand counts only if it decides alone, and then only if nothing before
// it can fail or be no boolean.
const Value* Machine::rest_of_chain(const Op& op, std::size_t from, const Value& unknown) {
  const bool decides = op.code == Code::Or;
  if (!unknown.surely(Kind::Bool)) return &kUnknown;
  const std::span<const OpIndex> operands = program_.operands_of(op);
  Value lent;
  for (std::size_t i = from; i < operands.size(); ++i) {
    const Value* value = evaluate(operands[i], lent);
    if (value == nullptr || !certain(*value, Kind::Bool)) return &kUnknown;
    if (value->is(Kind::Bool) && value->boolean() == decides) return truth(decides);
  }
  return &kUnknownBool;
}

const Value* Machine::unary(const Op& op, OpIndex index, Value& scratch) {
  Value lent;
  const Value* value = evaluate(op.a, lent);
  if (value == nullptr) return nullptr;
  const Kind wanted = op.code == Code::Not      ? Kind::Bool
                      : op.code == Code::Negate ? Kind::Long
                      : op.code == Code::Is     ? Kind::Entity
                      : op.code == Code::Like   ? Kind::String
                                                : Kind::Set;
  if (!value->is(wanted)) {
    if (!value->is(Kind::Unknown)) return fail_type(index, name_of(wanted), *value);
    return value->surely(wanted) && op.code != Code::Negate ? &kUnknownBool : &kUnknown;
  }
  switch (op.code) {
    case Code::Not:
      return truth(!value->boolean());
    case Code::Is:
      return truth(value->entity().type() == program_.names[op.b]);
    case Code::Like:
      return truth(program_.patterns[op.b].matches(value->string_view()));
    case Code::IsEmpty:
      return truth(value->set().empty());
    default:
      break;
  }
  std::int64_t result = 0;
  if (__builtin_sub_overflow(std::int64_t{0}, value->number(), &result)) {
    return fail(index, fmt::format("`-({})` does not fit 64 bits", value->number()));
  }
  scratch = Value::integer(result);
  return &scratch;
}

const Value* Machine::binary(const Op& op, OpIndex index, Value& scratch) {
  Value lent_left;
  Value lent_right;
  const Value* left = evaluate(op.a, lent_left);
  if (left == nullptr) return nullptr;
  const Value* right = evaluate(op.b, lent_right);
  if (right == nullptr) return nullptr;
  switch (op.code) {
    case Code::Equal:
    case Code::NotEqual:
      if (left->is_partial() || right->is_partial()) {
        return cannot_fail(*left) && cannot_fail(*right) ? &kUnknownBool : &kUnknown;
      }
      return truth((*left == *right) == (op.code == Code::Equal));
    case Code::Less:
    case Code::LessEqual:
    case Code::Greater:
    case Code::GreaterEqual:
      return compare(op, index, *left, *right);
    case Code::In:
      return in(index, *left, *right);
    case Code::Contains:
    case Code::ContainsAll:
    case Code::ContainsAny:
      return sets(op, index, *left, *right);
    case Code::GetTag:
    case Code::HasTag:
      return tag(op, index, *left, *right, scratch);
    default:
      return arithmetic(op, index, *left, *right, scratch);
  }
}

const Value* Machine::compare(const Op& op, OpIndex index, const Value& left, const Value& right) {
  const auto is_ordered = [](const Value& value) {
    return value.is(Kind::Long) || value.is(Kind::Datetime) || value.is(Kind::Duration);
  };
  if (!is_ordered(left) || left.kind() != right.kind()) {
    if (!left.is(Kind::Unknown) && !right.is(Kind::Unknown)) {
      if (is_ordered(left)) return fail_type(index, name_of(left.kind()), right);
      const bool by_right = is_ordered(right);
      return fail_type(index, by_right ? name_of(right.kind()) : "a long, a datetime or a duration",
                       left);
    }
    for (const Kind kind : {Kind::Long, Kind::Datetime, Kind::Duration}) {
      if (certain(left, kind) && certain(right, kind)) return &kUnknownBool;
    }
    return &kUnknown;
  }
  switch (op.code) {
    case Code::Less:
      return truth(left.number() < right.number());
    case Code::LessEqual:
      return truth(left.number() <= right.number());
    case Code::Greater:
      return truth(left.number() > right.number());
    default:
      return truth(left.number() >= right.number());
  }
}

const Value* Machine::arithmetic(const Op& op, OpIndex index, const Value& left, const Value& right,
                                 Value& scratch) {
  for (const Value* value : {&left, &right}) {
    if (!value->is(Kind::Long) && !value->is(Kind::Unknown)) {
      return fail_type(index, "a long", *value);
    }
  }
  if (left.is(Kind::Unknown) || right.is(Kind::Unknown)) return &kUnknown;
  std::int64_t result = 0;
  const bool overflow =
      op.code == Code::Add        ? __builtin_add_overflow(left.number(), right.number(), &result)
      : op.code == Code::Subtract ? __builtin_sub_overflow(left.number(), right.number(), &result)
                                  : __builtin_mul_overflow(left.number(), right.number(), &result);
  if (overflow) {
    return fail(index, fmt::format("`{} {} {}` does not fit 64 bits", left.number(),
                                   symbol_of(op.code), right.number()));
  }
  scratch = Value::integer(result);
  return &scratch;
}

const Value* Machine::in(OpIndex index, const Value& left, const Value& right) {
  if (!certain(left, Kind::Entity)) {
    return left.is(Kind::Unknown) ? &kUnknown : fail_type(index, "an entity", left);
  }
  if (right.is(Kind::Set)) {
    for (const Value& group : right.set().items()) {
      if (!group.is(Kind::Entity)) return fail_type(index, "an entity", group);
    }
  } else if (!right.is(Kind::Entity)) {
    if (!right.is(Kind::Unknown)) return fail_type(index, "an entity or a set of entities", right);
    return right.surely(Kind::Entity) ? &kUnknownBool : &kUnknown;
  }
  if (left.is(Kind::Unknown)) return &kUnknownBool;
  const EntityUid& member = left.entity();
  const StoredEntity* entity = find(member);
  const auto is_in = [&](const EntityUid& group) {
    return member == group || (entity != nullptr && entity->descends_from(group));
  };
  if (right.is(Kind::Entity)) return truth(is_in(right.entity()));
  const std::span<const Value> groups = right.set().items();
  return truth(std::any_of(groups.begin(), groups.end(),
                           [&](const Value& group) { return is_in(group.entity()); }));
}

const Value* Machine::sets(const Op& op, OpIndex index, const Value& left, const Value& right) {
  const bool one = op.code == Code::Contains;
  if (!left.is(Kind::Set) && !left.is(Kind::Unknown)) return fail_type(index, "a set", left);
  if (!one && !right.is(Kind::Set) && !right.is(Kind::Unknown)) {
    return fail_type(index, "a set", right);
  }
  if (left.is(Kind::Unknown) || right.is_partial()) {
    const bool safe =
        certain(left, Kind::Set) && (one ? cannot_fail(right) : certain(right, Kind::Set));
    return safe ? &kUnknownBool : &kUnknown;
  }
  if (one) return truth(left.set().contains(right));
  return truth(op.code == Code::ContainsAll ? left.set().contains_all(right.set())
                                            : left.set().contains_any(right.set()));
}

const Value* Machine::tag(const Op& op, OpIndex index, const Value& left, const Value& right,
                          Value& scratch) {
  if (!left.is(Kind::Entity) && !left.is(Kind::Unknown)) return fail_type(index, "an entity", left);
  if (!right.is(Kind::String) && !right.is(Kind::Unknown)) {
    return fail_type(index, "a string", right);
  }
  if (left.is(Kind::Unknown) || right.is(Kind::Unknown)) {
    const bool safe =
        op.code == Code::HasTag && certain(left, Kind::Entity) && certain(right, Kind::String);
    return safe ? &kUnknownBool : &kUnknown;
  }
  const StoredEntity* entity = find(left.entity());
  const Value* found = entity == nullptr ? nullptr : entity->tags().find(right.string());
  if (op.code == Code::HasTag) return truth(found != nullptr);
  if (found != nullptr) {
    scratch = *found;
    return &scratch;
  }
  if (entity == nullptr) {
    return fail(index, fmt::format("there is no entity `{}`", to_text(left.entity())));
  }
  return fail(index, fmt::format("`{}` has no tag {}", to_text(left.entity()),
                                 quoted(right.string_view())));
}

const Value* Machine::build(const Op& op, Value& scratch) {
  const std::span<const OpIndex> operands = program_.operands_of(op);
  const bool set = op.code == Code::Set;
  std::vector<Value> values;
  values.reserve(operands.size());
  bool open = false;
  bool safe = true;
  for (const OpIndex operand : operands) {
    Value lent;
    const Value* value = evaluate(operand, lent);
    if (value == nullptr) return nullptr;
    open = open || value->is_partial();
    safe = safe && cannot_fail(*value);
    values.push_back(*value);
  }
  if (open) return !safe ? &kUnknown : set ? &kUnknownSet : &kUnknownRecord;
  if (set) {
    scratch = Value::set(std::move(values));
    return &scratch;
  }
  const std::span<const Text> names = program_.names_at(op.c, op.b);
  std::vector<Record::Member> members;
  members.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    members.emplace_back(names[i], std::move(values[i]));
  }
  scratch = Value::record(std::move(members));
  return &scratch;
}

const Value* Machine::call(const Op& op, OpIndex index, Value& scratch) {
  const FunctionSignature& signature = signature_of(op.function);
  const std::span<const OpIndex> operands = program_.operands_of(op);
  std::array<Value, 2> arguments;
  bool open = false;
  bool safe = signature.result == Kind::Bool;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Value lent;
    const Value* value = evaluate(operands[i], lent);
    if (value == nullptr) return nullptr;
    if (i >= signature.arity) continue;
    open = open || value->is(Kind::Unknown);
    safe = safe && certain(*value, signature.arguments[i]);
    arguments[i] = *value;
  }
  if (operands.size() != signature.arity) {
    return fail(index,
                fmt::format("`{}` takes {} argument{}, not {}", signature.name, signature.arity,
                            signature.arity == 1 ? "" : "s", operands.size()));
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!arguments[i].is(signature.arguments[i]) && !arguments[i].is(Kind::Unknown)) {
      return fail_type(index, name_of(signature.arguments[i]), arguments[i]);
    }
  }
  if (open) return safe ? &kUnknownBool : &kUnknown;
  std::optional<Value> result = call_function(op.function, arguments);
  if (result) {
    scratch = std::move(*result);
    return &scratch;
  }
  if (signature.style == FunctionSignature::Style::Constructor) {
    return fail(index, fmt::format("{} is not {}", quoted(arguments[0].string_view()),
                                   name_of(signature.result)));
  }
  return fail(index, fmt::format("the result of `{}` does not fit 64 bits", signature.name));
}

const Value* Machine::fail(OpIndex index, std::string message) {
  failure_ = {std::move(message), program_.origins[index]->span};
  return nullptr;
}

const Value* Machine::fail_type(OpIndex index, std::string_view expected, const Value& found) {
  return fail(index, fmt::format("expected {}, found {}", expected, name_of(found.kind())));
}

const Value* Machine::no_attribute(OpIndex index, const Value& from, const Text& name) {
  if (from.is(Kind::Record)) {
    return fail(index, fmt::format("the record has no attribute `{}`", written_name(name.view())));
  }
  if (find(from.entity()) == nullptr) {
    return fail(index, fmt::format("there is no entity `{}`", to_text(from.entity())));
  }
  return fail(index, fmt::format("`{}` has no attribute `{}`", to_text(from.entity()),
                                 written_name(name.view())));
}

}  // namespace countersign::cedar::internal
