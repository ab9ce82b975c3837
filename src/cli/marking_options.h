// SPDX-License-Identifier: Apache-2.0
// Who may see what is written, as options (docs/formats/markings.md).
#ifndef COUNTERSIGN_CLI_MARKING_OPTIONS_H_
#define COUNTERSIGN_CLI_MARKING_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"

namespace CLI {
class App;
}

namespace countersign::cli {

struct MarkingOptions {
  std::string level;
  std::vector<std::string> releasable_to;
  std::vector<std::string> only_cases;
};

// Adds `--level`, `--releasable-to` and `--only-case`. `options` outlives the parsing.
void add_marking_options(CLI::App& command, MarkingOptions& options);
// Empty where no level is given.
std::optional<registry::Marking> marking_of(const MarkingOptions& options);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_MARKING_OPTIONS_H_
