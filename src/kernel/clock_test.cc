// SPDX-License-Identifier: Apache-2.0
// What silence comes to, on records written down here.
#include "kernel/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using registry::OfficeId;
using registry::SilenceRule;
using Then = SilenceRule::Then;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const registry::PartyId kUs("US");
const OfficeId kAdviser("US/Adviser");
const OfficeId kOther("US/Other");
const OfficeId kFinal("US/Final");
const registry::DirectiveId kDirective("US-1");
const registry::ProcedureId kProcedure("review");

base::Instant at(std::int64_t hour) { return {hour * 3'600'000}; }

SilenceRule within(std::int64_t hours, Then then) {
  SilenceRule rule{{registry::Deadline::Unit::Hours, hours}, then, std::nullopt};
  if (then == Then::Escalate) rule.escalate_to = OfficeId("US/Head");
  return rule;
}

// A case with one lane, hour by hour.
struct Sketch {
  Case of;
  Position next = 1;

  Sketch() {
    of.id = CaseId("C");
    of.submitted.signer.person = registry::PersonId("p-asker");
  }

  Lane& lane() { return of.lanes[kUs]; }
  Done done(const OfficeId& office, std::int64_t hour) {
    Done made;
    made.position = next++;
    made.at = at(hour);
    made.signer.office = office;
    made.signer.person = registry::PersonId("p-" + office.text());
    made.command = CommandId("c" + std::to_string(made.position));
    made.statement = seal::sha256(base::as_bytes(made.command.text()));
    return made;
  }
  void determine(std::int64_t hour, std::vector<ProcedureDemand> demands,
                 std::optional<SilenceRule> decision = std::nullopt) {
    Finding finding;
    finding.position = next++;
    finding.commitment = seal::sha256(base::as_bytes(std::to_string(finding.position)));
    finding.at = at(hour);
    finding.fingerprint.outcome = Outcome::ApprovalRequired;
    finding.fingerprint.approvals = {{kFinal}};
    finding.fingerprint.procedure = std::move(demands);
    if (decision) finding.fingerprint.deadlines = {{kDirective, kProcedure, decision}};
    lane().findings.push_back(std::move(finding));
  }
  void advise(const OfficeId& office, std::int64_t hour) {
    Advice advice;
    advice.done = done(office, hour);
    advice.body.view = AdviceView::Concur;
    lane().advice.push_back(std::move(advice));
  }
  void decide(DecisionOutcome outcome, std::int64_t hour) {
    Decision decision;
    decision.done = done(kFinal, hour);
    decision.body.outcome = outcome;
    decision.body.position = lane().findings.back().position;
    decision.body.determination = lane().findings.back().commitment;
    lane().decisions.push_back(std::move(decision));
  }
  void query(std::int64_t hour, std::optional<std::int64_t> answered) {
    Query asked;
    asked.done = done(kAdviser, hour);
    asked.authority = kUs;
    if (answered) asked.answers.push_back({done(OfficeId("UA/Staff"), *answered), {}});
    of.queries.push_back(std::move(asked));
  }

  std::vector<Stage> stages(std::int64_t hour) const {
    return stages_of(of, kUs, registry::Registers(), at(hour));
  }
  std::optional<SilentRefusal> refused(std::int64_t hour) const {
    return refused_by_silence(of, registry::Registers(), at(hour));
  }
};

ProcedureDemand demand(const OfficeId& office, std::optional<SilenceRule> silence) {
  return {office, registry::AdviceDemand::Kind::In, kDirective, kProcedure, std::move(silence)};
}

TEST(Clock, AdviceIsWaitedForFromTheDeterminationOn) {
  Sketch sketch;
  sketch.determine(10, {demand(kAdviser, within(5, Then::Wait))});
  const auto stages = sketch.stages(12);
  ASSERT_EQ(stages.size(), 1U);  // the decision waits for the advice
  EXPECT_EQ(stages[0].opened, at(10));
  EXPECT_EQ(stages[0].due, at(15));
  EXPECT_TRUE(stages[0].waits);
  EXPECT_FALSE(stages[0].silent);
  EXPECT_EQ(stages[0].running_ms(at(12)), 2 * 3'600'000);
  EXPECT_FALSE(sketch.stages(14)[0].silent);
  EXPECT_TRUE(sketch.stages(15)[0].silent);
  EXPECT_TRUE(sketch.stages(15)[0].waits);  // `wait` changes nothing
}

