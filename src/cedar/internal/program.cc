// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/program.h"

#include <algorithm>

#include "cedar/entities.h"
#include "cedar/internal/machine.h"

namespace countersign::cedar::internal {
namespace {

using Kind = Expr::Kind;
using Code = Op::Code;

// Results of these depend on nothing but their operands.
bool is_pure(Code code) {
  switch (code) {
    case Code::Constant:
    case Code::Variable:
    case Code::Path:
    case Code::HasPath:
    case Code::GetAttr:
    case Code::Has:
    case Code::In:
    case Code::GetTag:
    case Code::HasTag:
      return false;
    default:
      return true;
  }
}

std::uint64_t hash_of_value(const Value& value) {
  const auto kind = static_cast<std::uint64_t>(value.kind());
  switch (value.kind()) {
    case Value::Kind::String:
      return hash_of(kind, value.string().hash());
    case Value::Kind::Entity:
      return hash_of(kind, value.entity().hash());
    case Value::Kind::Set: {
      std::uint64_t hash = kind;
      for (const Value& item : value.set().items()) hash = hash_of(hash, hash_of_value(item));
      return hash;
    }
    case Value::Kind::Record:
    case Value::Kind::Ip:
      return kind;
    default:
      return hash_of(kind, static_cast<std::uint64_t>(value.number()));
  }
}

class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}

  OpIndex compile(const ExprRef& expr) {
    switch (expr->kind) {
      case Kind::Literal:
        return constant(expr->value, expr);
      case Kind::And:
        return chain(Kind::And, Code::And, expr);
      case Kind::Or:
        return chain(Kind::Or, Code::Or, expr);
      case Kind::If:
        return conditional(expr);
      case Kind::IsIn:
        return is_in(expr);
      case Kind::Variable:
        return emit({.code = Code::Variable, .variable = expr->variable}, expr);
      case Kind::GetAttr:
      case Kind::Has:
        return access(expr);
      case Kind::Set:
      case Kind::Record:
      case Kind::Call:
        return listed(expr);
      default:
        return plain(expr);
    }
  }

  OpIndex emit(Op op, const ExprRef& origin) {
    program_.ops.push_back(op);
    program_.origins.push_back(origin);
    return fold(static_cast<OpIndex>(program_.ops.size() - 1), origin);
  }

  OpIndex constant(Value value, const ExprRef& origin) {
    return emit({.code = Code::Constant, .a = program_.place_of(std::move(value))}, origin);
  }

  Op with_operands(Op op, std::span<const OpIndex> parts) {
    op.a = static_cast<std::uint32_t>(program_.operands.size());
    op.b = static_cast<std::uint32_t>(parts.size());
    program_.operands.insert(program_.operands.end(), parts.begin(), parts.end());
    return op;
  }

 private:
  const Value* constant_of(OpIndex index) const {
    const Op& op = program_.ops[index];
    return op.code == Code::Constant ? &program_.constants[op.a] : nullptr;
  }

  bool operands_are_constant(const Op& op) const {
    const auto is_constant = [this](OpIndex index) { return constant_of(index) != nullptr; };
    switch (op.code) {
      case Code::And:
      case Code::Or:
      case Code::Set:
      case Code::Record:
      case Code::Call: {
        const auto operands = program_.operands_of(op);
        return std::all_of(operands.begin(), operands.end(), is_constant);
      }
      case Code::If:
        return is_constant(op.a) && is_constant(op.b) && is_constant(op.c);
      case Code::Not:
      case Code::Negate:
      case Code::Is:
      case Code::Like:
      case Code::IsEmpty:
        return is_constant(op.a);
      default:
        return is_constant(op.a) && is_constant(op.b);
    }
  }

  // Replaces an operation whose operands are known by its result, unless that is an error: errors
  // are met when, and only if, evaluation comes to them.
  OpIndex fold(OpIndex index, const ExprRef& origin) {
    const Op op = program_.ops[index];
    if (!is_pure(op.code) || !operands_are_constant(op)) return index;
    const EntityStore nothing;
    Machine machine(program_, nothing);
    Value scratch;
    const Value* result = machine.evaluate(index, scratch);
    if (result == nullptr) return index;
    return constant(*result, origin);
  }

  void flatten(Kind kind, const ExprRef& expr, std::vector<ExprRef>& parts) {
    if (expr->kind != kind) {
      parts.push_back(expr);
      return;
    }
    for (const ExprRef& operand : expr->operands) flatten(kind, operand, parts);
  }

  // a && b && c. An operand that is known to be neutral is dropped; nothing behind one that decides
  // is ever evaluated.
  OpIndex chain(Kind kind, Code code, const ExprRef& expr) {
    std::vector<ExprRef> exprs;
    flatten(kind, expr, exprs);
    std::vector<OpIndex> parts;
    for (const ExprRef& part : exprs) {
      const OpIndex index = compile(part);
      const Value* known = constant_of(index);
      if (known != nullptr && known->is(Value::Kind::Bool)) {
        const bool decides = known->boolean() == (kind == Kind::Or);
        if (!decides) continue;
        if (parts.empty()) return constant(*known, expr);
        parts.push_back(index);
        break;
      }
      parts.push_back(index);
    }
    if (parts.empty()) return constant(Value::boolean(kind == Kind::And), expr);
    return emit(with_operands({.code = code}, parts), expr);
  }

  OpIndex conditional(const ExprRef& expr) {
    const OpIndex condition = compile(expr->operands[0]);
    const Value* known = constant_of(condition);
    if (known != nullptr && known->is(Value::Kind::Bool)) {
      return compile(expr->operands[known->boolean() ? 1 : 2]);
    }
    const OpIndex yes = compile(expr->operands[1]);
    const OpIndex no = compile(expr->operands[2]);
    return emit({.code = Code::If, .a = condition, .b = yes, .c = no}, expr);
  }

