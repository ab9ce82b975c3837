// SPDX-License-Identifier: Apache-2.0
// Consent in an emergency, and by word of mouth: what they are, and what they are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_count.h"
#include "casework/case_words.h"
#include "casework/changes.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using kernel::DecisionOutcome;
using testing::Drill;
using ::testing::HasSubstr;
using testing::rule_of;

const kernel::CaseId kCase("C");
const registry::GrantId kGrant("C/G1");

// The review lets the Deputy consent in an emergency, and knows oral consent.
testing::Files urgent_directory(const std::string& more = R"(,
    "emergency": {"offices": ["US/Deputy"], "hours": 6, "review_within_hours": 48},
    "oral": {"within_hours": 4})") {
  testing::Files files = testing::small_directory();
  std::string& directive = files["authorities/US/directives/US-2.json"];
  directive.insert(directive.rfind('}'), more);
  return files;
}

class UrgentTest : public ::testing::Test {
 protected:
  explicit UrgentTest(const testing::Files& files = urgent_directory()) : drill_(files) {}

  Instance& instance() { return drill_.instance(); }
  void ask_and_advise(int quantity = 2) {
    drill_.pass(60);
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(quantity))),
              "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
  }
  DecisionPlan urgent(std::int64_t hours = 5, std::int64_t review_hours = 24) {
    DecisionPlan plan;
    plan.outcome = DecisionOutcome::Emergency;
    plan.provisos.quantity = 1;
    plan.provisos.window = base::Period{drill_.now(), {drill_.now().unix_ms + hours * 3'600'000}};
    plan.text = "an emergency";
    plan.review_by = base::Instant{drill_.now().unix_ms + review_hours * 3'600'000};
    return plan;
  }
  std::string decide_as(const std::string& office, const DecisionPlan& plan) {
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  std::string draw_one() {
    base::Report report({}, "test");
    const auto place =
        geo::Place::read(testing::json(R"({"point": [5, 15]})"), "the place", report);
    return rule_of(draw(instance(), drill_.by("UA/Staff"),
                        {kGrant, 1, place, {registry::CategoryId("radar")}}));
  }
  std::string shown() {
    std::string text;
    instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }
  std::vector<EmergencyView> emergencies() {
    std::vector<EmergencyView> views;
    instance().look([&](const kernel::State& state) {
      views = casework::emergencies(Reader::keeper(), state);
    });
    return views;
  }
  // The rule by which a bundle is refused; else whether it says `EMERGENCY`.
  std::string verified(const kernel::Audience& audience) {
    const auto seen = testing::verified(instance(), kGrant, audience);
    if (!seen) return seen.error().rule + ": " + seen.error().message;
    return seen.value().issued.emergency ? "EMERGENCY" : "";
  }

  Drill drill_;
};

TEST_F(UrgentTest, AnOfficeThatIsNamedConsentsForHoursAndItShows) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/Deputy", urgent()), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_THAT(shown(), HasSubstr("consents in an emergency"));
  EXPECT_THAT(shown(), HasSubstr("EMERGENCY"));
  EXPECT_EQ(verified(kernel::Audience::overseer()), "EMERGENCY");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("US"))), "EMERGENCY");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("GB"))), "EMERGENCY");
  EXPECT_EQ(verified(kernel::Audience::holder()), "EMERGENCY");
  EXPECT_EQ(draw_one(), "");
  EXPECT_EQ(draw_one(), "exhausted");
  drill_.pass(6 * 3600);
  EXPECT_EQ(draw_one(), "lapsed");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(UrgentTest, ItIsNarrowShortAndInPerson) {
  ask_and_advise();
  EXPECT_EQ(decide_as("US/SecDef", urgent()), "not-in-emergency");
  EXPECT_EQ(decide_as("US/Deputy", urgent(7)), "emergency-window");
  EXPECT_EQ(decide_as("US/Deputy", urgent(5, 72)), "emergency-review");
  DecisionPlan wide = urgent();
  wide.provisos.quantity.reset();
  EXPECT_EQ(decide_as("US/Deputy", wide), "body");
  DecisionPlan unreviewed = urgent();
  unreviewed.review_by.reset();
  EXPECT_EQ(decide_as("US/Deputy", unreviewed), "body");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
}

