// SPDX-License-Identifier: Apache-2.0
#include "cli/marking_options.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/input.h"

namespace countersign::cli {

void add_marking_options(CLI::App& command, MarkingOptions& options) {
  CLI::Option* level =
      command
          .add_option("--level", options.level,
                      "mark it: of your authority only offices cleared for this level see it, and "
                      "no other authority's")
          ->type_name("LEVEL")
          ->check(id_mistake);
  command
      .add_option("--releasable-to", options.releasable_to,
                  "cleared offices of this party see it too; repeat it for each")
      ->type_name("PARTY")
      ->check(id_mistake)
      ->needs(level)
      ->allow_extra_args(false);
  command
      .add_option("--only-case", options.only_cases,
                  "it may be shown in this case alone; repeat it for each")
      ->type_name("ID")
      ->check(id_mistake)
      ->needs(level)
      ->allow_extra_args(false);
}

std::optional<registry::Marking> marking_of(const MarkingOptions& options) {
  if (options.level.empty()) return std::nullopt;
  registry::Marking marking;
  marking.level = registry::LevelId(options.level);
  for (const std::string& party : options.releasable_to) marking.releasable_to.emplace_back(party);
  if (!options.only_cases.empty()) marking.cases = options.only_cases;
  return marking;
}

}  // namespace countersign::cli
