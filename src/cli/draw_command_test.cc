// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;

struct Ran {
  Exit exit;
  std::string err;
};

// `countersign VERB UA-1/G1 FILE`, the file with this text; there is no instance.
Ran run(const std::string& verb, const std::string& text) {
  const std::filesystem::path file =
      std::filesystem::path(::testing::TempDir()) / "countersign-act.json";
  std::ofstream(file) << text;
  CLI::App app("test", "countersign");
  Exit exit = Exit::Done;
  add_case_commands(app, exit);
  std::vector<std::string> reversed = {file.string(), "UA-1/G1", "nowhere.key", "--key", "UA/Staff",
                                       "--by",        "nowhere", "-i",          verb};
  ::testing::internal::CaptureStderr();
  app.parse(reversed);
  return {exit, ::testing::internal::GetCapturedStderr()};
}

TEST(DrawCommand, TakesTheGrantFromTheCommandLineAlone) {
  for (const char* verb : {"draw", "report"}) {
    const Ran ran = run(verb, R"({"quantity": 1, "categories": [],
      "at": "2025-06-01", "grant": "UA-2/G1"})");
    EXPECT_EQ(ran.exit, Exit::BadInput) << verb;
    EXPECT_THAT(ran.err, HasSubstr("the grant is named on the command line")) << verb;
    EXPECT_THAT(ran.err, HasSubstr("countersign-act.json:2:")) << verb;
  }
}

TEST(DrawCommand, WantsTheCategoriesOfADraw) {
  const Ran ran = run("draw", R"({"quantity": 1})");
  EXPECT_EQ(ran.exit, Exit::BadInput);
  EXPECT_THAT(ran.err, HasSubstr("needs `categories`"));
}

}  // namespace
}  // namespace countersign::cli
