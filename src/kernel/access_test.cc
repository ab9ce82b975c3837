// SPDX-License-Identifier: Apache-2.0
// Who may see what: every kind of part for every role, written out.
#include "kernel/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::kernel {
namespace {

using registry::LevelId;
using registry::PartyId;
using registry::Power;
using ::testing::HasSubstr;

using Names = std::set<std::string>;

Onlooker office(const std::string& id, std::vector<Power> powers) {
  Onlooker who;
  who.id = id;
  who.authority = PartyId(id.substr(0, id.find('/')));
  who.powers = std::move(powers);
  return who;
}

Onlooker clerk(const std::string& authority) {
  Onlooker who = office(authority + "/clerk", {});
  who.clerk = true;
  return who;
}

// A case of UA's; US and GB have a tie.
Part part(const std::string& owner, bool sent = false) {
  Part made;
  made.owner = PartyId(owner);
  made.requester = PartyId("UA");
  made.tied = {PartyId("GB"), PartyId("US")};
  made.of = CaseId("C");
  made.sent = sent;
  return made;
}

Names seen(const Onlooker& who, const Part& part) {
  Names names;
  for (const Sight sight : sights()) {
    if (Access::product().allows(who, sight, part)) {
      names.emplace(name_of(sight).substr(4));  // without "see-"
    }
  }
  return names;
}

Names with(Names names, const Names& more) {
  names.insert(more.begin(), more.end());
  return names;
}

const Names kEverybody = {"count", "ledger"};
const Names kOfCase = with(
    kEverybody, {"case", "request", "tie", "announced", "grant", "use", "holder-bundle", "status"});
const Names kRequester = with(kOfCase, {"query", "answer"});
const Names kTied = with(kOfCase, {"step"});
const Names kOutcome = {"decision", "consent"};
const Names kOwn = with(kTied, {"finding", "advice", "override", "oral", "decision", "review",
                                "consent", "claim", "query", "why", "rule", "stock", "suspension",
                                "lane-bundle", "register", "task", "key", "absence"});
const Names kReasons = {"reasons"};
const Names kClerk = with(kEverybody, {"case", "request", "tie", "grant", "status"});
const Names kClerkOwn = with(kClerk, {"step", "finding", "decision", "consent", "key", "absence"});
const Names kClaimant = with(kEverybody, {"case", "request", "tie"});

struct Row {
  Onlooker who;
  Names pending;  // of the lane of US, while nothing was sent
  Names sent;     // of it once the outcome was
};

TEST(Access, EveryKindOfPartForEveryRole) {
  const std::vector<Row> rows = {
      {office("UA/Staff", {Power::Request}), kRequester, with(kRequester, kOutcome)},
      {office("UA/Watch", {Power::Oversee}), kRequester, with(kRequester, kOutcome)},
      {office("UA/Adviser", {Power::Advise}), kEverybody, kEverybody},
      {office("US/Legal", {Power::Advise}), kOwn, kOwn},
      {office("US/SecDef", {Power::Decide}), with(kOwn, kReasons), with(kOwn, kReasons)},
      {office("US/Watch", {Power::Oversee}), with(kOwn, kReasons), with(kOwn, kReasons)},
      {clerk("US"), kClerkOwn, kClerkOwn},
      {office("US/Registrar", {Power::Vouch}),
       with(kClaimant, {"claim", "register", "rule", "stock", "key", "absence"}),
       with(kClaimant, {"claim", "register", "rule", "stock", "key", "absence"})},
      {office("US/Drafts", {Power::Issue}),
       with(kEverybody, {"register", "rule", "stock", "key", "absence"}),
       with(kEverybody, {"register", "rule", "stock", "key", "absence"})},
      {office("GB/Legal", {Power::Advise}), kTied, with(kTied, kOutcome)},
      {office("GB/MoD", {Power::Decide}), kTied, with(kTied, kOutcome)},
      {office("GB/Watch", {Power::Oversee}), kTied, with(kTied, kOutcome)},
      {clerk("GB"), kClerk, kClerk},
      {office("GB/Registrar", {Power::Vouch}), kClaimant, kClaimant},
      // No tie: nothing of the case, not even that it is there.
      {office("FR/MinArm", {Power::Decide, Power::Advise, Power::Oversee, Power::Vouch,
                            Power::Request, Power::Issue}),
       kEverybody, kEverybody},
      {clerk("FR"), kEverybody, kEverybody}};
  for (const Row& row : rows) {
    EXPECT_EQ(seen(row.who, part("US")), row.pending) << row.who.id;
    EXPECT_EQ(seen(row.who, part("US", true)), row.sent) << row.who.id << ", sent";
    EXPECT_FALSE(seen(row.who, part("US", true)).contains("full-bundle"));
  }
}

TEST(Access, WhatIsAnnouncedIsAnnouncedToEverybody) {
  Part rule;
  rule.owner = PartyId("US");
  const Onlooker stranger = office("FR/MinArm", {Power::Decide});
  EXPECT_FALSE(Access::product().allows(stranger, Sight::Rule, rule));
  rule.announced = true;
  EXPECT_TRUE(Access::product().allows(stranger, Sight::Rule, rule));
  EXPECT_FALSE(Access::product().allows(stranger, Sight::Stock, rule));
}

// Whoever is to do something finds that it is, an office without a power in cases too.
TEST(Access, ATaskIsSeenByWhoseItIsAndBesideThem) {
  Part task = part("US");
  task.assignee = registry::OfficeId("US/Registrar");
  const auto sees = [&](const Onlooker& who) {
    return Access::product().allows(who, Sight::Task, task);
  };
  EXPECT_TRUE(sees(office("US/Registrar", {Power::Vouch})));
  EXPECT_TRUE(sees(office("US/Legal", {Power::Advise})));
  EXPECT_FALSE(sees(office("US/Drafts", {Power::Issue})));
  EXPECT_FALSE(sees(clerk("US")));
  EXPECT_FALSE(sees(office("GB/MoD", {Power::Decide})));
  EXPECT_FALSE(sees(office("UA/Staff", {Power::Request})));
  task.owner = PartyId("UA");
  EXPECT_TRUE(sees(office("UA/Staff", {Power::Request})));
  EXPECT_FALSE(sees(office("US/Legal", {Power::Advise})));
}

// An answer to US is the requester's, who may keep it from the office that asked by its marking.
TEST(Access, AnAnswerIsSeenByWhoAnswersAndWhoAsked) {
  Part answer = part("UA");
  answer.asked_by = PartyId("US");
  const auto sees = [&](Onlooker who, std::vector<LevelId> levels = {}) {
    who.levels = std::move(levels);
    return Access::product().allows(who, Sight::Answer, answer);
  };
  const std::vector<LevelId> secret = {LevelId("secret")};
  for (const Power power : {Power::Advise, Power::Decide, Power::Oversee}) {
    EXPECT_TRUE(sees(office("US/Desk", {power})));
    EXPECT_FALSE(sees(office("GB/Desk", {power})));
    EXPECT_FALSE(sees(office("FR/Desk", {power})));
  }
  for (const Power power : {Power::Request, Power::Oversee}) {
    EXPECT_TRUE(sees(office("UA/Staff", {power})));
  }
  EXPECT_FALSE(sees(office("UA/Adviser", {Power::Advise})));
  for (const Power power : {Power::Issue, Power::Vouch}) {
    EXPECT_FALSE(sees(office("US/Desk", {power})));
  }
  EXPECT_FALSE(sees(clerk("US")));
  EXPECT_FALSE(sees(clerk("GB")));

  answer.marking = registry::Marking{LevelId("secret"), {}, std::nullopt};
  EXPECT_FALSE(sees(office("UA/Staff", {Power::Request})));
  EXPECT_TRUE(sees(office("UA/Staff", {Power::Request}), secret));
  EXPECT_FALSE(sees(office("US/SecDef", {Power::Decide}), secret));
  answer.marking->releasable_to = {PartyId("US"), PartyId("GB")};
  EXPECT_TRUE(sees(office("US/SecDef", {Power::Decide}), secret));
  EXPECT_FALSE(sees(office("US/SecDef", {Power::Decide})));
  EXPECT_FALSE(sees(office("GB/MoD", {Power::Decide}), secret));
  answer.marking->cases = {"D"};
  EXPECT_FALSE(sees(office("US/SecDef", {Power::Decide}), secret));
}

TEST(Access, AMarkingTakesAwayFromEverybody) {
  Part advice = part("US");
  advice.marking = registry::Marking{LevelId("secret"), {}, std::nullopt};
  Onlooker decider = office("US/SecDef", {Power::Decide});
  EXPECT_FALSE(Access::product().allows(decider, Sight::Advice, advice));
  decider.levels = {LevelId("restricted")};
  EXPECT_FALSE(Access::product().allows(decider, Sight::Advice, advice));
  decider.levels = {LevelId("restricted"), LevelId("secret")};
  EXPECT_TRUE(Access::product().allows(decider, Sight::Advice, advice));
  // In the cases of its list alone.
  advice.marking->cases = {"D"};
  EXPECT_FALSE(Access::product().allows(decider, Sight::Advice, advice));
  advice.marking->cases = {"C", "D"};
  EXPECT_TRUE(Access::product().allows(decider, Sight::Advice, advice));

  // Another party's office needs its own clearance, and the owner's leave.
  Part request = part("UA");
  request.marking = registry::Marking{LevelId("secret"), {PartyId("GB")}, std::nullopt};
  EXPECT_FALSE(Access::product().allows(decider, Sight::Request, request));
  Onlooker other = office("GB/MoD", {Power::Decide});
  EXPECT_FALSE(Access::product().allows(other, Sight::Request, request));
  other.levels = {LevelId("secret")};
  EXPECT_TRUE(Access::product().allows(other, Sight::Request, request));
  request.marking->releasable_to = {};
  EXPECT_FALSE(Access::product().allows(other, Sight::Request, request));
}

constexpr std::string_view kSchema = R"(entity Office { of: Long };
entity Part;
action "see-case" appliesTo { principal: Office, resource: Part, context: {} };)";

