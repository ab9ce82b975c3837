// SPDX-License-Identifier: Apache-2.0
// What is taken for somebody to use offline: counted when it is taken, checked from its file alone,
// reported late, given back in time or not at all.
#include "casework/allotments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/audit.h"
#include "casework/testing/drill.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using ::testing::IsEmpty;
using testing::json;
using testing::rule_of;

const registry::GrantId kGrant("C/G1");

class Allotments : public ::testing::Test {
 protected:
  void SetUp() override { testing::granted(drill_, "C"); }

  static geo::Place place(const std::string& text) {
    base::Report report({}, "place");
    auto read = geo::Place::read(json(text), "the place", report);
    CHECK(read.has_value());
    return *std::move(read);
  }
  static kernel::AllotmentBody body(std::int64_t quantity = 1,
                                    const std::string& until = "2025-06-20T00:00:00Z") {
    kernel::AllotmentBody made;
    made.grant = kGrant;
    made.to = "the second battery";
    made.quantity = quantity;
    made.place = place(R"({"point": [5, 15], "radius_m": 50})");
    made.categories.emplace_back("radar");
    made.until = testing::time(until);
    return made;
  }
  Handled allot(const kernel::AllotmentBody& asked, const std::string& office = "UA/Staff") {
    drill_.pass(60);
    return casework::allot(drill_.instance(), drill_.by(office), asked);
  }
  kernel::Position allotted(std::int64_t quantity = 1) {
    const Handled answer = allot(body(quantity));
    CHECK(rule_of(answer).empty());
    return answer.value().value().first;
  }
  // The discrepancies of a use at that time, reported now.
  std::vector<std::string> reported(kernel::Position allotment, std::int64_t quantity,
                                    const std::string& when, const std::string& point = "[5, 15]") {
    drill_.pass(60);
    kernel::ReportBody used{kGrant,
                            quantity,
                            place(R"({"point": )" + point + "}"),
                            {registry::CategoryId("radar")},
                            testing::time(when),
                            "late",
                            allotment};
    CHECK(rule_of(report(drill_.instance(), drill_.by("UA/Staff"), used)).empty());
    std::vector<std::string> rules;
    const kernel::UseReport entered = grant().reports.back();
    for (const base::Refusal& reason : entered.discrepancies) rules.push_back(reason.rule);
    return rules;
  }
  std::string give_back(kernel::Position allotment, std::int64_t quantity,
                        const std::string& office = "UA/Staff") {
    drill_.pass(60);
    return rule_of(casework::give_back(drill_.instance(), drill_.by(office),
                                       {kGrant, allotment, quantity, "not needed"}));
  }
  kernel::GrantRecord grant() {
    std::optional<kernel::GrantRecord> found;
    drill_.instance().look([&](const kernel::State& state) { found = *state.find(kGrant); });
    return *found;
  }
  base::Json file_of(kernel::Position allotment) {
    auto written = write_allotment(drill_.instance(), kGrant, allotment);
    CHECK(written.has_value() && written.value().has_value());
    return std::move(written.value().value());
  }
  // Empty when it verifies.
  std::string verified(const base::Json& file) {
    const auto read = read_allotment(base::write_json(file), "allotment");
    if (!read) return base::to_text(read.error());
    const auto checked = verify_allotment(read.value(), testing::own_trust(drill_.instance()),
                                          Practice::Refuse, Aids{});
    return checked ? std::string() : checked.error().rule;
  }

  Drill drill_;
};

TEST_F(Allotments, TakingItIsTheDraw) {
  allotted(2);
  EXPECT_EQ(grant().left(), 0);
  EXPECT_EQ(rule_of(allot(body())), "exhausted");
  kernel::DrawBody draw{kGrant, 1, place(R"({"point": [5, 15]})"), {}};
  EXPECT_EQ(rule_of(casework::draw(drill_.instance(), drill_.by("UA/Staff"), draw)), "exhausted");
}

TEST_F(Allotments, EveryRuleOfADrawHoldsForIt) {
  EXPECT_EQ(rule_of(allot(body(3))), "quantity");
  EXPECT_EQ(rule_of(allot(body(), "US/USDP")), "no-power");
  kernel::AllotmentBody elsewhere = body();
  elsewhere.place = place(R"({"point": [5, 5], "radius_m": 50})");
  EXPECT_EQ(rule_of(allot(elsewhere)), "outside-place");
  EXPECT_EQ(rule_of(allot(body(1, "2025-09-01T00:00:00Z"))), "outside-window");
  EXPECT_EQ(rule_of(allot(body(1, "2025-06-01T00:00:00Z"))), "outside-window");
  ASSERT_EQ(rule_of(act_on_grant(drill_.instance(), drill_.by("GB/MoD"), kernel::EntryKind::Suspend,
                                 {kGrant, "a pause"})),
            "");
  EXPECT_EQ(rule_of(allot(body())), "suspended");
}

