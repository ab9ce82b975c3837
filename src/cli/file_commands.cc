// SPDX-License-Identifier: Apache-2.0
// What keeps a case's file right: correct, allot, give-back, check, import-legacy.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <system_error>

#include "casework/allotments.h"
#include "casework/checks.h"
#include "casework/corrections.h"
#include "casework/files.h"
#include "casework/writable.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct FileArguments : ActorOptions {
  std::string of;  // the grant
  std::string file;
  std::string out;
  std::string text;
  std::string checker;
  std::string due;
  std::string at;
  std::string finding;
  kernel::Position entry = 0;
  std::int64_t quantity = 0;
  std::optional<kernel::Position> again;  // an allotment that stands already
};

registry::GrantId grant_of(const FileArguments& arguments) {
  return registry::GrantId(arguments.of);
}

CLI::App* add_on_grant(CLI::App& app, const char* name, const char* about,
                       FileArguments& arguments) {
  CLI::App* command = app.add_subcommand(name, about);
  add_actor_options(*command, arguments);
  command->add_option("grant", arguments.of, "the grant's id")
      ->type_name("ID")
      ->required()
      ->check(id_mistake);
  return command;
}

void add_correct(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command = app.add_subcommand(
      "correct", "put right what your office entered wrongly; the mistake stays to be seen");
  add_actor_options(*command, *arguments);
  command
      ->add_option("entry", arguments->entry,
                   "the number of the wrong entry, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  command->add_option("change", arguments->file, "what it should have said")
      ->type_name("CHANGE.json")
      ->required();
  command->add_option("--text", arguments->text, "what was wrong, and how it came")->required();
  command->footer(R"(
CHANGE.json names only what was wrong:
  {"place": {"point": [51.73, 36.19], "uncertainty_m": 100}}
  {"quantity": 1, "text": "one, not ten"}
A part that should not be there at all is null: {"place": null}.

Claims, advice, draws and reports can be corrected, by the office that entered them. Nothing is taken
out: the old words stay beside the new ones, and what rested on them is looked at again. A report
that was inside the grant may turn out to be a discrepancy, or the other way round. A draw is
corrected by the same rules as one is drawn, and never below what was reported as used. What a
request asks for is amended, not corrected.)");
  command->callback([arguments, &exit] {
    const auto change = read_document(arguments->file);
    if (!change) {
      exit = complain(change.error(), arguments->format());
      return;
    }
    const casework::CorrectionPlan plan{arguments->entry, arguments->text, change.value()};
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::correct(instance, actor, plan);
    });
  });
}

base::Parsed<kernel::AllotmentBody> read_allotment_plan(const FileArguments& arguments) {
  BOOST_OUTCOME_TRY(const std::string text, read_file(arguments.file));
  BOOST_OUTCOME_TRY(base::Json document, base::read_json(text, arguments.file));
  base::Report report(text, arguments.file);
  if (const base::Json* grant = document.find("grant")) {
    report.add_at(*grant, "the grant is named on the command line", "leave `grant` out");
    return report.take();
  }
  if (document.kind == base::Json::Kind::Object) {
    document.members.push_back({"grant", {}, base::json_text(arguments.of)});
  }
  kernel::AllotmentBody body = kernel::AllotmentBody::read(document, report);
  if (!report.clean()) return report.take();
  return body;
}

// The allotment's file, once it stands in the ledger.
Exit deliver_allotment(const FileArguments& arguments, casework::Instance& instance,
                       kernel::Position entry) {
  const auto written = casework::write_allotment(instance, grant_of(arguments), entry);
  if (!written) return complain(written.error(), arguments.format());
  if (!written.value()) return tell(written.value().error(), arguments.format());
  const auto done = casework::write_file(arguments.out, base::write_json(written.value().value()),
                                         casework::Secrecy::Public);
  if (!done) {
    const Exit exit = complain(done.error(), arguments.format());
    if (!arguments.json) {
      print_error(
          fmt::format("allotment {0} stands in the ledger; `countersign allot {1} --again {0} "
                      "-o FILE` writes its file",
                      entry, arguments.of));
    }
    return exit;
  }
  if (arguments.json && arguments.again) {
    print(base::json_object({{"allotment", base::json_integer(static_cast<std::int64_t>(entry))},
                             {"file", base::json_text(arguments.out)}}));
  } else if (!arguments.json) {
    print(fmt::format("allotment {}: written to {}, for who is to use it", entry, arguments.out));
  }
  return Exit::Done;
}

