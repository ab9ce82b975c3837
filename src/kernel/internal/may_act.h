// SPDX-License-Identifier: Apache-2.0
// What bars a person from an act in a case: the same lists say it to whoever asks (kernel/why.h),
// and refuse the command, which is refused by the first of them.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_MAY_ACT_H_
#define COUNTERSIGN_KERNEL_INTERNAL_MAY_ACT_H_

#include <vector>

#include "base/result.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "kernel/grant_record.h"

namespace countersign::kernel {

using Bars = std::vector<base::Refusal>;

// The first of them, where there is one.
base::Ruled<void> refuse_by(const Bars& bars);

// `adviser-decided`: who has decided the case, on whatever version of the request.
Bars bars_to_advise(const Case& of, const Signer& signer);

// One authority's part of a case at the moment of a decision.
struct DecisionGround {
  const Case& of;
  const Lane& lane;
  const Determination& determination;     // as the rules say now
  const AuthorityDetermination& finding;  // of it
  const GrantRecord* grant = nullptr;     // the suspended one that it is about; or null
  Position next = 0;                      // where the decision would stand
  std::vector<ProcedureDemand> excused;   // demands that fell away by silence (kernel/clock.h)
};

// `requester-decides`, `adviser-decides`, `prohibited`, `undetermined`, `not-required`,
// `stale-determination`, `one-person`, and what the procedure misses (kernel/terms.h).
Bars bars_to_decide(const DecisionGround& ground, const DecisionBody& body, const Signer& signer);

// Whether the last finding that was entered says what the machine says now.
bool is_current(const Lane& lane, const AuthorityDetermination& finding);

// Refuses a decision or consent that rests on anything but the last finding of its lane, or on one
// that is no longer what the rules say.
base::Ruled<void> check_rests(const Lane& lane, const AuthorityDetermination& finding,
                              Position position, const Commitment& commitment);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_MAY_ACT_H_
