// SPDX-License-Identifier: Apache-2.0
// Expressions in Cedar's JSON form: the part of policy_json.h that nests.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_EXPRESSION_JSON_H_
#define COUNTERSIGN_CEDAR_INTERNAL_EXPRESSION_JSON_H_

#include <array>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "cedar/ast.h"

namespace countersign::cedar::internal {

// The operators that are written {NAME: {"arg"}} or {NAME: {"left", "right"}}.
struct JsonOperator {
  std::string_view name;
  Expr::Kind kind;
  std::size_t operands;
};

inline constexpr std::array kJsonOperators = {
    JsonOperator{"!", Expr::Kind::Not, 1},
    JsonOperator{"neg", Expr::Kind::Negate, 1},
    JsonOperator{"isEmpty", Expr::Kind::IsEmpty, 1},
    JsonOperator{"==", Expr::Kind::Equal, 2},
    JsonOperator{"!=", Expr::Kind::NotEqual, 2},
    JsonOperator{"<", Expr::Kind::Less, 2},
    JsonOperator{"<=", Expr::Kind::LessEqual, 2},
    JsonOperator{">", Expr::Kind::Greater, 2},
    JsonOperator{">=", Expr::Kind::GreaterEqual, 2},
    JsonOperator{"&&", Expr::Kind::And, 2},
    JsonOperator{"||", Expr::Kind::Or, 2},
    JsonOperator{"+", Expr::Kind::Add, 2},
    JsonOperator{"-", Expr::Kind::Subtract, 2},
    JsonOperator{"*", Expr::Kind::Multiply, 2},
    JsonOperator{"in", Expr::Kind::In, 2},
    JsonOperator{"contains", Expr::Kind::Contains, 2},
    JsonOperator{"containsAll", Expr::Kind::ContainsAll, 2},
    JsonOperator{"containsAny", Expr::Kind::ContainsAny, 2},
    JsonOperator{"getTag", Expr::Kind::GetTag, 2},
    JsonOperator{"hasTag", Expr::Kind::HasTag, 2},
};
inline constexpr std::array<std::string_view, 2> kJsonOperandNames = {"left", "right"};
inline constexpr std::array<std::string_view, 3> kJsonBranchNames = {"if", "then", "else"};

Span span_of(const base::Json& json);

// {"type", "id"}, or the same in {"__entity"}; empty when it was reported that it is neither.
std::optional<EntityUid> read_entity_name(const base::Json& json, base::Report& report);

// The name of an entity type.
std::optional<Text> read_type_name(const base::Json& json, base::Report& report);

// An expression; null when it was reported that there is none. Recursion is bounded by the depth of
// the document, which its reader limits.
ExprRef read_expression(const base::Json& json, base::Report& report);

// Adds a member to an object that is being made.
void put(base::Json& object, std::string_view name, base::Json value);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_EXPRESSION_JSON_H_
