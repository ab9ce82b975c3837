// SPDX-License-Identifier: Apache-2.0
// Why a policy holds for a request or does not, condition by condition.
#ifndef COUNTERSIGN_CEDAR_EXPLAIN_H_
#define COUNTERSIGN_CEDAR_EXPLAIN_H_

#include <string>
#include <string_view>
#include <vector>

#include "cedar/ast.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"

namespace countersign::cedar {

enum class Outcome : std::uint8_t {
  True,
  False,
  Error,
  Unknown  // it depends on what the request leaves open
};

// One operand of the && that the `when` and `unless` clauses amount to, in the order written.
// `unless { a || b }` counts as two: not a, not b.
struct Condition {
  ExprRef expr;                     // without the negation that `unless` adds
  bool negated = false;             // from an `unless`
  Outcome outcome = Outcome::True;  // the negation included
  // Whether evaluation comes here: every condition before is true. One that is not reached may
  // be an error only because a guard before it is false.
  bool reached = true;
  std::string_view text;  // as written; lives as long as the policy's source
  std::string message;    // Error: why
};

struct Explanation {
  const Policy* policy = nullptr;
  // Whether each part of the head is met.
  Outcome principal = Outcome::True;
  Outcome action = Outcome::True;
  Outcome resource = Outcome::True;
  std::vector<Condition> conditions;
  // Of the whole policy.
  Outcome outcome = Outcome::True;

  bool head_met() const {
    return principal == Outcome::True && action == Outcome::True && resource == Outcome::True;
  }
};

// `policy` is one of the set's own (not a template). Every condition is evaluated, even behind one
// that is false.
Explanation explain(const PolicySet& policies, const Policy& policy, const Request& request,
                    const EntityStore& entities);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_EXPLAIN_H_
