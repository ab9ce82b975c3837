// SPDX-License-Identifier: Apache-2.0
// Who may act now, and why not: what is told is what the command itself answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/changes.h"
#include "casework/checks.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/why_words.h"
#include "kernel/why.h"

namespace countersign::casework {
namespace {

using kernel::AdviceView;
using kernel::CaseId;
using kernel::Deed;
using kernel::Why;
using ::testing::AllOf;
using ::testing::Contains;
using testing::Drill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rule_of;

Why why(Drill& drill, const std::string& id, const std::string& office = {}) {
  std::optional<Why> told;
  drill.instance().look([&](const kernel::State& state) {
    kernel::WhyScope scope;
    if (!office.empty()) scope.office = registry::OfficeId(office);
    auto explained = kernel::explain(state, CaseId(id), drill.now(), scope);
    CHECK(explained.has_value());
    told = std::move(explained.value());
  });
  return *std::move(told);
}

// The rules that bar the office from the act, in their order; "no such act" where it has none.
std::vector<std::string> bars(const Why& why, const std::string& office, Deed deed) {
  std::vector<std::string> rules;
  bool found = false;
  for (const kernel::LaneStanding& lane : why.lanes) {
    for (const kernel::OfficeStanding& of : lane.offices) {
      for (const kernel::Standing& standing : of.deeds) {
        if (of.office.text() != office || standing.deed != deed) continue;
        found = true;
        for (const kernel::Bar& bar : standing.bars) {
          EXPECT_FALSE(bar.lifted_by.empty()) << bar.refusal.rule;
          rules.push_back(bar.refusal.rule);
        }
      }
    }
  }
  if (!found) rules.emplace_back("no such act");
  return rules;
}

class WhyTest : public ::testing::Test {
 protected:
  void ask_c(const std::string& id = "C", int quantity = 2) {
    ASSERT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), CaseId(id),
                          testing::use_of_m(quantity))),
              "");
    drill_.pass(60);
  }
  std::string advised(AdviceView view, const std::string& by = "US/USDP",
                      kernel::Provisos provisos = {}) {
    return rule_of(advise(drill_.instance(), drill_.by(by), CaseId("C"),
                          {view, std::move(provisos), "as seen"}));
  }
  std::string decided(const std::string& by, kernel::DecisionOutcome outcome,
                      const std::string& id = "C") {
    DecisionPlan plan;
    plan.outcome = outcome;
    return rule_of(decide(drill_.instance(), drill_.by(by), CaseId(id), plan));
  }

  // Issues the directive US-9 of these files.
  std::string issued(const testing::Files& files) {
    const testing::Folder folder;
    folder.write(files);
    const base::Json changes = testing::json(R"({"directives": ["US-9.json"]})");
    base::Report report({}, "changes");
    const auto plan = read_changes(changes, report, registry::PartyId("US"), folder.path());
    CHECK(plan.has_value());
    const auto answer = casework::issue(drill_.instance(), registry::PartyId("US"), plan.value(),
                                        drill_.keys(), drill_.now());
    CHECK(answer.has_value());
    return answer.value() ? std::string() : answer.value().error().rule;
  }

  Drill drill_;
};

