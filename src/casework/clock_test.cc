// SPDX-License-Identifier: Apache-2.0
// Deadlines in an instance: what stays when time has passed, what is told, and what is proved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/clock_words.h"
#include "casework/exchange.h"
#include "casework/queue.h"
#include "casework/reader.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");

// US gives USDP 48 hours for its advice and the decision 72, with these words for silence.
testing::Files with_deadlines(const std::string& advice, const std::string& decision,
                              const std::string& more = "") {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-2.json"] = testing::directive(
      "US-2", "US/USDP",
      more + R"(, "procedures": [{"id": "review", "advice": [{"office": "US/USDP", "demand": "in",
        "deadline": {"hours": 48}, "on_silence": )" +
          advice + R"(}], "deadline": {"hours": 72}, "on_silence": )" + decision + "}]");
  return files;
}

class ClockTest : public ::testing::Test {
 protected:
  explicit ClockTest(const testing::Files& files = with_deadlines(R"("go_on")", R"("refuse")"))
      : drill_(files) {
    drill_.at("2025-06-02T00:00:00Z");
    CHECK(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())).empty());
  }

  Instance& instance() { return drill_.instance(); }
  std::string approve() {
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    return rule_of(decide(instance(), drill_.by("US/SecDef"), kCase, plan));
  }
  // What `tell` makes of the case, as of the drill's time.
  template <class Tell>
  auto told(const Tell& tell) {
    std::optional<decltype(tell(std::declval<const kernel::State&>(),
                                std::declval<const kernel::Case&>()))>
        answer;
    instance().look([&](const kernel::State& state) { answer = tell(state, *state.find(kCase)); });
    return *std::move(answer);
  }
  std::string shown() {
    return told([](const kernel::State& state, const kernel::Case& of) {
      return describe_case(state, of);
    });
  }
  // `case show --as`.
  std::string seen_by(const std::string& office) {
    return told([&](const kernel::State& state, const kernel::Case& of) {
      return describe_case(state, *Reader::as(state, office).value().look(state, of));
    });
  }
  std::vector<Waiting> queue(const std::string& office) {
    return told([&](const kernel::State& state, const kernel::Case&) {
      return own_queue_of(state, registry::OfficeId(office)).value();
    });
  }

  Drill drill_;
};

TEST_F(ClockTest, WhatSilenceRefusedStaysRefused) {
  drill_.at("2025-06-06T23:59:59Z");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Pending);
  drill_.at("2025-06-07T00:00:00Z");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Denied);
  EXPECT_EQ(approve(), "case-closed");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "refused-by-silence");
  EXPECT_EQ(rule_of(query(instance(), drill_.by("US/USDP"), kCase, "late?")), "case-closed");
  EXPECT_THAT(shown(), HasSubstr("US/SecDef kept silent until the time was over at 2025-06-07"));
  EXPECT_THAT(queue("US/SecDef"), IsEmpty());
  EXPECT_EQ(testing::unsound(drill_), "");
  // Nor does a directive that comes later undo it.
  IssuePlan plan;
  plan.endings.push_back({registry::RecordKind::Directive, "US-2", std::nullopt});
  ASSERT_EQ(rule_of(issue(instance(), registry::PartyId("US"), plan, drill_.keys(), drill_.now())),
            "");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Denied);
}

TEST_F(ClockTest, ADenialThatWasSetAsideMeetsNoDeadline) {
  drill_.pass(3600);
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Deny;
  plan.text = "no";
  ASSERT_EQ(rule_of(decide(instance(), drill_.by("US/SecDef"), kCase, plan)), "");
  ASSERT_EQ(rule_of(ask_again(instance(), drill_.by("UA/Staff"), kCase, "look again")), "");
  drill_.pass(3600);
  ASSERT_EQ(rule_of(answer_again(instance(), drill_.by("US/Deputy"), kCase,
                                 {kernel::ReconsideredOutcome::SetAside, "right", {}, {}})),
            "");
  drill_.pass(200 * 3600);
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "refused-by-silence");
}

// GB must approve within 24 hours too.
testing::Files with_two_deadlines() {
  testing::Files files = with_deadlines(R"("go_on")", R"("wait")");
  files["authorities/GB/directives/GB-1.json"] =
      testing::directive("GB-1", "GB/MoD", R"(, "procedures": [{"id": "look", "advice": [],
        "deadline": {"hours": 24}, "on_silence": "refuse"}])");
  files["authorities/GB/directives/GB-1.cedar"] = R"(permit (principal, action, resource);
    @procedure("look") forbid (principal, action == Action::"use", resource)
    unless { context.approvals.contains(Office::"GB/MoD") };)";
  return files;
}

