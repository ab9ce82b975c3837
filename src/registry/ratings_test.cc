// SPDX-License-Identifier: Apache-2.0
// Ratings and tallies: what is left, and what counts.
#include "registry/ratings.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/within.h"
#include "registry/internal/declared.h"
#include "registry/tallies.h"

namespace countersign::registry {
namespace {

using internal::day;

const AuthorityId kUs("US");

Holdings book(std::int64_t quantity, std::int64_t yellow, std::int64_t red) {
  return {
      {{ItemId("A"), quantity, {Thresholds::Kind::Pieces, yellow, red}, std::string(kPiece), {}}},
      Colour::Green};
}

// Of a stated quantity, without movements.
Rating rate(const Holdings& holdings, const AuthorityId& authority, const Quantity& asked,
            std::span<const Usage> usages, std::span<const GrantId> leaving_out = {}) {
  return registry::rate({authority, holdings, StockBook(), day("2025-06-01")}, asked, usages,
                        leaving_out);
}

Quantity transfer(std::int64_t quantity, std::string item = "A") {
  return {Action::Transfer, ItemId(std::move(item)), PartyId("UA"), PartyId("UA"), quantity};
}

Quantity use(std::int64_t quantity, std::string by = "UA") {
  return {Action::Use, ItemId("A"), PartyId(std::move(by)), std::nullopt, quantity};
}

Usage usage(Quantity what, std::string grant = "g", std::string_view at = "2025-06-01") {
  return {std::move(what), day(at), GrantId(std::move(grant))};
}

TEST(Ratings, AreWhatRemainsAfterTheRequest) {
  const Holdings holdings = book(400, 300, 100);
  EXPECT_EQ(rate(holdings, kUs, transfer(100), {}).colour, Colour::Green);
  EXPECT_EQ(rate(holdings, kUs, transfer(101), {}).colour, Colour::Yellow);
  EXPECT_EQ(rate(holdings, kUs, transfer(300), {}).colour, Colour::Yellow);
  EXPECT_EQ(rate(holdings, kUs, transfer(301), {}).colour, Colour::Red);
  EXPECT_EQ(rate(holdings, kUs, transfer(401), {}).colour, Colour::Red);
  EXPECT_EQ(rate(book(0, 0, 0), kUs, transfer(1), {}).colour, Colour::Red);
}

TEST(Ratings, KeepWhatTheyWereWorkedOutFrom) {
  const std::vector<Usage> usages = {usage(transfer(50)), usage(transfer(7), "h"),
                                     usage(transfer(9, "B")), usage(use(5)), usage(use(3, "US"))};
  const Rating rating = rate(book(400, 300, 100), kUs, transfer(10), usages);
  EXPECT_EQ(rating, (Rating{Colour::Green, true, 400, 60, 10, 330, 300, 100}));
  EXPECT_EQ(rate(book(400, 300, 100), kUs, transfer(10), usages, std::vector{GrantId("h")}).taken,
            53);
}

TEST(Ratings, AUseTakesOnlyFromItsOwnParty) {
  EXPECT_EQ(rate(book(10, 0, 0), kUs, use(4), {}).remaining, 10);
  EXPECT_EQ(rate(book(10, 0, 0), kUs, use(4, "US"), {}).remaining, 6);
}

TEST(Ratings, WhatIsNotListedIsRatedOtherwise) {
  EXPECT_EQ(rate(book(1, 1, 1), kUs, transfer(5, "B"), {}),
            (Rating{Colour::Green, false, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(rate(Holdings{}, kUs, transfer(5), {}).colour, std::nullopt);
}

// A book of 100 at 2025-01-01, of which `rows` are the rest, as of 2025-06-01.
Rating counted(const std::string& rows, const std::string& thresholds, const Quantity& asked,
               std::span<const Usage> usages = {}, std::span<const GrantId> leaving_out = {}) {
  const auto holdings = read_document<Holdings>(
      R"({"holdings": [{"item": "A", "counted_by": "movements", )" + thresholds + "}]}", "f");
  const auto movements = read_document<Movements>(
      R"({"id": "m", "rows": [{"id": "1", "on": "2025-01-01", "item": "A", "from": "opening",
          "to": "held/N", "quantity": 100})" +
          rows + "]}",
      "f");
  CHECK(holdings.has_value() && movements.has_value());
  const std::vector<Recorded<Movements>> lists = {
      {{RecordKind::Movements, "m", kUs, {}, {}},
       std::make_shared<const Movements>(movements.value()),
       "f"}};
  const StockBook book(lists);
  return registry::rate({kUs, holdings.value(), book, day("2025-06-01")}, asked, usages,
                        leaving_out);
}

std::string leaves(int quantity, const std::string& to, const std::string& more = "",
                   const std::string& on = "2025-02-01") {
  static int next = 2;
  return R"(, {"id": ")" + std::to_string(next++) + R"(", "on": ")" + on +
         R"(", "item": "A", "from": "held/N", "to": ")" + to + R"(", "quantity": )" +
         std::to_string(quantity) + more + "}";
}

const std::string kPieces = R"("yellow_below": 30, "red_below": 10)";

TEST(Ratings, CountWhatMovementsLeft) {
  const Rating rating =
      counted(leaves(15, "lost", R"(, "reason": "fire")") + leaves(7, "used", "", "2025-06-02"),
              kPieces, transfer(10));
  EXPECT_EQ(rating.quantity, 85);
  EXPECT_EQ(rating.remaining, 75);
}

TEST(Ratings, TakeWhatLeftUnderAGrantOnce) {
  Usage drawn = usage(transfer(20));
  drawn.kind = Usage::Kind::Drawn;
  const std::vector<Usage> usages = {drawn, usage(transfer(5))};
  const std::string handed = leaves(12, "handed-over", R"(, "grant": "g")");
  const Rating rating = counted(handed, kPieces, transfer(10), usages);
  EXPECT_EQ(rating.quantity, 88);
  EXPECT_EQ(rating.taken, 13);  // 5 reserved; of 20 drawn, 12 have left
  EXPECT_EQ(rating.free(), 75);
  // Checked again, the grant's own part is as if nothing had come of it.
  const Rating again = counted(handed, kPieces, transfer(10), usages, std::vector{GrantId("g")});
  EXPECT_EQ(again.quantity, 100);
  EXPECT_EQ(again.taken, 0);
}

TEST(Ratings, MonthsOfCoverAreRoundedTowardsRed) {
  // 10 in the whole months January to May: 2 a month.
  const std::string months = R"("yellow_below_months": 12, "red_below_months": 4)";
  const Rating even = counted(leaves(10, "used"), months, transfer(1));
  EXPECT_EQ(even.cover, (Cover{12, 4, {10, 5}}));
  EXPECT_EQ(even.yellow_below, 24);
  EXPECT_EQ(even.red_below, 8);
  // 11 in five months: 12 months of it are 26.4.
  const Rating odd = counted(leaves(11, "used"), months, transfer(62));
  EXPECT_EQ(odd.yellow_below, 27);
  EXPECT_EQ(odd.red_below, 9);
  EXPECT_EQ(odd.remaining, 27);
  EXPECT_EQ(odd.colour, Colour::Green);
  EXPECT_EQ(counted(leaves(11, "used"), months, transfer(63)).colour, Colour::Yellow);
  EXPECT_EQ(counted(leaves(11, "used"), months, transfer(81)).colour, Colour::Red);
  EXPECT_EQ(counted(leaves(11, "used"), months, transfer(81)).before(), Colour::Green);
}

TEST(Ratings, WhatIsUsedUpIsRedHoweverLittleWasUsed) {
  const std::string months = R"("yellow_below_months": 6, "red_below_months": 0)";
  EXPECT_EQ(counted("", months, transfer(99)).colour, Colour::Green);
  EXPECT_EQ(counted("", months, transfer(100)).colour, Colour::Red);
}

TEST(Ratings, DrawsAreUseWhenTheyAreMade) {
  Usage drawn = usage(transfer(50), "g", "2025-03-01");
  drawn.kind = Usage::Kind::Drawn;
  const std::vector<Usage> usages = {drawn};
  const std::string months = R"("yellow_below_months": 6, "red_below_months": 1)";
  EXPECT_EQ(counted("", months, transfer(1), usages).cover->use, (UseRate{50, 5}));
  EXPECT_EQ(counted(leaves(50, "handed-over", R"(, "grant": "g")"), months, transfer(1), usages)
                .cover->use,
            (UseRate{50, 5}));
}

TEST(Ratings, SumsPast64BitsAreRed) {
  const std::vector<Usage> usages = {usage(transfer(INT64_MAX)), usage(transfer(INT64_MAX))};
  EXPECT_EQ(rate(book(INT64_MAX, 0, 0), kUs, transfer(1), usages).colour, Colour::Red);
}

Tally tally() {
  Tally made;
  made.id = TallyId("t");
  made.limit = 100;
  return made;
}

TEST(Tallies, CountWhatTheyNameAndNothingElse) {
  const std::vector<Usage> usages = {usage(transfer(10)), usage(use(5)),
                                     usage(transfer(7, "B"), "h", "2024-01-01")};
  EXPECT_EQ(count(tally(), usages), (TallyCount{100, 22, 78}));
  Tally actions = tally();
  actions.actions = {Action::Use};
  EXPECT_EQ(count(actions, usages).counted, 5);
  Tally items = tally();
  items.items = {ItemId("B"), ItemId("C")};
  EXPECT_EQ(count(items, usages).counted, 7);
  Tally period = tally();
  period.period = {day("2025-01-01"), day("2025-06-01")};
  EXPECT_EQ(count(period, usages).counted, 0);
  period.period.until = day("2025-06-02");
  EXPECT_EQ(count(period, usages).counted, 15);
  EXPECT_EQ(count(tally(), usages, std::vector{GrantId("h")}).counted, 15);
}

TEST(Tallies, InAUseTheRequesterCountsAsTheRecipient) {
  Tally recipients = tally();
  recipients.recipients = {PartyId("PL")};
  Quantity to_poland = transfer(3);
  to_poland.recipient = PartyId("PL");
  EXPECT_TRUE(falls_under(recipients, to_poland, day("2025-01-01")));
  EXPECT_TRUE(falls_under(recipients, use(1, "PL"), day("2025-01-01")));
  EXPECT_FALSE(falls_under(recipients, transfer(3), day("2025-01-01")));
  EXPECT_FALSE(falls_under(recipients, use(1), day("2025-01-01")));
}

TEST(Tallies, TheRestIsBelowNothingWhenTooMuchWasTaken) {
  const std::vector<Usage> over = {usage(transfer(130))};
  EXPECT_EQ(count(tally(), over).rest, -30);
  const std::vector<Usage> far = {usage(transfer(INT64_MAX)), usage(transfer(INT64_MAX))};
  EXPECT_EQ(count(tally(), far).rest, INT64_MIN);
}

// More taken never makes a stock look better, nor leaves a tally more.
RC_GTEST_PROP(Usages, OnlyEverLowerWhatIsLeft, ()) {
  const auto quantity = [] { return base::testing::within<std::int64_t>(0, INT64_MAX); };
  const Holdings holdings = book(*quantity(), *quantity(), 0);
  const auto taken = *rc::gen::container<std::vector<std::int64_t>>(quantity());
  std::vector<Usage> usages;
  Rating before = rate(holdings, kUs, transfer(1), usages);
  TallyCount left = count(tally(), usages);
  for (const std::int64_t one : taken) {
    usages.push_back(usage(transfer(one)));
    const Rating after = rate(holdings, kUs, transfer(1), usages);
    RC_ASSERT(*after.colour <= *before.colour);
    RC_ASSERT(after.remaining <= before.remaining);
    const TallyCount now = count(tally(), usages);
    RC_ASSERT(now.rest <= left.rest);
    before = after;
    left = now;
  }
}

}  // namespace
}  // namespace countersign::registry
