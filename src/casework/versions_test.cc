// SPDX-License-Identifier: Apache-2.0
// A request in versions: what binds after an amendment, what is reconfirmed, what a bundle proves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/exchange.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using kernel::DecisionOutcome;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");

class VersionsTest : public ::testing::Test {
 protected:
  VersionsTest() {
    CHECK(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(2))).empty());
  }

  Instance& instance() { return drill_.instance(); }
  std::string amend_to(int quantity, const std::string& office = "UA/Staff") {
    drill_.pass(60);
    return rule_of(amend(instance(), drill_.by(office), kCase, testing::use_of_m(quantity),
                         "another quantity"));
  }
  std::string advise_as(const std::string& office,
                        kernel::AdviceView view = kernel::AdviceView::Concur,
                        kernel::Provisos provisos = {}) {
    drill_.pass(60);
    return rule_of(advise(instance(), drill_.by(office), kCase, {view, std::move(provisos), "so"}));
  }
  std::string reconfirm_as(const std::string& office) {
    drill_.pass(60);
    return rule_of(reconfirm(instance(), drill_.by(office), kCase, ""));
  }
  std::string decide_as(const std::string& office, DecisionOutcome outcome,
                        kernel::Provisos provisos = {}) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.provisos = std::move(provisos);
    return rule_of(decide(instance(), drill_.by(office), kCase, plan));
  }
  std::string grant_now() {
    drill_.pass(60);
    return rule_of(grant(instance(), kCase));
  }
  kernel::Case now() { return drill_.case_now(kCase); }
  std::string shown() {
    std::string text;
    instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }
  // The rule by which the bundle fails; empty when it verifies. `change` is made to it before.
  std::string verified(const kernel::Audience& audience,
                       const std::function<void(kernel::Evidence&)>& change = nullptr) {
    auto bundle = testing::bundle_of(instance(), registry::GrantId("C/G1"), audience);
    if (!bundle) return bundle.error().rule;
    if (change) change(bundle.value().evidence);
    const auto made =
        verify(bundle.value(), testing::own_trust(instance()), Practice::Refuse, Aids{});
    return made ? std::string() : made.error().rule;
  }

  Drill drill_;
};

kernel::Audience lane(const char* of) { return kernel::Audience::of(registry::PartyId(of)); }

TEST_F(VersionsTest, AnAmendmentIsTheNextVersionAndAllStayVisible) {
  const seal::Digest first = now().request_digest;
  ASSERT_EQ(amend_to(3), "");
  const kernel::Case of = now();
  EXPECT_EQ(of.version(), 2);
  EXPECT_EQ(of.request.quantity, 3);
  EXPECT_NE(of.request_digest, first);
  ASSERT_EQ(of.earlier.size(), 1U);
  EXPECT_EQ(of.earlier[0].digest, first);
  EXPECT_EQ(of.earlier[0].request.quantity, 2);
  EXPECT_EQ(of.status, kernel::CaseStatus::Pending);
  EXPECT_THAT(shown(), HasSubstr("this is version 2: \"another quantity\""));
  EXPECT_THAT(shown(), HasSubstr("version 1, which binds no more"));
  ASSERT_EQ(amend_to(4), "");
  EXPECT_EQ(now().version(), 3);
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(VersionsTest, OnlyTheRequesterAmendsAndOnlyToSomethingElse) {
  EXPECT_EQ(amend_to(3, "UA/Registrar"), "no-power");
  EXPECT_EQ(amend_to(3, "US/USDP"), "no-power");
  EXPECT_EQ(amend_to(2), "unchanged");
  base::Json without = testing::use_of_m(3);
  std::erase_if(without.members, [](const auto& member) { return member.name == "funded_by"; });
  EXPECT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, without, "")), "undeclared");
  base::Json unknown = testing::use_of_m(3, "[5, 15]");
  for (auto& member : unknown.members) {
    if (member.name == "item") member.value = base::json_text("N");
  }
  EXPECT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, unknown, "")), "unknown-item");
}

TEST_F(VersionsTest, AVersionIsTheNextOneAndAboutTheOneBefore) {
  const kernel::Case of = now();
  const auto submit_as = [&](std::int64_t version, const kernel::Case& about) {
    auto written = write_statement(drill_.pen("UA", "UA/Staff"), kernel::EntryKind::Amend, &about,
                                   kernel::AmendBody::write({version, testing::use_of_m(5), {}}));
    CHECK(written.has_value());
    return rule_of(instance().submit(std::move(written.value())));
  };
  EXPECT_EQ(submit_as(3, of), "version");
  ASSERT_EQ(submit_as(2, of), "");
  EXPECT_EQ(submit_as(3, of), "other-request");
  EXPECT_EQ(submit_as(2, now()), "version");
  EXPECT_EQ(submit_as(3, now()), "unchanged");
}

