// SPDX-License-Identifier: Apache-2.0
// The steps of a case: submit, claim, advise, override, decide, grant, draw, report, suspend,
// resume, revoke, acknowledge, close.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/joint.h"
#include "cli/decision_help.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "cli/marking_options.h"

namespace countersign::cli {
namespace {

// A step on a case or grant, by an office.
struct StepArguments : ActorOptions {
  std::string of;       // the case or grant
  std::string request;  // submit: the request; draw, report: the act
  std::string word;     // a view, an outcome, a basis
  std::string item;
  std::string adviser;
  std::string provisos;
  std::string text;
  std::string internal;
  std::string ground;
  std::optional<std::string> review_by;
  std::optional<kernel::Position> withdraws;
  std::string batch;
  bool rest = false;
  MarkingOptions marked;
  MarkingOptions internal_marked;  // of `internal`
  kernel::Position report = 0;
  std::vector<std::string> provisos_read;  // acknowledge
};

CLI::App* add_step(CLI::App& app, const char* name, const char* about, StepArguments& arguments,
                   const char* of) {
  CLI::App* command = app.add_subcommand(name, about);
  add_actor_options(*command, arguments);
  command->add_option(of, arguments.of, fmt::format("the {}'s id", of))
      ->type_name("ID")
      ->required()
      ->check(id_mistake);
  return command;
}

void require_text(CLI::App& command, StepArguments& arguments, const char* about) {
  command.add_option("--text", arguments.text, about)->required();
}

void add_ground(CLI::App& command, StepArguments& arguments) {
  command
      .add_option("--ground", arguments.ground,
                  "the code of a ground, where your authority has a list of them")
      ->type_name("CODE")
      ->check(id_mistake);
}

void add_internal(CLI::App& command, StepArguments& arguments) {
  command.add_option("--internal", arguments.internal,
                     "reasons the other side does not see; they are signed for and kept");
  add_marking_options(command, arguments.internal_marked, "internal-");
}

kernel::InternalReasons internal_of(const StepArguments& arguments) {
  return {arguments.internal, arguments.internal_marked.marking()};
}

// The internal reasons as they will be signed for, sound where there are any.
base::Parsed<void> check_internal(const char* command, const StepArguments& arguments) {
  const kernel::InternalReasons reasons = internal_of(arguments);
  return reasons.none() ? base::Parsed<void>(base::outcome::success())
                        : check_body(command, reasons);
}

kernel::CaseId case_of(const StepArguments& arguments) { return kernel::CaseId(arguments.of); }
registry::GrantId grant_of(const StepArguments& arguments) {
  return registry::GrantId(arguments.of);
}

void add_submit(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command =
      add_step(app, "submit", "ask: sign a request and open its case", *arguments, "case");
  command->footer(
      "\nThe case's id is yours to choose, like UA-2025-17. A request that is submitted declares\n"
      "`categories`, `data_sources` and `funded_by`, `[]` for none (docs/formats/registers.md).");
  command
      ->add_option("request", arguments->request,
                   "the request's file; - where another program hands it on")
      ->type_name("REQUEST.json")
      ->required();
  command->callback([arguments, &exit] {
    const auto request = read_sound_request(arguments->request);
    exit = request ? with_actor(*arguments,
                                [&](casework::Instance& instance, const casework::Actor& actor) {
                                  return casework::ask(instance, actor, case_of(*arguments),
                                                       request.value());
                                })
                   : complain(request.error(), arguments->format());
  });
}

void add_claim(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, "claim", "claim a say in an open case, or take the claim back",
                               *arguments, "case");
  command->add_option("--basis", arguments->word, "why you have a say")
      ->type_name("BASIS")
      ->check(one_of({"supplied", "owner", "component", "direct_product", "data"}));
  command
      ->add_option("--item", arguments->item,
                   "the item you supplied, own, or have a part or data in")
      ->type_name("ITEM")
      ->check(id_mistake);
  command->add_option("--text", arguments->text, "for the others to read");
  command
      ->add_option("--withdraws", arguments->withdraws,
                   "take back the claim in this entry, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->excludes(command->get_option("--basis"))
      ->excludes(command->get_option("--item"));
  add_marking_options(*command, arguments->marked);
  command->footer(
      R"(
While a claim stands, the case is not granted. Give --basis, --item and --text; or --withdraws alone.
The bases: `supplied`, you supplied the item; `owner`, it is yours; `component`, a part of it is
yours; `direct_product`, it is made with your technology; `data`, it needs your data.)");
  command->callback([arguments, &exit] {
    if (arguments->withdraws) {
      exit =
          with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
            return casework::take_back_claim(instance, actor, case_of(*arguments),
                                             *arguments->withdraws, arguments->text);
          });
      return;
    }
    if (arguments->word.empty() || arguments->item.empty()) {
      throw CLI::RequiredError("--basis with --item, or --withdraws,");
    }
    kernel::ClaimBody body;
    body.text = arguments->text;
    body.marking = arguments->marked.marking();
    body.item = registry::ItemId(arguments->item);
    body.basis = registry::find_basis(arguments->word).value_or(registry::Basis::Supplied);
    if (const auto sound = check_body("claim", body); !sound) {
      exit = complain(sound.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::claim(instance, actor, case_of(*arguments), body);
    });
  });
}

