// SPDX-License-Identifier: Apache-2.0
// The clock of a lane: what it waits for, since when, until when, and what silence has come to.
// Nothing of it is entered: it is computed from the case, the calendars and a time, in an instance
// and over a bundle alike.
//
// A stage opens when a determination demands it (the decision's, once the advice demanded is in)
// and is over when it is met. While a query of the lane is with the requester, and while the case
// was closed by a decision that did not last, its clock stands still. A consent in an emergency
// meets the decision's for as long as its window lasts. Invariant: Silent: silence notes or takes
// away. What an approval needs falls away by it only where a directive says `go_on` of advice, and
// then no sooner than its deadline.
#ifndef COUNTERSIGN_KERNEL_CLOCK_H_
#define COUNTERSIGN_KERNEL_CLOCK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "registry/calendar.h"
#include "registry/registers.h"

namespace countersign::kernel {

// As of one instant: nothing that came later counts.
struct Stage {
  registry::PartyId authority;
  std::optional<ProcedureDemand> advice;  // empty: it is the decision that is waited for
  // Whose it is to act: the adviser; of the decision, the offices asked that have not approved.
  std::vector<registry::OfficeId> offices;
  // Whose procedure it is; both empty where none is named for the decision.
  registry::DirectiveId directive;
  registry::ProcedureId procedure;
  std::optional<registry::SilenceRule> silence;  // empty: there is no deadline
  base::Instant opened;
  std::optional<base::Instant> met;   // the advice was in, the decision made
  std::optional<base::Instant> gone;  // since when no rule asks for it any more
  std::optional<base::Instant> due;   // empty: no deadline, or a clock that stands still
  std::vector<base::Period> pauses;   // since it opened; the last may have no end
  bool silent = false;                // the deadline passed before it was met
  bool waits = true;                  // neither met, nor gone, nor let go in silence

  // How long the clock has stood still, and run, up to `at` or to when it was over: milliseconds.
  std::int64_t paused_ms(base::Instant at) const;
  std::int64_t running_ms(base::Instant at) const;
};

// When the authority's queries were with the requester or the case was closed, as known at `at`:
// sorted, none touching another, the last without an end while it still is.
std::vector<base::Period> pauses_of(const Case& of, const registry::PartyId& authority,
                                    base::Instant at);
// What of them lies after `from`.
std::vector<base::Period> clipped(const std::vector<base::Period>& pauses, base::Instant from);

// Every stage of the authority's lane in the present version, in the order in which they opened.
std::vector<Stage> stages_of(const Case& of, const registry::PartyId& authority,
                             const registry::Registers& registers, base::Instant at);

// The demands for advice that had fallen away by `at`, since a directive lets the case go on
// without. Advice that came all the same counts.
std::vector<ProcedureDemand> excused(const Case& of, const registry::PartyId& authority,
                                     const registry::Registers& registers, base::Instant at);

// The first deadline that passed in silence by `at` and whose directive refuses the case for it; of
// an instant to come, if nothing else happens before. Earlier versions are looked at too.
std::optional<SilentRefusal> refused_by_silence(const Case& of,
                                                const registry::Registers& registers,
                                                base::Instant at);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_CLOCK_H_
