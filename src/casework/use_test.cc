// SPDX-License-Identifier: Apache-2.0
// Draws and reports: what a grant lets its holder do, and what it makes of what was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/testing/drill.h"
#include "geo/place.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::rule_of;
using Categories = std::vector<registry::CategoryId>;

const registry::CategoryId kRadar("radar");

std::optional<geo::Place> place() {
  base::Report report({}, "test");
  return geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"), "the place",
                          report);
}

// The drill's directory with one more directive of US.
testing::Files with_directive(const std::string& cedar) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-4.json"] = testing::directive("US-4", "US/SecDef");
  files["authorities/US/directives/US-4.cedar"] = cedar;
  return files;
}

std::string draw_of(Drill& drill, const registry::GrantId& grant, const Categories& categories,
                    std::int64_t quantity = 1) {
  return rule_of(
      draw(drill.instance(), drill.by("UA/Staff"), {grant, quantity, place(), categories}));
}

TEST(Draw, IsJudgedOnItsOwnCategories) {
  Drill drill(with_directive(R"(forbid (principal, action == Action::"use", resource)
    unless { context.categories.contains(Category::"radar") };)"));
  const registry::GrantId grant = testing::granted(drill, "C");
  // None at all lies within the grant's categories, and is barred all the same.
  EXPECT_EQ(draw_of(drill, grant, {}), "not-allowed");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}), "");
}

TEST(Draw, IsJudgedOnItsOwnQuantity) {
  Drill drill(with_directive(R"(forbid (principal, action == Action::"use", resource)
    when { context.quantity < 2 };)"));
  const registry::GrantId grant = testing::granted(drill, "C");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}, 1), "not-allowed");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}, 2), "");
}

TEST(Draw, SaysItsCategories) {
  base::Report report({}, "draw");
  const auto read = [&](const char* text) {
    kernel::DrawBody::read(testing::json(text), report);
    return base::to_text(report.take());
  };
  EXPECT_THAT(read(R"({"grant": "C/G1", "quantity": 1})"),
              ::testing::HasSubstr("needs `categories`"));
  EXPECT_EQ(read(R"({"grant": "C/G1", "quantity": 1, "categories": []})"), "");
}

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() : grant_(testing::granted(drill_, "C")) { drill_.pass(60); }

  Instance& instance() { return drill_.instance(); }
  void draw_one() { ASSERT_EQ(draw_of(drill_, grant_, {kRadar}), ""); }
  // Reports a use at `when`; gives the rules by which it is a discrepancy.
  std::vector<std::string> report_of(base::Instant when, const Categories& categories = {kRadar},
                                     std::int64_t quantity = 1) {
    const auto entered = casework::report(instance(), drill_.by("UA/Staff"),
                                          {grant_, quantity, place(), categories, when, "used"});
    EXPECT_EQ(rule_of(entered), "");
    std::vector<std::string> rules;
    instance().look([&](const kernel::State& state) {
      for (const auto& reason : state.find(grant_)->reports.back().discrepancies) {
        rules.push_back(reason.rule);
      }
    });
    return rules;
  }
  void act(kernel::EntryKind kind) {
    ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("GB/MoD"), kind, {grant_, "a hold"})), "");
  }
  std::string status() {
    std::string name;
    instance().look([&](const kernel::State& state) {
      name = name_of(status_of(*state.find(grant_), state.now()));
    });
    return name;
  }

  Drill drill_;
  registry::GrantId grant_;
};

TEST_F(ReportTest, AUseAsDrawnIsInside) {
  draw_one();
  EXPECT_THAT(report_of(drill_.now()), IsEmpty());
}

TEST_F(ReportTest, AUseBeforeItsDrawIsADiscrepancy) {
  const base::Instant before = drill_.now();
  drill_.pass(60);
  draw_one();
  EXPECT_THAT(report_of(before), ElementsAre("not-drawn"));
  // It has used up what was drawn all the same.
  drill_.pass(60);
  EXPECT_THAT(report_of(drill_.now()), ElementsAre("not-drawn"));
}

TEST_F(ReportTest, UsesMayBeReportedInAnyOrder) {
  draw_one();
  const base::Instant first = drill_.now();
  drill_.pass(60);
  draw_one();
  EXPECT_THAT(report_of(drill_.now()), IsEmpty());
  EXPECT_THAT(report_of(first), IsEmpty());
  EXPECT_THAT(report_of(first), ElementsAre("not-drawn"));
}

TEST_F(ReportTest, AUseForOtherCategoriesThanDrawnIsADiscrepancy) {
  draw_one();
  EXPECT_THAT(report_of(drill_.now(), {}), ElementsAre("not-drawn"));
}

TEST_F(ReportTest, AUseWhileSuspendedIsADiscrepancyAlsoOnceItIsResumed) {
  draw_one();
  const base::Instant before = drill_.now();
  drill_.pass(60);
  act(kernel::EntryKind::Suspend);
  const base::Instant meanwhile = drill_.now();
  drill_.pass(60);
  EXPECT_THAT(report_of(before), IsEmpty());
  EXPECT_THAT(report_of(drill_.now(), {kRadar}), ElementsAre("suspended", "not-drawn"));
  DecisionPlan resume;
  resume.outcome = kernel::DecisionOutcome::Approve;
  resume.resumes = grant_;
  ASSERT_EQ(rule_of(decide(instance(), drill_.by("GB/MoD"), kernel::CaseId("C"), resume)), "");
  drill_.pass(60);
  draw_one();
  EXPECT_THAT(report_of(meanwhile), ElementsAre("suspended", "not-drawn"));
  const std::string known = drill_.described();
  drill_.reopen();
  EXPECT_EQ(drill_.described(), known);
}

TEST_F(ReportTest, AUseAfterARevocationIsADiscrepancy) {
  draw_one();
  drill_.pass(60);
  act(kernel::EntryKind::Revoke);
  drill_.pass(60);
  ASSERT_EQ(rule_of(acknowledge(instance(), drill_.by("UA/Staff"), {grant_, {}})), "");
  EXPECT_THAT(report_of(drill_.now()), ElementsAre("revoked"));
}

TEST_F(ReportTest, AUseAfterTheWindowIsADiscrepancy) {
  draw_one();
  drill_.at("2025-08-02");
  EXPECT_THAT(report_of(drill_.now()), ElementsAre("outside-window"));
}

TEST_F(ReportTest, WhatIsAllDrawnCanStillBeSuspended) {
  draw_one();
  draw_one();
  EXPECT_EQ(status(), "exhausted");
  act(kernel::EntryKind::Suspend);
  EXPECT_EQ(status(), "suspended");
  drill_.pass(60);
  EXPECT_THAT(report_of(drill_.now()), ElementsAre("suspended"));
}

}  // namespace
}  // namespace countersign::casework
