// SPDX-License-Identifier: Apache-2.0
#include "registry/ties.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::day;
using internal::Declared;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kVocabulary = R"({
  "parties": [{"id": "US"}, {"id": "GB"}, {"id": "UA"}, {"id": "DE"}],
  "data": [{"id": "targeting"}, {"id": "intelligence"}]})";

Declared authority(const std::string& id) {
  Declared declared(id);
  declared.charter(R"({"authority": ")" + id + R"(", "offices": []})").vocabulary(kVocabulary);
  return declared;
}

std::string item(std::string_view id, std::string_view components, std::string_view more = "") {
  return fmt::format(R"({{"id": "{}", "complete": true, "components": [{}]{}}})", id, components,
                     more);
}

std::string prices(std::string_view list, std::string_view currency = "USD") {
  return fmt::format(R"({{"currency": "{}", "prices": [{}]}})", currency, list);
}

RegistersView view_of(std::vector<AuthorityRegister> authorities,
                      std::string_view at = "2025-06-10") {
  auto registers = Registers::create(std::move(authorities));
  EXPECT_TRUE(registers) << base::to_text(registers.error());
  return (registers ? std::move(registers.value()) : Registers()).view(day(at));
}

Ties trace(const RegistersView& view, std::string_view item_id) {
  return trace_ties(view, {ItemId(std::string(item_id)), {}, {}});
}

ItemPath path(const std::vector<std::string>& items) { return {items.begin(), items.end()}; }

std::vector<std::string> gaps_of(const Ties& ties) {
  std::vector<std::string> gaps;
  for (const TieGap& gap : ties.gaps) {
    gaps.push_back(fmt::format("{}: {}", name_of(gap.kind), to_text(gap.path)));
  }
  return gaps;
}

constexpr std::string_view kController =
    R"({"id": "controller", "origin": "US", "quantity": 1, "value": 600},
       {"id": "airframe", "origin": "UA", "quantity": 1, "value": 4000})";

TEST(Ties, ClaimsGiveThem) {
  const RegistersView view = view_of(
      {authority("GB")
           .item(item("StormShadow", ""))
           .claim(R"({"id": "GB-1", "basis": "supplied", "item": "StormShadow"})")
           .claim(R"({"id": "GB-2", "basis": "direct_product", "item": "StormShadow"})"),
       authority("US").claim(
           R"({"id": "US-1", "basis": "data", "item": "StormShadow", "kind": "targeting"})"),
       authority("UA")});
  const Ties ties = trace(view, "StormShadow");
  ASSERT_TRUE(ties.determined());
  ASSERT_EQ(ties.tied.size(), 2U);
  const TieFacts& gb = *ties.find(AuthorityId("GB"));
  EXPECT_THAT(gb.bases, ElementsAre(Basis::Supplied, Basis::DirectProduct));
  EXPECT_TRUE(gb.has(Basis::Supplied));
  EXPECT_FALSE(gb.has(Basis::Data));
  EXPECT_EQ(gb.share_bp_max, 0);
  EXPECT_THAT(ties.find(AuthorityId("US"))->sources,
              ElementsAre(TieSource(ClaimedTie{Basis::Data, ClaimId("US-1"), path({"StormShadow"}),
                                               DataKindId("targeting")})));
  EXPECT_EQ(ties.find(AuthorityId("UA")), nullptr);
}

TEST(Ties, ComponentsGiveThemWithAnExactShareAndAPath) {
  const RegistersView view =
      view_of({authority("UA")
                   .item(item("Drone-B", kController))
                   .prices(prices(R"({"item": "Drone-B", "price": 50000})"))
                   .claim(R"({"id": "UA-1", "basis": "owner", "item": "Drone-B"})"),
               authority("US")});
  const Ties ties = trace(view, "Drone-B");
  ASSERT_TRUE(ties.determined());
  const TieFacts& us = *ties.find(AuthorityId("US"));
  EXPECT_THAT(us.bases, ElementsAre(Basis::Component));
  EXPECT_EQ(us.share_bp_min, 120);
  EXPECT_EQ(us.share_bp_max, 120);
  ASSERT_EQ(us.shares.size(), 1U);
  const ComponentShare& share = us.shares[0];
  EXPECT_EQ(share.content, Amount(600));
  EXPECT_EQ(share.price, 50000);
  EXPECT_EQ(share.currency, "USD");
  EXPECT_EQ(share.priced_by, AuthorityId("UA"));
  EXPECT_THAT(
      share.parts,
      ElementsAre(OwnPart{
          path({"Drone-B", "controller"}), Amount(1), 600, Amount(600), {}, AuthorityId("UA")}));
  // The owner's own parts count too; its share is 4,000 of 50,000.
  EXPECT_THAT(ties.find(AuthorityId("UA"))->bases, ElementsAre(Basis::Owner, Basis::Component));
  EXPECT_EQ(ties.find(AuthorityId("UA"))->share_bp_min, 800);
}

