// SPDX-License-Identifier: Apache-2.0
#include "kernel/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/within.h"
#include "kernel/determination.h"
#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using geo::RegionId;
using registry::GroupId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::World;

const registry::AuthorityId kUs("US");

Facts facts_of(const World& world, const Request& request) {
  const Rules rules = world.rules();
  const auto determination = determine(rules, request);
  CHECK(determination.has_value());
  const AuthorityDetermination& one = determination.value().authorities.at(0);
  CHECK(one.facts.has_value());
  return *one.facts;
}

bool comes_back(const Facts& facts) {
  const std::string written = base::write_json(write(facts));
  base::Report report(written, "facts");
  const Facts read = read_facts(testing::json(written), report);
  return report.clean() && read == facts && base::write_json(write(read)) == written;
}

TEST(Facts, CloseRegionsOverTheirAncestors) {
  const World world;
  const Facts inside = facts_of(world, testing::use(R"({"point": [3, 3], "uncertainty_m": 10})"));
  EXPECT_THAT(inside.touches, ElementsAre(RegionId("A"), RegionId("A/in"), RegionId("AB")));
  EXPECT_THAT(inside.within, ElementsAre(RegionId("A"), RegionId("A/in"), RegionId("AB")));
  const Facts border = facts_of(world, testing::use(R"({"point": [5, 10], "uncertainty_m": 10})"));
  EXPECT_THAT(border.touches, ElementsAre(RegionId("A"), RegionId("AB"), RegionId("B")));
  EXPECT_THAT(border.within, ElementsAre(RegionId("AB")));
}

TEST(Facts, OfATransferWithoutAPlaceTouchNothing) {
  const Facts facts = facts_of(World(), testing::transfer());
  EXPECT_THAT(facts.touches, IsEmpty());
  EXPECT_THAT(facts.within, IsEmpty());
}

TEST(Facts, WorkOutWhoFundsItAlone) {
  const auto groups = [](const std::string& funders) {
    return facts_of(World(), testing::transfer(1, R"(, "funded_by": )" + funders)).funded_only_by;
  };
  EXPECT_THAT(groups(R"(["GB", "FR"])"), ElementsAre(GroupId("Allies")));
  EXPECT_THAT(groups(R"(["GB"])"), ElementsAre(GroupId("Allies")));
  EXPECT_THAT(groups(R"(["GB", "UA"])"), IsEmpty());
  EXPECT_THAT(groups("[]"), IsEmpty());
}

TEST(Facts, KeepWhatNobodyKnowsAsWideAsNumbersGo) {
  const World world;
  const Facts missile = facts_of(world, testing::use());
  EXPECT_EQ(missile.properties[0].bounds, (registry::Bounds{400, 451}));
  const Facts drone = facts_of(world, testing::request(R"({"requester": "UA", "action": "use",
      "item": "D", "quantity": 1, "place": {"region": "A"}})"));
  EXPECT_EQ(drone.properties[0].bounds, registry::Bounds{});
}

TEST(Facts, AreRefusedWhereTheAuthorityLacksAWord) {
  // Another authority knows the category, so the request stands; this one cannot judge it.
  World world;
  const std::string_view bare = R"({"parties": [{"id": "US"}, {"id": "GB"}, {"id": "UA"}],
                                    "categories": [{"id": "port"}]})";
  const registry::AuthorityId gb("GB");
  registry::AuthorityRegister held;
  held.authority = gb;
  const std::string_view charter = R"({"authority": "GB", "offices": []})";
  held.charters = {registry::recorded(
      registry::RecordKind::Charter, "GB", gb, {}, testing::json(charter),
      registry::read_document<registry::Charter>(charter, "c").value(), "charter.json")};
  held.vocabularies = {registry::recorded(
      registry::RecordKind::Vocabulary, "GB", gb, {}, testing::json(bare),
      registry::read_document<registry::Vocabulary>(bare, "v").value(), "vocabulary.json")};
  auto registers = registry::Registers::create({world.held(), held});
  ASSERT_TRUE(registers) << base::to_text(registers.error());
  const Rules rules(std::move(registers).value(), testing::day("2025-06-01"));
  const auto determination =
      determine(rules, testing::use(R"({"region": "A"})", R"(, "categories": ["port"])"));
  ASSERT_TRUE(determination);
  const AuthorityDetermination& us = determination.value().authorities.at(0);
  EXPECT_EQ(us.outcome, Outcome::Undetermined);
  EXPECT_EQ(us.gaps.at(0).rule, "unknown-category");
}

