// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "registry/graph/answers.h"
#include "registry/graph/builder.h"
#include "registry/internal/declared.h"

namespace countersign::registry::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// `box` is made of a `gyro` of origin US, needs `maps` of Carto, and costs 1,000.
TieEngine engine() {
  CatalogueBuilder builder;
  const auto ua = builder.authority("UA");
  const auto us = builder.authority("US");
  builder.authority("FR");
  builder.currency(ua, "USD");
  const Node box = builder.item("box");
  const Node gyro = builder.item("gyro");
  const Node maps = builder.node(NodeKind::Data, "maps");
  builder.supplied_by(maps, builder.supplier("Carto"));
  const auto description = builder.describe(box, ua, true);
  builder.contains(description, gyro, builder.origin("US"), 2, 100);
  builder.needs(description, maps);
  builder.price(box, ua, 1'000);
  ClaimFact owned;
  owned.id = "UA-1";
  owned.authority = ua;
  owned.basis = Basis::Owner;
  owned.target = box;
  builder.claim(owned);
  Rule rule;
  rule.component = {ComponentRule::Kind::DeMinimis, 1'500};
  builder.rule({us, {}, rule, 0});
  return TieEngine::build(std::move(builder).build().value(), internal::day("2025-06-10"));
}

struct Done {
  std::vector<std::string> issues;
  std::vector<Change> changes;
};

Done change(TieEngine& engine, std::string_view elements) {
  const std::string text = R"({"changes": [)" + std::string(elements) + "]}";
  const auto document = base::read_json(text, "changes.json");
  EXPECT_TRUE(document.has_value()) << text;
  base::Report report(text, "changes.json");
  Done done;
  done.changes = read_changes(engine, document.value(), report);
  for (const base::Issue& issue : report.take()) done.issues.push_back(base::to_text(issue));
  if (!done.issues.empty()) return done;
  for (const Change& one : done.changes) EXPECT_TRUE(apply(engine, one));
  return done;
}

// "US 20.00" for each who has a say over the box.
std::vector<std::string> says(const TieEngine& engine) {
  std::vector<std::string> words;
  const ItemTies ties = ties_of(engine, *engine.catalogue().item("box"), engine.rules());
  if (!ties.determined()) return {"undetermined"};
  for (const Say& say : ties.says) {
    if (say.bases == 0) continue;
    words.push_back(engine.catalogue().tables.authorities[say.authority] +
                    (say.content.is_zero() ? "" : " " + std::to_string(say.bp_ceiling)));
  }
  return words;
}

TEST(ChangesTest, EachIsMadeAndWeighedAtOnce) {
  TieEngine box = engine();
  EXPECT_THAT(says(box), ElementsAre("UA", "US 2000"));
  change(box, R"({"what": "price", "item": "box", "price": 2000})");
  EXPECT_THAT(says(box), ElementsAre("UA"));
  change(box, R"({"what": "component", "item": "box", "component": "gyro", "quantity": 4})");
  EXPECT_THAT(says(box), ElementsAre("UA", "US 2000"));
  change(box, R"({"what": "component", "item": "box", "component": "gyro", "value": 10})");
  EXPECT_THAT(says(box), ElementsAre("UA"));
  change(box, R"({"what": "rule", "rule": {"authority": "US", "threshold_bp": 200}})");
  EXPECT_THAT(says(box), ElementsAre("UA", "US 200"));
  change(box, R"({"what": "origin", "component": "gyro", "from": "US", "origin": "FR"})");
  EXPECT_THAT(says(box), ElementsAre("UA", "FR 200"));
  change(box, R"({"what": "supplier", "data": "maps", "supplier": "US"})");
  EXPECT_THAT(says(box), ElementsAre("UA", "US", "FR 200"));
  change(box, R"({"what": "withdraw_claim", "authority": "UA", "id": "UA-1"},
                 {"what": "claim", "claim": {"id": "UA-1", "authority": "UA", "basis": "component",
                                             "origin": "FR"}})");
  EXPECT_THAT(says(box), ElementsAre("UA 200", "US", "FR 200"));
  change(box, R"({"what": "origin", "component": "gyro", "origin": ""})");
  EXPECT_THAT(says(box), ElementsAre("undetermined"));
}

TEST(ChangesTest, WhatCannotBeMadeIsToldWithItsPlace) {
  TieEngine box = engine();
  const auto told = [&](std::string_view elements) {
    const Done done = change(box, elements);
    EXPECT_THAT(done.issues, SizeIs(1)) << elements;
    return done.issues.empty() ? std::string() : done.issues.front();
  };
  EXPECT_THAT(told(R"({"what": "price", "item": "bax", "price": 1})"),
              HasSubstr("changes.json:1:40: `bax` is not in the catalogue"));
  EXPECT_THAT(told(R"({"what": "price", "item": "gyro", "price": 1})"), HasSubstr("no price"));
  EXPECT_THAT(told(R"({"what": "price", "item": "box", "price": 0})"), HasSubstr("price"));
  EXPECT_THAT(told(R"({"what": "prize", "item": "box", "price": 1})"), HasSubstr("prize"));
  EXPECT_THAT(told(R"({"what": "component", "item": "gyro", "component": "box", "value": 1})"),
              HasSubstr("has no such component"));
  EXPECT_THAT(told(R"({"what": "component", "item": "box", "component": "gyro", "value": -1})"),
              HasSubstr("value"));
  EXPECT_THAT(told(R"({"what": "component", "item": "box", "component": "gyro"})"),
              HasSubstr("neither a quantity nor a value"));
  EXPECT_THAT(told(R"({"what": "origin", "component": "gyro", "from": "FR", "origin": "US"})"),
              HasSubstr("nowhere a part of that origin"));
  EXPECT_THAT(told(R"({"what": "supplier", "supplier": "X"})"), HasSubstr("not said of what"));
  EXPECT_THAT(told(R"({"what": "claim", "claim": {"id": "UA-1", "authority": "UA",
                       "basis": "owner", "item": "box"}})"),
              HasSubstr("is a claim of the catalogue already"));
  EXPECT_THAT(told(R"({"what": "claim", "claim": {"id": "XX-1", "authority": "XX",
                       "basis": "owner", "item": "box"}})"),
              HasSubstr("`XX` is no authority of the catalogue"));
  EXPECT_THAT(told(R"({"what": "withdraw_claim", "authority": "US", "id": "UA-1"})"),
              HasSubstr("there is no claim `UA-1`"));
  EXPECT_THAT(told(R"({"what": "rule", "rule": {"authority": "US", "in_force": {}}})"),
              HasSubstr("holds for as long as the one before"));
  EXPECT_THAT(told(""), HasSubstr("there is no change in it"));
  // One that cannot be made keeps the others from being made.
  change(box, R"({"what": "price", "item": "box", "price": 9000},
                 {"what": "price", "item": "bax", "price": 1})");
  EXPECT_THAT(says(box), ElementsAre("UA", "US 2000"));
}

}  // namespace
}  // namespace countersign::registry::graph
