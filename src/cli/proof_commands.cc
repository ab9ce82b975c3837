// SPDX-License-Identifier: Apache-2.0
// What can be shown and checked: case, log, bundle, status, trust, verify.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/clock_words.h"
#include "casework/exchange.h"
#include "casework/files.h"
#include "casework/reader.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"

namespace countersign::cli {
namespace {

struct ShowArguments : InstanceOptions {
  std::string of;
  std::string out;
  kernel::Position position = 0;
  std::string lane;
  bool holder = false;

  kernel::Audience audience() const {
    if (holder) return kernel::Audience::holder();
    if (!lane.empty()) return kernel::Audience::of(registry::PartyId(lane));
    return kernel::Audience::overseer();
  }
};

// Writes to a file, or to standard output where none is named.
Exit deliver(const ShowArguments& arguments, const std::string& text) {
  if (arguments.out.empty()) {
    print_document(text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1) : text);
    return Exit::Done;
  }
  const auto written = casework::write_file(arguments.out, text, casework::Secrecy::Public);
  if (!written) return complain(written.error(), arguments.format());
  return say_written(arguments.out, arguments.format());
}

base::Json json_of(const casework::SeenCase& seen) {
  const kernel::Case& of = seen.of;
  std::vector<std::string> grants;
  for (const registry::GrantId& grant : of.grants) grants.push_back(grant.text());
  base::Json json =
      base::json_object({{"case", base::json_text(of.id.text())},
                         {"status", base::json_text(kernel::name_of(of.status))},
                         {"requester", base::json_text(of.request.requester.text())}});
  if (seen.request) {
    json.members.push_back({"item", {}, base::json_text(of.request.item.text())});
  }
  json.members.push_back({"submitted", {}, base::json_text(base::to_text(of.submitted.at))});
  json.members.push_back({"grants", {}, base::json_texts(grants)});
  return json;
}

// A grant that nothing can be drawn under any more, or not now, is told as that.
std::string standing_of(const casework::SeenCase& seen, base::Instant now) {
  std::string text(kernel::name_of(seen.of.status));
  if (seen.of.grants.empty()) return text;
  const auto grant = seen.grants.find(seen.of.grants.back());
  if (grant == seen.grants.end()) return text;
  const kernel::GrantStatus status = kernel::status_of(grant->second, now);
  if (status == kernel::GrantStatus::Active) return text;
  return text + fmt::format(" ({})", kernel::name_of(status));
}

std::string line_of(const casework::SeenCase& seen, base::Instant now) {
  const kernel::Request& request = seen.of.request;
  std::string line = fmt::format("{:<20} {:<19} {} asks", seen.of.id.text(), standing_of(seen, now),
                                 request.requester.text());
  if (!seen.request) return line + "; what for is not shown to you";
  return line + fmt::format(" to {} {} {}", registry::name_of(request.action), request.quantity,
                            request.item.text());
}

Exit list_cases(const ShowArguments& arguments) {
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    std::vector<base::Json> items;
    std::vector<base::Json> earlier_items;
    std::vector<std::string> lines;
    for (const auto& [id, of] : state.cases()) {
      const auto seen = reader.glance(state, of);
      if (!seen) continue;
      items.push_back(json_of(*seen));
      lines.push_back(line_of(*seen, state.now()));
    }
    for (const auto& [id, earlier] : state.legacy()) {
      if (!reader.sees_legacy(earlier)) continue;
      lines.push_back(fmt::format(
          "{:<20} {:<19} {} asked to {} {} {}: {}", id.text(), "earlier",
          earlier.body.what.requester.text(), registry::name_of(earlier.body.what.action),
          earlier.body.what.quantity, earlier.body.what.item.text(),
          earlier.body.outcome == kernel::DecisionOutcome::Approve ? "approved" : "denied"));
      earlier_items.push_back(kernel::LegacyBody::write(earlier.body));
    }
    if (arguments.json) {
      print(base::json_object({{"cases", base::json_array(std::move(items))},
                               {"earlier", base::json_array(std::move(earlier_items))}}));
      return Exit::Done;
    }
    if (lines.empty()) print(reader.is_keeper() ? "no case yet" : "no case that you see");
    for (const std::string& line : lines) print(line);
    return Exit::Done;
  });
}

