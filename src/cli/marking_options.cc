// SPDX-License-Identifier: Apache-2.0
#include "cli/marking_options.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/input.h"

namespace countersign::cli {

std::optional<registry::Marking> MarkingOptions::marking() const {
  if (level.empty()) return std::nullopt;
  registry::Marking marking;
  marking.level = registry::LevelId(level);
  for (const std::string& party : releasable_to) marking.releasable_to.emplace_back(party);
  if (!only_cases.empty()) marking.cases = only_cases;
  return marking;
}

void add_marking_options(CLI::App& command, MarkingOptions& options, const std::string& prefix) {
  const std::string name = fmt::format("--{}level", prefix);
  CLI::Option* level =
      command
          .add_option(name, options.level,
                      fmt::format("mark {}: of your authority only offices cleared for this level "
                                  "see it, and no other authority's",
                                  prefix.empty() ? "it" : "the internal reasons"))
          ->type_name("LEVEL")
          ->check(id_mistake);
  if (!prefix.empty()) level->needs(command.get_option("--internal"));
  command
      .add_option(
          fmt::format("--{}releasable-to", prefix), options.releasable_to,
          fmt::format("with {}: cleared offices of this party see it too; repeat it for each",
                      name))
      ->type_name("PARTY")
      ->check(id_mistake)
      ->needs(level)
      ->allow_extra_args(false);
  command
      .add_option(
          fmt::format("--{}only-case", prefix), options.only_cases,
          fmt::format("with {}: it may be shown in this case alone; repeat it for each", name))
      ->type_name("ID")
      ->check(id_mistake)
      ->needs(level)
      ->allow_extra_args(false);
}

}  // namespace countersign::cli
