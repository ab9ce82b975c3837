// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "base/issue.h"
#include "cli/help.h"
#include "cli/output.h"

namespace countersign::cli {
namespace {

constexpr const char* kAbout =
    "Case-by-case consent: whose approval a request needs, and proof that it was given.";

constexpr const char* kFooter = R"(
The way of a request: `submit` opens a case; offices `advise`, the final offices `decide`; `grant`
issues what all have consented to; the holder may have to `acknowledge` conditions, asks with `draw`
before each use, and states with `report` that it happened. `case show` says where a case stands.

Exit codes: 0 done; 1 refused, by a rule that is named; 2 bad input, with its place; 3 could not
finish. `countersign COMMAND --help` says more about each command.
)";

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string otherwise) {
  const auto meant = base::did_you_mean(word, {known.begin(), known.end()});
  return meant ? fmt::format("did you mean `{}`?", *meant) : std::move(otherwise);
}

// As far as the words name commands: the last one, how it is called in full, and the word in whose
// place a command should have stood.
struct Reached {
  const CLI::App* command;
  std::string name;
  std::string unknown;
};

Reached follow(const CLI::App& app, const std::vector<std::string>& words) {
  Reached reached{&app, app.get_name(), {}};
  for (const std::string& word : words) {
    if (reached.command->get_require_subcommand_min() == 0) break;
    if (word.starts_with('-')) continue;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : reached.command->get_subcommands({})) {
      if (command->get_name() == word) next = command;
    }
    if (next == nullptr) {
      reached.unknown = word;
      break;
    }
    reached.command = next;
    reached.name += " " + word;
  }
  return reached;
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// An option by the name that the library gives it.
const CLI::Option* option_of(const CLI::App& command, std::string_view name) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_name() == name) return option;
  }
  return nullptr;
}

std::string shown(const CLI::App& command, std::string_view name) {
  const CLI::Option* option = option_of(command, name);
  return option == nullptr ? std::string(name) : shown_name(*option);
}

// What the words leave out of what the command needs; empty when it is something else.
std::string missing_of(const CLI::App& command) {
  std::vector<std::string> missing;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    missing.push_back(fmt::format("`{}` ({})", shown_name(*option), option->get_description()));
  }
  if (missing.empty()) return {};
  return fmt::format("{} missing: {}", missing.size() == 1 ? "this is" : "these are",
                     fmt::join(missing, ", "));
}

// The library's complaint in our words. It names its kinds, and in each what it is about.
std::string words_of(const CLI::ParseError& error, const CLI::App& command) {
  const std::string said = error.what();
  const std::string kind = error.get_name();
  const auto around = [&](std::string_view middle) {
    const std::size_t at = said.find(middle);
    return std::pair(said.substr(0, at), said.substr(std::min(at + middle.size(), said.size())));
  };
  if (kind == "RequiredError") {
    const std::string missing = missing_of(command);
    return missing.empty() ? said : missing;
  }
  if (kind == "ExcludesError") {
    const auto [one, other] = around(" excludes ");
    return fmt::format("`{}` and `{}` are not given together", shown(command, one),
                       shown(command, other));
  }
  if (kind == "RequiresError") {
    const auto [one, other] = around(" requires ");
    return fmt::format("`{}` is only given with `{}`", shown(command, one), shown(command, other));
  }
  if (kind == "ArgumentMismatch") {
    const auto [option, rest] = around(":");
    const std::string name = shown(command, option);
    return rest.find("At Most") == std::string::npos
               ? fmt::format("nothing stands behind `{}`", name)
               : fmt::format("`{}` is given once", name);
  }
  if (kind == "ValidationError") {
    const auto [name, wrong] = around(": ");
    const CLI::Option* option = option_of(command, name);
    if (option != nullptr && option->get_positional()) return shown_name(*option) + ": " + wrong;
  }
  return said;
}

