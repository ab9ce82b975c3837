// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/residual.h"

#include <algorithm>

namespace countersign::cedar::internal {
namespace {

using Code = Op::Code;

ExprRef with_depth(Expr node) {
  for (const ExprRef& operand : node.operands) {
    node.depth = std::max(node.depth, operand->depth + 1);
  }
  return std::make_shared<const Expr>(std::move(node));
}

ExprRef known(const Value& value, const Expr& origin) {
  Expr node;
  node.value = value;
  node.span = origin.span;
  return std::make_shared<const Expr>(std::move(node));
}

// What was written as a literal stays the one written.
ExprRef known(const Value& value, const ExprRef& origin) {
  const bool written = origin->kind == Expr::Kind::Literal && origin->value == value;
  return written ? origin : known(value, *origin);
}

bool is_boolean(const Expr& expr, bool value) {
  return expr.kind == Expr::Kind::Literal && expr.value.is(Value::Kind::Bool) &&
         expr.value.boolean() == value;
}

class Residual {
 public:
  Residual(const Program& program, Machine& machine) : program_(program), machine_(machine) {}

  ExprRef of(OpIndex index) {
    Value scratch;
    return of(index, machine_.evaluate(index, scratch));
  }

  // Of an operation that was evaluated already, to `value`; null when it failed.
  ExprRef of(OpIndex index, const Value* value) {
    const Op& op = program_.ops[index];
    const ExprRef& origin = program_.origins[index];
    if (value == nullptr) return failing(op, origin);
    if (!value->is_partial()) return known(*value, origin);
    switch (op.code) {
      case Code::Constant:
      case Code::Variable:
      case Code::Path:
      case Code::HasPath:
        return origin;
      case Code::And:
      case Code::Or:
        return chain(op, *origin);
      case Code::If:
        return conditional(op, origin);
      case Code::Set:
      case Code::Record:
      case Code::Call: {
        std::vector<ExprRef> operands;
        for (const OpIndex operand : program_.operands_of(op)) operands.push_back(of(operand));
        return rebuilt(origin, std::move(operands));
      }
      default:
        return plain(op, origin);
    }
  }

 private:
  // What fails now fails then: the expression itself says so best. A policy's whole condition and
  // the negation in an `unless` were written nowhere, and are put together again.
  ExprRef failing(const Op& op, const ExprRef& origin) {
    if (op.code == Code::And || op.code == Code::Or) return chain(op, *origin);
    if (op.code == Code::Not && origin->kind != Expr::Kind::Not) return plain(op, origin);
    return origin;
  }

  // The same node over these operands.
  static ExprRef rebuilt(const ExprRef& origin, std::vector<ExprRef> operands) {
    if (operands == origin->operands) return origin;
    Expr node = *origin;
    node.depth = 1;
    node.operands = std::move(operands);
    return with_depth(std::move(node));
  }

  ExprRef plain(const Op& op, const ExprRef& origin) {
    std::vector<ExprRef> operands;
    operands.push_back(of(op.a));
    switch (op.code) {
      case Code::GetAttr:
      case Code::Has:
      case Code::Not:
      case Code::Negate:
      case Code::IsEmpty:
      case Code::Like:
        break;
      case Code::Is:
        return is(*origin, std::move(operands));
      case Code::In:
        operands.push_back(of(op.b));
        return in(*origin, std::move(operands));
      default:
        operands.push_back(of(op.b));
        break;
    }
    // `unless` adds a negation that no expression was written for.
    if (op.code == Code::Not && origin->kind != Expr::Kind::Not) {
      Expr node;
      node.kind = Expr::Kind::Not;
      node.span = origin->span;
      node.operands = std::move(operands);
      return with_depth(std::move(node));
    }
    return rebuilt(origin, std::move(operands));
  }

  // Both stand alone or as half of `e is T in g`.
  static ExprRef is(const Expr& origin, std::vector<ExprRef> operands) {
    Expr node;
    node.kind = Expr::Kind::Is;
    node.type = origin.type;
    node.type_span = origin.type_span;
    node.span = origin.span;
    node.operands = std::move(operands);
    return with_depth(std::move(node));
  }

  static ExprRef in(const Expr& origin, std::vector<ExprRef> operands) {
    Expr node;
    node.kind = Expr::Kind::In;
    node.span = origin.span;
    node.operands = std::move(operands);
    return with_depth(std::move(node));
  }

  ExprRef conditional(const Op& op, const ExprRef& origin) {
    Value scratch;
    const Value* condition = machine_.evaluate(op.a, scratch);
    if (condition != nullptr && condition->is(Value::Kind::Bool)) {
      return of(condition->boolean() ? op.b : op.c);
    }
    return rebuilt(origin, {of(op.a), of(op.b), of(op.c)});
  }

  // Left to right: neutral operands go, and nothing stays behind one that decides. When a single
  // operand is left it keeps a neutral neighbour unless it is surely boolean, so that what is no
  // boolean still fails.
  ExprRef chain(const Op& op, const Expr& origin) {
    const bool decides = op.code == Code::Or;
    const Expr::Kind kind = decides ? Expr::Kind::Or : Expr::Kind::And;
    ExprRef all;
    std::size_t count = 0;
    bool boolean = true;
    for (const OpIndex operand : program_.operands_of(op)) {
      Value scratch;
      const Value* value = machine_.evaluate(operand, scratch);
      if (value != nullptr && value->is(Value::Kind::Bool) && value->boolean() != decides) continue;
      boolean = value != nullptr && value->surely(Value::Kind::Bool);
      ExprRef part = of(operand, value);
      const bool last = is_boolean(*part, decides);
      all = count == 0 ? std::move(part) : joined(kind, std::move(all), std::move(part), origin);
      ++count;
      if (last) break;
    }
    if (count == 1 && !boolean) {
      return joined(kind, known(Value::boolean(!decides), origin), std::move(all), origin);
    }
    return all;
  }

  static ExprRef joined(Expr::Kind kind, ExprRef left, ExprRef right, const Expr& origin) {
    Expr node;
    node.kind = kind;
    node.span = origin.span;
    node.operands = {std::move(left), std::move(right)};
    return with_depth(std::move(node));
  }

  const Program& program_;
  Machine& machine_;
};

}  // namespace

ExprRef residual_of(OpIndex index, const Value* value, const Program& program, Machine& machine) {
  return Residual(program, machine).of(index, value);
}

ExprRef both(ExprRef left, ExprRef right) {
  Expr node;
  node.kind = Expr::Kind::And;
  node.operands = {std::move(left), std::move(right)};
  return with_depth(std::move(node));
}

}  // namespace countersign::cedar::internal
