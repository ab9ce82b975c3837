// SPDX-License-Identifier: Apache-2.0
// Known answers, and the edges that random worlds do not reach.
#include "registry/graph/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "registry/graph/answers.h"
#include "registry/graph/builder.h"
#include "registry/internal/declared.h"

namespace countersign::registry::graph {
namespace {

using internal::day;

constexpr std::uint8_t kFirst = 0;

std::string issues_of(CatalogueBuilder builder) {
  const auto built = std::move(builder).build();
  return built ? "built" : base::to_text(built.error());
}

// Items i0, i1, ...: each made of the next, the last of a part of A's.
CatalogueBuilder chain(int length) {
  CatalogueBuilder builder;
  const std::uint8_t by = builder.authority("A");
  builder.currency(by, "USD");
  for (int i = 0; i < length; ++i) {
    const Node item = builder.item(fmt::format("i{}", i));
    builder.price(item, by, 100);
    const std::uint32_t description = builder.describe(item, by, true);
    const bool last = i + 1 == length;
    builder.contains(description, builder.item(last ? "part" : fmt::format("i{}", i + 1)),
                     builder.origin(last ? "A" : ""), 1, last ? std::optional(50) : std::nullopt);
  }
  return builder;
}

TieEngine engine_of(CatalogueBuilder builder) {
  auto built = std::move(builder).build();
  CHECK(built.has_value());
  return TieEngine::build(std::move(built.value()), day("2025-06-10"), 2);
}

ItemTies ties(const TieEngine& engine, std::string_view item) {
  return ties_of(engine, engine.catalogue().item(item).value(), engine.rules());
}

TEST(TieGraph, RefusesAWholeAmongItsPartsAndShowsTheWay) {
  CatalogueBuilder builder = chain(10);
  const std::uint32_t description = builder.describe(builder.item("i10"), kFirst, true);
  builder.contains(description, builder.item("i7"), 0, 1, std::nullopt);
  const std::uint32_t closing =
      builder.describe(builder.item("i9"), kFirst, true, {day("2030-01-01"), base::kDistantFuture});
  builder.contains(closing, builder.item("i10"), 0, 1, std::nullopt);
  const std::string issues = issues_of(std::move(builder));
  EXPECT_NE(issues.find("is a component of itself: i7 > i8 > i9 > i10 > i7"), std::string::npos)
      << issues;
}

TEST(TieGraph, RefusesAPartOfItself) {
  CatalogueBuilder builder;
  const std::uint32_t description =
      builder.describe(builder.item("i"), builder.authority("A"), true);
  builder.contains(description, builder.item("i"), 0, 1, 1);
  EXPECT_NE(issues_of(std::move(builder)).find("`i` is a component of itself: i > i"),
            std::string::npos);
}

TEST(TieGraph, RefusesWhatHoldsTwiceAtATime) {
  CatalogueBuilder twice = chain(1);
  twice.describe(twice.item("i0"), kFirst, true, {day("2025-01-01"), day("2026-01-01")});
  EXPECT_NE(issues_of(std::move(twice)).find("`i0` has two descriptions at the same time"),
            std::string::npos);
  CatalogueBuilder priced = chain(1);
  priced.price(priced.item("i0"), kFirst, 200, {day("2025-01-01"), day("2026-01-01")});
  EXPECT_NE(issues_of(std::move(priced)).find("`i0` has two prices of `A` at the same time"),
            std::string::npos);
  CatalogueBuilder ruled = chain(1);
  ruled.rule({kFirst, "X", {}, 0});
  ruled.rule({kFirst, "Y", {}, 0});
  EXPECT_EQ(issues_of(std::move(ruled)), "built");
}

TEST(TieGraph, RefusesMoreAuthoritiesThanASetHolds) {
  CatalogueBuilder builder;
  for (std::size_t i = 0; i < kMostAuthorities; ++i) builder.authority(fmt::format("A{}", i));
  EXPECT_EQ(issues_of(builder), "built");
  builder.authority("B");
  EXPECT_NE(issues_of(std::move(builder)).find("`B` is one authority too many"), std::string::npos);
}

TEST(TieGraph, EndsWhereTheTraceEnds) {
  const TieEngine deep = engine_of(chain(66));
  EXPECT_EQ(ties(deep, "i0").gaps, bit(Gap::TooDeep));
  EXPECT_EQ(ties(deep, "i1").gaps, 0);
  EXPECT_EQ(ties(deep, "i1").says.at(0).bp_floor, 5'000);
  const auto way = prove(deep, *deep.catalogue().item("i1"), kFirst, Basis::Component);
  ASSERT_TRUE(way.has_value());
  EXPECT_EQ(way->size(), 65U);
  EXPECT_EQ(deep.catalogue().name(way->back().node), "part");
}

// A chain of needs as long as this is counted to 255 steps, and searched beyond.
TEST(TieGraph, FindsDataHoweverFarAway) {
  CatalogueBuilder builder;
  const std::uint8_t by = builder.authority("A");
  constexpr int kLength = 700;
  for (int i = 0; i < kLength; ++i) {
    const std::uint32_t description =
        builder.describe(builder.item(fmt::format("i{}", i)), by, true);
    const bool last = i + 1 == kLength;
    builder.needs(description, last ? builder.node(NodeKind::Data, "A/maps")
                                    : builder.item(fmt::format("i{}", i + 1)));
  }
  builder.supplied_by(*builder.find(NodeKind::Data, "A/maps"), builder.supplier("A"));
  const TieEngine engine = engine_of(std::move(builder));
  EXPECT_EQ(ties(engine, "i0").says.at(0).bases, bit(Basis::Data));
  const auto way = prove(engine, *engine.catalogue().item("i0"), kFirst, Basis::Data);
  ASSERT_TRUE(way.has_value());
  EXPECT_EQ(way->size(), static_cast<std::size_t>(kLength));
}

// One circle of needs of many: what one of them relies on, all do, and what one of them lacks.
TEST(TieGraph, GoesRoundACircleOfNeeds) {
  CatalogueBuilder builder;
  const std::uint8_t by = builder.authority("A");
  constexpr int kLength = 1'000;
  std::uint32_t first = 0;
  for (int i = 0; i < kLength; ++i) {
    const std::uint32_t description =
        builder.describe(builder.item(fmt::format("i{}", i)), by, true);
    if (i == 0) first = description;
    builder.needs(description, builder.item(fmt::format("i{}", (i + 1) % kLength)));
  }
  const Node maps = builder.node(NodeKind::Data, "A/maps");
  builder.needs(first, maps);
  CatalogueBuilder unknown = builder;
  builder.supplied_by(maps, builder.supplier("A"));
  const TieEngine engine = engine_of(std::move(builder));
  for (const auto& [item, steps] : {std::pair("i0", 1U), {"i1", 1'000U}, {"i999", 2U}}) {
    EXPECT_EQ(ties(engine, item).says.at(0).bases, bit(Basis::Data));
    const auto way = prove(engine, *engine.catalogue().item(item), kFirst, Basis::Data);
    ASSERT_TRUE(way.has_value());
    EXPECT_EQ(way->size(), steps);
  }
  const TieEngine gappy = engine_of(std::move(unknown));
  EXPECT_EQ(ties(gappy, "i500").gaps, bit(Gap::UnknownProvider));
  const auto way = prove_gap(gappy, *gappy.catalogue().item("i500"), Gap::UnknownProvider);
  ASSERT_TRUE(way.has_value());
  EXPECT_EQ(gappy.catalogue().name(way->back().node), "A/maps");
}

TEST(TieGraph, NeverWrapsASum) {
  CatalogueBuilder builder = chain(2);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::uint32_t description = builder.describe(builder.item("big"), kFirst, true);
  builder.price(builder.item("big"), kFirst, most);
  builder.contains(description, builder.item("half"), 0, 2, std::nullopt);
  const std::uint32_t half = builder.describe(builder.item("half"), kFirst, true);
  builder.contains(half, builder.item("huge"), builder.origin("A"), most, most);
  const TieEngine engine = engine_of(std::move(builder));
  EXPECT_EQ(ties(engine, "big").gaps, bit(Gap::Overflow));
  EXPECT_EQ(ties(engine, "i0").gaps, 0);
}

TEST(TieGraph, RecomputesOnlyWhatIsAbove) {
  CatalogueBuilder builder = chain(20);
  const std::uint32_t other = builder.describe(builder.item("other"), kFirst, true);
  builder.price(builder.item("other"), kFirst, 10);
  builder.contains(other, builder.item("bolt"), builder.origin("A"), 1, 1);
  TieEngine engine = engine_of(std::move(builder));
  const Node part = *engine.catalogue().item("part");
  EXPECT_EQ(above(engine, part).size(), 20U);
  EXPECT_EQ(engine.change_origin(part, *engine.origin("D")).size(), 20U);
  EXPECT_EQ(ties(engine, "i0").gaps, bit(Gap::NoTie));
  EXPECT_EQ(ties(engine, "other").says.size(), 1U);
  EXPECT_TRUE(engine.change_origin(part, *engine.origin("D")).empty());
  EXPECT_EQ(engine.change_price(*engine.catalogue().item("other"), 7).size(), 1U);
  EXPECT_EQ(ties(engine, "other").says.at(0).bp_ceiling, 1'429);
}

// Each needs the next, the last a data set: a claim on that reaches all of them, and its end too.
TEST(TieGraph, RecomputesThroughEveryNeed) {
  CatalogueBuilder builder;
  const std::uint8_t by = builder.authority("A");
  for (int i = 0; i < 20; ++i) {
    builder.needs(
        builder.describe(builder.item(fmt::format("i{}", i)), by, true),
        i == 19 ? builder.node(NodeKind::Data, "maps") : builder.item(fmt::format("i{}", i + 1)));
  }
  builder.supplied_by(builder.node(NodeKind::Data, "maps"), builder.supplier("D"));
  TieEngine engine = engine_of(std::move(builder));
  EXPECT_EQ(ties(engine, "i0").gaps, bit(Gap::NoTie));
  const Node maps = *engine.catalogue().names.find(NodeKind::Data, "maps");
  EXPECT_EQ(engine.add_claim({"c", by, Basis::Data, ClaimFact::On::Item, maps, 0}).size(), 21U);
  for (const char* item : {"i0", "i10", "i19"}) {
    ASSERT_EQ(ties(engine, item).says.size(), 1U) << item;
    EXPECT_EQ(ties(engine, item).says.front().bases, bit(Basis::Data));
  }
  EXPECT_EQ(engine.withdraw_claim("c", by).size(), 21U);
  EXPECT_EQ(ties(engine, "i0").gaps, bit(Gap::NoTie));
}

TEST(TieGraph, AsksForAThresholdWhenAQuestionIsPut) {
  TieEngine engine = engine_of(chain(3));
  engine.change_rule(kFirst, "X", {{ComponentRule::Kind::DeMinimis, 5'001}, true, true});
  const Node item = *engine.catalogue().item("i0");
  EXPECT_EQ(ties_of(engine, item, engine.rules()).gaps, 0);
  EXPECT_EQ(ties_of(engine, item, engine.rules("X")).gaps, bit(Gap::NoTie));
  EXPECT_EQ(ties_of(engine, item, engine.rules("Y")).gaps, 0);
}

}  // namespace
}  // namespace countersign::registry::graph
