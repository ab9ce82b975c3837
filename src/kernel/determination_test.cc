// SPDX-License-Identifier: Apache-2.0
#include "kernel/determination.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/answers.h"
#include "kernel/grounds.h"
#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using registry::DirectiveId;
using registry::OfficeId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::transfer;
using testing::use;
using testing::World;

const registry::AuthorityId kUs("US");

std::string approved(int office) {
  return fmt::format("context.approvals.contains(Office::\"US/O{}\")", office);
}
std::string permit(const std::string& condition) {
  return "permit (principal, action, resource) when { " + condition + " };\n";
}
std::string forbid(const std::string& condition) {
  return "forbid (principal, action, resource) when { " + condition + " };\n";
}
const char kPermitAll[] = "permit (principal, action, resource);\n";

AuthorityDetermination determined(const World& world, const Request& request = use(),
                                  const Taken& taken = {}) {
  const auto determination = determine(world.rules(), request, taken);
  EXPECT_TRUE(determination);
  EXPECT_EQ(determination.value().authorities.size(), 1U);
  EXPECT_EQ(determination.value().overall, determination.value().authorities[0].outcome);
  return determination.value().authorities[0];
}

AuthorityDetermination determined(const std::string& cedar, const Request& request = use()) {
  return determined(World().directive({"X", cedar, ""}), request);
}

std::string gap(const AuthorityDetermination& determination) {
  EXPECT_EQ(determination.outcome, Outcome::Undetermined);
  EXPECT_THAT(determination.authorised_by, IsEmpty());
  EXPECT_THAT(determination.approvals, IsEmpty());
  return determination.gaps.empty() ? "none" : determination.gaps[0].rule;
}

TEST(Determination, IsCedarsAnswer) {
  EXPECT_EQ(determined(World()).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(kPermitAll).outcome, Outcome::Authorised);
  EXPECT_EQ(determined(permit("context.quantity > 1")).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(kPermitAll + forbid("context.quantity == 1")).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(permit(approved(0))).outcome, Outcome::ApprovalRequired);
}

TEST(Determination, ListsTheMinimalSets) {
  const auto sets = [](const std::string& cedar) { return determined(cedar).approvals; };
  const OfficeId o0("US/O0");
  const OfficeId o1("US/O1");
  const OfficeId o2("US/O2");
  EXPECT_THAT(sets(permit(approved(0))), ElementsAre(ElementsAre(o0)));
  EXPECT_THAT(sets(permit(approved(0)) + permit(approved(1))),
              ElementsAre(ElementsAre(o0), ElementsAre(o1)));
  EXPECT_THAT(sets(permit(approved(0)) + permit(approved(0) + " && " + approved(1))),
              ElementsAre(ElementsAre(o0)));
  EXPECT_THAT(sets(permit(approved(2)) + forbid("!" + approved(0) + " && !" + approved(1))),
              ElementsAre(ElementsAre(o0, o2), ElementsAre(o1, o2)));
  EXPECT_THAT(sets(permit("context.approvals.containsAll([Office::\"US/O1\", "
                          "Office::\"US/O0\"]) || " +
                          approved(2))),
              ElementsAre(ElementsAre(o2), ElementsAre(o0, o1)));
  EXPECT_THAT(sets(kPermitAll + forbid("if " + approved(1) + " then false else true")),
              ElementsAre(ElementsAre(o1)));
}

