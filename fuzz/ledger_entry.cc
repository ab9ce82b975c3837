// SPDX-License-Identifier: Apache-2.0
// An entry has one spelling: what parses has its own bytes, and small ones.
#include "ledger/entry.h"

#include <algorithm>

#include "base/check.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto entry = ledger::Entry::parse(base::as_bytes(input), "entry");
  if (!entry) {
    CHECK(!entry.error().empty());
    return;
  }
  CHECK(base::as_text(entry.value().bytes()) == input);
  CHECK(input.size() <= ledger::kMaxEntrySize);
  CHECK(std::ranges::is_sorted(entry.value().commitments()));
}
