// SPDX-License-Identifier: Apache-2.0
// The whole program: from the words that were typed to how it ends.
#ifndef COUNTERSIGN_CLI_PROGRAM_H_
#define COUNTERSIGN_CLI_PROGRAM_H_

#include <optional>
#include <string>
#include <vector>

#include "base/issue.h"
#include "cli/commands.h"

namespace countersign::cli {

// Does what the words after the program's name say. A mistake in them is bad input, told in JSON
// where `--json` is among them. Throws nothing.
Exit run(const std::vector<std::string>& words);

// What is wrong in the words, as far as they alone tell; nothing is done.
std::optional<base::Issue> mistake_in(const std::vector<std::string>& words);

// Every command there is, as it is called: "case show".
std::vector<std::string> command_names();

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_PROGRAM_H_
