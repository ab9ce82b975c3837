// SPDX-License-Identifier: Apache-2.0
// Queries, answers, and the requester who takes the request back.
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

using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const kernel::CaseId kCase("C");

class ExchangeTest : public ::testing::Test {
 protected:
  ExchangeTest() {
    CHECK(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())).empty());
    drill_.pass(60);
  }

  Instance& instance() { return drill_.instance(); }
  std::string query_as(const std::string& office, const std::string& text = "which launcher?") {
    drill_.pass(60);
    return rule_of(query(instance(), drill_.by(office), kCase, text));
  }
  std::string answer_as(const std::string& office, AnswerPlan plan = {{}, "the one in July"}) {
    drill_.pass(60);
    return rule_of(answer(instance(), drill_.by(office), kCase, plan));
  }
  std::string take_back(const std::string& office) {
    drill_.pass(60);
    return rule_of(take_back_query(instance(), drill_.by(office), kCase, std::nullopt, "found it"));
  }
  std::string withdraw(const std::string& office) {
    drill_.pass(60);
    return rule_of(withdraw_request(instance(), drill_.by(office), kCase, "no longer needed"));
  }
  std::string advise_and_decide(kernel::DecisionOutcome outcome) {
    drill_.pass(60);
    const std::string advised = rule_of(
        advise(instance(), drill_.by("US/USDP"), kCase, {kernel::AdviceView::Concur, {}, "fine"}));
    if (!advised.empty()) return advised;
    return decide_by(drill_.by("US/SecDef"), outcome);
  }
  std::string decide_by(const Actor& actor, kernel::DecisionOutcome outcome) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    return rule_of(decide(instance(), actor, kCase, plan));
  }
  std::string shown() {
    std::string text;
    instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }
  kernel::CaseStatus status() { return drill_.case_now(kCase).status; }
  // Folding the ledger anew, and auditing it, gives the same state.

  Drill drill_;
};

TEST_F(ExchangeTest, AnOfficeOfALaneAsksAndTheRequesterAnswers) {
  ASSERT_EQ(query_as("US/USDP"), "");
  EXPECT_THAT(shown(), HasSubstr("\"which launcher?\""));
  EXPECT_THAT(shown(), HasSubstr("stands still until it is answered"));
  EXPECT_EQ(drill_.case_now(kCase).queries.front().settled(), std::nullopt);
  ASSERT_EQ(answer_as("UA/Staff"), "");
  EXPECT_EQ(drill_.case_now(kCase).queries.front().settled(), drill_.now());
  EXPECT_THAT(shown(), HasSubstr("\"the one in July\""));
  EXPECT_THAT(shown(), Not(HasSubstr("stands still until it is answered")));
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ExchangeTest, WhoDecidesMayAskTooAndNobodyElse) {
  EXPECT_EQ(query_as("US/SecDef"), "");
  EXPECT_EQ(query_as("US/Registrar"), "no-power");
  EXPECT_EQ(query_as("UA/Staff"), "no-power");
  // FR has no tie, but no office of it may advise either; GB has one.
  EXPECT_EQ(query_as("GB/MoD"), "");
}

TEST_F(ExchangeTest, OnlyTheRequesterAnswersAndOnlyWhatWasAsked) {
  EXPECT_EQ(answer_as("UA/Staff"), "unknown-query");
  ASSERT_EQ(query_as("US/USDP"), "");
  EXPECT_EQ(answer_as("US/USDP"), "no-power");
  EXPECT_EQ(answer_as("UA/Registrar"), "no-power");
  EXPECT_EQ(answer_as("UA/Staff", {7, "?"}), "unknown-query");
  ASSERT_EQ(query_as("GB/MoD", "and the fuse?"), "");
  // Two are open: it must be said which.
  EXPECT_EQ(answer_as("UA/Staff"), "unknown-query");
  const kernel::Position second = drill_.case_now(kCase).queries[1].done.position;
  EXPECT_EQ(answer_as("UA/Staff", {second, "the old one"}), "");
  EXPECT_EQ(answer_as("UA/Staff"), "");
  // An answer may be added to.
  EXPECT_EQ(answer_as("UA/Staff", {second, "the drawing follows"}), "");
  EXPECT_EQ(drill_.case_now(kCase).queries[1].answers.size(), 2U);
}