// Takes the quantity, and writes the file.
Exit take_allotment(const FileArguments& arguments) {
  const auto body = read_allotment_plan(arguments);
  if (!body) return complain(body.error(), arguments.format());
  // Before anything is taken: a file that cannot be written would leave an allotment without one,
  // and one that is there may be another's.
  if (std::error_code none; std::filesystem::is_regular_file(arguments.out, none)) {
    base::Issue issue;
    issue.file = arguments.out;
    issue.message = "is there already, and may be the file of another allotment";
    issue.remedy = "name a new file; nothing was taken";
    return complain(base::Issues{issue}, arguments.format());
  }
  const auto writable = casework::check_writable(arguments.out);
  if (!writable) return complain(writable.error(), arguments.format());
  std::optional<kernel::Position> entry;
  const Exit told =
      with_actor(arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
        casework::Handled handled = casework::allot(instance, actor, body.value());
        if (handled && handled.value()) entry = handled.value().value().first;
        return handled;
      });
  if (!entry) return told;
  return with_instance(arguments, [&](casework::Instance& instance) {
    return deliver_allotment(arguments, instance, *entry);
  });
}

void add_allot(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command = add_on_grant(
      app, "allot", "take a quantity from a grant for somebody to use where there is no network",
      *arguments);
  CLI::Option* plan =
      command->add_option("allotment", arguments->file, "what is taken, for whom, until when")
          ->type_name("ALLOTMENT.json");
  command
      ->add_option("--again", arguments->again,
                   "take nothing: write the file of the allotment of that number once more")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->excludes(plan);
  command->get_option("--by")->required(false);
  command->get_option("--key")->required(false);
  command
      ->add_option("-o,--output", arguments->out,
                   "write the file that who is to use it can check offline")
      ->type_name("FILE")
      ->required();
  command->footer(R"(
ALLOTMENT.json:
  {"to": "the second battery", "quantity": 2, "until": "2025-06-19",
   "place": {"point": [51.73, 36.19], "radius_m": 500}, "categories": []}
Taking it is the draw: it is checked like one, and counts from now on. `countersign verify FILE`
shows it to whoever has the trust file. Uses are reported against it, late if need be, with
"allotment" and its number in the report. `countersign give-back` returns what is left before it
ends; what is neither reported nor given back by then stays counted as drawn. `--again NUMBER` takes
nothing and needs no key: it writes the file of an allotment that stands already.)");
  command->callback([arguments, &exit] {
    if (arguments->again) {
      exit = with_instance(*arguments, [&](casework::Instance& instance) {
        return deliver_allotment(*arguments, instance, *arguments->again);
      });
      return;
    }
    if (arguments->file.empty()) throw CLI::RequiredError("ALLOTMENT.json");
    if (arguments->by.empty()) throw CLI::RequiredError("--by");
    if (arguments->key.empty()) throw CLI::RequiredError("--key");
    exit = take_allotment(*arguments);
  });
}

void add_give_back(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command = add_on_grant(
      app, "give-back", "give back what of an allotment is not used, before it ends", *arguments);
  command
      ->add_option("--allotment", arguments->entry, "its number, as `allot` or `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  command->add_option("--quantity", arguments->quantity, "how many")
      ->type_name("NUMBER")
      ->check(whole_number(1))
      ->required();
  command->add_option("--text", arguments->text, "for the file");
  command->callback([arguments, &exit] {
    const kernel::GiveBackBody body{grant_of(*arguments), arguments->entry, arguments->quantity,
                                    arguments->text};
    if (const auto sound = check_body("give-back", body); !sound) {
      exit = complain(sound.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::give_back(instance, actor, body);
    });
  });
}

void add_check_request(CLI::App& group, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command =
      add_on_grant(group, "request", "ask for a check of what became of it", *arguments);
  command
      ->add_option("--checker", arguments->checker, "the office of your authority that is to do it")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command->add_option("--due", arguments->due, "by when")->type_name("TIME")->required();
  command->add_option("--text", arguments->text, "what is to be looked at")->required();
  command->callback([arguments, &exit] {
    const auto due = instant_or_now(arguments->due, "--due");
    if (!due) {
      exit = complain(due.error(), arguments->format());
      return;
    }
    const kernel::CheckRequestBody body{
        grant_of(*arguments), registry::OfficeId(arguments->checker), due.value(), arguments->text};
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::request_check(instance, actor, body);
    });
  });
}

