// SPDX-License-Identifier: Apache-2.0
// The rules under which a case may be granted, on records written down here: who must have advised,
// who may not decide, what still binds, and what is left when all consents are laid together.
#include "kernel/terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kernel/scope.h"
#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using registry::OfficeId;
using registry::PersonId;
using testing::World;

const registry::PartyId kUs("US");
const std::string kWindow =
    R"(, "window": {"from": "2025-06-01", "until": "2025-08-01"}, "categories": ["oil", "radar"])";

// US permits the use of M with O1's approval, or O2's and O3's together, and wants an adviser.
World reviewed(const std::string& demand = "in") {
  World world;
  world.directive({"US-1", R"(@procedure("review")
    permit (principal, action == Action::"use", resource)
    when { context.approvals.contains(Office::"US/O1") ||
           context.approvals.containsAll([Office::"US/O2", Office::"US/O3"]) };)",
                   R"(, "procedures": [{"id": "review", "advice":
                     [{"office": "US/Adviser", "demand": ")" +
                       demand + R"("}]}])"});
  return world;
}

World permitted() {
  World world;
  world.directive({"US-1", "permit (principal, action, resource);", ""});
  return world;
}

// A case in one lane, step by step, as the ledger would have folded it.
class TermsTest : public ::testing::Test {
 protected:
  void open(World world, const std::string& request = kWindow) {
    rules_.emplace(world.rules("2025-06-10"));
    of_.id = CaseId("C");
    of_.request = testing::use(R"({"point": [3, 3], "uncertainty_m": 10})", request);
    of_.submitted = done("UA/Staff", "p-asker");
    redetermine();
  }
  // The determination as it is now, entered in the lane.
  void redetermine() {
    auto made = determine(*rules_, of_.request, {});
    ASSERT_TRUE(made);
    determination_ = std::move(made.value());
    lane().findings.push_back({next_++, commitment(), determination_->find(kUs)->fingerprint()});
  }
  void change_rules(World world) {
    rules_.emplace(world.rules("2025-06-10"));
    auto made = determine(*rules_, of_.request, {});
    ASSERT_TRUE(made);
    determination_ = std::move(made.value());
  }

  Lane& lane() { return of_.lanes[kUs]; }

  void advise(const std::string& office, AdviceView view, Provisos provisos = {},
              const std::string& person = "p-adviser") {
    lane().advice.push_back({done(office, person), {view, std::move(provisos), {}}, std::nullopt});
  }
  void override_last(const std::string& by = "US/O1") {
    lane().overrides.push_back(
        {done(by, "p-" + by), {lane().advice.back().done.statement, "all the same"}});
  }
  void decide(const std::string& office, std::optional<std::string> person = std::nullopt,
              Provisos provisos = {}, DecisionOutcome outcome = DecisionOutcome::Approve) {
    DecisionBody body;
    body.outcome = outcome;
    body.provisos = std::move(provisos);
    body.determination = lane().findings.back().commitment;
    body.position = lane().findings.back().position;
    lane().decisions.push_back({done(office, person.value_or("p-" + office)), std::move(body)});
  }
  void consent_by_clerk() {
    const Finding& finding = lane().findings.back();
    lane().consents.push_back(
        {done("clerk", ""), ConsentBody{finding.commitment, finding.position}});
  }

  base::Ruled<Terms> terms(const std::optional<registry::GrantId>& resuming = std::nullopt) {
    const base::Instant at = testing::day("2025-06-10");
    return check_terms(of_, {*rules_, *determination_, at}, resuming, at);
  }
  std::string rule() {
    const auto checked = terms();
    return checked ? std::string() : checked.error().rule;
  }

  Case of_;

 private:
  Commitment commitment() {
    return seal::sha256(base::as_bytes("finding " + std::to_string(next_)));
  }
  Done done(const std::string& office, const std::string& person) {
    Done made;
    made.position = next_++;
    made.at = testing::day("2025-06-10");
    made.signer.office = OfficeId(office);
    made.signer.person = PersonId(person);
    made.statement = seal::sha256(base::as_bytes("statement " + std::to_string(next_)));
    return made;
  }

  std::optional<Rules> rules_;
  std::optional<Determination> determination_;
  Position next_ = 10;
};

Provisos at_most(std::int64_t quantity) {
  Provisos provisos;
  provisos.quantity = quantity;
  return provisos;
}

