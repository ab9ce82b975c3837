// SPDX-License-Identifier: Apache-2.0
// Every field of a bundle, changed: no verifier takes it.
#include "casework/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Audience;
using testing::Drill;
using ::testing::Ge;
using ::testing::IsEmpty;

const std::vector<Audience> kAudiences = {
    Audience::overseer(), Audience::of(registry::PartyId("US")),
    Audience::of(registry::PartyId("GB")), Audience::holder()};

std::string to_text(const Audience& audience) {
  return std::string(name_of(audience.kind)) + audience.authority.text();
}

kernel::Provisos one_near_the_point() {
  base::Report report({}, "test");
  const Json document = testing::json(R"({"quantity": 1,
    "places": [{"point": [5, 15], "radius_m": 2000}],
    "window": {"from": "2025-06-02", "until": "2025-06-20"}, "text": ["by day only"]})");
  return kernel::Provisos::read(&document, report);
}

// A granted case: GB by its clerk, US by decision with advice.
struct Granted {
  Drill drill;
  registry::GrantId grant = testing::granted(drill, "C", one_near_the_point());
  Trust trust = testing::own_trust(drill.instance());

  explicit Granted(kernel::InstanceKind kind = kernel::InstanceKind::Live)
      : drill(testing::small_directory(), kind) {}

  Json bundle(const Audience& audience) {
    const auto evidence = drill.instance().evidence_of(grant);
    CHECK(evidence.has_value());
    auto written = write_bundle(evidence.value(), audience);
    CHECK(written.has_value());
    return std::move(written.value());
  }
  void act(kernel::EntryKind kind, const std::string& by) {
    drill.pass(60);
    CHECK(testing::rule_of(act_on_grant(drill.instance(), drill.by(by), kind, {grant, "a pause"}))
              .empty());
  }
  std::string resume(const std::string& by, std::string_view provisos) {
    drill.pass(60);
    const Json document = testing::json(provisos);
    base::Report report({}, "test");
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos = kernel::Provisos::read(&document, report);
    plan.resumes = grant;
    return testing::rule_of(decide(drill.instance(), drill.by(by), kernel::CaseId("C"), plan));
  }
};

// Made once: nothing changes it.
Granted& granted() {
  static const auto kGranted = std::make_unique<Granted>();
  return *kGranted;
}

// The same, suspended and resumed by US, who wants two days of it, and by GB, whose clerk consented
// and whose final office puts a condition all the same.
Granted& resumed() {
  static const auto kResumed = [] {
    auto made = std::make_unique<Granted>();
    made->act(kernel::EntryKind::Suspend, "US/SecDef");
    CHECK(made->resume("US/SecDef", R"({"window": {"from": "2025-06-10", "until": "2025-06-12"},
        "text": ["two days"]})")
              .empty());
    made->act(kernel::EntryKind::Suspend, "GB/MoD");
    CHECK(made->resume("GB/MoD", R"({"text": ["tell us first"]})").empty());
    return made;
  }();
  return *kResumed;
}

// "accepted", "unreadable", or the rule by which it is refused.
std::string verdict(const Json& document, const Trust& trust,
                    Practice practice = Practice::Refuse) {
  const auto bundle = read_bundle(base::write_json(document), "bundle");
  if (!bundle) return "unreadable";
  const auto verified = verify(bundle.value(), trust, practice, {});
  return verified ? "accepted" : verified.error().rule;
}

// Calls `attempt` with each small change made to `value`, and takes it back.
using Attempt = std::function<void(const std::string& where)>;

void each_text(Json& value, const std::string& where, const Attempt& attempt) {
  const std::string text = value.text;
  for (const std::size_t at : {std::size_t{0}, text.size() / 4, text.size() / 2,
                               text.size() - text.size() / 4, text.size() - 1}) {
    if (at >= text.size()) continue;
    value.text[at] = text[at] == 'A' ? 'B' : 'A';
    attempt(where + " at " + std::to_string(at));
    value.text = text;
  }
  value.text = text + "A";
  attempt(where + " longer");
  value.text = text.substr(0, text.empty() ? 0 : text.size() - 1);
  attempt(where + " shorter");
  value.text = {};
  attempt(where + " emptied");
  value = base::json_integer(1);
  attempt(where + " as a number");
  value = base::json_text(text);
}

