// SPDX-License-Identifier: Apache-2.0
// What the requester is shown of each step, and when (docs/lifecycle.md); and what its own
// authority is shown of the same step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/actions.h"
#include "casework/case_words.h"
#include "casework/changes.h"
#include "casework/exchange.h"
#include "casework/import.h"
#include "casework/reader.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using kernel::CaseId;
using kernel::DecisionOutcome;
using registry::GrantId;
using ::testing::AllOf;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const CaseId kCase("C");
const GrantId kGrant("C/G1");

// The review lets the Deputy consent in an emergency, knows oral consent, gives 48 hours; it is not
// announced, nor is US-1. US-3 is.
testing::Files directory() {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-2.json"] = testing::directive(
      "US-2", "US/USDP", R"(, "procedures": [{"id": "review", "advice": [{"office": "US/USDP",
        "demand": "in", "deadline": {"hours": 48}, "on_silence": "wait"}]}],
      "emergency": {"offices": ["US/Deputy"], "hours": 6, "review_within_hours": 48},
      "oral": {"within_hours": 4})");
  files["authorities/US/directives/US-3.json"] =
      testing::directive("US-3", "US/SecDef", R"(, "announced": true)");
  return files;
}

class SeenTest : public ::testing::Test {
 protected:
  SeenTest() : drill_(directory()) { drill_.pass(60); }

  Instance& instance() { return drill_.instance(); }
  void asked() {
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
    drill_.pass(60);
  }
  std::string decided(const std::string& office, const DecisionPlan& plan) {
    drill_.pass(60);
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  static DecisionPlan plan_of(DecisionOutcome outcome, const std::string& text) {
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = text;
    return plan;
  }
  std::string granted() {
    drill_.pass(60);
    return rule_of(grant(instance(), kCase));
  }
  void granted_and_suspended() {
    asked();
    ASSERT_EQ(decided("US/SecDef", plan_of(DecisionOutcome::Approve, "approved")), "");
    ASSERT_EQ(granted(), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Suspend,
                                   {kGrant, "a pause"})),
              "");
  }
  // `case show --as`, for people and for programs.
  std::string shown(const std::string& office) {
    std::string text;
    instance().look([&](const kernel::State& state) {
      const auto seen = Reader::as(state, office).value().look(state, *state.find(kCase));
      text = describe_case(state, *seen) + "\n" + base::write_json(to_json(state, *seen));
    });
    return text;
  }

  Drill drill_;
};

TEST_F(SeenTest, AnEmergencyShowsWithItsGrantAndItsReviewToItsAuthority) {
  asked();
  DecisionPlan plan = plan_of(DecisionOutcome::Emergency, "for the people there");
  plan.provisos.quantity = 1;
  plan.provisos.window = base::Period{drill_.now(), {drill_.now().unix_ms + 5 * 3'600'000}};
  plan.review_by = base::Instant{drill_.now().unix_ms + 24 * 3'600'000};
  ASSERT_EQ(decided("US/Deputy", plan), "");
  EXPECT_THAT(shown("UA/Staff"), Not(HasSubstr("emergency")));
  EXPECT_THAT(shown("US/SecDef"), HasSubstr("consents in an emergency"));
  ASSERT_EQ(granted(), "");
  EXPECT_THAT(
      shown("UA/Staff"),
      AllOf(HasSubstr("EMERGENCY"), HasSubstr("US/Deputy"), HasSubstr("consents in an emergency"),
            HasSubstr("for the people there"), HasSubstr("its review is due by")));
  drill_.pass(60);
  ASSERT_EQ(rule_of(review(instance(), drill_.by("US/SecDef"), kCase, "well done")), "");
  for (const char* other : {"UA/Staff", "GB/MoD", "US/clerk"}) {
    EXPECT_THAT(shown(other), AllOf(Not(HasSubstr("well done")), Not(HasSubstr("reviewed by"))));
  }
  EXPECT_THAT(shown("US/Legal"), HasSubstr("well done"));
}