// Every act that is said to be free is accepted, every other refused by the first bar told.
TEST_F(WhyTest, SaysWhatTheCommandWouldAnswer) {
  ask_c();
  const std::vector<std::string> offices = {"US/SecDef", "US/Deputy", "US/USDP", "US/Legal",
                                            "GB/MoD"};
  const auto agree = [&] {
    const Why told = why(drill_, "C");
    for (const std::string& office : offices) {
      const auto approve = bars(told, office, Deed::Approve);
      if (!approve.empty()) {
        const std::string expected =
            approve.front() == "no such act" ? "no-power" : approve.front();
        EXPECT_EQ(decided(office, kernel::DecisionOutcome::Approve), expected) << office;
      }
      const auto advise = bars(told, office, Deed::Advise);
      if (!advise.empty()) {
        const std::string expected = advise.front() == "no such act" ? "no-power" : advise.front();
        EXPECT_EQ(advised(AdviceView::Concur, office), expected) << office;
      }
    }
  };
  agree();
  EXPECT_THAT(bars(why(drill_, "C"), "US/SecDef", Deed::Approve), ElementsAre("advice-missing"));
  EXPECT_THAT(bars(why(drill_, "C"), "US/Deputy", Deed::Approve),
              ElementsAre("not-required", "advice-missing"));
  EXPECT_THAT(bars(why(drill_, "C"), "US/SecDef", Deed::Refuse), IsEmpty());
  EXPECT_THAT(bars(why(drill_, "C"), "GB/MoD", Deed::Approve), ElementsAre("not-required"));
  ASSERT_EQ(advised(AdviceView::DoNotConcur), "");
  agree();
  EXPECT_THAT(bars(why(drill_, "C"), "US/SecDef", Deed::Approve), ElementsAre("override-missing"));
  ASSERT_EQ(advised(AdviceView::Concur), "");
  EXPECT_THAT(bars(why(drill_, "C"), "US/SecDef", Deed::Approve), IsEmpty());
  ASSERT_EQ(decided("US/SecDef", kernel::DecisionOutcome::Approve), "");
  agree();
  ASSERT_EQ(rule_of(grant(drill_.instance(), CaseId("C"))), "");
  agree();
  EXPECT_THAT(bars(why(drill_, "C"), "US/USDP", Deed::Advise), ElementsAre("case-closed"));
}

TEST_F(WhyTest, SaysThatNobodyHoldsAnOffice) {
  std::string charter = testing::small_directory()["authorities/US/charter.json"];
  const std::string legal = R"({"id": "US/Legal")";
  charter.replace(charter.find(legal), legal.size(),
                  R"({"id": "US/New", "rank": 3, "may": ["advise"]}, {"id": "US/Legal")");
  ASSERT_EQ(
      rule_of(enter_charter(drill_.instance(), registry::PartyId("US"), testing::json(charter),
                            drill_.key("US/root"), drill_.key("US/clerk"))),
      "");
  ask_c();
  EXPECT_THAT(bars(why(drill_, "C"), "US/New", Deed::Advise), ElementsAre("not-appointed"));
  EXPECT_THAT(describe(why(drill_, "C", "US/New")),
              AllOf(HasSubstr("nobody was ever appointed to it (not-appointed)"),
                    HasSubstr("lifted by: an appointment signed by the root")));
  // From tomorrow on.
  const base::Period period{{drill_.now().unix_ms + 86'400'000}, base::kDistantFuture};
  ASSERT_EQ(rule_of(enter_appointment(
                drill_.instance(), registry::OfficeId("US/New"), registry::PersonId("p-new"),
                drill_.key("US/new").public_key(), period, drill_.key("US/root"))),
            "");
  EXPECT_THAT(describe(why(drill_, "C", "US/New")), HasSubstr("is in force only from 2025-06-02"));
  drill_.pass(86'400);
  drill_.instance().look([](const kernel::State&) {});
  EXPECT_THAT(bars(why(drill_, "C"), "US/New", Deed::Advise), IsEmpty());
}

// One person in two offices: what bars it is told for each of them apart.
TEST_F(WhyTest, SaysWhomItsOwnAdviceBars) {
  const registry::PersonId one("p-one");
  for (const char* office : {"US/SecDef", "US/USDP"}) {
    const std::string key = std::string(office) + "-one";
    ASSERT_EQ(rule_of(enter_appointment(
                  drill_.instance(), registry::OfficeId(office), one, drill_.key(key).public_key(),
                  {drill_.now(), base::kDistantFuture}, drill_.key("US/root"))),
              "");
  }
  ask_c();
  const seal::SigningKey& key = drill_.key("US/USDP-one");
  ASSERT_EQ(rule_of(advise(drill_.instance(), {key, registry::OfficeId("US/USDP")}, CaseId("C"),
                           {AdviceView::Concur, {}, "as seen"})),
            "");
  const Why told = why(drill_, "C", "US/SecDef");
  ASSERT_EQ(told.lanes.size(), 1U);
  ASSERT_EQ(told.lanes[0].offices.size(), 2U);  // the holder from the start, and this one
  for (const kernel::OfficeStanding& office : told.lanes[0].offices) {
    for (const kernel::Standing& standing : office.deeds) {
      EXPECT_EQ(standing.bars.empty(), office.person != one);
      if (office.person != one) continue;
      EXPECT_EQ(standing.bars[0].refusal.rule, "adviser-decides");
      EXPECT_THAT(standing.bars[0].lifted_by, HasSubstr("somebody else who holds US/SecDef"));
    }
  }
}

TEST_F(WhyTest, SaysWhatIsMissingWhereNothingCanBeDetermined) {
  drill_.at("2026-12-01T00:00:00Z");
  ask_c();
  const Why told = why(drill_, "C", "US/SecDef");
  ASSERT_EQ(told.lanes.size(), 1U);
  EXPECT_THAT(bars(told, "US/SecDef", Deed::Approve), Contains("undetermined"));
  EXPECT_THAT(describe(told), HasSubstr("manifest of US expired"));
}

TEST_F(WhyTest, RefusesAnOfficeThatHasNoPartInTheCase) {
  ask_c();
  drill_.instance().look([&](const kernel::State& state) {
    const auto staff =
        kernel::explain(state, CaseId("C"), drill_.now(), {registry::OfficeId("UA/Staff"), {}});
    ASSERT_FALSE(staff);
    EXPECT_EQ(staff.error().rule, "unknown-office");
    const auto none = kernel::explain(state, CaseId("D"), drill_.now());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().rule, "unknown-case");
  });
}