TEST_F(TermsTest, ApprovedAfterAdviceIsGranted) {
  open(reviewed());
  EXPECT_EQ(rule(), "approval-missing");
  advise("US/Adviser", AdviceView::NoComment);
  decide("US/O1");
  const auto checked = terms();
  ASSERT_TRUE(checked) << checked.error().message;
  ASSERT_EQ(checked.value().consents.size(), 1U);
  EXPECT_EQ(checked.value().consents[0].approvals, std::vector{OfficeId("US/O1")});
  EXPECT_FALSE(checked.value().consents[0].by_clerk);
  EXPECT_EQ(checked.value().scope.window.from, testing::day("2025-06-10"));
}

TEST_F(TermsTest, AdviceMustBeInBeforeTheDecision) {
  open(reviewed());
  decide("US/O1");
  EXPECT_EQ(rule(), "advice-missing");
  advise("US/Adviser", AdviceView::Concur);
  EXPECT_EQ(rule(), "advice-missing");  // it came too late for that decision
  decide("US/O1");
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, ADemandToConcurWantsMoreThanAView) {
  open(reviewed("concur"));
  for (const AdviceView view : {AdviceView::NoComment, AdviceView::DoNotConcur}) {
    lane().advice.clear();
    lane().decisions.clear();
    advise("US/Adviser", view);
    override_last();
    decide("US/O1");
    EXPECT_EQ(rule(), "advice-concurrence") << name_of(view);
  }
  lane().advice.clear();
  lane().decisions.clear();
  advise("US/Adviser", AdviceView::ConcurWithProvisos, at_most(1));
  decide("US/O1", std::nullopt, at_most(1));
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AgainstANonConcurrenceThereMustBeAnOverrideThatNamesIt) {
  open(reviewed());
  advise("US/Adviser", AdviceView::DoNotConcur);
  decide("US/O1");
  EXPECT_EQ(rule(), "override-missing");
  override_last();
  EXPECT_EQ(rule(), "override-missing");  // signed after the decision
  decide("US/O1");
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AnOverrideIsTheDecidersAndOfThatAdvice) {
  open(reviewed());
  advise("US/Adviser", AdviceView::DoNotConcur);
  override_last("US/O2");
  decide("US/O1");
  EXPECT_EQ(rule(), "override-missing");
  lane().decisions.clear();
  override_last("US/O1");
  // What was overridden was said again since.
  advise("US/Adviser", AdviceView::DoNotConcur);
  decide("US/O1");
  EXPECT_EQ(rule(), "override-missing");
}

TEST_F(TermsTest, TheLastAdviceOfAnOfficeCounts) {
  open(reviewed());
  advise("US/Adviser", AdviceView::DoNotConcur);
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AdviceThatNobodyAskedForBindsAsWell) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  advise("US/O4", AdviceView::DoNotConcur, {}, "p-other");
  decide("US/O1");
  EXPECT_EQ(rule(), "override-missing");
}

TEST_F(TermsTest, AWeakerProvisoNeedsAnOverride) {
  open(reviewed());
  advise("US/Adviser", AdviceView::ConcurWithProvisos, at_most(2));
  decide("US/O1", std::nullopt, at_most(3));
  EXPECT_EQ(rule(), "override-missing");
  lane().decisions.clear();
  decide("US/O1");
  EXPECT_EQ(rule(), "override-missing");
  lane().decisions.clear();
  decide("US/O1", std::nullopt, at_most(2));
  EXPECT_EQ(rule(), "");
  lane().decisions.clear();
  override_last();
  decide("US/O1", std::nullopt, at_most(3));
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, WhoAdvisedDoesNotDecideWhateverThePost) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1", "p-adviser");
  EXPECT_EQ(rule(), "adviser-decides");
}

TEST_F(TermsTest, WhoAdvisedAnotherAuthorityDoesNotDecideEither) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  of_.lanes[registry::PartyId("GB")].advice = lane().advice;
  of_.lanes[registry::PartyId("GB")].advice.back().done.signer.person = PersonId("p-US/O1");
  decide("US/O1");
  EXPECT_EQ(rule(), "adviser-decides");
}

TEST_F(TermsTest, WhoAskedDoesNotDecide) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1", "p-asker");
  EXPECT_EQ(rule(), "requester-decides");
}

TEST_F(TermsTest, OnePersonCountsOnceWhateverPostsTheyHold) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O2", "p-both");
  decide("US/O3", "p-both");
  EXPECT_EQ(rule(), "approval-missing");
  decide("US/O2", "p-second");
  const auto checked = terms();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked.value().consents[0].approvals,
            (std::vector{OfficeId("US/O2"), OfficeId("US/O3")}));
}

TEST_F(TermsTest, ADenialStandsAboveAnyApproval) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  EXPECT_EQ(rule(), "");
  decide("US/O2", std::nullopt, {}, DecisionOutcome::Deny);
  EXPECT_EQ(rule(), "denied");
  lane().decisions.back().body.outcome = DecisionOutcome::Return;
  EXPECT_EQ(rule(), "returned");
}

