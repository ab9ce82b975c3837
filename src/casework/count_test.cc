// SPDX-License-Identifier: Apache-2.0
// Counts by first submission, and what a proof alone shows of them.
#include "casework/count.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/case_count.h"
#include "casework/exchange.h"
#include "casework/publication.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using kernel::CaseId;
using testing::Drill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using testing::rule_of;
using testing::time;

class CountTest : public ::testing::Test {
 protected:
  void ask_as(const std::string& id) {
    ASSERT_EQ(
        rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), CaseId(id), testing::use_of_m())),
        "");
  }
  void decide_as(const std::string& id, kernel::DecisionOutcome outcome) {
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = "no";
    ASSERT_EQ(rule_of(decide(drill_.instance(), drill_.by("US/SecDef"), CaseId(id), plan)), "");
  }
  // Four cases: one denied after a day, one after three, one returned, one never answered.
  void a_month() {
    ask_as("A");
    ask_as("B");
    drill_.pass(86'400);
    decide_as("A", kernel::DecisionOutcome::Deny);
    ask_as("C");
    drill_.pass(2 * 86'400);
    decide_as("B", kernel::DecisionOutcome::Deny);
    decide_as("C", kernel::DecisionOutcome::Return);
    ask_as("D");
    drill_.pass(30 * 86'400);
    testing::granted(drill_, "E");
  }
  CaseCount counted(const CountQuestion& question) {
    std::optional<CaseCount> counted;
    drill_.instance().look(
        [&](const kernel::State& state) { counted = count_cases(state, question); });
    return *std::move(counted);
  }
  base::Json proof(const CountRange& range) {
    auto counted = count_since(drill_.instance(), range);
    CHECK(counted.has_value());
    return std::move(counted.value());
  }
  base::Ruled<Tallied> verified(const base::Json& document) {
    auto again =
        verify_count(base::write_json(document), "count", drill_.instance().own_anchors().log);
    CHECK(again.has_value());
    return std::move(again.value());
  }

  Drill drill_;
};

TEST(AgedCount, TheMedianOfAnEvenNumberIsTheLowerOfTheTwo) {
  EXPECT_EQ((AgedCount{{9, 1, 4}}).median_s(), 4);
  EXPECT_EQ((AgedCount{{9, 1, 4, 5}}).median_s(), 4);
  EXPECT_EQ(AgedCount{}.median_s(), std::nullopt);
}

TEST_F(CountTest, CountsCasesByWhenTheyWereFirstSubmitted) {
  a_month();
  CountQuestion question;
  question.submitted = {time("2025-06-01T00:00:00Z"), time("2025-07-01T00:00:00Z")};
  question.by = CountBy::Month;
  question.unanswered_over_days = 30;
  const CaseCount june = counted(question);
  EXPECT_EQ(june.total.all.count(), 4U);
  EXPECT_EQ(june.total.outcomes.at("denied").count(), 2U);
  EXPECT_EQ(june.total.outcomes.at("denied").median_s(), 86'400);
  EXPECT_EQ(june.total.outcomes.at("returned").median_s(), 2 * 86'400);
  EXPECT_EQ(june.total.outcomes.at("pending").count(), 1U);
  EXPECT_EQ(june.total.marks.at("unanswered").count(), 1U);
  EXPECT_FALSE(june.total.outcomes.contains("granted"));  // submitted in July
  ASSERT_EQ(june.rows.size(), 1U);
  EXPECT_EQ(june.rows.at("2025-06").all.count(), 4U);
  question.unanswered_over_days = 31;
  EXPECT_FALSE(counted(question).total.marks.contains("unanswered"));

  question = {};
  question.by = CountBy::Authority;
  const CaseCount all = counted(question);
  EXPECT_TRUE(all.overlapping);
  EXPECT_EQ(all.total.all.count(), 5U);
  EXPECT_EQ(all.rows.at("US").all.count(), 5U);
  EXPECT_EQ(all.rows.at("GB").outcomes.at("granted").count(), 1U);
  question.by = CountBy::Outcome;
  EXPECT_EQ(counted(question).rows.at("denied").all.count(), 2U);
  EXPECT_THAT(to_csv(all), HasSubstr("US,outcome,denied,2,86400\r\n"));
  EXPECT_THAT(to_text(all), HasSubstr("median age 1 day 0 h 0 min"));
}

// What was taken back grows no older; the proof says the same.
TEST_F(CountTest, AWithdrawalEndsACasesAge) {
  ask_as("A");
  drill_.pass(3600);
  ASSERT_EQ(rule_of(withdraw_request(drill_.instance(), drill_.by("UA/Staff"), CaseId("A"), "")),
            "");
  drill_.pass(86'400);
  ask_as("B");
  EXPECT_EQ(counted({}).total.outcomes.at("withdrawn").median_s(), 3600);
  const auto tallied = verified(proof({time("2025-06-01T00:00:00Z"), base::kDistantFuture, true}));
  ASSERT_TRUE(tallied);
  EXPECT_EQ(tallied.value().by_first_submission.at("withdrawn").median_age_s, 3600);
}

TEST_F(CountTest, SaysWhatElseIsTrueOfACase) {
  const registry::GrantId grant = testing::granted(drill_, "C");
  drill_.at("2025-07-01T00:00:00Z");
  ASSERT_EQ(rule_of(report(drill_.instance(), drill_.by("UA/Staff"),
                           {grant, 1, std::nullopt, {}, drill_.now(), "elsewhere"})),
            "");
  EXPECT_TRUE(counted({}).total.marks.contains("discrepancy"));
  EXPECT_TRUE(counted({}).total.marks.contains("discrepancy open"));
  EXPECT_FALSE(counted({}).total.marks.contains("lapsed"));
}

TEST_F(CountTest, SaysWhichCasesCameBack) {
  ask_as("A");
  decide_as("A", kernel::DecisionOutcome::Deny);
  EXPECT_FALSE(counted({}).total.marks.contains("reopened"));
  ASSERT_EQ(rule_of(ask_again(drill_.instance(), drill_.by("UA/Staff"), CaseId("A"), "again")), "");
  ASSERT_EQ(rule_of(answer_again(drill_.instance(), drill_.by("US/Deputy"), CaseId("A"),
                                 {kernel::ReconsideredOutcome::SetAside, "right", {}, {}})),
            "");
  EXPECT_EQ(counted({}).total.marks.at("reopened").count(), 1U);
}

// A complaint about approval software: what has expired is not there any more.
TEST_F(CountTest, HistoryVanishesOnExpiry) {
  testing::granted(drill_, "C");
  drill_.at("2030-01-01T00:00:00Z");  // the grant has lapsed, every manifest has expired
  ask_as("D");                        // lets time pass
  const CaseCount all = counted({});
  EXPECT_EQ(all.total.outcomes.at("granted").count(), 1U);
  EXPECT_EQ(all.total.marks.at("lapsed").count(), 1U);
  drill_.reopen();
  EXPECT_EQ(counted({}).total.outcomes.at("granted").count(), 1U);
  const auto tallied = verified(proof({time("2025-06-01T00:00:00Z")}));
  ASSERT_TRUE(tallied);
  EXPECT_THAT(tallied.value().cases, ElementsAre(Pair("granted", 1U)));
  EXPECT_TRUE(drill_.instance().evidence_of(registry::GrantId("C/G1")).has_value());
}

TEST_F(CountTest, AProofEndsWhereItIsAskedTo) {
  a_month();
  const auto june = verified(proof({time("2025-06-01T00:00:00Z"), time("2025-06-02T12:00:00Z")}));
  ASSERT_TRUE(june);
  EXPECT_EQ(june.value().requests, 3U);
  EXPECT_THAT(june.value().decisions, ElementsAre(Pair("deny", 1U)));
}

// From the document alone, the same numbers as from the folded state.
TEST_F(CountTest, ALinkedProofCountsByFirstSubmission) {
  a_month();
  const CountRange range{time("2025-06-01T00:00:00Z"), time("2025-07-01T00:00:00Z"), true};
  const base::Json document = proof(range);
  const auto tallied = verified(document);
  ASSERT_TRUE(tallied);
  CountQuestion question;
  question.submitted = {range.since, range.until};
  const CaseCount ours = counted(question);
  ASSERT_EQ(tallied.value().by_first_submission.size(), ours.total.outcomes.size());
  for (const auto& [outcome, aged] : ours.total.outcomes) {
    const LinkedCount& linked = tallied.value().by_first_submission.at(outcome);
    EXPECT_EQ(linked.count, aged.count()) << outcome;
    EXPECT_EQ(linked.median_age_s, *aged.median_s()) << outcome;
  }
  // It names no case, and shows nothing of what was said.
  EXPECT_THAT(base::write_json(document), Not(HasSubstr("UA/Staff")));

  base::Json stated = document;
  stated.members.push_back({"stated", {}, base::json_object({})});
  const auto with_more = verified(stated);
  ASSERT_TRUE(with_more);
  EXPECT_TRUE(with_more.value().stated);

  // Other numbers than its entries give, or an entry that hides where it belongs, are found.
  std::string text = base::write_json(document);
  const std::string said = R"("denied":{"count":2)";
  ASSERT_NE(text.find(said), std::string::npos);
  text.replace(text.find(said), said.size(), R"("denied":{"count":1)");
  const auto other = verify_count(text, "count", drill_.instance().own_anchors().log);
  ASSERT_TRUE(other.has_value());
  ASSERT_FALSE(other.value());
  EXPECT_EQ(other.value().error().rule, "count-differs");
  base::Json hidden = proof({range.since, range.until, false});
  for (const base::Json::Member& member : document.members) {
    if (member.name == "as_of" || member.name == "by_first_submission") {
      hidden.members.push_back(member);
    }
  }
  const auto unlinked = verified(hidden);
  ASSERT_FALSE(unlinked);
  EXPECT_EQ(unlinked.error().rule, "count-incomplete");
}

// What belongs to no case hides no case.
TEST_F(CountTest, LinkedOverEntriesOfNoCase) {
  a_month();
  ASSERT_EQ(rule_of(give_absence(drill_.instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                 registry::OfficeId("US/SecDef"),
                                 {drill_.now(), base::Instant{drill_.now().unix_ms + 3'600'000}},
                                 "away")),
            "");
  kernel::KeyWithdrawalBody lost;
  lost.key = drill_.key("US/Legal").public_key();
  lost.text = "lost";
  ASSERT_EQ(rule_of(withdraw_key(drill_.instance(), {drill_.key("US/root"), "US/root"}, lost)), "");
  const auto tallied = verified(proof({time("2025-06-01T00:00:00Z"), base::kDistantFuture, true}));
  ASSERT_TRUE(tallied) << tallied.error().message;
  EXPECT_EQ(tallied.value().by_first_submission.at("denied").count, 2U);
}

// A case that was returned and came back was answered when it was returned.
TEST_F(CountTest, TheFirstAnswerCountsWhateverCameAfter) {
  ask_as("A");
  drill_.pass(86'400);
  decide_as("A", kernel::DecisionOutcome::Return);
  drill_.pass(86'400);
  ASSERT_EQ(rule_of(amend(drill_.instance(), drill_.by("UA/Staff"), CaseId("A"),
                          testing::use_of_m(3), "as asked")),
            "");
  drill_.pass(40 * 86'400);
  CountQuestion question;
  question.unanswered_over_days = 30;
  const CaseCount all = counted(question);
  EXPECT_EQ(all.total.all.median_s(), 86'400);
  EXPECT_FALSE(all.total.marks.contains("unanswered"));
}

TEST_F(CountTest, APublicationWithholdsWhatIsSmall) {
  a_month();
  CountQuestion question;
  question.by = CountBy::Month;
  const std::string text = to_text(publish(counted(question), 5));
  EXPECT_THAT(text, HasSubstr("withheld"));
  EXPECT_THAT(text, HasSubstr("not counted:"));
  EXPECT_THAT(base::write_json(to_json(publish(counted(question), 5))),
              HasSubstr(R"("all":"withheld")"));
}

}  // namespace
}  // namespace countersign::casework
