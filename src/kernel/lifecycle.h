// SPDX-License-Identifier: Apache-2.0
// Which step may follow in which state of a case, who takes it, and what becomes of the case.
//
// The one source of it: commands ask check_follows() before anything else, the fold refuses a
// ledger that says otherwise, and docs/lifecycle.md is written from the tables here (a test holds
// it to them). What a step needs beyond the state of its case is said where its command is declared
// (kernel/commands.h). A determination is no state: it is what the machine says of a request, and
// may change while nothing happens in the case.
#ifndef COUNTERSIGN_KERNEL_LIFECYCLE_H_
#define COUNTERSIGN_KERNEL_LIFECYCLE_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/case.h"
#include "kernel/grant_record.h"
#include "kernel/logged.h"
#include "kernel/statement.h"
#include "kernel/terms.h"

namespace countersign::kernel {

// Which of a case's grants a row speaks of.
enum class GrantMeant {
  None,   // the step is about the case
  Named,  // the one the step names
  Any,    // of a case that was granted, one is enough
};

// One row: a step that may follow.
struct StepRule {
  EntryKind kind = EntryKind::Request;
  std::string_view variant;       // of one kind several: "deny"; empty: there is one
  std::string_view by;            // who takes it
  bool opens = false;             // there is no such case yet
  std::vector<CaseStatus> cases;  // that it may follow in, beside `Granted`
  GrantMeant meant = GrantMeant::None;
  std::vector<GrantStatus> grants;  // under which it may follow in a granted case
  std::string_view becomes;         // of the case or grant; empty: it stays as it was
  std::string_view requester;       // what the requester sees of it
  bool rest = false;  // it may follow, too, while what a grant left open may be decided
};

// Every row, in the order in which cases mostly go.
std::span<const StepRule> step_rules();

// A step as the table tells steps apart.
struct Step {
  EntryKind kind = EntryKind::Request;
  std::string variant;
};
// Of a statement, whose body need not have been read; of an entry, whose fields must be disclosed.
Step step_of(const SignedStatement& statement);
Step step_of(const LoggedEntry& entry);

// The step's row, or null: a variant that there is not.
const StepRule* find(const Step& step);

// Whether the step may follow at `at`. `named` is the grant it names; `all` gives the case's.
// Rules: `case-exists`, `case-closed`, and, of a step about a grant, the name of the grant's state.
base::Ruled<void> check_follows(const StepRule& rule, const Case* of, const GrantRecord* named,
                                std::span<const GrantRecord* const> all, base::Instant at);

// One authority's lane, apart from what the machine says of the request as a whole.
enum class LaneState {
  Denied,        // a final office denied
  Returned,      // a final office sent it back
  Undetermined,  // the machine cannot say what is required
  Prohibited,    // a rule bars it, and nobody may lift that
  Silent,        // approvals, demanded advice or overrides are missing
  Consenting,    // approved as its rules ask, or covered by a standing permission
};
inline constexpr std::array kLaneStates{LaneState::Denied,       LaneState::Returned,
                                        LaneState::Undetermined, LaneState::Prohibited,
                                        LaneState::Silent,       LaneState::Consenting};
std::string_view name_of(LaneState state);
LaneState lane_state(const Case& of, const Moment& moment, const AuthorityDetermination& finding);

// What a mix of lanes comes to: the first of these that one of them is in, in the order in which
// they are declared; Consenting when all are. Empty mixes are Undetermined: nobody has a say.
LaneState strictest(std::span<const LaneState> lanes);

// What follows from it for the case.
std::string_view words_of_mix(LaneState strictest);

// The tables as they are published: docs/lifecycle.md.
std::string lifecycle_page();

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_LIFECYCLE_H_