TEST_F(UrgentTest, ItLiftsNoAbsoluteBar) {
  // US-3 bars more than 50, whoever approves.
  ask_and_advise(60);
  EXPECT_EQ(decide_as("US/Deputy", urgent()), "prohibited");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "prohibited");
}

TEST_F(UrgentTest, ADenialStandsAboveIt) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/Deputy", urgent()), "");
  DecisionPlan deny;
  deny.text = "no";
  ASSERT_EQ(decide_as("US/SecDef", deny), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "denied");
}

TEST_F(UrgentTest, ItHoldsOnlyWhileTheDirectiveSaysSo) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/Deputy", urgent()), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  // US-2 ends and one that knows no emergency takes its place.
  IssuePlan plan;
  base::Json document = testing::json(testing::directive("US-6", "US/USDP", R"(, "procedures":
      [{"id": "review", "advice": [{"office": "US/USDP", "demand": "in"}]}])"));
  for (base::Json::Member& member : document.members) {
    if (member.name == "in_force") member.value = testing::json(R"({"from": "2025-06-01"})");
  }
  document.members.push_back(
      {"policy_text", {}, base::json_text(R"(@id("US-2#1") @procedure("review")
    forbid (principal, action == Action::"use", resource)
    when { context.touches.contains(Region::"RU") }
    unless { context.approvals.contains(Office::"US/SecDef") };)")});
  drill_.pass(60);
  plan.endings.push_back({registry::RecordKind::Directive, "US-2", std::nullopt});
  plan.documents.push_back({registry::RecordKind::Directive,
                            "US-6",
                            base::write_json(document),
                            {testing::time("2025-06-01"), base::kDistantFuture},
                            nullptr});
  ASSERT_EQ(rule_of(issue(instance(), registry::PartyId("US"), plan, drill_.keys(), drill_.now())),
            "");
  EXPECT_EQ(draw_one(), "suspended");
}

// While it lasts the authority has not kept silent; when it is over the decision is still to come.
TEST(UrgentClock, ItMeetsTheDeadlineWhileItLasts) {
  testing::Files files = urgent_directory();
  std::string& directive = files["authorities/US/directives/US-2.json"];
  const std::string demand = R"({"id": "review", )";
  directive.replace(directive.find(demand), demand.size(),
                    demand + R"("deadline": {"hours": 2}, "on_silence": "refuse", )");
  for (const std::int64_t hours : {1, 5}) {
    Drill drill(files);
    drill.pass(60);
    ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
    ASSERT_EQ(rule_of(advise(drill.instance(), drill.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
    DecisionPlan plan;
    plan.outcome = DecisionOutcome::Emergency;
    plan.provisos.quantity = 1;
    plan.provisos.window = base::Period{drill.now(), {drill.now().unix_ms + hours * 3'600'000}};
    plan.text = "an emergency";
    plan.review_by = base::Instant{drill.now().unix_ms + 24 * 3'600'000};
    ASSERT_EQ(rule_of(decide(drill.instance(), drill.by("US/Deputy"), kCase, plan)), "");
    drill.pass(3 * 3600);
    ASSERT_EQ(rule_of(grant(drill.instance(), kCase)), hours == 5 ? "" : "refused-by-silence");
    if (hours != 5) continue;
    for (const auto& audience : {kernel::Audience::overseer(), kernel::Audience::holder(),
                                 kernel::Audience::of(registry::PartyId("US"))}) {
      EXPECT_TRUE(testing::verified(drill.instance(), kGrant, audience).has_value());
    }
    EXPECT_EQ(testing::unsound(drill), "");
  }
}

TEST_F(UrgentTest, ItsReviewIsDueAndCounted) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/Deputy", urgent()), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  ASSERT_EQ(emergencies().size(), 1U);
  EXPECT_FALSE(emergencies()[0].overdue);
  drill_.pass(24 * 3600);
  EXPECT_TRUE(emergencies()[0].overdue);
  EXPECT_THAT(shown(), HasSubstr("its review was due"));
  const auto marks = [&] {
    std::optional<CaseCount> counted;
    instance().look([&](const kernel::State& state) { counted = count_cases(state, {}); });
    return counted->total.marks;
  };
  EXPECT_EQ(marks().at("emergency").count(), 1U);
  EXPECT_EQ(marks().at("emergency not reviewed in time").count(), 1U);
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/Deputy"), kCase, "fine")), "own-consent");
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/USDP"), kCase, "fine")), "no-power");
  EXPECT_EQ(rule_of(review(instance(), drill_.by("GB/MoD"), kCase, "fine")), "no-emergency");
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "justified")), "");
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "again")), "reviewed");
  EXPECT_FALSE(emergencies()[0].overdue);
  EXPECT_FALSE(marks().contains("emergency not reviewed in time"));
  EXPECT_THAT(shown(), HasSubstr("justified"));
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(UrgentTest, EachConsentOfTwoIsReviewed) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/Deputy", urgent(5)), "");
  ASSERT_EQ(decide_as("US/Deputy", urgent(4)), "");
  drill_.pass(24 * 3600);
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "the second")), "");
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "the first")), "");
  ASSERT_EQ(emergencies().size(), 2U);
  for (const EmergencyView& each : emergencies()) EXPECT_TRUE(each.decision.reviewed);
  EXPECT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "again")), "reviewed");
}

