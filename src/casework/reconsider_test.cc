// SPDX-License-Identifier: Apache-2.0
// Coded grounds, and a denial that is looked at again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/forgery.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using kernel::DecisionOutcome;
using kernel::ReconsideredOutcome;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");

testing::Files with_grounds() {
  testing::Files files = testing::small_directory();
  files["authorities/US/grounds.json"] = R"({"grounds": [
    {"code": "stock", "text": "the holdings do not allow it"},
    {"code": "end-use", "text": "the end use is in doubt"}]})";
  return files;
}

class ReconsiderTest : public ::testing::Test {
 protected:
  explicit ReconsiderTest(const testing::Files& files = testing::small_directory())
      : drill_(files) {}

  Instance& instance() { return drill_.instance(); }
  void ask_and_advise() {
    drill_.pass(60);
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
  }
  std::string decide_as(const std::string& office, DecisionOutcome outcome,
                        const std::string& ground = {}, const std::string& text = "not now") {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = text;
    plan.reasons.text = "for the file alone";
    plan.ground = ground;
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  std::string reconsider(const std::string& office = "UA/Staff") {
    drill_.pass(60);
    return rule_of(ask_again(instance(), drill_.by(office), kCase, "the ground has changed"));
  }
  std::string answer(const std::string& office, ReconsideredOutcome outcome,
                     const std::string& ground = {}) {
    drill_.pass(60);
    return rule_of(answer_again(instance(), drill_.by(office), kCase,
                                {outcome, "looked at again", ground, {"internal"}}));
  }
  kernel::CaseStatus status() { return drill_.case_now(kCase).status; }
  std::string verified(const kernel::Audience& audience) {
    const auto seen = testing::verified(instance(), registry::GrantId("C/G1"), audience);
    return seen ? std::string() : seen.error().rule + ": " + seen.error().message;
  }

  Drill drill_;
};

class GroundsTest : public ReconsiderTest {
 protected:
  GroundsTest() : ReconsiderTest(with_grounds()) {}
};

TEST_F(GroundsTest, WhereThereIsAListADenialNamesAGroundOfIt) {
  ask_and_advise();
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "ground-missing");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny, "weather"), "ground-unknown");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny, "stock", ""), "ground-missing");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny, "stock"), "");
  const kernel::Decision denial =
      drill_.case_now(kCase).lanes.at(registry::PartyId("US")).decisions.back();
  EXPECT_EQ(denial.body.ground, "stock");
  // The signed bytes show the requester the ground and the text, and of the reasons a commitment.
  const std::string body = base::write_json(kernel::DecisionBody::write(denial.body));
  EXPECT_THAT(body, HasSubstr("not now"));
  EXPECT_THAT(body, Not(HasSubstr("for the file alone")));
}

TEST_F(GroundsTest, ActsThatSayNoNameOneToo) {
  const registry::GrantId id = testing::granted(drill_, "C");
  const auto act = [&](kernel::EntryKind kind, const std::string& ground) {
    drill_.pass(60);
    return rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kind,
                                {id, "stop", ground, std::nullopt}, {"internal"}));
  };
  EXPECT_EQ(act(kernel::EntryKind::Suspend, ""), "ground-missing");
  EXPECT_EQ(act(kernel::EntryKind::Suspend, "end-use"), "");
  EXPECT_EQ(act(kernel::EntryKind::Revoke, "weather"), "ground-unknown");
  EXPECT_EQ(act(kernel::EntryKind::Revoke, "end-use"), "");
  EXPECT_THAT(verified(kernel::Audience::holder()), HasSubstr("revoked"));
  // GB has no list: its acts need no ground.
  EXPECT_EQ(testing::unsound(drill_), "");
}

// The list is held against what was entered, too.
TEST_F(GroundsTest, ALedgerThatLeavesOneOutDoesNotFold) {
  const registry::GrantId id = testing::granted(drill_, "C");
  drill_.pass(60);
  ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Suspend,
                                 {id, "stop", "end-use", std::nullopt})),
            "");
  testing::Forgery forged(drill_, id);
  ASSERT_TRUE(forged.folded(instance()).has_value());
  forged.restate(
      forged.size() - 1, drill_.key("US/SecDef"), [](kernel::StatementHead&, base::Json& body) {
        std::erase_if(body.members, [](const auto& each) { return each.name == "ground"; });
      });
  const auto folded = forged.folded(instance());
  ASSERT_FALSE(folded.has_value());
  EXPECT_EQ(folded.error().rule, "ground-missing");
}

