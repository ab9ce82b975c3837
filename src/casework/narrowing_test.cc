// SPDX-License-Identifier: Apache-2.0
// Approved for less than was asked: what becomes of the rest; and conditions that nobody removes
// without those who put them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/testing/drill.h"
#include "casework/testing/forgery.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using kernel::Audience;
using kernel::DecisionOutcome;
using kernel::GrantStatus;
using kernel::Provisos;
using kernel::Remainder;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");
const registry::GrantId kFirst("C/G1");
const registry::GrantId kSecond("C/G2");

class Narrowing : public ::testing::Test {
 protected:
  static Provisos one(std::optional<Remainder> remainder) {
    Provisos provisos;
    provisos.quantity = 1;
    provisos.remainder = remainder;
    return provisos;
  }
  std::string decide(DecisionOutcome outcome, const Provisos& provisos = {}, bool rest = true) {
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.provisos = provisos;
    plan.of_rest = rest;
    drill_.pass(60);
    return rule_of(casework::decide(drill_.instance(), drill_.by("US/SecDef"), kCase, plan));
  }
  std::string grant() { return rule_of(casework::grant(drill_.instance(), kCase)); }
  std::string draw(const registry::GrantId& grant) {
    kernel::DrawBody body;
    body.grant = grant;
    body.quantity = 1;
    body.place = geo_place();
    body.categories.emplace_back("radar");
    return rule_of(casework::draw(drill_.instance(), drill_.by("UA/Staff"), body));
  }
  static std::optional<geo::Place> geo_place() {
    base::Report report({}, "place");
    return geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"),
                            "the place", report);
  }
  kernel::GrantRecord record(const registry::GrantId& grant) {
    std::optional<kernel::GrantRecord> found;
    drill_.instance().look([&](const kernel::State& state) { found = *state.find(grant); });
    return *found;
  }
  std::string words() {
    std::string text;
    drill_.instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }
  // Empty when the bundle verifies.
  std::string verified(const registry::GrantId& grant, const Audience& audience) {
    const auto checked = testing::verified(drill_.instance(), grant, audience);
    return checked ? std::string() : checked.error().message;
  }
  void expect_all_bundles_verify(const registry::GrantId& grant) {
    for (const Audience& audience :
         {Audience::overseer(), Audience::holder(), Audience::of(registry::PartyId("US")),
          Audience::of(registry::PartyId("GB"))}) {
      EXPECT_EQ(verified(grant, audience), "") << grant.text() << " " << name_of(audience.kind);
    }
  }

  Drill drill_;
};

