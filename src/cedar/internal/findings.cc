// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace countersign::cedar::internal {

void Findings::add(Finding::Rule rule, const Span& span, std::string message, std::string remedy) {
  if (!said_.emplace(span.begin, span.end, rule, message).second) return;
  base::Issue issue;
  if (policy_.source != nullptr && !span.empty()) {
    issue = issue_at(*policy_.source, span, std::move(message), std::move(remedy));
  } else {
    issue.message = std::move(message);
    issue.remedy = std::move(remedy);
  }
  findings_.push_back(
      {.rule = rule, .policy = policy_.id, .span = span, .issue = std::move(issue)});
}

std::vector<Finding> Findings::take() {
  std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(a.is_warning(), a.span.begin, a.span.end) <
           std::tuple(b.is_warning(), b.span.begin, b.span.end);
  });
  said_.clear();
  return std::exchange(findings_, {});
}

}  // namespace countersign::cedar::internal
