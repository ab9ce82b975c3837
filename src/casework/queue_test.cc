// SPDX-License-Identifier: Apache-2.0
// What waits for an office: everything that is its to do, and nothing that it may not see.
#include "casework/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/checks.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using kernel::CaseId;
using kernel::DecisionOutcome;
using registry::OfficeId;
using ::testing::AllOf;
using testing::Drill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rule_of;

const CaseId kCase("C");
const registry::GrantId kGrant("C/G1");

// SecDef may be stood in for by the Deputy, who may consent in an emergency; Watch oversees. What
// is secret only SecDef reads.
testing::Files directory() {
  testing::Files files = testing::small_directory();
  const auto put = [&files](const std::string& file, const std::string& from,
                            const std::string& to) {
    std::string& text = files[file];
    CHECK(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
  };
  put("vocabulary.json", R"("categories")", R"("levels": [{"id": "secret"}], "categories")");
  put("authorities/US/charter.json", R"("may": ["issue", "decide"]})",
      R"("may": ["issue", "decide"], "cleared": "secret", "succession": ["US/Deputy"]},
         {"id": "US/Watch", "rank": 5, "may": ["oversee"]})");
  put("authorities/UA/charter.json", R"("may": ["request"]})",
      R"("may": ["request"], "cleared": "secret"})");
  std::string& directive = files["authorities/US/directives/US-2.json"];
  directive.insert(directive.rfind('}'), R"(, "emergency": {"offices": ["US/Deputy"], "hours": 6,
    "review_within_hours": 48})");
  return files;
}

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() : drill_(directory()) { drill_.pass(60); }

  Instance& instance() { return drill_.instance(); }
  void asked(const base::Json& request = testing::use_of_m()) {
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, request)), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
    drill_.pass(60);
  }
  std::string decide_as(const std::string& office, const DecisionPlan& plan) {
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  std::string decide_as(const std::string& office, DecisionOutcome outcome) {
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = "for the requester";
    return decide_as(office, plan);
  }
  // What it says for people, as the office itself sees it, or as another.
  std::string queue(const std::string& office, const std::string& as = {}) {
    std::string text;
    instance().look([&](const kernel::State& state) {
      const auto reader = Reader::as(state, as.empty() ? office : as);
      ASSERT_TRUE(reader) << as;
      const auto waiting = queue_of(reader.value(), state, OfficeId(office));
      text = waiting ? describe_queue(OfficeId(office), waiting.value(), state.now())
                     : waiting.error().message;
    });
    return text;
  }
  std::vector<std::string> awaited(const std::string& office) {
    std::vector<std::string> kinds;
    instance().look([&](const kernel::State& state) {
      const auto waiting = own_queue_of(state, OfficeId(office));
      ASSERT_TRUE(waiting) << office;
      for (const Waiting& each : waiting.value()) kinds.push_back(each.awaits);
    });
    return kinds;
  }

  Drill drill_;
};

TEST_F(QueueTest, ADenialToBeLookedAtAgainWaitsForWhoMayAnswer) {
  asked();
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
  EXPECT_THAT(awaited("US/Deputy"), IsEmpty());
  ASSERT_EQ(rule_of(ask_again(instance(), drill_.by("UA/Staff"), kCase, "please")), "");
  EXPECT_THAT(queue("US/Deputy"),
              HasSubstr("waits for your answer to whether the denial in entry"));
  EXPECT_THAT(awaited("US/SecDef"), IsEmpty());
  EXPECT_THAT(awaited("GB/MoD"), IsEmpty());
  ASSERT_EQ(rule_of(answer_again(instance(), drill_.by("US/Deputy"), kCase,
                                 {kernel::ReconsideredOutcome::Uphold, "as before", {}, {}})),
            "");
  EXPECT_THAT(awaited("US/Deputy"), IsEmpty());
}

TEST_F(QueueTest, AnEmergencyWaitsForItsReviewBySomebodyElse) {
  asked();
  DecisionPlan plan;
  plan.outcome = DecisionOutcome::Emergency;
  plan.provisos.quantity = 1;
  plan.provisos.window = base::Period{drill_.now(), {drill_.now().unix_ms + 5 * 3'600'000}};
  plan.text = "an emergency";
  plan.review_by = base::Instant{drill_.now().unix_ms + 24 * 3'600'000};
  ASSERT_EQ(decide_as("US/Deputy", plan), "");
  EXPECT_THAT(awaited("US/Watch"), ElementsAre("review"));
  EXPECT_THAT(awaited("US/Deputy"), IsEmpty());
  EXPECT_THAT(queue("US/Watch"), HasSubstr("due in 1 day"));
  drill_.pass(30 * 3600);
  EXPECT_THAT(queue("US/Watch"), AllOf(HasSubstr("your review of what US/Deputy consented to"),
                                       HasSubstr("overdue by 6 hours")));
  ASSERT_EQ(rule_of(review(instance(), drill_.by("US/Watch"), kCase, "in order")), "");
  EXPECT_THAT(awaited("US/Watch"), IsEmpty());
}

