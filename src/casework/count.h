// SPDX-License-Identifier: Apache-2.0
// How many requests and decisions since a time, with proof that no entry was left out
// (docs/formats/bundles.md, "A count"). Of the entries only their kind is seen, and of those
// counted the outcome and the receipt time; of a linked count, which of them belong together.
#ifndef COUNTERSIGN_CASEWORK_COUNT_H_
#define COUNTERSIGN_CASEWORK_COUNT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "casework/bundle.h"
#include "casework/instance.h"

namespace countersign::casework {

// What a count looks at, and how much its proof shows.
struct CountRange {
  base::Instant since;
  base::Instant until = base::kDistantFuture;
  // Whether the proof also shows which entries belong to one case (not which case): then how cases
  // first submitted in the range ended, and how long it took, is counted again by who reads it.
  bool linked = false;
};

// How many cases first submitted in the range stand so, and the median of their ages (AgedCount).
struct LinkedCount {
  std::uint64_t count = 0;
  std::int64_t median_age_s = 0;
};

struct Tallied {
  base::Instant since;
  base::Instant until = base::kDistantFuture;
  kernel::Position first = 0;  // of the entries looked at
  kernel::Position size = 0;   // of the ledger
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> decisions;  // by outcome
  std::map<std::string, std::uint64_t> cases;      // by outcome
  // Of a linked count: by how the case stood at `as_of`.
  std::optional<base::Instant> as_of;
  std::map<std::string, LinkedCount> by_first_submission;
  bool stated = false;  // the document also says what no proof covers; it was not looked at
};

// The count and its proof, as one document, over everything on disk.
base::Result<base::Json> count_since(Instance& instance, const CountRange& range);

// Counts again from the document alone. Refusals: those of ledger::Policy::check();
// `count-incomplete` when the entries are not all there were, or one that is counted hides what it
// must disclose; `count-differs` when the document says other numbers.
base::Parsed<base::Ruled<Tallied>> verify_count(std::string_view source, std::string_view file,
                                                const ledger::Policy& log);

base::Json write(const Tallied& tallied);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_COUNT_H_
