// SPDX-License-Identifier: Apache-2.0
// A key that was lost or stolen: what it signs is refused, what it signed is suspected, and what
// rests on that waits until its office stands by it.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using kernel::EntryKind;
using testing::Drill;
using testing::rule_of;

// After the registers were issued, before any step of a case.
constexpr const char* kAfterImport = "2025-06-01T00:00:30Z";

class KeyWithdrawalTest : public ::testing::Test {
 protected:
  Instance& instance() { return drill_.instance(); }

  std::string withdraw(const std::string& by, const std::string& office,
                       const std::string& suspected_since = {}) {
    drill_.pass(60);
    kernel::KeyWithdrawalBody body;
    body.key = drill_.key(office).public_key();
    if (!suspected_since.empty()) body.suspected_since = testing::time(suspected_since);
    body.text = "the laptop was stolen";
    return rule_of(withdraw_key(instance(), {drill_.key(by), by}, body));
  }
  // The office's holder gets a new key, `name` in the folder of keys.
  std::string appoint_anew(const std::string& office, const std::string& name,
                           std::optional<std::string> person = std::nullopt) {
    drill_.pass(60);
    const std::string authority = office.substr(0, office.find('/'));
    registry::PersonId holder;
    instance().look([&](const kernel::State& state) {
      const auto* entered = state.authorities().find(registry::PartyId(authority));
      for (const auto& held : entered->appointments) {
        if (held.appointment.office.text() == office) holder = held.appointment.person;
      }
    });
    if (person) holder = registry::PersonId(*person);
    return rule_of(enter_appointment(
        instance(), registry::OfficeId(office), holder, drill_.key(name).public_key(),
        {drill_.now(), base::kDistantFuture}, drill_.key(authority + "/root")));
  }
  std::string confirm_step(const std::string& by, const std::string& key, EntryKind kind) {
    drill_.pass(60);
    std::optional<kernel::Position> position;
    const kernel::Case of = drill_.case_now(kernel::CaseId("C"));
    kernel::Case::each_ground(of, [&](const auto&, EntryKind each, const kernel::Done& done) {
      if (each == kind && done.suspected) position = done.position;
    });
    return rule_of(confirm(instance(), {drill_.key(key), by}, position.value_or(0), "I signed it"));
  }
  std::string advise_with(const std::string& key, const std::string& office) {
    drill_.pass(60);
    return rule_of(advise(instance(), {drill_.key(key), registry::OfficeId(office)},
                          kernel::CaseId("C"), {kernel::AdviceView::Concur, {}, "still"}));
  }
  std::string approve_with(const std::string& key, const std::string& office, bool resumes) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    if (resumes) plan.resumes = registry::GrantId("C/G1");
    return rule_of(decide(instance(), {drill_.key(key), registry::OfficeId(office)},
                          kernel::CaseId("C"), plan));
  }
  kernel::GrantRecord record() {
    std::optional<kernel::GrantRecord> found;
    instance().look(
        [&](const kernel::State& state) { found = *state.find(registry::GrantId("C/G1")); });
    return *found;
  }
  std::string status() { return std::string(name_of(status_of(record(), drill_.now()))); }
  std::string draw_one() {
    base::Report report({}, "test");
    const auto place =
        geo::Place::read(testing::json(R"({"point": [5, 15]})"), "the place", report);
    return rule_of(draw(instance(), drill_.by("UA/Staff"),
                        {registry::GrantId("C/G1"), 1, place, {registry::CategoryId("radar")}}));
  }
  // The rule by which a bundle made now is refused.
  std::string verified(const kernel::Audience& audience) {
    const auto seen = testing::verified(instance(), registry::GrantId("C/G1"), audience);
    if (seen) return {};
    message_ = seen.error().message;
    return seen.error().rule;
  }
  void expect_bundles(const std::string& rule) {
    EXPECT_EQ(verified(kernel::Audience::overseer()), rule) << message_;
    EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("US"))), rule) << message_;
    EXPECT_EQ(verified(kernel::Audience::of(registry::PartyId("GB"))), rule) << message_;
    EXPECT_EQ(verified(kernel::Audience::holder()), rule) << message_;
  }

  Drill drill_;
  std::string message_;
};

TEST_F(KeyWithdrawalTest, WhatAWithdrawnKeySignsIsRefused) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/SecDef", "US/SecDef"), "");
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", false), "key-withdrawn");
  EXPECT_EQ(rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), EntryKind::Revoke,
                                 {registry::GrantId("C/G1"), "by a thief"})),
            "key-withdrawn");
  // Without a suspicion what it signed before stands.
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
  expect_bundles("");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(KeyWithdrawalTest, WhoMayWithdrawWhich) {
  EXPECT_EQ(withdraw("US/USDP", "US/SecDef"), "not-your-key");
  EXPECT_EQ(withdraw("GB/root", "US/SecDef"), "unknown-key");
  EXPECT_EQ(withdraw("US/root", "US/root"), "root-key");
  EXPECT_EQ(withdraw("US/root", "US/SecDef", "2025-12-31"), "in-the-future");
  EXPECT_EQ(withdraw("US/root", "US/SecDef"), "");
  EXPECT_EQ(withdraw("US/root", "US/SecDef"), "withdrawn-already");
  EXPECT_EQ(withdraw("US/root", "US/SecDef", "2025-06-01"), "");
  EXPECT_EQ(withdraw("US/root", "US/SecDef", "2025-06-01T00:00:30Z"), "withdrawn-already");
  EXPECT_EQ(withdraw("US/root", "US/clerk"), "");
}