void each_change(Json& value, const std::string& where, const Attempt& attempt) {
  const Json kept = value;
  switch (kept.kind) {
    case Json::Kind::Text:
      each_text(value, where, attempt);
      break;
    case Json::Kind::Integer:
      for (const std::int64_t other : {kept.integer + 1, kept.integer - 1, std::int64_t{0}}) {
        if (other == kept.integer) continue;
        value.integer = other;
        attempt(where + " = " + std::to_string(other));
      }
      break;
    case Json::Kind::Array:
      for (std::size_t i = 0; i < kept.items.size(); ++i) {
        const std::string item = where + "[" + std::to_string(i) + "]";
        each_change(value.items[i], item, attempt);
        value.items.erase(value.items.begin() + static_cast<std::ptrdiff_t>(i));
        attempt(item + " removed");
        value = kept;
        value.items.insert(value.items.begin() + static_cast<std::ptrdiff_t>(i), kept.items[i]);
        attempt(item + " twice");
        value = kept;
      }
      break;
    case Json::Kind::Object:
      for (std::size_t i = 0; i < kept.members.size(); ++i) {
        const std::string name = where + "." + kept.members[i].name;
        each_change(value.members[i].value, name, attempt);
        value.members.erase(value.members.begin() + static_cast<std::ptrdiff_t>(i));
        attempt(name + " removed");
        value = kept;
        value.members.push_back(kept.members[i]);
        attempt(name + " twice");
        value = kept;
      }
      value.members.push_back({"more", {}, base::json_integer(1)});
      attempt(where + ".more added");
      break;
    default:
      ADD_FAILURE() << where << " is of a kind that bundles do not have";
  }
  value = kept;
}

class EachBundle : public ::testing::TestWithParam<Audience> {};

TEST_P(EachBundle, IsAcceptedAsItIs) {
  EXPECT_EQ(verdict(granted().bundle(GetParam()), granted().trust), "accepted");
  EXPECT_EQ(verdict(resumed().bundle(GetParam()), resumed().trust), "accepted");
}

TEST_P(EachBundle, IsRefusedWhateverFieldIsChanged) {
  Json document = resumed().bundle(GetParam());
  const std::string before = base::write_json(document);
  std::size_t changes = 0;
  std::vector<std::string> accepted;
  each_change(document, "bundle", [&](const std::string& where) {
    ++changes;
    if (verdict(document, resumed().trust) == "accepted") accepted.push_back(where);
  });
  EXPECT_THAT(accepted, IsEmpty());
  EXPECT_EQ(base::write_json(document), before);
  // Each entry has a position, bytes, hashes and disclosures of its own.
  EXPECT_THAT(changes, Ge(document.find("entries")->items.size() * 40));
}

// What a bundle for one audience holds is neither enough nor little enough for any other.
TEST_P(EachBundle, IsNoneForAnotherAudience) {
  for (const Audience& other : kAudiences) {
    if (other == GetParam()) continue;
    const Json document = resumed().bundle(GetParam());
    Json headed = resumed().bundle(other);
    headed.members.back().value = document.members.back().value;
    const std::string rule = verdict(headed, resumed().trust);
    EXPECT_THAT(
        rule, ::testing::AnyOf("disclosure-missing", "disclosure-added", "entry-added", "no-lane"))
        << to_text(GetParam()) << " as " << to_text(other);
  }
}

// Entry by entry: the whole one from the full bundle in place of what is shown.
TEST_P(EachBundle, IsRefusedWithMoreOfAnyEntry) {
  const Json full = resumed().bundle(Audience::overseer());
  const Json document = resumed().bundle(GetParam());
  std::size_t more = 0;
  for (const Json& entry : full.find("entries")->items) {
    Json changed = document;
    std::vector<Json>& entries = changed.members.back().value.items;
    const auto place = std::find_if(entries.begin(), entries.end(), [&](const Json& shown) {
      return shown.find("position")->integer >= entry.find("position")->integer;
    });
    const bool there = place != entries.end() &&
                       place->find("position")->integer == entry.find("position")->integer;
    if (there && base::write_json(*place) == base::write_json(entry)) continue;
    ++more;
    if (there) {
      *place = entry;
    } else {
      entries.insert(place, entry);
    }
    EXPECT_THAT(verdict(changed, resumed().trust),
                ::testing::AnyOf("disclosure-added", "entry-added"))
        << base::write_json(entry).substr(0, 40);
  }
  EXPECT_EQ(more == 0, GetParam() == Audience::overseer());
}

