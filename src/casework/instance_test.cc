// SPDX-License-Identifier: Apache-2.0
// Commands against an instance: what is live is what its ledger folds to, whatever came and however
// it was answered; the same bytes are one command.
#include "casework/instance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/testing/drill.h"
#include "kernel/commands.h"
#include "kernel/statement_body.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::rule_of;

// Spread evenly from the first case on, however small it is meant to be.
int upto(int most) { return *base::testing::within(0, most + 1); }

std::string pick(const std::vector<std::string>& from) {
  return from[static_cast<std::size_t>(upto(static_cast<int>(from.size()) - 1))];
}

// A world in which anybody tries anything, sensible or not.
class Random {
 public:
  explicit Random(Drill& drill) : drill_(drill), instance_(drill.instance()) {
    static int worlds = 0;
    prefix_ = "W" + std::to_string(worlds++) + "-";
    cases_ = {prefix_ + "1", prefix_ + "1", prefix_ + "2"};
    // Half of them begin with a grant, so that what follows a grant is tried as often.
    if (upto(1) == 0) return;
    drill.pass(1);  // no two manifests of one instant
    RC_ASSERT(restock("400").empty());
    testing::granted(drill, cases_.front(), provisos());
  }

  std::string step() {
    drill_.pass(upto(3600));
    const kernel::CaseId id(pick(cases_));
    const std::vector<std::string> offices = {"US/SecDef", "US/USDP", "US/Legal",
                                              "US/Deputy", "GB/MoD",  "UA/Staff"};
    const Actor anyone = drill_.by(pick(offices));
    switch (upto(14)) {
      case 0:
      case 1:
        return rule_of(ask(instance_, drill_.by("UA/Staff"), id, testing::use_of_m(1 + upto(60))));
      case 2:
        return rule_of(advise(instance_, anyone, id, advice()));
      case 3:
        return rule_of(advise(instance_, drill_.by("US/USDP"), id, advice()));
      case 4:
        return rule_of(override_advice(instance_, drill_.by("US/SecDef"), id,
                                       registry::OfficeId("US/USDP"), "all the same"));
      case 5:
      case 6:
        return rule_of(decide(instance_, drill_.by("US/SecDef"), id, plan(id)));
      case 7:
        return rule_of(decide(instance_, anyone, id, plan(id)));
      case 8:
      case 9:
        return rule_of(grant(instance_, id));
      case 10:
        return rule_of(draw(instance_, drill_.by("UA/Staff"),
                            {grant_of(id), 1 + upto(2), place(), categories()}));
      case 11:
        return rule_of(casework::report(
            instance_, drill_.by("UA/Staff"),
            {grant_of(id), 1 + upto(2), place(), categories(), drill_.now(), "used"}));
      case 12:
        return rule_of(
            act_on_grant(instance_, anyone,
                         upto(1) == 0 ? kernel::EntryKind::Suspend : kernel::EntryKind::Revoke,
                         {grant_of(id), "for a reason"}));
      case 13:
        return acknowledge_what_there_is(grant_of(id));
      default:
        return upto(1) == 0 ? restock(pick({"400", "350", "200", "50"})) : rule_of(claim_say(id));
    }
  }

  std::vector<registry::GrantId> grants() const {
    std::vector<registry::GrantId> all;
    for (const char* number : {"1", "2"}) all.emplace_back(prefix_ + number + "/G1");
    return all;
  }

