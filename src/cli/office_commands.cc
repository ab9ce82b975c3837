// SPDX-License-Identifier: Apache-2.0
// Who is away, and back: absence, return.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/keys.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct OfficeArguments : InstanceOptions {
  std::string office;
  std::string by;
  std::string key;
  std::optional<std::string> from;
  std::optional<std::string> until;
  std::string text;
};

CLI::App* add_notice(CLI::App& app, const char* name, const char* about,
                     OfficeArguments& arguments) {
  CLI::App* command = app.add_subcommand(name, about);
  add_instance_options(*command, arguments);
  command->add_option("office", arguments.office, "the office, like US/SecDef")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command
      ->add_option("--by", arguments.by, "who signs: the office itself (unless said), or US/root")
      ->type_name("WHO")
      ->check(id_mistake);
  command->add_option("--key", arguments.key, "the private key to sign with")
      ->type_name("FILE")
      ->required();
  command->add_option("--text", arguments.text, "for the record");
  return command;
}

std::string signer_of(const OfficeArguments& arguments) {
  return arguments.by.empty() ? arguments.office : arguments.by;
}

Exit give_absence(const OfficeArguments& arguments) {
  const auto key = casework::load_key(arguments.key);
  if (!key) return complain(key.error(), arguments.format());
  const auto from = instant_or_now(arguments.from, "--from");
  if (!from) return complain(from.error(), arguments.format());
  const auto until = instant_or_now(arguments.until, "--until");
  if (!until) return complain(until.error(), arguments.format());
  const auto sound = check_later(from.value(), until.value(), "--until");
  if (!sound) return complain(sound.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    return tell(casework::give_absence(instance, {key.value(), signer_of(arguments)},
                                       registry::OfficeId(arguments.office),
                                       {from.value(), until.value()}, arguments.text),
                arguments.format());
  });
}

Exit give_return(const OfficeArguments& arguments) {
  const auto key = casework::load_key(arguments.key);
  if (!key) return complain(key.error(), arguments.format());
  return with_instance(arguments, [&](casework::Instance& instance) {
    return tell(casework::give_return(instance, {key.value(), signer_of(arguments)},
                                      registry::OfficeId(arguments.office), arguments.text),
                arguments.format());
  });
}

}  // namespace

void add_office_commands(CLI::App& app, Exit& exit) {
  auto away = std::make_shared<OfficeArguments>();
  CLI::App* absence =
      add_notice(app, "absence",
                 "give notice that an office's holder is away, so that others act for it", *away);
  absence->add_option("--from", away->from, "when it begins (now)")->type_name("TIME");
  absence->add_option("--until", away->until, "when it ends")->type_name("TIME")->required();
  absence->footer(
      "\nMeanwhile the next in the charter's order of succession acts for it, in cases, by\n"
      "`--acting-for OFFICE`; who asked, advised or approved already in a case is passed over\n"
      "there. It makes nobody an officeholder, and what they sign shows that they acted. Whoever "
      "is\n"
      "away signs nothing; `countersign return` ends it early.");
  absence->callback([away, &exit] { exit = give_absence(*away); });
  auto back = std::make_shared<OfficeArguments>();
  CLI::App* returned =
      add_notice(app, "return", "give notice that an office's holder is back", *back);
  returned->callback([back, &exit] { exit = give_return(*back); });
}

}  // namespace countersign::cli