// A complaint about approval software: somebody is refused, and nobody can say by which rule.
TEST_F(WhyTest, WhichRuleFired) {
  ask_c();
  const std::string told = describe(why(drill_, "C"));
  EXPECT_THAT(told, HasSubstr("rule US-2#1: "));
  EXPECT_THAT(told, HasSubstr("US/SecDef may not approve:"));
  EXPECT_THAT(told, HasSubstr("US-2 demands the advice of US/USDP before the decision (review) "
                              "(advice-missing)"));
  EXPECT_THAT(told, HasSubstr("lifted by: the advice of US/USDP"));
  EXPECT_THAT(told, HasSubstr("the rules in force ask for the approval by US/SecDef"));
  EXPECT_THAT(told, HasSubstr("US/SecDef may deny or return it now"));
  EXPECT_THAT(told, HasSubstr("no grant yet: "));
  const base::Json json = to_json(why(drill_, "C"));
  EXPECT_THAT(base::write_json(json),
              AllOf(HasSubstr(R"("policy":"US-2#1")"), HasSubstr(R"("rule":"advice-missing")")));
}

TEST_F(WhyTest, TellsEarlierCasesThatWereLikeIt) {
  ask_c("A");
  ASSERT_EQ(decided("US/SecDef", kernel::DecisionOutcome::Deny, "A"), "");
  testing::granted(drill_, "B");
  // Elsewhere, and therefore not like it.
  ASSERT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), CaseId("Z"),
                        testing::use_of_m(2, "[5, 5]"))),
            "");
  ask_c();
  const Why told = why(drill_, "C");
  ASSERT_EQ(told.precedents.size(), 2U);
  EXPECT_EQ(told.precedents[0].id, CaseId("B"));
  EXPECT_EQ(told.precedents[0].grant, kernel::GrantStatus::Active);
  EXPECT_EQ(told.precedents[1].id, CaseId("A"));
  EXPECT_EQ(told.precedents[1].status, kernel::CaseStatus::Denied);
  EXPECT_TRUE(told.precedents[1].same_directives);
  EXPECT_THAT(describe(told), HasSubstr("A, asked 2025-06-01T00:00:00Z: denied at "));
  EXPECT_THAT(why(drill_, "Z").precedents, IsEmpty());
}