 private:
  std::string acknowledge_what_there_is(const registry::GrantId& grant) {
    const auto body = to_acknowledge(instance_, grant);
    if (!body) return body.error().rule;
    return rule_of(acknowledge(instance_, drill_.by("UA/Staff"), body.value()));
  }
  static registry::GrantId grant_of(const kernel::CaseId& id) {
    return registry::GrantId(id.text() + "/G1");
  }
  static kernel::Provisos provisos() {
    kernel::Provisos provisos;
    if (upto(1) == 0) provisos.quantity = 1 + upto(4);
    if (upto(3) == 0) provisos.text = {"by day only"};
    return provisos;
  }
  static kernel::AdviceBody advice() {
    const auto view = static_cast<kernel::AdviceView>(upto(3));
    return {view, view == kernel::AdviceView::ConcurWithProvisos ? provisos() : kernel::Provisos(),
            "advice"};
  }
  static DecisionPlan plan(const kernel::CaseId& id) {
    DecisionPlan plan;
    plan.outcome = upto(4) == 0 ? static_cast<kernel::DecisionOutcome>(1 + upto(2))
                                : kernel::DecisionOutcome::Approve;
    plan.provisos = provisos();
    plan.text = "decided";
    if (upto(1) == 0) plan.reasons.text = "for reasons";
    if (upto(3) == 0) plan.resumes = grant_of(id);
    return plan;
  }
  static std::optional<geo::Place> place() {
    if (upto(3) == 0) return std::nullopt;
    base::Report report({}, "test");
    const base::Json document = testing::json(R"({"point": [5, 15], "uncertainty_m": 10})");
    return geo::Place::read(document, "the place", report);
  }
  static std::vector<registry::CategoryId> categories() {
    return {registry::CategoryId(upto(4) == 0 ? "depot" : "radar")};
  }
  // A new book of holdings: the rating moves, and with it what was decided.
  std::string restock(const std::string& quantity) {
    IssuePlan plan;
    IssuePlan::NewDocument book;
    book.kind = registry::RecordKind::Holdings;
    book.id = "US";
    book.document =
        base::write_json(testing::json(R"({"holdings": [{"item": "M", "quantity": )" + quantity +
                                       R"(, "yellow_below": 300, "red_below": 100}]})"));
    plan.documents.push_back(std::move(book));
    const auto issued =
        issue(instance_, registry::PartyId("US"), plan, drill_.keys(), drill_.now());
    if (!issued) return "failed: " + issued.error().message;
    return issued.value() ? std::string() : issued.value().error().rule;
  }
  Handled claim_say(const kernel::CaseId& id) {
    kernel::ClaimBody body;
    body.item = registry::ItemId("M");
    body.text = "ours too";
    return claim(instance_, drill_.by("FR/Registrar"), id, body);
  }

  Drill& drill_;
  Instance& instance_;
  std::string prefix_;
  std::vector<std::string> cases_;
};

// A drill for several worlds: making one takes longer than living in it, auditing a long one too.
Drill& shared() {
  static std::unique_ptr<Drill> drill;
  static int worlds = 0;
  if (worlds++ % 10 == 0) drill = std::make_unique<Drill>();
  return *drill;
}

// What a bundle of the grant is refused for, by signed acts alone: nothing, unless it was revoked
// or suspended by one.
std::string expected_rule(const kernel::GrantRecord& grant) {
  if (grant.revoked) return "revoked";
  return grant.suspended && grant.suspended->done ? "suspended" : "";
}

// Every bundle of the grant says what the ledger says was granted, and what resumptions left of it.
// Gives how many grants that were: one, or none.
int check_bundles(Instance& instance, const registry::GrantId& id) {
  std::optional<kernel::GrantRecord> record;
  instance.look([&](const kernel::State& state) {
    if (const kernel::GrantRecord* found = state.find(id)) record = *found;
  });
  if (!record) return 0;
  const auto evidence = instance.evidence_of(id);
  RC_ASSERT(evidence.has_value());
  kernel::Anchors anchors = instance.own_anchors();
  std::vector<kernel::Audience> audiences{kernel::Audience::overseer(), kernel::Audience::holder()};
  for (const registry::PartyId& authority : record->authorities) {
    audiences.push_back(kernel::Audience::of(authority));
  }
  for (const kernel::Audience& audience : audiences) {
    const auto written = write_bundle(evidence.value(), audience);
    // Who consented after its issue alone has no lane in it.
    if (!written && written.error().rule == "no-lane") continue;
    RC_ASSERT(written.has_value());
    const std::string text = base::write_json(written.value());
    const auto bundle = read_bundle(text, "bundle");
    RC_ASSERT(bundle.has_value());
    const auto again = write_bundle(bundle.value().evidence, audience);
    RC_ASSERT(again.has_value() && base::write_json(again.value()) == text);
    const auto seen = verify(bundle.value(), {anchors.roots, anchors.log}, Practice::Refuse, {});
    if (!seen) {
      if (seen.error().rule != expected_rule(*record)) RC_FAIL(seen.error().message);
      continue;
    }
    RC_ASSERT(expected_rule(*record).empty());
    RC_ASSERT(seen.value().scope == record->scope);
    RC_ASSERT(seen.value().granted_at == record->at);
    RC_ASSERT(seen.value().consents.size() <= record->authorities.size());
    RC_ASSERT(record->scope.quantity <= seen.value().issued.quantity);
  }
  return 1;
}

