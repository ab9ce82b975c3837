// SPDX-License-Identifier: Apache-2.0
// Who is who: offices.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/offices.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct OfficesArguments : InstanceOptions {
  std::string authority;
};

Exit show_offices(const OfficesArguments& arguments) {
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    std::optional<registry::AuthorityId> authority;
    if (!arguments.authority.empty()) authority = registry::AuthorityId(arguments.authority);
    const auto views = casework::offices(reader, state, authority);
    std::vector<base::Json> items;
    for (const casework::OfficeView& view : views) {
      if (!arguments.json) print(casework::to_text(view));
      items.push_back(casework::to_json(view));
    }
    if (arguments.json) {
      print(base::json_object({{"offices", base::json_array(std::move(items))}}));
    } else if (views.empty()) {
      print("there is no office that you see here");
    }
    return Exit::Done;
  });
}

}  // namespace

void add_offices(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<OfficesArguments>();
  CLI::App* command =
      app.add_subcommand("offices", "which offices there are, what each may do and who holds it");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("--authority", arguments->authority, "of this authority alone")
      ->type_name("ID")
      ->check(id_mistake);
  command->footer(R"(
As the charters and appointments in force have them. A holder is told by the code that the
appointment gives and by the public key they sign with, which `countersign key withdraw` asks for.
With --as only the offices of that office's own authority are shown.)");
  command->callback([arguments, &exit] { exit = show_offices(*arguments); });
}

}  // namespace countersign::cli
