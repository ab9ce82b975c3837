// SPDX-License-Identifier: Apache-2.0
// When a change of rules suspends a grant, when it does not, and who lets it go on.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "geo/place.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::Files;
using testing::rule_of;

// GB's manifest is good for 30 days, that of every other authority for 400.
Files short_manifest_of_gb() {
  Files files = testing::small_directory();
  std::string& charter = files["authorities/GB/charter.json"];
  charter.replace(charter.find("400"), 3, "30");
  return files;
}

class SuspensionTest : public ::testing::Test {
 protected:
  explicit SuspensionTest(const Files& files = testing::small_directory()) : drill_(files) {}

  Instance& instance() { return drill_.instance(); }
  std::string issue_of(const std::string& authority, const IssuePlan& plan) {
    drill_.pass(60);
    return rule_of(
        issue(instance(), registry::PartyId(authority), plan, drill_.keys(), drill_.now()));
  }
  std::string withdraw(const std::string& directive) {
    drill_.pass(60);
    IssuePlan plan;
    plan.endings.push_back({registry::RecordKind::Directive, directive, drill_.now()});
    return rule_of(issue(instance(), registry::PartyId("US"), plan, drill_.keys(), drill_.now()));
  }
  std::string draw_one(const std::string& point = "[5, 15]") {
    base::Report report({}, "test");
    const auto place =
        geo::Place::read(testing::json(R"({"point": )" + point + "}"), "the place", report);
    return rule_of(draw(instance(), drill_.by("UA/Staff"),
                        {grant_, 1, place, {registry::CategoryId("radar")}}));
  }
  std::string resume(const std::string& office, kernel::Provisos provisos = {}) {
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos = std::move(provisos);
    plan.resumes = grant_;
    return rule_of(decide(instance(), drill_.by(office), kernel::CaseId("C"), plan));
  }
  kernel::GrantRecord record() {
    std::optional<kernel::GrantRecord> found;
    instance().look([&](const kernel::State& state) { found = *state.find(grant_); });
    return *found;
  }
  std::string status() { return std::string(name_of(status_of(record(), drill_.now()))); }
  std::size_t consents_of(const std::string& authority) {
    const kernel::Case of = drill_.case_now(kernel::CaseId("C"));
    const auto lane = of.lanes.find(registry::PartyId(authority));
    return lane == of.lanes.end() ? 0 : lane->second.consents.size();
  }
  // What UA asks for inside UA, which nobody reviews: granted by clerks alone.
  void grant_by_clerks() {
    const kernel::CaseId id("C");
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), id, testing::use_of_m(2, "[5, 5]"))),
              "");
    ASSERT_EQ(rule_of(grant(instance(), id)), "");
    grant_ = registry::GrantId("C/G1");
  }

  Drill drill_;
  registry::GrantId grant_;
};

class ExpiryTest : public SuspensionTest {
 protected:
  ExpiryTest() : SuspensionTest(short_manifest_of_gb()) {}
  void let_it_expire_and_renew() {
    drill_.at("2025-07-05");
    ASSERT_EQ(status(), "suspended");
    ASSERT_EQ(issue_of("GB", {}), "");
    ASSERT_EQ(status(), "suspended");  // it stays once it has come
  }
};

TEST_F(SuspensionTest, ARelaxationSuspendsNothingAndHasTheClerkSign) {
  grant_ = testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US-2"), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(consents_of("US"), 0U);
  EXPECT_EQ(draw_one(), "");
  EXPECT_EQ(consents_of("US"), 1U);
  EXPECT_EQ(draw_one(), "");
  EXPECT_EQ(consents_of("US"), 1U);
  const std::string known = drill_.described();
  drill_.reopen();
  EXPECT_EQ(drill_.described(), known);
}

TEST_F(SuspensionTest, ADrawRefusedForAnotherReasonHasNoClerkSign) {
  grant_ = testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US-2"), "");
  EXPECT_EQ(draw_one("[5, 5]"), "outside-place");
  EXPECT_EQ(consents_of("US"), 0U);
}

TEST_F(SuspensionTest, AnotherPermitLapsesTheDecisionUntilItsOfficeSaysSo) {
  grant_ = testing::granted(drill_, "C");
  IssuePlan plan;
  base::Json document = testing::json(testing::directive("US-5", "US/SecDef"));
  for (base::Json::Member& member : document.members) {
    if (member.name == "in_force") member.value = testing::json(R"({"from": "2025-06-02"})");
  }
  document.members.push_back(
      {"policy_text", {}, base::json_text(R"(permit (principal, action == Action::"use", resource)
        when { context.approvals.contains(Office::"US/SecDef") };)")});
  plan.documents.push_back({registry::RecordKind::Directive,
                            "US-5",
                            base::write_json(document),
                            {testing::time("2025-06-02"), base::kDistantFuture},
                            nullptr});
  ASSERT_EQ(issue_of("US", plan), "");
  EXPECT_EQ(status(), "active");
  drill_.at("2025-06-03");
  EXPECT_EQ(status(), "suspended");
  EXPECT_EQ(resume("GB/MoD"), "not-required");
  EXPECT_EQ(resume("US/SecDef"), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
}

TEST_F(SuspensionTest, ARefusedGrantLeavesNoClerksConsent) {
  const kernel::CaseId id("C");
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), id, testing::use_of_m())), "");
  EXPECT_EQ(rule_of(grant(instance(), id)), "approval-missing");
  EXPECT_EQ(consents_of("GB"), 0U);
  grant_ = testing::granted(drill_, "D");
  EXPECT_EQ(rule_of(grant(instance(), kernel::CaseId("D"))), "case-closed");
}

TEST_F(ExpiryTest, AStandingGrantGoesOnByAnOfficeItRestsOn) {
  grant_by_clerks();
  drill_.at("2025-07-05");
  EXPECT_EQ(resume("GB/MoD"), "undetermined");
  let_it_expire_and_renew();
  EXPECT_EQ(resume("GB/Registrar"), "no-power");
  EXPECT_EQ(resume("GB/MoD"), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one("[5, 5]"), "");
}

TEST_F(ExpiryTest, WhoLetsItGoOnMayBoundIt) {
  grant_by_clerks();
  let_it_expire_and_renew();
  kernel::Provisos provisos;
  provisos.quantity = 1;
  provisos.text = {"tell us first"};
  EXPECT_EQ(resume("US/Deputy", provisos), "");
  EXPECT_EQ(record().scope.quantity, 1);
  EXPECT_EQ(draw_one("[5, 5]"), "provisos-unacknowledged");
  ASSERT_EQ(rule_of(acknowledge(instance(), drill_.by("UA/Staff"), {grant_, {"tell us first"}})),
            "");
  EXPECT_EQ(draw_one("[5, 5]"), "");
  EXPECT_EQ(draw_one("[5, 5]"), "exhausted");
}

TEST_F(ExpiryTest, WhereAnApprovalIsNeededItsOfficeLetsItGoOn) {
  grant_ = testing::granted(drill_, "C");
  let_it_expire_and_renew();
  EXPECT_EQ(resume("GB/MoD"), "not-required");
  EXPECT_EQ(resume("US/SecDef"), "");
  EXPECT_EQ(status(), "active");
}

}  // namespace
}  // namespace countersign::casework