  OpIndex is_in(const ExprRef& expr) {
    const OpIndex member = compile(expr->operands[0]);
    const OpIndex is = emit(
        {.code = Code::Is, .a = member, .b = program_.place_of(std::span(&expr->type, 1))}, expr);
    const OpIndex group = compile(expr->operands[1]);
    const OpIndex in = emit({.code = Code::In, .a = member, .b = group}, expr);
    const OpIndex parts[] = {is, in};
    return emit(with_operands({.code = Code::And}, parts), expr);
  }

  OpIndex access(const ExprRef& expr) {
    const bool has = expr->kind == Kind::Has;
    const auto count = static_cast<std::uint32_t>(expr->names.size());
    const std::optional<AttributePath> path = attribute_path(has ? expr->operand(0) : *expr);
    if (path) {
      Op op{.code = has ? Code::HasPath : Code::Path, .variable = path->variable};
      op.b = static_cast<std::uint32_t>(path->names.size());
      std::vector<Text> names = path->names;
      if (has) {
        names.insert(names.end(), expr->names.begin(), expr->names.end());
        op.c = count;
      }
      op.a = program_.place_of(names);
      return emit(op, expr);
    }
    const OpIndex receiver = compile(expr->operands[0]);
    const std::uint32_t names = program_.place_of(expr->names);
    return emit({.code = has ? Code::Has : Code::GetAttr, .a = receiver, .b = names, .c = count},
                expr);
  }

  OpIndex listed(const ExprRef& expr) {
    std::vector<OpIndex> parts;
    parts.reserve(expr->operands.size());
    for (const ExprRef& operand : expr->operands) parts.push_back(compile(operand));
    Op op;
    op.function = expr->function;
    op.code = expr->kind == Kind::Set    ? Code::Set
              : expr->kind == Kind::Call ? Code::Call
                                         : Code::Record;
    op = with_operands(op, parts);
    if (expr->kind == Kind::Record) op.c = program_.place_of(expr->names);
    return emit(op, expr);
  }

  static Code code_of(Kind kind) {
    switch (kind) {
      case Kind::Not:
        return Code::Not;
      case Kind::Negate:
        return Code::Negate;
      case Kind::Equal:
        return Code::Equal;
      case Kind::NotEqual:
        return Code::NotEqual;
      case Kind::Less:
        return Code::Less;
      case Kind::LessEqual:
        return Code::LessEqual;
      case Kind::Greater:
        return Code::Greater;
      case Kind::GreaterEqual:
        return Code::GreaterEqual;
      case Kind::Add:
        return Code::Add;
      case Kind::Subtract:
        return Code::Subtract;
      case Kind::Multiply:
        return Code::Multiply;
      case Kind::In:
        return Code::In;
      case Kind::Is:
        return Code::Is;
      case Kind::Like:
        return Code::Like;
      case Kind::Contains:
        return Code::Contains;
      case Kind::ContainsAll:
        return Code::ContainsAll;
      case Kind::ContainsAny:
        return Code::ContainsAny;
      case Kind::IsEmpty:
        return Code::IsEmpty;
      case Kind::GetTag:
        return Code::GetTag;
      default:
        return Code::HasTag;
    }
  }

  // One or two operands, and what belongs to the node itself.
  OpIndex plain(const ExprRef& expr) {
    Op op{.code = code_of(expr->kind)};
    op.a = compile(expr->operands[0]);
    if (expr->operands.size() > 1) op.b = compile(expr->operands[1]);
    if (expr->kind == Kind::Is) op.b = program_.place_of(std::span(&expr->type, 1));
    if (expr->kind == Kind::Like) {
      program_.patterns.push_back(expr->pattern);
      op.b = static_cast<std::uint32_t>(program_.patterns.size() - 1);
    }
    return emit(op, expr);
  }

  Program& program_;
};

}  // namespace

std::uint32_t Program::place_of(Value constant) {
  const auto next = static_cast<std::uint32_t>(constants.size());
  const auto [known, is_new] = constant_places_.try_emplace(hash_of_value(constant), next);
  if (!is_new && constants[known->second] == constant) return known->second;
  known->second = next;
  constants.push_back(std::move(constant));
  return next;
}

std::uint32_t Program::place_of(std::span<const Text> list) {
  std::uint64_t hash = list.size();
  for (const Text& name : list) hash = hash_of(hash, name.hash());
  const auto next = static_cast<std::uint32_t>(names.size());
  const auto [known, is_new] = name_places_.try_emplace(hash, next);
  const auto there = [&] {
    const std::span<const Text> rest = std::span(names).subspan(known->second);
    return rest.size() >= list.size() && std::equal(list.begin(), list.end(), rest.begin());
  };
  if (!is_new && there()) return known->second;
  known->second = next;
  names.insert(names.end(), list.begin(), list.end());
  return next;
}

OpIndex Program::compile(const ExprRef& expr) { return Compiler(*this).compile(expr); }

OpIndex Program::conjunction(std::span<const OpIndex> parts, const ExprRef& origin) {
  Compiler compiler(*this);
  return compiler.emit(compiler.with_operands({.code = Op::Code::And}, parts), origin);
}

OpIndex Program::negation(OpIndex part, const ExprRef& origin) {
  return Compiler(*this).emit({.code = Op::Code::Not, .a = part}, origin);
}

}  // namespace countersign::cedar::internal
