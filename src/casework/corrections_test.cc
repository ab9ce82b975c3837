// SPDX-License-Identifier: Apache-2.0
// What was entered wrongly is put right by a new entry; nothing is taken out.
#include "casework/corrections.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/testing/drill.h"
#include "casework/testing/forgery.h"
#include "casework/testing/outside.h"
#include "kernel/bodies_file.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::json;
using testing::rule_of;

const kernel::CaseId kCase("C");
const registry::GrantId kGrant("C/G1");

class Corrections : public ::testing::Test {
 protected:
  static geo::Place place(const std::string& point = "[5, 15]") {
    base::Report report({}, "place");
    auto read = geo::Place::read(json(R"({"point": )" + point + R"(, "uncertainty_m": 10})"),
                                 "the place", report);
    CHECK(read.has_value());
    return *std::move(read);
  }
  Handled draw(std::int64_t quantity) {
    drill_.pass(60);
    return casework::draw(drill_.instance(), drill_.by("UA/Staff"),
                          {kGrant, quantity, place(), {registry::CategoryId("radar")}});
  }
  Handled report(std::int64_t quantity, const std::string& point = "[5, 15]") {
    drill_.pass(60);
    return casework::report(drill_.instance(), drill_.by("UA/Staff"),
                            {kGrant,
                             quantity,
                             place(point),
                             {registry::CategoryId("radar")},
                             drill_.now(),
                             "as drawn",
                             {}});
  }
  Handled correct(kernel::Position entry, const std::string& change,
                  const std::string& office = "UA/Staff") {
    drill_.pass(60);
    return casework::correct(drill_.instance(), drill_.by(office),
                             {entry, "a slip of the pen", json(change)});
  }
  static kernel::Position entry_of(const Handled& answer) {
    CHECK(rule_of(answer).empty());
    return answer.value().value().first;
  }
  kernel::GrantRecord grant() {
    std::optional<kernel::GrantRecord> found;
    drill_.instance().look([&](const kernel::State& state) { found = *state.find(kGrant); });
    return *found;
  }
  std::string words() {
    std::string text;
    drill_.instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }

  Drill drill_;
};

