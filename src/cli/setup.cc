// SPDX-License-Identifier: Apache-2.0
// Making an instance and what authorities enter about themselves: init, key, charter, appoint,
// import, issue.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>

#include "casework/bundle.h"
#include "casework/changes.h"
#include "casework/directory.h"
#include "casework/files.h"
#include "casework/import.h"
#include "casework/keys.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "ledger/note.h"

namespace countersign::cli {
namespace {

namespace fs = std::filesystem;

struct InitArguments {
  std::string instance;
  std::string origin;
  bool exercise = false;
  bool json = false;
};

Exit init(const InitArguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  if (arguments.instance.empty()) {
    base::Issue issue;
    issue.message = "the folder to make has no name";
    issue.remedy = "name one, as in `countersign init review`";
    return complain(base::Issues{issue}, format);
  }
  if (arguments.exercise) mark_exercise();
  kernel::InstanceName name;
  name.kind = arguments.exercise ? kernel::InstanceKind::Exercise : kernel::InstanceKind::Live;
  name.origin = arguments.origin.empty()
                    ? fs::absolute(arguments.instance).lexically_normal().filename().string()
                    : arguments.origin;
  if (arguments.exercise) name.origin = "exercise/" + name.origin;
  if (!ledger::is_key_name(name.origin)) {
    base::Issue issue;
    issue.file = "--origin";
    issue.message = fmt::format("`{}` cannot name a ledger", name.origin);
    issue.remedy = "give it a name without spaces or `+`, like example.org/countersign";
    return complain(base::Issues{issue}, format);
  }
  const auto instance = casework::Instance::create(arguments.instance, name);
  if (!instance) return complain(instance.error(), format);
  const std::string log = instance.value()->log_key().text();
  if (arguments.json) {
    print(base::json_object({{"instance", base::json_text(arguments.instance)},
                             {"kind", base::json_text(kernel::name_of(name.kind))},
                             {"origin", base::json_text(name.origin)},
                             {"log", base::json_text(log)}}));
  } else {
    print(
        fmt::format("made the {} instance `{}`\nverifiers know its log as\n  {}\n"
                    "next: `countersign import DIR -i {} --keys KEYS`, or `charter` and `appoint`",
                    kernel::name_of(name.kind), arguments.instance, log, arguments.instance));
  }
  return Exit::Done;
}

void add_init(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<InitArguments>();
  CLI::App* command = app.add_subcommand(
      "init", "make an instance: a folder with a ledger and the key that signs it");
  command->add_option("instance", arguments->instance, "the folder to make")
      ->type_name("INSTANCE")
      ->required();
  command
      ->add_option("--origin", arguments->origin,
                   "the name that every statement and proof gives the ledger, for good (the "
                   "folder's name); two ledgers must not share one")
      ->type_name("NAME");
  command->add_flag("--exercise", arguments->exercise,
                    "for practice: the word stands in every statement and grant");
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->callback([arguments, &exit] { exit = init(*arguments); });
}

struct KeyArguments {
  std::string file;
  bool json = false;
};

Exit make_new_key(const KeyArguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto key = casework::make_key(arguments.file);
  if (!key) return complain(key.error(), format);
  if (arguments.json) {
    print(base::json_object({{"key", base::json_text(key.value().text())},
                             {"id", base::json_text(key.value().id().text())}}));
  } else {
    print(fmt::format(
        "private key written to {}: keep it secret, and keep a copy. Its public key, for "
        "`countersign appoint`\nand `key withdraw`:\n{}",
        arguments.file, key.value().text()));
  }
  return Exit::Done;
}

void add_key(CLI::App& app, Exit& exit) {
  CLI::App* key =
      app.add_subcommand("key", "make keys, and withdraw those that are lost or stolen");
  key->require_subcommand(1);
  auto arguments = std::make_shared<KeyArguments>();
  CLI::App* command = key->add_subcommand("new", "make a private key; prints the public one");
  command->add_option("file", arguments->file, "the file to write, readable by you alone")
      ->type_name("FILE")
      ->required();
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->callback([arguments, &exit] { exit = make_new_key(*arguments); });
}

struct CharterArguments : InstanceOptions {
  std::string charter;
  std::string root;
  std::string clerk;
};

Exit charter(const CharterArguments& arguments) {
  const auto text = read_file(arguments.charter);
  if (!text) return complain(text.error(), arguments.format());
  const auto document = casework::read_charter(text.value(), arguments.charter);
  if (!document) return complain(document.error(), arguments.format());
  const std::string authority = document.value().find("authority")->text;
  const auto root = casework::load_key(arguments.root);
  if (!root) return complain(root.error(), arguments.format());
  const auto clerk = casework::load_key(arguments.clerk);
  if (!clerk) return complain(clerk.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    return tell(casework::enter_charter(instance, registry::PartyId(authority), document.value(),
                                        root.value(), clerk.value()),
                arguments.format());
  });
}

void add_charter(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<CharterArguments>();
  CLI::App* command = app.add_subcommand(
      "charter", "enter an authority's charter: which offices it has, and what each may do");
  add_instance_options(*command, *arguments);
  command->add_option("charter", arguments->charter, "the charter (docs/formats/registers.md)")
      ->type_name("CHARTER.json")
      ->required();
  command->add_option("--root-key", arguments->root, "the authority's root key, which signs it")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--clerk-key", arguments->clerk,
                   "the key that signs where a standing permission covers a request; a copy is "
                   "kept in the instance")
      ->type_name("FILE")
      ->required();
  command->callback([arguments, &exit] { exit = charter(*arguments); });
}

