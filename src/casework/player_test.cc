// SPDX-License-Identifier: Apache-2.0
// examples/long-range-review, E1 to E23, played as policy staff would; and stories that go wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "casework/story.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const fs::path kExample = fs::path(COUNTERSIGN_SOURCE_DIR) / "examples" / "long-range-review";

std::vector<StepResult> played(const Story& story) {
  const testing::Folder folder;
  auto results = play(story, folder.path() / "instance", nullptr);
  EXPECT_TRUE(results) << results.error().message;
  return results ? std::move(results.value()) : std::vector<StepResult>();
}

TEST(Player, PlaysTheLongRangeReviewAsThePageSays) {
  const auto story = read_story(kExample);
  ASSERT_TRUE(story) << base::to_text(story.error());
  const auto results = played(story.value());
  EXPECT_EQ(results.size(), story.value().steps.size());
  std::set<std::string> shown;
  for (const StepResult& step : results) {
    EXPECT_THAT(step.differs, IsEmpty()) << step.id << " " << step.text << ": " << step.answer;
    shown.insert(step.id);
  }
  for (int i = 1; i <= 23; ++i) EXPECT_TRUE(shown.contains("E" + std::to_string(i))) << i;
}

// The small directory with a story of these steps.
class SmallStory : public ::testing::Test {
 protected:
  std::vector<StepResult> play_steps(const std::string& steps) {
    testing::Files files;
    for (auto& [name, text] : testing::small_directory()) files["registers/" + name] = text;
    files["use.json"] = base::write_json(testing::use_of_m());
    files["story.json"] = R"({"title": "a story", "steps": [
      {"at": "2025-06-01", "do": "import", "directory": "registers"}, )" +
                          steps + "]}";
    folder_.write(files);
    const auto story = read_story(folder_.path());
    EXPECT_TRUE(story) << base::to_text(story.error());
    return story ? played(story.value()) : std::vector<StepResult>();
  }
  // What differs in the last of the steps.
  std::vector<std::string> differs(const std::string& step) {
    const auto results = play_steps(step);
    return results.empty() ? std::vector<std::string>{"nothing was played"}
                           : results.back().differs;
  }

  testing::Folder folder_;
};

const std::string kDetermine =
    R"({"at": "2025-06-02", "do": "determine", "request": "use.json", "expect": )";

TEST_F(SmallStory, AcceptsWhatIsAsExpected) {
  EXPECT_THAT(differs(kDetermine + R"({"overall": "approval_required", "authorities": {
    "US": {"outcome": "approval_required", "approvals": [["US/SecDef"]]},
    "GB": {"outcome": "authorised", "authorised_by": ["GB-1"]}}}})"),
              IsEmpty());
}

TEST_F(SmallStory, SaysEachPlaceWhereTheAnswerDiffers) {
  const auto found = differs(kDetermine + R"({"overall": "authorised", "authorities": {
    "US": {"outcome": "approval_required", "approvals": [["US/Deputy"]]},
    "GB": {"outcome": "prohibited"}, "FR": {"outcome": "authorised"}}}})");
  const auto names = [&](std::string_view word) {
    return std::any_of(found.begin(), found.end(), [&](const std::string& line) {
      return line.find(word) != std::string::npos;
    });
  };
  EXPECT_TRUE(names("overall"));
  EXPECT_TRUE(names("US/Deputy"));
  EXPECT_TRUE(names("prohibited"));
  EXPECT_TRUE(names("FR"));
}

const std::string kAsk =
    R"({"at": "2025-06-02", "do": "submit", "by": "UA/Staff", "case": "C", "request": "use.json")";

TEST_F(SmallStory, AStepThatIsRefusedUnexpectedlyDiffers) {
  EXPECT_THAT(differs(kAsk + "}"), IsEmpty());
  const auto twice = play_steps(kAsk + "}, " + kAsk + "}");
  ASSERT_EQ(twice.size(), 3U);
  EXPECT_THAT(twice[1].differs, IsEmpty());
  EXPECT_FALSE(twice[2].differs.empty());
  EXPECT_THAT(twice[2].answer, HasSubstr("there is a case `C` already"));
}

