// SPDX-License-Identifier: Apache-2.0
// What a PolicySet keeps: the policies, their compiled conditions, and the index over their heads.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_COMPILED_SET_H_
#define COUNTERSIGN_CEDAR_INTERNAL_COMPILED_SET_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "cedar/ast.h"
#include "cedar/internal/program.h"
#include "cedar/internal/scope_index.h"

namespace countersign::cedar::internal {

// One operand of the && that a policy's clauses amount to. `unless { a || b }` gives !a and !b.
struct Conjunct {
  ExprRef expr;  // without the `!` that `unless` adds
  bool negated = false;
  OpIndex op = 0;  // the negation included
};

// What a decision reads of a policy whose head is met. Small: of many policies, many lie together.
struct CompiledPolicy {
  OpIndex condition = 0;
  Effect effect = Effect::Permit;
  bool unconditional = false;  // the condition is true whatever the request
};

struct CompiledSet {
  std::vector<Policy> policies;
  std::vector<Policy> templates;
  // One for each of `policies`.
  std::vector<CompiledPolicy> compiled;
  std::vector<std::vector<Conjunct>> conjuncts;
  Program program;
  ScopeIndex index;
  std::unordered_map<std::string_view, const Policy*> by_id;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_COMPILED_SET_H_