TEST(Ties, SharesAreRoundedBothWays) {
  const RegistersView view =
      view_of({authority("UA")
                   .item(item("X", R"({"id": "p", "origin": "US", "quantity": 1, "value": 1})"))
                   .prices(prices(R"({"item": "X", "price": 3})")),
               authority("US")});
  const Ties ties = trace(view, "X");
  EXPECT_EQ(ties.find(AuthorityId("US"))->share_bp_min, 3333);
  EXPECT_EQ(ties.find(AuthorityId("US"))->share_bp_max, 3334);
}

TEST(Ties, PartsOfPartsCountAsOftenAsTheyAreInTheItem) {
  const RegistersView view =
      view_of({authority("UA")
                   .item(item("plane", R"({"id": "engine", "quantity": 2},
                                  {"id": "pump", "quantity": 1, "origin": "UA", "value": 9})"))
                   .prices(prices(R"({"item": "plane", "price": 10000})")),
               authority("GB").item(item("engine", R"({"id": "pump", "quantity": 3},
                                              {"id": "shaft", "origin": "GB", "quantity": 1, "value": 70})")),
               authority("US").item(
                   item("pump", R"({"id": "chip", "origin": "US", "quantity": 5, "value": 2})"))});
  const Ties ties = trace(view, "plane");
  ASSERT_TRUE(ties.determined()) << gaps_of(ties).front();
  // Two engines of three pumps, and one pump more: 7 pumps of 5 chips worth 2.
  const ComponentShare& us = ties.find(AuthorityId("US"))->shares[0];
  EXPECT_EQ(us.content, Amount(70));
  ASSERT_EQ(us.parts.size(), 1U);
  EXPECT_EQ(us.parts[0].pieces, Amount(35));
  EXPECT_EQ(us.parts[0].described_by, AuthorityId("US"));
  EXPECT_EQ(us.parts[0].path.back(), ItemId("chip"));
  EXPECT_EQ(ties.find(AuthorityId("GB"))->shares[0].content, Amount(140));
  EXPECT_EQ(ties.find(AuthorityId("GB"))->shares[0].parts[0].path,
            path({"plane", "engine", "shaft"}));
  // The pump of Ukrainian origin is Ukraine's whole; those in the engines are not.
  EXPECT_EQ(ties.find(AuthorityId("UA"))->shares[0].content, Amount(9));
}

TEST(Ties, AClaimOnAComponentStandsWhateverItsOrigin) {
  const auto with = [](std::string_view at) {
    return trace(
        view_of({authority("UA")
                     .item(item("X", R"({"id": "p", "origin": "UA", "quantity": 2, "value": 50})"))
                     .prices(prices(R"({"item": "X", "price": 1000})")),
                 authority("US")
                     .claim(R"({"id": "c2", "basis": "component", "component": "p",
                                "in_force": {"from": "2025-01-01"}})")
                     .claim(R"({"id": "c1", "basis": "component", "component": "p",
                                "in_force": {"from": "2025-01-01"}})")},
                at),
        "X");
  };
  EXPECT_EQ(with("2024-12-31").find(AuthorityId("US")), nullptr);
  const Ties ties = with("2025-01-01");
  const OwnPart& part = ties.find(AuthorityId("US"))->shares[0].parts.at(0);
  EXPECT_EQ(part.amount, Amount(100));  // once, though claimed twice
  EXPECT_THAT(part.claims, ElementsAre(ClaimId("c1"), ClaimId("c2")));
  EXPECT_EQ(ties.find(AuthorityId("UA"))->shares[0].content, Amount(100));
}

TEST(Ties, ADeMinimisRuleHasAThreshold) {
  const auto with = [](std::string_view threshold) {
    return trace(view_of({authority("UA")
                              .item(item("Drone-B", kController))
                              .prices(prices(R"({"item": "Drone-B", "price": 50000})")),
                          authority("US").ties(fmt::format(
                              R"({{"component": {{"rule": "de_minimis", "threshold_bp": {},
                                  "in_force": {{"from": "2025-01-01"}}}}}})",
                              threshold))}),
                 "Drone-B");
  };
  EXPECT_TRUE(with("120").find(AuthorityId("US"))->has(Basis::Component));
  const Ties below = with("121");
  EXPECT_EQ(below.find(AuthorityId("US")), nullptr);
  ASSERT_EQ(below.below_threshold.size(), 1U);
  EXPECT_EQ(below.below_threshold[0].authority, AuthorityId("US"));
  EXPECT_EQ(below.below_threshold[0].shares[0].rule.threshold_bp, 121);
  EXPECT_FALSE(below.below_threshold[0].shares[0].gives_tie);
  // A share of nothing never gives a say, even at a threshold of nothing.
  const Ties none = trace(
      view_of(
          {authority("UA")
               .item(item("X", R"({"id": "p", "origin": "US", "quantity": 1, "value": 0},
                                      {"id": "q", "origin": "UA", "quantity": 1, "value": 1})"))
               .prices(prices(R"({"item": "X", "price": 10})")),
           authority("US").ties(R"({"component": {"rule": "de_minimis", "threshold_bp": 0}})")}),
      "X");
  EXPECT_EQ(none.find(AuthorityId("US")), nullptr);
  EXPECT_TRUE(none.below_threshold.empty());
}