void add_advise(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, "advise", "give an office's view; never called an approval",
                               *arguments, "case");
  command->add_option("--view", arguments->word, "the view")
      ->type_name("VIEW")
      ->check(one_of({"concur", "concur_with_provisos", "do_not_concur", "no_comment"}))
      ->required();
  command
      ->add_option("--provisos", arguments->provisos,
                   "what you want it limited to, with concur_with_provisos")
      ->type_name("PROVISOS.json");
  command->add_option("--text", arguments->text, "your reasons, for the deciding office");
  add_marking_options(*command, arguments->marked);
  command->footer(kProvisos);
  command->callback([arguments, &exit] {
    const auto provisos = read_provisos(arguments->provisos);
    if (!provisos) {
      exit = complain(provisos.error(), arguments->format());
      return;
    }
    const kernel::AdviceBody body{*kernel::find_advice_view(arguments->word), provisos.value(),
                                  arguments->text, arguments->marked.marking()};
    if (const auto sound = check_body("advise", body); !sound) {
      exit = complain(sound.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::advise(instance, actor, case_of(*arguments), body);
    });
  });
}

void add_override(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, "override", "sign that you decide against an office's advice",
                               *arguments, "case");
  command->add_option("--adviser", arguments->adviser, "the office whose advice you override")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command->footer(
      "\nAn approval against an office that does not concur, or weaker than the provisos it put,\n"
      "needs this first. You still have to `decide`.");
  require_text(*command, *arguments, "why");
  add_marking_options(*command, arguments->marked);
  add_ground(*command, *arguments);
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::override_advice(instance, actor, case_of(*arguments),
                                       registry::OfficeId(arguments->adviser), arguments->text,
                                       arguments->marked.marking(), arguments->ground);
    });
  });
}

// `decide` on a case, `resume` on a suspended grant: the same act, by the same procedure.
void run_decision(const StepArguments& arguments, Exit& exit,
                  std::optional<registry::GrantId> resumes) {
  const auto provisos = read_provisos(arguments.provisos);
  if (!provisos) {
    exit = complain(provisos.error(), arguments.format());
    return;
  }
  if (arguments.text.empty() && (arguments.word == "deny" || arguments.word == "return")) {
    throw CLI::RequiredError(fmt::format("--text, the reasons to {} it,", arguments.word));
  }
  casework::DecisionPlan plan;
  plan.outcome = *kernel::find_decision_outcome(arguments.word);
  plan.provisos = provisos.value();
  plan.text = arguments.text;
  plan.reasons = internal_of(arguments);
  plan.ground = arguments.ground;
  if (arguments.review_by) {
    const auto due = instant_or_now(arguments.review_by, "--review-by");
    if (!due) {
      exit = complain(due.error(), arguments.format());
      return;
    }
    plan.review_by = due.value();
  }
  plan.resumes = std::move(resumes);
  plan.of_rest = arguments.rest;
  kernel::DecisionBody body;
  body.outcome = plan.outcome;
  body.provisos = plan.provisos;
  body.text = plan.text;
  body.ground = plan.ground;
  body.review_by = plan.review_by;
  const char* command = plan.resumes ? "resume" : "decide";
  for (const auto& sound : {check_body(command, body), check_internal(command, arguments)}) {
    if (sound) continue;
    exit = complain(sound.error(), arguments.format());
    return;
  }
  exit = with_actor(arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
    return plan.resumes ? casework::resume(instance, actor, plan)
                        : casework::decide(instance, actor, case_of(arguments), plan);
  });
}

