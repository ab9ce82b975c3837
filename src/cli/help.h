// SPDX-License-Identifier: Apache-2.0
// How a command explains itself (`--help`), and what its options may hold, in words for who has
// never typed a command.
#ifndef COUNTERSIGN_CLI_HELP_H_
#define COUNTERSIGN_CLI_HELP_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"

namespace countersign::cli {

// The commands as `countersign --help` lists them: by who needs them.
struct CommandGroup {
  const char* title;
  std::vector<const char*> commands;
};
const std::vector<CommandGroup>& command_groups();

// How a command is called, ready to be put in; `command` is its name, like "case show". Continued
// lines end in a backslash, as a shell takes them. Empty where there is none.
std::string_view example_of(std::string_view command);

// Lays out every command's help in the same way.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

// How an option, or a word without one, is called in help and in complaints: "-i INSTANCE",
// "--by OFFICE", "REQUEST.json".
std::string shown_name(const CLI::Option& option);

// Issues of a statement whose parts were options: each is called as it was typed.
base::Issues as_options(base::Issues issues);

// Checks for what an option holds: one of these words; a whole number from `least` to `most`.
CLI::Validator one_of(std::vector<std::string> words);
// What is wrong in words that are signed for; empty when nothing is.
std::string text_mistake(const std::string& text);
CLI::Validator whole_number(std::int64_t least = 0,
                            std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_HELP_H_