struct AppointArguments : InstanceOptions {
  std::string office;
  std::string person;
  std::string holder;
  std::string root;
  std::optional<std::string> from;
  std::optional<std::string> until;
};

Exit appoint(const AppointArguments& arguments) {
  const auto root = casework::load_key(arguments.root);
  if (!root) return complain(root.error(), arguments.format());
  const auto holder = seal::PublicKey::parse(arguments.holder);
  if (!holder) return complain(holder.error(), arguments.format());
  base::Period period;
  const auto from = instant_or_now(arguments.from, "--from");
  if (!from) return complain(from.error(), arguments.format());
  period.from = from.value();
  if (arguments.until) {
    const auto until = instant_or_now(arguments.until, "--until");
    if (!until) return complain(until.error(), arguments.format());
    const auto sound = check_later(from.value(), until.value(), "--until");
    if (!sound) return complain(sound.error(), arguments.format());
    period.until = until.value();
  }
  return with_instance(arguments, [&](casework::Instance& instance) {
    return tell(casework::enter_appointment(instance, registry::OfficeId(arguments.office),
                                            registry::PersonId(arguments.person), holder.value(),
                                            period, root.value()),
                arguments.format());
  });
}

void add_appoint(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<AppointArguments>();
  CLI::App* command =
      app.add_subcommand("appoint", "give an office to a person, with the key they will sign with");
  add_instance_options(*command, *arguments);
  command->add_option("--office", arguments->office, "the office, like US/SecDef")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command
      ->add_option("--person", arguments->person,
                   "a code for the person, no name; the same in all their posts")
      ->type_name("CODE")
      ->check(id_mistake)
      ->required();
  command
      ->add_option("--public-key", arguments->holder, "theirs, as `countersign key new` printed it")
      ->type_name("KEY")
      ->required();
  command->add_option("--root-key", arguments->root, "the authority's root key, which signs it")
      ->type_name("FILE")
      ->required();
  command->add_option("--from", arguments->from, "when it begins (now)")->type_name("TIME");
  command->add_option("--until", arguments->until, "when it ends (open)")->type_name("TIME");
  command->callback([arguments, &exit] { exit = appoint(*arguments); });
}

struct ImportArguments : InstanceOptions {
  std::string directory;
  std::string keys;
  bool make_keys = false;
};