TEST(Instance, FoldedAnewIsTheSameWhateverWasTried) {
  std::map<std::string, int> answers;
  int bundles = 0;
  const bool holds = rc::check("any sequence of commands", [&] {
    Drill& drill = shared();
    Random random(drill);
    const int steps = 5 + upto(15);
    for (int i = 0; i < steps; ++i) {
      const std::string rule = random.step();
      RC_ASSERT(!rule.starts_with("failed"));
      ++answers[rule];
    }
    const auto audited = audit(drill.instance());
    RC_ASSERT(audited.has_value());
    if (!audited.value()) RC_FAIL(audited.value().error().message);
    const std::string live = drill.described();
    const auto again = drill.instance().known_at(audited.value().value().entries);
    RC_ASSERT(again.has_value());
    again.value()->advance(drill.now());
    RC_ASSERT(base::write_json(again.value()->describe()) == live);
    for (const registry::GrantId& id : random.grants())
      bundles += check_bundles(drill.instance(), id);
  });
  EXPECT_TRUE(holds);
  // Otherwise the sequences missed what they are for.
  EXPECT_GT(answers[""], 200);
  for (const char* rule : {"case-exists", "unknown-case", "advice-missing", "case-closed",
                           "not-required", "no-power", "unknown-grant"}) {
    EXPECT_GT(answers[rule], 0) << rule;
  }
  EXPECT_GT(bundles, 30);
}

TEST(Instance, OpenedAnewIsTheSame) {
  Drill drill;
  testing::granted(drill, "C");
  const std::string before = drill.described();
  drill.reopen();
  EXPECT_EQ(drill.described(), before);
}

kernel::Submission request(Drill& drill, const std::string& id, const std::string& command,
                           int quantity) {
  kernel::StatementHead head;
  head.kind = kernel::EntryKind::Request;
  head.authority = registry::PartyId("UA");
  head.case_id = kernel::CaseId(id);
  head.command = kernel::CommandId(command);
  head.instance = drill.instance().name();
  head.by = "UA/Staff";
  const std::string payload =
      kernel::write_payload(head, kernel::RequestBody::write({testing::use_of_m(quantity)}));
  const std::string text = seal::write_envelope(seal::sign_envelope(
      seal::kInTotoPayloadType, base::as_bytes(payload), drill.key("UA/Staff")));
  auto statement = kernel::read_signed(base::as_bytes(text), "request");
  CHECK(statement.has_value());
  return {std::move(statement.value()), {}, nullptr};
}

TEST(Instance, ABodyThatWasLetGoComesBackAsItWas) {
  Drill drill;
  kernel::SignedStatement statement = request(drill, "C", "command-1", 1).statement;
  const base::Json before = statement.body;
  kernel::let_body_go(statement);
  EXPECT_EQ(statement.body.kind, base::Json::Kind::Null);
  kernel::bring_body_back(statement);
  EXPECT_EQ(base::write_json(statement.body), base::write_json(before));
  EXPECT_EQ(statement.body.at, before.at);
  EXPECT_EQ(statement.body.begin, before.begin);
}

