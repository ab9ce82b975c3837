// SPDX-License-Identifier: Apache-2.0
// `case why`: who may act now, who may not, and what would lift each bar.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <optional>
#include <string>

#include "casework/why_words.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct WhyArguments : InstanceOptions {
  std::string of;
  std::string office;
};

Exit why(const WhyArguments& arguments) {
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    std::optional<registry::OfficeId> office;
    if (!arguments.office.empty()) office = registry::OfficeId(arguments.office);
    const auto told = casework::explain_to(reader, state, kernel::CaseId(arguments.of), office);
    if (!told) return tell(told.error(), arguments.format());
    if (arguments.json) {
      print(casework::to_json(told.value()));
    } else {
      print(casework::describe(told.value()));
    }
    return Exit::Done;
  });
}

constexpr const char* kFooter = R"(
For every office that may advise or decide in the case: what its holder may do now, and what it may
not, with the rule that stands in the way and what would lift it. Then the earlier cases of the same
item, action, place and categories, and how they ended; of those decided before this ledger began,
the ones of the same item, action and party, and in what they differ.

The rules are those that refuse the commands themselves; nothing is entered.
)";

}  // namespace

void add_why(CLI::App& group, Exit& exit) {
  auto arguments = std::make_shared<WhyArguments>();
  CLI::App* command = group.add_subcommand(
      "why", "who may act in a case now, who may not and why, and what would change that");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("case", arguments->of, "the case's id")
      ->type_name("ID")
      ->check(id_mistake)
      ->required();
  command->add_option("--office", arguments->office, "only this office, like US/SecDef")
      ->type_name("OFFICE")
      ->check(id_mistake);
  command->footer(kFooter);
  command->callback([arguments, &exit] { exit = why(*arguments); });
}

}  // namespace countersign::cli
