// SPDX-License-Identifier: Apache-2.0
// Who may act in a case now, who may not and why, and what would lift each bar.
//
// Nothing is ruled here: each act is put to the lists that refuse the command itself
// (kernel/internal/may_act.h), for every officeholder of every lane, as if it were tried now.
#ifndef COUNTERSIGN_KERNEL_WHY_H_
#define COUNTERSIGN_KERNEL_WHY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "kernel/grant_record.h"
#include "kernel/grounds.h"
#include "kernel/state.h"

namespace countersign::kernel {

enum class Deed { Advise, Approve, Refuse };
// "advise", "approve", "deny_or_return": for programs.
std::string_view name_of(Deed deed);

// What stands in the way of one act, and what would take it away.
struct Bar {
  base::Refusal refusal;  // as the command would be refused
  std::string lifted_by;
};

struct Standing {
  Deed deed = Deed::Advise;
  std::vector<Bar> bars;  // empty: the act may be done now
};

// One office, as held by one person; of none, where nobody holds it.
struct OfficeStanding {
  registry::OfficeId office;
  std::optional<registry::PersonId> person;
  std::vector<Standing> deeds;  // those that the charter gives the office power to do
};

struct LaneStanding {
  registry::PartyId authority;
  // As the rules say now; empty: the authority has a tie no longer.
  std::optional<AuthorityDetermination> finding;
  // Whether that is no longer what was entered last: the next decision enters it first.
  bool stale = false;
  std::vector<Ground> grounds;          // of the finding: which policy decided, and why
  std::vector<OfficeStanding> offices;  // in the order of the charter
};

// An earlier case that was like this one: the same action and item, a place (or a recipient) that
// every layer here says the same regions of, the same categories. Of one decided before the ledger
// began it is enough that action, item and who was to have it are the same: its file may say less,
// or divide things otherwise, so that it is told in what it differs.
struct Precedent {
  CaseId id;
  base::Instant submitted;  // of one before the ledger: when it was decided
  CaseStatus status = CaseStatus::Pending;
  std::optional<base::Instant> ended;  // when it was denied, returned or granted
  std::optional<GrantStatus> grant;    // how its last grant stands now
  bool same_directives = false;        // policies of the same directives decided
  // Of one before the ledger: whose file it is from, who decided it in the words of that file, and
  // in what it differs.
  std::optional<registry::PartyId> from_file_of = std::nullopt;
  std::string decided_by = {};
  std::vector<std::string> differs = {};
};

struct Why {
  CaseId id;
  CaseStatus status = CaseStatus::Pending;
  std::optional<registry::GrantId> resuming;     // the suspended grant that acts are about now
  std::optional<base::Refusal> grant_waits_for;  // empty: the grant could be issued
  bool in_part = false;  // one lane was looked at: what the grant waits for is not told
  std::vector<LaneStanding> lanes;
  std::vector<Precedent> precedents;  // the latest first
};

// Of what it is asked: everything, or one office, or one authority's part: then nothing of the
// others' is looked at, the grant's terms included.
struct WhyScope {
  std::optional<registry::OfficeId> office;
  std::optional<registry::PartyId> lane;
};

// As of `at`, of every office that may advise or decide in the scope. Rules: `unknown-case`,
// `unknown-office` (none of a lane of the case), those of determine().
base::Ruled<Why> explain(const State& state, const CaseId& id, base::Instant at,
                         const WhyScope& scope = {});

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_WHY_H_
