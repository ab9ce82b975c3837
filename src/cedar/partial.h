// SPDX-License-Identifier: Apache-2.0
// Evaluation with parts of the request unknown.
//
// Build the Request with Value::unknown(...) where a value is not known: principal, action,
// resource, the context or any attribute of it, at any depth of records. A policy that depends on
// none of them has an outcome; any other leaves a residual: an expression over what is unknown
// which, for every completion of the request, is true, false or an error exactly when the policy
// is.
#ifndef COUNTERSIGN_CEDAR_PARTIAL_H_
#define COUNTERSIGN_CEDAR_PARTIAL_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"

namespace countersign::cedar {

struct PolicyOutcome {
  enum class Kind : std::uint8_t { Satisfied, Failed, Open };

  const Policy* policy = nullptr;
  Kind kind = Kind::Satisfied;
  std::string message;  // Failed: why
  Span span;            // Failed: at which expression
  // Open: known parts are literals, what was not touched is shared with the policy, and nodes keep
  // the spans of what they come from.
  ExprRef residual;
};

// The outcome of every policy that is not surely unsatisfied, in the order of the set. Fails never;
// the policies named live as long as the set.
std::vector<PolicyOutcome> evaluate_partially(const PolicySet& policies, const Request& request,
                                              const EntityStore& entities);

// The policy that an outcome leaves, under the same id and effect, with the same annotations: its
// head admits everything, its only condition is the residual. A policy that is satisfied has none,
// and one that failed keeps its own conditions, which fail again.
Policy residual_policy(const PolicyOutcome& outcome);

// The value of one expression, a residual for example; the issue says why there is none. Unknown
// when it depends on what the request leaves open.
base::Parsed<Value> evaluate(const ExprRef& expr, const Request& request,
                             const EntityStore& entities);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_PARTIAL_H_