TEST_F(TermsTest, AnApprovalLapsesWhenWhatItRestsOnChanges) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  World stricter = reviewed();
  stricter.directive({"US-2", R"(forbid (principal, action == Action::"use", resource)
    unless { context.approvals.contains(Office::"US/O1") };)",
                      ""});
  change_rules(stricter);
  EXPECT_EQ(rule(), "decision-lapsed");
  redetermine();
  EXPECT_EQ(rule(), "decision-lapsed");
  decide("US/O1");
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AnApprovalBindsWhileTheOutcomeIsTheSame) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  World elsewhere = reviewed();
  elsewhere.directive(
      {"US-2", R"(forbid (principal, action == Action::"transfer", resource);)", ""});
  change_rules(elsewhere);
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AProcedureThatCameSinceLapsesTheApproval) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  change_rules(reviewed("concur"));
  EXPECT_EQ(rule(), "decision-lapsed");
}

TEST_F(TermsTest, WhatIsProhibitedNowIsNotGranted) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  decide("US/O1");
  World barred = reviewed();
  barred.directive({"US-2", "forbid (principal, action, resource);", ""});
  change_rules(barred);
  EXPECT_EQ(rule(), "prohibited");
}

TEST_F(TermsTest, AStandingPermissionWantsTheClerksConsent) {
  open(permitted());
  EXPECT_EQ(rule(), "consent-missing");
  consent_by_clerk();
  const auto checked = terms();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_TRUE(checked.value().consents[0].by_clerk);
}

TEST_F(TermsTest, AClerksConsentIsNoApproval) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  consent_by_clerk();
  EXPECT_EQ(rule(), "approval-missing");
}

TEST_F(TermsTest, AnOpenClaimHoldsTheGrantBack) {
  open(permitted());
  consent_by_clerk();
  of_.claims.push_back({{}, registry::PartyId("GB"), {}, false});
  EXPECT_EQ(rule(), "claim-open");
  of_.claims.back().withdrawn = true;
  EXPECT_EQ(rule(), "");
  // An authority that has a tie by now needs no claim.
  of_.claims.push_back({{}, kUs, {}, false});
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, AGrantMustEnd) {
  open(permitted(), R"(, "categories": [])");
  consent_by_clerk();
  EXPECT_EQ(rule(), "no-window");
}

TEST_F(TermsTest, TheScopeIsWhatRequestAndEveryApprovalLeave) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  Provisos one = at_most(5);
  one.window = base::Period{testing::day("2025-06-15"), testing::day("2025-07-20")};
  one.text = {"by day only"};
  Provisos other;
  other.window = base::Period{testing::day("2025-06-01"), testing::day("2025-07-01")};
  other.categories = {registry::CategoryId("oil")};
  other.text = {"tell us after", "by day only"};
  decide("US/O2", std::nullopt, one);
  decide("US/O3", std::nullopt, other);
  const auto checked = terms();
  ASSERT_TRUE(checked) << checked.error().message;
  const Scope& scope = checked.value().scope;
  EXPECT_EQ(scope.quantity, 1);  // no more than was asked for
  EXPECT_EQ(scope.window.from, testing::day("2025-06-15"));
  EXPECT_EQ(scope.window.until, testing::day("2025-07-01"));
  EXPECT_EQ(scope.categories, std::vector{registry::CategoryId("oil")});
  EXPECT_THAT(scope.text, ::testing::UnorderedElementsAre("by day only", "tell us after"));
}

TEST_F(TermsTest, NoTimeInCommonIsNoScope) {
  open(reviewed());
  advise("US/Adviser", AdviceView::Concur);
  Provisos early;
  early.window = base::Period{testing::day("2025-06-01"), testing::day("2025-06-20")};
  Provisos late;
  late.window = base::Period{testing::day("2025-06-20"), testing::day("2025-07-20")};
  decide("US/O2", std::nullopt, early);
  decide("US/O3", std::nullopt, late);
  EXPECT_EQ(rule(), "scope-empty");
}

TEST_F(TermsTest, NoCategoryInCommonIsNoScope) {
  open(reviewed(), R"(, "window": {"until": "2025-08-01"}, "categories": ["oil"])");
  advise("US/Adviser", AdviceView::Concur);
  Provisos others;
  others.categories = {registry::CategoryId("radar")};
  decide("US/O1", std::nullopt, others);
  EXPECT_EQ(rule(), "scope-empty");
  // Who asked for none loses none.
  of_.request.categories->clear();
  EXPECT_EQ(rule(), "");
}