TEST(Ties, NeedsAndDataClaimsComeUpFromComponents) {
  const RegistersView view = view_of(
      {authority("UA")
           .item(item("launcher", R"({"id": "missile", "quantity": 4},
                                     {"id": "radio", "origin": "UA", "quantity": 1, "value": 1})"))
           .item(item("missile", "", R"(, "needs": [{"authority": "US", "kind": "targeting"},
                                                    {"authority": "DE", "kind": "targeting"}])"))
           .prices(prices(R"({"item": "launcher", "price": 100})")),
       authority("US").claim(R"({"id": "US-s", "basis": "supplied", "item": "missile"})"),
       authority("GB").claim(
           R"({"id": "GB-d", "basis": "data", "item": "radio", "kind": "intelligence"})")});
  const Ties ties = trace(view, "launcher");
  ASSERT_TRUE(ties.determined());
  EXPECT_THAT(ties.find(AuthorityId("US"))->sources,
              ElementsAre(TieSource(NeededData{path({"launcher", "missile"}),
                                               DataKindId("targeting"), AuthorityId("UA")})));
  EXPECT_THAT(
      ties.find(AuthorityId("GB"))->sources,
      ElementsAre(TieSource(ClaimedTie{Basis::Data, ClaimId("GB-d"), path({"launcher", "radio"}),
                                       DataKindId("intelligence")})));
  EXPECT_EQ(ties.find(PartyId("DE")), nullptr);  // a party, but no authority: it has no say here
}

TEST(Ties, ARequestsOwnDataAndWhatItIsUsedWithCount) {
  const RegistersView view =
      view_of({authority("UA")
                   .item(item("Flamingo", ""))
                   .item(item("Drone-B", kController))
                   .prices(prices(R"({"item": "Drone-B", "price": 50000})"))
                   .claim(R"({"id": "UA-1", "basis": "owner", "item": "Flamingo"})"),
               authority("US"),
               authority("GB")
                   .item(item("launcher", ""))
                   .claim(R"({"id": "GB-1", "basis": "supplied", "item": "launcher"})")});
  EXPECT_EQ(trace(view, "Flamingo").tied.size(), 1U);
  const Ties ties = trace_ties(view, {ItemId("Flamingo"),
                                      {ItemId("launcher"), ItemId("Drone-B"), ItemId("Flamingo")},
                                      {{PartyId("US"), DataKindId("intelligence")},
                                       {PartyId("DE"), DataKindId("targeting")}}});
  ASSERT_TRUE(ties.determined());
  ASSERT_EQ(ties.tied.size(), 3U);
  EXPECT_TRUE(ties.find(AuthorityId("GB"))->has(Basis::Supplied));
  const TieFacts& us = *ties.find(AuthorityId("US"));
  EXPECT_THAT(us.bases, ElementsAre(Basis::Component, Basis::Data));
  EXPECT_THAT(us.sources, ElementsAre(TieSource(RequestedData{DataKindId("intelligence")})));
  // Nothing of the missile is American, 1.2 % of the drone: the bounds hold both.
  EXPECT_EQ(us.share_bp_min, 0);
  EXPECT_EQ(us.share_bp_max, 120);
  EXPECT_EQ(us.shares[0].item, ItemId("Drone-B"));
}

TEST(TieGaps, AnItemIsDescribedAndComplete) {
  const RegistersView view =
      view_of({authority("UA")
                   .item(R"({"id": "half", "complete": false})")
                   .item(item("whole", R"({"id": "half", "quantity": 1})"))
                   .prices(prices(R"({"item": "whole", "price": 1})"))
                   .claim(R"({"id": "c1", "basis": "owner", "item": "half"})")
                   .claim(R"({"id": "c2", "basis": "owner", "item": "ghost"})")});
  const Ties half = trace(view, "half");
  EXPECT_THAT(gaps_of(half), ElementsAre("not-complete: half"));
  EXPECT_EQ(half.tied.size(), 1U);  // for display
  EXPECT_THAT(gaps_of(trace(view, "whole")), ElementsAre("not-complete: whole > half"));
  EXPECT_THAT(gaps_of(trace(view, "ghost")), ElementsAre("not-described: ghost"));
  EXPECT_THAT(gaps_of(trace(view, "unheard-of")), ElementsAre("not-described: unheard-of"));
}

TEST(TieGaps, APartDescribedAtAnotherTimeIsNotTakenForABarePart) {
  const auto with = [](std::string_view at) {
    return gaps_of(trace(
        view_of(
            {authority("UA")
                 .item(item("whole", R"({"id": "p", "origin": "UA", "quantity": 1, "value": 1})"))
                 .item(item("p", "", R"(, "in_force": {"until": "2025-01-01"})"))
                 .prices(prices(R"({"item": "whole", "price": 10})"))},
            at),
        "whole"));
  };
  EXPECT_THAT(with("2024-12-31"), ElementsAre());
  EXPECT_THAT(with("2025-01-01"), ElementsAre("not-described: whole > p"));
}

TEST(TieGaps, OriginsAndValuesAreKnown) {
  const auto with = [](std::string_view components, std::string_view claim = "") {
    auto ua =
        authority("UA")
            .item(item("X", components))
            .item(item("part", R"({"id": "chip", "origin": "UA", "quantity": 1, "value": 1})"))
            .prices(prices(R"({"item": "X", "price": 10})"));
    if (!claim.empty()) ua.claim(claim);
    return gaps_of(trace(view_of({ua}), "X"));
  };
  EXPECT_THAT(with(R"({"id": "p", "quantity": 1, "value": 1})"),
              ElementsAre("unknown-origin: X > p"));
  EXPECT_THAT(with(R"({"id": "p", "quantity": 1, "origin": "UA"})"),
              ElementsAre("unknown-value: X > p"));
  // A described part needs neither, unless somebody may count it whole.
  EXPECT_THAT(with(R"({"id": "part", "quantity": 1})"), ElementsAre());
  EXPECT_THAT(with(R"({"id": "part", "quantity": 1, "origin": "DE"})"),
              ElementsAre("unknown-value: X > part"));
  EXPECT_THAT(with(R"({"id": "part", "quantity": 1})",
                   R"({"id": "c", "basis": "component", "component": "part"})"),
              ElementsAre("unknown-value: X > part"));
}

TEST(TieGaps, APriceIsInForceInOneCurrency) {
  constexpr std::string_view kPart = R"({"id": "p", "origin": "UA", "quantity": 1, "value": 1})";
  const auto ua = [&] { return authority("UA").item(item("X", kPart)); };
  EXPECT_THAT(gaps_of(trace(view_of({ua()}), "X")), ElementsAre("unknown-price: X"));
  EXPECT_THAT(
      gaps_of(trace(view_of({ua().prices(prices(
                        R"({"item": "X", "price": 1, "in_force": {"from": "2026-01-01"}})"))}),
                    "X")),
      ElementsAre("unknown-price: X"));
  const auto with_currency = [](std::string_view currency) {
    return gaps_of(trace(
        view_of(
            {authority("UA")
                 .item(item("X", R"({"id": "engine", "quantity": 1})"))
                 .prices(prices(R"({"item": "X", "price": 9})")),
             authority("GB")
                 .item(item("engine", R"({"id": "p", "origin": "GB", "quantity": 1, "value": 1})"))
                 .prices(prices("", currency))}),
        "X"));
  };
  EXPECT_THAT(with_currency("USD"), ElementsAre());
  EXPECT_THAT(with_currency("GBP"), ElementsAre("currency: X > engine"));
}

TEST(TieGaps, SomebodyHasASay) {
  const RegistersView view = view_of({authority("UA").item(item("X", ""))});
  const Ties ties = trace(view, "X");
  EXPECT_THAT(gaps_of(ties), ElementsAre("no-tie: X"));
  EXPECT_THAT(ties.gaps[0].message, HasSubstr("no authority has a say over `X`"));
}

TEST(TieGaps, ACircleIsShownAsAPath) {
  const RegistersView view = view_of({authority("UA")
                                          .item(item("X", R"({"id": "A", "quantity": 1})"))
                                          .item(item("A", R"({"id": "B", "quantity": 1})"))
                                          .item(item("B", R"({"id": "A", "quantity": 1})"))
                                          .prices(prices(R"({"item": "X", "price": 10})"))});
  const Ties ties = trace(view, "X");
  EXPECT_THAT(gaps_of(ties), ElementsAre("circle: A > B > A"));
  EXPECT_EQ(ties.gaps[0].message, "`A` is a component of itself: A > B > A");
}

// A chain i0 > i1 > ... > i`length`, with an American chip in the last.
Declared chain(std::size_t length, std::string_view quantity = "1") {
  auto ua = authority("UA");
  for (std::size_t i = 0; i < length; ++i) {
    ua.item(item(fmt::format("i{}", i), fmt::format(R"({{"id": "i{0}", "quantity": {1}}},
                                {{"id": "i{0}", "origin": "GB", "quantity": {1}, "value": 0}})",
                                                    i + 1, quantity)));
  }
  ua.item(item(fmt::format("i{}", length),
               R"({"id": "chip", "origin": "US", "quantity": 1, "value": 1})"));
  return ua.prices(prices(R"({"item": "i0", "price": 1000000000})"));
}

