// SPDX-License-Identifier: Apache-2.0
// Who acts while an office's holder is away, who is passed over, and how it shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/exchange.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::HasSubstr;
using testing::rule_of;

const kernel::CaseId kCase("C");

// The Deputy, then Legal, then the Registrar act for SecDef; Legal, who may only advise, is named
// for the office it acts for all the same.
testing::Files with_succession() {
  testing::Files files = testing::small_directory();
  std::string& charter = files["authorities/US/charter.json"];
  const std::string office = R"({"id": "US/SecDef", "rank": 1, "may": ["issue", "decide"])";
  charter.replace(charter.find(office), office.size(),
                  office + R"(, "succession": ["US/Deputy", "US/Legal", "US/Registrar"])");
  return files;
}

class ActingTest : public ::testing::Test {
 protected:
  ActingTest() : drill_(with_succession()) {}

  Instance& instance() { return drill_.instance(); }
  std::string away(const std::string& by, const std::string& office,
                   const std::string& until = "2025-06-10") {
    drill_.pass(60);
    return rule_of(give_absence(instance(), {drill_.key(by), by}, registry::OfficeId(office),
                                {drill_.now(), testing::time(until)}, "on leave"));
  }
  std::string back(const std::string& by, const std::string& office) {
    drill_.pass(60);
    return rule_of(
        give_return(instance(), {drill_.key(by), by}, registry::OfficeId(office), "back"));
  }
  void ask_and_advise() {
    drill_.pass(60);
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
    ASSERT_EQ(advise_as("US/USDP"), "");
  }
  std::string advise_as(const std::string& office) {
    drill_.pass(60);
    return rule_of(advise(instance(), drill_.by(office), kCase,
                          {kernel::AdviceView::Concur, {}, "no objection"}));
  }
  std::string decide_as(const std::string& office, const std::string& acting_for,
                        std::optional<registry::GrantId> resumes = std::nullopt) {
    drill_.pass(60);
    Actor actor = drill_.by(office);
    if (!acting_for.empty()) actor.acting_for = registry::OfficeId(acting_for);
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.resumes = std::move(resumes);
    return rule_of(decide(instance(), actor, kCase, plan));
  }
  std::string shown() {
    std::string text;
    instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }
  // Verified as a stranger would; the consents as the bundle names them.
  std::string verified(const kernel::Audience& audience) {
    const auto seen = testing::verified(instance(), registry::GrantId("C/G1"), audience);
    if (!seen) return seen.error().rule + ": " + seen.error().message;
    std::string offices;
    for (const auto& consent : seen.value().consents) offices += offices_of(consent);
    return offices;
  }

  Drill drill_;
};

TEST_F(ActingTest, TheNextInSuccessionActsAndItShows) {
  ask_and_advise();
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef"), "not-absent");
  ASSERT_EQ(away("US/SecDef", "US/SecDef"), "");
  EXPECT_THAT(shown(), HasSubstr("US/SecDef is away until 2025-06-10"));
  EXPECT_THAT(shown(), HasSubstr("US/Deputy acts for it in this case"));
  EXPECT_EQ(decide_as("US/USDP", "US/SecDef"), "not-in-succession");
  EXPECT_EQ(decide_as("US/Legal", "US/SecDef"), "not-your-turn");
  EXPECT_EQ(decide_as("US/Deputy", ""), "not-required");
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef"), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_THAT(shown(), HasSubstr("US/SecDef (US/Deputy acting)"));
  const std::string expected = "US/SecDef (US/Deputy acting)";
  EXPECT_EQ(verified(kernel::Audience::overseer()), expected);
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("US"))), expected);
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("GB"))), expected);
  EXPECT_EQ(verified(kernel::Audience::holder()), expected);
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ActingTest, WhoAdvisedIsPassedOver) {
  ask_and_advise();
  ASSERT_EQ(away("US/SecDef", "US/SecDef"), "");
  ASSERT_EQ(advise_as("US/Legal"), "");
  ASSERT_EQ(away("US/Deputy", "US/Deputy"), "");
  // The Deputy is away, Legal advised: the Registrar acts.
  EXPECT_THAT(shown(), HasSubstr("US/Registrar acts for it in this case"));
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef"), "absent");
  EXPECT_EQ(decide_as("US/Legal", "US/SecDef"), "adviser-decides");
  EXPECT_EQ(decide_as("US/Registrar", "US/SecDef"), "");
  drill_.pass(60);
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_EQ(verified(kernel::Audience::overseer()), "US/SecDef (US/Registrar acting)");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ActingTest, WhoDecidedAnEarlierVersionIsPassedOverForAdvice) {
  testing::Files files = testing::small_directory();
  std::string& charter = files["authorities/US/charter.json"];
  const std::string office = R"({"id": "US/USDP", "rank": 3, "may": ["issue", "advise"])";
  charter.replace(charter.find(office), office.size(),
                  office + R"(, "succession": ["US/Deputy", "US/Legal"])");
  Drill drill(files);
  drill.pass(60);
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Return;
  plan.text = "say how many";
  ASSERT_EQ(rule_of(decide(drill.instance(), drill.by("US/Deputy"), kCase, plan)), "");
  ASSERT_EQ(
      rule_of(amend(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m(1), "one")),
      "");
  ASSERT_EQ(rule_of(give_absence(drill.instance(), {drill.key("US/USDP"), "US/USDP"},
                                 registry::OfficeId("US/USDP"),
                                 {drill.now(), testing::time("2025-06-10")}, "on leave")),
            "");
  const auto advise_for = [&](const std::string& by) {
    Actor actor = drill.by(by);
    actor.acting_for = registry::OfficeId("US/USDP");
    return rule_of(
        advise(drill.instance(), actor, kCase, {kernel::AdviceView::Concur, {}, "agreed"}));
  };
  EXPECT_EQ(advise_for("US/Deputy"), "adviser-decided");
  EXPECT_EQ(advise_for("US/Legal"), "");
}

