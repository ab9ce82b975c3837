// SPDX-License-Identifier: Apache-2.0
// How many requests and decisions since a time, with proof that no entry was left out
// (docs/formats/bundles.md, "A count"). Of the entries only their kind is seen, and of those
// counted the outcome and the receipt time.
#ifndef COUNTERSIGN_CASEWORK_COUNT_H_
#define COUNTERSIGN_CASEWORK_COUNT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "casework/bundle.h"
#include "casework/instance.h"

namespace countersign::casework {

struct Tallied {
  base::Instant since;
  kernel::Position first = 0;  // of the entries looked at
  kernel::Position size = 0;   // of the ledger
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> decisions;  // by outcome
  std::map<std::string, std::uint64_t> cases;      // by outcome
};

// The count and its proof, as one document, over everything on disk.
base::Result<base::Json> count_since(Instance& instance, base::Instant since);

// Counts again from the document alone. Refusals: those of ledger::Policy::check();
// `count-incomplete` when the entries are not all there were, or one that is counted hides what it
// must disclose; `count-differs` when the document says other numbers.
base::Parsed<base::Ruled<Tallied>> verify_count(std::string_view source, std::string_view file,
                                                const ledger::Policy& log);

base::Json write(const Tallied& tallied);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_COUNT_H_