Exit show_case(const ShowArguments& arguments) {
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    const kernel::CaseId id(arguments.of);
    const auto earlier = state.legacy().find(id);
    if (earlier != state.legacy().end() && reader.sees_legacy(earlier->second)) {
      arguments.json ? print(*state.describe().find("legacy")->find(arguments.of))
                     : print(casework::describe_earlier(earlier->second));
      return Exit::Done;
    }
    const kernel::Case* of = state.find(id);
    const auto seen = of == nullptr ? std::nullopt : reader.look(state, *of);
    if (!seen) {
      return tell(
          base::Refusal{"unknown-case", fmt::format("there is no case `{}`", arguments.of), "case"},
          arguments.format());
    }
    if (arguments.json) {
      print(reader.is_keeper() ? casework::to_json(state, *of) : casework::to_json(state, *seen));
    } else {
      print(reader.is_keeper() ? casework::describe_case(state, *of)
                               : casework::describe_case(state, *seen));
    }
    return Exit::Done;
  });
}

Exit give_document(const ShowArguments& arguments) {
  return with_instance(arguments, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, arguments);
    if (!reader) return tell(reader.error(), arguments.format());
    const auto document = casework::document_of(instance, reader.value(),
                                                kernel::CaseId(arguments.of), arguments.position);
    if (!document) return complain(document.error(), arguments.format());
    if (!document.value()) {
      return tell(base::Refusal{"no-document",
                                fmt::format("entry {} is no answer with a document in case `{}`",
                                            arguments.position, arguments.of),
                                "position"},
                  arguments.format());
    }
    const auto written =
        casework::write_file(arguments.out, *document.value(), casework::Secrecy::Public);
    if (!written) return complain(written.error(), arguments.format());
    return say_written(arguments.out, arguments.format());
  });
}

void add_document(CLI::App& group, Exit& exit) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = group.add_subcommand("document", "give back a document that was attached");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("case", arguments->of, "the case's id")->type_name("ID")->required();
  command
      ->add_option("entry", arguments->position,
                   "the number of the answer's entry, as `case show` has it")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  command->add_option("-o,--output", arguments->out, "the file to write")
      ->type_name("FILE")
      ->required();
  command->callback([arguments, &exit] { exit = give_document(*arguments); });
}

void add_case(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("case", "look at cases");
  group->require_subcommand(1);
  auto listed = std::make_shared<ShowArguments>();
  CLI::App* list = group->add_subcommand("list", "every case, a line each");
  add_instance_options(*list, *listed);
  add_as_option(*list, *listed);
  list->callback([listed, &exit] { exit = list_cases(*listed); });
  auto shown = std::make_shared<ShowArguments>();
  CLI::App* show = group->add_subcommand(
      "show", "one case: what was asked, advised and decided, what it waits for, its grants");
  add_instance_options(*show, *shown);
  add_as_option(*show, *shown);
  show->add_option("case", shown->of, "the case's id")->type_name("ID")->required();
  show->callback([shown, &exit] { exit = show_case(*shown); });
  add_document(*group, exit);
  add_why(*group, exit);
}

// As with_instance(), for what the policies let be seen of the ledger as such.
Exit with_ledger(const ShowArguments& arguments,
                 const std::function<Exit(casework::Instance&)>& show) {
  return with_instance(arguments, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, arguments);
    if (!reader) return tell(reader.error(), arguments.format());
    if (reader.value().sees(kernel::Sight::Ledger, kernel::Part{})) return show(instance);
    return tell(casework::not_shown(reader.value(), "the ledger's proofs"), arguments.format());
  });
}

Exit checkpoint(const ShowArguments& arguments) {
  return with_ledger(arguments, [&](casework::Instance& instance) {
    const auto note = instance.checkpoint();
    if (!note) return complain(note.error(), arguments.format());
    const std::string text = ledger::write_note(note.value());
    if (arguments.json && arguments.out.empty()) {
      print(base::json_object({{"checkpoint", base::json_text(text)}}));
      return Exit::Done;
    }
    return deliver(arguments, text);
  });
}