TEST_F(ActingTest, WhoIsAwaySignsNothingUntilBack) {
  ask_and_advise();
  ASSERT_EQ(away("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(decide_as("US/SecDef", ""), "absent");
  EXPECT_EQ(away("US/SecDef", "US/SecDef"), "absent-already");
  EXPECT_EQ(back("US/Deputy", "US/SecDef"), "not-your-office");
  EXPECT_EQ(back("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(back("US/SecDef", "US/SecDef"), "no-absence");
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef"), "not-absent");
  EXPECT_EQ(decide_as("US/SecDef", ""), "");
}

TEST_F(ActingTest, AnAbsenceEndsByItselfAndMakesNobodyAnOfficeholder) {
  ask_and_advise();
  EXPECT_EQ(away("US/Deputy", "US/SecDef"), "not-your-office");
  EXPECT_EQ(away("US/SecDef", "US/SecDef", "2025-05-01"), "body");
  EXPECT_EQ(rule_of(give_absence(instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                 registry::OfficeId("US/SecDef"),
                                 {testing::time("2025-05-01"), testing::time("2025-05-10")}, "")),
            "in-the-past");
  ASSERT_EQ(away("US/root", "US/SecDef"), "");
  // In its own name the key of the Deputy is still no key of SecDef.
  EXPECT_EQ(rule_of(decide(instance(), {drill_.key("US/Deputy"), registry::OfficeId("US/SecDef")},
                           kCase, {kernel::DecisionOutcome::Approve, {}, "", {}, {}})),
            "not-the-office");
  drill_.at("2025-06-10");
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef"), "not-absent");
  EXPECT_EQ(decide_as("US/SecDef", ""), "");
}

TEST_F(ActingTest, OnePersonCountsOnceHoweverTheyAct) {
  testing::Files files = with_succession();
  files["authorities/US/directives/US-2.cedar"] = R"(@procedure("review")
    forbid (principal, action == Action::"use", resource)
    when { context.touches.contains(Region::"RU") }
    unless { context.approvals.containsAll([Office::"US/SecDef", Office::"US/Deputy"]) };)";
  Drill drill(files);
  Instance& two = drill.instance();
  const auto step = [&] { drill.pass(60); };
  step();
  ASSERT_EQ(rule_of(ask(two, drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  ASSERT_EQ(rule_of(advise(two, drill.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "no objection"})),
            "");
  ASSERT_EQ(rule_of(give_absence(two, {drill.key("US/SecDef"), "US/SecDef"},
                                 registry::OfficeId("US/SecDef"),
                                 {drill.now(), testing::time("2025-06-10")}, "")),
            "");
  const DecisionPlan approve{kernel::DecisionOutcome::Approve, {}, "", {}, {}};
  step();
  ASSERT_EQ(rule_of(decide(two, drill.by("US/Deputy"), kCase, approve)), "");
  Actor acting = drill.by("US/Deputy");
  acting.acting_for = registry::OfficeId("US/SecDef");
  EXPECT_EQ(rule_of(decide(two, acting, kCase, approve)), "one-person");
  // Who has approved already is passed over: the next acts.
  Actor next = drill.by("US/Legal");
  next.acting_for = registry::OfficeId("US/SecDef");
  step();
  EXPECT_EQ(rule_of(decide(two, next, kCase, approve)), "");
  step();
  EXPECT_EQ(rule_of(grant(two, kCase)), "");
}

TEST_F(ActingTest, WhoActsMayResumeSinceTheIssue) {
  testing::granted(drill_, "C");
  const registry::GrantId id("C/G1");
  ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Suspend,
                                 {id, "a doubt"})),
            "");
  ASSERT_EQ(away("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(decide_as("US/Deputy", "US/SecDef", id), "");
  EXPECT_EQ(verified(kernel::Audience::holder()), "US/SecDef");
  EXPECT_EQ(verified(kernel::Audience::overseer()), "US/SecDef");
  EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("GB"))), "US/SecDef");
  EXPECT_EQ(testing::unsound(drill_), "");
}

}  // namespace
}  // namespace countersign::casework
