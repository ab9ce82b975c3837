// SPDX-License-Identifier: Apache-2.0
// What a log that lies cannot do, even with its own key: put words into the mouths of offices and
// roots, or leave out what they have listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <set>
#include <string>

#include "casework/bundle.h"
#include "casework/testing/drill.h"
#include "casework/testing/forgery.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Audience;
using kernel::StatementHead;
using testing::Drill;
using testing::ForgedEntry;
using testing::Forgery;
using testing::member;

// Every forged bundle goes through the file form, as a stranger gets it.
std::string verdict(const kernel::Evidence& evidence, const Audience& audience,
                    Instance& instance) {
  const auto written = write_bundle(evidence, audience);
  if (!written) return written.error().rule;
  const auto bundle = read_bundle(base::write_json(written.value()), "bundle");
  if (!bundle) return "unreadable";
  const auto verified = verify(bundle.value(), testing::own_trust(instance), Practice::Refuse, {});
  return verified ? "accepted" : verified.error().rule;
}

class ForgeryTest : public ::testing::Test {
 protected:
  const Audience kFull = Audience::overseer();
  const Audience kHolder = Audience::holder();

  std::string full() { return verdict(forged_.evidence(), kFull, instance()); }
  std::string holder() { return verdict(forged_.evidence(), kHolder, instance()); }
  std::string lane(const char* authority) {
    return verdict(forged_.evidence(), lane_of(authority), instance());
  }
  static Audience lane_of(const char* authority) {
    return Audience::of(registry::PartyId(authority));
  }
  Instance& instance() { return drill_.instance(); }

  // Whether the authority's bundle shows that field of the entry.
  bool shows(const char* authority, kernel::Position position, std::string_view name) {
    const auto evidence = forged_.evidence();
    const auto written = write_bundle(evidence, lane_of(authority));
    CHECK(written.has_value());
    for (const Json& entry : written.value().find("entries")->items) {
      if (entry.find("position")->integer != static_cast<std::int64_t>(position)) continue;
      for (const Json& disclosure : entry.find("disclosures")->items) {
        const auto field = kernel::read_disclosure({disclosure.text});
        if (field && field.value().field.name == name) return true;
      }
    }
    return false;
  }
  // An entry before the case, of which the bundle shows nothing.
  kernel::Position filler() {
    for (kernel::Position at = 0; at < forged_.size(); ++at) {
      ForgedEntry& entry = forged_.at(at);
      if (entry.kind != "advice" || entry.field("case").text != "Other") continue;
      entry.fields.resize(1);
      CHECK(entry.fields[0].field.name == "received_at");
      return at;
    }
    CHECK(false);
    return 0;
  }
  // The document of a directive in the ledger, under another id.
  Json directive_like(const std::string& like, const std::string& id) {
    const kernel::SignedStatement statement =
        forged_.at(forged_.find("record", "\"" + like + "\"")).statement();
    Json document = *statement.body.find("document");
    member(document, "id") = base::json_text(id);
    return document;
  }

  // A case of its own, with an advice and a decision like the other's; then the case that the
  // forgeries are about.
  Drill drill_;
  registry::GrantId other_ = testing::granted(drill_, "Other");
  registry::GrantId grant_ = testing::granted(drill_, "C");
  Forgery forged_{drill_, grant_};
};

TEST_F(ForgeryTest, WithoutAChangeIsAccepted) {
  EXPECT_EQ(full(), "accepted");
  EXPECT_EQ(holder(), "accepted");
  EXPECT_EQ(lane("US"), "accepted");
  EXPECT_EQ(lane("GB"), "accepted");
}

TEST_F(ForgeryTest, AnotherOfficesSignatureInPlaceOfTheDeciders) {
  forged_.restate(forged_.find("decision"), drill_.key("US/USDP"), [](StatementHead&, Json&) {});
  EXPECT_EQ(full(), "not-the-office");
  EXPECT_EQ(holder(), "not-appointed");  // its bundle names no office that signed nothing
  EXPECT_EQ(lane("US"), "not-the-office");
  EXPECT_EQ(lane("GB"), "not-appointed");
}

