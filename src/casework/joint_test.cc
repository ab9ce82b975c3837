// SPDX-License-Identifier: Apache-2.0
// One signature over many cases: what it decides, what it refuses, and what each case's proofs show
// of the others: nothing.
#include "casework/joint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/count.h"
#include "casework/testing/drill.h"
#include "casework/testing/forgery.h"
#include "casework/testing/outside.h"
#include "kernel/batch.h"
#include "kernel/logged.h"

namespace countersign::casework {
namespace {

using kernel::CaseStatus;
using kernel::DecisionOutcome;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

JointItem item(const std::string& id, DecisionOutcome outcome, const std::string& text = "") {
  JointItem made;
  made.case_id = kernel::CaseId(id);
  made.plan.outcome = outcome;
  made.plan.text = text;
  return made;
}

class Joint : public ::testing::Test {
 protected:
  // Opens the case and has USDP advise.
  void open(const std::string& id, bool advised = true) {
    const kernel::CaseId name(id);
    ASSERT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), name, testing::use_of_m())),
              "");
    if (!advised) return;
    ASSERT_EQ(rule_of(advise(drill_.instance(), drill_.by("US/USDP"), name,
                             {kernel::AdviceView::Concur, {}, "no objection to " + id})),
              "");
  }
  Handled decide(const std::vector<JointItem>& items, const std::string& office = "US/SecDef") {
    return decide_together(drill_.instance(), drill_.by(office), items);
  }
  CaseStatus status(const std::string& id) { return drill_.case_now(kernel::CaseId(id)).status; }
  std::string grant_of(const std::string& id) {
    return rule_of(grant(drill_.instance(), kernel::CaseId(id)));
  }
  std::string bundle_of(const std::string& grant, const kernel::Audience& audience) {
    const auto evidence = drill_.instance().evidence_of(registry::GrantId(grant));
    CHECK(evidence.has_value());
    const auto written = write_bundle(evidence.value(), audience);
    CHECK(written.has_value());
    return base::write_json(written.value());
  }
  std::string verified(const std::string& bundle) {
    const auto read = read_bundle(bundle, "bundle");
    if (!read) return base::to_text(read.error());
    const auto checked =
        verify(read.value(), testing::own_trust(drill_.instance()), Practice::Refuse, Aids{});
    return checked ? std::string() : checked.error().rule;
  }

  Drill drill_;
};

