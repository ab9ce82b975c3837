// SPDX-License-Identifier: Apache-2.0
// What comes after an approval, who may take it back, and how often one person counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");

class RecallTest : public ::testing::Test {
 protected:
  explicit RecallTest(const testing::Files& files = testing::small_directory()) : drill_(files) {
    CHECK(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())).empty());
    CHECK(advise_as("US/USDP", kernel::AdviceView::Concur).empty());
  }

  Instance& instance() { return drill_.instance(); }
  std::string advise_as(const std::string& office, kernel::AdviceView view) {
    drill_.pass(60);
    return rule_of(advise(instance(), drill_.by(office), kCase, {view, {}, "advice"}));
  }
  std::string decide_by(const Actor& actor, kernel::DecisionOutcome outcome) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    return rule_of(decide(instance(), actor, kCase, plan));
  }
  std::string approve(const std::string& office) {
    return decide_by(drill_.by(office), kernel::DecisionOutcome::Approve);
  }
  std::string recall(const std::string& office) {
    return decide_by(drill_.by(office), kernel::DecisionOutcome::Recall);
  }
  std::string shown() {
    std::string text;
    instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }

  Drill drill_;
};

TEST_F(RecallTest, WhatComesAfterAnApprovalIsNoted) {
  ASSERT_EQ(approve("US/SecDef"), "");
  EXPECT_THAT(shown(), Not(HasSubstr("note:")));
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::DoNotConcur), "");
  constexpr const char* kNote = "advice, do_not_concur, by US/USDP";
  EXPECT_THAT(shown(), HasSubstr(kNote));
  const Handled granted = grant(instance(), kCase);
  ASSERT_EQ(rule_of(granted), "");
  EXPECT_THAT(granted.value().value().notes, ElementsAre(HasSubstr(kNote)));
  // Once issued the grant is suspended or revoked, not unmade.
  EXPECT_EQ(recall("US/SecDef"), "case-closed");
}

TEST_F(RecallTest, AnOfficeTakesBackItsOwnApproval) {
  EXPECT_EQ(recall("US/SecDef"), "nothing-to-recall");
  ASSERT_EQ(approve("US/SecDef"), "");
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::DoNotConcur), "");
  EXPECT_EQ(recall("US/Deputy"), "nothing-to-recall");
  EXPECT_EQ(recall("US/USDP"), "no-power");
  EXPECT_EQ(recall("US/SecDef"), "");
  EXPECT_EQ(recall("US/SecDef"), "nothing-to-recall");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Pending);
  EXPECT_THAT(shown(), Not(HasSubstr("note:")));
  // It may approve again, on the advice as it is now.
  EXPECT_EQ(approve("US/SecDef"), "override-missing");
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::Concur), "");
  EXPECT_EQ(approve("US/SecDef"), "");
  const Handled granted = grant(instance(), kCase);
  ASSERT_EQ(rule_of(granted), "");
  EXPECT_THAT(granted.value().value().notes, IsEmpty());
  const std::string known = drill_.described();
  drill_.reopen();
  EXPECT_EQ(drill_.described(), known);
}

TEST_F(RecallTest, AProvenGrantShowsTheRecall) {
  ASSERT_EQ(approve("US/SecDef"), "");
  ASSERT_EQ(recall("US/SecDef"), "");
  ASSERT_EQ(approve("US/SecDef"), "");
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  const auto lane = [](const char* of) { return kernel::Audience::of(registry::PartyId(of)); };
  for (const kernel::Audience& audience :
       {kernel::Audience::overseer(), lane("US"), lane("GB"), kernel::Audience::holder()}) {
    const auto verified = testing::verified(instance(), registry::GrantId("C/G1"), audience);
    EXPECT_TRUE(verified.has_value()) << verified.error().message;
  }
}

testing::Files two_offices() {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-4.json"] = testing::directive("US-4", "US/SecDef");
  files["authorities/US/directives/US-4.cedar"] =
      R"(forbid (principal, action == Action::"use", resource)
    unless { context.approvals.contains(Office::"US/Deputy") };)";
  return files;
}

class OnePersonTest : public RecallTest {
 protected:
  OnePersonTest() : RecallTest(two_offices()) {
    for (const char* office : {"US/SecDef", "US/Deputy"}) {
      CHECK(rule_of(enter_appointment(instance(), registry::OfficeId(office),
                                      registry::PersonId("p-both"), key(office).public_key(),
                                      {drill_.now(), base::kDistantFuture}, drill_.key("US/root")))
                .empty());
    }
  }
  // The key of the one person, in that post.
  const seal::SigningKey& key(const std::string& office) { return drill_.key(office + "/both"); }
  std::string both(const std::string& office, kernel::DecisionOutcome outcome) {
    return decide_by({key(office), registry::OfficeId(office)}, outcome);
  }
};

TEST_F(OnePersonTest, CountsOnceAndIsToldSo) {
  ASSERT_EQ(both("US/SecDef", kernel::DecisionOutcome::Approve), "");
  EXPECT_EQ(both("US/Deputy", kernel::DecisionOutcome::Approve), "one-person");
  EXPECT_EQ(approve("US/Deputy"), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
}

TEST_F(OnePersonTest, MayChangeThePostItApprovesIn) {
  ASSERT_EQ(both("US/SecDef", kernel::DecisionOutcome::Approve), "");
  ASSERT_EQ(both("US/SecDef", kernel::DecisionOutcome::Recall), "");
  EXPECT_EQ(both("US/Deputy", kernel::DecisionOutcome::Approve), "");
  EXPECT_EQ(approve("US/SecDef"), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
}

TEST_F(RecallTest, AClaimIsOnAnItemThatSomebodyKnows) {
  kernel::ClaimBody body;
  body.item = registry::ItemId("N");
  body.text = "ours";
  EXPECT_EQ(rule_of(claim(instance(), drill_.by("FR/Registrar"), kCase, body)), "unknown-item");
  body.item = registry::ItemId("M");
  EXPECT_EQ(rule_of(claim(instance(), drill_.by("FR/Registrar"), kCase, body)), "");
}

}  // namespace
}  // namespace countersign::casework