TEST_F(TermsTest, NoPlaceInCommonIsNoScope) {
  for (const char* place : {R"({"point": [3, 4], "radius_m": 1000})", R"({"region": "B"})"}) {
    const base::Json document = testing::json(place);
    base::Report report({}, "test");
    Provisos elsewhere;
    elsewhere.places = {*geo::Place::read(document, "a place", report)};
    of_ = Case{};
    open(reviewed());
    advise("US/Adviser", AdviceView::Concur);
    decide("US/O1", std::nullopt, elsewhere);
    EXPECT_EQ(rule(), "scope-empty") << place;
  }
}

TEST(Provisos, AreAtLeastAsStrictOnlyPartByPart) {
  const auto read = [](std::string_view text) {
    base::Report report(text, "test");
    const base::Json document = testing::json(text);
    Provisos provisos = Provisos::read(&document, report);
    EXPECT_TRUE(report.clean());
    return provisos;
  };
  const Provisos full = read(R"({"quantity": 2, "places": [{"point": [3, 3], "radius_m": 1000}],
    "window": {"from": "2025-06-01", "until": "2025-07-01"}, "categories": ["oil", "radar"],
    "text": ["by day only"]})");
  EXPECT_TRUE(at_least_as_strict(full, full));
  EXPECT_TRUE(at_least_as_strict(full, {}));
  EXPECT_FALSE(at_least_as_strict({}, full));
  EXPECT_TRUE(at_least_as_strict(read(R"({"quantity": 1,
    "places": [{"point": [3, 3], "radius_m": 500}], "categories": ["oil"],
    "window": {"from": "2025-06-02", "until": "2025-06-03"}, "text": ["x", "by day only"]})"),
                                 full));
  const char* const parts[] = {
      R"({"quantity": 2})", R"({"places": [{"point": [3, 3], "radius_m": 1000}]})",
      R"({"window": {"from": "2025-06-01", "until": "2025-07-01"}})",
      R"({"categories": ["oil", "radar"]})", R"({"text": ["by day only"]})"};
  for (const char* part : parts) {
    EXPECT_TRUE(at_least_as_strict(full, read(part))) << part;
    EXPECT_FALSE(at_least_as_strict({}, read(part))) << part;
    EXPECT_FALSE(at_least_as_strict(read(part), full)) << part;
  }
  EXPECT_FALSE(at_least_as_strict(read(R"({"quantity": 3})"), read(parts[0])));
  EXPECT_FALSE(at_least_as_strict(read(R"({"places": [{"point": [3, 3], "radius_m": 1500}]})"),
                                  read(parts[1])));
  EXPECT_FALSE(at_least_as_strict(
      read(R"({"window": {"from": "2025-05-31", "until": "2025-07-01"}})"), read(parts[2])));
  EXPECT_FALSE(at_least_as_strict(
      read(R"({"window": {"from": "2025-06-01", "until": "2025-07-02"}})"), read(parts[2])));
}

TEST(Scope, IsWrittenAndReadBack) {
  const Request request = testing::use(R"({"point": [3, 3], "uncertainty_m": 10})", kWindow);
  const auto scope = intersect(request, {at_most(1)}, testing::day("2025-06-10"));
  ASSERT_TRUE(scope);
  base::Report report({}, "scope");
  EXPECT_EQ(Scope::read(Scope::write(scope.value()), report), scope.value());
  EXPECT_TRUE(report.clean());
}

TEST(Scope, SaysWhyAnActLiesOutside) {
  const Request request = testing::use(R"({"point": [3, 3], "uncertainty_m": 1000})", kWindow);
  const auto scope = intersect(request, {}, testing::day("2025-06-10"));
  ASSERT_TRUE(scope);
  Act act;
  act.quantity = 1;
  act.at = testing::day("2025-06-10");
  act.place = *testing::use(R"({"point": [3, 3], "uncertainty_m": 10})").place;
  act.categories = {registry::CategoryId("oil")};
  const auto rules = [&] {
    std::vector<std::string> names;
    for (const base::Refusal& reason : outside(scope.value(), act, nullptr)) {
      names.push_back(reason.rule);
    }
    return names;
  };
  EXPECT_THAT(rules(), ::testing::IsEmpty());
  act.at = testing::day("2025-08-01");
  EXPECT_THAT(rules(), ::testing::ElementsAre("outside-window"));
  act.at = testing::day("2025-06-09");
  act.place.reset();
  act.categories = {registry::CategoryId("other")};
  EXPECT_THAT(rules(),
              ::testing::ElementsAre("outside-window", "outside-place", "outside-category"));
  act.place = *testing::use(R"({"point": [3.1, 3], "uncertainty_m": 10})").place;
  EXPECT_THAT(rules(), ::testing::Contains("outside-place"));
}

}  // namespace
}  // namespace countersign::kernel
