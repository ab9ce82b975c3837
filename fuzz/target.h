// SPDX-License-Identifier: Apache-2.0
// What a fuzz target is: one function over outside bytes, which returns when all is well and aborts
// (CHECK) when a promise of the code under test is broken.
//
// Each target is a file of its own, with one FUZZ_TARGET, built twice from the same line in
// fuzz/CMakeLists.txt: with smoke.cc into a plain test, and with libFuzzer in the preset `fuzz`.
#ifndef COUNTERSIGN_FUZZ_TARGET_H_
#define COUNTERSIGN_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace countersign::fuzz {

// The target of this executable. `input` is any bytes at all; it is alive during the call only.
void run_target(std::string_view input);

}  // namespace countersign::fuzz

// FUZZ_TARGET(input) { ... }
#define FUZZ_TARGET(input) void countersign::fuzz::run_target(std::string_view input)

#endif  // COUNTERSIGN_FUZZ_TARGET_H_
