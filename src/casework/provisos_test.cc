// SPDX-License-Identifier: Apache-2.0
// Free-text provisos: no draw before the holder has acknowledged exactly what binds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "casework/audit.h"
#include "casework/case_words.h"
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
using Texts = std::vector<std::string>;

kernel::Provisos texts(const Texts& list) {
  kernel::Provisos provisos;
  provisos.text = list;
  return provisos;
}

std::optional<geo::Place> place() {
  base::Report report({}, "test");
  return geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"), "the place",
                          report);
}

class ProvisosTest : public ::testing::Test {
 protected:
  Instance& instance() { return drill_.instance(); }
  Handled draw_one() { return draw(instance(), drill_.by("UA/Staff"), {grant_, 1, place(), {}}); }
  Handled acknowledge_as(const std::string& office, const Texts& provisos) {
    return acknowledge(instance(), drill_.by(office), {grant_, provisos});
  }
  Texts asked() {
    const auto body = to_acknowledge(instance(), grant_);
    CHECK(body.has_value());
    return body.value().provisos;
  }
  // The rules by which a use now would be a discrepancy, the place and quantity being in order.
  Texts report_one(base::Instant when) {
    const auto reported =
        casework::report(instance(), drill_.by("UA/Staff"), {grant_, 1, place(), {}, when, "used"});
    CHECK(rule_of(reported).empty());
    Texts rules;
    instance().look([&](const kernel::State& state) {
      for (const auto& reason : state.find(grant_)->reports.back().discrepancies) {
        rules.push_back(reason.rule);
      }
    });
    return rules;
  }
  std::string shown() {
    std::string text;
    instance().look([&](const kernel::State& state) {
      text = describe_case(state, *state.find(kernel::CaseId("C")));
    });
    return text;
  }
  void suspend() {
    ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Suspend,
                                   {grant_, "a pause"})),
              "");
  }
  void resume(const Texts& provisos) {
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos = texts(provisos);
    plan.resumes = grant_;
    ASSERT_EQ(rule_of(decide(instance(), drill_.by("US/SecDef"), kernel::CaseId("C"), plan)), "");
  }
  void grant_with(const Texts& provisos) {
    grant_ = testing::granted(drill_, "C", texts(provisos));
  }

  Drill drill_;
  registry::GrantId grant_;
};

TEST_F(ProvisosTest, ADrawWaitsUntilTheHolderHasAcknowledgedThem) {
  grant_with({"by day only", "tell us first"});
  const Handled early = draw_one();
  EXPECT_EQ(rule_of(early), "provisos-unacknowledged");
  EXPECT_THAT(early.value().error().message, HasSubstr("\"by day only\"; \"tell us first\""));
  EXPECT_THAT(early.value().error().message, HasSubstr("countersign acknowledge"));
  EXPECT_THAT(shown(), HasSubstr("\"by day only\"; the holder has not acknowledged it"));
  EXPECT_THAT(asked(), ElementsAre("by day only", "tell us first"));

  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", asked())), "");
  EXPECT_THAT(shown(), Not(HasSubstr("has not acknowledged")));
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", asked())), "acknowledged");
  EXPECT_EQ(rule_of(draw_one()), "");
  EXPECT_EQ(testing::audited(instance()), "");
}

TEST_F(ProvisosTest, NoOtherTextsAndNobodyElseWillDo) {
  grant_with({"by day only", "tell us first"});
  for (const Texts& other :
       {Texts{"by day only"}, Texts{"by day only", "tell us later"},
        Texts{"by day only", "tell us first", "and more"}, Texts{"tell us first", "by day only"}}) {
    EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", other)), "provisos-differ");
  }
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", {})), "not-revoked");
  EXPECT_EQ(rule_of(acknowledge_as("UA/Registrar", asked())), "no-power");
  EXPECT_EQ(rule_of(acknowledge_as("US/SecDef", asked())), "no-power");
  EXPECT_EQ(rule_of(draw_one()), "provisos-unacknowledged");
}

TEST_F(ProvisosTest, AGrantWithoutTextsNeedsNone) {
  grant_with({});
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", {"by day only"})), "provisos-differ");
  EXPECT_EQ(rule_of(draw_one()), "");
}

TEST_F(ProvisosTest, AResumptionThatAddsATextNeedsANewOne) {
  grant_with({"by day only"});
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", {"by day only"})), "");
  suspend();
  drill_.pass(60);
  resume({"by day only", "tell us first"});
  EXPECT_EQ(rule_of(draw_one()), "provisos-unacknowledged");
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", {"by day only"})), "provisos-differ");
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", asked())), "");
  EXPECT_EQ(rule_of(draw_one()), "");
}

TEST_F(ProvisosTest, AResumptionThatAddsNoneNeedsNone) {
  grant_with({"by day only"});
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", {"by day only"})), "");
  suspend();
  drill_.pass(60);
  resume({"by day only"});
  EXPECT_EQ(rule_of(draw_one()), "");
}

