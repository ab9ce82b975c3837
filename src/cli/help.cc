// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>
#include <utility>

#include "base/bytes.h"
#include "base/prose.h"

namespace countersign::cli {
namespace {

constexpr std::size_t kColumn = 30;
constexpr std::size_t kWidth = 100;

constexpr std::string_view kExitCodes =
    "Exit codes: 0 done; 1 refused, by a rule that is named; 2 bad input, with its place; 3 could "
    "not\n"
    "finish.";

// `what`, then what is said of it, beside it in a column of its own.
std::string row(const std::string& what, const std::string& about) {
  std::string text = "  " + what;
  std::size_t at = text.size();
  if (at + 2 > kColumn) {
    text += '\n';
    at = 0;
  }
  text.append(kColumn - at, ' ');
  at = kColumn;
  std::size_t from = 0;
  while (from < about.size()) {
    const std::size_t to = std::min(about.find(' ', from), about.size());
    const std::size_t length = to - from;
    if (at > kColumn && at + 1 + length > kWidth) {
      text += '\n';
      text.append(kColumn, ' ');
      at = kColumn;
    }
    if (at > kColumn) {
      text += ' ';
      ++at;
    }
    text.append(about, from, length);
    at += length;
    from = to + 1;
  }
  return text + '\n';
}

// What stands behind an option, without what is checked of it: "OUTCOME" of
// "OUTCOME:{approve,deny}".
std::string type_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return option.get_type_size() == 0 ? std::string() : type.substr(0, type.find(':'));
}

std::string names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string with_type(std::string name, const CLI::Option& option) {
  const std::string type = type_of(option);
  return type.empty() ? name : std::move(name) + " " + type;
}

std::string joined(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options) {
    names.push_back(option->get_positional() ? type_of(*option) : option->get_name());
  }
  std::sort(names.begin(), names.end());
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  const std::string last = std::move(names.back());
  names.pop_back();
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

std::string about(const CLI::Option& option) {
  std::string text = option.get_description();
  const std::string type = option.get_type_name();
  if (const std::size_t words = type.find(":{"); words != std::string::npos) {
    std::string list = type.substr(words + 2, type.find('}') - words - 2);
    for (std::size_t comma = 0; (comma = list.find(',', comma)) != std::string::npos; comma += 2) {
      list.insert(comma + 1, " ");
    }
    text += ": one of " + list;
  }
  if (!option.get_default_str().empty()) {
    text += fmt::format("; {} unless said", option.get_default_str());
  }
  if (!option.get_needs().empty()) text += "; only with " + joined(option.get_needs());
  // What goes with hardly anything says so itself.
  std::set<CLI::Option*> others = option.get_excludes();
  std::erase_if(others, [](const CLI::Option* other) { return other->get_excludes().size() > 3; });
  if (!others.empty()) text += "; not together with " + joined(others);
  if (option.get_required()) text += " (needed)";
  return text;
}

std::string usage(const CLI::App& app, const std::string& name) {
  std::vector<std::string> words;
  bool more = false;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    std::string word = type_of(*option);
    if (option->get_expected_max() > 1) word += " ...";
    words.push_back(option->get_required() ? word : "[" + word + "]");
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) continue;
    if (option->get_required()) {
      words.push_back(shown_name(*option));
    } else {
      more = more || option != app.get_help_ptr();
    }
  }
  if (app.get_require_subcommand_min() > 0) {
    words = {"COMMAND ..."};
  } else if (more) {
    words.emplace_back("[OPTION ...]");
  }
  std::string text = "Usage: " + name;
  std::size_t begin = 0;
  for (const std::string& word : words) {
    if (text.size() - begin + 1 + word.size() > kWidth) {
      begin = text.size() + 1;
      text += "\n      ";
    }
    text += " " + word;
  }
  return text + "\n";
}

std::string row_of(const CLI::App& command) {
  std::vector<std::string> below;
  for (const CLI::App* each : command.get_subcommands({})) below.push_back(each->get_name());
  std::string about = command.get_description();
  if (!below.empty()) about += fmt::format(" ({})", fmt::join(below, ", "));
  return row(command.get_name(), about);
}