TEST(Clock, TheDecisionIsWaitedForOnceTheAdviceIsIn) {
  Sketch sketch;
  sketch.determine(10, {demand(kAdviser, std::nullopt), demand(kOther, std::nullopt)},
                   within(4, Then::Wait));
  sketch.advise(kAdviser, 11);
  EXPECT_EQ(sketch.stages(12).size(), 2U);
  sketch.advise(kOther, 13);
  const auto stages = sketch.stages(14);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_FALSE(stages[2].advice);
  EXPECT_EQ(stages[2].opened, at(13));
  EXPECT_EQ(stages[2].due, at(17));
  EXPECT_THAT(stages[2].offices, ElementsAre(kFinal));
  sketch.decide(DecisionOutcome::Approve, 16);
  EXPECT_EQ(sketch.stages(18).back().met, at(16));
  EXPECT_FALSE(sketch.stages(18).back().silent);
  // As of before, it was waited for.
  EXPECT_TRUE(sketch.stages(15).back().waits);
  sketch.decide(DecisionOutcome::Recall, 19);
  EXPECT_TRUE(sketch.stages(20).back().waits);
  EXPECT_FALSE(sketch.stages(20).back().silent);  // it was met when its time was over
}

TEST(Clock, AQueryStopsItUntilItIsAnswered) {
  Sketch sketch;
  sketch.determine(10, {demand(kAdviser, within(5, Then::GoOn))});
  sketch.query(12, std::nullopt);
  EXPECT_EQ(sketch.stages(13)[0].due, std::nullopt);
  EXPECT_FALSE(sketch.stages(100)[0].silent);
  EXPECT_EQ(sketch.stages(100)[0].paused_ms(at(100)), 88 * 3'600'000);
  Sketch answered;
  answered.determine(10, {demand(kAdviser, within(5, Then::GoOn))});
  answered.query(12, 20);
  EXPECT_EQ(answered.stages(21)[0].due, at(23));
  // What is asked when the time is over comes too late.
  Sketch late;
  late.determine(10, {demand(kAdviser, within(5, Then::GoOn))});
  late.query(15, std::nullopt);
  EXPECT_TRUE(late.stages(16)[0].silent);
  // Another authority's query stops nothing here.
  sketch.of.queries[0].authority = registry::PartyId("GB");
  EXPECT_EQ(sketch.stages(13)[0].due, at(15));
}

TEST(Clock, OnlyGoOnLetsADemandFallAway) {
  for (const Then then : {Then::Wait, Then::Escalate, Then::GoOn, Then::Refuse}) {
    Sketch sketch;
    sketch.determine(10, {demand(kAdviser, within(5, then)), demand(kOther, std::nullopt)});
    EXPECT_THAT(excused(sketch.of, kUs, registry::Registers(), at(14)), IsEmpty());
    const auto gone = excused(sketch.of, kUs, registry::Registers(), at(15));
    EXPECT_EQ(gone.size(), then == Then::GoOn ? 1U : 0U) << name_of(then);
  }
}

TEST(Clock, AdviceAtTheLastMomentIsInAndAfterItIsLate) {
  Sketch in_time;
  in_time.determine(10, {demand(kAdviser, within(5, Then::Refuse))});
  in_time.advise(kAdviser, 14);
  EXPECT_EQ(in_time.refused(100), std::nullopt);
  Sketch late;
  late.determine(10, {demand(kAdviser, within(5, Then::Refuse))});
  late.advise(kAdviser, 15);
  ASSERT_TRUE(late.refused(100).has_value());
  EXPECT_EQ(late.refused(100)->at, at(15));
  EXPECT_THAT(late.refused(100)->offices, ElementsAre(kAdviser));
  EXPECT_EQ(late.refused(14), std::nullopt);
}

TEST(Clock, ADecisionThatDoesNotComeRefuses) {
  Sketch sketch;
  sketch.determine(10, {demand(kAdviser, within(5, Then::GoOn))}, within(7, Then::Refuse));
  // If nothing happens, advice falls away at 15 and the time for the decision is over at 22.
  ASSERT_TRUE(sketch.refused(1000).has_value());
  EXPECT_EQ(sketch.refused(1000)->at, at(22));
  EXPECT_EQ(sketch.refused(21), std::nullopt);
  sketch.advise(kAdviser, 11);
  EXPECT_EQ(sketch.refused(1000)->at, at(18));
  sketch.decide(DecisionOutcome::Approve, 17);
  EXPECT_EQ(sketch.refused(1000), std::nullopt);
}

TEST(Clock, NothingIsRefusedOnceTheCaseIsClosed) {
  Sketch sketch;
  sketch.determine(10, {}, within(7, Then::Refuse));
  sketch.of.closed_at = at(12);
  EXPECT_EQ(sketch.refused(1000), std::nullopt);
  sketch.of.closed_at = at(17);
  EXPECT_NE(sketch.refused(1000), std::nullopt);
}

