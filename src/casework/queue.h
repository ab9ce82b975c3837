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
#include "kernel/state.h"

namespace countersign::casework {

struct Waiting {
  kernel::CaseId case_id;
  // "advice", "decision", "answer" (to a query), "amendment" (of a returned request), "escalated"
  // (another office is silent past its time, and this one is told).
  std::string awaits;
  std::string words;  // the same for people
  base::Instant since;
  std::optional<base::Instant> due;
  std::int64_t overdue_ms = 0;
  bool stopped = false;  // its clock stands still
};

// What waits for the office as of state.now(): what is most overdue first, then what is due
// soonest, then what has waited longest.
std::vector<Waiting> queue_of(const kernel::State& state, const registry::OfficeId& office);

// {"waiting": [...], "cases": [ids, in the same order, each once]}.
base::Json write(const kernel::State& state, const std::vector<Waiting>& queue);
// A line each, with what is asked; "nothing waits for US/SecDef".
std::string describe_queue(const kernel::State& state, const registry::OfficeId& office,
                           const std::vector<Waiting>& queue);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_QUEUE_H_
