// SPDX-License-Identifier: Apache-2.0
// Decisions: the standard semantics of the language.
//
// A request is allowed when a permit is satisfied and no forbid is. A policy whose evaluation fails
// is not satisfied; it decides nothing and is listed.
#ifndef COUNTERSIGN_CEDAR_AUTHORIZER_H_
#define COUNTERSIGN_CEDAR_AUTHORIZER_H_

#include <string>
#include <vector>

#include "cedar/ast.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"

namespace countersign::cedar {

enum class Verdict : std::uint8_t { Deny, Allow };
std::string_view name_of(Verdict verdict);

// A policy that could not be evaluated: why, and at which expression.
struct EvaluationError {
  const Policy* policy = nullptr;
  std::string message;
  Span span;
};

// What was wrong, where, with the source line underlined.
base::Issue issue_of(const EvaluationError& error);

struct Response {
  Verdict verdict = Verdict::Deny;
  // The forbids that are satisfied; when there is none, the permits. In the order of the set.
  std::vector<const Policy*> reasons;
  std::vector<EvaluationError> errors;
};

// Decides over one policy set, reusing its memory from one decision to the next: a decision without
// errors allocates nothing once warm. Of one thread at a time.
class Authorizer {
 public:
  explicit Authorizer(PolicySet policies) : policies_(std::move(policies)) {}

  // The response lives until the next call; the policies it names as long as the set. A request
  // that holds unknown values makes every policy that depends on them an error.
  const Response& decide(const Request& request, const EntityStore& entities);

 private:
  PolicySet policies_;
  std::vector<std::uint32_t> candidates_;
  std::vector<const Policy*> permits_;
  Response response_;
};

// One decision.
Response authorize(const PolicySet& policies, const Request& request, const EntityStore& entities);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_AUTHORIZER_H_