TEST_F(ExchangeTest, AnswersOfAnotherPartyAreRefused) {
  ASSERT_EQ(query_as("US/USDP"), "");
  testing::Files files = testing::small_directory();
  files["authorities/FR/charter.json"] = R"({"authority": "FR", "manifest_days": 400,
    "offices": [{"id": "FR/Staff", "rank": 1, "may": ["request", "vouch"]}]})";
  Drill other(files);
  ASSERT_EQ(rule_of(ask(other.instance(), other.by("UA/Staff"), kCase, testing::use_of_m())), "");
  ASSERT_EQ(rule_of(query(other.instance(), other.by("US/USDP"), kCase, "which?")), "");
  EXPECT_EQ(rule_of(answer(other.instance(), other.by("FR/Staff"), kCase, {{}, "this"})),
            "requester");
  EXPECT_EQ(rule_of(withdraw_request(other.instance(), other.by("FR/Staff"), kCase, "")),
            "requester");
}

TEST_F(ExchangeTest, ADocumentIsKeptBesideTheAnswerAndGivenBack) {
  ASSERT_EQ(query_as("US/USDP"), "");
  AnswerPlan plan;
  plan.document_name = "layout.pdf";
  plan.document = std::make_shared<const std::string>("%PDF\0 bytes", 11);
  ASSERT_EQ(answer_as("UA/Staff", plan), "");
  const kernel::Answer given = drill_.case_now(kCase).queries.front().answers.front();
  drill_.reopen();
  const auto back = document_of(instance(), Reader::keeper(), kCase, given.done.position);
  ASSERT_TRUE(back.has_value() && back.value().has_value());
  EXPECT_EQ(*back.value(), *plan.document);
  EXPECT_EQ(document_of(instance(), Reader::keeper(), kCase, 0).value(), std::nullopt);
  EXPECT_THAT(shown(), HasSubstr("layout.pdf"));
}

TEST_F(ExchangeTest, ADocumentThatIsNotTheOneNamedIsRefused) {
  ASSERT_EQ(query_as("US/USDP"), "");
  const kernel::Case of = drill_.case_now(kCase);
  kernel::AnswerBody body{of.queries.front().done.statement, {}, std::nullopt};
  body.document =
      kernel::AttachedDocument{"layout.pdf", seal::sha256(base::as_bytes(std::string("this")))};
  const auto submit_with = [&](std::shared_ptr<const std::string> beside) {
    auto written = write_statement(drill_.pen("UA", "UA/Staff"), kernel::EntryKind::Answer, &of,
                                   kernel::AnswerBody::write(body));
    CHECK(written.has_value());
    written.value().beside = std::move(beside);
    return rule_of(instance().submit(std::move(written.value())));
  };
  EXPECT_EQ(submit_with(nullptr), "document");
  EXPECT_EQ(submit_with(std::make_shared<const std::string>("that")), "document");
  EXPECT_EQ(submit_with(std::make_shared<const std::string>("this")), "");
  body = {of.queries.front().done.statement, "no document", std::nullopt};
  EXPECT_EQ(submit_with(std::make_shared<const std::string>("this")), "document");
}