class TwoClocksTest : public ClockTest {
 protected:
  TwoClocksTest() : ClockTest(with_two_deadlines()) {}

  std::string decide_as(const std::string& office, kernel::DecisionOutcome outcome) {
    DecisionPlan plan;
    plan.outcome = outcome;
    if (outcome != kernel::DecisionOutcome::Approve) plan.text = "not like this";
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  std::string advise_now() {
    return rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                          {kernel::AdviceView::Concur, {}, "no objection"}));
  }
  // Denied an hour after it was asked, for 40 hours.
  void deny_and_set_aside() {
    drill_.pass(3600);
    ASSERT_EQ(decide_as("US/SecDef", kernel::DecisionOutcome::Deny), "");
    ASSERT_EQ(rule_of(ask_again(instance(), drill_.by("UA/Staff"), kCase, "look again")), "");
    drill_.pass(40 * 3600);
    ASSERT_EQ(rule_of(answer_again(instance(), drill_.by("US/Deputy"), kCase,
                                   {kernel::ReconsideredOutcome::SetAside, "right", {}, {}})),
              "");
  }
  void expect_granted_and_proved() {
    ASSERT_EQ(advise_now(), "");
    ASSERT_EQ(decide_as("US/SecDef", kernel::DecisionOutcome::Approve), "");
    ASSERT_EQ(decide_as("GB/MoD", kernel::DecisionOutcome::Approve), "");
    ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
    for (const auto& audience :
         {kernel::Audience::overseer(), kernel::Audience::of(registry::PartyId("US")),
          kernel::Audience::of(registry::PartyId("GB")), kernel::Audience::holder()}) {
      const auto seen = testing::verified(instance(), registry::GrantId("C/G1"), audience);
      EXPECT_TRUE(seen.has_value()) << seen.error().rule << ": " << seen.error().message;
    }
    EXPECT_EQ(testing::unsound(drill_), "");
  }
};

TEST_F(TwoClocksTest, ADenialThatDidNotLastStopsTheOthersClock) {
  deny_and_set_aside();
  drill_.pass(20 * 3600);
  expect_granted_and_proved();
}

TEST_F(TwoClocksTest, AndRunsOnWhenTheCaseIsOpenAgain) {
  deny_and_set_aside();
  drill_.pass(23 * 3600);
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Denied);
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "refused-by-silence");
}

// In each lane's own bundle too, which sees of another's return no more than that.
TEST_F(TwoClocksTest, AReturnStopsThemForTheVersionReturned) {
  drill_.pass(3600);
  ASSERT_EQ(decide_as("US/SecDef", kernel::DecisionOutcome::Return), "");
  drill_.pass(40 * 3600);
  ASSERT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(1), "one")),
            "");
  drill_.pass(3600);
  expect_granted_and_proved();
}

TEST_F(ClockTest, AdviceLetGoIsProvedWithTheGrant) {
  drill_.at("2025-06-03T23:59:59Z");
  EXPECT_EQ(approve(), "advice-missing");
  drill_.at("2025-06-04T00:00:00Z");
  ASSERT_EQ(approve(), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_THAT(shown(), HasSubstr("no advice: US/USDP kept silent"));
  for (const auto& audience :
       {kernel::Audience::overseer(), kernel::Audience::of(registry::PartyId("US")),
        kernel::Audience::holder()}) {
    const auto verified = testing::verified(instance(), registry::GrantId("C/G1"), audience);
    EXPECT_TRUE(verified.has_value()) << verified.error().message;
  }
}

TEST_F(ClockTest, LateAdviceIsHeardAllTheSame) {
  drill_.at("2025-06-04T01:00:00Z");
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::DoNotConcur, {}, "not this"})),
            "");
  EXPECT_EQ(approve(), "override-missing");
}