TEST_F(SeenTest, WhatAnOfficeIsSaidToHaveSaidStaysInItsAuthority) {
  asked();
  ASSERT_EQ(rule_of(write_up(instance(), drill_.by("US/Legal"), kCase,
                             {registry::OfficeId("US/SecDef"), drill_.now(), "go ahead"})),
            "");
  for (const char* other : {"UA/Staff", "GB/MoD", "US/clerk"}) {
    EXPECT_THAT(shown(other), Not(HasSubstr("go ahead"))) << other;
  }
  EXPECT_THAT(shown("US/SecDef"), HasSubstr("oral, not a consent yet"));
}

TEST_F(SeenTest, ADenialThatWasSetAsideStaysVisible) {
  asked();
  ASSERT_EQ(decided("US/SecDef", plan_of(DecisionOutcome::Deny, "not from here")), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(ask_again(instance(), drill_.by("UA/Staff"), kCase, "we ask again")), "");
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("we ask again"),
                                       HasSubstr("the denial stands until that is answered")));
  EXPECT_THAT(shown("GB/MoD"), Not(HasSubstr("we ask again")));
  drill_.pass(60);
  ASSERT_EQ(rule_of(answer_again(instance(), drill_.by("US/Deputy"), kCase,
                                 {kernel::ReconsideredOutcome::SetAside, "you are right", {}, {}})),
            "");
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("C: pending"), HasSubstr("not from here"),
                                       HasSubstr("set aside"), HasSubstr("you are right")));
}

TEST_F(SeenTest, WhatAnApprovalLeftOpenIsSaidWithTheGrant) {
  asked();
  DecisionPlan plan = plan_of(DecisionOutcome::Approve, "one for now");
  plan.provisos.quantity = 1;
  plan.provisos.remainder = kernel::Remainder::Open;
  ASSERT_EQ(decided("US/SecDef", plan), "");
  EXPECT_THAT(shown("UA/Staff"), Not(HasSubstr("one for now")));
  ASSERT_EQ(granted(), "");
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("what this leaves out of the request stays open"),
                                       HasSubstr("what C/G1 left open may still be decided")));
  // The approval of the rest, once that comes to a grant.
  plan = plan_of(DecisionOutcome::Approve, "and the other");
  plan.of_rest = true;
  ASSERT_EQ(decided("US/SecDef", plan), "");
  EXPECT_THAT(shown("UA/Staff"), Not(HasSubstr("and the other")));
  EXPECT_THAT(shown("GB/MoD"), Not(HasSubstr("and the other")));
  EXPECT_THAT(shown("US/Legal"), HasSubstr("and the other"));
  ASSERT_EQ(granted(), "");
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("and the other"), HasSubstr("C/G2")));
}

TEST_F(SeenTest, WhatWouldLetAGrantGoOnShowsWhenItDoes) {
  granted_and_suspended();
  EXPECT_THAT(shown("UA/Staff"), HasSubstr("a pause"));
  DecisionPlan plan = plan_of(DecisionOutcome::Approve, "it may go on");
  plan.resumes = kGrant;
  ASSERT_EQ(decided("US/SecDef", plan), "");
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("it may go on"), HasSubstr("grant C/G1: active")));
}

TEST_F(SeenTest, ThatAGrantDoesNotGoOnIsNoOutcome) {
  granted_and_suspended();
  DecisionPlan plan = plan_of(DecisionOutcome::Deny, "we look further");
  plan.resumes = kGrant;
  ASSERT_EQ(decided("US/Deputy", plan), "");
  EXPECT_THAT(shown("US/Legal"), HasSubstr("we look further"));
  // Nor is an approval that a denial stands above.
  plan = plan_of(DecisionOutcome::Approve, "it may go on");
  plan.resumes = kGrant;
  ASSERT_EQ(decided("US/SecDef", plan), "");
  for (const char* other : {"UA/Staff", "GB/MoD"}) {
    EXPECT_THAT(shown(other), AllOf(Not(HasSubstr("we look further")), HasSubstr("suspended"),
                                    Not(HasSubstr("it may go on"))))
        << other;
  }
}