TEST_P(EachBundle, IsRefusedWithTheProofOfAnotherEntry) {
  Json document = granted().bundle(GetParam());
  std::vector<Json>& entries = document.members.back().value.items;
  ASSERT_EQ(document.members.back().name, "entries");
  const auto proof = [](Json& entry) -> Json& { return entry.members[2].value; };
  ASSERT_EQ(entries[1].members[2].name, "proof");
  std::swap(proof(entries[1]), proof(entries[2]));
  EXPECT_EQ(verdict(document, granted().trust), "inclusion");
}

TEST_P(EachBundle, OfAnExerciseIsNoneWithoutTheFlag) {
  Granted exercise(kernel::InstanceKind::Exercise);
  Json document = exercise.bundle(GetParam());
  EXPECT_EQ(verdict(document, exercise.trust), "exercise");
  EXPECT_EQ(verdict(document, exercise.trust, Practice::Accept), "accepted");
  for (Json::Member& member : document.members) {
    if (member.name == "instance") member.value = base::json_text("live");
  }
  EXPECT_EQ(verdict(document, exercise.trust), "other-instance");
  EXPECT_EQ(verdict(document, exercise.trust, Practice::Accept), "other-instance");
}

TEST_P(EachBundle, WantsEveryPinnedAuthority) {
  Trust trust = granted().trust;
  trust.roots.emplace(registry::PartyId("RU"), granted().drill.key("RU/root").public_key());
  EXPECT_EQ(verdict(granted().bundle(GetParam()), trust), "authority-missing");
}

TEST_P(EachBundle, IsRefusedUnderAnotherRootOrLog) {
  const Json document = granted().bundle(GetParam());
  const seal::SigningKey& other = granted().drill.key("RU/root");
  for (const auto& [authority, root] : granted().trust.roots) {
    Trust trust = granted().trust;
    trust.roots.insert_or_assign(authority, other.public_key());
    EXPECT_EQ(verdict(document, trust), "root-not-pinned") << authority.text();
    trust.roots.erase(authority);
    EXPECT_EQ(verdict(document, trust), "root-not-pinned") << authority.text();
  }
  Trust trust = granted().trust;
  const ledger::VerifierKey log(granted().drill.instance().name().origin,
                                ledger::SignatureType::Ed25519, other.public_key());
  trust.log = ledger::Policy::parse("log " + log.text() + "\nquorum none\n", "test").value();
  EXPECT_NE(verdict(document, trust), "accepted");
}

// Both scopes show, and the acts between them; what is cut off behind the grant is missed.
TEST_P(EachBundle, ShowsTheScopeThatResumptionsLeft) {
  const auto bundle = read_bundle(base::write_json(resumed().bundle(GetParam())), "bundle");
  ASSERT_TRUE(bundle);
  const auto verified = verify(bundle.value(), resumed().trust, Practice::Refuse, {});
  ASSERT_TRUE(verified) << verified.error().message;
  resumed().drill.instance().look([&](const kernel::State& state) {
    EXPECT_EQ(verified.value().scope, state.find(resumed().grant)->scope);
  });
  EXPECT_EQ(verified.value().issued.window.until, testing::time("2025-06-20"));
  EXPECT_EQ(verified.value().scope.window.until, testing::time("2025-06-12"));
  EXPECT_THAT(verified.value().issued.text, ::testing::ElementsAre("by day only"));
  EXPECT_THAT(verified.value().scope.text,
              ::testing::ElementsAre("by day only", "two days", "tell us first"));
  std::vector<std::string> acts;
  for (const kernel::GrantAct& act : verified.value().examination.since->acts) {
    acts.push_back(std::string(words_of(act.kind)) + " " + act.by);
  }
  EXPECT_THAT(acts, ::testing::ElementsAre("suspended US/SecDef", "resumed US/SecDef",
                                           "suspended GB/MoD", "resumed GB/MoD and US/SecDef"));
}