TEST_F(ExchangeTest, TheAskerTakesBackWhatWasNotAnswered) {
  EXPECT_EQ(take_back("US/USDP"), "unknown-query");
  ASSERT_EQ(query_as("US/USDP"), "");
  EXPECT_EQ(take_back("US/SecDef"), "unknown-query");
  ASSERT_EQ(take_back("US/USDP"), "");
  const kernel::Query asked = drill_.case_now(kCase).queries.front();
  EXPECT_EQ(asked.settled(), drill_.now());
  EXPECT_EQ(take_back("US/USDP"), "unknown-query");
  EXPECT_EQ(answer_as("UA/Staff", {asked.done.position, "too late"}), "unknown-query");
  ASSERT_EQ(query_as("US/USDP", "another"), "");
  ASSERT_EQ(answer_as("UA/Staff"), "");
  const kernel::Position answered = drill_.case_now(kCase).queries[1].done.position;
  EXPECT_EQ(rule_of(take_back_query(instance(), drill_.by("US/USDP"), kCase, answered, "")),
            "answered");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ExchangeTest, WhoAnsweredDoesNotDecide) {
  ASSERT_EQ(query_as("US/USDP"), "");
  ASSERT_EQ(answer_as("UA/Staff"), "");
  ASSERT_EQ(rule_of(enter_appointment(instance(), registry::OfficeId("UA/Staff"),
                                      registry::PersonId("p-both"),
                                      drill_.key("UA/Staff/both").public_key(),
                                      {drill_.now(), base::kDistantFuture}, drill_.key("UA/root"))),
            "");
  ASSERT_EQ(rule_of(enter_appointment(instance(), registry::OfficeId("US/SecDef"),
                                      registry::PersonId("p-both"),
                                      drill_.key("US/SecDef/both").public_key(),
                                      {drill_.now(), base::kDistantFuture}, drill_.key("US/root"))),
            "");
  ASSERT_EQ(query_as("US/USDP", "and when?"), "");
  const Actor both{drill_.key("UA/Staff/both"), registry::OfficeId("UA/Staff")};
  ASSERT_EQ(rule_of(answer(instance(), both, kCase, {{}, "soon"})), "");
  EXPECT_EQ(decide_by({drill_.key("US/SecDef/both"), registry::OfficeId("US/SecDef")},
                      kernel::DecisionOutcome::Deny),
            "requester-decides");
}

TEST_F(ExchangeTest, AWithdrawnCaseIsClosedForGood) {
  ASSERT_EQ(query_as("US/USDP"), "");
  EXPECT_EQ(withdraw("UA/Registrar"), "no-power");
  EXPECT_EQ(withdraw("US/SecDef"), "no-power");
  ASSERT_EQ(withdraw("UA/Staff"), "");
  EXPECT_EQ(status(), kernel::CaseStatus::Withdrawn);
  EXPECT_EQ(withdraw("UA/Staff"), "case-closed");
  EXPECT_EQ(answer_as("UA/Staff"), "case-closed");
  EXPECT_EQ(query_as("US/USDP"), "case-closed");
  EXPECT_EQ(advise_and_decide(kernel::DecisionOutcome::Approve), "case-closed");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "withdrawn");
  EXPECT_THAT(shown(), HasSubstr("C: withdrawn"));
  EXPECT_THAT(shown(), HasSubstr("\"no longer needed\""));
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ExchangeTest, AReturnedCaseMayBeWithdrawnAndADeniedOneNot) {
  ASSERT_EQ(advise_and_decide(kernel::DecisionOutcome::Return), "");
  EXPECT_EQ(withdraw("UA/Staff"), "");
  Drill drill;
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Deny;
  ASSERT_EQ(rule_of(decide(drill.instance(), drill.by("US/SecDef"), kCase, plan)), "");
  EXPECT_EQ(rule_of(withdraw_request(drill.instance(), drill.by("UA/Staff"), kCase, "")),
            "case-closed");
}

TEST_F(ExchangeTest, AGrantIsNotUndoneByAWithdrawal) {
  ASSERT_EQ(advise_and_decide(kernel::DecisionOutcome::Approve), "");
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  EXPECT_EQ(withdraw("UA/Staff"), "case-closed");
  instance().look([&](const kernel::State& state) {
    const auto* granted = state.find(registry::GrantId("C/G1"));
    EXPECT_EQ(kernel::status_of(*granted, state.now()), kernel::GrantStatus::Active);
  });
}

