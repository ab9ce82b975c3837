// SPDX-License-Identifier: Apache-2.0
// Keys that were lost or stolen: key withdraw, key list, confirm.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/keys.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct KeyArguments : ActorOptions {
  std::string withdrawn;
  std::optional<std::string> since;
  std::string text;
  kernel::Position position = 0;
};

base::Json json_of(const casework::WithdrawnKeyView& view) {
  std::vector<base::Json> signatures;
  for (const casework::SuspectedSignature& each : view.signatures) {
    base::Json item = base::json_object(
        {{"position", base::json_integer(static_cast<std::int64_t>(each.position))},
         {"kind", base::json_text(kernel::name_of(each.kind))},
         {"at", base::json_text(base::to_text(each.at))},
         {"by", base::json_text(each.by)},
         {"open", base::json_bool(each.open)}});
    if (each.case_id) item.members.push_back({"case", {}, base::json_text(each.case_id->text())});
    signatures.push_back(std::move(item));
  }
  base::Json json = base::json_object(
      {{"authority", base::json_text(view.authority.text())},
       {"key", base::json_text(view.key.text())},
       {"withdrawn_at", base::json_text(base::to_text(view.withdrawal.at))},
       {"position", base::json_integer(static_cast<std::int64_t>(view.withdrawal.position))},
       {"by", base::json_text(view.withdrawal.by)},
       {"text", base::json_text(view.withdrawal.text)}});
  if (view.withdrawal.suspected_since) {
    json.members.push_back(
        {"suspected_since", {}, base::json_text(base::to_text(*view.withdrawal.suspected_since))});
  }
  json.members.push_back({"signatures", {}, base::json_array(std::move(signatures))});
  return json;
}

void print_view(const casework::WithdrawnKeyView& view) {
  print(fmt::format("{}: key {} was withdrawn by {} at {} (entry {}): {}", view.authority.text(),
                    view.key.text(), view.withdrawal.by, base::to_text(view.withdrawal.at),
                    view.withdrawal.position, view.withdrawal.text));
  if (!view.withdrawal.suspected_since) {
    print("  what it signed before stands: no suspicion was named");
    return;
  }
  print(fmt::format("  suspected since {}; signed since then: {}",
                    base::to_text(*view.withdrawal.suspected_since),
                    view.signatures.empty() ? "nothing" : ""));
  for (const casework::SuspectedSignature& each : view.signatures) {
    print(fmt::format(
        "    entry {:<6} {} {:<12} {}{}{}", each.position, base::to_text(each.at),
        kernel::name_of(each.kind), each.by, each.case_id ? " in case " + each.case_id->text() : "",
        each.open ? std::string("; nothing may rest on it until its office confirms it")
        : each.confirmed_by.empty() ? std::string()
                                    : "; confirmed by " + each.confirmed_by));
  }
}

Exit list_keys(const InstanceOptions& options) {
  return with_instance(options, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, options);
    if (!reader) return tell(reader.error(), options.format());
    const auto views = casework::withdrawn_keys(instance, reader.value());
    if (!views) return complain(views.error(), options.format());
    std::vector<base::Json> items;
    for (const casework::WithdrawnKeyView& view : views.value()) {
      if (!options.json) print_view(view);
      items.push_back(json_of(view));
    }
    if (options.json) {
      print(base::json_object({{"withdrawn", base::json_array(std::move(items))}}));
    } else if (items.empty()) {
      print(options.as.empty() ? "no key has been withdrawn"
                               : "no key that you see has been withdrawn");
    }
    return Exit::Done;
  });
}

Exit withdraw(const KeyArguments& arguments) {
  kernel::KeyWithdrawalBody body;
  auto withdrawn = seal::PublicKey::parse(arguments.withdrawn);
  if (!withdrawn) return complain(withdrawn.error(), arguments.format());
  body.key = std::move(withdrawn.value());
  body.text = arguments.text;
  if (arguments.since) {
    const auto since = instant_or_now(arguments.since, "--suspected-since");
    if (!since) return complain(since.error(), arguments.format());
    body.suspected_since = since.value();
  }
  const auto key = casework::load_key(arguments.key);
  if (!key) return complain(key.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    const Exit told = tell(casework::withdraw_key(instance, {key.value(), arguments.by}, body),
                           arguments.format());
    if (told != Exit::Done || arguments.json) return told;
    const auto views = casework::withdrawn_keys(instance, casework::Reader::keeper());
    if (!views) return complain(views.error(), arguments.format());
    for (const casework::WithdrawnKeyView& view : views.value()) {
      if (view.key == body.key->id()) print_view(view);
    }
    return told;
  });
}

