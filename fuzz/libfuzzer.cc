// SPDX-License-Identifier: Apache-2.0
// Hands libFuzzer's inputs to the target (preset `fuzz`).
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  // libFuzzer's C interface speaks of bytes, ours of text.
  countersign::fuzz::run_target({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