TEST(Determination, NamesTheDirectivesThatDecide) {
  World world;
  world.directive({"P", kPermitAll, ""})
      .directive({"Q", permit(approved(0)), ""})
      .directive({"R", permit("context.quantity > 5"), ""})
      .directive({"F", forbid("!" + approved(1)), ""})
      .directive({"G", forbid("context.quantity > 5"), ""})
      .directive({"V", forbid("context.quantity == 1"), R"(, "kind": "advisory")"})
      .directive({"W", forbid("context.quantity == 2"), R"(, "kind": "advisory")"});
  const AuthorityDetermination one = determined(world);
  EXPECT_EQ(one.outcome, Outcome::ApprovalRequired);
  EXPECT_THAT(one.authorised_by, ElementsAre(DirectiveId("P"), DirectiveId("Q")));
  EXPECT_THAT(one.barred_by, ElementsAre(DirectiveId("F")));
  EXPECT_THAT(one.advisories, ElementsAre(DirectiveId("V")));
  EXPECT_THAT(one.decided_by, ElementsAre("F#1", "P#1", "Q#1"));
  EXPECT_THAT(one.ties, ElementsAre(registry::Basis::Supplied));
}

TEST(Determination, AdvisoriesBarNothing) {
  World world;
  world.directive({"P", kPermitAll, ""})
      .directive({"V", "forbid (principal, action, resource);", R"(, "kind": "advisory")"});
  EXPECT_EQ(determined(world).outcome, Outcome::Authorised);
  World permits;
  permits.directive({"V", kPermitAll, R"(, "kind": "advisory")"});
  EXPECT_EQ(determined(permits).outcome, Outcome::Prohibited);
}

TEST(Determination, DemandsTheProcedureOfWhatDependsOnApprovals) {
  const std::string procedures = R"(, "procedures": [
    {"id": "a", "advice": [{"office": "US/Adviser", "demand": "in"}]},
    {"id": "b", "advice": [{"office": "US/Adviser", "demand": "concur"}]}])";
  World world;
  world.directive({"X",
                   "@procedure(\"a\") " + permit("context.quantity > 0 || " + approved(0)) +
                       "@procedure(\"b\") " + forbid("!" + approved(0)),
                   procedures});
  const AuthorityDetermination one = determined(world);
  ASSERT_EQ(one.procedure.size(), 1U);
  EXPECT_EQ(one.procedure[0].office, OfficeId("US/Adviser"));
  EXPECT_EQ(one.procedure[0].kind, registry::AdviceDemand::Kind::Concur);
  EXPECT_EQ(one.procedure[0].procedure, registry::ProcedureId("b"));
}

TEST(Determination, DemandsNoProcedureOfAPermitThatNobodyNeeds) {
  const std::string procedure =
      R"(, "procedures": [{"id": "a", "advice": [{"office": "US/Adviser", "demand": "in"}]}])";
  const std::string asking = "@procedure(\"a\") " + permit(approved(1));
  const auto demands = [&](const std::string& others) {
    World world;
    world.directive({"X", asking + others, procedure});
    return determined(world).procedure.size();
  };
  EXPECT_EQ(demands(forbid("!" + approved(0))), 1U);
  // Another permit holds by itself; what is left to approve is the forbid's.
  EXPECT_EQ(demands(permit("true") + forbid("!" + approved(0))), 0U);
}

TEST(Determination, IsUndeterminedWhenAPolicyFails) {
  // Stock Cedar would skip either policy, and allow.
  const std::string overflow = "context.quantity + 9223372036854775807 > 0";
  EXPECT_EQ(gap(determined(kPermitAll + forbid(overflow))), "error");
  EXPECT_EQ(gap(determined(kPermitAll + permit(overflow))), "error");
  World advisory;
  advisory.directive({"P", kPermitAll, ""})
      .directive({"V", forbid(overflow), R"(, "kind": "advisory")"});
  EXPECT_EQ(gap(determined(advisory)), "error");
}

TEST(Determination, IsUndeterminedWhenADirectiveFailsTheRules) {
  World world;
  world.directive({"P", kPermitAll, ""}).directive({"X", forbid("context.nothing"), ""});
  const AuthorityDetermination one = determined(world);
  EXPECT_EQ(gap(one), "rules");
  EXPECT_THAT(one.gaps[0].message, HasSubstr("directives/X.cedar"));
}

// As of 2025-06-01.
AuthorityDetermination with_period(const std::string& cedar, const std::string& period) {
  World world;
  world.directive({"P", kPermitAll, ""});
  world.directive({"X", cedar, R"(, "in_force": )" + period});
  return determined(world);
}

