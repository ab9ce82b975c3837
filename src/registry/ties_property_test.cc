// SPDX-License-Identifier: Apache-2.0
// The tie trace against the definition of content(), followed naively way by way.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "base/testing/within.h"
#include "registry/internal/declared.h"
#include "registry/ties.h"

namespace countersign::registry {
namespace {

using internal::day;
using internal::Declared;

const std::vector<std::string> kAuthorities = {"A", "B", "C"};

struct Part {
  std::string id;
  std::string origin;  // empty: not written
  std::int64_t quantity;
  std::int64_t value;
};

// Items i0, i1, ...: each made of later ones and of bare parts p0, p1, ...
struct World {
  std::map<std::string, std::vector<Part>> items;
  std::set<std::pair<std::string, std::string>> claims;  // authority, component
  std::map<std::string, std::int64_t> thresholds;        // of authorities with a de minimis rule
  std::int64_t price;
};

World any_world() {
  const auto upto = [](std::int64_t most) {
    return *base::testing::within<std::int64_t>(0, most + 1);
  };
  World world;
  const std::int64_t count = 1 + upto(5);
  std::set<std::string> used;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<Part>& parts = world.items[fmt::format("i{}", i)];
    std::set<std::pair<std::string, std::string>> seen;
    for (std::int64_t c = upto(5); c > 0; --c) {
      const bool described = i + 1 < count && upto(1) == 0;
      Part part;
      part.id =
          described ? fmt::format("i{}", i + 1 + upto(count - i - 2)) : fmt::format("p{}", upto(3));
      const bool origin_left_out = described && upto(1) == 0;
      part.origin = origin_left_out ? ""
                                    : std::vector<std::string>{
                                          "A", "B", "C", "D"}[static_cast<std::size_t>(upto(3))];
      part.quantity = upto(4);
      part.value = upto(50);
      if (!seen.emplace(part.id, part.origin).second) continue;
      used.insert(part.id);
      parts.push_back(part);
    }
  }
  for (const std::string& part : used) {
    for (const std::string& authority : kAuthorities) {
      if (upto(5) == 0) world.claims.emplace(authority, part);
    }
  }
  for (const std::string& authority : kAuthorities) {
    if (upto(1) == 0) world.thresholds[authority] = upto(10'000);
  }
  world.price = 1 + upto(3'000);
  return world;
}

Registers declare(const World& world) {
  std::vector<AuthorityRegister> authorities;
  for (const std::string& id : kAuthorities) {
    Declared declared(id);
    declared.charter(fmt::format(R"({{"authority": "{}", "offices": []}})", id));
    declared.vocabulary(R"({"parties": [{"id": "A"}, {"id": "B"}, {"id": "C"}, {"id": "D"}]})");
    if (const auto rule = world.thresholds.find(id); rule != world.thresholds.end()) {
      declared.ties(fmt::format(R"({{"component": {{"rule": "de_minimis", "threshold_bp": {}}}}})",
                                rule->second));
    }
    int number = 0;
    for (const auto& [authority, part] : world.claims) {
      if (authority != id) continue;
      declared.claim(fmt::format(R"({{"id": "c{}", "basis": "component", "component": "{}"}})",
                                 number++, part));
    }
    if (id == "A") {
      for (const auto& [item, parts] : world.items) {
        std::string list;
        for (const Part& part : parts) {
          list += fmt::format(
              R"({}{{"id": "{}", {}"quantity": {}, "value": {}}})", list.empty() ? "" : ", ",
              part.id,
              part.origin.empty() ? std::string() : fmt::format(R"("origin": "{}", )", part.origin),
              part.quantity, part.value);
        }
        declared.item(
            fmt::format(R"({{"id": "{}", "complete": true, "components": [{}]}})", item, list));
      }
      declared.prices(fmt::format(
          R"({{"currency": "USD", "prices": [{{"item": "i0", "price": {}}}]}})", world.price));
    }
    authorities.push_back(declared);
  }
  auto registers = Registers::create(std::move(authorities));
  RC_ASSERT(registers.has_value());
  return std::move(registers.value());
}

// The definition, word for word; it takes every way to every part.
std::int64_t content(const World& world, const std::string& authority, const std::string& item) {
  std::int64_t sum = 0;
  for (const Part& part : world.items.at(item)) {
    if (part.origin == authority || world.claims.contains({authority, part.id})) {
      sum += part.quantity * part.value;
    } else if (world.items.contains(part.id)) {
      sum += part.quantity * content(world, authority, part.id);
    }
  }
  return sum;
}

RC_GTEST_PROP(TieTrace, IsTheDefinition, ()) {
  const World world = any_world();
  const Registers registers = declare(world);
  const Ties ties = trace_ties(registers.view(day("2025-06-10")), {ItemId("i0"), {}, {}});
  bool any = false;
  for (const std::string& id : kAuthorities) {
    const std::int64_t own = content(world, id, "i0");
    const auto rule = world.thresholds.find(id);
    const bool tied =
        own > 0 && (rule == world.thresholds.end() || own * 10'000 >= rule->second * world.price);
    any = any || tied;
    const TieFacts* facts = ties.find(AuthorityId(id));
    RC_ASSERT((facts != nullptr) == tied);
    for (const TieFacts& below : ties.below_threshold) {
      if (below.authority == AuthorityId(id)) facts = &below;
    }
    RC_ASSERT((facts != nullptr) == (own > 0));
    if (facts == nullptr) continue;
    const ComponentShare& share = facts->shares.at(0);
    RC_ASSERT(share.content == Amount(own));
    RC_ASSERT(share.bp_floor == own * 10'000 / world.price);
    RC_ASSERT(share.bp_ceiling == (own * 10'000 + world.price - 1) / world.price);
    Amount sum;
    for (const OwnPart& part : share.parts) {
      sum = *sum.plus(part.amount);
      RC_ASSERT(part.pieces.times(Amount(part.value)) == part.amount);
      RC_ASSERT(part.path.front() == ItemId("i0"));
      for (std::size_t i = 0; i + 1 < part.path.size(); ++i) {
        const auto& parts = world.items.at(part.path[i].text());
        RC_ASSERT(std::any_of(parts.begin(), parts.end(),
                              [&](const Part& one) { return ItemId(one.id) == part.path[i + 1]; }));
      }
    }
    RC_ASSERT(sum == share.content);
  }
  RC_ASSERT(ties.determined() == any);
  if (!any) RC_ASSERT(ties.gaps.at(0).kind == TieGap::Kind::NoTie);
}

}  // namespace
}  // namespace countersign::registry