// The complaint: an approver cannot strike out items.
TEST_F(Joint, AnApproverStrikesOutItems) {
  for (const char* id : {"A", "B", "C", "D"}) open(id);
  JointItem narrowed = item("B", DecisionOutcome::Approve);
  narrowed.plan.provisos.quantity = 1;
  ASSERT_EQ(rule_of(decide({item("A", DecisionOutcome::Approve), narrowed,
                            item("C", DecisionOutcome::StrikeOut, "the end user is not known"),
                            item("D", DecisionOutcome::Deny, "no")})),
            "");
  EXPECT_EQ(status("C"), CaseStatus::Pending);
  EXPECT_EQ(status("D"), CaseStatus::Denied);
  EXPECT_EQ(grant_of("A"), "");
  EXPECT_EQ(grant_of("B"), "");
  EXPECT_EQ(grant_of("C"), "approval-missing");
  EXPECT_EQ(grant_of("D"), "denied");
  drill_.instance().look([&](const kernel::State& state) {
    EXPECT_EQ(state.find(registry::GrantId("A/G1"))->scope.quantity, 2);
    EXPECT_EQ(state.find(registry::GrantId("B/G1"))->scope.quantity, 1);
    EXPECT_THAT(describe_case(state, *state.find(kernel::CaseId("C"))),
                HasSubstr("strikes it out of a joint decision"));
  });
  // One signature: the same envelope stands behind each.
  std::set<seal::Digest> statements;
  for (const char* id : {"A", "B", "C", "D"}) {
    const kernel::Case of = drill_.case_now(kernel::CaseId(id));
    const kernel::Lane& lane = of.lanes.at(registry::PartyId("US"));
    ASSERT_EQ(lane.decisions.size(), 1U);
    statements.insert(lane.decisions.front().done.statement);
  }
  EXPECT_EQ(statements.size(), 1U);
  // What was struck out may be decided later, by the same office.
  ASSERT_EQ(rule_of(decide({item("C", DecisionOutcome::Approve)})), "");
  EXPECT_EQ(grant_of("C"), "");
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(Joint, ARefusedItemRefusesTheWholeActAndIsNamed) {
  open("A");
  open("B", false);
  const auto before = drill_.instance().checkpoint();
  const Handled answer =
      decide({item("A", DecisionOutcome::Approve), item("B", DecisionOutcome::Approve)});
  EXPECT_EQ(rule_of(answer), "advice-missing");
  EXPECT_EQ(answer.value().error().where, "B");
  EXPECT_THAT(answer.value().error().message, HasSubstr("case `B`"));
  EXPECT_EQ(drill_.instance().checkpoint().value().text, before.value().text);
  EXPECT_EQ(grant_of("A"), "approval-missing");
}

TEST_F(Joint, EveryRuleOfADecisionHoldsForEachItem) {
  open("A");
  EXPECT_EQ(rule_of(decide({item("A", DecisionOutcome::Approve)}, "US/USDP")), "no-power");
  EXPECT_EQ(rule_of(decide({item("A", DecisionOutcome::Approve)}, "US/Deputy")), "not-required");
  EXPECT_EQ(rule_of(decide({item("A", DecisionOutcome::Deny, "no")}, "GB/MoD")), "");
  EXPECT_EQ(rule_of(decide({item("A", DecisionOutcome::Approve)})), "case-closed");
  EXPECT_EQ(rule_of(decide({item("X", DecisionOutcome::Approve)})), "unknown-case");
  open("B");
  EXPECT_EQ(
      rule_of(decide({item("B", DecisionOutcome::Approve), item("B", DecisionOutcome::Deny)})),
      "batch-twice");
  JointItem other = item("B", DecisionOutcome::Approve);
  other.request = seal::sha256(base::as_bytes("another request"));
  EXPECT_EQ(rule_of(decide({other})), "other-request");
  DecisionPlan alone;
  alone.outcome = DecisionOutcome::StrikeOut;
  alone.text = "not now";
  EXPECT_EQ(rule_of(casework::decide(drill_.instance(), drill_.by("US/SecDef"), kernel::CaseId("B"),
                                     alone)),
            "strike-out");
}

// Whoever hands the act in cannot leave an item out.
TEST_F(Joint, WhatWasSignedComesWhole) {
  open("A");
  open("B");
  const Pen pen = drill_.pen("US", "US/SecDef");
  DecisionPlan plan;
  plan.outcome = DecisionOutcome::Approve;
  auto batch = write_batch(pen, {{drill_.case_now(kernel::CaseId("A")), plan},
                                 {drill_.case_now(kernel::CaseId("B")), plan}});
  ASSERT_TRUE(batch && batch.value());
  kernel::Submission cut = batch.value().value();
  std::erase_if(cut.disclosures, [](const ledger::Disclosure& disclosure) {
    const auto field = kernel::read_disclosure(disclosure);
    const base::Json* of = field.value().field.value.find("case");
    return of != nullptr && of->text == "B";
  });
  EXPECT_EQ(rule_of(drill_.instance().submit(std::move(cut))), "commitment");
  EXPECT_EQ(rule_of(drill_.instance().submit(batch.value().value())), "");
  // The same bytes again get the first receipt.
  const Handled again = drill_.instance().submit(batch.value().value());
  ASSERT_EQ(rule_of(again), "");
  EXPECT_TRUE(again.value().value().repeated);
}

TEST_F(Joint, ABundleOfOneCaseVerifiesAndNamesNoOther) {
  open("Alpha");
  open("Bravo");
  ASSERT_EQ(rule_of(decide({item("Alpha", DecisionOutcome::Approve, "as asked"),
                            item("Bravo", DecisionOutcome::Deny, "a private matter")})),
            "");
  ASSERT_EQ(grant_of("Alpha"), "");
  for (const kernel::Audience& audience : {kernel::Audience::overseer(), kernel::Audience::holder(),
                                           kernel::Audience::of(registry::PartyId("US")),
                                           kernel::Audience::of(registry::PartyId("GB"))}) {
    const std::string bundle = bundle_of("Alpha/G1", audience);
    EXPECT_EQ(verified(bundle), "") << name_of(audience.kind);
    const auto document = base::read_json(bundle, "bundle");
    for (const base::Json& entry : document.value().find("entries")->items) {
      for (const base::Json& disclosure : entry.find("disclosures")->items) {
        const auto field = kernel::read_disclosure({disclosure.text});
        const std::string shown = base::write_json(field.value().field.value);
        EXPECT_THAT(shown, Not(HasSubstr("Bravo")));
        EXPECT_THAT(shown, Not(HasSubstr("private matter")));
      }
      if (const base::Json* statement = entry.find("statement")) {
        const auto read = kernel::read_signed(base::as_bytes(statement->text), "statement");
        EXPECT_THAT(read.value().payload_text, Not(HasSubstr("Bravo")));
      }
    }
  }
}

// A log that swaps the item of one case for that of another is found out.
TEST_F(Joint, AnItemOfAnotherCaseProvesNothing) {
  open("A");
  open("B");
  JointItem one = item("A", DecisionOutcome::Approve);
  one.plan.provisos.quantity = 1;
  ASSERT_EQ(rule_of(decide({one, item("B", DecisionOutcome::Approve)})), "");
  ASSERT_EQ(grant_of("A"), "");
  testing::Forgery forgery(drill_, registry::GrantId("A/G1"));
  const kernel::Position decision = forgery.find("decision");
  kernel::Position other = 0;
  for (kernel::Position at = 0; at < forgery.size(); ++at) {
    if (forgery.at(at).kind == "decision" && at != decision) other = at;
  }
  for (kernel::SaltedField& field : forgery.at(decision).fields) {
    if (field.field.name != "item") continue;
    for (const kernel::SaltedField& theirs : forgery.at(other).fields) {
      if (theirs.field.name == "item") field = theirs;
    }
  }
  kernel::Anchors anchors = drill_.instance().own_anchors();
  kernel::Evidence evidence = forgery.evidence();
  const auto proved = kernel::prove_grant(evidence, anchors, drill_.instance().sources(), nullptr);
  ASSERT_FALSE(proved);
  EXPECT_EQ(proved.error().rule, "statement-differs");
  // Nor does an item that nobody signed.
  base::Json widened = forgery.at(decision).field("item");
  testing::member(widened, "case") = base::json_text("A");
  testing::member(testing::member(widened, "decision"), "outcome") = base::json_text("approve");
  forgery.at(decision).field("item") = widened;
  evidence = forgery.evidence();
  const auto again = kernel::prove_grant(evidence, anchors, drill_.instance().sources(), nullptr);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().rule, "commitment");
}