void add_decision_options(CLI::App& command, StepArguments& arguments,
                          const std::vector<std::string>& outcomes) {
  command.add_option("--outcome", arguments.word, "the decision")
      ->type_name("OUTCOME")
      ->check(one_of(outcomes))
      ->required();
  command.add_option("--provisos", arguments.provisos, "what the approval is limited to")
      ->type_name("PROVISOS.json");
  command.add_option("--text", arguments.text,
                     "reasons the requester reads; needed to deny or return");
  add_internal(command, arguments);
  add_ground(command, arguments);
  command.footer(kProvisos);
}

// Several cases in one signed act, from a list.
void run_joint(const StepArguments& arguments, Exit& exit) {
  const auto items = [&]() -> base::Parsed<std::vector<casework::JointItem>> {
    BOOST_OUTCOME_TRY(const std::string text, read_file(arguments.batch));
    BOOST_OUTCOME_TRY(const base::Json document, base::read_json(text, arguments.batch));
    base::Report report(text, arguments.batch);
    auto read = casework::read_joint(document, report);
    if (!report.clean()) return report.take();
    return read;
  }();
  if (!items) {
    exit = complain(items.error(), arguments.format());
    return;
  }
  exit = with_actor(arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
    return casework::decide_together(instance, actor, items.value());
  });
}

void add_decide(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command =
      app.add_subcommand("decide",
                         "the final office's personal, signed decision, on one case or "
                         "on a list of them");
  add_actor_options(*command, *arguments);
  CLI::Option* of = command->add_option("case", arguments->of, "the case's id")
                        ->type_name("ID")
                        ->check(id_mistake);
  add_decision_options(*command, *arguments, {"approve", "deny", "return", "recall", "emergency"});
  CLI::Option* outcome = command->get_option("--outcome")->required(false);
  CLI::Option* batch = command->add_option("--batch", arguments->batch, "a list of decisions")
                           ->type_name("LIST.json")
                           ->excludes(of)
                           ->excludes(outcome);
  command->add_flag("--rest", arguments->rest,
                    "decide what the case's grant left open, for a further grant");
  command
      ->add_option("--review-by", arguments->review_by,
                   "with `emergency`: by when the consent is reviewed")
      ->type_name("TIME");
  for (const char* name : {"--provisos", "--text", "--internal", "--rest"}) {
    batch->excludes(command->get_option(name));
  }
  command->footer(kDecide);
  command->callback([arguments, &exit] {
    if (!arguments->batch.empty()) return run_joint(*arguments, exit);
    if (arguments->of.empty() || arguments->word.empty()) {
      throw CLI::RequiredError("ID with --outcome, or --batch,");
    }
    run_decision(*arguments, exit, std::nullopt);
  });
}

void add_resume(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command =
      add_step(app, "resume", "decide whether a suspended grant goes on", *arguments, "grant");
  add_decision_options(*command, *arguments, {"approve", "deny", "recall"});
  command->footer(std::string(R"(
A grant that an office suspended goes on when that office approves; one that a withdrawn key or new
rules suspended, when those who must approve it now do. Give at least the provisos it had.
)") + kProvisos);
  command->callback([arguments, &exit] { run_decision(*arguments, exit, grant_of(*arguments)); });
}

void add_reconsider(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, "reconsider", "as the requester: have a denial looked at again",
                               *arguments, "case");
  command->footer(
      "\nOnce a case. The denial stands until the office that the authority's directive names, or\n"
      "another of its final offices, answers with `countersign reconsidered`.");
  require_text(*command, *arguments, "why it should be looked at again");
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::ask_again(instance, actor, case_of(*arguments), arguments->text);
    });
  });
}

