// SPDX-License-Identifier: Apache-2.0
// What a request must surely meet for a policy to be satisfied.
//
// Besides the head these are the operands at the front of the condition, `principal in
// Team::"ops" && ...`, up to the first that is no such comparison: nothing before them can fail, so
// a request that misses one makes the condition false, whatever stands behind.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_DEMANDS_H_
#define COUNTERSIGN_CEDAR_INTERNAL_DEMANDS_H_

#include <optional>
#include <vector>

#include "cedar/ast.h"

namespace countersign::cedar::internal {

struct Demand {
  Variable dimension = Variable::Principal;
  Scope scope;  // without spans; not Any
};

// What the policy's head demands.
std::vector<Demand> demands_of(const Policy& policy);
// What an expression demands, when it is a comparison of principal, action or resource with
// entities written out, or of its type: then evaluation cannot fail.
std::optional<Demand> demand_of(const Expr& expr);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_DEMANDS_H_