TEST_F(VersionsTest, WhatWasDecidedOnTheVersionBeforeBindsNoMore) {
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  ASSERT_EQ(amend_to(3), "");
  EXPECT_EQ(grant_now(), "approval-missing");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Recall), "nothing-to-recall");
  // Nor is its advice in.
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "advice-missing");
}

TEST_F(VersionsTest, AnOldStatementIsNoneAboutTheNewVersion) {
  const kernel::Case before = now();
  ASSERT_EQ(amend_to(3), "");
  auto written = write_statement(
      drill_.pen("US", "US/USDP"), kernel::EntryKind::Advice, &before,
      kernel::AdviceBody::write({kernel::AdviceView::Concur, {}, "about the first"}));
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(rule_of(instance().submit(std::move(written.value()))), "other-request");
}

TEST_F(VersionsTest, AdviceCountsAgainOnceItsOfficeReconfirms) {
  EXPECT_EQ(reconfirm_as("US/USDP"), "unknown-advice");
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(amend_to(3), "");
  EXPECT_EQ(reconfirm_as("US/Legal"), "unknown-advice");
  ASSERT_EQ(reconfirm_as("US/USDP"), "");
  EXPECT_EQ(reconfirm_as("US/USDP"), "advised");
  EXPECT_THAT(shown(), HasSubstr("concurs, as on an earlier version"));
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  EXPECT_EQ(grant_now(), "");
  instance().look([&](const kernel::State& state) {
    EXPECT_EQ(state.find(registry::GrantId("C/G1"))->scope.quantity, 3);
  });
}

TEST_F(VersionsTest, WhatIsReconfirmedBindsAsItWasGiven) {
  kernel::Provisos one;
  one.quantity = 1;
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::ConcurWithProvisos, one), "");
  ASSERT_EQ(amend_to(3), "");
  ASSERT_EQ(reconfirm_as("US/USDP"), "");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "override-missing");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve, one), "");
}

TEST_F(VersionsTest, AReconfirmationGoesThroughSeveralVersions) {
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::DoNotConcur), "");
  ASSERT_EQ(amend_to(3), "");
  ASSERT_EQ(reconfirm_as("US/USDP"), "");
  ASSERT_EQ(amend_to(4), "");
  ASSERT_EQ(amend_to(5), "");
  ASSERT_EQ(reconfirm_as("US/USDP"), "");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "override-missing");
  // Said anew, it is said.
  ASSERT_EQ(advise_as("US/USDP"), "");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
}

TEST_F(VersionsTest, OtherAdviceThanItsOwnLastIsNotReconfirmed) {
  ASSERT_EQ(advise_as("US/USDP", kernel::AdviceView::DoNotConcur), "");
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(advise_as("US/Legal"), "");
  const kernel::Lane before = now().lanes.at(registry::PartyId("US"));
  ASSERT_EQ(amend_to(3), "");
  const auto reconfirm_these = [&](std::vector<seal::Digest> digests) {
    const kernel::Case of = now();
    auto written = write_statement(drill_.pen("US", "US/USDP"), kernel::EntryKind::Reconfirm, &of,
                                   kernel::ReconfirmBody::write({std::move(digests), {}}));
    CHECK(written.has_value());
    return rule_of(instance().submit(std::move(written.value())));
  };
  const auto statement = [&](std::size_t i) { return before.advice[i].done.statement; };
  EXPECT_EQ(reconfirm_these({statement(0)}), "unknown-advice");
  EXPECT_EQ(reconfirm_these({statement(2)}), "unknown-advice");
  EXPECT_EQ(reconfirm_these({statement(1), statement(2)}), "unknown-advice");
  // The one that stands last is the one that counts.
  EXPECT_EQ(reconfirm_these({statement(1), statement(0)}), "unknown-advice");
  EXPECT_EQ(reconfirm_these({statement(0), statement(1)}), "");
  EXPECT_EQ(
      now().lanes.at(registry::PartyId("US")).advice_of(registry::OfficeId("US/USDP"))->body.view,
      kernel::AdviceView::Concur);
}