TEST_P(EachBundle, IsRefusedWithTheEndCutOff) {
  Json document = resumed().bundle(GetParam());
  std::vector<Json>& entries = document.members.back().value.items;
  const std::size_t before = granted().bundle(GetParam()).find("entries")->items.size();
  ASSERT_LT(before, entries.size());
  while (entries.size() > before) {
    entries.pop_back();
    // Without the outcome that names it, a resuming decision is not for every audience.
    EXPECT_THAT(verdict(document, resumed().trust),
                ::testing::AnyOf("since-differs", "entry-added"))
        << entries.size();
  }
}

TEST_P(EachBundle, OfASuspendedOrRevokedGrantIsRefused) {
  Granted used;
  const Json before = used.bundle(GetParam());
  used.act(kernel::EntryKind::Suspend, "US/SecDef");
  EXPECT_EQ(verdict(used.bundle(GetParam()), used.trust), "suspended");
  ASSERT_EQ(used.resume("US/SecDef", R"({"quantity": 1})"), "");
  EXPECT_EQ(verdict(used.bundle(GetParam()), used.trust), "accepted");
  used.act(kernel::EntryKind::Revoke, "GB/MoD");
  Json document = used.bundle(GetParam());
  EXPECT_EQ(verdict(document, used.trust), "revoked");
  // The bundle of before is still what it was: good as of its own checkpoint.
  EXPECT_EQ(verdict(before, used.trust), "accepted");
  // Its note says nothing of what is here now.
  for (Json::Member& member : document.members) {
    if (member.name == "since") member.value = *before.find("since");
  }
  EXPECT_EQ(verdict(document, used.trust), "since-differs");
}

INSTANTIATE_TEST_SUITE_P(Bundles, EachBundle, ::testing::ValuesIn(kAudiences),
                         [](const auto& tested) { return to_text(tested.param); });

// A resumption that would leave no time at all is no resumption.
TEST(Bundle, OfAGrantThatAResumptionWouldEmpty) {
  Granted used;
  used.act(kernel::EntryKind::Suspend, "US/SecDef");
  EXPECT_EQ(
      used.resume("US/SecDef", R"({"window": {"from": "2025-07-01", "until": "2025-07-09"}})"),
      "scope-empty");
  EXPECT_EQ(verdict(used.bundle(Audience::holder()), used.trust), "suspended");
}

TEST(Bundle, OfALaneIsForWhoHasATie) {
  const auto evidence = granted().drill.instance().evidence_of(granted().grant);
  ASSERT_TRUE(evidence);
  for (const char* other : {"FR", "UA", "XX"}) {
    const auto written = write_bundle(evidence.value(), Audience::of(registry::PartyId(other)));
    ASSERT_FALSE(written) << other;
    EXPECT_EQ(written.error().rule, "no-lane");
  }
}

// Of the others a lane's bundle shows what the holder sees, the steps of the case, and what its own
// ties rest on.
TEST(Bundle, OfALaneShowsItsOwnRecordsAndThoseItsTiesRestOn) {
  const auto records_in = [](const char* authority) {
    const Json document = resumed().bundle(Audience::of(registry::PartyId(authority)));
    std::vector<std::string> records;
    for (const Json& entry : document.find("entries")->items) {
      const Json* envelope = entry.find("statement");
      if (envelope == nullptr) continue;
      const auto statement = kernel::read_signed(base::as_bytes(envelope->text), "statement");
      CHECK(statement.has_value());
      const kernel::SignedStatement& read = statement.value();
      if (read.head.kind != kernel::EntryKind::Record) continue;
      records.push_back(read.head.authority.text() + " " + read.body.find("id")->text);
    }
    return records;
  };
  EXPECT_THAT(records_in("GB"),
              ::testing::UnorderedElementsAre("GB GB", "GB GB", "GB GB-c", "GB GB-1", "US M"));
  const auto us = records_in("US");
  EXPECT_THAT(us, ::testing::Contains("US US-3"));
  EXPECT_THAT(us, ::testing::Each(::testing::StartsWith("US ")));
}

TEST(Bundle, OfTheHolderNamesOnlyWhoSignedWhatIsInIt) {
  const std::string text = base::write_json(granted().bundle(Audience::holder()));
  const auto bundle = read_bundle(text, "bundle");
  ASSERT_TRUE(bundle);
  std::vector<std::string> offices;
  for (const kernel::EvidenceEntry& entry : bundle.value().evidence.entries) {
    if (!entry.envelope) continue;
    const auto statement = kernel::read_signed(*entry.envelope, "statement");
    ASSERT_TRUE(statement);
    if (statement.value().head.kind != kernel::EntryKind::Appointment) continue;
    offices.push_back(statement.value().body.find("office")->text);
  }
  EXPECT_THAT(offices, ::testing::UnorderedElementsAre("US/SecDef", "US/Registrar", "GB/Registrar",
                                                       "FR/Registrar", "UA/Registrar", "UA/Staff"));
}