TEST_F(ForgeryTest, AnotherAuthoritysSignature) {
  forged_.restate(forged_.find("decision"), drill_.key("GB/MoD"), [](StatementHead&, Json&) {});
  EXPECT_EQ(full(), "not-appointed");
  EXPECT_EQ(holder(), "not-appointed");
  EXPECT_EQ(lane("US"), "not-appointed");
  EXPECT_EQ(lane("GB"), "not-appointed");
}

TEST_F(ForgeryTest, AnotherPersonsSignature) {
  forged_.restate(forged_.find("decision"), drill_.key("US/stranger"),
                  [](StatementHead&, Json&) {});
  EXPECT_EQ(full(), "not-appointed");
  EXPECT_EQ(holder(), "not-appointed");
}

TEST_F(ForgeryTest, AnotherFinalOfficeInItsOwnName) {
  forged_.restate(forged_.find("decision"), drill_.key("US/Deputy"),
                  [](StatementHead& head, Json&) { head.by = "US/Deputy"; });
  EXPECT_EQ(full(), "approval-missing");
  EXPECT_EQ(holder(), "consent-missing");
  EXPECT_EQ(lane("US"), "approval-missing");
  EXPECT_EQ(lane("GB"), "consent-missing");
}

TEST_F(ForgeryTest, AnOfficeThatMayNotDecide) {
  forged_.restate(forged_.find("decision"), drill_.key("US/USDP"),
                  [](StatementHead& head, Json&) { head.by = "US/USDP"; });
  EXPECT_EQ(full(), "no-power");
  EXPECT_EQ(holder(), "no-power");
  EXPECT_EQ(lane("US"), "no-power");
  EXPECT_EQ(lane("GB"), "no-power");
}

TEST_F(ForgeryTest, TheClerkInPlaceOfADecision) {
  const kernel::Position at = forged_.find("decision");
  const kernel::SignedStatement decision = forged_.at(at).statement();
  StatementHead head = decision.head;
  head.kind = kernel::EntryKind::Consent;
  head.by = "clerk";
  Forgery::drop(forged_.at(at), "outcome");
  Forgery::drop(forged_.at(at), "advice");
  Forgery::drop(forged_.at(at), "reasons");
  forged_.restate(at, drill_.key("US/clerk"), head,
                  base::json_object({{"determination", *decision.body.find("determination")},
                                     {"position", *decision.body.find("position")}}));
  EXPECT_EQ(full(), "approval-missing");
  EXPECT_EQ(holder(), "consent-missing");
  EXPECT_EQ(lane("US"), "approval-missing");
  EXPECT_EQ(lane("GB"), "consent-missing");
}

TEST_F(ForgeryTest, ADenialShownAsAnApproval) {
  const kernel::Position at = forged_.find("decision");
  forged_.restate(at, drill_.key("US/SecDef"), [](StatementHead&, Json& body) {
    member(body, "outcome") = base::json_text("deny");
  });
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(holder(), "ledger-contradiction");
  forged_.at(at).field("outcome") = base::json_text("deny");
  EXPECT_EQ(full(), "denied");
  EXPECT_EQ(holder(), "consent-missing");
  EXPECT_EQ(lane("US"), "denied");
  EXPECT_EQ(lane("GB"), "denied");
}

TEST_F(ForgeryTest, AScopeThatIsWider) {
  Json& scope = member(forged_.at(forged_.find("grant")).field("grant"), "scope");
  member(scope, "quantity") = base::json_integer(3);
  EXPECT_EQ(full(), "grant-differs");
  EXPECT_EQ(holder(), "grant-differs");
  EXPECT_EQ(lane("US"), "grant-differs");
  EXPECT_EQ(lane("GB"), "grant-differs");
}

