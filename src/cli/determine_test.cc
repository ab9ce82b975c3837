// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;

const std::string kStory = std::string(COUNTERSIGN_SOURCE_DIR) + "/examples/long-range-review";

Ran determine(Words words) {
  words.insert(words.begin(), "determine");
  return ran(words);
}

Ran asked(const std::string& request, const Words& more = {}) {
  const casework::testing::Folder folder;
  folder.write({{"request.json", request}});
  Words words = {"-d", kStory, "--as-of", "2025-06-10", (folder.path() / "request.json").string()};
  words.insert(words.begin(), more.begin(), more.end());
  return determine(std::move(words));
}

const char kProhibited[] = R"({"requester": "UA", "action": "use", "item": "ATACMS",
  "quantity": 1, "place": {"region": "FR"}})";

TEST(Determine, AnswersForPeopleAndForPrograms) {
  const Ran text = asked(kProhibited);
  EXPECT_EQ(text.exit, Exit::Done);  // a prohibited use is an answer
  EXPECT_THAT(text.out, HasSubstr("the place is not within UA (Ukraine)"));
  EXPECT_THAT(text.out, HasSubstr("left out of the request"));
  const Ran json = asked(kProhibited, {"--json"});
  EXPECT_EQ(json.exit, Exit::Done);
  EXPECT_EQ(json.out.rfind(R"({"overall":"prohibited","authorities":[{"authority":"US",)", 0), 0U)
      << json.out;
}

TEST(Determine, ShowsTheRequesterLess) {
  const Ran run = asked(kProhibited, {"--view", "requester"});
  EXPECT_EQ(run.exit, Exit::Done);
  EXPECT_THAT(run.out, HasSubstr("referred to the authority"));
}

TEST(Determine, TellsARefusalFromBadInput) {
  const std::string unknown = R"({"requester": "UA", "action": "use", "item": "Nothing",
    "quantity": 1, "place": {"region": "FR"}})";
  const Ran refused = asked(unknown, {"--json"});
  EXPECT_EQ(refused.exit, Exit::Refused);
  EXPECT_THAT(refused.out, HasSubstr(R"({"refused":{"rule":"unknown-item")"));
  const Ran bad = asked("{]");
  EXPECT_EQ(bad.exit, Exit::BadInput);
  EXPECT_EQ(bad.out, "");
  EXPECT_THAT(bad.err, HasSubstr("request.json:1:2"));
  EXPECT_THAT(asked("{]", {"--json"}).out, HasSubstr(R"({"refused":{"rule":"bad-input")"));
  EXPECT_EQ(determine({"-d", kStory, "no-such-file.json"}).exit, Exit::BadInput);
  EXPECT_EQ(determine({"-d", kStory + "/none", kStory + "/requests/E03.json"}).exit,
            Exit::BadInput);
  EXPECT_EQ(determine({"-d", kStory, "--as-of", "soon", kStory + "/requests/E03.json"}).exit,
            Exit::BadInput);
}

}  // namespace
}  // namespace countersign::cli
