// SPDX-License-Identifier: Apache-2.0
// What goes back and forth with the requester, in lines for people.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_EXCHANGE_WORDS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_EXCHANGE_WORDS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/case.h"

namespace countersign::casework::internal {

// Who did it, when, where it stands: "US/SecDef, 2025-06-11T11:00:00Z (entry 80)".
std::string words_of(const kernel::Done& done);

// ", marked secret, releasable to GB, for UA-17 alone"; empty where there is no marking.
std::string marked_as(const std::optional<registry::Marking>& marking);

// Adds internal reasons as a line of their own, where there are any.
void add_reasons(const std::optional<kernel::InternalReasons>& reasons, std::string& line);

// By ledger position, so that they stand between the other steps of a lane.
using StepLines = std::map<kernel::Position, std::string>;

// A query and what became of it. The line of one that is open says so.
void add_query(const kernel::Query& query, StepLines& lines);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_EXCHANGE_WORDS_H_
