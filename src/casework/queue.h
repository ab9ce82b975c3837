// SPDX-License-Identifier: Apache-2.0
// What waits for one office, over all cases.
#ifndef COUNTERSIGN_CASEWORK_QUEUE_H_
#define COUNTERSIGN_CASEWORK_QUEUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/reader.h"
#include "kernel/state.h"

namespace countersign::casework {

struct Waiting {
  kernel::CaseId case_id;
  // "advice", "decision", "reconsideration" (of a denial), "review" (of a consent in an emergency),
  // "check" (of the end use), "closing" (of a discrepancy), "answer" (to a query), "amendment" (of
  // a returned request), "acknowledgement" (of conditions, or of a revocation), "escalated"
  // (another office is silent past its time, and this one is told).
  std::string awaits;
  std::string words;  // the same for people
  base::Instant since;
  std::optional<base::Instant> due;
  std::int64_t overdue_ms = 0;
  bool stopped = false;  // its clock stands still
  // Whose it is while its holder is away: this office acts for that one.
  std::optional<registry::OfficeId> acting_for = std::nullopt;
  // What is asked, where the reader sees that.
  std::optional<kernel::Request> request = std::nullopt;
};

// What waits for the office as of state.now(), as far as the reader sees it: what is most overdue
// first, then what is due soonest, then what has waited longest. What waits for an office whose
// holder is away waits for who acts for it, too. Refused by `unknown-office`.
base::Ruled<std::vector<Waiting>> queue_of(const Reader& reader, const kernel::State& state,
                                           const registry::OfficeId& office);

// The same as the office itself sees it.
base::Ruled<std::vector<Waiting>> own_queue_of(const kernel::State& state,
                                               const registry::OfficeId& office);

// {"waiting": [...], "cases": [ids, in the same order, each once]}.
base::Json write(const std::vector<Waiting>& queue);
// A line each, with what is asked; "nothing waits for US/SecDef". `at`: as of when it was made.
std::string describe_queue(const registry::OfficeId& office, const std::vector<Waiting>& queue,
                           base::Instant at);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_QUEUE_H_