base::Issue issue_of(const CLI::ParseError& error, const CLI::App& app,
                     const std::vector<std::string>& words) {
  const Reached reached = follow(app, words);
  base::Issue issue;
  issue.file = reached.name;
  issue.remedy = fmt::format("`{} --help` says what it takes", reached.name);
  if (reached.command->get_require_subcommand_min() > 0) {
    const std::vector<std::string> known = commands_of(*reached.command);
    const std::string all =
        reached.command == &app
            ? "`countersign --help` lists the commands, `countersign COMMAND --help` explains one"
            : fmt::format("one of {}", fmt::join(known, ", "));
    issue.message = reached.unknown.empty() ? "a command is missing"
                                            : fmt::format("`{}` is no command", reached.unknown);
    issue.remedy = did_you_mean(reached.unknown, known, all);
    return issue;
  }
  const std::vector<std::string> extra = reached.command->remaining();
  if (!extra.empty()) {
    const std::string word = extra.front().substr(0, extra.front().find('='));
    issue.message = word.starts_with('-') ? fmt::format("`{}` is no option of it", word)
                                          : fmt::format("`{}` is one word too many", word);
    issue.remedy = did_you_mean(word, options_of(*reached.command), issue.remedy);
    return issue;
  }
  issue.message = words_of(error, *reached.command);
  return issue;
}

void add_commands(CLI::App& app, Exit& exit) {
  add_determine(app, exit);
  add_setup_commands(app, exit);
  add_case_commands(app, exit);
  add_file_commands(app, exit);
  add_key_commands(app, exit);
  add_exchange_commands(app, exit);
  add_count(app, exit);
  add_office_commands(app, exit);
  add_urgent_commands(app, exit);
  add_queue(app, exit);
  add_offices(app, exit);
  add_export(app, exit);
  add_proof_commands(app, exit);
  add_stock_commands(app, exit);
  add_verify(app, exit);
  add_play(app, exit);
  add_trace(app, exit);
  add_catalogue_commands(app, exit);
}

void add_names(const CLI::App& command, const std::string& before,
               std::vector<std::string>& names) {
  for (const CLI::App* each : command.get_subcommands({})) {
    const std::string name = before + each->get_name();
    if (each->get_require_subcommand_min() > 0) {
      add_names(*each, name + " ", names);
    } else {
      names.push_back(name);
    }
  }
}

// Whatever is written on the command line is read by others: it shows what it says.
void check_texts(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_type_name() == "TEXT") option->check(text_mistake);
  }
  for (CLI::App* command : app.get_subcommands({})) check_texts(*command);
}

// The program, with what is said of it before any word is read.
void set_up(CLI::App& app, Exit& exit) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "this help");
  app.set_version_flag("--version", "countersign 0.1.0", "which version this is");
  app.require_subcommand(1);
  add_commands(app, exit);
  app.footer(kFooter);
  check_texts(app);
}

}  // namespace

std::optional<base::Issue> mistake_in(const std::vector<std::string>& words) {
  CLI::App app(kAbout, "countersign");
  Exit exit = Exit::Done;
  set_up(app, exit);
  // Called when the words were read, and before any command.
  app.parse_complete_callback([] { throw CLI::Success(); });
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::Success&) {
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return issue_of(error, app, words);
  }
  return std::nullopt;
}

std::vector<std::string> command_names() {
  CLI::App app(kAbout, "countersign");
  Exit exit = Exit::Done;
  set_up(app, exit);
  std::vector<std::string> names;
  add_names(app, {}, names);
  return names;
}

Exit run(const std::vector<std::string>& words) {
  begin_output();
  CLI::App app(kAbout, "countersign");
  Exit exit = Exit::Done;
  set_up(app, exit);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    // CLI11 speaks by exceptions, of help that is asked for too.
    if (error.get_exit_code() == 0) {
      app.exit(error);
      return Exit::Done;
    }
    const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
    return complain(base::Issues{issue_of(error, app, words)}, json ? Format::Json : Format::Text);
  }
  return exit;
}

}  // namespace countersign::cli