TEST_F(VersionsTest, WhoAdvisedOrDecidedOnOneVersionIsKnownByItOnTheNext) {
  const auto appoint_both = [&](const std::string& office) {
    CHECK(rule_of(enter_appointment(instance(), registry::OfficeId(office),
                                    registry::PersonId("p-both"),
                                    drill_.key(office + "/both").public_key(),
                                    {drill_.now(), base::kDistantFuture}, drill_.key("US/root")))
              .empty());
    return Actor{drill_.key(office + "/both"), registry::OfficeId(office)};
  };
  const Actor adviser = appoint_both("US/Legal");
  const Actor decider = appoint_both("US/Deputy");
  ASSERT_EQ(rule_of(advise(instance(), adviser, kCase, {kernel::AdviceView::Concur, {}, "so"})),
            "");
  ASSERT_EQ(amend_to(3), "");
  DecisionPlan plan;
  plan.outcome = DecisionOutcome::Return;
  EXPECT_EQ(rule_of(decide(instance(), decider, kCase, plan)), "adviser-decides");
  EXPECT_EQ(decide_as("US/SecDef", DecisionOutcome::Return), "");
  ASSERT_EQ(amend_to(4), "");
  ASSERT_EQ(rule_of(enter_appointment(
                instance(), registry::OfficeId("US/USDP"),
                [&] {
                  return now()
                      .earlier[1]
                      .lanes.at(registry::PartyId("US"))
                      .decisions[0]
                      .done.signer.person;
                }(),
                drill_.key("US/USDP/chief").public_key(), {drill_.now(), base::kDistantFuture},
                drill_.key("US/root"))),
            "");
  const Actor chief{drill_.key("US/USDP/chief"), registry::OfficeId("US/USDP")};
  ASSERT_EQ(rule_of(advise(instance(), adviser, kCase, {kernel::AdviceView::Concur, {}, "so"})),
            "");
  EXPECT_EQ(rule_of(advise(instance(), chief, kCase, {kernel::AdviceView::Concur, {}, "so"})),
            "adviser-decided");
}

TEST_F(VersionsTest, AReturnedCaseComesBackByAnAmendment) {
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Return), "");
  EXPECT_EQ(now().status, kernel::CaseStatus::Returned);
  EXPECT_THAT(shown(), HasSubstr("returns it, for the requester to amend"));
  EXPECT_THAT(shown(), HasSubstr("countersign amend"));
  EXPECT_EQ(advise_as("US/USDP"), "case-closed");
  EXPECT_EQ(amend_to(2), "unchanged");
  ASSERT_EQ(amend_to(1), "");
  EXPECT_EQ(now().status, kernel::CaseStatus::Pending);
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  ASSERT_EQ(grant_now(), "");
  for (const auto& audience :
       {kernel::Audience::overseer(), lane("US"), lane("GB"), kernel::Audience::holder()}) {
    EXPECT_EQ(verified(audience), "");
  }
}

TEST_F(VersionsTest, ADeniedOrGrantedCaseIsNotAmended) {
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Deny), "");
  EXPECT_EQ(amend_to(1), "case-closed");
  Drill drill;
  testing::granted(drill, "C");
  EXPECT_EQ(rule_of(amend(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m(1), "")),
            "case-closed");
}

TEST_F(VersionsTest, BundlesProveTheWholeChainOfVersions) {
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(rule_of(query(instance(), drill_.by("US/USDP"), kCase, "why two?")), "");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  ASSERT_EQ(amend_to(1), "");
  ASSERT_EQ(rule_of(answer(instance(), drill_.by("UA/Staff"), kCase, {{}, "one it is"})), "");
  ASSERT_EQ(reconfirm_as("US/USDP"), "");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  ASSERT_EQ(grant_now(), "");
  const auto without = [](const char* kind) {
    return [kind](kernel::Evidence& evidence) {
      const auto is = [&](const kernel::EvidenceEntry& item) {
        const auto entry = ledger::Entry::parse(item.bytes, "entry");
        return entry && entry.value().kind() == kind;
      };
      const auto removed = std::erase_if(evidence.entries, is);
      CHECK(removed > 0);
    };
  };
  for (const auto& audience :
       {kernel::Audience::overseer(), lane("US"), lane("GB"), kernel::Audience::holder()}) {
    EXPECT_EQ(verified(audience), "");
    EXPECT_NE(verified(audience, without("amend")), "");
    EXPECT_NE(verified(audience, without("request")), "");
  }
  EXPECT_NE(verified(lane("US"), without("reconfirm")), "");
  EXPECT_NE(verified(kernel::Audience::overseer(), without("reconfirm")), "");
}

// A draw after an amendment is proved from the present version.
TEST_F(VersionsTest, AGrantOfALaterVersionIsUsed) {
  ASSERT_EQ(amend_to(1), "");
  ASSERT_EQ(advise_as("US/USDP"), "");
  ASSERT_EQ(decide_as("US/SecDef", DecisionOutcome::Approve), "");
  ASSERT_EQ(grant_now(), "");
  base::Report report({}, "test");
  const auto place = geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"),
                                      "the place", report);
  const registry::GrantId id("C/G1");
  EXPECT_EQ(rule_of(draw(instance(), drill_.by("UA/Staff"), {id, 1, place, {}})), "");
  EXPECT_EQ(rule_of(draw(instance(), drill_.by("UA/Staff"), {id, 1, place, {}})), "exhausted");
}

}  // namespace
}  // namespace countersign::casework