class NoEmergencyTest : public UrgentTest {
 protected:
  NoEmergencyTest() : UrgentTest(testing::small_directory()) {}
};

TEST_F(NoEmergencyTest, WithoutADirectiveThatAllowsItThereIsNone) {
  ask_and_advise();
  EXPECT_EQ(decide_as("US/Deputy", urgent()), "not-in-emergency");
  EXPECT_EQ(rule_of(write_up(instance(), drill_.by("US/Legal"), kCase,
                             {registry::OfficeId("US/SecDef"), drill_.now(), "yes"})),
            "oral-not-allowed");
}

TEST_F(UrgentTest, AnOralConsentIsNone) {
  ask_and_advise();
  const base::Instant said = drill_.now();
  drill_.pass(3600);
  const auto note = [&](const std::string& by, const std::string& office, base::Instant at) {
    drill_.pass(1);
    return rule_of(
        write_up(instance(), drill_.by(by), kCase, {registry::OfficeId(office), at, "go ahead"}));
  };
  EXPECT_EQ(note("US/Legal", "US/Deputy", said), "not-required");
  EXPECT_EQ(note("US/SecDef", "US/SecDef", said), "own-word");
  EXPECT_EQ(note("US/Legal", "US/SecDef", testing::time("2025-07-01")), "in-the-future");
  EXPECT_EQ(note("US/Legal", "US/SecDef", said), "");
  EXPECT_EQ(note("US/Legal", "US/SecDef", said), "one-person");
  EXPECT_EQ(note("US/Deputy", "US/SecDef", said), "");
  EXPECT_THAT(shown(), HasSubstr("oral, not a consent yet"));
  EXPECT_THAT(shown(), HasSubstr("2 of 2"));
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
  drill_.pass(4 * 3600);
  EXPECT_EQ(note("US/USDP", "US/SecDef", said), "oral-late");
  DecisionPlan approve;
  approve.outcome = DecisionOutcome::Approve;
  EXPECT_EQ(decide_as("US/SecDef", approve), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_EQ(verified(kernel::Audience::overseer()), "");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("US"))), "");
  EXPECT_EQ(verified(kernel::Audience::holder()), "");
  EXPECT_EQ(testing::unsound(drill_), "");
}

}  // namespace
}  // namespace countersign::casework