Exit prove(const ShowArguments& arguments) {
  return with_ledger(arguments, [&](casework::Instance& instance) {
    const auto note = instance.checkpoint();
    if (!note) return complain(note.error(), arguments.format());
    const auto read = ledger::read_checkpoint(note.value().text, "checkpoint");
    if (!read) return complain(read.error(), arguments.format());
    const kernel::Position position = arguments.position;
    const std::uint64_t size = read.value().head.size;
    if (position >= size) {
      return tell(base::Refusal{"unknown-entry", fmt::format("the ledger has {} entries", size),
                                "position"},
                  arguments.format());
    }
    auto hashes = instance.inclusion(position, size);
    if (!hashes) return complain(hashes.error(), arguments.format());
    const std::string text =
        ledger::write_tlog_proof({{}, position, std::move(hashes.value()), note.value()});
    if (arguments.json && arguments.out.empty()) {
      print(base::json_object({{"proof", base::json_text(text)}}));
      return Exit::Done;
    }
    return deliver(arguments, text);
  });
}

Exit audit(const ShowArguments& arguments) {
  return with_ledger(arguments, [&](casework::Instance& instance) {
    const auto audited = casework::audit(instance);
    if (!audited) return complain(audited.error(), arguments.format());
    if (!audited.value()) return tell(audited.value().error(), arguments.format());
    const casework::Audit& found = audited.value().value();
    if (arguments.json) {
      print(base::json_object(
          {{"entries", base::json_integer(static_cast<std::int64_t>(found.entries))},
           {"signatures", base::json_integer(static_cast<std::int64_t>(found.signatures))},
           {"root", base::json_text(to_text(found.root))}}));
    } else {
      print(
          fmt::format("{} entries, {} signatures verified, folded anew to the same state\nroot {}",
                      found.entries, found.signatures, to_text(found.root)));
    }
    return Exit::Done;
  });
}

constexpr const char* kAsOfTheLedger =
    "as this office, which is refused where it may not see the ledger's proofs";

void add_log(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("log", "the ledger itself, and its proofs");
  group->require_subcommand(1);
  auto signed_ = std::make_shared<ShowArguments>();
  CLI::App* sign = group->add_subcommand(
      "checkpoint", "sign how many entries there are and the hash over them all");
  add_instance_options(*sign, *signed_);
  add_as_option(*sign, *signed_, kAsOfTheLedger);
  sign->add_option("-o,--output", signed_->out, "write to this file; to the screen unless said")
      ->type_name("FILE");
  sign->footer(
      "\nIn the form of c2sp.org/tlog-checkpoint, which witnesses and other programs check.");
  sign->callback([signed_, &exit] { exit = checkpoint(*signed_); });
  auto proved = std::make_shared<ShowArguments>();
  CLI::App* proof = group->add_subcommand("prove", "prove that an entry is in the ledger");
  add_instance_options(*proof, *proved);
  add_as_option(*proof, *proved, kAsOfTheLedger);
  proof->add_option("position", proved->position, "where the entry stands, from 0")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  proof->add_option("-o,--output", proved->out, "write to this file; to the screen unless said")
      ->type_name("FILE");
  proof->footer(
      "\nIn the form of c2sp.org/tlog-proof, which other programs check. The entry itself is not "
      "in it.");
  proof->callback([proved, &exit] { exit = prove(*proved); });
  auto audited = std::make_shared<ShowArguments>();
  CLI::App* whole = group->add_subcommand(
      "audit", "read everything again: every hash, every signature, and what follows from them");
  add_instance_options(*whole, *audited);
  add_as_option(*whole, *audited, kAsOfTheLedger);
  whole->callback([audited, &exit] { exit = audit(*audited); });
}

