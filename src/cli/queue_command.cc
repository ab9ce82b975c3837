// SPDX-License-Identifier: Apache-2.0
// What waits for an office: queue.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/queue.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct QueueArguments : InstanceOptions {
  std::string office;
};

Exit show_queue(const QueueArguments& arguments) {
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    const registry::OfficeId office(arguments.office);
    const auto waiting = arguments.as.empty() ? casework::own_queue_of(state, office)
                                              : casework::queue_of(reader, state, office);
    if (!waiting) return tell(waiting.error(), arguments.format());
    if (arguments.json) {
      print(casework::write(waiting.value()));
    } else if (waiting.value().empty() && !arguments.as.empty()) {
      print(fmt::format("nothing that {} may see waits for {}", arguments.as, office.text()));
    } else {
      print(casework::describe_queue(office, waiting.value(), state.now()));
    }
    return Exit::Done;
  });
}

}  // namespace

void add_queue(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<QueueArguments>();
  CLI::App* command =
      app.add_subcommand("queue", "what waits for an office, the most overdue first");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("--office", arguments->office, "the office, like US/SecDef")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command->footer(R"(
Advice and decisions that its directives ask of it, with what time they give; denials that it is to
look at again; consents in an emergency that nobody has reviewed; end-use checks it was asked for;
discrepancies it is to close. Of a requester's office: queries to answer, requests that came back,
conditions and revocations to acknowledge. And what other offices have let go past its time, where a
directive says that this one is told.

What waits for an office whose holder is away also waits for whoever acts for it. It is shown as the
office itself sees it; with --as, as another does.)");
  command->callback([arguments, &exit] { exit = show_queue(*arguments); });
}

}  // namespace countersign::cli