TEST_F(ForgeryTest, AWiderScopeBehindALaterEntry) {
  const kernel::Position at = forged_.find("grant");
  Json& scope = member(forged_.at(at).field("grant"), "scope");
  member(scope, "quantity") = base::json_integer(3);
  // The case's next entry, later: a verifier must not take the grant's time from it.
  Forgery::put(forged_.at(at + 1), "received_at", base::json_text("2025-06-01T09:00:00Z"));
  for (const char* facts : {"facts:US", "facts:GB"}) {
    Forgery::put(forged_.at(at + 1), facts, forged_.at(at).field(facts));
  }
  forged_.show(at + 1);
  EXPECT_EQ(full(), "grant-differs");
  member(scope, "quantity") = base::json_integer(2);
  EXPECT_EQ(full(), "ledger-contradiction");
}

TEST_F(ForgeryTest, AnAuthorityLeftOutOfTheGrant) {
  member(forged_.at(forged_.find("grant")).field("grant"), "consents").items.pop_back();
  EXPECT_EQ(full(), "grant-differs");
}

TEST_F(ForgeryTest, OtherFacts) {
  Json& facts = forged_.at(forged_.find("grant")).field("facts:US");
  member(facts, "quantity") = base::json_integer(1);
  EXPECT_EQ(full(), "facts-differ");
  EXPECT_EQ(lane("US"), "facts-differ");
}

TEST_F(ForgeryTest, AnotherDeterminationUnderTheDecision) {
  Json& finding = forged_.at(forged_.find("determination")).field("findings:US");
  member(finding, "outcome") = base::json_text("authorised");
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(lane("US"), "ledger-contradiction");
}

TEST_F(ForgeryTest, AdviceLeftOut) {
  const kernel::Position at = forged_.find("advice");
  forged_.hide(at);
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(lane("US"), "ledger-contradiction");
  EXPECT_EQ(lane("GB"), "ledger-contradiction");
  // As if it had never been in the case's chain.
  Forgery::drop(forged_.at(at), "case");
  EXPECT_EQ(full(), "advice-differs");
  EXPECT_EQ(lane("US"), "advice-differs");
  // And as if the decision had never rested on it.
  forged_.at(forged_.find("decision")).field("advice") = base::json_array({});
  EXPECT_EQ(full(), "advice-differs");
  EXPECT_EQ(lane("US"), "advice-differs");
}