TEST_F(ExchangeTest, TheHolderGivesAGrantUpForGood) {
  ASSERT_EQ(advise_and_decide(kernel::DecisionOutcome::Approve), "");
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  const registry::GrantId id("C/G1");
  const auto surrender = [&](const std::string& office) {
    drill_.pass(60);
    return rule_of(act_on_grant(instance(), drill_.by(office), kernel::EntryKind::Surrender,
                                {id, "no longer needed"}));
  };
  EXPECT_EQ(surrender("US/SecDef"), "no-power");
  EXPECT_EQ(surrender("UA/Registrar"), "no-power");
  const auto verified = [&](const kernel::Audience& audience) {
    const auto made = testing::verified(instance(), id, audience);
    return made ? std::string() : made.error().rule;
  };
  EXPECT_EQ(verified(kernel::Audience::holder()), "");
  ASSERT_EQ(surrender("UA/Staff"), "");
  EXPECT_EQ(surrender("UA/Staff"), "surrendered");
  base::Report report({}, "test");
  const auto place = geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"),
                                      "the place", report);
  EXPECT_EQ(rule_of(draw(instance(), drill_.by("UA/Staff"), {id, 1, place, {}})), "surrendered");
  for (const auto& audience :
       {kernel::Audience::overseer(), kernel::Audience::of(registry::PartyId("US")),
        kernel::Audience::holder()}) {
    EXPECT_EQ(verified(audience), "surrendered");
  }
  instance().look([&](const kernel::State& state) {
    // What it reserved is free again.
    EXPECT_TRUE(state.usages().empty());
  });
  EXPECT_THAT(shown(), HasSubstr("given up by UA/Staff"));
  // A use is reported all the same.
  ASSERT_EQ(rule_of(casework::report(instance(), drill_.by("UA/Staff"),
                                     {id, 1, place, {}, drill_.now(), "used"})),
            "");
  instance().look([&](const kernel::State& state) {
    std::vector<std::string> rules;
    for (const auto& reason : state.find(id)->reports.back().discrepancies) {
      rules.push_back(reason.rule);
    }
    EXPECT_THAT(rules, ::testing::Contains("surrendered"));
  });
  EXPECT_EQ(testing::unsound(drill_), "");
}

// Whoever checks a grant sees the queries of the lanes that are theirs to see, and the chain whole.
TEST_F(ExchangeTest, BundlesShowTheQueriesOfTheirLanes) {
  ASSERT_EQ(query_as("US/USDP"), "");
  ASSERT_EQ(answer_as("UA/Staff"), "");
  ASSERT_EQ(query_as("GB/MoD", "and the fuse?"), "");
  ASSERT_EQ(take_back("GB/MoD"), "");
  ASSERT_EQ(advise_and_decide(kernel::DecisionOutcome::Approve), "");
  ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  const auto lane = [](const char* of) { return kernel::Audience::of(registry::PartyId(of)); };
  const auto shows = [&](const kernel::Audience& audience, std::string_view text) {
    const auto bundle = testing::bundle_of(instance(), registry::GrantId("C/G1"), audience);
    CHECK(bundle.has_value());
    const auto verified =
        verify(bundle.value(), testing::own_trust(instance()), Practice::Refuse, Aids{});
    EXPECT_TRUE(verified.has_value()) << verified.error().message;
    for (const kernel::EvidenceEntry& entry : bundle.value().evidence.entries) {
      if (!entry.envelope) continue;
      const auto read = kernel::read_signed(*entry.envelope, "statement");
      CHECK(read.has_value());
      if (read.value().payload_text.find(text) != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(shows(kernel::Audience::overseer(), "which launcher?"));
  EXPECT_TRUE(shows(lane("US"), "which launcher?"));
  EXPECT_TRUE(shows(lane("US"), "the one in July"));
  EXPECT_FALSE(shows(lane("US"), "and the fuse?"));
  EXPECT_TRUE(shows(lane("GB"), "and the fuse?"));
  EXPECT_TRUE(shows(lane("GB"), "found it"));
  EXPECT_FALSE(shows(lane("GB"), "which launcher?"));
  EXPECT_FALSE(shows(lane("GB"), "the one in July"));
  EXPECT_FALSE(shows(kernel::Audience::holder(), "launcher"));
}

TEST_F(ExchangeTest, WhatCameAfterAnApprovalIsNoted) {
  ASSERT_EQ(query_as("US/USDP"), "");
  ASSERT_EQ(advise_and_decide(kernel::DecisionOutcome::Approve), "");
  ASSERT_EQ(answer_as("UA/Staff"), "");
  EXPECT_THAT(shown(), HasSubstr("an answer by UA/Staff"));
}

}  // namespace
}  // namespace countersign::casework
