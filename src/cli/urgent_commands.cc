// SPDX-License-Identifier: Apache-2.0
// What was done in haste: review, emergencies, oral.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct UrgentArguments : ActorOptions {
  std::string of;
  std::string office;
  std::optional<std::string> said_at;
  std::string text;
};

CLI::App* add_step(CLI::App& app, const char* name, const char* about, UrgentArguments& arguments) {
  CLI::App* command = app.add_subcommand(name, about);
  add_actor_options(*command, arguments);
  command->add_option("case", arguments.of, "the case's id")
      ->type_name("ID")
      ->required()
      ->check(id_mistake);
  return command;
}

void add_review(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<UrgentArguments>();
  CLI::App* command = add_step(
      app, "review", "look again at what your authority consented to in an emergency", *arguments);
  command->add_option("--text", arguments->text, "what you found")->required();
  command->footer(
      "\nBy somebody else than who consented, and by the date that `countersign emergencies` "
      "tells. Of\n"
      "several consents the last that nobody has reviewed yet is meant.");
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::review(instance, actor, kernel::CaseId(arguments->of), arguments->text);
    });
  });
}

void add_oral(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<UrgentArguments>();
  CLI::App* command =
      add_step(app, "oral", "write up that an office consented by word of mouth", *arguments);
  command->footer(
      "\nOnly where a directive knows oral consent. Two different persons write it up, each\n"
      "signing, within the time that the directive sets.\n"
      "It is recorded and shown as what it is: no consent, until the office itself has signed.");
  command->add_option("--office", arguments->office, "who consented by word of mouth")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command->add_option("--said-at", arguments->said_at, "when")->type_name("TIME")->required();
  command->add_option("--text", arguments->text, "what was said")->required();
  command->callback([arguments, &exit] {
    const auto said_at = instant_or_now(arguments->said_at, "--said-at");
    if (!said_at) {
      exit = complain(said_at.error(), arguments->format());
      return;
    }
    const kernel::OralBody body{registry::OfficeId(arguments->office), said_at.value(),
                                arguments->text};
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::write_up(instance, actor, kernel::CaseId(arguments->of), body);
    });
  });
}

Exit list_emergencies(const InstanceOptions& options) {
  return look_at(options, [&](const kernel::State& state, const casework::Reader& reader) {
    std::vector<base::Json> items;
    std::int64_t overdue = 0;
    for (const casework::EmergencyView& view : casework::emergencies(reader, state)) {
      const kernel::Decision& decision = view.decision;
      const std::string due = base::to_text(*decision.body.review_by);
      overdue += view.overdue ? 1 : 0;
      if (!options.json) {
        print(fmt::format(
            "{}: {} consented in an emergency at {}; {}", view.case_id.text(),
            decision.done.signer.office.text(), base::to_text(decision.done.at),
            decision.reviewed
                ? "reviewed by " + decision.reviewed->signer.office.text()
                : fmt::format("its review {} by {}", view.overdue ? "was due" : "is due", due)));
      }
      base::Json item =
          base::json_object({{"case", base::json_text(view.case_id.text())},
                             {"authority", base::json_text(view.authority.text())},
                             {"office", base::json_text(decision.done.signer.office.text())},
                             {"at", base::json_text(base::to_text(decision.done.at))},
                             {"review_by", base::json_text(due)},
                             {"reviewed", base::json_bool(decision.reviewed.has_value())},
                             {"overdue", base::json_bool(view.overdue)}});
      items.push_back(std::move(item));
    }
    const auto count = static_cast<std::int64_t>(items.size());
    if (options.json) {
      print(base::json_object({{"emergencies", base::json_array(std::move(items))},
                               {"overdue", base::json_integer(overdue)}}));
    } else {
      print(fmt::format("{} consent{} in an emergency; {} not reviewed in time", count,
                        count == 1 ? "" : "s", overdue));
    }
    return Exit::Done;
  });
}

}  // namespace

void add_urgent_commands(CLI::App& app, Exit& exit) {
  add_review(app, exit);
  auto listed = std::make_shared<InstanceOptions>();
  CLI::App* list = app.add_subcommand(
      "emergencies", "consents given in an emergency, and which of them nobody reviewed in time");
  add_instance_options(*list, *listed);
  add_as_option(*list, *listed);
  list->callback([listed, &exit] { exit = list_emergencies(*listed); });
  add_oral(app, exit);
}

}  // namespace countersign::cli