void add_reconsidered(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(
      app, "reconsidered", "answer a `reconsider`: the denial stands, or the case is open again",
      *arguments, "case");
  command
      ->add_option("--outcome", arguments->word,
                   "`uphold`: the denial stands; `set_aside`: the case is open again")
      ->type_name("OUTCOME")
      ->check(one_of({"uphold", "set_aside"}))
      ->required();
  require_text(*command, *arguments, "reasons the requester reads");
  add_internal(*command, *arguments);
  add_ground(*command, *arguments);
  command->callback([arguments, &exit] {
    const casework::ReconsideredPlan plan{
        arguments->word == "uphold" ? kernel::ReconsideredOutcome::Uphold
                                    : kernel::ReconsideredOutcome::SetAside,
        arguments->text, arguments->ground, internal_of(*arguments)};
    if (const auto sound = check_internal("reconsidered", *arguments); !sound) {
      exit = complain(sound.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::answer_again(instance, actor, case_of(*arguments), plan);
    });
  });
}

struct GrantArguments : InstanceOptions {
  std::string of;
};

void add_grant(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<GrantArguments>();
  CLI::App* command =
      app.add_subcommand("grant", "issue the grant, once every authority with a tie has consented");
  command->footer(
      "\nWhere a standing permission covers the request, the authority's clerk signs now, by the "
      "key\n"
      "that this instance holds. The grant is issued only if everything is proved from the "
      "ledger's\n"
      "signed entries.");
  add_instance_options(*command, *arguments);
  command->add_option("case", arguments->of, "the case's id")->type_name("ID")->required();
  command->callback([arguments, &exit] {
    exit = with_instance(*arguments, [&](casework::Instance& instance) {
      const kernel::CaseId id(arguments->of);
      const casework::Handled handled = casework::grant(instance, id);
      const Exit told = tell(handled, arguments->format());
      if (told == Exit::Done && !arguments->json) {
        instance.look([&](const kernel::State& state) {
          print(fmt::format("grant {}", state.find(id)->grants.back().text()));
        });
      }
      return told;
    });
  });
}

// The act a draw asks for or a report states, from its file. The grant is the command line's: one
// in the file would silently take its place.
template <class Body>
base::Parsed<Body> read_act(const StepArguments& arguments) {
  BOOST_OUTCOME_TRY(const std::string text, read_file(arguments.request));
  BOOST_OUTCOME_TRY(base::Json document, base::read_json(text, arguments.request));
  base::Report report(text, arguments.request);
  if (const base::Json* grant = document.find("grant")) {
    report.add_at(*grant, "the grant is named on the command line", "leave `grant` out");
    return report.take();
  }
  if (document.kind == base::Json::Kind::Object) {
    document.members.push_back({"grant", {}, base::json_text(arguments.of)});
  }
  Body body = Body::read(document, report);
  if (!report.clean()) return report.take();
  return body;
}

void add_draw(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command =
      add_step(app, "draw", "before each use: take it off the grant, or be told why not",
               *arguments, "grant");
  command->footer(
      "\nDRAW.json: {\"quantity\": 1, \"categories\": [],\n"
      "  \"place\": {\"point\": [51.73, 36.19], \"uncertainty_m\": 100}}");
  command->add_option("draw", arguments->request, "what is to be done")
      ->type_name("DRAW.json")
      ->required();
  command->callback([arguments, &exit] {
    const auto body = read_act<kernel::DrawBody>(*arguments);
    exit = body ? with_actor(*arguments,
                             [&](casework::Instance& instance, const casework::Actor& actor) {
                               return casework::draw(instance, actor, body.value());
                             })
                : complain(body.error(), arguments->format());
  });
}