TEST(Determination, IsUndeterminedWhenAPendingDirectiveFailsTheRules) {
  const std::string wrong = "\n  " + forbid("context.nothing");
  const AuthorityDetermination one = with_period(wrong, R"({"from": "2025-07-01"})");
  EXPECT_EQ(gap(one), "rules");
  EXPECT_THAT(one.gaps[0].message, HasSubstr("with what is in force from 2025-07-01T00:00:00Z on, "
                                             "X fails the rules for policies"));
  EXPECT_THAT(one.gaps[0].message, HasSubstr("directives/X.cedar:2:55: validation: "));
  const World world;
  const std::vector<Ground> all = grounds(world.rules(), one);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].directive, registry::DirectiveId("X"));
  EXPECT_EQ(all[0].file, "directives/X.cedar");
  EXPECT_EQ(all[0].at, (base::Position{2, 55}));
}

TEST(Determination, DoesNotAskAboutADirectiveThatHasEndedOrWillNotBegin) {
  const std::string wrong = forbid("context.nothing");
  EXPECT_EQ(with_period(wrong, R"({"from": "2024-01-01", "until": "2025-01-01"})").outcome,
            Outcome::Authorised);
  World world;  // X is superseded before it begins
  world.directive({"P", kPermitAll, ""})
      .directive({"X", wrong, R"(, "in_force": {"from": "2025-08-01"})"})
      .directive({"Y", "", R"(, "in_force": {"from": "2025-07-01"}, "supersedes": ["X"])"});
  EXPECT_EQ(determined(world).outcome, Outcome::Authorised);
}

// What is pending is held against what will be in force then.
TEST(Determination, TakesAPendingDirectiveThatWillBeRight) {
  World world;
  world.directive({"P", kPermitAll, ""})
      .directive({"T", "", R"(, "in_force": {"from": "2025-07-01"},
                               "tallies": [{"id": "cap", "limit": 1}])"})
      .directive({"X", forbid("context.rest.cap < context.quantity"),
                  R"(, "in_force": {"from": "2025-07-01"})"});
  EXPECT_EQ(determined(world).outcome, Outcome::Authorised);
}

TEST(Determination, IsUndeterminedWhenAnUnratedItemIsAskedFor) {
  World world;
  world.holdings(R"({"holdings": [{"item": "D", "quantity": 1, "yellow_below": 1,
                                   "red_below": 1}]})");
  const std::string red = "context.rating == Rating::\"red\"";
  world.directive({"X", kPermitAll + forbid(red), ""});
  EXPECT_EQ(gap(determined(world)), "unrated");
  // Nor may an open approval hide it.
  World hidden;
  hidden.holdings(R"({"holdings": []})");
  hidden.directive({"X", permit(approved(0) + " && " + red), ""});
  EXPECT_EQ(gap(determined(hidden)), "unrated");
  // Not asked of this request, not missed.
  World other;
  other.holdings(R"({"holdings": []})");
  other.directive({"X", kPermitAll + forbid("resource == Item::\"D\" && " + red), ""});
  EXPECT_EQ(determined(other).outcome, Outcome::Authorised);
}

TEST(Determination, IsUndeterminedPastSixtyFourSets) {
  // One of each pair: two to the number of pairs. Seven pairs are 128.
  std::string charter = R"({"authority": "US", "offices": [
    {"id": "US/O0", "rank": 1, "may": ["issue"]})";
  for (int i = 0; i < 14; ++i) {
    charter += fmt::format(R"(, {{"id": "US/P{}", "rank": 2, "may": ["decide"]}})", i);
  }
  charter += "]}";
  const auto pairs = [&charter](int count) {
    std::string cedar = kPermitAll;
    for (int i = 0; i < count; ++i) {
      cedar += fmt::format(
          "forbid (principal, action, resource) unless {{ "
          "context.approvals.containsAny([Office::\"US/P{}\", Office::\"US/P{}\"]) }};\n",
          2 * i, 2 * i + 1);
    }
    World world;
    world.held().charters = {registry::recorded(
        registry::RecordKind::Charter, "US", kUs, {}, testing::json(charter),
        registry::read_document<registry::Charter>(charter, "c").value(), "charter.json")};
    return determined(world.directive({"X", cedar, ""}));
  };
  EXPECT_EQ(pairs(6).approvals.size(), 64U);
  EXPECT_EQ(pairs(6).outcome, Outcome::ApprovalRequired);
  EXPECT_EQ(gap(pairs(7)), "too-many-sets");
}

