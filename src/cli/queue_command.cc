// SPDX-License-Identifier: Apache-2.0
// What waits for an office: queue.
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

}  // namespace

void add_queue(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<QueueArguments>();
  CLI::App* command =
      app.add_subcommand("queue", "what waits for an office, the most overdue first");
  add_instance_options(*command, *arguments);
  command->add_option("--office", arguments->office, "the office, like US/SecDef")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command->footer(
      "\nAdvice and decisions that its directives ask of it, with what time they give; of a\n"
      "requester's office, queries to answer and requests that came back; and what other offices\n"
      "have let go past its time, where a directive says that this one is told.");
  command->callback([arguments, &exit] {
    exit = with_instance(*arguments, [&](casework::Instance& instance) {
      const registry::OfficeId office(arguments->office);
      instance.look([&](const kernel::State& state) {
        const auto waiting = casework::queue_of(state, office);
        if (arguments->json) {
          print(casework::write(state, waiting));
        } else {
          print(casework::describe_queue(state, office, waiting));
        }
      });
      return Exit::Done;
    });
  });
}

}  // namespace countersign::cli
