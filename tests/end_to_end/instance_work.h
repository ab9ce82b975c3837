// SPDX-License-Identifier: Apache-2.0
// What the child that works on an instance and the test that kills it must agree on.
#ifndef COUNTERSIGN_TESTS_END_TO_END_INSTANCE_WORK_H_
#define COUNTERSIGN_TESTS_END_TO_END_INSTANCE_WORK_H_

#include <cstdint>

namespace countersign::casework {

// The steps of the case of a number, one record each, written once they are acknowledged.
enum class Step : std::uint64_t { Imported, Asked, Advised, Decided, Granted, Drawn, Reported };

struct Acknowledged {
  Step step;
  std::uint64_t number;    // of the case; 0 for the import
  std::uint64_t position;  // of the first entry
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_TESTS_END_TO_END_INSTANCE_WORK_H_