// What is shown of a lane is what the grant's own entry committed to.
TEST_F(ForgeryTest, AStepOfTheLaneShownAsAnothers) {
  const kernel::Position at = forged_.find("advice");
  Json& steps = member(forged_.at(forged_.find("grant")).field("lane:US"), "steps");
  const Json kept = steps;
  std::erase_if(steps.items,
                [&](const Json& step) { return step.integer == static_cast<std::int64_t>(at); });
  ASSERT_EQ(steps.items.size() + 1, kept.items.size());
  EXPECT_EQ(lane("US"), "advice-differs");
  // The steps of another as one's own.
  steps = member(forged_.at(forged_.find("grant")).field("lane:GB"), "steps");
  EXPECT_EQ(lane("US"), "lane-differs");
  // And one that is not there.
  steps = kept;
  steps.items.back() = base::json_integer(100'000);
  EXPECT_NE(lane("US"), "accepted");
}

TEST_F(ForgeryTest, ALaneWithoutTheRecordsItsTiesRestOn) {
  Json& records = member(forged_.at(forged_.find("grant")).field("lane:GB"), "records");
  ASSERT_EQ(records.items.size(), 1U);  // the description of M, by US
  const auto at = static_cast<kernel::Position>(records.items.front().integer);
  Forgery without(drill_, grant_);
  without.hide(at);
  EXPECT_EQ(verdict(without.evidence(), lane_of("GB"), instance()), "lane-differs");
  // Never committed to: then M is described by nobody.
  records.items.clear();
  EXPECT_EQ(lane("GB"), "undetermined");
}

TEST_F(ForgeryTest, AnothersDescriptionThatAnotherSigned) {
  const Json& records = *forged_.at(forged_.find("grant")).field("lane:GB").find("records");
  const auto at = static_cast<kernel::Position>(records.items.front().integer);
  forged_.restate(at, drill_.key("US/USDP"), [](StatementHead&, Json&) {});
  EXPECT_EQ(lane("GB"), "not-appointed");
  forged_.restate(at, drill_.key("US/USDP"),
                  [](StatementHead& head, Json&) { head.by = "US/USDP"; });
  EXPECT_EQ(lane("GB"), "no-power");
}

TEST_F(ForgeryTest, TheDecisionOfAnotherCase) {
  const kernel::Position mine = forged_.find("decision");
  kernel::Position others = 0;
  while (others < forged_.size() && forged_.at(others).kind != "decision") ++others;
  ASSERT_LT(others, mine);
  Json& consents = member(forged_.at(forged_.find("grant")).field("grant"), "consents");
  member(consents.items[1], "positions") =
      base::json_array({base::json_integer(static_cast<std::int64_t>(others))});
  forged_.hide(mine);
  forged_.show(others);
  EXPECT_EQ(full(), "case-incomplete");
  EXPECT_EQ(holder(), "case-incomplete");
  const auto silent = forged_.evidence({{others, "case"}});
  EXPECT_EQ(verdict(silent, kFull, instance()), "disclosure-missing");
  EXPECT_EQ(verdict(silent, kHolder, instance()), "disclosure-missing");
}

TEST_F(ForgeryTest, AFieldThatIsHidden) {
  for (const kernel::Position position : forged_.shown()) {
    for (const kernel::SaltedField& salted : forged_.at(position).fields) {
      const auto evidence = forged_.evidence({{position, salted.field.name}});
      EXPECT_NE(verdict(evidence, kFull, instance()), "accepted")
          << salted.field.name << " of entry " << position;
      for (const char* authority : {"US", "GB"}) {
        if (!shows(authority, position, salted.field.name)) continue;
        EXPECT_NE(verdict(evidence, lane_of(authority), instance()), "accepted")
            << salted.field.name << " of entry " << position << " to " << authority;
      }
    }
  }
}

TEST_F(ForgeryTest, ADirectiveLeftOutOfTheBundle) {
  forged_.hide(forged_.find("record", "US-3"));
  EXPECT_EQ(full(), "manifest-left-out");
  EXPECT_EQ(lane("US"), "manifest-left-out");
  EXPECT_EQ(lane("GB"), "accepted");  // which shows no directive of US anyway
}

TEST_F(ForgeryTest, ADirectiveLeftOutOfTheManifestToo) {
  forged_.hide(forged_.find("record", "US-3"));
  Json& contents = forged_.at(forged_.find("manifest", "US/Registrar")).field("contents");
  std::erase_if(member(contents, "entries").items,
                [](const Json& entry) { return entry.find("id")->text == "US-3"; });
  EXPECT_EQ(full(), "manifest-differs");
  EXPECT_EQ(lane("US"), "manifest-differs");
}

TEST_F(ForgeryTest, ADirectiveAdded) {
  const kernel::Position at = filler();
  StatementHead head = forged_.at(forged_.find("decision")).statement().head;
  head.kind = kernel::EntryKind::Record;
  head.case_id.reset();
  forged_.restate(at, drill_.key("US/SecDef"), head,
                  kernel::RecordBody::write({"directive", "US-9", directive_like("US-3", "US-9")}));
  forged_.show(at);
  EXPECT_EQ(full(), "manifest-added");
  EXPECT_EQ(lane("US"), "manifest-added");
}

TEST_F(ForgeryTest, AManifestMissing) {
  for (const char* registrar : {"US/Registrar", "GB/Registrar", "FR/Registrar", "UA/Registrar"}) {
    Forgery forged(drill_, grant_);
    forged.hide(forged.find("manifest", registrar));
    EXPECT_EQ(verdict(forged.evidence(), kFull, instance()), "authority-missing") << registrar;
    EXPECT_EQ(verdict(forged.evidence(), kHolder, instance()), "authority-missing") << registrar;
    for (const char* authority : {"US", "GB"}) {
      EXPECT_EQ(verdict(forged.evidence(), lane_of(authority), instance()), "authority-missing")
          << registrar;
    }
  }
}

TEST_F(ForgeryTest, AManifestThatHadExpired) {
  // 400 days after it was issued, all else unchanged.
  const std::string late = "2026-07-20T00:00:00Z";
  ASSERT_GE(testing::time(late).unix_ms - drill_.now().unix_ms, 400LL * 24 * 60 * 60 * 1000);
  forged_.at(forged_.find("grant")).field("received_at") = base::json_text(late);
  EXPECT_EQ(full(), "manifest-expired");
  EXPECT_EQ(holder(), "manifest-expired");
  EXPECT_EQ(lane("US"), "manifest-expired");
  EXPECT_EQ(lane("GB"), "manifest-expired");
}

TEST_F(ForgeryTest, AManifestOfAnotherAuthority) {
  // FR's registrar, with FR's key, for US.
  const kernel::Position at = forged_.find("manifest", "US/Registrar");
  forged_.restate(at, drill_.key("FR/Registrar"), [](StatementHead& head, Json&) {
    head.authority = registry::PartyId("FR");
    head.by = "FR/Registrar";
  });
  EXPECT_EQ(full(), "manifest-differs");
  EXPECT_EQ(holder(), "manifest-added");
}

TEST_F(ForgeryTest, ACharterForAnotherAuthority) {
  // FR's root, which is pinned, signs as FR what would make it the root of US.
  const kernel::Position at = filler();
  const kernel::SignedStatement charter =
      forged_.at(forged_.find("charter", R"("authority":"US")")).statement();
  StatementHead head = charter.head;
  head.authority = registry::PartyId("FR");
  Json body = charter.body;
  member(body, "root") = base::json_text(drill_.key("FR/root").public_key().text());
  forged_.restate(at, drill_.key("FR/root"), head, body);
  forged_.show(at);
  EXPECT_EQ(full(), "other-authority");
  EXPECT_EQ(holder(), "other-authority");
}

TEST_F(ForgeryTest, ACharterByAnotherRoot) {
  const kernel::Position at = filler();
  const kernel::SignedStatement charter =
      forged_.at(forged_.find("charter", R"("authority":"US")")).statement();
  Json body = charter.body;
  member(body, "root") = base::json_text(drill_.key("FR/root").public_key().text());
  forged_.restate(at, drill_.key("FR/root"), charter.head, body);
  forged_.show(at);
  EXPECT_EQ(full(), "not-the-root");
  EXPECT_EQ(holder(), "not-the-root");
}

TEST_F(ForgeryTest, AStatementOfAnotherInstance) {
  forged_.restate(forged_.find("decision"), drill_.key("US/SecDef"),
                  [](StatementHead& head, Json&) { head.instance.origin = "example.org/other"; });
  EXPECT_EQ(full(), "other-instance");
  EXPECT_EQ(holder(), "other-instance");
  EXPECT_EQ(lane("US"), "other-instance");
  EXPECT_EQ(lane("GB"), "other-instance");
}

TEST_F(ForgeryTest, AStatementAboutAnotherRequest) {
  forged_.restate(
      forged_.find("decision"), drill_.key("US/SecDef"),
      [](StatementHead& head, Json&) { head.request = seal::sha256(base::as_bytes("another")); });
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(holder(), "case-incomplete");
  EXPECT_EQ(lane("US"), "ledger-contradiction");
  EXPECT_EQ(lane("GB"), "ledger-contradiction");
}

TEST_F(ForgeryTest, ASecondRequestForMore) {
  // Really signed, for the same case, and put behind the decision.
  const kernel::Position behind = forged_.find("decision") + 1;
  ASSERT_EQ(forged_.at(behind).kind, "consent");
  const kernel::SignedStatement request = forged_.at(forged_.find("request")).statement();
  forged_.restate(behind, drill_.key("UA/Staff"), request.head,
                  kernel::RequestBody::write({testing::use_of_m(40)}));
  Json& grant = forged_.at(forged_.find("grant")).field("grant");
  member(member(grant, "scope"), "quantity") = base::json_integer(40);
  member(grant, "consents").items.erase(member(grant, "consents").items.begin());
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(holder(), "ledger-contradiction");
}

TEST_F(ForgeryTest, ARequestInAnothersName) {
  forged_.restate(forged_.find("request"), drill_.key("UA/Staff"), [](StatementHead&, Json& body) {
    member(member(body, "request"), "requester") = base::json_text("GB");
  });
  EXPECT_EQ(full(), "ledger-contradiction");
  EXPECT_EQ(holder(), "ledger-contradiction");
}

// A grant that US has suspended and resumed, narrower.
class ResumptionForgeryTest : public ::testing::Test {
 protected:
  static Drill& resumed(Drill& drill) {
    const registry::GrantId grant = testing::granted(drill, "C");
    CHECK(testing::rule_of(act_on_grant(drill.instance(), drill.by("US/SecDef"),
                                        kernel::EntryKind::Suspend, {grant, "a pause"}))
              .empty());
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos.quantity = 1;
    plan.resumes = grant;
    CHECK(
        testing::rule_of(decide(drill.instance(), drill.by("US/SecDef"), kernel::CaseId("C"), plan))
            .empty());
    return drill;
  }
  // The rule for each audience; one, since what comes behind a grant is checked alike for all.
  std::string rule() {
    std::set<std::string> rules;
    for (const Audience& audience :
         {Audience::overseer(), Audience::holder(), Audience::of(registry::PartyId("US")),
          Audience::of(registry::PartyId("GB"))}) {
      rules.insert(verdict(forged_.evidence(), audience, drill_.instance()));
    }
    return fmt::format("{}", fmt::join(rules, ", "));
  }
  kernel::Position last(std::string_view kind) {
    kernel::Position found = 0;
    for (const kernel::Position position : forged_.shown()) {
      if (forged_.at(position).kind == kind) found = position;
    }
    return found;
  }

  Drill drill_;
  registry::GrantId grant_{"C/G1"};
  Forgery forged_{resumed(drill_), grant_};
};

TEST_F(ResumptionForgeryTest, WithoutAChangeIsAccepted) { EXPECT_EQ(rule(), "accepted"); }

TEST_F(ResumptionForgeryTest, AWiderScopeThanTheDecisionLeaves) {
  member(forged_.at(last("outcome")).field("scope"), "quantity") = base::json_integer(2);
  EXPECT_EQ(rule(), "grant-differs");
}

TEST_F(ResumptionForgeryTest, WithoutTheDecisionItRestsOn) {
  forged_.hide(last("decision"));
  EXPECT_EQ(rule(), "consent-missing");
  // Nor on the approval of before, which resumes nothing.
  Json& consents = forged_.at(last("outcome")).field("consents");
  const auto before = static_cast<std::int64_t>(last("decision"));
  member(consents.items.back(), "positions") = base::json_array({base::json_integer(before)});
  member(forged_.at(last("outcome")).field("scope"), "quantity") = base::json_integer(2);
  EXPECT_EQ(rule(), "ledger-contradiction");
}

TEST_F(ResumptionForgeryTest, ADecisionThatAnotherSigned) {
  forged_.restate(last("decision"), drill_.key("GB/MoD"), [](StatementHead&, Json&) {});
  EXPECT_EQ(rule(), "not-appointed");
}

TEST_F(ResumptionForgeryTest, ADecisionOnAnotherGrant) {
  forged_.restate(last("decision"), drill_.key("US/SecDef"), [](StatementHead&, Json& body) {
    member(body, "resumes") = base::json_text("D/G1");
  });
  EXPECT_EQ(rule(), "ledger-contradiction");
}

TEST_F(ResumptionForgeryTest, ADenialOfIt) {
  const kernel::Position at = last("decision");
  forged_.restate(at, drill_.key("US/SecDef"), [](StatementHead&, Json& body) {
    member(body, "outcome") = base::json_text("deny");
    std::erase_if(body.members, [](const auto& each) { return each.name == "provisos"; });
  });
  EXPECT_EQ(rule(), "ledger-contradiction");
  forged_.at(at).field("outcome") = base::json_text("deny");
  EXPECT_EQ(rule(), "consent-missing");
}

TEST_F(ResumptionForgeryTest, AResumptionLeftOut) {
  forged_.hide(last("outcome"));
  // Only a full bundle shows a decision that resumed nothing; the note still names it.
  EXPECT_EQ(rule(), "since-differs, suspended");
  forged_.hide(last("decision"));
  EXPECT_EQ(rule(), "suspended");
}

TEST_F(ResumptionForgeryTest, ASuspensionThatAnotherAuthorityMade) {
  forged_.restate(last("suspend"), drill_.key("GB/MoD"), [](StatementHead& head, Json&) {
    head.authority = registry::PartyId("GB");
    head.by = "GB/MoD";
  });
  // Who suspended it did not resume it.
  EXPECT_EQ(rule(), "ledger-contradiction");
}

TEST_F(ResumptionForgeryTest, ANoteThatNamesOtherEntries) {
  for (const Audience& audience :
       {Audience::overseer(), Audience::holder(), Audience::of(registry::PartyId("US"))}) {
    kernel::Evidence evidence = forged_.evidence();
    kernel::Evidence less = evidence;
    less.entries.pop_back();
    forged_.sign_since(less);
    evidence.since = less.since;
    EXPECT_EQ(verdict(evidence, audience, drill_.instance()), "since-differs");
  }
}

// Decided under an appointment that ends on 10 June.
TEST(Appointment, ThatHadExpiredBindsNobody) {
  Drill drill;
  Instance& instance = drill.instance();
  const registry::OfficeId office("US/SecDef");
  const base::Period period{testing::time("2025-06-02"), testing::time("2025-06-10")};
  ASSERT_EQ(testing::rule_of(enter_appointment(instance, office, registry::PersonId("p-acting"),
                                               drill.key("US/Acting").public_key(), period,
                                               drill.key("US/root"))),
            "");
  const auto listed = issue(instance, registry::PartyId("US"), {}, drill.keys(), drill.now());
  ASSERT_TRUE(listed && listed.value());
  drill.at("2025-06-05");
  const kernel::CaseId id("C");
  ASSERT_EQ(testing::rule_of(ask(instance, drill.by("UA/Staff"), id, testing::use_of_m())), "");
  ASSERT_EQ(testing::rule_of(advise(instance, drill.by("US/USDP"), id, {})), "");
  const Actor acting{drill.key("US/Acting"), office};
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  ASSERT_EQ(testing::rule_of(decide(instance, acting, id, plan)), "");
  ASSERT_EQ(testing::rule_of(grant(instance, id)), "");
  const registry::GrantId grant("C/G1");

  Forgery forged(drill, grant);
  EXPECT_EQ(verdict(forged.evidence(), Audience::overseer(), instance), "accepted");
  EXPECT_EQ(verdict(forged.evidence(), Audience::holder(), instance), "accepted");
  const kernel::Position decided = forged.find("decision");
  for (kernel::Position at = decided; at < forged.size(); ++at) {
    forged.at(at).field("received_at") = base::json_text("2025-06-10T00:00:00Z");
  }
  EXPECT_EQ(verdict(forged.evidence(), Audience::overseer(), instance), "not-appointed");
  EXPECT_EQ(verdict(forged.evidence(), Audience::holder(), instance), "not-appointed");
  // And the command that comes when the period is over.
  drill.at("2025-06-10");
  EXPECT_EQ(testing::rule_of(
                act_on_grant(instance, acting, kernel::EntryKind::Suspend, {grant, "too late"})),
            "not-appointed");
}

}  // namespace
}  // namespace countersign::casework
