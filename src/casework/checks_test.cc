// SPDX-License-Identifier: Apache-2.0
// End-use checks; cases decided before; and records that outlive what they are about.
#include "casework/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/audit.h"
#include "casework/case_words.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::HasSubstr;
using testing::json;
using testing::rule_of;

const kernel::CaseId kCase("C");
const registry::GrantId kGrant("C/G1");

class EndUseChecks : public ::testing::Test {
 protected:
  void SetUp() override { testing::granted(drill_, "C"); }

  Handled request(const std::string& office = "US/SecDef", const std::string& checker = "US/Legal",
                  const std::string& due = "2025-06-10T00:00:00Z") {
    drill_.pass(60);
    return request_check(
        drill_.instance(), drill_.by(office),
        {kGrant, registry::OfficeId(checker), testing::time(due), "is it where it should be?"});
  }
  std::string record(kernel::Position asked, kernel::CheckFinding finding,
                     const std::string& office = "US/Legal") {
    drill_.pass(60);
    const Handled answer = record_check(drill_.instance(), drill_.by(office),
                                        {kGrant, asked, drill_.now(), finding, "seen in the shed"});
    if (rule_of(answer).empty()) last_ = answer.value().value().first;
    return rule_of(answer);
  }
  std::vector<ListedCheck> open_checks() {
    std::vector<ListedCheck> open;
    drill_.instance().look(
        [&](const kernel::State& state) { open = casework::open_checks(Reader::keeper(), state); });
    return open;
  }
  std::string words() {
    std::string text;
    drill_.instance().look(
        [&](const kernel::State& state) { text = describe_case(state, *state.find(kCase)); });
    return text;
  }

  Drill drill_;
  kernel::Position last_ = 0;
};

TEST_F(EndUseChecks, AreAskedForDoneAndTheirFindingsKept) {
  const Handled asked = request();
  ASSERT_EQ(rule_of(asked), "");
  const kernel::Position entry = asked.value().value().first;
  EXPECT_EQ(open_checks().size(), 1U);
  EXPECT_EQ(record(entry, kernel::CheckFinding::Confirmed, "US/USDP"), "not-the-checker");
  EXPECT_EQ(record(entry + 1, kernel::CheckFinding::Confirmed), "no-check");
  ASSERT_EQ(record(entry, kernel::CheckFinding::Confirmed), "");
  EXPECT_EQ(record(entry, kernel::CheckFinding::Confirmed), "checked");
  EXPECT_TRUE(open_checks().empty());
  EXPECT_THAT(words(), HasSubstr("confirmed \"seen in the shed\""));
  EXPECT_EQ(rule_of(close(drill_.instance(), drill_.by("US/USDP"), kCase, {last_, "fine"})),
            "no-discrepancy");
}

TEST_F(EndUseChecks, OverdueOnesAreShownAndCounted) {
  ASSERT_EQ(rule_of(request()), "");
  EXPECT_FALSE(open_checks().front().overdue);
  drill_.at("2025-06-10T00:00:00Z");
  EXPECT_TRUE(open_checks().front().overdue);
  EXPECT_THAT(words(), HasSubstr("overdue"));
}

TEST_F(EndUseChecks, ADiscrepancyThatIsFoundWaitsForItsOffice) {
  const Handled asked = request();
  ASSERT_EQ(record(asked.value().value().first, kernel::CheckFinding::Discrepancy), "");
  drill_.instance().look(
      [&](const kernel::State& state) { EXPECT_EQ(state.find(kGrant)->open_discrepancies(), 1); });
  EXPECT_EQ(rule_of(close(drill_.instance(), drill_.by("US/SecDef"), kCase, {last_, "fine"})),
            "not-the-closer");
  ASSERT_EQ(rule_of(close(drill_.instance(), drill_.by("US/USDP"), kCase, {last_, "it is back"})),
            "");
  EXPECT_EQ(rule_of(close(drill_.instance(), drill_.by("US/USDP"), kCase, {last_, "again"})),
            "closed");
  EXPECT_THAT(words(), HasSubstr("it is back"));
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

TEST_F(EndUseChecks, WhoDidNotConsentAsksForNone) {
  EXPECT_EQ(rule_of(request("US/SecDef", "GB/MoD")), "unknown-office");
  EXPECT_EQ(rule_of(request("US/SecDef", "US/Legal", "2025-05-01T00:00:00Z")), "due-in-the-past");
  EXPECT_EQ(rule_of(request("UA/Staff")), "no-power");
  testing::Files files = testing::small_directory();
  files["authorities/FR/charter.json"] = R"({"authority": "FR", "manifest_days": 400, "offices": [
    {"id": "FR/MinArm", "rank": 1, "may": ["issue", "decide"]},
    {"id": "FR/Registrar", "rank": 9, "may": ["vouch"]}]})";
  Drill with_france(files);
  testing::granted(with_france, "C");
  EXPECT_EQ(rule_of(request_check(with_france.instance(), with_france.by("FR/MinArm"),
                                  {kGrant, registry::OfficeId("FR/MinArm"),
                                   testing::time("2025-07-01"), "what became of it?"})),
            "not-consenting");
}