TEST_F(ProvisosTest, AUseBeforeItIsADiscrepancy) {
  grant_with({"by day only"});
  const base::Instant before = drill_.now();
  EXPECT_THAT(report_one(before), ElementsAre("not-drawn", "provisos-unacknowledged"));
  drill_.pass(60);
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", asked())), "");
  ASSERT_EQ(rule_of(draw_one()), "");
  ASSERT_EQ(rule_of(draw_one()), "");
  drill_.pass(60);
  // What counts is when it was used, not when it was reported.
  EXPECT_THAT(report_one(before), ElementsAre("not-drawn", "provisos-unacknowledged"));
}

TEST_F(ProvisosTest, ATextThatCameAfterTheUseIsNoneOfIts) {
  grant_with({"by day only"});
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", asked())), "");
  ASSERT_EQ(rule_of(draw_one()), "");
  const base::Instant used = drill_.now();
  drill_.pass(60);
  suspend();
  drill_.pass(60);
  resume({"tell us first"});
  EXPECT_THAT(report_one(used), IsEmpty());
}

TEST_F(ProvisosTest, OfARevokedGrantOnlyTheRevocationIsAcknowledged) {
  grant_with({"by day only"});
  ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("GB/MoD"), kernel::EntryKind::Revoke,
                                 {grant_, "an end"})),
            "");
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", {"by day only"})), "revoked");
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(shown(), HasSubstr("the holder has not acknowledged it"));
  ASSERT_EQ(rule_of(acknowledge_as("UA/Staff", {})), "");
  EXPECT_EQ(rule_of(acknowledge_as("UA/Staff", {})), "acknowledged");
}

// Two approvals would do. When rules change so that the other one comes to bind again, with a text
// that the grant did not have, the draw is proved from that one and waits for its text.
TEST(Provisos, OfAnApprovalThatComesToBindAgainAreAskedForToo) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-1.cedar"] =
      R"(permit (principal, action == Action::"use", resource)
         when { context.rating != Rating::"red" && context.quantity <= context.rest.yearly };)";
  files["authorities/US/directives/US-2.cedar"] = R"(@procedure("review")
    forbid (principal, action == Action::"use", resource)
    when { context.touches.contains(Region::"RU") }
    unless { context.approvals.containsAny([Office::"US/SecDef", Office::"US/Deputy"]) };)";
  Drill drill(files);
  Instance& instance = drill.instance();
  const kernel::CaseId id("C");
  const registry::GrantId grant("C/G1");
  const auto restock = [&](const std::string& quantity) {
    IssuePlan plan;
    plan.documents.push_back({});
    plan.documents.back().kind = registry::RecordKind::Holdings;
    plan.documents.back().id = "US";
    plan.documents.back().document =
        base::write_json(testing::json(R"({"holdings": [{"item": "M", "quantity": )" + quantity +
                                       R"(, "yellow_below": 300, "red_below": 100}]})"));
    drill.pass(60);
    return rule_of(issue(instance, registry::PartyId("US"), plan, drill.keys(), drill.now()));
  };
  const auto approve = [&](const std::string& office, const std::string& text) {
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos = texts({text});
    drill.pass(60);
    return rule_of(decide(instance, drill.by(office), id, plan));
  };
  const auto draw_one = [&] {
    drill.pass(60);
    return rule_of(draw(instance, drill.by("UA/Staff"), {grant, 1, place(), {}}));
  };
  const auto acknowledge_all = [&] {
    return rule_of(
        acknowledge(instance, drill.by("UA/Staff"), to_acknowledge(instance, grant).value()));
  };
  ASSERT_EQ(rule_of(ask(instance, drill.by("UA/Staff"), id, testing::use_of_m())), "");
  ASSERT_EQ(rule_of(advise(instance, drill.by("US/USDP"), id,
                           {kernel::AdviceView::Concur, {}, "no objection"})),
            "");
  ASSERT_EQ(approve("US/Deputy", "on weekdays"), "");
  ASSERT_EQ(restock("200"), "");  // yellow: the deputy's approval no longer binds
  ASSERT_EQ(approve("US/SecDef", "by day only"), "");
  ASSERT_EQ(rule_of(casework::grant(instance, id)), "");
  ASSERT_EQ(acknowledge_all(), "");
  ASSERT_EQ(draw_one(), "");
  ASSERT_EQ(restock("400"), "");  // green: now the deputy's does, and SecDef's does not
  EXPECT_EQ(draw_one(), "provisos-unacknowledged");
  EXPECT_THAT(to_acknowledge(instance, grant).value().provisos,
              ElementsAre("by day only", "on weekdays"));
  ASSERT_EQ(acknowledge_all(), "");
  EXPECT_EQ(draw_one(), "");
}

}  // namespace
}  // namespace countersign::casework