// Manifests stand in the ledger in the order in which authorities last changed something: what one
// names of another's may come behind it.
TEST(Bundle, TakesManifestsInAnyOrder) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-1.json"] =
      testing::directive("US-1", "US/USDP",
                         R"(, "tallies": [{"id": "yearly", "actions": ["use"],
                             "items": ["M", "Drone"], "limit": 1000}])");
  files["authorities/US/directives/US-3.cedar"] =
      R"(forbid (principal, action, resource == Item::"Drone");)";
  files["authorities/UA/items.json"] = R"({"items": [{"id": "Drone", "complete": true}]})";
  Drill drill(files);
  const auto issued =
      issue(drill.instance(), registry::PartyId("UA"), {}, drill.keys(), drill.now());
  ASSERT_TRUE(issued && issued.value());
  const registry::GrantId grant = testing::granted(drill, "C");
  const auto evidence = drill.instance().evidence_of(grant);
  ASSERT_TRUE(evidence);
  for (const Audience& audience : kAudiences) {
    const auto written = write_bundle(evidence.value(), audience);
    ASSERT_TRUE(written);
    EXPECT_EQ(verdict(written.value(), testing::own_trust(drill.instance())), "accepted")
        << to_text(audience);
  }
}

TEST(Bundle, SaysWhatTheGrantSays) {
  const auto bundle =
      read_bundle(base::write_json(granted().bundle(Audience::overseer())), "bundle");
  ASSERT_TRUE(bundle);
  const auto verified = verify(bundle.value(), granted().trust, Practice::Refuse, {});
  ASSERT_TRUE(verified) << verified.error().message;
  granted().drill.instance().look([&](const kernel::State& state) {
    const kernel::GrantRecord* record = state.find(granted().grant);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(verified.value().scope, record->scope);
    EXPECT_EQ(verified.value().granted_at, record->at);
  });
  EXPECT_EQ(verified.value().scope.quantity, 1);
  ASSERT_EQ(verified.value().consents.size(), 2U);
  EXPECT_TRUE(verified.value().consents[0].by_clerk);
  EXPECT_EQ(verified.value().consents[1].approvals, std::vector{registry::OfficeId("US/SecDef")});
  EXPECT_THAT(verified.value().examination.unchecked,
              ::testing::Contains(std::string(kernel::kAcknowledgedLater)));
}

TEST(Bundle, FollowsASignedStatusAndNoOther) {
  Granted used;
  const auto bundle = read_bundle(base::write_json(used.bundle(Audience::holder())), "bundle");
  ASSERT_TRUE(bundle);
  Instance& instance = used.drill.instance();
  const auto with = [&](const std::string& note) {
    const auto verified = verify(bundle.value(), used.trust, Practice::Refuse,
                                 Aids{.status = note, .find_base = nullptr});
    return verified ? std::string("accepted") : verified.error().rule;
  };
  const auto status = [&](const registry::GrantId& grant) {
    auto note = standing_of(instance, grant);
    CHECK(note.has_value() && note.value().has_value());
    return *note.value();
  };
  const registry::GrantId other = testing::granted(used.drill, "D");
  std::string note = status(used.grant);
  EXPECT_EQ(with(note), "accepted");
  EXPECT_EQ(with(status(other)), "status-other");
  for (std::size_t i = 0; i < note.size(); i += 7) {
    std::string changed = note;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_NE(with(changed), "accepted") << i;
  }
  ASSERT_EQ(testing::rule_of(act_on_grant(instance, used.drill.by("US/SecDef"),
                                          kernel::EntryKind::Suspend, {used.grant, "a pause"})),
            "");
  EXPECT_EQ(with(status(used.grant)), "suspended");
  ASSERT_EQ(testing::rule_of(act_on_grant(instance, used.drill.by("GB/MoD"),
                                          kernel::EntryKind::Revoke, {used.grant, "an end"})),
            "");
  EXPECT_EQ(with(status(used.grant)), "revoked");
}

}  // namespace
}  // namespace countersign::casework