TEST(Ties, SharedPartsAreVisitedOnce) {
  // Each item holds the next in two lines: 2^62 ways lead to the chip.
  const Ties ties = trace(view_of({chain(62), authority("US")}), "i0");
  ASSERT_TRUE(ties.determined()) << gaps_of(ties).front();
  const ComponentShare& share = ties.find(AuthorityId("US"))->shares[0];
  EXPECT_EQ(share.content, Amount(INT64_C(1) << 62));
  ASSERT_EQ(share.parts.size(), 1U);
  EXPECT_EQ(share.parts[0].path.size(), 64U);
}

TEST(TieGaps, DepthHasALimit) {
  const auto deep = [](std::size_t length) {
    return gaps_of(trace(view_of({chain(length), authority("US")}), "i0"));
  };
  EXPECT_THAT(deep(64), ElementsAre());
  ASSERT_FALSE(deep(65).empty());
  EXPECT_THAT(deep(65).front(), HasSubstr("too-deep: i0 > i1"));
  // However it was first come by: the short way is taken before the long one.
  auto shortcut = chain(64);
  shortcut.item(item("top", R"({"id": "i64", "quantity": 1}, {"id": "i0", "quantity": 1})"));
  shortcut.held().price_lists.clear();
  shortcut.prices(prices(R"({"item": "top", "price": 1000000000})"));
  EXPECT_THAT(gaps_of(trace(view_of({shortcut, authority("US")}), "top")),
              ElementsAre(HasSubstr("too-deep: top > ")));
}