constexpr const char* kBundleFooter = R"(
Without an option the bundle is full: every register, directive and advice of every authority, for
an overseer of all. For the overseer of one authority write --lane US: what is evaluated again are
the rules of US; of the others' rules, advice and stock it shows nothing. For the holder, and whoever
the holder shows it to, write --holder.
Each also shows who suspended, resumed or revoked the grant by a signed act since its issue, and the
scope a resumption left; `countersign status` says what is left of it now.
)";

void add_bundle(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command =
      app.add_subcommand("bundle", "write what proves a grant, for anyone to verify offline");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("grant", arguments->of, "the grant's id")->type_name("ID")->required();
  CLI::Option* holder = command->add_flag(
      "--holder", arguments->holder,
      "the holder's: signatures, scope, provisos and proofs; the rest as commitments");
  command
      ->add_option("--lane", arguments->lane,
                   "an authority's: its own lane whole, the others' as the holder sees them")
      ->type_name("AUTHORITY")
      ->excludes(holder);
  command->footer(kBundleFooter);
  command
      ->add_option("-o,--output", arguments->out, "write to this file; to the screen unless said")
      ->type_name("BUNDLE.json");
  command->callback([arguments, &exit] {
    exit = with_instance(*arguments, [&](casework::Instance& instance) {
      const auto reader = reader_of(instance, *arguments);
      if (!reader) return tell(reader.error(), arguments->format());
      std::optional<base::Refusal> refused;
      instance.look([&](const kernel::State& state) {
        refused = casework::refuse_bundle(reader.value(), state, registry::GrantId(arguments->of),
                                          arguments->audience());
      });
      if (refused) return tell(*refused, arguments->format());
      const auto evidence = instance.evidence_of(registry::GrantId(arguments->of));
      if (!evidence) return complain(evidence.error(), arguments->format());
      const auto bundle = casework::write_bundle(evidence.value(), arguments->audience());
      if (!bundle) return tell(bundle.error(), arguments->format());
      return deliver(*arguments, base::write_json(bundle.value()));
    });
  });
}

void add_status(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = app.add_subcommand(
      "status", "a grant's standing now, signed by the log, for `verify --fresh`");
  command->footer(
      "\nAsk for one shortly before a use: it says whether the grant holds, and what is left of "
      "it.");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("grant", arguments->of, "the grant's id")->type_name("ID")->required();
  command
      ->add_option("-o,--output", arguments->out, "write to this file; to the screen unless said")
      ->type_name("FILE");
  command->callback([arguments, &exit] {
    exit = with_instance(*arguments, [&](casework::Instance& instance) {
      const auto reader = reader_of(instance, *arguments);
      if (!reader) return tell(reader.error(), arguments->format());
      std::optional<base::Refusal> refused;
      instance.look([&](const kernel::State& state) {
        refused = casework::refuse_status(reader.value(), state, registry::GrantId(arguments->of));
      });
      if (refused) return tell(*refused, arguments->format());
      const auto standing = casework::standing_of(instance, registry::GrantId(arguments->of));
      if (!standing) return complain(standing.error(), arguments->format());
      if (!standing.value()) {
        return tell(base::Refusal{"unknown-grant",
                                  fmt::format("there is no grant `{}`", arguments->of), "grant"},
                    arguments->format());
      }
      return deliver(*arguments, *standing.value());
    });
  });
}

void add_trust(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = app.add_subcommand(
      "trust", "write the keys that a verifier believes beforehand: the roots' and this log's");
  command->footer(
      "\nA verifier should have these keys from the authorities, not from the instance: compare\n"
      "them before you rely on the file.");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments, kAsOfTheLedger);
  command
      ->add_option("-o,--output", arguments->out, "write to this file; to the screen unless said")
      ->type_name("FILE");
  command->callback([arguments, &exit] {
    exit = with_ledger(*arguments, [&](casework::Instance& instance) {
      return deliver(*arguments, base::write_json(casework::write_trust(
                                     instance.own_anchors().roots, instance.log_key())));
    });
  });
}

}  // namespace

void add_proof_commands(CLI::App& app, Exit& exit) {
  add_case(app, exit);
  add_log(app, exit);
  add_bundle(app, exit);
  add_status(app, exit);
  add_trust(app, exit);
}

}  // namespace countersign::cli