Exit import(const ImportArguments& arguments) {
  const auto directory = casework::read_directory(arguments.directory);
  if (!directory) return complain(directory.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    const auto imported = casework::import_directory(
        instance, directory.value(), casework::KeyFolder(arguments.keys),
        arguments.make_keys ? casework::MissingKeys::Make : casework::MissingKeys::Refuse,
        casework::system_now());
    if (!imported) {
      base::Error failure = imported.error();
      const bool missing = failure.code == make_error_code(casework::CaseworkError::NotFound);
      if (missing && !arguments.make_keys) {
        failure.message +=
            ": --make-keys makes the keys that are missing; or name the folder that "
            "holds them";
      }
      return complain(failure, arguments.format());
    }
    if (!imported.value()) return tell(imported.value().error(), arguments.format());
    std::vector<base::Json> items;
    for (const casework::Imported& each : imported.value().value()) {
      if (!arguments.json) {
        print(fmt::format("{}: {} officeholder{} appointed, {} record{} issued",
                          each.authority.text(), each.offices, each.offices == 1 ? "" : "s",
                          each.records, each.records == 1 ? "" : "s"));
      }
      items.push_back(base::json_object(
          {{"authority", base::json_text(each.authority.text())},
           {"offices", base::json_integer(static_cast<std::int64_t>(each.offices))},
           {"records", base::json_integer(static_cast<std::int64_t>(each.records))}}));
    }
    if (arguments.json)
      print(base::json_object({{"imported", base::json_array(std::move(items))}}));
    return Exit::Done;
  });
}

void add_import(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command = app.add_subcommand(
      "import", "take in a directory of registers and directives, each office signing its part");
  command->footer(
      "\nDIR is laid out as docs/formats/registers.md says. The registers of each authority "
      "are taken in\nwhole or not at all; after an interruption, import again to go on.");
  add_instance_options(*command, *arguments);
  command->add_option("directory", arguments->directory, "the registers and directives")
      ->type_name("DIR")
      ->required();
  command
      ->add_option(
          "--keys", arguments->keys,
          "a folder with US/root.key, US/clerk.key and a key for every office, US/SecDef.key")
      ->type_name("KEYS")
      ->required();
  command->add_flag("--make-keys", arguments->make_keys, "make the keys that are missing there");
  command->callback([arguments, &exit] { exit = import(*arguments); });
}

struct IssueArguments : InstanceOptions {
  std::string authority;
  std::string keys;
  std::string changes;
};

Exit issue(const IssueArguments& arguments) {
  const auto text = read_file(arguments.changes);
  if (!text) return complain(text.error(), arguments.format());
  const auto changes = base::read_json(text.value(), arguments.changes);
  if (!changes) return complain(changes.error(), arguments.format());
  base::Report report(text.value(), arguments.changes);
  const auto plan =
      casework::read_changes(changes.value(), report, registry::PartyId(arguments.authority),
                             fs::path(arguments.changes).parent_path());
  if (!plan) return complain(plan.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    return tell(casework::issue(instance, registry::PartyId(arguments.authority), plan.value(),
                                casework::KeyFolder(arguments.keys), casework::system_now()),
                arguments.format());
  });
}

void add_issue(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<IssueArguments>();
  CLI::App* command = app.add_subcommand(
      "issue", "change an authority's directives and registers: issue new ones, withdraw old ones");
  command->footer(R"(
CHANGES.json says what changes; files lie beside it:
  {"directives": ["US-8.json"], "documents": {"holdings": "holdings.json"},
   "lists": ["US-parts.json"],
   "withdraw": [{"record": "directive", "id": "US-2", "from": "2026-01-01"}]}
A directive that breaks a rule of docs/formats/directives.md is refused, with the rule's name. `{}`
changes nothing and renews the manifest, which expires.)");
  add_instance_options(*command, *arguments);
  command->add_option("--authority", arguments->authority, "whose registers change, like US")
      ->type_name("AUTHORITY")
      ->check(id_mistake)
      ->required();
  command
      ->add_option("--keys", arguments->keys,
                   "the folder of its offices' keys: US/Registrar.key and the others")
      ->type_name("KEYS")
      ->required();
  command->add_option("changes", arguments->changes, "what changes")
      ->type_name("CHANGES.json")
      ->required();
  command->callback([arguments, &exit] { exit = issue(*arguments); });
}

}  // namespace

void add_setup_commands(CLI::App& app, Exit& exit) {
  add_init(app, exit);
  add_key(app, exit);
  add_charter(app, exit);
  add_appoint(app, exit);
  add_import(app, exit);
  add_issue(app, exit);
}

}  // namespace countersign::cli