TEST(TieGaps, SumsAreChecked) {
  const Ties ties = trace(view_of({chain(30, "1000000000"), authority("US")}), "i0");
  ASSERT_FALSE(ties.determined());
  EXPECT_EQ(gaps_of(ties).front(), "overflow: i0");
  // Fits 128 bits, but its share does not fit 64.
  const RegistersView view =
      view_of({authority("UA")
                   .item(item("X", R"({"id": "p", "origin": "US", "quantity": 9000000000000000000,
                               "value": 9000000000000000000})"))
                   .prices(prices(R"({"item": "X", "price": 1})")),
               authority("US")});
  EXPECT_THAT(gaps_of(trace(view, "X")), ElementsAre("overflow: X"));
}

TEST(Amounts, AreCheckedAndRoundBothWays) {
  const Amount large = *Amount(INT64_MAX).times(Amount(INT64_MAX));
  EXPECT_EQ(large.text(), "85070591730234615847396907784232501249");
  EXPECT_TRUE(large.plus(large));
  EXPECT_FALSE(large.times(Amount(3)));
  EXPECT_FALSE(large.plus(large)->plus(large));
  EXPECT_EQ(Amount(7).over_down(2), 3);
  EXPECT_EQ(Amount(7).over_up(2), 4);
  EXPECT_EQ(Amount(8).over_up(2), 4);
  EXPECT_FALSE(large.over_down(1));
  EXPECT_FALSE(large.over_up(1));
  EXPECT_EQ(large.over_down(INT64_MAX), INT64_MAX);
  EXPECT_FALSE(large.plus(Amount(1))->over_up(INT64_MAX));
  EXPECT_EQ(Amount().text(), "0");
}