TEST(Determination, IsUndeterminedWhenTiesAre) {
  World world;
  world.directive({"P", kPermitAll, ""}).item(R"({"id": "N", "complete": false})");
  world.claim(R"({"id": "c9", "basis": "supplied", "item": "N"})");
  const auto determination =
      determine(world.rules(), testing::request(R"({"requester": "UA", "action": "use", "item": "N",
                                          "quantity": 1, "place": {"region": "A"}})"));
  ASSERT_TRUE(determination);
  EXPECT_EQ(determination.value().overall, Outcome::Undetermined);
  ASSERT_FALSE(determination.value().gaps.empty());
  EXPECT_EQ(determination.value().gaps[0].rule, "not-complete");
  ASSERT_EQ(determination.value().authorities.size(), 1U);
  EXPECT_EQ(determination.value().authorities[0].outcome, Outcome::Undetermined);
}

TEST(Determination, IsUndeterminedWhenNobodyHasATie) {
  World world;
  world.item(R"({"id": "N", "complete": true})");
  const auto determination =
      determine(world.rules(), testing::request(R"({"requester": "UA", "action": "use", "item": "N",
                                          "quantity": 1, "place": {"region": "A"}})"));
  ASSERT_TRUE(determination);
  EXPECT_EQ(determination.value().overall, Outcome::Undetermined);
  EXPECT_THAT(determination.value().authorities, IsEmpty());
  EXPECT_EQ(determination.value().gaps[0].rule, "no-tie");
}

TEST(Determination, RatesTheStockAfterTheRequest) {
  World world;
  world.holdings().directive({"X",
                              R"(
    forbid (principal, action == Action::"transfer", resource)
    when { context.rating == Rating::"red" };
    permit (principal, action == Action::"transfer", resource);
    permit (principal, action == Action::"use", resource);)",
                              ""});
  EXPECT_EQ(determined(world, transfer(20)).rating, registry::Colour::Green);
  EXPECT_EQ(determined(world, transfer(21)).rating, registry::Colour::Yellow);
  EXPECT_EQ(determined(world, transfer(21)).outcome, Outcome::Authorised);
  EXPECT_EQ(determined(world, transfer(41)).rating, registry::Colour::Red);
  EXPECT_EQ(determined(world, transfer(41)).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(world, use()).rating, std::nullopt);  // no policy for a use asks
}

TEST(Determination, CountsTalliesAndLeavesOutTheGrantThatIsCheckedAgain) {
  World world;
  world.directive({"X",
                   R"(permit (principal, action == Action::"transfer", resource)
                      when { context.quantity <= context.rest.cap };)",
                   R"(, "tallies": [{"id": "cap", "actions": ["transfer"], "limit": 10}])"});
  const registry::Usage used{{registry::Action::Transfer, registry::ItemId("M"),
                              registry::PartyId("UA"), registry::PartyId("UA"), 4},
                             testing::day("2025-01-01"),
                             registry::GrantId("g1")};
  const std::vector<registry::Usage> usages = {used};
  EXPECT_EQ(determined(world, transfer(6), {usages, {}}).outcome, Outcome::Authorised);
  EXPECT_EQ(determined(world, transfer(7), {usages, {}}).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(world, transfer(7), {usages, {&used.grant, 1}}).outcome,
            Outcome::Authorised);
}

