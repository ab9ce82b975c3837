// SPDX-License-Identifier: Apache-2.0
// What the killed child and the test that kills it must agree on: appends known by their number,
// and the records that the child writes to its standard output.
#ifndef COUNTERSIGN_TESTS_END_TO_END_KILL_WORK_H_
#define COUNTERSIGN_TESTS_END_TO_END_KILL_WORK_H_

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "store/store.h"

namespace countersign::store {

// Thread t of a child that starts at number b hands in b + t, b + t + kThreads, ...
inline constexpr std::uint64_t kThreads = 4;

// The append of that number: one to three entries with contents, all following from the number.
Append numbered_append(std::uint64_t number);
// The number of the append that an entry belongs to; empty when it is none of ours.
std::optional<std::uint64_t> number_of(base::ByteView entry);

struct Record {
  enum Kind : std::uint64_t {
    HandedIn,      // about to be submitted
    Acknowledged,  // the future said Placed
  };
  std::uint64_t kind;
  std::uint64_t number;
  std::uint64_t position;  // of the first entry, when acknowledged
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_TESTS_END_TO_END_KILL_WORK_H_
