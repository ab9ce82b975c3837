// SPDX-License-Identifier: Apache-2.0
// Policies laid out the one way: only white space changes, and commas that close a list go.
#ifndef COUNTERSIGN_CEDAR_FORMAT_H_
#define COUNTERSIGN_CEDAR_FORMAT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace countersign::cedar {

struct FormatOptions {
  std::uint32_t line_width = 80;  // in code points; names and strings longer than it stay whole
  std::uint32_t indent_width = 2;
};

// The same policies, ids and all, with every comment at its token. What has been formatted is
// formatted to itself. An empty line is kept where it parts comments before a policy or behind the
// last. Refused, with places: what the parser refuses.
base::Parsed<std::string> format_policies(std::string_view text, std::string_view file = {},
                                          const FormatOptions& options = {});

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_FORMAT_H_
