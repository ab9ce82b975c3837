// SPDX-License-Identifier: Apache-2.0
// The clocks of a case, for people and for programs: since when, until when, overdue by how much,
// stopped for how long and by which query.
#ifndef COUNTERSIGN_CASEWORK_CLOCK_WORDS_H_
#define COUNTERSIGN_CASEWORK_CLOCK_WORDS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "kernel/clock.h"
#include "kernel/state.h"

namespace countersign::casework {

// "3 days 4 hours", "12 minutes", "less than a minute".
std::string duration(std::int64_t ms);

// How far past its deadline a stage is that still waits; 0 while there is time, or none is set.
std::int64_t overdue_ms(const kernel::Stage& stage, base::Instant at);

// The instant as of which a case's clocks are told: now, or when the case was closed.
base::Instant clock_time(const kernel::State& state, const kernel::Case& of);

// The stages of one lane that wait, and those that silence has settled, a line each.
std::vector<std::string> clock_lines(const kernel::State& state, const kernel::Case& of,
                                     const registry::PartyId& authority);

// Every stage of every lane, by authority; where `shown` names some, of those alone.
base::Json clocks_json(const kernel::State& state, const kernel::Case& of,
                       const std::set<registry::PartyId>* shown = nullptr);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CLOCK_WORDS_H_
