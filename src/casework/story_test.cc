// SPDX-License-Identifier: Apache-2.0
// The long-range review, E1 to E15: examples/long-range-review from its files alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "casework/directory.h"
#include "casework/question.h"

namespace countersign::casework {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kStory =
    std::filesystem::path(COUNTERSIGN_SOURCE_DIR) / "examples" / "long-range-review";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

const registry::Registers& story() {
  static const Directory kDirectory = [] {
    auto read = read_directory(kStory);
    EXPECT_TRUE(read) << base::to_text(read.error());
    return read ? std::move(read).value() : Directory();
  }();
  return kDirectory.registers;
}

Answer ask(const registry::Registers& registers, const std::string& id, const std::string& date,
           AnswerView view = AnswerView::Full) {
  const std::string request = text_of(kStory / "requests" / (id + ".json"));
  const auto at = base::parse_instant(date + "T12:00:00Z");
  auto answered = answer(registers, {request, id + ".json", *at, view});
  EXPECT_TRUE(answered) << base::to_text(answered.error());
  return answered ? std::move(answered).value() : Answer();
}

std::string list(const base::Json& array) {
  std::string text;
  for (const base::Json& item : array.items) {
    text += text.empty() ? "" : " ";
    text += item.kind == base::Json::Kind::Array ? "{" + list(item) + "}" : item.text;
  }
  return text;
}

// "US supplied: approval_required {US/SecDef}, by US-2, bars US-3, advises US-7", a line for each.
std::string table(const base::Json& json) {
  std::string lines;
  for (const base::Json& one : json.find("authorities")->items) {
    const auto part = [&one](const std::string& before, std::string_view name) {
      const base::Json* array = one.find(name);
      const std::string text = array == nullptr ? "" : list(*array);
      return text.empty() ? "" : before + text;
    };
    lines += one.find("authority")->text + part(" ", "ties") + ": " + one.find("outcome")->text +
             part(" ", "approvals") + part(", by ", "authorised_by") +
             part(", bars ", "barred_by") + part(", advises ", "advisories") + "\n";
  }
  return lines;
}

struct Expected {
  std::string id;
  std::string date;
  std::string overall;
  std::string authorities;
  std::string grounds;  // found in what people are told
};

void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.id; }

class Story : public ::testing::TestWithParam<Expected> {};

TEST_P(Story, AnswersAsThePageSays) {
  const Expected& expected = GetParam();
  const Answer answered = ask(story(), expected.id, expected.date);
  ASSERT_FALSE(answered.refused) << answered.text;
  EXPECT_EQ(answered.json.find("overall")->text, expected.overall);
  EXPECT_EQ(table(answered.json), expected.authorities);
  EXPECT_THAT(answered.text, HasSubstr(expected.grounds));
}

const char kReviewed[] = "US supplied: approval_required {US/SecDef}, by US-2, bars US-3\n";

INSTANTIATE_TEST_SUITE_P(
    LongRangeReview, Story,
    ::testing::Values(
        Expected{"E01", "2024-10-01", "prohibited", "US supplied: prohibited\n",
                 "US-1 (Use on the holder's own ground) came close: the place is not within UA "
                 "(Ukraine)"},
        Expected{"E02", "2024-12-01", "authorised", "US supplied: authorised, by US-2\n",
                 "no approval needed (nothing granted yet)"},
        Expected{"E03", "2025-06-10", "approval_required", kReviewed,
                 "US-3 (The review of long-range use) bars it unless US/SecDef (the Secretary of "
                 "Defense) approves: the place may touch RU (Russia)"},
        Expected{"E04", "2025-06-10", "approval_required",
                 "GB supplied: authorised, by GB-1\n"
                 "US data: approval_required {US/SecDef}, by US-2, bars US-3\n",
                 "GB-1 (Own items within the theatre) permits it"},
        Expected{"E05", "2025-06-10", "approval_required",
                 "FR supplied: authorised, by FR-1\n"
                 "US data: approval_required {US/SecDef}, by US-2, bars US-3\n",
                 "FR-1 (Own items within the theatre) permits it"},
        Expected{"E06", "2025-06-10", "authorised", "UA owner: authorised, by UA-1\n",
                 "UA-1 (Own items, anywhere) permits it"},
        Expected{"E07", "2025-06-10", "approval_required",
                 "UA owner: authorised, by UA-1\n"
                 "US data: approval_required {US/SecDef}, by US-2, bars US-3\n",
                 "the request relies on its intelligence data"},
        Expected{"E08", "2025-06-10", "approval_required",
                 "UA owner: authorised, by UA-1\n"
                 "US component: approval_required {US/SecDef}, by US-2, bars US-3\n",
                 "its components are 600 USD of the 50,000 USD that Drone-B costs, 1.20 %"},
        Expected{"E09", "2025-06-10", "authorised", "US supplied: authorised, by US-1 US-2\n",
                 "the place is within UA (Ukraine)"},
        Expected{"E10", "2025-06-10", "approval_required",
                 "US supplied: approval_required {US/SecDef}, by US-2, bars US-3, advises US-7\n",
                 "US-7 (Leave oil refineries and early-warning radars alone) advises against it: "
                 "its category is oil_refinery"},
        Expected{"E11", "2025-08-20", "approval_required",
                 "US supplied: approval_required {US/SecDef}, by US-5\n",
                 "the funding is from EuropeanAllies (the European allies) alone"},
        Expected{"E12", "2025-08-20", "prohibited", "US supplied: prohibited\n",
                 "came close: the funding is not from EuropeanAllies (the European allies) alone: "
                 "no funder is stated"},
        Expected{"E13", "2025-08-20", "prohibited", "US supplied: prohibited\n",
                 "came close: the tally eram has 3,350 left of 3,350, and 3,351 are asked for"},
        Expected{"E14", "2025-08-20", "prohibited", "US supplied: prohibited, by US-4, bars US-6\n",
                 "US-6 (Nothing that reaches 500 km is transferred) bars it, and no approval lifts "
                 "that"},
        Expected{"E15", "2025-08-20", "approval_required",
                 "US supplied: approval_required {US/SecDef}, by US-4\n",
                 "the rating of the stock after the request is green"}),
    [](const auto& tested) { return tested.param.id; });