TEST_F(QueueTest, ChecksAndDiscrepanciesWaitForWhoIsNamed) {
  const auto grant = testing::granted(drill_, "C");
  ASSERT_EQ(grant, kGrant);
  ASSERT_EQ(rule_of(request_check(instance(), drill_.by("US/SecDef"),
                                  {kGrant, OfficeId("US/Registrar"),
                                   testing::time("2025-06-20T00:00:00Z"), "where is it?"})),
            "");
  // Though it has no power to look into cases otherwise.
  EXPECT_THAT(queue("US/Registrar"), HasSubstr("your end-use check of C/G1"));
  EXPECT_THAT(awaited("US/Legal"), IsEmpty());
  drill_.at("2025-06-21T00:00:00Z");
  EXPECT_THAT(queue("US/Registrar"), HasSubstr("overdue by 1 day"));
  kernel::Position request = 0;
  instance().look([&](const kernel::State& state) {
    request = state.find(kGrant)->checks.front().requested.position;
  });
  ASSERT_EQ(rule_of(record_check(
                instance(), drill_.by("US/Registrar"),
                {kGrant, request, drill_.now(), kernel::CheckFinding::Discrepancy, "it is gone"})),
            "");
  EXPECT_THAT(awaited("US/Registrar"), IsEmpty());
  // US-2 names USDP to close discrepancies.
  EXPECT_THAT(queue("US/USDP"),
              HasSubstr("your closing of the discrepancy under C/G1 that a check found"));
  EXPECT_THAT(awaited("US/SecDef"), IsEmpty());
  EXPECT_THAT(awaited("GB/MoD"), IsEmpty());
}

TEST_F(QueueTest, TheHolderIsToldWhatItHasToTakeNoteOf) {
  kernel::Provisos provisos;
  provisos.text = {"tell us the day before"};
  testing::granted(drill_, "C", provisos);
  EXPECT_THAT(queue("UA/Staff"), HasSubstr("your word that you have read the conditions of C/G1"));
  ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Revoke,
                                 {kGrant, "over"})),
            "");
  EXPECT_THAT(queue("UA/Staff"), HasSubstr("your word that you know C/G1 is revoked"));
  const auto body = to_acknowledge(instance(), kGrant);
  ASSERT_TRUE(body);
  ASSERT_EQ(rule_of(acknowledge(instance(), drill_.by("UA/Staff"), body.value())), "");
  EXPECT_THAT(awaited("UA/Staff"), IsEmpty());
}

TEST_F(QueueTest, WhoActsForAnAbsentOfficeFindsItsWork) {
  asked();
  EXPECT_THAT(awaited("US/Deputy"), IsEmpty());
  ASSERT_EQ(rule_of(give_absence(instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                 OfficeId("US/SecDef"),
                                 {drill_.now(), testing::time("2025-06-10T00:00:00Z")}, "away")),
            "");
  EXPECT_THAT(queue("US/Deputy"), HasSubstr("waits for the decision of US/SecDef, for which you "
                                            "act while its holder is away"));
  EXPECT_THAT(queue("US/SecDef"), HasSubstr("while you are away US/Deputy acts for you"));
  EXPECT_THAT(awaited("US/Legal"), IsEmpty());
  instance().look([&](const kernel::State& state) {
    const auto waiting = own_queue_of(state, OfficeId("US/Deputy"));
    ASSERT_TRUE(waiting);
    EXPECT_EQ(write(waiting.value()).find("waiting")->items.at(0).find("acting_for")->text,
              "US/SecDef");
  });
  ASSERT_EQ(rule_of(give_return(instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                OfficeId("US/SecDef"), "back")),
            "");
  EXPECT_THAT(awaited("US/Deputy"), IsEmpty());
}

// That something waits is told; what a marking keeps from the office is not.
TEST_F(QueueTest, WhatIsMarkedIsNotShownInIt) {
  base::Json request = testing::use_of_m();
  request.members.push_back(
      {"marking", {}, testing::json(R"({"level": "secret", "releasable_to": ["US"]})")});
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, request)), "");
  EXPECT_THAT(queue("US/USDP"),
              AllOf(HasSubstr("C: waits for your advice"),
                    HasSubstr("what is asked is not shown to you"), Not(HasSubstr("use 2 M"))));
  EXPECT_THAT(queue("US/USDP", "US/SecDef"), HasSubstr("UA asks to use 2 M"));
  EXPECT_THAT(queue("US/SecDef", "US/USDP"), Not(HasSubstr("use 2 M")));
  instance().look([&](const kernel::State& state) {
    const auto waiting = own_queue_of(state, OfficeId("US/USDP"));
    ASSERT_TRUE(waiting);
    EXPECT_EQ(write(waiting.value()).find("waiting")->items.at(0).find("request"), nullptr);
  });
  // Another authority's desk is its own affair, with or without work on it.
  for (const char* other : {"GB/MoD", "UA/Staff", "FR/Registrar", "US/clerk"}) {
    EXPECT_EQ(queue("US/USDP", other), "nothing waits for US/USDP") << other;
  }
}

TEST_F(QueueTest, NamesTheOfficeThatIsMeant) {
  for (const char* name : {"US/SecDeff", "US/clerk", "US"}) {
    instance().look([&](const kernel::State& state) {
      const auto waiting = own_queue_of(state, OfficeId(name));
      ASSERT_FALSE(waiting) << name;
      EXPECT_EQ(waiting.error().rule, "unknown-office");
      EXPECT_EQ(waiting.error().where, "office");
    });
  }
  instance().look([](const kernel::State& state) {
    EXPECT_THAT(own_queue_of(state, OfficeId("US/SecDeff")).error().message,
                HasSubstr("did you mean `US/SecDef`?"));
  });
}

}  // namespace
}  // namespace countersign::casework
