// SPDX-License-Identifier: Apache-2.0
// What an authority's root signs: charters and appointments, their keys, and when they are in
// force.
#include <gtest/gtest.h>

#include <string>

#include "casework/actions.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/import.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"
#include "geo/place.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::rule_of;

const registry::PartyId kUs("US");

std::string charter_of_us(Drill& drill, const std::string& days, const seal::SigningKey& clerk,
                          const std::string& root = "US/root") {
  std::string text = testing::small_directory()["authorities/US/charter.json"];
  text.replace(text.find("400"), 3, days);
  return rule_of(enter_charter(drill.instance(), kUs, testing::json(text), drill.key(root), clerk));
}

std::string appoint(Drill& drill, const std::string& office, const std::string& person,
                    const seal::PublicKey& key, const std::string& root) {
  return rule_of(enter_appointment(drill.instance(), registry::OfficeId(office),
                                   registry::PersonId(person), key,
                                   {drill.now(), base::kDistantFuture}, drill.key(root)));
}

std::string issue_nothing(Drill& drill, const std::string& authority) {
  return rule_of(
      issue(drill.instance(), registry::PartyId(authority), {}, drill.keys(), drill.now()));
}

std::string draw_one(Drill& drill, const registry::GrantId& grant) {
  base::Report report({}, "test");
  const auto place = geo::Place::read(testing::json(R"({"point": [5, 15]})"), "the place", report);
  return rule_of(draw(drill.instance(), drill.by("UA/Staff"),
                      {grant, 1, place, {registry::CategoryId("radar")}}));
}

std::string verify_full(Drill& drill, const registry::GrantId& grant) {
  const auto verified = testing::verified(drill.instance(), grant, kernel::Audience::overseer());
  return verified ? std::string() : verified.error().rule;
}

TEST(Charter, ItsKeysAreNobodyElses) {
  Drill drill;
  EXPECT_EQ(charter_of_us(drill, "401", drill.key("US/root")), "key-of-another");
  EXPECT_EQ(charter_of_us(drill, "401", drill.key("GB/root")), "key-of-another");
  EXPECT_EQ(charter_of_us(drill, "401", drill.key("US/SecDef")), "key-of-another");
  EXPECT_EQ(charter_of_us(drill, "401", drill.key("UA/Staff")), "key-of-another");
  EXPECT_EQ(charter_of_us(drill, "401", drill.key("US/clerk")), "");
  EXPECT_EQ(charter_of_us(drill, "402", drill.key("US/second-clerk")), "");
}

TEST(Appointment, BindsNoKeyOfARootOrClerk) {
  Drill drill;
  for (const char* key : {"US/root", "US/clerk", "GB/root", "GB/clerk"}) {
    EXPECT_EQ(appoint(drill, "US/SecDef", "p-new", drill.key(key).public_key(), "US/root"),
              "key-of-another")
        << key;
  }
  EXPECT_EQ(appoint(drill, "US/SecDef", "p-new", drill.key("US/new").public_key(), "US/root"), "");
}

TEST(Appointment, NewerThanTheManifestStopsNothing) {
  Drill drill;
  const registry::GrantId before = testing::granted(drill, "C");
  drill.pass(60);
  ASSERT_EQ(appoint(drill, "UA/Staff", "p-new", drill.key("UA/new").public_key(), "UA/root"), "");
  ASSERT_EQ(appoint(drill, "US/SecDef", "p-new", drill.key("US/new").public_key(), "US/root"), "");
  EXPECT_EQ(draw_one(drill, before), "");
  const registry::GrantId after = testing::granted(drill, "D");
  EXPECT_EQ(verify_full(drill, after), "");
  ASSERT_EQ(issue_nothing(drill, "US"), "");
  EXPECT_EQ(draw_one(drill, after), "");
  EXPECT_EQ(verify_full(drill, after), "");
}

TEST(Charter, TwoBeforeOneManifestStopNothing) {
  Drill drill;
  const registry::GrantId before = testing::granted(drill, "C");
  drill.pass(60);
  ASSERT_EQ(charter_of_us(drill, "401", drill.key("US/clerk")), "");
  ASSERT_EQ(charter_of_us(drill, "402", drill.key("US/clerk")), "");
  EXPECT_EQ(draw_one(drill, before), "");
  drill.pass(60);
  ASSERT_EQ(issue_nothing(drill, "US"), "");
  const registry::GrantId after = testing::granted(drill, "D");
  EXPECT_EQ(draw_one(drill, after), "");
  EXPECT_EQ(verify_full(drill, after), "");
  // And back to the first: the next manifest lists it anew.
  drill.pass(60);
  ASSERT_EQ(charter_of_us(drill, "400", drill.key("US/clerk")), "");
  drill.pass(60);
  ASSERT_EQ(issue_nothing(drill, "US"), "");
  const registry::GrantId last = testing::granted(drill, "E");
  EXPECT_EQ(draw_one(drill, last), "");
  EXPECT_EQ(verify_full(drill, last), "");
  drill.instance().look([&](const kernel::State& state) {
    const auto* view = state.rules_at(state.now())->view().find(kUs);
    EXPECT_EQ(view->charter->value->manifest_days, 400);
  });
  EXPECT_EQ(testing::audited(drill.instance()), "");
}

}  // namespace
}  // namespace countersign::casework