TEST_F(Corrections, AMistypedPlaceTurnsADiscrepancyToInside) {
  testing::granted(drill_, "C");
  ASSERT_EQ(rule_of(draw(1)), "");
  const auto wrong = entry_of(report(1, "[5, 51]"));
  ASSERT_EQ(grant().open_discrepancies(), 1);
  ASSERT_EQ(rule_of(correct(wrong, R"({"place": {"point": [5, 15], "uncertainty_m": 10}})")), "");
  EXPECT_EQ(grant().open_discrepancies(), 0);
  EXPECT_THAT(grant().reports.front().discrepancies, IsEmpty());
  // Both stay to be seen.
  EXPECT_THAT(words(), HasSubstr("[struck out: 1 used at"));
  EXPECT_THAT(words(), HasSubstr("5 N 51 E"));
  EXPECT_THAT(words(), HasSubstr("corrected by UA/Staff"));
  EXPECT_THAT(words(), HasSubstr("a slip of the pen"));
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(Corrections, ACorrectedReportTurnsOutToBeADiscrepancyAndIsOpenAgain) {
  testing::granted(drill_, "C");
  ASSERT_EQ(rule_of(draw(1)), "");
  const auto wrong = entry_of(report(1));
  ASSERT_EQ(grant().open_discrepancies(), 0);
  ASSERT_EQ(rule_of(correct(wrong, R"({"quantity": 2})")), "");
  ASSERT_EQ(grant().open_discrepancies(), 1);
  EXPECT_EQ(grant().reports.front().discrepancies.front().rule, "not-drawn");
  ASSERT_EQ(rule_of(close(drill_.instance(), drill_.by("US/USDP"), kCase, {wrong, "explained"})),
            "");
  EXPECT_EQ(grant().open_discrepancies(), 0);
  // Who closed that one has not closed another.
  ASSERT_EQ(rule_of(correct(wrong, R"({"place": {"point": [5, 5], "uncertainty_m": 10}})")), "");
  EXPECT_EQ(grant().open_discrepancies(), 1);
}

TEST_F(Corrections, WhatRestedOnAReportIsLookedAtAgain) {
  testing::granted(drill_, "C");
  ASSERT_EQ(rule_of(draw(2)), "");
  const auto first = entry_of(report(2));
  ASSERT_EQ(rule_of(report(1)), "");
  ASSERT_EQ(grant().reports[1].discrepancies.front().rule, "not-drawn");
  ASSERT_EQ(rule_of(correct(first, R"({"quantity": 1})")), "");
  EXPECT_THAT(grant().reports[1].discrepancies, IsEmpty());
  EXPECT_THAT(words(), HasSubstr("[struck out: not-drawn]"));
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(Corrections, ADrawIsCorrectedByTheRulesOfADraw) {
  testing::granted(drill_, "C");
  const auto drawn = entry_of(draw(2));
  ASSERT_EQ(grant().left(), 0);
  EXPECT_EQ(rule_of(correct(drawn, R"({"quantity": 3})")), "quantity");
  // Too much was drawn by mistake: the rest of it is there again.
  ASSERT_EQ(rule_of(correct(drawn, R"({"quantity": 1})")), "");
  EXPECT_EQ(grant().left(), 1);
  Drill fresh;
  testing::granted(fresh, "C");
  const auto drawn_one = casework::draw(fresh.instance(), fresh.by("UA/Staff"),
                                        {kGrant, 1, place(), {registry::CategoryId("radar")}});
  const kernel::Position entry = entry_of(drawn_one);
  const auto put_right = [&](const std::string& change) {
    fresh.pass(60);
    return rule_of(casework::correct(fresh.instance(), fresh.by("UA/Staff"),
                                     {entry, "a slip of the pen", json(change)}));
  };
  EXPECT_EQ(put_right(R"({"quantity": 3})"), "quantity");
  EXPECT_EQ(put_right(R"({"place": {"point": [5, 5], "uncertainty_m": 10}})"), "outside-place");
  EXPECT_EQ(put_right(R"({"grant": "C/G2"})"), "other-grant");
  EXPECT_EQ(put_right(R"({"quantity": 1})"), "nothing-corrected");
  EXPECT_EQ(put_right(R"({"quantity": 2})"), "");
  fresh.instance().look([&](const kernel::State& state) {
    EXPECT_EQ(state.find(kGrant)->left(), 0);
    EXPECT_EQ(state.find(kGrant)->draws.front().corrections.front().mistaken.quantity, 1);
  });
}

TEST_F(Corrections, ADrawIsNotCorrectedBelowWhatWasUsed) {
  testing::granted(drill_, "C");
  const auto drawn = entry_of(draw(1));
  ASSERT_EQ(rule_of(report(1)), "");
  EXPECT_EQ(rule_of(correct(drawn, R"({"categories": []})")), "reported");
}

TEST_F(Corrections, OnlyTheOfficeThatEnteredItCorrectsIt) {
  testing::granted(drill_, "C");
  const auto drawn = entry_of(draw(1));
  EXPECT_EQ(rule_of(correct(drawn, R"({"quantity": 2})", "US/USDP")), "not-the-signer");
  EXPECT_EQ(rule_of(correct(drawn, R"({"quantity": 2})", "US/SecDef")), "no-power");
}

TEST_F(Corrections, ARequestIsAmendedAndADecisionRecalled) {
  testing::granted(drill_, "C");
  const kernel::Case of = drill_.case_now(kCase);
  const Handled request = correct(of.submitted.position, R"({"text": "another"})");
  EXPECT_EQ(rule_of(request), "request-is-amended");
  EXPECT_THAT(request.value().error().message, HasSubstr("amended, not corrected"));
  const auto decision = of.lanes.at(registry::PartyId("US")).decisions.front().done.position;
  EXPECT_EQ(rule_of(correct(decision, R"({"text": "another"})")), "not-corrigible");
  EXPECT_EQ(rule_of(correct(0, "{}")), "unknown-entry");
}

TEST_F(Corrections, CorrectedAdviceTakesThePlaceOfTheOld) {
  Instance& instance = drill_.instance();
  ASSERT_EQ(rule_of(ask(instance, drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  const auto wrong =
      entry_of(advise(instance, drill_.by("US/USDP"), kCase,
                      {kernel::AdviceView::DoNotConcur, {}, "the wrong case was before me"}));
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  EXPECT_EQ(rule_of(decide(instance, drill_.by("US/SecDef"), kCase, plan)), "override-missing");
  ASSERT_EQ(rule_of(correct(wrong, R"({"view": "concur", "text": "no objection"})", "US/USDP")),
            "");
  EXPECT_EQ(rule_of(correct(wrong, R"({"view": "no_comment"})", "US/USDP")), "superseded");
  ASSERT_EQ(rule_of(decide(instance, drill_.by("US/SecDef"), kCase, plan)), "");
  ASSERT_EQ(rule_of(casework::grant(instance, kCase)), "");
  EXPECT_THAT(words(), HasSubstr(fmt::format("corrects entry {}", wrong)));
  EXPECT_THAT(words(), HasSubstr("the wrong case was before me"));
  // Proved from the signed bytes, corrections among them.
  for (const kernel::Audience& audience : {kernel::Audience::overseer(), kernel::Audience::holder(),
                                           kernel::Audience::of(registry::PartyId("US")),
                                           kernel::Audience::of(registry::PartyId("GB"))}) {
    const auto checked = testing::verified(instance, kGrant, audience);
    EXPECT_TRUE(checked) << name_of(audience.kind) << ": " << checked.error().message;
  }
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(Corrections, AClaimIsCorrectedWhileTheCaseIsOpen) {
  Instance& instance = drill_.instance();
  ASSERT_EQ(rule_of(ask(instance, drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
  kernel::ClaimBody body;
  body.basis = registry::Basis::Supplied;
  body.item = registry::ItemId("M");
  body.text = "we made it";
  const auto wrong = entry_of(claim(instance, drill_.by("FR/Registrar"), kCase, body));
  EXPECT_EQ(rule_of(correct(wrong, R"({"item": "N"})", "FR/Registrar")), "unknown-item");
  ASSERT_EQ(rule_of(correct(wrong, R"({"basis": "owner", "text": "we own it"})", "FR/Registrar")),
            "");
  EXPECT_THAT(words(), HasSubstr("owner of M"));
  EXPECT_THAT(words(), HasSubstr("[struck out: supplied of M"));
}

// The complaint: rows are deleted to repair a record. There is no act that does it, and a log that
// leaves the wrong entry out is found out.
TEST_F(Corrections, RowsAreNotDeletedToRepairARecord) {
  testing::granted(drill_, "C");
  ASSERT_EQ(rule_of(draw(1)), "");
  kernel::Position before = 0;
  drill_.instance().look([&](const kernel::State& state) { before = state.size(); });
  const auto wrong = entry_of(report(1, "[5, 51]"));
  ASSERT_EQ(rule_of(correct(wrong, R"({"place": {"point": [5, 15], "uncertainty_m": 10}})")), "");
  const auto entries = drill_.instance().entries(before, 10);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries.value().size(), 2U);
  EXPECT_THAT(base::as_text(entries.value()[0].bytes), HasSubstr(R"("kind":"report")"));
  EXPECT_THAT(base::as_text(entries.value()[1].bytes), HasSubstr(R"("kind":"correction")"));
  // As it was known before the correction, it was a discrepancy.
  const auto then = drill_.instance().known_at(wrong + 1);
  ASSERT_TRUE(then);
  EXPECT_EQ(then.value()->find(kGrant)->open_discrepancies(), 1);
  // Fold the ledger without the wrong entry: the case's chain has a gap.
  kernel::State without(drill_.instance().sources());
  const auto all = drill_.instance().entries(0, 10'000);
  std::string why;
  kernel::Position at = 0;
  for (const store::StoredEntry& each : all.value()) {
    if (each.position == wrong) continue;
    std::vector<ledger::Disclosure> disclosures;
    for (const auto& disclosure : each.disclosures) disclosures.push_back({disclosure.text});
    const auto entry = ledger::Entry::parse(each.bytes, "entry");
    std::optional<base::ByteView> envelope;
    if (!each.blobs.empty() && each.blobs.front().bytes) envelope = *each.blobs.front().bytes;
    const auto opened = kernel::open_entry(at++, entry.value(), disclosures, envelope);
    ASSERT_TRUE(opened) << opened.error().message;
    if (const auto folded = without.fold(opened.value()); !folded) {
      why = folded.error().rule;
      break;
    }
  }
  EXPECT_EQ(why, "ledger-contradiction");
}

}  // namespace
}  // namespace countersign::casework