kernel::LegacyBody earlier(const std::string& text) {
  base::Report report({}, "earlier");
  kernel::LegacyBody body = kernel::LegacyBody::read(json(text), report);
  CHECK(report.clean());
  return body;
}

const char* const kEarlier = R"({"id": "1998-112", "action": "use", "item": "M", "quantity": 900,
  "requester": "UA", "outcome": "approve", "counts": 700, "decided_at": "2025-02-01",
  "decided_by": "the Board", "text": "file 112"})";

class EarlierCases : public ::testing::Test {
 protected:
  std::string enter(const std::string& text) {
    return rule_of(import_earlier(drill_.instance(), drill_.by("US/Registrar"), {earlier(text)}));
  }
  static testing::Files well_stocked() {
    testing::Files files = testing::small_directory();
    files["authorities/US/holdings.json"] = R"({"holdings": [
      {"item": "M", "quantity": 4000, "yellow_below": 300, "red_below": 100}]})";
    return files;
  }
  Drill drill_{well_stocked()};
};

TEST_F(EarlierCases, CountTowardsTallies) {
  ASSERT_EQ(enter(kEarlier), "");
  drill_.instance().look([&](const kernel::State& state) {
    const auto usages = state.usages();
    ASSERT_EQ(usages.size(), 1U);
    EXPECT_EQ(usages.front().what.quantity, 700);
    base::Report report({}, "request");
    // 700 of the yearly 1,000 are taken.
    const auto asked = kernel::read_request(testing::use_of_m(40), report);
    const auto determined = state.determine(asked.value().value(), state.now());
    EXPECT_EQ(determined.value().determination.find(registry::PartyId("US"))->outcome,
              kernel::Outcome::ApprovalRequired);
  });
  ASSERT_EQ(enter(R"({"id": "1998-113", "action": "use", "item": "M", "quantity": 290,
    "requester": "UA", "outcome": "approve", "decided_at": "2025-02-01",
    "decided_by": "the Board"})"),
            "");
  drill_.instance().look([&](const kernel::State& state) {
    base::Report report({}, "request");
    const auto asked = kernel::read_request(testing::use_of_m(40), report);
    const auto determined = state.determine(asked.value().value(), state.now());
    EXPECT_EQ(determined.value().determination.find(registry::PartyId("US"))->outcome,
              kernel::Outcome::Prohibited);
  });
}

TEST_F(EarlierCases, NeverBecomeAGrant) {
  ASSERT_EQ(enter(kEarlier), "");
  const kernel::CaseId id("1998-112");
  EXPECT_EQ(rule_of(grant(drill_.instance(), id)), "legacy");
  const registry::GrantId as_grant("1998-112/G1");
  EXPECT_EQ(rule_of(draw(drill_.instance(), drill_.by("UA/Staff"), {as_grant, 1, {}, {}})),
            "legacy");
  EXPECT_EQ(rule_of(report(drill_.instance(), drill_.by("UA/Staff"),
                           {as_grant, 1, {}, {}, drill_.now(), "used", {}})),
            "legacy");
  // Nor does a statement that somebody signs for it by hand.
  kernel::Case pretended;
  pretended.id = id;
  auto statement =
      write_statement(drill_.pen("UA", "UA/Staff"), kernel::EntryKind::Report, &pretended,
                      kernel::ReportBody::write({as_grant, 1, {}, {}, drill_.now(), "used", {}}));
  EXPECT_EQ(rule_of(drill_.instance().submit(std::move(statement.value()))), "legacy");
  EXPECT_EQ(rule_of(drill_.instance().grant(id)), "unknown-case");
  drill_.instance().look([&](const kernel::State& state) {
    EXPECT_TRUE(state.cases().empty());
    EXPECT_TRUE(state.grants().empty());
  });
  EXPECT_FALSE(drill_.instance().evidence_of(as_grant));
}

TEST_F(EarlierCases, TheirIdsAreTaken) {
  ASSERT_EQ(enter(kEarlier), "");
  std::string other = kEarlier;
  other.replace(other.find("700"), 3, "701");
  EXPECT_EQ(enter(other), "case-exists");
  EXPECT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), kernel::CaseId("1998-112"),
                        testing::use_of_m())),
            "case-exists");
  EXPECT_EQ(enter(R"({"id": "1", "action": "use", "item": "X", "quantity": 1, "requester": "UA",
    "outcome": "deny", "decided_at": "2025-02-01", "decided_by": "the Board"})"),
            "unknown-item");
  EXPECT_EQ(enter(R"({"id": "1", "action": "use", "item": "M", "quantity": 1, "requester": "UA",
    "outcome": "deny", "decided_at": "2026-02-01", "decided_by": "the Board"})"),
            "in-the-future");
  EXPECT_EQ(rule_of(import_earlier(drill_.instance(), drill_.by("UA/Staff"), {earlier(kEarlier)})),
            "no-power");
}

