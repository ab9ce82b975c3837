// SPDX-License-Identifier: Apache-2.0
// What the child that imports a catalogue and the test that kills it must agree on.
#ifndef COUNTERSIGN_TESTS_END_TO_END_IMPORT_WORK_H_
#define COUNTERSIGN_TESTS_END_TO_END_IMPORT_WORK_H_

#include <cstddef>

namespace countersign::casework {

inline constexpr std::size_t kImportKeepEvery = 100'000;  // bytes

}  // namespace countersign::casework

#endif  // COUNTERSIGN_TESTS_END_TO_END_IMPORT_WORK_H_
