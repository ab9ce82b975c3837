// SPDX-License-Identifier: Apache-2.0
// Compiled conditions: expressions flattened into one array of operations, literals folded,
// attribute chains made one step, chains of && and || made one operation with many operands.
//
// Invariants:
//   Downward   an operation's operands stand before it
//   Traced     `origins[i]` is the expression that operation i stands for
//   Faithful   folding never removes an error that evaluation would have met
//   Shared     equal constants, and equal lists of names, are one: what many policies speak of is
//              read from the same memory
#ifndef COUNTERSIGN_CEDAR_INTERNAL_PROGRAM_H_
#define COUNTERSIGN_CEDAR_INTERNAL_PROGRAM_H_

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "cedar/ast.h"

namespace countersign::cedar::internal {

using OpIndex = std::uint32_t;

struct Op {
  enum class Code : std::uint8_t {
    Constant,  // constants[a]
    Variable,  // of `variable`
    Path,      // attributes names[a, a+b) from `variable`
    HasPath,   // Path names[a, a+b), then `has` names[a+b, a+b+c)
    GetAttr,   // a; names[b]
    Has,       // a; names[b, b+c)
    If,        // a, b, c
    And,       // operands[a, a+b)
    Or,        // operands[a, a+b)
    Not,       // a
    Negate,    // a
    Equal,     // a, b
    NotEqual,
    Less,  // a, b
    LessEqual,
    Greater,
    GreaterEqual,
    Add,  // a, b
    Subtract,
    Multiply,
    In,        // a, b
    Is,        // a; names[b]
    Like,      // a; patterns[b]
    Set,       // operands[a, a+b)
    Record,    // operands[a, a+b); names[c, c+b)
    Contains,  // a, b
    ContainsAll,
    ContainsAny,
    IsEmpty,  // a
    GetTag,   // a, b
    HasTag,
    Call  // `function`; operands[a, a+b)
  };

  Code code = Code::Constant;
  cedar::Variable variable = cedar::Variable::Principal;
  Function function = Function::Decimal;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};

struct Program {
  std::vector<Op> ops;
  std::vector<ExprRef> origins;
  std::vector<OpIndex> operands;
  std::vector<Value> constants;
  std::vector<Text> names;
  std::vector<Pattern> patterns;

  // Appends the operations of `expr`; gives its root.
  OpIndex compile(const ExprRef& expr);
  // The conjunction of some operations already there, standing for `origin`.
  OpIndex conjunction(std::span<const OpIndex> parts, const ExprRef& origin);
  OpIndex negation(OpIndex part, const ExprRef& origin);

  // The place of a constant, of a list of names.
  std::uint32_t place_of(Value constant);
  std::uint32_t place_of(std::span<const Text> list);

  std::span<const OpIndex> operands_of(const Op& op) const {
    return std::span(operands).subspan(op.a, op.b);
  }
  std::span<const Text> names_at(std::uint32_t from, std::uint32_t count) const {
    return std::span(names).subspan(from, count);
  }

 private:
  // By hash, where one that may be equal stands.
  std::unordered_map<std::uint64_t, std::uint32_t> constant_places_;
  std::unordered_map<std::uint64_t, std::uint32_t> name_places_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_PROGRAM_H_