TEST_F(EarlierCases, AListThatStoppedHalfWayIsHandedInAgain) {
  const auto of = [](const char* id, const char* item) {
    return earlier(std::string(R"({"id": ")") + id + R"(", "action": "use", "item": ")" + item +
                   R"(", "quantity": 1, "requester": "UA", "outcome": "approve",
                   "decided_at": "2025-02-01", "decided_by": "the Board"})");
  };
  const Actor registrar = drill_.by("US/Registrar");
  const std::vector<kernel::LegacyBody> wrong = {earlier(kEarlier), of("2", "X"), of("3", "M")};
  EXPECT_EQ(rule_of(import_earlier(drill_.instance(), registrar, wrong)), "unknown-item");
  const std::vector<kernel::LegacyBody> right = {earlier(kEarlier), of("2", "M"), of("3", "M")};
  for (const std::uint64_t entered : {2U, 0U}) {
    const Handled again = import_earlier(drill_.instance(), registrar, right);
    ASSERT_EQ(rule_of(again), "");
    EXPECT_EQ(again.value().value().count, entered);
    ASSERT_EQ(again.value().value().notes.size(), 1U);
    EXPECT_THAT(again.value().value().notes.front(),
                HasSubstr(std::to_string(3 - entered) + " of 3 stood in the ledger already"));
  }
  drill_.instance().look([](const kernel::State& state) { EXPECT_EQ(state.legacy().size(), 3U); });
}

TEST_F(EarlierCases, AListIsReadWholeOrNotAtAll) {
  const auto mistakes = [](const std::string& text) {
    base::Report report({}, "list");
    read_earlier(json(text), report);
    return !report.clean();
  };
  EXPECT_TRUE(mistakes(R"({"cases": []})"));
  EXPECT_TRUE(mistakes(R"({"cases": [{"id": "1"}]})"));
  EXPECT_TRUE(mistakes(R"({"cases": [{"id": "1/G1", "action": "use", "item": "M", "quantity": 1,
    "requester": "UA", "outcome": "deny", "decided_at": "2025-02-01", "decided_by": "B"}]})"));
  EXPECT_TRUE(mistakes(R"({"cases": [{"id": "1", "action": "use", "item": "M", "quantity": 1,
    "requester": "UA", "outcome": "approve", "counts": 2, "decided_at": "2025-02-01",
    "decided_by": "B"}]})"));
  EXPECT_FALSE(mistakes(std::string(R"({"cases": [)") + kEarlier + "]}"));
}

// The complaint: history vanishes on expiry.
TEST(Records, HistoryDoesNotVanishOnExpiry) {
  Drill drill;
  testing::granted(drill, "C");
  drill.at("2025-12-31T00:00:00Z");  // long after the window, with nothing drawn
  drill.reopen();
  drill.instance().look([&](const kernel::State& state) {
    EXPECT_EQ(kernel::status_of(*state.find(kGrant), state.now()), kernel::GrantStatus::Lapsed);
    const std::string text = describe_case(state, *state.find(kCase));
    EXPECT_THAT(text, HasSubstr("lapsed"));
    EXPECT_THAT(text, HasSubstr("US/USDP"));
    EXPECT_THAT(text, HasSubstr("approved as asked"));
  });
  const auto evidence = drill.instance().evidence_of(kGrant);
  ASSERT_TRUE(evidence);
  EXPECT_GT(evidence.value().entries.size(), 20U);
  EXPECT_EQ(testing::audited(drill.instance()), "");
}

// The complaint: deleting a request does not revoke. No request is deleted; what was granted ends
// by a revocation, and a denial after the grant changes nothing.
TEST(Records, NothingButARevocationRevokes) {
  Drill drill;
  testing::granted(drill, "C");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Deny;
  plan.text = "changed our mind";
  EXPECT_EQ(rule_of(decide(drill.instance(), drill.by("US/SecDef"), kCase, plan)), "case-closed");
  EXPECT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())),
            "case-exists");
  const auto status = [&] {
    std::string word;
    drill.instance().look([&](const kernel::State& state) {
      word = kernel::name_of(kernel::status_of(*state.find(kGrant), state.now()));
    });
    return word;
  };
  EXPECT_EQ(status(), "active");
  ASSERT_EQ(rule_of(act_on_grant(drill.instance(), drill.by("US/SecDef"), kernel::EntryKind::Revoke,
                                 {kGrant, "changed our mind"})),
            "");
  EXPECT_EQ(status(), "revoked");
  EXPECT_EQ(rule_of(draw(drill.instance(), drill.by("UA/Staff"), {kGrant, 1, {}, {}})), "revoked");
}

}  // namespace
}  // namespace countersign::casework
