// SPDX-License-Identifier: Apache-2.0
#include "cli/testing/ran.h"

#include <gtest/gtest.h>

#include <utility>

namespace countersign::cli {

Ran ran(const Words& words) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const Exit exit = run(words);
  std::string out = ::testing::internal::GetCapturedStdout();
  return {exit, std::move(out), ::testing::internal::GetCapturedStderr()};
}

}  // namespace countersign::cli
