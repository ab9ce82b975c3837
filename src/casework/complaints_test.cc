// SPDX-License-Identifier: Apache-2.0
// What users of other approval systems complain of, one test each: who may approve what, together
// with whom, and what a later denial is.
#include <gtest/gtest.h>

#include <string>

#include "casework/actions.h"
#include "casework/bundle.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::rule_of;

const kernel::CaseId kCase("C");

// The review of US demands the approval of two offices, not of either.
testing::Files two_teams() {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-2.cedar"] = R"(@procedure("review")
    forbid (principal, action == Action::"use", resource)
    when { context.touches.contains(Region::"RU") }
    unless { context.approvals.containsAll([Office::"US/SecDef", Office::"US/Deputy"]) };)";
  return files;
}

class ComplaintsTest : public ::testing::Test {
 protected:
  explicit ComplaintsTest(const testing::Files& files = testing::small_directory())
      : drill_(files) {}

  Instance& instance() { return drill_.instance(); }
  registry::PersonId person_of(const std::string& office) {
    registry::PersonId person;
    instance().look([&](const kernel::State& state) {
      const auto* entered =
          state.authorities().find(registry::PartyId(office.substr(0, office.find('/'))));
      for (const auto& held : entered->appointments) {
        if (held.appointment.office.text() == office) person = held.appointment.person;
      }
    });
    return person;
  }
  // Gives the office to a person who holds another already, with the key `name`.
  std::string appoint(const std::string& office, const registry::PersonId& person,
                      const std::string& name) {
    drill_.pass(60);
    return rule_of(enter_appointment(instance(), registry::OfficeId(office), person,
                                     drill_.key(name).public_key(),
                                     {drill_.now(), base::kDistantFuture},
                                     drill_.key(office.substr(0, office.find('/')) + "/root")));
  }
  void ask_and_advise() {
    drill_.pass(60);
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
  }
  std::string decide_as(const std::string& office, const std::string& key,
                        kernel::DecisionOutcome outcome) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = "as discussed";
    return rule_of(decide(instance(), {drill_.key(key), registry::OfficeId(office)}, kCase, plan));
  }
  std::string approve(const std::string& office, const std::string& key) {
    return decide_as(office, key, kernel::DecisionOutcome::Approve);
  }

  Drill drill_;
};

class TwoTeamsTest : public ComplaintsTest {
 protected:
  TwoTeamsTest() : ComplaintsTest(two_teams()) {}
};

TEST_F(TwoTeamsTest, ApproversFromTwoTeamsCanBeDemanded) {
  ask_and_advise();
  EXPECT_EQ(approve("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
  EXPECT_EQ(approve("US/Deputy", "US/Deputy"), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
}

TEST_F(TwoTeamsTest, OnePersonDoesNotSatisfyTwoTeams) {
  ASSERT_EQ(appoint("US/Deputy", person_of("US/SecDef"), "second-key"), "");
  ask_and_advise();
  EXPECT_EQ(approve("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(approve("US/Deputy", "second-key"), "one-person");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
  EXPECT_EQ(approve("US/Deputy", "US/Deputy"), "");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "");
}

TEST_F(ComplaintsTest, ARequesterAmongTheApproversDoesNotApproveItself) {
  ASSERT_EQ(appoint("US/SecDef", person_of("UA/Staff"), "second-key"), "");
  ask_and_advise();
  EXPECT_EQ(approve("US/SecDef", "second-key"), "requester-decides");
  EXPECT_EQ(rule_of(grant(instance(), kCase)), "approval-missing");
}

TEST_F(ComplaintsTest, WhatWasGrantedIsRevokedAndNeverMarkedDenied) {
  const registry::GrantId id = testing::granted(drill_, "C");
  EXPECT_EQ(decide_as("US/SecDef", "US/SecDef", kernel::DecisionOutcome::Deny), "case-closed");
  EXPECT_EQ(drill_.case_now(kCase).status, kernel::CaseStatus::Granted);
  const auto draw_one = [&] {
    drill_.pass(60);
    base::Report report({}, "test");
    const auto place =
        geo::Place::read(testing::json(R"({"point": [5, 15]})"), "the place", report);
    return rule_of(
        draw(instance(), drill_.by("UA/Staff"), {id, 1, place, {registry::CategoryId("radar")}}));
  };
  EXPECT_EQ(draw_one(), "");
  // What ends it is an act of its own, which the holder's bundle shows and every draw obeys.
  ASSERT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kernel::EntryKind::Revoke,
                                 {id, "the ground has gone"})),
            "");
  EXPECT_EQ(draw_one(), "revoked");
  const auto seen = testing::verified(instance(), id, kernel::Audience::holder());
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().rule, "revoked");
}

}  // namespace
}  // namespace countersign::casework