// E15 with another book of holdings.
Answer rated(int quantity) {
  const std::filesystem::path copy =
      std::filesystem::path(::testing::TempDir()) / ("countersign-E15-" + std::to_string(quantity));
  std::filesystem::remove_all(copy);
  std::filesystem::copy(kStory, copy, std::filesystem::copy_options::recursive);
  std::ofstream(copy / "authorities" / "US" / "holdings.json")
      << R"({"holdings": [{"item": "ATACMS", "quantity": )" << quantity
      << R"(, "yellow_below": 300, "red_below": 100}], "otherwise": "green"})";
  const auto directory = read_directory(copy);
  EXPECT_TRUE(directory) << base::to_text(directory.error());
  Answer answered = directory ? ask(directory.value().registers, "E15", "2025-08-20") : Answer();
  std::filesystem::remove_all(copy);
  return answered;
}

TEST(StoryVariants, E15FollowsTheRatingAfterTheRequest) {
  const Answer red = rated(109);
  EXPECT_EQ(table(red.json), "US supplied: prohibited, bars US-4\n");
  EXPECT_THAT(red.text, HasSubstr("bars it, and no approval lifts that"));
  const Answer yellow = rated(110);
  EXPECT_EQ(table(yellow.json), "US supplied: approval_required {US/SecDef}, by US-4\n");
  EXPECT_THAT(yellow.text, HasSubstr("the tally yellow_stock has 100 left of 100"));
  const Answer green = rated(310);
  EXPECT_EQ(table(green.json), "US supplied: approval_required {US/SecDef}, by US-4\n");
  EXPECT_THAT(green.text, HasSubstr("US/USDP must have given its advice"));
}

TEST(StoryVariants, TheRequesterSeesOnlyWhatWasAnnounced) {
  const Answer review = ask(story(), "E03", "2025-06-10", AnswerView::Requester);
  EXPECT_EQ(table(review.json), "US supplied: referred\n");
  EXPECT_THAT(review.text, ::testing::Not(HasSubstr("US-3")));
  const Answer authorised = ask(story(), "E02", "2024-12-01", AnswerView::Requester);
  EXPECT_EQ(table(authorised.json), "US supplied: referred\n");
  const Answer barred = ask(story(), "E14", "2025-08-20", AnswerView::Requester);
  EXPECT_EQ(table(barred.json), "US supplied: prohibited, bars US-6\n");
}

TEST(Question, SaysWhatIsNoRequestAndRefusesWhatIsNone) {
  const base::Instant at = *base::parse_instant("2025-06-10");
  const auto unreadable = answer(story(), {"{", "r.json", at});
  ASSERT_FALSE(unreadable);
  EXPECT_EQ(unreadable.error().at(0).file, "r.json");
  const auto refused =
      answer(story(), {R"({"requester": "UA", "action": "use", "item": "Nothing", "quantity": 1,
                    "place": {"region": "UA"}})",
                       "r.json", at});
  ASSERT_TRUE(refused);
  EXPECT_TRUE(refused.value().refused);
  EXPECT_EQ(refused.value().json.find("refused")->find("rule")->text, "unknown-item");
}

}  // namespace
}  // namespace countersign::casework
