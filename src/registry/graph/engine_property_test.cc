// SPDX-License-Identifier: Apache-2.0
// The engine against the definition followed word by word, on random worlds: needs in circles,
// technologies, suppliers, classes, rules per destination, dates, and one change after the other.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/within.h"
#include "registry/graph/answers.h"
#include "registry/graph/testing/world.h"
#include "registry/internal/declared.h"

namespace countersign::registry::graph {
namespace {

using internal::day;
using testing::Big;
using testing::Expected;
using testing::World;
using testing::WorldClaim;
using testing::WorldDescription;
using testing::WorldLine;

const std::vector<std::string> kAuthorities = {"A", "B", "C"};
const std::vector<std::string> kParties = {"A", "B", "C", "D", "E"};
const std::vector<std::string> kDestinations = {"", "X", "Y"};

// Of any size of a test: a range that grows with it would leave whole kinds of change to the last.
std::int64_t upto(std::int64_t most) { return *base::testing::within<std::int64_t>(0, most + 1); }
bool one_in(std::int64_t n) { return upto(n - 1) == 0; }
template <class T>
const T& any_of(const std::vector<T>& all) {
  return all[static_cast<std::size_t>(upto(static_cast<std::int64_t>(all.size()) - 1))];
}

base::Period any_period() {
  if (!one_in(5)) return {};
  return one_in(2) ? base::Period{day("2025-01-01"), base::kDistantFuture}
                   : base::Period{base::kDistantPast, day("2025-01-01")};
}

std::int64_t any_number(std::int64_t usual) {
  if (one_in(40)) return 3'000'000'000'000'000'000 + upto(1'000);
  return one_in(40) ? 5'000'000'000 + upto(5) : upto(usual);
}

std::optional<std::int64_t> any_value(const World& world) {
  if (!world.classes.contains("gappy") || !one_in(25)) return any_number(50);
  return std::nullopt;
}

// Whether a world may lack something is remembered under a class that no node has: `gappy`.
WorldLine any_line(const World& world, std::int64_t i, std::int64_t count) {
  const bool described = i + 1 < count && one_in(2);
  WorldLine line;
  line.part =
      described ? fmt::format("i{}", i + 1 + upto(count - i - 2)) : fmt::format("p{}", upto(4));
  const bool may_lack = described || (world.classes.contains("gappy") && one_in(25));
  if (!may_lack || one_in(2)) line.origin = any_of(kParties);
  line.quantity = any_number(4);
  line.value = any_value(world);
  if (described && line.origin.empty() && one_in(2)) line.value.reset();
  return line;
}

WorldDescription any_description(const World& world, std::int64_t i, std::int64_t count) {
  WorldDescription description;
  description.by = one_in(4) ? any_of(kAuthorities) : "A";
  description.complete = !(world.classes.contains("gappy") && one_in(20));
  for (std::int64_t c = upto(4); c > 0; --c) {
    WorldLine line = any_line(world, i, count);
    const bool twice = std::any_of(description.lines.begin(), description.lines.end(),
                                   [&](const WorldLine& other) {
                                     return other.part == line.part && other.origin == line.origin;
                                   });
    if (!twice) description.lines.push_back(std::move(line));
  }
  for (std::int64_t c = one_in(2) ? upto(2) : 0; c > 0; --c) {
    description.needs.push_back(one_in(3) ? fmt::format("data:{}", upto(2))
                                          : fmt::format("i{}", upto(count - 1)));
  }
  if (one_in(4)) description.made_with.push_back(fmt::format("tech:{}", upto(1)));
  return description;
}

WorldClaim any_claim(const World& world, int number) {
  WorldClaim claim;
  claim.id = fmt::format("c{}", number);
  claim.authority = any_of(kAuthorities);
  claim.basis = any_of<Basis>(
      {Basis::Supplied, Basis::Owner, Basis::Component, Basis::DirectProduct, Basis::Data});
  claim.period = any_period();
  claim.on =
      any_of<ClaimFact::On>({ClaimFact::On::Item, ClaimFact::On::Item, ClaimFact::On::Item,
                             ClaimFact::On::Origin, ClaimFact::On::Supplier, ClaimFact::On::Class});
  switch (claim.on) {
    case ClaimFact::On::Item:
      claim.target = any_of(std::vector<std::string>(world.nodes.begin(), world.nodes.end()));
      break;
    case ClaimFact::On::Origin:
      claim.basis = Basis::Component;
      claim.target = any_of(kParties);
      break;
    case ClaimFact::On::Supplier:
      claim.target = any_of(kParties);
      break;
    case ClaimFact::On::Class:
      claim.target = any_of<std::string>({"k", "l"});
      break;
  }
  return claim;
}

Rule any_rule() {
  Rule rule;
  if (one_in(2)) rule.component = {ComponentRule::Kind::DeMinimis, upto(10'000)};
  rule.direct_product = !one_in(3);
  rule.data = !one_in(3);
  return rule;
}

World any_world() {
  World world;
  world.authorities = kAuthorities;
  if (one_in(2)) world.classes["gappy"] = {};
  const std::int64_t count = 1 + upto(6);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string id = fmt::format("i{}", i);
    world.nodes.insert(id);
    const bool twice = one_in(6);
    auto& descriptions = world.items[id];
    descriptions.push_back(any_description(world, i, count));
    if (!twice) continue;
    descriptions.push_back(any_description(world, i, count));
    descriptions[0].period.until = descriptions[1].period.from =
        day(one_in(2) ? "2025-01-01" : "2030-01-01");
    if (one_in(3)) descriptions.erase(descriptions.begin());
  }
  for (int i = 0; i < 5; ++i) world.nodes.insert(fmt::format("p{}", i));
  for (int i = 0; i < 3; ++i) world.nodes.insert(fmt::format("data:{}", i));
  for (int i = 0; i < 2; ++i) world.nodes.insert(fmt::format("tech:{}", i));
  for (const std::string& node : world.nodes) {
    const bool is_data = node.starts_with("data:");
    if (is_data ? !(world.classes.contains("gappy") && one_in(5)) : one_in(6)) {
      world.suppliers[node].push_back(any_of(kParties));
    }
    if (one_in(6)) world.classes[node].push_back(any_of<std::string>({"k", "l"}));
  }
  for (int i = static_cast<int>(upto(6)); i > 0; --i) world.claims.push_back(any_claim(world, i));
  for (const std::string& authority : kAuthorities) {
    if (!(world.classes.contains("gappy") && one_in(6))) {
      world.currencies[authority] = one_in(8) ? "EUR" : "USD";
    }
    for (const std::string& destination : kDestinations) {
      if (one_in(3)) world.rules.push_back({authority, destination, any_rule(), any_period()});
    }
    for (std::int64_t i = 0; i < count; ++i) {
      if (one_in(20) && world.classes.contains("gappy")) continue;
      world.prices.push_back({fmt::format("i{}", i), authority, 1 + any_number(3'000), {}});
    }
  }
  world.classes.erase("gappy");
  return world;
}

std::set<std::string> gap_names(GapSet gaps) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kGaps; ++i) {
    if ((gaps >> i & 1) != 0) names.emplace(name_of(static_cast<Gap>(i)));
  }
  return names;
}

void check_share(const Say& say, const Big& content, std::int64_t price) {
  RC_ASSERT(say.content.text() == content.text());
  const Big scaled = content.times(10'000);
  const auto parts = [&](std::int64_t bp) {
    return Big(static_cast<std::uint64_t>(price)).times(static_cast<std::uint64_t>(bp));
  };
  RC_ASSERT(parts(say.bp_floor) <= scaled);
  RC_ASSERT(scaled < parts(say.bp_floor + 1));
  RC_ASSERT(scaled <= parts(say.bp_ceiling));
  RC_ASSERT(say.bp_ceiling - say.bp_floor <= 1);
  RC_ASSERT((parts(say.bp_floor) == scaled) == (say.bp_floor == say.bp_ceiling));
}

// Each step of a path is an edge in force, and the path is as short as can be.
void check_path(const TieEngine& engine, Node item, const std::optional<Path>& path,
                std::optional<std::size_t> steps) {
  RC_ASSERT(path.has_value() == steps.has_value());
  if (!path) return;
  RC_ASSERT(path->size() == *steps);
  const Catalogue& catalogue = engine.catalogue();
  for (const PathStep& step : *path) {
    const std::uint32_t description = engine.state(item).description;
    RC_ASSERT(description != kNone);
    bool found = false;
    if (step.step == Step::Contains) {
      for (const Line& line : catalogue.lines.of(description)) {
        found = found || line.part == step.node;
      }
    } else {
      for (const Node needed : catalogue.needs.of(description)) {
        found = found || needed == step.node;
      }
    }
    RC_ASSERT(found);
    item = step.node;
  }
}

void check_authority(const TieEngine& engine, const World& world, const std::string& name,
                     Node item, const std::string& authority) {
  const std::uint8_t code = *engine.catalogue().tables.authority(authority);
  check_path(engine, item, prove(engine, item, code, Basis::Component),
             world.steps_to_part(name, authority, engine.at()));
  Amount sum;
  for (const PartSource& source : all_parts(engine, item, code)) {
    sum = *sum.plus(source.amount);
  }
  const NodeState& state = engine.state(item);
  if ((state.owners >> code & 1) != 0) {
    const ItemTies ties = ties_of(engine, item, engine.rules());
    RC_ASSERT(sum == ties.find(code)->content);
  }
}

void check_item(const TieEngine& engine, const World& world, const std::string& name) {
  const auto item = engine.catalogue().item(name);
  RC_ASSERT(item.has_value());
  for (const std::string& destination : kDestinations) {
    const Expected expected = world.ties(name, destination, engine.at());
    const ItemTies ties = ties_of(engine, *item, engine.rules(destination));
    RC_ASSERT(gap_names(ties.gaps) == expected.gaps);
    for (std::size_t i = 0; i < kGaps; ++i) {
      if ((ties.gaps >> i & 1) != 0) RC_ASSERT(prove_gap(engine, *item, static_cast<Gap>(i)));
    }
    for (const std::string& authority : kAuthorities) {
      const std::uint8_t code = *engine.catalogue().tables.authority(authority);
      check_path(engine, *item, prove(engine, *item, code, Basis::Data),
                 world.steps_to_data(name, authority, engine.at()));
      if (!ties.determined()) continue;
      const Say* say = ties.find(code);
      const auto bases = expected.bases.find(authority);
      RC_ASSERT((say != nullptr) == (bases != expected.bases.end()));
      if (say == nullptr) continue;
      RC_ASSERT(say->bases == bases->second);
      const auto content = expected.contents.find(authority);
      if (content == expected.contents.end()) {
        RC_ASSERT(say->content.is_zero());
      } else {
        check_share(*say, content->second, expected.price);
      }
      check_authority(engine, world, name, *item, authority);
    }
  }
}

void check_all(const TieEngine& engine, const World& world) {
  for (const auto& [name, descriptions] : world.items) check_item(engine, world, name);
}

NodeKind kind_of(const std::string& name) {
  if (name.starts_with("data:")) return NodeKind::Data;
  return name.starts_with("tech:") ? NodeKind::Technology : NodeKind::Item;
}

// One change, made to the world and to the engine; gives what the engine says has changed.
std::vector<Node> change_something(TieEngine& engine, World& world, int number) {
  const base::Instant at = engine.at();
  const Catalogue& catalogue = engine.catalogue();
  std::vector<std::pair<std::string, std::size_t>> lines;
  for (const auto& [name, descriptions] : world.items) {
    const WorldDescription* one = world.description(name, at);
    for (std::size_t i = 0; one != nullptr && i < one->lines.size(); ++i)
      lines.push_back({name, i});
  }
  const std::int64_t kind = upto(5);
  if (kind <= 1 && !lines.empty()) {
    const auto& [name, index] = any_of(lines);
    const WorldLine line = world.description(name, at)->lines[index];
    const Node part = *catalogue.item(line.part);
    if (kind == 0) {
      const std::string origin = any_of(kParties);
      for (const auto& [whole, descriptions] : world.items) {
        WorldDescription* one = world.description(whole, at);
        if (one == nullptr) continue;
        for (WorldLine& other : one->lines) {
          if (other.part == line.part) other.origin = origin;
        }
      }
      return engine.change_origin(part, *engine.origin(origin));
    }
    std::optional<std::int64_t> quantity, value;
    if (!one_in(4)) quantity = any_number(4);
    if (!one_in(4)) value = any_number(50);
    for (WorldLine& other : world.description(name, at)->lines) {
      if (other.part != line.part) continue;
      if (quantity) other.quantity = *quantity;
      if (value) other.value = value;
    }
    return engine.change_line(*catalogue.item(name), part, quantity, value);
  }
  if (kind == 2 && !world.prices.empty()) {
    auto& price = world.prices[static_cast<std::size_t>(
        upto(static_cast<std::int64_t>(world.prices.size()) - 1))];
    const WorldDescription* one = world.description(price.item, at);
    if (one == nullptr || one->by != price.by) return {};
    price.price = 1 + any_number(3'000);
    return engine.change_price(*catalogue.item(price.item), price.price);
  }
  if (kind == 3) {
    const std::string authority = any_of(kAuthorities);
    const std::string destination = any_of(kDestinations);
    const Rule rule = any_rule();
    const auto same = [&](const testing::WorldRule& one) {
      return one.authority == authority && one.destination == destination;
    };
    const auto held = std::find_if(world.rules.begin(), world.rules.end(), [&](const auto& one) {
      return same(one) && one.period.contains(at);
    });
    if (held != world.rules.end()) {
      held->rule = rule;
    } else {
      // The worlds have at most one other, which begins or ends in 2025.
      const auto other = std::find_if(world.rules.begin(), world.rules.end(), same);
      base::Period period;
      if (other != world.rules.end() && other->period.until <= at)
        period.from = other->period.until;
      if (other != world.rules.end() && other->period.from > at) period.until = other->period.from;
      world.rules.push_back({authority, destination, rule, period});
    }
    engine.change_rule(*catalogue.tables.authority(authority), destination, rule);
    return {};
  }
  if (kind == 4) {
    const std::string name =
        any_of(std::vector<std::string>(world.nodes.begin(), world.nodes.end()));
    const std::string supplier = any_of(kParties);
    const auto node = catalogue.names.find(kind_of(name), name);
    world.suppliers[name] = {supplier};
    return engine.change_supplier(*node, engine.supplier(supplier));
  }
  if (!world.claims.empty() && one_in(2)) {
    const WorldClaim claim = any_of(world.claims);
    if (!claim.period.contains(at)) return {};
    std::erase_if(world.claims, [&](const WorldClaim& one) { return one.id == claim.id; });
    return engine.withdraw_claim(claim.id, *catalogue.tables.authority(claim.authority));
  }
  WorldClaim claim = any_claim(world, number);
  claim.period = {};
  const auto place = [](const std::vector<std::string>& table, const std::string& word) {
    return static_cast<std::uint32_t>(std::find(table.begin(), table.end(), word) - table.begin());
  };
  const Tables& tables = catalogue.tables;
  ClaimFact fact{claim.id, *tables.authority(claim.authority), claim.basis, claim.on, 0, 0};
  if (claim.on == ClaimFact::On::Item) {
    fact.target = *catalogue.names.find(kind_of(claim.target), claim.target);
  } else if (claim.on == ClaimFact::On::Origin) {
    fact.target = *engine.origin(claim.target);
  } else {
    const auto& table = claim.on == ClaimFact::On::Class ? tables.classes : tables.suppliers;
    fact.target = place(table, claim.target);
    if (fact.target == table.size()) return {};
  }
  world.claims.push_back(claim);
  return engine.add_claim(fact);
}

// By node: what the question gives, towards any destination.
std::vector<ItemTies> all_ties(const TieEngine& engine) {
  std::vector<ItemTies> ties;
  for (Node node = 0; node < engine.catalogue().nodes(); ++node) {
    ties.push_back(ties_of(engine, node, engine.rules()));
  }
  return ties;
}

RC_GTEST_PROP(TieEngine, IsTheDefinition, ()) {
  for (int i = 0; i < 20; ++i) {
    const World world = any_world();
    const base::Instant at = day(one_in(3) ? "2024-06-10" : "2025-06-10");
    const TieEngine engine =
        TieEngine::build(world.catalogue(), at, static_cast<unsigned>(1 + upto(1)));
    check_all(engine, world);
  }
}

using Edges = std::vector<std::pair<std::uint32_t, Node>>;  // a description, what stands in it

template <class T, class NodeOf>
void add_edges(Edges& edges, const Rows<T>& rows, std::size_t descriptions, NodeOf&& node_of) {
  for (std::uint32_t description = 0; description < descriptions; ++description) {
    for (const T& entry : rows.of(description)) edges.push_back({description, node_of(entry)});
  }
}

Edges backwards(const Rows<std::uint32_t>& rows, std::size_t nodes) {
  Edges edges;
  for (Node node = 0; node < nodes; ++node) {
    for (const std::uint32_t description : rows.of(node)) edges.push_back({description, node});
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

// What a change recomputes, and what is told to stand above a node, is found backwards.
RC_GTEST_PROP(TieEngine, FindsBackwardsWhatStandsForwards, ()) {
  const TieEngine engine = TieEngine::build(any_world().catalogue(), day("2025-06-10"));
  const Catalogue& catalogue = engine.catalogue();
  const std::size_t descriptions = catalogue.descriptions.size();
  const auto itself = [](Node node) { return node; };
  Edges all;
  const auto same = [&](const auto& rows, const Rows<std::uint32_t>& back, auto&& node_of) {
    Edges edges;
    add_edges(edges, rows, descriptions, node_of);
    all.insert(all.end(), edges.begin(), edges.end());
    std::sort(edges.begin(), edges.end());
    RC_ASSERT(edges == backwards(back, catalogue.nodes()));
  };
  same(catalogue.lines, catalogue.used_in, [](const Line& line) { return line.part; });
  same(catalogue.needs, catalogue.needed_by, itself);
  same(catalogue.made_with, catalogue.makes, itself);
  for (Node node = 0; node < catalogue.nodes(); ++node) {
    std::set<Node> expected;
    for (bool grows = true; grows;) {
      grows = false;
      for (const auto& [description, below] : all) {
        const Node whole = catalogue.descriptions[description].node;
        const bool counts = engine.state(whole).description == description && whole != node &&
                            (below == node || expected.contains(below));
        grows = (counts && expected.insert(whole).second) || grows;
      }
    }
    RC_ASSERT(above(engine, node) == std::vector<Node>(expected.begin(), expected.end()));
  }
}

RC_GTEST_PROP(TieEngine, StaysTheDefinitionWhateverChanges, ()) {
  for (int i = 0; i < 10; ++i) {
    World world = any_world();
    TieEngine engine = TieEngine::build(world.catalogue(), day("2025-06-10"));
    for (int change = 0; change < 6; ++change) {
      const auto rules_before = engine.rules();
      const std::vector<ItemTies> before = all_ties(engine);
      const std::vector<Node> changed = change_something(engine, world, 100 + change);
      check_all(engine, world);
      RC_ASSERT(std::is_sorted(changed.begin(), changed.end()));
      if (rules_before != engine.rules()) continue;
      const std::vector<ItemTies> after = all_ties(engine);
      const Catalogue& catalogue = engine.catalogue();
      for (Node node = 0; node < catalogue.nodes(); ++node) {
        // What a technology's claims change is read when the question is put.
        const std::uint32_t description = engine.state(node).description;
        const bool made = description != kNone && !catalogue.made_with.of(description).empty();
        if (before[node] == after[node] || made) continue;
        RC_ASSERT(std::binary_search(changed.begin(), changed.end(), node));
      }
    }
    // What changed stays changed, for whoever asks anew, about another date too.
    const base::Instant at = day(one_in(2) ? "2024-06-10" : "2025-06-10");
    check_all(std::move(engine).at_another_date(at), world);
  }
}

}  // namespace
}  // namespace countersign::registry::graph