TEST_F(Narrowing, WhatIsLeftOpenIsDecidedLater) {
  testing::granted(drill_, "C", one(Remainder::Open));
  EXPECT_EQ(record(kFirst).scope.quantity, 1);
  EXPECT_EQ(record(kFirst).remainder, Remainder::Open);
  EXPECT_THAT(words(), HasSubstr("what C/G1 left open may be decided"));
  ASSERT_EQ(draw(kFirst), "");
  // The approval of the first grant is none of the rest.
  EXPECT_EQ(grant(), "approval-missing");
  ASSERT_EQ(decide(DecisionOutcome::Approve), "");
  ASSERT_EQ(grant(), "");
  EXPECT_EQ(record(kSecond).scope.quantity, 1);
  EXPECT_EQ(record(kSecond).after, kFirst);
  EXPECT_EQ(record(kSecond).remainder, std::nullopt);
  EXPECT_EQ(draw(kSecond), "");
  EXPECT_EQ(draw(kFirst), "exhausted");
  EXPECT_EQ(decide(DecisionOutcome::Approve), "no-remainder");
  EXPECT_EQ(grant(), "case-closed");
  expect_all_bundles_verify(kFirst);
  expect_all_bundles_verify(kSecond);
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(Narrowing, WhatIsNotLeftOpenIsRefused) {
  testing::granted(drill_, "C", one(std::nullopt));
  EXPECT_EQ(record(kFirst).remainder, Remainder::Refused);
  EXPECT_THAT(words(), HasSubstr("what this leaves out of the request is refused"));
  EXPECT_EQ(decide(DecisionOutcome::Approve), "no-remainder");
  EXPECT_EQ(decide(DecisionOutcome::Approve, {}, false), "case-closed");
  EXPECT_EQ(grant(), "case-closed");
}

TEST_F(Narrowing, NothingLeftOutIsNoRemainder) {
  testing::granted(drill_, "C");
  EXPECT_EQ(record(kFirst).remainder, std::nullopt);
  EXPECT_EQ(decide(DecisionOutcome::Approve), "no-remainder");
}

TEST_F(Narrowing, AShorterTimeLeavesTheRestOfItOpen) {
  Provisos june;
  june.window = base::Period{testing::time("2025-06-01"), testing::time("2025-06-10")};
  june.remainder = Remainder::Open;
  testing::granted(drill_, "C", june);
  // While the first grant holds everything that was asked for, nothing is left for another.
  EXPECT_EQ(decide(DecisionOutcome::Approve), "nothing-left");
  drill_.at("2025-06-20T00:00:00Z");
  ASSERT_EQ(decide(DecisionOutcome::Approve), "");
  ASSERT_EQ(grant(), "");
  EXPECT_EQ(record(kSecond).scope.quantity, 2);
  EXPECT_EQ(record(kSecond).scope.window.until, testing::time("2025-08-01"));
  expect_all_bundles_verify(kSecond);
}

TEST_F(Narrowing, TheRestIsDeniedAndTheGrantStands) {
  testing::granted(drill_, "C", one(Remainder::Open));
  ASSERT_EQ(decide(DecisionOutcome::Deny), "");
  EXPECT_EQ(decide(DecisionOutcome::Approve), "no-remainder");
  EXPECT_EQ(draw(kFirst), "");
  expect_all_bundles_verify(kFirst);
}

TEST_F(Narrowing, WhoRevokesLeavesNothingOpen) {
  testing::granted(drill_, "C", one(Remainder::Open));
  ASSERT_EQ(rule_of(act_on_grant(drill_.instance(), drill_.by("GB/MoD"), kernel::EntryKind::Revoke,
                                 {kFirst, "withdrawn"})),
            "");
  EXPECT_EQ(decide(DecisionOutcome::Approve), "no-remainder");
}

TEST_F(Narrowing, NothingFurtherWhileTheGrantIsSuspended) {
  testing::granted(drill_, "C", one(Remainder::Open));
  ASSERT_EQ(decide(DecisionOutcome::Approve), "");
  ASSERT_EQ(rule_of(act_on_grant(drill_.instance(), drill_.by("GB/MoD"), kernel::EntryKind::Suspend,
                                 {kFirst, "a pause"})),
            "");
  EXPECT_EQ(grant(), "suspended");
}

// The tally counts what the case asks for once, not again for each of its grants.
TEST_F(Narrowing, TheRestOfACaseIsNotCountedTwice) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-1.json"] = testing::directive(
      "US-1", "US/USDP", R"(, "tallies": [{"id": "yearly", "actions": ["use"], "limit": 2}])");
  Drill tight(files);
  Instance& instance = tight.instance();
  testing::granted(tight, "C", one(Remainder::Open));
  DecisionPlan plan;
  plan.outcome = DecisionOutcome::Approve;
  plan.of_rest = true;
  ASSERT_EQ(rule_of(casework::decide(instance, tight.by("US/SecDef"), kCase, plan)), "");
  ASSERT_EQ(rule_of(casework::grant(instance, kCase)), "");
  instance.look([&](const kernel::State& state) {
    for (const registry::GrantId& id : {kFirst, kSecond}) {
      EXPECT_EQ(kernel::status_of(*state.find(id), state.now()), GrantStatus::Active);
    }
    std::int64_t taken = 0;
    for (const registry::Usage& usage : state.usages()) taken += usage.what.quantity;
    EXPECT_EQ(taken, 2);
  });
}

// That the first grant may not go on is no denial of what it left open.
TEST_F(Narrowing, ADenialToResumeLeavesTheRestToBeDecided) {
  drill_.pass(60);
  testing::granted(drill_, "C", one(Remainder::Open));
  drill_.pass(60);
  kernel::KeyWithdrawalBody stolen;
  stolen.key = drill_.key("GB/clerk").public_key();
  stolen.suspected_since = testing::time("2025-06-01T00:00:30Z");
  stolen.text = "stolen";
  ASSERT_EQ(rule_of(withdraw_key(drill_.instance(), {drill_.key("GB/root"), "GB/root"}, stolen)),
            "");
  ASSERT_EQ(record(kFirst).suspended.has_value(), true);
  DecisionPlan plan;
  plan.outcome = DecisionOutcome::Deny;
  plan.text = "not until we know more";
  plan.resumes = kFirst;
  ASSERT_EQ(rule_of(casework::decide(drill_.instance(), drill_.by("US/SecDef"), kCase, plan)), "");
  std::optional<base::Json> charter;
  drill_.instance().look([&](const kernel::State& state) {
    charter = registry::Charter::write(
        state.authorities().find(registry::PartyId("GB"))->charter().charter);
  });
  drill_.pass(60);
  ASSERT_EQ(rule_of(enter_charter(drill_.instance(), registry::PartyId("GB"), *charter,
                                  drill_.key("GB/root"), drill_.key("GB/clerk-new"))),
            "");
  const kernel::Done consent =
      drill_.case_now(kCase).lanes.at(registry::PartyId("GB")).consents.back().done;
  ASSERT_EQ(rule_of(confirm(drill_.instance(), {drill_.key("GB/clerk-new"), "GB/clerk"},
                            consent.position, "ours")),
            "");
  ASSERT_EQ(decide(DecisionOutcome::Approve), "");
  ASSERT_EQ(grant(), "");
  EXPECT_EQ(record(kFirst).suspended.has_value(), true);
  expect_all_bundles_verify(kSecond);
}