TEST_F(SeenTest, AWithdrawnKeyIsToldAndAChangeOfRulesIsNot) {
  asked();
  ASSERT_EQ(decided("US/SecDef", plan_of(DecisionOutcome::Approve, "approved")), "");
  ASSERT_EQ(granted(), "");
  drill_.pass(60);
  kernel::KeyWithdrawalBody body;
  body.key = drill_.key("US/SecDef").public_key();
  body.suspected_since = testing::time("2025-06-01T00:00:00Z");
  body.text = "the laptop was stolen";
  ASSERT_EQ(rule_of(withdraw_key(instance(), {drill_.key("US/root"), "US/root"}, body)), "");
  EXPECT_THAT(shown("UA/Staff"),
              AllOf(HasSubstr("a key that signed what it rests on was withdrawn as suspected"),
                    Not(HasSubstr("a change of rules")), Not(HasSubstr("laptop"))));
}

TEST_F(SeenTest, AChangeOfRulesIsItsAuthoritysOwnAffair) {
  asked();
  ASSERT_EQ(decided("US/SecDef", plan_of(DecisionOutcome::Approve, "approved")), "");
  ASSERT_EQ(granted(), "");
  const testing::Folder folder;
  folder.write({{"US-9.json", testing::directive("US-9", "US/SecDef")},
                {"US-9.cedar", "forbid (principal, action, resource);"}});
  base::Report report({}, "changes");
  const auto plan = read_changes(testing::json(R"({"directives": ["US-9.json"]})"), report,
                                 registry::PartyId("US"), folder.path());
  ASSERT_TRUE(plan.has_value());
  drill_.pass(60);
  ASSERT_EQ(rule_of(issue(instance(), registry::PartyId("US"), plan.value(), drill_.keys(),
                          drill_.now())),
            "");
  drill_.pass(60);
  EXPECT_THAT(shown("UA/Staff"), AllOf(HasSubstr("suspended since"), HasSubstr("a change of rules"),
                                       Not(HasSubstr("US-9"))));
  EXPECT_THAT(shown("US/SecDef"), HasSubstr("prohibited under the rules in force"));
}

TEST_F(SeenTest, TheRequesterSeesItsOwnEarlierVersionsAndNothingSaidOfThem) {
  asked();
  drill_.pass(60);
  ASSERT_EQ(
      rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(3), "one more")),
      "");
  EXPECT_THAT(shown("UA/Staff"),
              AllOf(HasSubstr("this is version 2: \"one more\""), HasSubstr("use 3 M"),
                    HasSubstr("version 1, which binds no more"), HasSubstr("use 2 M"),
                    Not(HasSubstr("no objection"))));
  EXPECT_THAT(shown("US/SecDef"),
              AllOf(HasSubstr("version 1, which binds no more"), HasSubstr("no objection")));
}

// Nothing changed: nobody is told that something did, whatever of the rules they see.
TEST_F(SeenTest, NobodyIsToldOfAChangeThatWasNone) {
  asked();
  for (const char* office : {"US/clerk", "GB/clerk", "US/SecDef", "US/Legal", "UA/Staff"}) {
    EXPECT_THAT(shown(office), Not(HasSubstr("since then"))) << office;
  }
}

TEST_F(SeenTest, ClocksAreTheirOwnLanes) {
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  EXPECT_THAT(shown("US/Legal"), HasSubstr("waits for the advice of US/USDP (US-2, review) since"));
  for (const char* other : {"UA/Staff", "GB/MoD", "US/clerk"}) {
    EXPECT_THAT(shown(other), Not(HasSubstr("US/USDP"))) << other;
  }
}

}  // namespace
}  // namespace countersign::casework