// Records come by the thousand and may be large: between their signature and their entry none of
// them is held as a tree.
TEST(Instance, RecordsAreRuledOnWithoutTheirTrees) {
  Drill drill;
  IssuePlan plan;
  plan.documents.push_back({registry::RecordKind::Holdings,
                            "US",
                            R"({"holdings":[],"otherwise":"green"})",
                            {},
                            nullptr});
  const Pen pen = drill.pen("US", "US/Registrar");
  auto record = write_record(pen, plan.documents.front());
  ASSERT_TRUE(record.has_value());
  kernel::let_body_go(record.value().statement);
  drill.instance().look([&](const kernel::State& state) {
    const registry::PartyId us("US");
    const auto manifest = next_manifest(*state.authorities().find(us), us, plan, state.now());
    ASSERT_TRUE(manifest);
    const auto listing = write_manifest(pen, manifest.value());
    ASSERT_TRUE(listing.has_value());
    const auto drafts =
        kernel::rule_on_issue(state, std::span(&record.value(), 1), listing.value(), state.now());
    ASSERT_TRUE(drafts) << drafts.error().message;
    EXPECT_EQ(drafts.value().front().statement->body.kind, base::Json::Kind::Null);
  });
}

TEST(Instance, TheSameBytesTwiceAreOneCommand) {
  Drill drill;
  const auto first = drill.instance().submit(request(drill, "C", "command-1", 1));
  ASSERT_EQ(rule_of(first), "");
  EXPECT_FALSE(first.value().value().repeated);
  drill.pass(3600);
  for (int i = 0; i < 2; ++i) {
    const auto again = drill.instance().submit(request(drill, "C", "command-1", 1));
    ASSERT_EQ(rule_of(again), "");
    EXPECT_TRUE(again.value().value().repeated);
    EXPECT_EQ(again.value().value().first, first.value().value().first);
    EXPECT_EQ(again.value().value().count, first.value().value().count);
    drill.reopen();
  }
  kernel::Position size = 0;
  drill.instance().look([&](const kernel::State& state) { size = state.size(); });
  EXPECT_EQ(size, first.value().value().first + first.value().value().count);
  EXPECT_EQ(drill.case_now(kernel::CaseId("C")).entries.size(), 2U);
}

TEST(Instance, AnotherCommandOfTheSameIdIsRefused) {
  Drill drill;
  Instance& instance = drill.instance();
  ASSERT_EQ(rule_of(instance.submit(request(drill, "C", "command-1", 1))), "");
  EXPECT_EQ(rule_of(instance.submit(request(drill, "C", "command-1", 2))), "command-id-reused");
  EXPECT_EQ(rule_of(instance.submit(request(drill, "D", "command-1", 1))), "command-id-reused");
  EXPECT_EQ(rule_of(instance.submit(request(drill, "D", "command-2", 1))), "");
}

TEST(Instance, ARefusedCommandLeavesNothingBehind) {
  Drill drill;
  Instance& instance = drill.instance();
  ASSERT_EQ(rule_of(instance.submit(request(drill, "C", "command-1", 1))), "");
  const std::string before = drill.described();
  EXPECT_EQ(rule_of(instance.submit(request(drill, "C", "command-2", 1))), "case-exists");
  EXPECT_EQ(drill.described(), before);
  // It was not carried out, so its id is not used up: asked again, it is judged again.
  EXPECT_EQ(rule_of(instance.submit(request(drill, "C", "command-2", 1))), "case-exists");
  EXPECT_EQ(rule_of(instance.submit(request(drill, "D", "command-2", 1))), "");
}

TEST(Instance, TakesASignatureForItsOwnKindAndLogOnly) {
  Drill live;
  Drill exercise(testing::small_directory(), kernel::InstanceKind::Exercise);
  const kernel::Submission practised = request(exercise, "C", "command-1", 1);
  EXPECT_EQ(rule_of(live.instance().submit(practised)), "other-instance");
  EXPECT_EQ(rule_of(exercise.instance().submit(practised)), "");
}

}  // namespace
}  // namespace countersign::casework
