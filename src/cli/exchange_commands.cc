// SPDX-License-Identifier: Apache-2.0
// What goes back and forth with the requester: query, answer, amend, reconfirm, withdraw,
// surrender.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>

#include "casework/exchange.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "cli/marking_options.h"

namespace countersign::cli {
namespace {

struct ExchangeArguments : ActorOptions {
  std::string of;
  std::string text;
  std::string document;
  std::optional<kernel::Position> query;
  MarkingOptions marked;
};

using Arguments = std::shared_ptr<ExchangeArguments>;
using Act =
    std::function<casework::Handled(casework::Instance&, const casework::Actor&, kernel::CaseId)>;

CLI::App* add_exchange(CLI::App& app, const char* name, const char* about, const Arguments& a) {
  CLI::App* command = app.add_subcommand(name, about);
  add_actor_options(*command, *a);
  command->add_option("case", a->of, "the case's id")
      ->type_name("ID")
      ->required()
      ->check(id_mistake);
  return command;
}

Exit act(const ExchangeArguments& arguments, const Act& with) {
  return with_actor(arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
    return with(instance, actor, kernel::CaseId(arguments.of));
  });
}

void add_query(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command =
      add_exchange(app, "query", "ask the requester, or take the question back", arguments);
  command->add_option("--text", arguments->text, "what you ask; the requester reads it");
  command
      ->add_option("--withdraws", arguments->query,
                   "take back the query at this entry, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number());
  command->footer(
      "\nAn office that may advise or decide asks. Until the answer comes, the clock of your\n"
      "authority stands still; a query that is not answered stays visible.");
  command->callback([arguments, &exit] {
    if (!arguments->query && arguments->text.empty()) {
      throw CLI::RequiredError("--text, or --withdraws,");
    }
    exit = act(*arguments, [&](auto& instance, const auto& actor, const kernel::CaseId& id) {
      return arguments->query
                 ? casework::take_back_query(instance, actor, id, arguments->query, arguments->text)
                 : casework::query(instance, actor, id, arguments->text);
    });
  });
}

void add_answer(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = add_exchange(
      app, "answer", "answer a query: adds to the request, changes nothing in it", arguments);
  command
      ->add_option("--query", arguments->query,
                   "the entry of the query; needed where several are open")
      ->type_name("NUMBER")
      ->check(whole_number());
  command->add_option("--text", arguments->text, "the answer");
  add_marking_options(*command, arguments->marked);
  command
      ->add_option("--document", arguments->document,
                   "a file to attach; its bytes are kept with the case and signed for")
      ->type_name("FILE");
  command->footer(
      "\nTo change the request itself, amend it. A query that was answered may be answered again, "
      "by\n"
      "--query: both answers stand. `countersign case document` gives an attached\n"
      "file back.");
  command->callback([arguments, &exit] {
    if (arguments->text.empty() && arguments->document.empty()) {
      throw CLI::RequiredError("--text or --document");
    }
    casework::AnswerPlan plan{arguments->query, arguments->text};
    plan.marking = arguments->marked.marking();
    if (!arguments->document.empty()) {
      auto bytes = read_file(arguments->document);
      if (!bytes) {
        exit = complain(bytes.error(), arguments->format());
        return;
      }
      plan.document_name = std::filesystem::path(arguments->document).filename().string();
      plan.document = std::make_shared<const std::string>(std::move(bytes.value()));
    }
    exit = act(*arguments, [&](auto& instance, const auto& actor, const kernel::CaseId& id) {
      return casework::answer(instance, actor, id, plan);
    });
  });
}

void add_amend(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command =
      add_exchange(app, "amend", "state the request anew: its next version", arguments);
  command
      ->add_option("request", arguments->document,
                   "the whole request's file; - where another program hands it on")
      ->type_name("REQUEST.json")
      ->required();
  command->add_option("--text", arguments->text, "what it changes, for the others to read");
  command->footer(
      "\nWhile the case is pending or returned; a returned case is pending again by it. Whose\n"
      "approval it needs is worked out anew. No decision on the version before counts any more;\n"
      "an office that advised on it advises again, or says with `reconfirm` that it still holds.\n"
      "All versions stay visible.");
  command->callback([arguments, &exit] {
    const auto request = read_sound_request(arguments->document);
    if (!request) {
      exit = complain(request.error(), arguments->format());
      return;
    }
    exit = act(*arguments, [&](auto& instance, const auto& actor, const kernel::CaseId& id) {
      return casework::amend(instance, actor, id, request.value(), arguments->text);
    });
  });
}

void add_reconfirm(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = add_exchange(
      app, "reconfirm", "say that your advice on an earlier version holds for this one", arguments);
  command->add_option("--text", arguments->text, "anything to add, for the deciding office");
  command->footer(
      "\nYour last advice, with its provisos, then counts as given on the present version. To say\n"
      "anything else, `advise` again.");
  command->callback([arguments, &exit] {
    exit = act(*arguments, [&](auto& instance, const auto& actor, const kernel::CaseId& id) {
      return casework::reconfirm(instance, actor, id, arguments->text);
    });
  });
}

void add_withdraw(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command =
      add_exchange(app, "withdraw", "the requester takes the request back, for good", arguments);
  command->add_option("--text", arguments->text, "why");
  command->footer(
      "\nWhile the case is pending or returned. Everything said in it stays visible; to ask\n"
      "again, `submit` a new case. A grant is not taken back this way.");
  command->callback([arguments, &exit] {
    exit = act(*arguments, [&](auto& instance, const auto& actor, const kernel::CaseId& id) {
      return casework::withdraw_request(instance, actor, id, arguments->text);
    });
  });
}

void add_surrender(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = app.add_subcommand("surrender", "the holder gives a grant up, for good");
  add_actor_options(*command, *arguments);
  command->add_option("grant", arguments->of, "the grant's id")
      ->type_name("ID")
      ->required()
      ->check(id_mistake);
  command->add_option("--text", arguments->text, "why");
  command->footer(
      "\nNothing more is drawn under it, and what it reserved is free again. What was used before "
      "is\n"
      "still reported.");
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::act_on_grant(instance, actor, kernel::EntryKind::Surrender,
                                    {registry::GrantId(arguments->of), arguments->text});
    });
  });
}

}  // namespace

void add_exchange_commands(CLI::App& app, Exit& exit) {
  add_query(app, exit);
  add_answer(app, exit);
  add_amend(app, exit);
  add_reconfirm(app, exit);
  add_withdraw(app, exit);
  add_surrender(app, exit);
}

}  // namespace countersign::cli
