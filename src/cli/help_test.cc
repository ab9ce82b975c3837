// SPDX-License-Identifier: Apache-2.0
// What `--help` says of every command: an example that holds, and no word of the library's own.
#include "cli/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/program.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Words words_of(std::string_view text) {
  Words words;
  bool within = false;
  char quote = 0;
  for (const char each : text) {
    if (quote != 0) {
      each == quote ? void(quote = 0) : words.back().push_back(each);
    } else if (each == ' ') {
      within = false;
    } else {
      if (!within) words.emplace_back();
      within = true;
      each == '"' || each == '\'' ? void(quote = each) : words.back().push_back(each);
    }
  }
  return words;
}

// The commands of an example, each with its continued lines as one.
std::vector<std::string> commands_of(std::string_view example) {
  std::vector<std::string> commands(1);
  for (std::size_t i = 0; i < example.size(); ++i) {
    if (example.substr(i).starts_with("\\\n")) {
      ++i;
    } else if (example[i] == '\n') {
      commands.emplace_back();
    } else {
      commands.back().push_back(example[i]);
    }
  }
  return commands;
}

Ran help_of(const std::string& name) {
  Words words = words_of(name);
  words.emplace_back("--help");
  return ran(words);
}

TEST(Help, EveryCommandHasAnExampleThatHolds) {
  for (const std::string& name : command_names()) {
    const std::string_view example = example_of(name);
    ASSERT_FALSE(example.empty()) << name;
    for (const std::string& command : commands_of(example)) {
      EXPECT_THAT(command + " ", StartsWith("countersign " + name + " "));
      Words words = words_of(command);
      words.erase(words.begin());
      const auto mistake = mistake_in(words);
      EXPECT_FALSE(mistake) << command << ": " << mistake->message;
    }
    EXPECT_THAT(help_of(name).out,
                HasSubstr("For example\n  " + std::string(example.substr(0, example.find('\n')))));
  }
}

TEST(Help, SpeaksInWordsForWhoNeverTypedACommand) {
  std::vector<std::string> names = command_names();
  for (const char* group : {"", "case", "log", "key", "check", "stock", "catalogue"}) {
    names.emplace_back(group);
  }
  for (const std::string& name : names) {
    const Ran help = help_of(name);
    EXPECT_EQ(help.exit, Exit::Done) << name;
    for (const char* jargon : {":{", "UINT", "INT ", "NONNEGATIVE", "not with", "REQUIRED",
                               "OPTIONS", "standard output", "C2SP", " ... ..."}) {
      EXPECT_THAT(help.out, Not(HasSubstr(jargon))) << name;
    }
    for (std::size_t from = 0; from < help.out.size();) {
      const std::size_t to = help.out.find('\n', from);
      EXPECT_LE(to - from, 101U) << help.out.substr(from, to - from);
      from = to + 1;
    }
  }
}

TEST(Help, SaysHowACommandIsCalled) {
  EXPECT_THAT(
      help_of("submit").out,
      HasSubstr("Usage: countersign submit ID REQUEST.json -i INSTANCE --by OFFICE --key FILE"
                " [OPTION ...]\n"));
  EXPECT_THAT(help_of("case show").out, HasSubstr("Usage: countersign case show ID -i INSTANCE"));
  EXPECT_THAT(help_of("advise").out,
              HasSubstr("the view: one of concur, concur_with_provisos, do_not_concur,\n"));
  EXPECT_THAT(help_of("determine").out, HasSubstr("not together with --instance"));
}

TEST(Help, ListsEveryCommandOnceByWhoNeedsIt) {
  std::vector<std::string> listed;
  for (const CommandGroup& group : command_groups()) {
    listed.insert(listed.end(), group.commands.begin(), group.commands.end());
  }
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(std::adjacent_find(listed.begin(), listed.end()), listed.end());
  for (const std::string& name : command_names()) {
    EXPECT_TRUE(std::binary_search(listed.begin(), listed.end(), name.substr(0, name.find(' '))))
        << name;
  }
  EXPECT_THAT(ran({"--help"}).out, Not(HasSubstr("\nCommands\n")));
}

TEST(Help, AnOptionThatHoldsANumberTakesNoOther) {
  const auto wrong = [](const std::string& number) {
    const auto mistake = mistake_in({"log", "prove", number, "-i", "review"});
    return mistake ? mistake->message : std::string();
  };
  EXPECT_EQ(wrong("0"), "");
  EXPECT_EQ(wrong("9223372036854775807"), "");
  for (const char* number : {"010", "0x10", "1.5", "abc", "", "9223372036854775808"}) {
    EXPECT_THAT(wrong(number), HasSubstr(std::string("`") + number + "` is no whole number"));
  }
  const auto least =
      mistake_in({"count", "-i", "x", "--since", "2026-01-01", "--publish", "--least", "1"});
  ASSERT_TRUE(least);
  EXPECT_THAT(least->message, HasSubstr("`1` is too little: 2 or more"));
}

}  // namespace
}  // namespace countersign::cli