TEST(Clock, AnEarlierVersionIsJudgedByItsOwnTime) {
  Sketch sketch;
  sketch.determine(10, {}, within(7, Then::Refuse));
  EarlierVersion first{sketch.of.submitted, {}, {}, sketch.of.lanes, std::nullopt};
  first.done.at = at(10);
  sketch.of.earlier.push_back(first);
  sketch.of.lanes.clear();
  sketch.of.amended = sketch.done(OfficeId("UA/Staff"), 16);
  EXPECT_EQ(sketch.refused(1000), std::nullopt);
  sketch.of.amended->at = at(18);
  EXPECT_NE(sketch.refused(1000), std::nullopt);
  // It was with the requester meanwhile.
  sketch.of.earlier[0].returned_at = at(16);
  EXPECT_EQ(sketch.refused(1000), std::nullopt);
}

TEST(Clock, ADemandThatIsMadeAnewRunsAnew) {
  Sketch sketch;
  sketch.determine(10, {demand(kAdviser, within(5, Then::GoOn))});
  sketch.determine(12, {demand(kAdviser, within(5, Then::GoOn))});
  EXPECT_EQ(sketch.stages(13)[0].due, at(15));
  sketch.determine(14, {});
  EXPECT_EQ(sketch.stages(20)[0].gone, at(14));
  EXPECT_FALSE(sketch.stages(20)[0].silent);
  sketch.determine(30, {demand(kAdviser, within(5, Then::GoOn))});
  const auto stages = sketch.stages(36);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[1].due, at(35));
  EXPECT_EQ(stages[2].opened, at(35));  // the decision, once that was let go
  EXPECT_THAT(excused(sketch.of, kUs, registry::Registers(), at(34)), IsEmpty());
}

TEST(Clock, AFingerprintKeepsWhatSilenceMeansAndDiffersByIt) {
  Fingerprint print;
  print.outcome = Outcome::ApprovalRequired;
  print.approvals = {{kFinal}};
  print.procedure = {demand(kAdviser, within(5, Then::Escalate)), demand(kOther, std::nullopt)};
  print.deadlines = {{kDirective, kProcedure, within(7, Then::Refuse)}};
  const base::Json written = write(print);
  base::Report report({}, "test");
  EXPECT_EQ(read_fingerprint(written, report), print);
  EXPECT_TRUE(report.clean()) << base::to_text(report.take());
  Fingerprint other = print;
  other.deadlines[0].silence->then = Then::Wait;
  EXPECT_THAT(differences(print, other), ElementsAre("the procedure"));
  other = print;
  other.procedure[0].silence->deadline.count = 6;
  EXPECT_THAT(differences(print, other), ElementsAre("the procedure"));
}

// What silence rules make of a case, against the same case without them.
RC_GTEST_PROP(Clock, SilenceSuppliesNothingButAnExplicitGoOn, ()) {
  const auto hour = [](std::int64_t from, std::int64_t until) {
    return *base::testing::within<std::int64_t>(from, until);
  };
  const auto maybe_rule = [&]() -> std::optional<SilenceRule> {
    const int which = *base::testing::within(0, 5);
    if (which == 4) return std::nullopt;
    return within(hour(1, 30), static_cast<Then>(which));
  };
  Sketch sketch;
  std::vector<ProcedureDemand> demands{demand(kAdviser, maybe_rule()),
                                       demand(kOther, maybe_rule())};
  sketch.determine(10, demands, maybe_rule());
  for (const OfficeId& office : {kAdviser, kOther}) {
    if (*rc::gen::arbitrary<bool>()) sketch.advise(office, hour(10, 50));
  }
  if (*rc::gen::arbitrary<bool>()) {
    const std::int64_t asked = hour(10, 50);
    sketch.query(asked,
                 *rc::gen::arbitrary<bool>() ? std::optional(asked + hour(0, 20)) : std::nullopt);
  }
  const std::int64_t now = hour(10, 80);
  AuthorityDetermination finding;
  finding.authority = kUs;
  finding.procedure = demands;
  std::erase_if(sketch.lane().advice, [&](const Advice& one) { return one.done.at > at(now); });
  const auto let_go = excused(sketch.of, kUs, registry::Registers(), at(now));
  const bool with = !sketch.refused(now) &&
                    check_procedure(finding, sketch.lane(), sketch.next, kFinal, {}, let_go);
  const bool without = check_procedure(finding, sketch.lane(), sketch.next, kFinal, {}).has_value();
  for (const ProcedureDemand& gone : let_go) RC_ASSERT(gone.silence->then == Then::GoOn);
  if (with && !without) RC_ASSERT(!let_go.empty());
  // Nobody decided, so nothing that is waited for can have been met by time alone.
  for (const Stage& stage : sketch.stages(now)) {
    if (!stage.advice) RC_ASSERT(stage.waits && !stage.met);
    RC_ASSERT(stage.running_ms(at(now)) >= 0 && stage.paused_ms(at(now)) >= 0);
    const base::Instant over = std::min(at(now), stage.met.value_or(at(now)));
    RC_ASSERT(stage.running_ms(at(now)) + stage.paused_ms(at(now)) ==
              over.unix_ms - stage.opened.unix_ms);
  }
}

}  // namespace
}  // namespace countersign::kernel