TEST_F(KeyWithdrawalTest, NobodyIsAppointedWithAWithdrawnKey) {
  ASSERT_EQ(withdraw("US/root", "US/SecDef"), "");
  EXPECT_EQ(appoint_anew("US/SecDef", "US/SecDef"), "key-withdrawn");
  EXPECT_EQ(appoint_anew("US/SecDef", "US/SecDef-new"), "");
}

TEST_F(KeyWithdrawalTest, ASuspectedApprovalSuspendsTheGrantUntilConfirmedAndResumed) {
  testing::granted(drill_, "C");
  expect_bundles("");
  ASSERT_EQ(withdraw("US/root", "US/SecDef", kAfterImport), "");
  EXPECT_EQ(status(), "suspended");
  EXPECT_EQ(draw_one(), "suspended");
  expect_bundles("suspended");
  EXPECT_EQ(confirm_step("US/SecDef", "US/SecDef", EntryKind::Decision), "key-withdrawn");
  ASSERT_EQ(appoint_anew("US/SecDef", "US/SecDef-new"), "");
  EXPECT_EQ(confirm_step("US/USDP", "US/USDP", EntryKind::Decision), "not-the-office");
  EXPECT_EQ(confirm_step("US/SecDef", "US/SecDef-new", EntryKind::Decision), "");
  EXPECT_EQ(confirm_step("US/SecDef", "US/SecDef-new", EntryKind::Decision), "not-suspected");
  // What was suspended stays so until the office lets the grant go on.
  EXPECT_EQ(status(), "suspended");
  EXPECT_EQ(approve_with("US/SecDef-new", "US/SecDef", true), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
  expect_bundles("");
  EXPECT_EQ(testing::unsound(drill_), "");
}

// A suspicion that is moved back finds nothing in what its office stands by; when the key that
// stood by it is withdrawn too, it is suspected again.
TEST_F(KeyWithdrawalTest, WhatIsStoodByStaysSoUntilThatKeyIsSuspectedToo) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/root", "US/SecDef", kAfterImport), "");
  ASSERT_EQ(appoint_anew("US/SecDef", "US/SecDef-new"), "");
  ASSERT_EQ(confirm_step("US/SecDef", "US/SecDef-new", EntryKind::Decision), "");
  ASSERT_EQ(approve_with("US/SecDef-new", "US/SecDef", true), "");
  ASSERT_EQ(status(), "active");
  ASSERT_EQ(withdraw("US/root", "US/SecDef", "2025-06-01T00:00:20Z"), "");
  EXPECT_EQ(status(), "active");
  ASSERT_EQ(withdraw("US/root", "US/SecDef-new", kAfterImport), "");
  EXPECT_EQ(status(), "suspended");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(KeyWithdrawalTest, ASuspectedApprovalIsMadeAnew) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/root", "US/SecDef", kAfterImport), "");
  ASSERT_EQ(appoint_anew("US/SecDef", "US/SecDef-new"), "");
  EXPECT_EQ(approve_with("US/SecDef-new", "US/SecDef", true), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
  expect_bundles("");
}

TEST_F(KeyWithdrawalTest, SuspectedAdviceThatWasDemandedSuspendsTheGrant) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/root", "US/USDP", "2025-06-01"), "");
  EXPECT_EQ(status(), "suspended");
  expect_bundles("suspended");
  // The directives that office issued are in doubt as well.
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", true), "undetermined");
}

