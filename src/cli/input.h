// SPDX-License-Identifier: Apache-2.0
// What commands read.
#ifndef COUNTERSIGN_CLI_INPUT_H_
#define COUNTERSIGN_CLI_INPUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace countersign::cli {

// The whole of a file ("-" is standard input), of at most `limit` bytes. A file that cannot be
// opened or is too large is an issue.
base::Parsed<std::string> read_file(const std::string& path, std::size_t limit = 16U << 20);

// What is wrong with an id that was typed; empty when nothing is. A check for CLI::Option.
std::string id_mistake(const std::string& id);

// What an option says; now, when it says nothing.
base::Parsed<base::Instant> instant_or_now(const std::optional<std::string>& text,
                                           std::string_view option);

// That `until` lies after `from`; otherwise an issue, at `option`.
base::Parsed<void> check_later(base::Instant from, base::Instant until, std::string_view option);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_INPUT_H_