void add_report(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(
      app, "report", "say that a use happened: it is always entered, also one outside the grant",
      *arguments, "grant");
  command->footer(
      "\nREPORT.json: {\"quantity\": 1, \"at\": \"2025-06-13T20:00:00Z\",\n"
      "  \"place\": {\"point\": [51.73, 36.19], \"uncertainty_m\": 100}, \"text\": \"as drawn\"}\n"
      "A use from an allotment says which: add \"allotment\" and its number. What lies outside "
      "the\n"
      "grant becomes a discrepancy that a named office must close.");
  command->add_option("report", arguments->request, "what happened")
      ->type_name("REPORT.json")
      ->required();
  command->callback([arguments, &exit] {
    const auto body = read_act<kernel::ReportBody>(*arguments);
    exit = body ? with_actor(*arguments,
                             [&](casework::Instance& instance, const casework::Actor& actor) {
                               return casework::report(instance, actor, body.value());
                             })
                : complain(body.error(), arguments->format());
  });
}

void add_act(CLI::App& app, Exit& exit, const char* name, const char* about, kernel::EntryKind kind,
             const char* footer) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, name, about, *arguments, "grant");
  require_text(*command, *arguments, "why, for the holder");
  add_internal(*command, *arguments);
  add_ground(*command, *arguments);
  command->footer(footer);
  command->callback([arguments, &exit, kind, name] {
    if (const auto sound = check_internal(name, *arguments); !sound) {
      exit = complain(sound.error(), arguments->format());
      return;
    }
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::act_on_grant(instance, actor, kind,
                                    {grant_of(*arguments), arguments->text, arguments->ground},
                                    internal_of(*arguments));
    });
  });
}

void add_acknowledge(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command = add_step(app, "acknowledge",
                               "the holder takes note of a grant's free-text provisos, or of its "
                               "revocation",
                               *arguments, "grant");
  command->footer(
      "\nFree-text provisos are acknowledged before the first draw, and again when a resumption\n"
      "adds one; `case show` has them. All of them are signed for, and printed. With --proviso\n"
      "you say which you have read: it is refused if the grant has others by now.\n"
      "A grant that is revoked stays open until its holder acknowledges that.");
  command
      ->add_option("--proviso", arguments->provisos_read,
                   "a proviso as you read it; repeat it for each, in their order")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      auto body = casework::to_acknowledge(instance, grant_of(*arguments));
      if (!body) return casework::Handled(base::Ruled<casework::Receipt>(body.error()));
      std::vector<std::string>& provisos = body.value().provisos;
      if (!arguments->provisos_read.empty()) provisos = arguments->provisos_read;
      casework::Handled handled = casework::acknowledge(instance, actor, body.value());
      if (handled && handled.value() && !arguments->json) {
        for (const std::string& text : provisos) print("acknowledged: " + text);
      }
      return handled;
    });
  });
}

void add_close(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<StepArguments>();
  CLI::App* command =
      add_step(app, "close", "close a discrepancy, with reasons", *arguments, "case");
  command
      ->add_option(
          "--report", arguments->report,
          "the number of the report's, or the end-use check's, entry, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  require_text(*command, *arguments, "the reasons");
  command->footer(
      "\nThe office that the directives name closes it; where they name none, a final office that\n"
      "consented.");
  command->callback([arguments, &exit] {
    exit = with_actor(*arguments, [&](casework::Instance& instance, const casework::Actor& actor) {
      return casework::close(instance, actor, case_of(*arguments),
                             {arguments->report, arguments->text});
    });
  });
}

}  // namespace

void add_case_commands(CLI::App& app, Exit& exit) {
  add_submit(app, exit);
  add_claim(app, exit);
  add_advise(app, exit);
  add_override(app, exit);
  add_decide(app, exit);
  add_reconsider(app, exit);
  add_reconsidered(app, exit);
  add_grant(app, exit);
  add_draw(app, exit);
  add_report(app, exit);
  add_act(
      app, exit, "suspend", "suspend a grant your consent is part of", kernel::EntryKind::Suspend,
      "\nNothing can be drawn meanwhile; uses are still reported. `countersign resume` decides\n"
      "whether it goes on.");
  add_resume(app, exit);
  add_act(app, exit, "revoke", "revoke a grant, for good", kernel::EntryKind::Revoke,
          "\nNothing can be drawn any more; uses are still reported. The holder acknowledges it.");
  add_acknowledge(app, exit);
  add_close(app, exit);
}

}  // namespace countersign::cli