// A log cannot make more of the rest than there is.
TEST_F(Narrowing, AWiderRestThanWasLeftIsNotProved) {
  testing::granted(drill_, "C", one(Remainder::Open));
  ASSERT_EQ(decide(DecisionOutcome::Approve), "");
  ASSERT_EQ(grant(), "");
  testing::Forgery forgery(drill_, kSecond);
  kernel::Position second = 0;
  for (const kernel::Position position : forgery.shown()) {
    if (forgery.at(position).kind == "grant") second = position;
  }
  base::Json& said = forgery.at(second).field("grant");
  testing::member(said, "rest") = base::json_integer(2);
  testing::member(testing::member(said, "scope"), "quantity") = base::json_integer(2);
  kernel::Evidence evidence = forgery.evidence();
  evidence.facts.clear();
  const auto proved = kernel::prove_grant(evidence, drill_.instance().own_anchors(),
                                          drill_.instance().sources(), nullptr);
  ASSERT_FALSE(proved);
  EXPECT_EQ(proved.error().rule, "ledger-contradiction");
}

TEST_F(Narrowing, AdviceDoesNotSpeakOfTheRest) {
  ASSERT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  EXPECT_EQ(rule_of(advise(drill_.instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::ConcurWithProvisos, one(Remainder::Open), ""})),
            "body");
}

// The complaint: reviewers' conditions are removed without asking them.
TEST_F(Narrowing, ReviewersConditionsAreNotRemovedUnconsulted) {
  Instance& instance = drill_.instance();
  ASSERT_EQ(rule_of(ask(instance, drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  Provisos asked = one(std::nullopt);
  asked.text = {"by day only"};
  const auto advise_with = [&](const Provisos& provisos) {
    drill_.pass(60);
    return rule_of(advise(instance, drill_.by("US/USDP"), kCase,
                          {kernel::AdviceView::ConcurWithProvisos, provisos, ""}));
  };
  ASSERT_EQ(advise_with(asked), "");
  Provisos without = asked;
  without.text.clear();
  EXPECT_EQ(decide(DecisionOutcome::Approve, without, false), "override-missing");
  // An override names one version of the advice. A newer one is not overridden by it.
  ASSERT_EQ(rule_of(override_advice(instance, drill_.by("US/SecDef"), kCase,
                                    registry::OfficeId("US/USDP"), "it must be at night")),
            "");
  asked.text = {"not on holidays"};
  ASSERT_EQ(advise_with(asked), "");
  EXPECT_EQ(decide(DecisionOutcome::Approve, without, false), "override-missing");
  // The adviser's own new advice is what weakens it; both versions stay to be seen.
  ASSERT_EQ(advise_with(without), "");
  ASSERT_EQ(decide(DecisionOutcome::Approve, without, false), "");
  ASSERT_EQ(grant(), "");
  const std::string text = words();
  EXPECT_THAT(text, HasSubstr("on condition: \"by day only\""));
  EXPECT_THAT(text, HasSubstr("replaced by the advice in entry"));
  EXPECT_THAT(text, HasSubstr(", kept: at most 1"));
  EXPECT_THAT(text, Not(HasSubstr("weakened")));
}

TEST_F(Narrowing, AWeakenedConditionIsShownAgainstTheAdvice) {
  Instance& instance = drill_.instance();
  ASSERT_EQ(rule_of(ask(instance, drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  Provisos advised;
  advised.quantity = 2;
  advised.text = {"by day only"};
  ASSERT_EQ(rule_of(advise(instance, drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::ConcurWithProvisos, advised, ""})),
            "");
  ASSERT_EQ(rule_of(override_advice(instance, drill_.by("US/SecDef"), kCase,
                                    registry::OfficeId("US/USDP"), "it must be at night")),
            "");
  ASSERT_EQ(decide(DecisionOutcome::Approve, one(std::nullopt), false), "");
  EXPECT_THAT(words(), HasSubstr("made stricter: at most 2"));
  EXPECT_THAT(words(), HasSubstr("weakened, by a signed override: on condition: \"by day only\""));
}

}  // namespace
}  // namespace countersign::casework
