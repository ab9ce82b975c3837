// SPDX-License-Identifier: Apache-2.0
// CHECK: a claim about our own code. It stays on in release builds; a false one is a bug and
// aborts.
#ifndef COUNTERSIGN_BASE_CHECK_H_
#define COUNTERSIGN_BASE_CHECK_H_

namespace countersign::base {

// Prints where the claim stands and what it says to standard error, then aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* claim);

}  // namespace countersign::base

#define CHECK(claim)                                                 \
  do {                                                               \
    if (!(claim)) [[unlikely]]                                       \
      ::countersign::base::check_failed(__FILE__, __LINE__, #claim); \
  } while (false)

#endif  // COUNTERSIGN_BASE_CHECK_H_
