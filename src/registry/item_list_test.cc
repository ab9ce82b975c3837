// SPDX-License-Identifier: Apache-2.0
#include "registry/item_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "registry/internal/declared.h"
#include "registry/ties.h"

namespace countersign::registry {
namespace {

using internal::comes_back;
using internal::day;
using internal::Declared;
using internal::issues_of;
using internal::Rows;
using ::testing::HasSubstr;

constexpr std::string_view kRoot =
    "sha256:0000000000000000000000000000000000000000000000000000000000000001";

std::string document(std::string_view more = R"("rows": 2)", std::string_view id = "UA-parts") {
  return R"({"id": ")" + std::string(id) + R"(", "currency": "USD", )" + std::string(more) +
         R"(, "root": ")" + std::string(kRoot) + R"("})";
}

const std::vector<std::string> kRows = {
    R"({"id": "Drone", "complete": true, "price": 1000, "components": [
        {"id": "engine", "quantity": 2}, {"id": "frame", "origin": "UA", "quantity": 1, "value": 5}]})",
    R"({"id": "engine", "complete": true, "needs": [{"authority": "GB", "kind": "maps"}],
        "components": [{"id": "chip", "origin": "US", "quantity": 3, "value": 40}]})"};

Declared authority(const std::string& id) {
  Declared declared(id);
  declared.charter(R"({"authority": ")" + id + R"(", "offices": []})")
      .vocabulary(R"({"parties": [{"id": "US"}, {"id": "GB"}, {"id": "UA"}],
                      "data": [{"id": "maps"}]})");
  return declared;
}

Ties trace(std::vector<AuthorityRegister> authorities, std::string_view item,
           std::string_view at = "2025-06-10") {
  auto registers = Registers::create(std::move(authorities));
  EXPECT_TRUE(registers) << base::to_text(registers.error());
  if (!registers) return {};
  return trace_ties(registers.value().view(day(at)), {ItemId(std::string(item)), {}, {}});
}

std::string gap(const Ties& ties) {
  if (ties.gaps.empty()) return {};
  return std::string(name_of(ties.gaps.front().kind)) + ": " + ties.gaps.front().message;
}

Declared ukraine(std::shared_ptr<const ItemRows> rows) {
  Declared declared = authority("UA");
  declared.list(document(), std::move(rows));
  return declared;
}

TEST(ItemList, DocumentsAndRowsComeBack) {
  EXPECT_TRUE(
      comes_back<ItemList>(document(R"("rows": 100000, "in_force": {"from": "2025-01-01"})")));
  for (const std::string& row : kRows) EXPECT_TRUE(comes_back<ListedRow>(row));
}

TEST(ItemList, BadDocumentsAreRefusedWithThePlace) {
  EXPECT_THAT(issues_of<ItemList>(document(R"("rows": 0)")), HasSubstr("`rows`"));
  EXPECT_THAT(issues_of<ItemList>(document(R"("rows": 16777217)")), HasSubstr("`rows`"));
  EXPECT_THAT(issues_of<ItemList>(R"({"id": "L", "currency": "usd", "rows": 1, "root": "x"})"),
              testing::AllOf(HasSubstr("`usd` is not a currency"), HasSubstr("is not a digest")));
  EXPECT_THAT(issues_of<ListedRow>(R"({"id": "A", "complete": true, "price": 0})"),
              HasSubstr("`price`"));
  EXPECT_THAT(issues_of<ListedRow>(R"({"id": "A", "complete": true, "in_force": {}})"),
              HasSubstr("a row of a list has no period of its own"));
  EXPECT_THAT(issues_of<ListedRow>(R"({"id": "A"})"), HasSubstr("needs `complete`"));
}

TEST(ItemList, TiesAreTracedThroughRowsAndNameThem) {
  const Ties ties =
      trace({ukraine(std::make_shared<Rows>(kRows)), authority("US"), authority("GB")}, "Drone");
  ASSERT_EQ(gap(ties), "");
  const TieFacts* us = ties.find(AuthorityId("US"));
  ASSERT_NE(us, nullptr);
  ASSERT_EQ(us->shares.size(), 1U);
  EXPECT_EQ(us->shares[0].content, Amount(240));  // 2 engines of 3 chips of 40
  EXPECT_EQ(us->shares[0].price, 1000);
  EXPECT_EQ(us->shares[0].currency, "USD");
  EXPECT_EQ(us->shares[0].row, (RowPlace{ListId("UA-parts"), 0}));
  EXPECT_EQ(us->shares[0].parts.at(0).row, (RowPlace{ListId("UA-parts"), 1}));
  const TieFacts* gb = ties.find(AuthorityId("GB"));
  ASSERT_NE(gb, nullptr);
  EXPECT_EQ(std::get<NeededData>(gb->sources.at(0)).row, (RowPlace{ListId("UA-parts"), 1}));
}

TEST(ItemList, AnItemOfARegisterMayHoldOneOfAList) {
  Declared gb = authority("GB");
  gb.item(R"({"id": "Ship", "complete": true, "components": [{"id": "Drone", "quantity": 1}]})")
      .prices(R"({"currency": "USD", "prices": [{"item": "Ship", "price": 2400}]})");
  const Ties ties = trace({ukraine(std::make_shared<Rows>(kRows)), authority("US"), gb}, "Ship");
  ASSERT_EQ(gap(ties), "");
  EXPECT_EQ(ties.find(AuthorityId("US"))->shares.at(0).bp_floor, 1000);
}