TEST_F(KeyWithdrawalTest, AdviceIsGivenAgainWithTheNewKey) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/root", "US/USDP", kAfterImport), "");
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", true), "key-suspected");
  ASSERT_EQ(appoint_anew("US/USDP", "US/USDP-new"), "");
  EXPECT_EQ(advise_with("US/USDP-new", "US/USDP"), "");
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", true), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
  expect_bundles("");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(KeyWithdrawalTest, ASuspectedRequestWaitsForItsParty) {
  const kernel::CaseId id("C");
  drill_.pass(60);
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), id, testing::use_of_m(2, "[5, 5]"))),
            "");
  ASSERT_EQ(withdraw("UA/root", "UA/Staff", kAfterImport), "");
  EXPECT_EQ(rule_of(grant(instance(), id)), "key-suspected");
  ASSERT_EQ(appoint_anew("UA/Staff", "UA/Staff-new"), "");
  EXPECT_EQ(confirm_step("UA/Staff", "UA/Staff-new", EntryKind::Request), "");
  EXPECT_EQ(rule_of(grant(instance(), id)), "");
  expect_bundles("");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(KeyWithdrawalTest, ASuspectedClerkConsentSuspendsTheGrant) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("GB/root", "GB/clerk", kAfterImport), "");
  EXPECT_EQ(status(), "suspended");
  expect_bundles("suspended");
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", true), "");
  EXPECT_EQ(status(), "suspended");
  // A clerk's new key comes with a charter; with it the clerk stands by its consent.
  std::optional<base::Json> charter;
  instance().look([&](const kernel::State& state) {
    charter = registry::Charter::write(
        state.authorities().find(registry::PartyId("GB"))->charter().charter);
  });
  drill_.pass(60);
  EXPECT_EQ(rule_of(enter_charter(instance(), registry::PartyId("GB"), *charter,
                                  drill_.key("GB/root"), drill_.key("GB/clerk"))),
            "key-withdrawn");
  ASSERT_EQ(rule_of(enter_charter(instance(), registry::PartyId("GB"), *charter,
                                  drill_.key("GB/root"), drill_.key("GB/clerk-new"))),
            "");
  EXPECT_EQ(confirm_step("GB/clerk", "GB/clerk-new", EntryKind::Consent), "");
  EXPECT_EQ(approve_with("US/SecDef", "US/SecDef", true), "");
  EXPECT_EQ(status(), "active");
  EXPECT_EQ(draw_one(), "");
  expect_bundles("");
}

TEST_F(KeyWithdrawalTest, WhoAdvisedCannotStandByAnApproval) {
  testing::granted(drill_, "C");
  ASSERT_EQ(withdraw("US/root", "US/SecDef", "2025-06-01"), "");
  std::string adviser;
  instance().look([&](const kernel::State& state) {
    const kernel::Case& of = *state.find(kernel::CaseId("C"));
    adviser = of.lanes.at(registry::PartyId("US")).advice.front().done.signer.person.text();
  });
  ASSERT_EQ(appoint_anew("US/SecDef", "US/SecDef-new", adviser), "");
  EXPECT_EQ(confirm_step("US/SecDef", "US/SecDef-new", EntryKind::Decision), "adviser-decides");
}

TEST_F(KeyWithdrawalTest, ASuspectedRecordMakesItsAuthorityUndetermined) {
  drill_.pass(60);
  ASSERT_EQ(withdraw("GB/root", "GB/MoD", "2025-06-01"), "");
  const kernel::CaseId id("C");
  ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), id, testing::use_of_m(2, "[5, 5]"))),
            "");
  EXPECT_EQ(rule_of(grant(instance(), id)), "undetermined");
  ASSERT_EQ(appoint_anew("GB/MoD", "GB/MoD-new"), "");
  const auto views = withdrawn_keys(instance(), Reader::keeper());
  ASSERT_TRUE(views.has_value());
  ASSERT_EQ(views.value().size(), 1U);
  ASSERT_EQ(views.value()[0].signatures.size(), 1U);
  const SuspectedSignature& directive = views.value()[0].signatures[0];
  EXPECT_EQ(directive.kind, EntryKind::Record);
  EXPECT_TRUE(directive.open);
  EXPECT_EQ(rule_of(confirm(instance(), {drill_.key("GB/Registrar"), "GB/Registrar"},
                            directive.position, "")),
            "not-suspected");
  EXPECT_EQ(rule_of(confirm(instance(), {drill_.key("GB/MoD-new"), "GB/MoD"}, directive.position,
                            "as I issued it")),
            "");
  EXPECT_FALSE(withdrawn_keys(instance(), Reader::keeper()).value()[0].signatures[0].open);
  EXPECT_EQ(rule_of(grant(instance(), id)), "");
  expect_bundles("");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(KeyWithdrawalTest, EverySignatureOfTheSuspectedTimeIsListed) {
  testing::granted(drill_, "C");
  ASSERT_EQ(draw_one(), "");
  drill_.pass(60);
  ASSERT_EQ(withdraw("UA/Staff", "UA/Staff", "2025-06-01"), "");
  const auto views = withdrawn_keys(instance(), Reader::keeper());
  ASSERT_TRUE(views.has_value());
  ASSERT_EQ(views.value().size(), 1U);
  std::vector<EntryKind> kinds;
  for (const auto& each : views.value()[0].signatures) kinds.push_back(each.kind);
  // The withdrawal itself was signed with the key as well.
  EXPECT_EQ(kinds, (std::vector{EntryKind::Request, EntryKind::Draw, EntryKind::KeyWithdrawal}));
  EXPECT_TRUE(views.value()[0].signatures[0].open);
  EXPECT_FALSE(views.value()[0].signatures[1].open);
  EXPECT_EQ(status(), "suspended");
}

}  // namespace
}  // namespace countersign::casework