TEST_F(Allotments, ItsFileIsCheckedOffline) {
  const kernel::Position entry = allotted();
  const base::Json file = file_of(entry);
  EXPECT_EQ(verified(file), "");
  // The allotment of another grant, or none, behind the same bundle.
  base::Json emptied = file;
  for (base::Json::Member& member : emptied.members) {
    if (member.name == "entries") member.value.items.clear();
  }
  EXPECT_EQ(verified(emptied), "allotment-differs");
  testing::granted(drill_, "D");
  kernel::AllotmentBody other = body();
  other.grant = registry::GrantId("D/G1");
  const Handled answer = allot(other);
  ASSERT_EQ(rule_of(answer), "");
  auto written = write_allotment(drill_.instance(), other.grant, answer.value().value().first);
  base::Json mixed = file_of(entry);
  for (base::Json::Member& member : mixed.members) {
    if (member.name == "entries") member.value = *written.value().value().find("entries");
  }
  EXPECT_EQ(verified(mixed), "allotment-differs");
}

TEST_F(Allotments, AnAlteredFileIsRefused) {
  base::Json file = file_of(allotted());
  base::Json& entry = [&]() -> base::Json& {
    for (base::Json::Member& member : file.members) {
      if (member.name == "entries") return member.value.items.back();
    }
    CHECK(false);
    return file;
  }();
  for (base::Json::Member& member : entry.members) {
    if (member.name != "statement") continue;
    auto statement = kernel::read_signed(base::as_bytes(member.value.text), "statement");
    std::string payload = statement.value().payload_text;
    payload.replace(payload.find("\"quantity\":1"), 12, "\"quantity\":2");
    const seal::Envelope forged = seal::sign_envelope(
        seal::kInTotoPayloadType, base::as_bytes(payload), drill_.key("UA/Registrar"));
    member.value.text = seal::write_envelope(forged);
  }
  EXPECT_EQ(verified(file), "statement-digest");
}

TEST_F(Allotments, UsesAreReportedLateAgainstIt) {
  const kernel::Position entry = allotted(2);
  drill_.at("2025-07-10T00:00:00Z");
  EXPECT_THAT(reported(entry, 1, "2025-06-19T12:00:00Z"), IsEmpty());
  // After its end, elsewhere, or more than it was for.
  EXPECT_EQ(reported(entry, 1, "2025-06-20T12:00:00Z"),
            (std::vector<std::string>{"outside-allotment"}));
  EXPECT_EQ(reported(entry, 1, "2025-06-19T12:00:00Z"), (std::vector<std::string>{"not-drawn"}));
  EXPECT_EQ(reported(entry + 1, 1, "2025-06-19T12:00:00Z"),
            (std::vector<std::string>{"no-allotment", "not-drawn"}));
}

TEST_F(Allotments, AUseOutsideItIsADiscrepancyThoughInsideTheGrant) {
  const kernel::Position entry = allotted(1);
  EXPECT_EQ(reported(entry, 1, "2025-06-10T00:00:00Z", "[5.001, 15]"),
            (std::vector<std::string>{"outside-place", "outside-allotment", "in-the-future"}));
}

// A use that names no allotment rests on none.
TEST_F(Allotments, WhatIsAllottedIsNobodyElses) {
  allotted(2);
  drill_.pass(60);
  kernel::ReportBody used{
      kGrant, 1, place(R"({"point": [5, 15]})"), {registry::CategoryId("radar")}, drill_.now(),
      "",     {}};
  ASSERT_EQ(rule_of(report(drill_.instance(), drill_.by("UA/Staff"), used)), "");
  EXPECT_EQ(grant().reports.back().discrepancies.front().rule, "not-drawn");
}

TEST_F(Allotments, WhatIsNotUsedIsGivenBackBeforeItsEndOrCounts) {
  const kernel::Position entry = allotted(2);
  const std::string now = base::to_text(drill_.now());
  ASSERT_THAT(reported(entry, 1, now), IsEmpty());
  EXPECT_EQ(give_back(entry, 2), "quantity");
  EXPECT_EQ(give_back(entry + 1, 1), "no-allotment");
  EXPECT_EQ(give_back(entry, 1), "");
  EXPECT_EQ(grant().left(), 1);
  EXPECT_EQ(give_back(entry, 1), "quantity");
  drill_.instance().look([&](const kernel::State& state) {
    std::int64_t taken = 0;
    for (const registry::Usage& usage : state.usages()) taken += usage.what.quantity;
    EXPECT_EQ(taken, 2);
  });
  const kernel::Position second = allotted(1);
  drill_.at("2025-06-20T00:00:00Z");
  EXPECT_EQ(give_back(second, 1), "allotment-ended");
  EXPECT_EQ(grant().left(), 0);
  EXPECT_EQ(testing::audited(drill_.instance()), "");
}

}  // namespace
}  // namespace countersign::casework