TEST_F(Joint, IsStoodByInEachCaseByItself) {
  drill_.pass(60);
  for (const char* id : {"A", "B"}) open(id);
  ASSERT_EQ(
      rule_of(decide({item("A", DecisionOutcome::Approve), item("B", DecisionOutcome::Approve)})),
      "");
  ASSERT_EQ(grant_of("A"), "");
  ASSERT_EQ(grant_of("B"), "");
  Instance& instance = drill_.instance();
  drill_.pass(60);
  kernel::KeyWithdrawalBody stolen;
  stolen.key = drill_.key("US/SecDef").public_key();
  stolen.suspected_since = testing::time("2025-06-01T00:00:30Z");
  stolen.text = "the laptop was stolen";
  ASSERT_EQ(rule_of(withdraw_key(instance, {drill_.key("US/root"), "US/root"}, stolen)), "");
  ASSERT_EQ(rule_of(enter_appointment(instance, registry::OfficeId("US/SecDef"),
                                      registry::PersonId("another"),
                                      drill_.key("US/SecDef-new").public_key(),
                                      {drill_.now(), base::kDistantFuture}, drill_.key("US/root"))),
            "");
  const auto open_in = [&] {
    std::set<std::string> cases;
    const auto views = withdrawn_keys(instance, Reader::keeper());
    for (const auto& made : views.value().front().signatures) {
      if (made.open && made.case_id) cases.insert(made.case_id->text());
    }
    return cases;
  };
  const auto verified_for = [&](const char* grant) {
    const auto seen =
        testing::verified(instance, registry::GrantId(grant), kernel::Audience::overseer());
    return seen ? std::string() : seen.error().rule;
  };
  ASSERT_EQ(open_in(), (std::set<std::string>{"A", "B"}));
  const KeyActor anew{drill_.key("US/SecDef-new"), "US/SecDef"};
  const kernel::Case of_a = drill_.case_now(kernel::CaseId("A"));
  const kernel::Done& approved = of_a.lanes.at(registry::PartyId("US")).decisions.front().done;
  ASSERT_EQ(rule_of(confirm(instance, anew, approved.position, "I approved A")), "");
  EXPECT_EQ(open_in(), (std::set<std::string>{"B"}));
  EXPECT_EQ(drill_.case_now(kernel::CaseId("B"))
                .lanes.at(registry::PartyId("US"))
                .decisions.front()
                .done.suspected,
            true);
  EXPECT_FALSE(
      drill_.case_now(kernel::CaseId("A")).lanes.at(registry::PartyId("US")).approvals().empty());
  EXPECT_NE(verified_for("B/G1"), "");
  EXPECT_EQ(testing::audited(instance), "");
}

TEST_F(Joint, CountsDecisionsCaseByCase) {
  for (const char* id : {"A", "B", "C"}) open(id);
  ASSERT_EQ(rule_of(decide({item("A", DecisionOutcome::Approve), item("B", DecisionOutcome::Deny),
                            item("C", DecisionOutcome::StrikeOut, "later")})),
            "");
  const auto counted = count_since(drill_.instance(), {testing::time("2025-06-01")});
  ASSERT_TRUE(counted);
  const auto again =
      verify_count(base::write_json(counted.value()), "count", drill_.instance().own_anchors().log);
  ASSERT_TRUE(again && again.value());
  EXPECT_EQ(again.value().value().decisions.at("approve"), 1U);
  EXPECT_EQ(again.value().value().decisions.at("deny"), 1U);
  EXPECT_EQ(again.value().value().decisions.at("strike_out"), 1U);
}

}  // namespace
}  // namespace countersign::casework