void add_signer(CLI::App& command, KeyArguments& arguments, const char* by) {
  add_instance_options(command, arguments);
  command.add_option("--by", arguments.by, by)->type_name("WHO")->check(id_mistake)->required();
  command.add_option("--key", arguments.key, "the private key to sign with")
      ->type_name("FILE")
      ->required();
}

void add_withdraw(CLI::App& group, Exit& exit) {
  auto arguments = std::make_shared<KeyArguments>();
  CLI::App* command = group.add_subcommand(
      "withdraw", "say that a key is lost or stolen: from now on nothing it signs is taken");
  command->footer(R"(
The root withdraws any key of an office or of the clerk; officeholders withdraw their own, with it or
with another that is theirs. What the key signed before stands, unless --suspected-since says from
when on it may have been in other hands: then each of its signatures since is listed, grants that
rest on them are suspended, and nothing may rest on them until the office stands by them with a new
key (`countersign confirm`) or does the step again. The root appoints the holder with a new key; a
suspended grant goes on by `countersign resume`. `countersign offices` tells the key of an office,
`countersign key show` that of a file.)");
  add_signer(*command, *arguments, "who withdraws it: an office, or like US/root");
  command->add_option("--public-key", arguments->withdrawn, "the key that is withdrawn")
      ->type_name("KEY")
      ->required();
  command
      ->add_option("--suspected-since", arguments->since,
                   "from when on it may have been in other hands")
      ->type_name("TIME");
  command->add_option("--text", arguments->text, "what happened")->required();
  command->callback([arguments, &exit] { exit = withdraw(*arguments); });
}

void add_confirm(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<KeyArguments>();
  CLI::App* command = app.add_subcommand(
      "confirm", "stand by a statement of your office whose key was withdrawn as suspected");
  command->footer(
      "\n`countersign key list` gives the entries' numbers. A grant that was suspended goes on by\n"
      "`countersign resume`.");
  add_signer(*command, *arguments, "the office that signed it, or like US/clerk");
  command->add_option("entry", arguments->position, "the number of the statement's entry")
      ->type_name("NUMBER")
      ->check(whole_number())
      ->required();
  command->add_option("--text", arguments->text, "for who reads the case");
  command->callback([arguments, &exit] {
    const auto key = casework::load_key(arguments->key);
    exit =
        key ? with_instance(*arguments,
                            [&](casework::Instance& instance) {
                              return tell(casework::confirm(instance, {key.value(), arguments->by},
                                                            arguments->position, arguments->text),
                                          arguments->format());
                            })
            : complain(key.error(), arguments->format());
  });
}

}  // namespace

void add_key_commands(CLI::App& app, Exit& exit) {
  CLI::App* group = app.get_subcommand("key");
  add_withdraw(*group, exit);
  auto listed = std::make_shared<InstanceOptions>();
  CLI::App* list =
      group->add_subcommand("list", "the keys that were withdrawn, and what rests on them");
  add_instance_options(*list, *listed);
  add_as_option(*list, *listed);
  list->callback([listed, &exit] { exit = list_keys(*listed); });
  auto file = std::make_shared<std::string>();
  CLI::App* shown = group->add_subcommand("show", "the public key that belongs to a private one");
  shown->add_option("file", *file, "the private key")->type_name("FILE")->required();
  shown->footer(R"(
The key as `countersign appoint` and `countersign key withdraw` ask for it, and the number by which
statements name it.)");
  shown->callback([file, &exit] {
    const auto key = casework::load_key(*file);
    if (!key) {
      exit = complain(key.error(), Format::Text);
      return;
    }
    print(fmt::format("{}\nnumber {}", key.value().public_key().text(),
                      key.value().public_key().id().text()));
    exit = Exit::Done;
  });
  add_confirm(app, exit);
}

}  // namespace countersign::cli