// What of `held` is among `records`.
AuthorityRegister only(const AuthorityRegister& held, const std::vector<Record>& records) {
  const auto among = [&](const auto& one) {
    return std::find(records.begin(), records.end(), one.record) != records.end();
  };
  AuthorityRegister some;
  some.authority = held.authority;
  std::copy_if(held.items.begin(), held.items.end(), std::back_inserter(some.items), among);
  std::copy_if(held.price_lists.begin(), held.price_lists.end(),
               std::back_inserter(some.price_lists), among);
  return some;
}

// An authority's ties come out the same from its own register and the records traced, whatever else
// the others have, and otherwise without any one of them.
TEST(Ties, OfOneAuthorityRestOnTheRecordsTraced) {
  auto made = Registers::create(
      {authority("UA")
           .item(item("drone", R"({"id": "engine", "quantity": 2},
               {"id": "frame", "origin": "UA", "quantity": 1, "value": 4000})",
                      R"(, "needs": [{"authority": "US", "kind": "targeting"}])"))
           .item(item("boat", ""))
           .prices(prices(R"({"item": "drone", "price": 50000})"))
           .claim(R"({"id": "UA-1", "basis": "owner", "item": "drone"})"),
       authority("GB")
           .item(item("engine", R"({"id": "pump", "origin": "US", "quantity": 3, "value": 100},
               {"id": "block", "origin": "GB", "quantity": 1, "value": 900})"))
           .prices(prices(R"({"item": "engine", "price": 2000})")),
       authority("DE").item(item("torch", "")),
       authority("US").holdings(
           R"({"holdings": [{"item": "torch", "quantity": 4, "yellow_below": 2, "red_below": 1}]})")});
  ASSERT_TRUE(made) << base::to_text(made.error());
  const Registers& registers = made.value();
  const TieQuestion question{ItemId("drone"), {}, {}};
  const RegistersView view = registers.view(day("2025-06-10"));
  const AuthorityId us("US");
  const Ties whole = trace_ties(view, question);
  ASSERT_TRUE(whole.determined()) << whole.gaps.front().message;
  ASSERT_NE(whole.find(us), nullptr);
  EXPECT_EQ(whole.find(us)->shares.front().content, Amount(600));

  const std::vector<Record> records = records_traced(view, question);
  std::vector<std::string> named;
  for (const Record& record : records) {
    named.push_back(
        fmt::format("{} {} {}", record.authority.text(), name_of(record.kind), record.id));
  }
  EXPECT_THAT(named,
              ElementsAre("GB item engine", "GB prices GB", "UA item drone", "UA prices UA"));
  const auto traced_with = [&](const std::vector<Record>& some) {
    std::vector<AuthorityRegister> beside;
    for (const AuthorityRegister& held : registers.authorities()) {
      if (held.authority != us) beside.push_back(only(held, some));
    }
    auto extract = Registers::create_extract(*registers.find(us), std::move(beside));
    EXPECT_TRUE(extract) << base::to_text(extract.error());
    return trace_ties(extract.value().view(day("2025-06-10")), question);
  };
  const Ties extracted = traced_with(records);
  ASSERT_TRUE(extracted.determined());
  EXPECT_EQ(*extracted.find(us), *whole.find(us));
  for (const char* needed : {"engine", "drone", "UA"}) {
    std::vector<Record> some = records;
    std::erase_if(some, [&](const Record& record) { return record.id == needed; });
    EXPECT_FALSE(traced_with(some).determined()) << needed;
  }
}

TEST(Ties, AnExtractIsStillCheckedForWhatIsItsOwn) {
  AuthorityRegister nobody;
  nobody.authority = AuthorityId("US");
  EXPECT_FALSE(Registers::create_extract(nobody, {}));
}

}  // namespace
}  // namespace countersign::registry