RC_GTEST_PROP(Facts, ComeBackFromTheirDocument, ()) {
  const auto number = [] { return *rc::gen::arbitrary<std::int64_t>(); };
  const auto flip = [] { return *rc::gen::arbitrary<bool>(); };
  Facts facts = facts_of(World(), testing::use());
  facts.quantity = *base::testing::within<std::int64_t>(1, 1'000'000);
  facts.ties.share_bp_min = number();
  facts.ties.share_bp_max = number();
  facts.properties[0].bounds = {number(), number()};
  if (flip()) {
    registry::Rating rating;
    if (flip()) rating.colour = registry::Colour::Yellow;
    rating.listed = flip();
    rating.quantity = number();
    rating.taken = number();
    rating.asked = number();
    rating.remaining = number();
    rating.yellow_below = number();
    rating.red_below = number();
    if (flip()) rating.cover = registry::Cover{number(), number(), {number(), number()}};
    facts.rating = rating;
  }
  facts.tallies = {
      {registry::TallyId("cap"), registry::DirectiveId("X"), {number(), number(), number()}}};
  registry::ComponentShare share;
  share.item = facts.item;
  share.price = number();
  share.currency = "USD";
  share.priced_by = kUs;
  share.content = *registry::Amount(INT64_MAX).times(
      registry::Amount(*base::testing::within<std::int64_t>(0, 1'000'000)));
  share.bp_floor = number();
  share.bp_ceiling = number();
  share.rule = {registry::ComponentRule::Kind::DeMinimis, 1000};
  share.gives_tie = flip();
  share.parts = {{{facts.item, registry::ItemId("part")},
                  registry::Amount(*base::testing::within<std::int64_t>(0, 99)),
                  number(),
                  registry::Amount(7),
                  {registry::ClaimId("c1")},
                  kUs}};
  facts.ties.shares = {share};
  facts.ties.sources.emplace_back(
      registry::NeededData{{facts.item}, registry::DataKindId("targeting"), kUs});
  facts.ties.sources.emplace_back(registry::RequestedData{registry::DataKindId("targeting")});
  if (flip()) {
    facts.action = registry::Action::Transfer;
    facts.recipient = registry::PartyId("UA");
    facts.end_user = registry::PartyId("GB");
  }
  facts.data_sources = {{kUs, registry::DataKindId("targeting")}};
  RC_ASSERT(comes_back(facts));
}

TEST(Facts, AreReadStrictly) {
  const Facts facts = facts_of(World(), testing::use());
  ASSERT_TRUE(comes_back(facts));
  base::Json document = write(facts);
  const auto clean = [](const base::Json& changed) {
    const std::string text = base::write_json(changed);
    base::Report report(text, "facts");
    read_facts(testing::json(text), report);
    return report.clean();
  };
  // Without the two that a use may lack, every member is needed; one more is too many.
  for (std::size_t i = 0; i < document.members.size(); ++i) {
    base::Json without = document;
    without.members.erase(without.members.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(clean(without)) << document.members[i].name;
  }
  base::Json more = document;
  more.members.push_back({"extra", {}, base::json_integer(1)});
  EXPECT_FALSE(clean(more));
}

}  // namespace
}  // namespace countersign::kernel