TEST(Determination, SeesTheClassesOfTheItemAndTheGroupsOfTheParties) {
  EXPECT_EQ(determined(permit("resource in ItemClass::\"missile\"")).outcome, Outcome::Authorised);
  EXPECT_EQ(determined(permit("resource in ItemClass::\"drone\"")).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined("permit (principal, action, resource in ItemClass::\"missile\");").outcome,
            Outcome::Authorised);
  const std::string ally = permit("principal in Group::\"Allies\"");
  EXPECT_EQ(determined(ally).outcome, Outcome::Prohibited);
  EXPECT_EQ(determined(ally, testing::request(R"({"requester": "GB", "action": "use",
      "item": "M", "quantity": 1, "place": {"region": "A"}})"))
                .outcome,
            Outcome::Authorised);
}

TEST(Determination, EvaluatesOneSetOfApprovalsForTheGrant) {
  World world;
  world.directive({"X", permit(approved(0) + " && " + approved(1)), ""});
  const Rules rules = world.rules();
  const Facts facts = *determine(rules, use()).value().authorities[0].facts;
  const RuleBook& book = *rules.book(kUs);
  const std::vector<OfficeId> both = {OfficeId("US/O0"), OfficeId("US/O1")};
  EXPECT_EQ(evaluate(book, facts, {}), Verdict::Deny);
  EXPECT_EQ(evaluate(book, facts, std::span(both).first(1)), Verdict::Deny);
  EXPECT_EQ(evaluate(book, facts, both), Verdict::Allow);
  Facts others = facts;
  others.authority = registry::AuthorityId("GB");
  EXPECT_EQ(evaluate(book, others, both), Verdict::Error);
  EXPECT_EQ(determine_authority(book, others).outcome, Outcome::Undetermined);
}

TEST(Determination, FingerprintsWhatADecisionRestsOn) {
  const std::string review = R"(, "procedures": [{"id": "p", "advice": [
      {"office": "US/Adviser", "demand": "in"}]}])";
  const auto print = [&review](const std::string& cedar) {
    const bool reviewed = cedar.find("@procedure") != std::string::npos;
    return determined(World().directive({"X", cedar, reviewed ? review : ""})).fingerprint();
  };
  const Fingerprint before = print(permit(approved(0)));
  EXPECT_THAT(differences(before, before), IsEmpty());
  EXPECT_THAT(differences(before, print(kPermitAll)),
              ElementsAre("the outcome", "the approvals required"));
  EXPECT_THAT(differences(before, print(permit(approved(1)))),
              ElementsAre("the approvals required"));
  EXPECT_THAT(differences(before, print("@procedure(\"p\")" + permit(approved(0)))),
              ElementsAre("the procedure"));
  EXPECT_THAT(differences(before, print(permit(approved(0)) + permit(approved(0)))),
              ElementsAre("the policies that decided"));

  const std::string written = base::write_json(write(before));
  base::Report report(written, "f");
  EXPECT_EQ(read_fingerprint(testing::json(written), report), before);
  EXPECT_TRUE(report.clean());
}

TEST(Determination, SaysWhyInWords) {
  World world;
  world.directive({"X", permit(approved(0) + R"( && context.within.contains(Region::"B"))"), ""})
      .directive({"Y", "permit (principal == Party::\"GB\", action, resource);", ""});
  const auto determination = determine(world.rules(), use());
  const std::string text = to_text(determination.value(), world.rules());
  EXPECT_THAT(text, HasSubstr("X (the rule X) came close: the place is not within B"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("Y (the rule Y)")));
  const std::vector<Ground> all = grounds(world.rules(), determination.value().authorities[0]);
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[1].kind, Ground::Kind::CameClose);
  EXPECT_EQ(all[1].source, R"(context.within.contains(Region::"B"))");
  EXPECT_EQ(all[1].file, "directives/X.cedar");
  EXPECT_EQ(all[1].at.line, 1U);
}

}  // namespace
}  // namespace countersign::kernel
