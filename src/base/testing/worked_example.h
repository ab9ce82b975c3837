// SPDX-License-Identifier: Apache-2.0
// The worked bytes in docs/formats/, for tests that assert that they are still true.
#ifndef COUNTERSIGN_BASE_TESTING_WORKED_EXAMPLE_H_
#define COUNTERSIGN_BASE_TESTING_WORKED_EXAMPLE_H_

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.h"

namespace countersign::base::testing {

// What stands in the fenced block that `page` opens with "```LANGUAGE NAME", with the line break
// before its closing fence. A page or block that is missing fails the test by aborting it.
inline std::string worked_example(const std::string& page, std::string_view name) {
  std::ifstream file(page, std::ios::binary);
  CHECK(file.is_open());
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string opening_end = " " + std::string(name) + "\n";
  for (std::size_t fence = text.find("\n```"); fence != std::string::npos;
       fence = text.find("\n```", fence + 4)) {
    const std::size_t line_end = text.find('\n', fence + 4) + 1;
    if (!std::string_view(text).substr(fence, line_end - fence).ends_with(opening_end)) continue;
    const std::size_t closing = text.find("\n```", line_end - 1);
    CHECK(closing != std::string::npos);
    return text.substr(line_end, closing + 1 - line_end);
  }
  CHECK(name == "a block of the page");
  return {};
}

}  // namespace countersign::base::testing

#endif  // COUNTERSIGN_BASE_TESTING_WORKED_EXAMPLE_H_