std::string list_of_commands(const CLI::App& app) {
  const std::vector<const CLI::App*> commands = app.get_subcommands({});
  if (commands.empty()) return {};
  std::string text;
  std::vector<const CLI::App*> told;
  if (app.get_parent() == nullptr) {
    for (const CommandGroup& group : command_groups()) {
      text += fmt::format("\n{}\n", group.title);
      for (const char* name : group.commands) {
        for (const CLI::App* command : commands) {
          if (command->get_name() != name) continue;
          text += row_of(*command);
          told.push_back(command);
        }
      }
    }
  }
  std::string rest;
  for (const CLI::App* command : commands) {
    if (std::find(told.begin(), told.end(), command) == told.end()) rest += row_of(*command);
  }
  return rest.empty() ? text : text + "\nCommands\n" + rest;
}

std::string list_of_options(const CLI::App& app) {
  std::string words;
  std::string options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      words += row(type_of(*option), about(*option));
    } else {
      options += row(with_type(names_of(*option), *option), about(*option));
    }
  }
  if (!words.empty()) words = "\nIn this order\n" + words;
  return words + "\nOptions\n" + options;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode) const {
  const bool leaf = app->get_require_subcommand_min() == 0;
  std::string text = app->get_description() + "\n\n" + usage(*app, name);
  text += leaf ? list_of_options(*app) : list_of_commands(*app) + list_of_options(*app);
  std::string footer = app->get_footer();
  while (footer.ends_with('\n')) footer.pop_back();
  if (!footer.empty()) text += footer + "\n";
  if (const std::string_view example = example_of(name.substr(name.find(' ') + 1));
      !example.empty()) {
    text += "\nFor example\n";
    for (std::size_t from = 0; from <= example.size();) {
      const std::size_t to = std::min(example.find('\n', from), example.size());
      text += fmt::format("  {}\n", example.substr(from, to - from));
      from = to + 1;
    }
  }
  return leaf ? fmt::format("{}\n{}\n", text, kExitCodes) : text;
}

std::string shown_name(const CLI::Option& option) {
  if (option.get_positional()) return type_of(option);
  const std::string name = option.get_snames().empty() ? "--" + option.get_lnames().front()
                                                       : "-" + option.get_snames().front();
  return with_type(name, option);
}

base::Issues as_options(base::Issues issues) {
  constexpr std::string_view kParts[][2] = {
      {"`provisos`", "`--provisos`"}, {"`review_by`", "`--review-by`"}, {"`ground`", "`--ground`"}};
  for (base::Issue& issue : issues) {
    for (const auto& [part, option] : kParts) {
      for (std::string* words : {&issue.message, &issue.remedy}) {
        const std::size_t at = words->find(part);
        if (at != std::string::npos) words->replace(at, part.size(), option);
      }
    }
  }
  return issues;
}

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string all = fmt::format("{{{}}}", fmt::join(words, ","));
  return CLI::Validator(
      [words = std::move(words)](std::string& word) {
        if (std::find(words.begin(), words.end(), word) != words.end()) return std::string();
        return fmt::format("`{}` is none of {}", word, fmt::join(words, ", "));
      },
      all);
}

std::string text_mistake(const std::string& text) {
  if (!base::is_utf8(text)) return "it is not UTF-8: set the terminal to UTF-8";
  if (base::find_hidden_character(text)) {
    return "it holds a character that a screen does not show: leave it out";
  }
  return {};
}

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  return CLI::Validator(
      [least, most](std::string& word) {
        std::int64_t number = 0;
        const char* const end = word.data() + word.size();
        const auto [read, error] = std::from_chars(word.data(), end, number);
        // What begins with a zero is read otherwise by some.
        const bool plain = word.size() == 1 || !word.starts_with('0');
        if (error != std::errc() || read != end || !plain) {
          return fmt::format("`{}` is no whole number, like 17", word);
        }
        if (number < least) return fmt::format("`{}` is too little: {} or more", word, least);
        if (number > most) return fmt::format("`{}` is too much: {} or less", word, most);
        return std::string();
      },
      "");
}

}  // namespace countersign::cli
