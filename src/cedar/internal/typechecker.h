// SPDX-License-Identifier: Apache-2.0
// The type of a policy's expressions for one kind of request.
//
// A node whose type is not known, after a mistake that has been reported, has no type (null); what
// is built on it is not complained about again. Invariants:
//   Sound      unless something is reported, evaluation meets no type error and no missing
//   attribute
//              of an entity that is there
//   Shortcut   what stands behind a `False &&`, a `True ||` or a decided `if` is not looked at
#ifndef COUNTERSIGN_CEDAR_INTERNAL_TYPECHECKER_H_
#define COUNTERSIGN_CEDAR_INTERNAL_TYPECHECKER_H_

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cedar/ast.h"
#include "cedar/internal/findings.h"
#include "cedar/internal/shapes.h"
#include "cedar/internal/type_rules.h"
#include "cedar/validator.h"

namespace countersign::cedar::internal {

// What is known of a condition: its type, when it is a Bool.
enum class Truth { False, True, Unknown };

class TypeChecker {
 public:
  // All must outlive the checker.
  TypeChecker(const Schema& schema, ValidationMode mode, const Policy& policy, Findings& findings)
      : schema_(schema), rules_(schema, mode), policy_(policy), findings_(findings) {}

  // Whether the policy's head leaves such requests to it: every action it names is declared, and
  // the types fit.
  bool can_apply(const RequestType& request) const;
  // What the policy's head says to such requests.
  Truth check_scope(const RequestType& request);
  // The whole policy; keeps the types and fallible operations until the next call.
  Truth check(const RequestType& request);

  std::unordered_map<const Expr*, TypePtr> take_types() { return std::exchange(types_, {}); }
  const std::vector<FallibleOperation>& fallible() const { return fallible_; }

 private:
  // `type` is null when it is not known. `safe` is what is safe to access where the expression is
  // true.
  struct Checked {
    TypePtr type = {};
    Capabilities safe = {};
  };

  Truth check_target(const Scope& scope, const Text& type) const;
  Truth check_action(const Scope& scope, const EntityUid& action);
  Truth check_clauses();

  Checked check(const Expr& expr, const Capabilities& prior);
  Checked check_node(const Expr& expr, const Capabilities& prior);
  Checked check_if(const Expr& expr, const Capabilities& prior);
  Checked check_and(const Expr& expr, const Capabilities& prior);
  Checked check_or(const Expr& expr, const Capabilities& prior);
  TypePtr check_literal(const Value& value);
  TypePtr check_variable(Variable variable) const;
  TypePtr check_not(const Expr& expr, const Capabilities& prior);
  TypePtr check_arithmetic(const Expr& expr, const Capabilities& prior);
  TypePtr check_order(const Expr& expr, const Capabilities& prior);
  TypePtr check_equality(const Expr& expr, const Capabilities& prior);
  TypePtr check_like(const Expr& expr, const Capabilities& prior);
  TypePtr check_set(const Expr& expr, const Capabilities& prior);
  TypePtr check_record(const Expr& expr, const Capabilities& prior);
  TypePtr check_contains(const Expr& expr, const Capabilities& prior);
  TypePtr check_call(const Expr& expr, const Capabilities& prior);
  // False when the call is reported as wrong.
  bool check_constructor(const Expr& expr, const FunctionSignature& signature);

  // typechecker_entities.cc
  TypePtr check_is(const Expr& expr, const Capabilities& prior);
  TypePtr check_in(const Expr& expr, const Capabilities& prior);
  TypePtr check_is_in(const Expr& expr, const Capabilities& prior);
  Truth test_is(const Type& type, const Text& name) const;
  TypePtr check_groups(const Expr& expr, const Capabilities& prior);
  Truth test_in(const Expr& member, const Type& type, const Expr& groups,
                const Type& groups_type) const;
  TypePtr check_get_attribute(const Expr& expr, const Capabilities& prior);
  Checked check_has(const Expr& expr, const Capabilities& prior);
  Checked check_has_tag(const Expr& expr, const Capabilities& prior);
  TypePtr check_get_tag(const Expr& expr, const Capabilities& prior);
  void report_unknown_attribute(const Expr& expr, const Type& type);

  // The value an expression is known to have by being written down, `&&` and `||` of written Bools
  // included; null otherwise. `action` is known, as every kind of request has one.
  const Value* written_value(const Expr& expr) const;
  // The type when it is one of `kinds` (any Bool counts as one); otherwise null, and reported.
  TypePtr expect(const Expr& expr, const Capabilities& prior,
                 std::initializer_list<Type::Kind> kinds, std::string_view expected,
                 std::string remedy = {});
  Checked expect_bool(const Expr& expr, const Capabilities& prior);
  TypePtr admit(TypePtr type, const Expr& expr, std::initializer_list<Type::Kind> kinds,
                std::string_view expected, std::string remedy);
  void report(Finding::Rule rule, const Span& span, std::string message, std::string remedy = {});
  void report_incompatible(const Span& span, std::string_view what, const Type& a, const Type& b,
                           std::string remedy);
  void note_fallible(FallibleOperation::Kind kind, const Span& span);

  const Schema& schema_;
  TypeRules rules_;
  const Policy& policy_;
  Findings& findings_;
  Shapes shapes_;

  const RequestType* request_ = nullptr;
  const Action* action_ = nullptr;
  Value action_value_;
  std::unordered_map<const Expr*, TypePtr> types_;
  std::vector<FallibleOperation> fallible_;
  std::size_t mistakes_ = 0;  // so far, in all kinds of requests
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_TYPECHECKER_H_
