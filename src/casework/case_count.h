// SPDX-License-Identifier: Apache-2.0
// Cases counted by when they were first submitted: how they stand, what became of them and how long
// an answer took (docs/formats/counts.md). Exact numbers, from the folded state.
#ifndef COUNTERSIGN_CASEWORK_CASE_COUNT_H_
#define COUNTERSIGN_CASEWORK_CASE_COUNT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "casework/reader.h"
#include "kernel/state.h"

namespace countersign::casework {

// What cases are set out by.
enum class CountBy { Nothing, Authority, Requester, Item, Action, Outcome, Month };
std::string_view name_of(CountBy by);
std::optional<CountBy> find_count_by(std::string_view name);

struct CountQuestion {
  base::Period submitted;  // first submitted in it
  CountBy by = CountBy::Nothing;
  std::optional<std::int64_t> unanswered_over_days;
};

// Numbers and the ages behind them. An age is in whole seconds, rounded down: from the first
// submission to the first denial, return or grant; of a case without one, to the date of the count.
struct AgedCount {
  std::vector<std::int64_t> ages_s;

  std::uint64_t count() const { return ages_s.size(); }
  // Of an even number the lower of the two in the middle, so that it is an age some case has. Empty
  // where nothing was counted.
  std::optional<std::int64_t> median_s() const;
};

// The cases of one key of the dimension, or all.
struct CountRow {
  AgedCount all;
  std::map<std::string, AgedCount> outcomes;  // how each stands now: every case is in exactly one
  std::map<std::string, AgedCount> marks;     // what else is true of it: a case may have several
};

struct CaseCount {
  CountQuestion question;
  base::Instant as_of;
  std::optional<kernel::Position> first;  // of the first case's request
  kernel::Position size = 0;              // of the ledger: everything before it is counted
  CountRow total;
  std::map<std::string, CountRow> rows;  // by the dimension; empty for CountBy::Nothing
  // Whether a case can be in several rows (several authorities have a tie): then the rows add up to
  // more than the total.
  bool overlapping = false;
};

// As of state.now(), over the cases of which the reader sees what is asked.
CaseCount count_cases(const kernel::State& state, const CountQuestion& question,
                      const Reader& reader = Reader::keeper());

// How the case stands, in one word. A new status of cases is counted by having a name.
std::string outcome_of(const kernel::Case& of);
// What is counted beside how a case stands: the one place to add to.
std::vector<std::string_view> marks_of(const kernel::State& state, const kernel::Case& of,
                                       const CountQuestion& question);

base::Json to_json(const CaseCount& counted);
std::string to_text(const CaseCount& counted);
// One line a row and column that is not zero: key, kind, name, count, median.
std::string to_csv(const CaseCount& counted);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CASE_COUNT_H_