TEST_F(GroundsTest, AnOverrideNamesOne) {
  drill_.pass(60);
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::DoNotConcur, {}, "no"})),
            "");
  const auto over = [&](const std::string& ground) {
    drill_.pass(60);
    return rule_of(override_advice(instance(), drill_.by("US/SecDef"), kCase,
                                   registry::OfficeId("US/USDP"), "I see it otherwise",
                                   std::nullopt, ground));
  };
  EXPECT_EQ(over(""), "ground-missing");
  EXPECT_EQ(over("stock"), "");
}

TEST_F(ReconsiderTest, WithoutAListNoneIsDemanded) {
  ask_and_advise();
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny, "stock"), "ground-unknown");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
}

TEST_F(ReconsiderTest, ADenialStandsUntilAnotherOfficeSetsItAside) {
  ask_and_advise();
  EXPECT_EQ(reconsider(), "no-denial");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
  EXPECT_EQ(answer("US/Deputy", ReconsideredOutcome::SetAside), "not-asked");
  ASSERT_EQ(reconsider(), "");
  EXPECT_EQ(status(), kernel::CaseStatus::Denied);
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "denied");
  EXPECT_EQ(reconsider(), "reconsidered-once");
  EXPECT_EQ(answer("US/SecDef", ReconsideredOutcome::SetAside), "not-the-reconsiderer");
  EXPECT_EQ(answer("US/Deputy", ReconsideredOutcome::SetAside), "");
  EXPECT_EQ(status(), kernel::CaseStatus::Pending);
  // It is decided anew, and the denial stays visible.
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  std::string shown;
  instance().look(
      [&](const kernel::State& state) { shown = describe_case(state, *state.find(kCase)); });
  EXPECT_THAT(shown, HasSubstr("denies"));
  EXPECT_THAT(shown, HasSubstr("set aside by US/Deputy"));
  EXPECT_EQ(verified(kernel::Audience::overseer()), "");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("US"))), "");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("GB"))), "");
  EXPECT_EQ(verified(kernel::Audience::holder()), "");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ReconsiderTest, AnUpheldDenialIsFinal) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
  ASSERT_EQ(reconsider(), "");
  EXPECT_EQ(answer("US/Deputy", ReconsideredOutcome::Uphold), "");
  EXPECT_EQ(status(), kernel::CaseStatus::Denied);
  EXPECT_EQ(reconsider(), "reconsidered-once");
  EXPECT_EQ(answer("US/Deputy", ReconsideredOutcome::SetAside), "not-asked");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "case-closed");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ReconsiderTest, WhoDeniedDoesNotReconsiderInAnotherPost) {
  ask_and_advise();
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
  ASSERT_EQ(reconsider(), "");
  registry::PersonId denier;
  instance().look([&](const kernel::State& state) {
    denier =
        state.find(kCase)->lanes.at(registry::PartyId("US")).decisions.back().done.signer.person;
  });
  drill_.pass(60);
  ASSERT_EQ(rule_of(enter_appointment(instance(), registry::OfficeId("US/Deputy"), denier,
                                      drill_.key("second-key").public_key(),
                                      {drill_.now(), base::kDistantFuture}, drill_.key("US/root"))),
            "");
  EXPECT_EQ(
      rule_of(answer_again(instance(), {drill_.key("second-key"), registry::OfficeId("US/Deputy")},
                           kCase, {ReconsideredOutcome::SetAside, "again", "", ""})),
      "own-denial");
}

TEST_F(ReconsiderTest, ADirectiveNamesWhoReconsiders) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-2.json"] =
      testing::directive("US-2", "US/USDP", R"(, "reconsideration": "US/SecDef", "procedures":
      [{"id": "review", "advice": [{"office": "US/USDP", "demand": "in"}]}])");
  Drill drill(files);
  drill.pass(60);
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  DecisionPlan deny;
  deny.text = "not now";
  ASSERT_EQ(rule_of(decide(drill.instance(), drill.by("US/Deputy"), kCase, deny)), "");
  drill.pass(60);
  ASSERT_EQ(rule_of(ask_again(drill.instance(), drill.by("UA/Staff"), kCase, "again")), "");
  const ReconsideredPlan aside{ReconsideredOutcome::SetAside, "again", "", ""};
  EXPECT_EQ(rule_of(answer_again(drill.instance(), drill.by("GB/MoD"), kCase, aside)), "not-asked");
  EXPECT_EQ(rule_of(answer_again(drill.instance(), drill.by("US/SecDef"), kCase, aside)), "");
}

TEST_F(ReconsiderTest, WhereNobodyElseDecidesNobodyReconsiders) {
  drill_.pass(60);
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  ASSERT_EQ(decide_as("GB/MoD", DecisionOutcome::Deny), "");
  EXPECT_EQ(reconsider(), "nobody-reconsiders");
}

}  // namespace
}  // namespace countersign::casework