// Its file may divide things otherwise: it is told, with what differs.
TEST_F(WhyTest, TellsCasesBeforeTheLedgerAndInWhatTheyDiffer) {
  const auto entered = [&](const std::string& id, const std::string& more) {
    base::Report report({}, "earlier");
    const auto cases = read_earlier(
        testing::json(R"({"cases": [{"id": ")" + id + R"(", "action": "use", "item": "M",
          "quantity": 1, "outcome": "deny", "decided_by": "the Board", )" +
                      more + "}]}"),
        report);
    CHECK(report.clean());
    return rule_of(import_earlier(drill_.instance(), drill_.by("US/Registrar"), cases));
  };
  ASSERT_EQ(entered("old-1", R"("requester": "UA", "decided_at": "2020-01-01",
                                "categories": ["depot"])"),
            "");
  ASSERT_EQ(entered("old-2", R"("requester": "UA", "decided_at": "2021-01-01",
                                "categories": ["radar"],
                                "place": {"point": [5, 15], "uncertainty_m": 100})"),
            "");
  ASSERT_EQ(entered("old-3", R"("requester": "FR", "decided_at": "2022-01-01")"), "");
  ask_c();
  const Why told = why(drill_, "C");
  ASSERT_EQ(told.precedents.size(), 2U);
  EXPECT_EQ(told.precedents[0].id, CaseId("old-2"));
  EXPECT_THAT(told.precedents[0].differs, IsEmpty());
  EXPECT_EQ(told.precedents[0].status, kernel::CaseStatus::Denied);
  EXPECT_THAT(told.precedents[1].differs,
              ElementsAre("it was under depot, this is under radar", "its file states no place"));
  EXPECT_THAT(describe(told),
              HasSubstr("old-1, from the files of US: denied at 2020-01-01T00:00:00Z by \"the "
                        "Board\", before this ledger; it was under depot, this is under radar; its "
                        "file states no place"));
  // The authority whose file it is sees it, and no other.
  const auto ids = [&](const char* office) {
    std::vector<std::string> names;
    drill_.instance().look([&](const kernel::State& state) {
      const auto seen =
          explain_to(Reader::as(state, office).value(), state, CaseId("C"), std::nullopt);
      ASSERT_TRUE(seen) << office;
      for (const auto& earlier : seen.value().precedents) names.push_back(earlier.id.text());
    });
    return names;
  };
  EXPECT_THAT(ids("US/SecDef"), ElementsAre("old-2", "old-1"));
  EXPECT_THAT(ids("GB/MoD"), IsEmpty());
}

// A determination that the rules have left behind bars nobody: the office's decision enters the new
// one first. It is said, and what was approved on the old one does not count.
TEST_F(WhyTest, SaysThatADeterminationIsStale) {
  ask_c();
  EXPECT_FALSE(why(drill_, "C", "US/SecDef").lanes[0].stale);
  const testing::Files more = {{"US-9.json", testing::directive("US-9", "US/SecDef")},
                               {"US-9.cedar", R"(forbid (principal, action, resource)
        unless { context.approvals.contains(Office::"US/Deputy") };)"}};
  ASSERT_EQ(issued(more), "");
  const Why told = why(drill_, "C", "US/Deputy");
  EXPECT_TRUE(told.lanes[0].stale);
  EXPECT_THAT(bars(told, "US/Deputy", Deed::Approve), ElementsAre("advice-missing"));
  EXPECT_THAT(describe(told), HasSubstr("the next decision enters this first"));
  ASSERT_EQ(advised(AdviceView::Concur), "");
  EXPECT_THAT(bars(why(drill_, "C"), "US/Deputy", Deed::Approve), IsEmpty());
  EXPECT_EQ(decided("US/Deputy", kernel::DecisionOutcome::Approve), "");
}

TEST_F(WhyTest, SpeaksOfTheSuspendedGrant) {
  const registry::GrantId grant = testing::granted(drill_, "C");
  ASSERT_EQ(rule_of(act_on_grant(drill_.instance(), drill_.by("US/SecDef"),
                                 kernel::EntryKind::Suspend, {grant, "a pause"})),
            "");
  const Why told = why(drill_, "C");
  EXPECT_EQ(told.resuming, grant);
  EXPECT_THAT(bars(told, "US/SecDef", Deed::Approve), IsEmpty());
  EXPECT_THAT(bars(told, "US/USDP", Deed::Advise), IsEmpty());
  EXPECT_THAT(describe(told), HasSubstr("US/SecDef may let the grant go on"));
}

}  // namespace
}  // namespace countersign::casework
