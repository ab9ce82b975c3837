// SPDX-License-Identifier: Apache-2.0
// Every field of a bundle, changed: no verifier takes it.
#include "casework/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using base::Json;
using testing::Drill;
using ::testing::Ge;
using ::testing::IsEmpty;

Trust own_trust(Instance& instance) {
  kernel::Anchors anchors = instance.own_anchors();
  return {std::move(anchors.roots), std::move(anchors.log)};
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
  Trust trust = own_trust(drill.instance());

  explicit Granted(kernel::InstanceKind kind = kernel::InstanceKind::Live)
      : drill(testing::small_directory(), kind) {}

  Json bundle(BundleKind kind) {
    const auto evidence = drill.instance().evidence_of(grant);
    CHECK(evidence.has_value());
    return write_bundle(evidence.value(), kind);
  }
};

// Made once: nothing changes it.
Granted& granted() {
  static const auto kGranted = std::make_unique<Granted>();
  return *kGranted;
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

class EachBundle : public ::testing::TestWithParam<BundleKind> {};

TEST_P(EachBundle, IsAcceptedAsItIs) {
  EXPECT_EQ(verdict(granted().bundle(GetParam()), granted().trust), "accepted");
}

TEST_P(EachBundle, IsRefusedWhateverFieldIsChanged) {
  Json document = granted().bundle(GetParam());
  const std::string before = base::write_json(document);
  std::size_t changes = 0;
  std::vector<std::string> accepted;
  each_change(document, "bundle", [&](const std::string& where) {
    ++changes;
    if (verdict(document, granted().trust) == "accepted") accepted.push_back(where);
  });
  EXPECT_THAT(accepted, IsEmpty());
  EXPECT_EQ(base::write_json(document), before);
  // Each entry has a position, bytes, hashes and disclosures of its own.
  EXPECT_THAT(changes, Ge(document.find("entries")->items.size() * 40));
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
  ASSERT_EQ(document.members[1].name, "instance");
  document.members[1].value = base::json_text("live");
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

INSTANTIATE_TEST_SUITE_P(Bundles, EachBundle,
                         ::testing::Values(BundleKind::Full, BundleKind::Holder),
                         [](const auto& tested) {
                           return tested.param == BundleKind::Full ? "Full" : "Holder";
                         });

TEST(Bundle, OfTheHolderNamesOnlyWhoSignedWhatIsInIt) {
  const std::string text = base::write_json(granted().bundle(BundleKind::Holder));
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

TEST(Bundle, SaysWhatTheGrantSays) {
  const auto bundle = read_bundle(base::write_json(granted().bundle(BundleKind::Full)), "bundle");
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
  const auto bundle = read_bundle(base::write_json(used.bundle(BundleKind::Holder)), "bundle");
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
