// SPDX-License-Identifier: Apache-2.0
// What each policy contributed to one evaluation, in words.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_POLICY_GROUNDS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_POLICY_GROUNDS_H_

#include <string>
#include <vector>

#include "cedar/explain.h"
#include "cedar/request.h"
#include "kernel/grounds.h"
#include "kernel/internal/analysis.h"
#include "kernel/internal/compiled.h"
#include "kernel/internal/words.h"

namespace countersign::kernel {

// Holds references: everything it is made from must outlive it.
class PolicyGrounds {
 public:
  PolicyGrounds(const RuleBook::Compiled& book, const Hearing& hearing, const Facts& facts,
                const Analysis& analysis);
  PolicyGrounds(const PolicyGrounds&) = delete;  // what it says asks it for truths
  PolicyGrounds& operator=(const PolicyGrounds&) = delete;

  // Of the policies that decided: bars first, then what approvals lift or complete, then permits.
  void add_decided(std::vector<Ground>& grounds) const;
  void add_advisories(std::vector<Ground>& grounds) const;
  // The permits for this principal, action and item that approvals alone do not make hold, those
  // with the fewest failed conditions first.
  std::vector<Ground> came_close() const;

 private:
  Ground ground(Ground::Kind kind, const Rule& rule, std::string sentence) const;
  Ground decided(const OpenPolicy& policy) const;
  std::string title(const Rule& rule) const;
  // "US/SecDef approves", "A and B approve, or C approves".
  std::string approving(const OfficeSets& sets) const;
  // ": " and the conditions of the policy that are settled, or nothing.
  std::string because(const Rule& rule, const cedar::PolicySet& set) const;
  std::string say(const cedar::Policy& policy, const cedar::Condition& condition) const;

  const RuleBook::Compiled& book_;
  const Hearing& hearing_;
  const Analysis& analysis_;
  cedar::Request request_;  // with approvals unknown
  Truth truth_;
  Words words_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_POLICY_GROUNDS_H_