std::string refused(std::string_view policies) {
  const auto made = Access::create(kSchema, policies);
  return made ? std::string() : base::to_text(made.error());
}

TEST(Access, TakesNoPoliciesThatAreNotStrictlySound) {
  EXPECT_EQ(refused(R"(@id("a") permit (principal, action, resource);)"), "");
  EXPECT_THAT(refused("permit (principal, action, resource);"), HasSubstr("has no `@id`"));
  EXPECT_NE(
      refused(R"(@id("a") permit (principal, action, resource) when { principal.off == 1 };)"), "");
  // What can never hold is a warning of the validator, and is refused like an error.
  EXPECT_NE(refused(R"(@id("a") permit (principal, action, resource) when { 1 == 2 };)"), "");
  EXPECT_NE(refused(R"(@id("a") permit (principal, action == Action::"see-x", resource);)"), "");
  EXPECT_NE(refused(R"(@id("a") permit (principal, action, resource);
                       @id("a") forbid (principal, action, resource);)"),
            "");
}

// A forbid that fails would vanish in Cedar's own semantics. Here nothing is shown.
TEST(Access, AFailureShowsNothing) {
  const std::string schema(
      R"(entity Power enum ["issue"]; entity Party; entity Level; entity Case;
entity Office { authority: Party, powers: Set<Power>, levels: Set<Level> };
entity Part { owner: Party, requester?: Party, tied: Set<Party>, case?: Case, sent: Bool,
  announced: Bool, level?: Level, releasable_to: Set<Party>, cases?: Set<Case> };
action "see-case" appliesTo { principal: Office, resource: Part, context: {big: Long} };
action "see-tie" appliesTo { principal: Office, resource: Part, context: {} };)");
  const std::string permit = R"(@id("p") permit (principal, action, resource);)";
  const std::string failing = R"(@id("f") forbid (principal, action == Action::"see-tie", resource)
    when { 9223372036854775807 + 1 < 0 };)";
  const auto sound = Access::create(schema, permit);
  ASSERT_TRUE(sound.has_value());
  const Onlooker who = office("US/SecDef", {});
  EXPECT_TRUE(sound.value().allows(who, Sight::Tie, part("US")));
  // What does not conform to the schema is not shown either: the context lacks what it says.
  EXPECT_FALSE(sound.value().allows(who, Sight::Case, part("US")));
  EXPECT_FALSE(sound.value().allows(who, Sight::Advice, part("US")));
  const auto fails = Access::create(schema, permit + failing);
  ASSERT_TRUE(fails.has_value());
  EXPECT_FALSE(fails.value().allows(who, Sight::Tie, part("US")));
}

}  // namespace
}  // namespace countersign::kernel