TEST_F(SmallStory, ARefusalThatDoesNotComeDiffersAndSoDoesAnotherRule) {
  EXPECT_FALSE(differs(kAsk + R"(, "expect": {"refused": "case-exists"}})").empty());
  const std::string grant = kAsk + R"(}, {"at": "2025-06-02", "do": "grant", "case": "C",
                                        "expect": {"refused": ")";
  EXPECT_THAT(differs(grant + R"(approval-missing"}})"), IsEmpty());
  EXPECT_FALSE(differs(grant + R"(denied"}})").empty());
}

// A grant with a free-text proviso, then `steps`.
std::string granted_by_day(const std::string& steps) {
  return kAsk + R"(},
    {"at": "2025-06-02", "do": "advise", "by": "US/USDP", "case": "C", "view": "concur"},
    {"at": "2025-06-02", "do": "decide", "by": "US/SecDef", "case": "C", "outcome": "approve",
     "provisos": {"text": ["by day only"]}},
    {"at": "2025-06-02", "do": "grant", "case": "C"}, )" +
         steps;
}

TEST_F(SmallStory, AProvisoIsAcknowledgedBeforeADraw) {
  const auto results = play_steps(granted_by_day(R"(
    {"at": "2025-06-03", "do": "draw", "by": "UA/Staff", "grant": "C/G1", "quantity": 1,
     "place": {"point": [5, 15], "uncertainty_m": 10}, "categories": ["radar"],
     "expect": {"refused": "provisos-unacknowledged"}},
    {"at": "2025-06-03", "do": "show", "grant": "C/G1",
     "expect": {"unacknowledged": ["by day only"]}},
    {"at": "2025-06-03", "do": "acknowledge", "by": "UA/Staff", "grant": "C/G1",
     "provisos": ["by night"], "expect": {"refused": "provisos-differ"}},
    {"at": "2025-06-03", "do": "acknowledge", "by": "UA/Staff", "grant": "C/G1"},
    {"at": "2025-06-03", "do": "show", "grant": "C/G1", "expect": {"unacknowledged": []}},
    {"at": "2025-06-03", "do": "draw", "by": "UA/Staff", "grant": "C/G1", "quantity": 1,
     "place": {"point": [5, 15], "uncertainty_m": 10}, "categories": ["radar"]})"));
  EXPECT_EQ(results.size(), 11U);
  for (const StepResult& step : results) EXPECT_THAT(step.differs, IsEmpty()) << step.answer;
}

TEST_F(SmallStory, ProvisosThatAreNoTextsAreFoundWhileTheStoryIsRead) {
  for (const char* provisos : {R"("by day only")", "[7]", R"([""])"}) {
    folder_.write({{"story.json", R"({"title": "t", "steps": [{"at": "2025-06-01",
      "do": "acknowledge", "by": "UA/Staff", "grant": "C/G1", "provisos": )" +
                                      std::string(provisos) + "}]}"}});
    EXPECT_FALSE(read_story(folder_.path())) << provisos;
  }
}

TEST_F(SmallStory, GoesOnAfterAStepThatDiffers) {
  const auto results = play_steps(kDetermine + R"({"overall": "prohibited"}}, )" + kAsk + "}");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_FALSE(results[1].differs.empty());
  EXPECT_THAT(results[2].differs, IsEmpty());
}

// What an earlier step did not make is missed by the step that names it; the others are played.
TEST_F(SmallStory, GoesOnAfterAStepThatNamesWhatIsNotThere) {
  const auto results =
      play_steps(R"({"at": "2025-06-02", "do": "verify", "grant": "C/G1", "bundle": "holder"}, )" +
                 kAsk + "}");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_THAT(results[1].differs, ::testing::ElementsAre("there is no grant `C/G1`"));
  EXPECT_THAT(results[2].differs, IsEmpty());
}

TEST_F(SmallStory, RefusesAStepOfAnOfficeNobodyDescribed) {
  testing::Files files{{"story.json", R"({"title": "t", "steps": [
    {"at": "2025-06-01", "do": "submit", "by": "UA/Nobody", "case": "C", "request": "x.json",
     "expect": {"refused": "unknown-office"}}]})"}};
  folder_.write(files);
  const auto story = read_story(folder_.path());
  ASSERT_TRUE(story);
  const testing::Folder folder;
  const auto results = play(story.value(), folder.path() / "instance", nullptr);
  ASSERT_TRUE(results);
  EXPECT_THAT(results.value().front().differs, ::testing::IsEmpty());
}

}  // namespace
}  // namespace countersign::casework