TEST(ItemList, WhatIsNotKnownOfARowIsKnownOfNobody) {
  const std::vector<AuthorityRegister> lost = {ukraine(std::make_shared<Rows>(kRows, "engine")),
                                               authority("US"), authority("GB")};
  EXPECT_THAT(gap(trace(lost, "Drone")), HasSubstr("row: what the list `UA-parts` of UA says of "
                                                   "`engine` is not known: it is lost"));
  EXPECT_THAT(gap(trace({ukraine(nullptr), authority("US"), authority("GB")}, "Drone")),
              HasSubstr("its rows are not here"));
  // An item of a register too: the list might describe its parts.
  Declared gb = authority("GB");
  gb.item(R"({"id": "Ship", "complete": true, "components": [
              {"id": "frame", "origin": "US", "quantity": 1, "value": 5}]})")
      .prices(R"({"currency": "USD", "prices": [{"item": "Ship", "price": 10}]})");
  EXPECT_EQ(gap(trace({ukraine(std::make_shared<Rows>(kRows)), authority("US"), gb}, "Ship")), "");
  EXPECT_THAT(
      gap(trace({ukraine(std::make_shared<Rows>(kRows, "frame")), authority("US"), gb}, "Ship")),
      HasSubstr("`frame` is not known"));
}

TEST(ItemList, TwoDescriptionsOfOneItemAreNone) {
  Declared gb = authority("GB");
  gb.item(R"({"id": "engine", "complete": true})");
  EXPECT_THAT(gap(trace({ukraine(std::make_shared<Rows>(kRows)), authority("US"), gb}, "Drone")),
              HasSubstr("`engine` is described twice, by GB and in row 1 of the list `UA-parts`"));
  Declared other = authority("GB");
  other.list(document(R"("rows": 1)", "GB-parts"),
             std::make_shared<Rows>(std::vector<std::string>{kRows[1]}));
  EXPECT_THAT(gap(trace({ukraine(std::make_shared<Rows>(kRows)), authority("US"), other}, "Drone")),
              HasSubstr("`engine` is described twice"));
}

TEST(ItemList, ARowThatNamesAnUnknownPartyIsNotUsed) {
  Declared ua = ukraine(std::make_shared<Rows>(std::vector<std::string>{
      R"({"id": "Drone", "complete": true, "price": 9, "components": [
          {"id": "chip", "origin": "Mars", "quantity": 1, "value": 4}]})"}));
  EXPECT_THAT(gap(trace({ua, authority("US")}, "Drone")),
              HasSubstr("row 0 of the list `UA-parts` of UA cannot be used: it names the party "
                        "`Mars`, which the vocabulary does not know"));
}

TEST(ItemList, AListThatHasEndedStillSaysWhatWasDescribed) {
  Declared ua = authority("UA");
  ua.list(document(R"("rows": 2, "in_force": {"until": "2025-03-01"})"),
          std::make_shared<Rows>(kRows));
  Declared gb = authority("GB");
  gb.item(R"({"id": "Ship", "complete": true, "components": [
              {"id": "engine", "origin": "GB", "quantity": 1, "value": 5}]})")
      .prices(R"({"currency": "USD", "prices": [{"item": "Ship", "price": 10}]})");
  EXPECT_THAT(gap(trace({ua, gb}, "Ship")), HasSubstr("is described, but not on this date"));
  const auto registers = Registers::create({ua, gb});
  ASSERT_TRUE(registers);
  EXPECT_EQ(registers.value().changes(day("2025-01-01"), base::kDistantFuture),
            (std::vector<base::Instant>{day("2025-03-01")}));
}

TEST(ItemList, ItsItemsAreKnownAndItsPartsMayBeClaimed) {
  Declared us = authority("US");
  us.claim(R"({"id": "US-1", "basis": "component", "component": "frame"})")
      .holdings(
          R"({"holdings": [{"item": "Drone", "quantity": 4, "yellow_below": 3, "red_below": 1}]})");
  const auto registers = Registers::create({ukraine(std::make_shared<Rows>(kRows)), us});
  ASSERT_TRUE(registers) << base::to_text(registers.error());
  EXPECT_TRUE(registers.value().has_item(ItemId("engine")));
  EXPECT_FALSE(registers.value().has_item(ItemId("chip")));
  EXPECT_EQ(registers.value().known_by(ItemId("Drone"), AuthorityId("US"), day("2025-06-10"))->id,
            "UA-parts");
  const Ties ties =
      trace_ties(registers.value().view(day("2025-06-10")), {ItemId("Drone"), {}, {}});
  EXPECT_EQ(ties.find(AuthorityId("US"))->shares.at(0).content, Amount(245));
  // Without a list, a claim on a part that no description has is a mistake.
  EXPECT_FALSE(Registers::create({authority("UA"), us}));
}

}  // namespace
}  // namespace countersign::registry
