// SPDX-License-Identifier: Apache-2.0
// Options that mark what is written (docs/formats/markings.md).
#ifndef COUNTERSIGN_CLI_MARKING_OPTIONS_H_
#define COUNTERSIGN_CLI_MARKING_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"

namespace CLI {
class App;
}  // namespace CLI

namespace countersign::cli {

struct MarkingOptions {
  std::string level;
  std::vector<std::string> releasable_to;
  std::vector<std::string> only_cases;

  // Empty where no level is named.
  std::optional<registry::Marking> marking() const;
};

// Adds `--level`, `--releasable-to` and `--only-case`. With a prefix, as "internal-", these are of
// what the option of that name says: `--internal-level` of `--internal`, and needs it.
void add_marking_options(CLI::App& command, MarkingOptions& options,
                         const std::string& prefix = {});

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_MARKING_OPTIONS_H_
