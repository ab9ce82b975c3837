// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;

// `countersign VERB UA-1/G1 FILE`, the file with this text; there is no instance.
Ran act(const std::string& verb, const std::string& text) {
  const casework::testing::Folder folder;
  folder.write({{"countersign-act.json", text}});
  return ran({verb, "-i", "nowhere", "--by", "UA/Staff", "--key", "nowhere.key", "UA-1/G1",
              (folder.path() / "countersign-act.json").string()});
}

TEST(DrawCommand, TakesTheGrantFromTheCommandLineAlone) {
  for (const char* verb : {"draw", "report"}) {
    const Ran done = act(verb, R"({"quantity": 1, "categories": [],
      "at": "2025-06-01", "grant": "UA-2/G1"})");
    EXPECT_EQ(done.exit, Exit::BadInput) << verb;
    EXPECT_THAT(done.err, HasSubstr("the grant is named on the command line")) << verb;
    EXPECT_THAT(done.err, HasSubstr("countersign-act.json:2:")) << verb;
  }
}

TEST(DrawCommand, WantsTheCategoriesOfADraw) {
  const Ran done = act("draw", R"({"quantity": 1})");
  EXPECT_EQ(done.exit, Exit::BadInput);
  EXPECT_THAT(done.err, HasSubstr("needs `categories`"));
}

}  // namespace
}  // namespace countersign::cli
