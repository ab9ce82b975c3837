// SPDX-License-Identifier: Apache-2.0
// Evaluates compiled conditions.
//
// The result of an operation is a pointer: to a value that lives elsewhere (a constant, a part of
// the request or of an entity) or to the scratch value that the caller lent. Nothing is copied or
// allocated on the way to a boolean, except where the policy itself builds a set or a record.
//
// Partial evaluation uses the same machine. An Unknown result means that the operation depends on
// what is not known; one that is surely of a kind also says that evaluation cannot fail, which lets
// `unknown && false` be false. Rules:
//   Sound     known results and errors are those of every completion of the request
//   Residual  an unknown result claims nothing but its kind, if it has one
#ifndef COUNTERSIGN_CEDAR_INTERNAL_MACHINE_H_
#define COUNTERSIGN_CEDAR_INTERNAL_MACHINE_H_

#include <array>
#include <string>

#include "cedar/entities.h"
#include "cedar/internal/program.h"
#include "cedar/request.h"

namespace countersign::cedar::internal {

// Why an evaluation failed, and the expression that did.
struct Failure {
  std::string message;
  Span span;
};

class Machine {
 public:
  // For expressions without variables.
  Machine(const Program& program, const EntityStore& entities)
      : program_(program), store_(entities) {}
  Machine(const Program& program, const Request& request, const EntityStore& entities);

  // The value of an operation, or null when it fails: then `failure` says why.
  const Value* evaluate(OpIndex index, Value& scratch);
  const Failure& failure() const { return failure_; }

  // The stored entity of principal, action or resource; null when unknown or not in the store.
  const StoredEntity* entity_of(Variable variable) const {
    return own_[static_cast<std::size_t>(variable)];
  }
  const Value* value_of(Variable variable) const {
    return variables_[static_cast<std::size_t>(variable)];
  }

 private:
  const StoredEntity* find(const EntityUid& uid) const;

  const Value* path(const Op& op, OpIndex index);
  const Value* has_path(const Op& op, OpIndex index);
  const Value* step(const Value& from, const Text& name, OpIndex index);
  const Value* has(const Value& from, std::span<const Text> names, OpIndex index);
  const Value* get_attr(const Op& op, OpIndex index, Value& scratch);
  const Value* has_attr(const Op& op, OpIndex index);
  const Value* conditional(const Op& op, Value& scratch);
  const Value* unknown_condition(const Op& op, const Value& condition, Value& scratch);
  const Value* chain(const Op& op);
  const Value* rest_of_chain(const Op& op, std::size_t from, const Value& unknown);
  const Value* unary(const Op& op, OpIndex index, Value& scratch);
  const Value* binary(const Op& op, OpIndex index, Value& scratch);
  const Value* compare(const Op& op, OpIndex index, const Value& left, const Value& right);
  const Value* arithmetic(const Op& op, OpIndex index, const Value& left, const Value& right,
                          Value& scratch);
  const Value* in(OpIndex index, const Value& left, const Value& right);
  const Value* sets(const Op& op, OpIndex index, const Value& left, const Value& right);
  const Value* tag(const Op& op, OpIndex index, const Value& left, const Value& right,
                   Value& scratch);
  const Value* build(const Op& op, Value& scratch);
  const Value* call(const Op& op, OpIndex index, Value& scratch);

  const Value* fail(OpIndex index, std::string message);
  const Value* fail_type(OpIndex index, std::string_view expected, const Value& found);
  const Value* no_attribute(OpIndex index, const Value& from, const Text& name);

  const Program& program_;
  const EntityStore& store_;
  std::array<const Value*, 4> variables_{};
  std::array<const StoredEntity*, 3> own_{};
  Failure failure_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_MACHINE_H_