TEST_F(ClockTest, ItSaysSinceWhenUntilWhenAndWhatStoppedIt) {
  EXPECT_THAT(shown(), HasSubstr("waits for the advice of US/USDP (US-2, review) since "
                                 "2025-06-02T00:00:00Z; due 2025-06-04T00:00:00Z, in 2 days"));
  drill_.at("2025-06-03T00:00:00Z");
  ASSERT_EQ(rule_of(query(instance(), drill_.by("US/USDP"), kCase, "which?")), "");
  drill_.at("2025-06-03T12:30:00Z");
  EXPECT_THAT(shown(), HasSubstr("its clock stands still by the query at entry"));
  EXPECT_THAT(shown(), HasSubstr("for 12 hours 30 minutes so far"));
  EXPECT_TRUE(queue("US/USDP").at(0).stopped);
  ASSERT_EQ(rule_of(answer(instance(), drill_.by("UA/Staff"), kCase, {{}, "that"})), "");
  EXPECT_THAT(shown(), HasSubstr("due 2025-06-04T12:30:00Z"));
  EXPECT_THAT(shown(), HasSubstr("its clock stood still for 12 hours 30 minutes"));
  const base::Json clocks = told(
      [](const kernel::State& state, const kernel::Case& of) { return clocks_json(state, of); });
  const base::Json& stage = clocks.find("US")->items.at(0);
  EXPECT_EQ(stage.find("paused_ms")->integer, 45'000'000);
  EXPECT_EQ(stage.find("running_ms")->integer, 86'400'000);
  EXPECT_EQ(stage.find("state")->text, "waiting");
}

TEST_F(ClockTest, TheRequesterSeesNoTimeThatIsNotAnnounced) {
  const std::string seen = seen_by("UA/Staff");
  EXPECT_THAT(seen, Not(HasSubstr("US-2")));
  EXPECT_THAT(seen, Not(HasSubstr("US/USDP")));
  EXPECT_THAT(seen, Not(HasSubstr("48 hours")));
}

class EscalationTest : public ClockTest {
 protected:
  EscalationTest()
      : ClockTest(with_deadlines(R"({"escalate": "US/SecDef"})", R"("wait")",
                                 R"(, "announced": true)")) {}
};

TEST_F(EscalationTest, WhoIsToldFindsItInTheQueueTheMostOverdueFirst) {
  drill_.at("2025-06-03T00:00:00Z");
  ASSERT_EQ(
      rule_of(ask(instance(), drill_.by("UA/Staff"), kernel::CaseId("D"), testing::use_of_m())),
      "");
  EXPECT_THAT(queue("US/SecDef"), IsEmpty());
  drill_.at("2025-06-06T00:00:00Z");
  const auto told_of = queue("US/SecDef");
  ASSERT_EQ(told_of.size(), 2U);
  EXPECT_EQ(told_of[0].case_id, kCase);
  EXPECT_EQ(told_of[0].awaits, "escalated");
  EXPECT_EQ(told_of[0].overdue_ms, 48 * 3'600'000);
  EXPECT_EQ(told_of[1].overdue_ms, 24 * 3'600'000);
  const auto own = queue("US/USDP");
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own[0].awaits, "advice");
  EXPECT_THAT(shown(),
              HasSubstr("overdue by 2 days, since 2025-06-04T00:00:00Z; US/SecDef is told"));
  // Being told supplies nothing.
  EXPECT_EQ(approve(), "advice-missing");
  drill_.at("2026-06-01T00:00:00Z");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Pending);
}

TEST_F(EscalationTest, TheRequesterSeesTheTimeThatAnnouncedRulesGive) {
  const std::string seen = seen_by("UA/Staff");
  EXPECT_THAT(seen, HasSubstr("US-2 gives US/USDP time for its advice within 48 hours"));
  EXPECT_THAT(seen, HasSubstr("until 2025-06-04T00:00:00Z"));
  EXPECT_THAT(seen, HasSubstr("US-2 gives US time for its decision"));
  // Whether the advice came is not shown.
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "fine"})),
            "");
  EXPECT_EQ(seen_by("UA/Staff"), seen);
}

TEST(Queue, TellsTheRequesterWhatWaitsForIt) {
  Drill drill;
  Instance& instance = drill.instance();
  ASSERT_EQ(rule_of(ask(instance, drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  const auto waiting = [&] {
    std::vector<Waiting> queue;
    instance.look([&](const kernel::State& state) {
      queue = own_queue_of(state, registry::OfficeId("UA/Staff")).value();
    });
    return queue;
  };
  EXPECT_THAT(waiting(), IsEmpty());
  ASSERT_EQ(rule_of(query(instance, drill.by("US/USDP"), kCase, "which?")), "");
  ASSERT_EQ(waiting().size(), 1U);
  EXPECT_EQ(waiting()[0].awaits, "answer");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Return;
  ASSERT_EQ(rule_of(decide(instance, drill.by("US/SecDef"), kCase, plan)), "");
  ASSERT_EQ(waiting().size(), 1U);
  EXPECT_EQ(waiting()[0].awaits, "amendment");
}

}  // namespace
}  // namespace countersign::casework