void add_check_record(CLI::App& group, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command = add_on_grant(group, "record", "say what a check has found", *arguments);
  command
      ->add_option("--request", arguments->entry,
                   "the number of the entry that asked for it, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  command->add_option("--finding", arguments->finding, "what was found")
      ->type_name("FINDING")
      ->check(one_of({"confirmed", "discrepancy"}))
      ->required();
  command->add_option("--at", arguments->at, "when it was done")->type_name("TIME")->required();
  command->add_option("--text", arguments->text, "what was seen")->required();
  command->footer(
      "\nA discrepancy stays open until a named office closes it (`countersign close`).");
  command->callback([arguments, &exit] {
    const auto at = instant_or_now(arguments->at, "--at");
    if (!at) {
      exit = complain(at.error(), arguments->format());
      return;
    }
    const kernel::CheckBody body{grant_of(*arguments), arguments->entry, at.value(),
                                 arguments->finding == "confirmed"
                                     ? kernel::CheckFinding::Confirmed
                                     : kernel::CheckFinding::Discrepancy,
                                 arguments->text};
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::record_check(instance, actor, body);
    });
  });
}

Exit list_checks(const InstanceOptions& options) {
  return look_at(options, [&](const kernel::State& state, const casework::Reader& reader) {
    const auto listed = casework::open_checks(reader, state);
    std::int64_t overdue = 0;
    std::vector<base::Json> items;
    for (const casework::ListedCheck& each : listed) {
      const kernel::CheckRequestBody& body = each.check.body;
      if (each.overdue) ++overdue;
      items.push_back(base::json_object({{"grant", base::json_text(each.grant.text())},
                                         {"request", base::json_integer(static_cast<std::int64_t>(
                                                         each.check.requested.position))},
                                         {"checker", base::json_text(body.checker.text())},
                                         {"due", base::json_text(base::to_text(body.due))},
                                         {"overdue", base::json_bool(each.overdue)},
                                         {"text", base::json_text(body.text)}}));
      if (options.json) continue;
      print(fmt::format("{}: {} is to look by {}{} (entry {}): {}", each.grant.text(),
                        body.checker.text(), base::to_text(body.due),
                        each.overdue ? ", OVERDUE" : "", each.check.requested.position, body.text));
    }
    if (options.json) {
      print(base::json_object({{"checks", base::json_array(std::move(items))},
                               {"open", base::json_integer(std::ssize(listed))},
                               {"overdue", base::json_integer(overdue)}}));
    } else {
      print(fmt::format("{} check{} to be done, {} overdue", listed.size(),
                        listed.size() == 1 ? "" : "s", overdue));
    }
    return Exit::Done;
  });
}

void add_check(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("check", "end-use checks: what became of what was granted");
  group->require_subcommand(1);
  add_check_request(*group, exit);
  add_check_record(*group, exit);
  auto listed = std::make_shared<InstanceOptions>();
  CLI::App* list = group->add_subcommand("list", "those still to be done, the overdue ones marked");
  add_instance_options(*list, *listed);
  add_as_option(*list, *listed);
  list->callback([listed, &exit] { exit = list_checks(*listed); });
}

void add_import_legacy(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<FileArguments>();
  CLI::App* command = app.add_subcommand(
      "import-legacy", "enter cases that were decided before, as precedents that count");
  add_actor_options(*command, *arguments);
  command->add_option("cases", arguments->file, "the earlier cases")
      ->type_name("CASES.json")
      ->required();
  command->footer(R"(
CASES.json:
  {"cases": [{"id": "1998-112", "action": "transfer", "item": "Lathe-5", "quantity": 3,
    "requester": "UA", "recipient": "UA", "outcome": "approve", "counts": 2,
    "decided_at": "1998-03-04", "decided_by": "the Export Board", "text": "file 112, shelf 3"}]}
Your office signs each for what it knows of it. `counts` says how many count towards caps: what was
used, or may still be; left out, all. They are found as precedents, and are never a grant: nothing
can be drawn or reported under them.)");
  command->callback([arguments, &exit] {
    const auto cases = [&]() -> base::Parsed<std::vector<kernel::LegacyBody>> {
      BOOST_OUTCOME_TRY(const std::string text, read_file(arguments->file));
      BOOST_OUTCOME_TRY(const base::Json document, base::read_json(text, arguments->file));
      base::Report report(text, arguments->file);
      auto read = casework::read_earlier(document, report);
      if (!report.clean()) return report.take();
      return read;
    }();
    if (!cases) {
      exit = complain(cases.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::import_earlier(instance, actor, cases.value());
    });
  });
}

}  // namespace

void add_file_commands(CLI::App& app, Exit& exit) {
  add_correct(app, exit);
  add_allot(app, exit);
  add_give_back(app, exit);
  add_check(app, exit);
  add_import_legacy(app, exit);
}

}  // namespace countersign::cli
