// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTERSIGN_CEDAR_INTERNAL_FINDINGS_H_
#define COUNTERSIGN_CEDAR_INTERNAL_FINDINGS_H_

#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "cedar/validator.h"

namespace countersign::cedar::internal {

// Collects what is found about one policy: the same thing at the same place is said once, however
// many kinds of request show it.
class Findings {
 public:
  // The policy must outlive the collection.
  explicit Findings(const Policy& policy) : policy_(policy) {}

  void add(Finding::Rule rule, const Span& span, std::string message, std::string remedy = {});

  // Errors before warnings, each by place.
  std::vector<Finding> take();

 private:
  const Policy& policy_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, Finding::Rule, std::string>> said_;
  std::vector<Finding> findings_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_FINDINGS_H_
