// SPDX-License-Identifier: Apache-2.0
// What a requester sees of a determination before a signed outcome is sent.
//
// Invariant: Announced: the view is a function of the request, the ties and announced forbids
// alone. Two worlds that differ only in unannounced directives, stock or advice give equal views.
// It is therefore evaluated from announced forbids, never cut out of the full determination.
#ifndef COUNTERSIGN_KERNEL_VIEWS_H_
#define COUNTERSIGN_KERNEL_VIEWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/determination.h"
#include "kernel/grounds.h"

namespace countersign::kernel {

enum class Shown {
  Referred,          // to the authority: everything that is neither of the other two
  ApprovalRequired,  // an announced forbid bars it unless offices approve
  Prohibited         // an announced forbid bars it whoever approves
};

// "referred", "approval_required", "prohibited".
std::string_view name_of(Shown shown);
// "referred to the authority", ...: for people.
std::string_view words_of(Shown shown);

struct AuthorityRequesterView {
  registry::AuthorityId authority;
  std::vector<registry::Basis> ties;
  Shown shown = Shown::Referred;
  std::vector<std::vector<registry::OfficeId>> approvals;  // what the announced forbids ask for
  std::vector<registry::DirectiveId> barred_by;            // announced
  std::vector<registry::DirectiveId> advisories;           // announced; they bar nothing
  std::vector<Ground> grounds;                             // of announced forbids
  // What the announced procedures give their offices for time; the advice and, in `deadlines`, the
  // decision.
  std::vector<ProcedureDemand> procedure;
  std::vector<DecisionDeadline> deadlines;
  // An announced forbid for this action was skipped, since it asks for a stock figure.
  bool stock_left_out = false;
};

// What every such view says of itself.
inline constexpr std::string_view kNoStockFigure =
    "no stock figure was used: a rating or a tally may still stand in the way";

struct RequesterView {
  base::Instant at;
  Shown overall = Shown::Referred;
  std::vector<AuthorityRequesterView> authorities;  // those with a tie, sorted by id
  std::vector<std::string_view> undeclared;
};

// Refused exactly when `determine` is.
base::Ruled<RequesterView> requester_view(const Rules& rules, const Request& request);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_VIEWS_H_
