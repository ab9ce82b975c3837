// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/engine.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <queue>
#include <thread>

#include "base/check.h"
#include "registry/graph/sweep.h"

namespace countersign::registry::graph {
namespace {

// Both, in order and each once.
std::vector<Node> with(std::vector<Node> nodes, const std::vector<Node>& others) {
  nodes.insert(nodes.end(), others.begin(), others.end());
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

constexpr std::size_t kMostNumber = 0xFFFF;  // of origins and classes

// Where the word stands in a table, at whose end it is put when it is new.
struct Placed {
  std::size_t place;
  bool is_new;
};
template <class T, class Word>
Placed placed(std::vector<T>& table, const Word& word) {
  const auto known = std::find(table.begin(), table.end(), word);
  const Placed at{static_cast<std::size_t>(known - table.begin()), known == table.end()};
  if (at.is_new) table.emplace_back(word);
  return at;
}

}  // namespace

TieEngine TieEngine::build(Catalogue catalogue, base::Instant at, unsigned threads,
                           const Progress& progress) {
  TieEngine engine;
  engine.catalogue_ = std::move(catalogue);
  engine.at_ = at;
  engine.take_rules();
  engine.take_currencies();
  engine.take_claims();
  engine.take_states();
  engine.recompute(threads, progress);
  return engine;
}

TieEngine TieEngine::at_another_date(base::Instant at, unsigned threads,
                                     const Progress& progress) && {
  return build(std::move(catalogue_), at, threads, progress);
}

// A destination's own rules stand in place of those for all, authority by authority.
void TieEngine::take_rules() {
  any_rules_ = {};
  rules_.clear();
  const auto each_in_force = [&](auto&& f) {
    for (const RuleFact& fact : catalogue_.tables.rules) {
      if (catalogue_.holds(fact.period, at_)) f(fact);
    }
  };
  each_in_force([&](const RuleFact& fact) {
    if (fact.destination.empty()) any_rules_[fact.authority] = fact.rule;
  });
  each_in_force([&](const RuleFact& fact) {
    if (fact.destination.empty()) return;
    rules_.try_emplace(fact.destination, any_rules_).first->second[fact.authority] = fact.rule;
  });
}

void TieEngine::take_currencies() {
  currencies_ = {};
  currency_names_ = {""};
  for (const CurrencyFact& fact : catalogue_.tables.currencies) {
    if (!catalogue_.holds(fact.period, at_)) continue;
    const auto known = std::find(currency_names_.begin(), currency_names_.end(), fact.currency);
    currencies_[fact.authority] = static_cast<std::uint8_t>(known - currency_names_.begin());
    if (known == currency_names_.end()) currency_names_.push_back(fact.currency);
  }
}

void TieEngine::take_claims() {
  const Tables& tables = catalogue_.tables;
  const auto authority_named = [&](const std::string& party) {
    const auto authority = tables.authority(party);
    return authority ? AuthoritySet{1} << *authority : AuthoritySet{0};
  };
  origin_sets_.clear();
  for (const std::string& origin : tables.origins) origin_sets_.push_back(authority_named(origin));
  supplier_profiles_.assign(tables.suppliers.size(), {});
  for (std::size_t i = 0; i < tables.suppliers.size(); ++i) {
    supplier_profiles_[i].supplied = authority_named(tables.suppliers[i]);
  }
  class_profiles_.assign(tables.classes.size(), {});
  node_profiles_.clear();
  for (const ClaimFact& claim : tables.claims) {
    if (!catalogue_.holds(claim.period, at_)) continue;
    const AuthoritySet authority = AuthoritySet{1} << claim.authority;
    switch (claim.on) {
      case ClaimFact::On::Item:
        node_profiles_[claim.target].add(claim.basis, authority);
        break;
      case ClaimFact::On::Origin:
        origin_sets_[claim.target] |= authority;
        break;
      case ClaimFact::On::Supplier:
        supplier_profiles_[claim.target].add(claim.basis, authority);
        break;
      case ClaimFact::On::Class:
        class_profiles_[claim.target].add(claim.basis, authority);
        break;
    }
  }
}

Profile TieEngine::merged_profile(Node node) const {
  Profile merged;
  for (const std::uint32_t i : catalogue_.suppliers.of(node)) merged.add(supplier_profiles_[i]);
  for (const std::uint16_t i : catalogue_.classes.of(node)) merged.add(class_profiles_[i]);
  if (node_profiles_.empty()) return merged;
  if (const auto own = node_profiles_.find(node); own != node_profiles_.end()) {
    merged.add(own->second);
  }
  return merged;
}

std::uint32_t TieEngine::number_of(const Profile& profile) {
  static const Profile kNothing;
  if (profiles_.empty()) profiles_.push_back(kNothing);
  if (profile == kNothing) return 0;
  const auto [found, is_new] =
      profile_numbers_.try_emplace(profile, static_cast<std::uint32_t>(profiles_.size()));
  if (is_new) profiles_.push_back(profile);
  return found->second;
}

void TieEngine::set_profile(Node node) {
  NodeState& state = states_[node];
  state.profile = number_of(merged_profile(node));
  const bool provided =
      !catalogue_.suppliers.of(node).empty() || profiles_[state.profile].provides() != 0;
  state.marks = static_cast<std::uint16_t>((state.marks & ~NodeState::kProvided) |
                                           (provided ? NodeState::kProvided : 0));
}

void TieEngine::take_states() {
  const std::size_t count = catalogue_.nodes();
  states_ = Column<NodeState>(std::vector<NodeState>(count));
  profiles_.clear();
  profile_numbers_.clear();
  number_of({});
  for (Node node = 0; node < count; ++node) {
    NodeState& state = states_[node];
    set_profile(node);
    if (catalogue_.described[node] == catalogue_.described[node + 1]) continue;
    state.description = catalogue_.description_at(node, at_);
    if (state.description == kNone) {
      state.marks |= NodeState::kOnceDescribed;
      continue;
    }
    const std::uint8_t by = catalogue_.descriptions[state.description].by;
    for (const PriceFact& fact : catalogue_.prices.of(node)) {
      if (fact.by == by && catalogue_.holds(fact.period, at_)) state.price = fact.price;
    }
  }
}

const RuleSet& TieEngine::rules(std::string_view destination) const {
  const auto found = rules_.find(destination);
  return found == rules_.end() ? any_rules_ : found->second;
}

// Level by level: what a level's nodes depend on is done before it begins. Threads take blocks of a
// level as they come; a unit belongs to the block in which it begins.
void TieEngine::recompute(unsigned threads, const Progress& progress) {
  constexpr Node kBlock = 4096;
  threads = std::max(threads, 1U);
  rows_.clear();
  tail_ = {};
  for (NodeState& state : states_.all()) {
    state.row = 0;
    state.owners = state.data = 0;
    state.marks &= static_cast<std::uint16_t>(~(NodeState::kGapMask | NodeState::kWide));
  }
  if (catalogue_.nodes() == 0) return;
  const auto levels = catalogue_.level_begin.all();
  const auto joined = catalogue_.joined.all();
  std::atomic<Node> next = 0;
  std::size_t level = 0;
  std::barrier level_done(threads, [&]() noexcept {
    ++level;
    next = level < levels.size() ? levels[level] : 0;
  });
  const auto work = [&](bool reports) {
    RowPool::Writer writer;
    Sweep sweep(*this, writer);
    for (std::size_t mine = 0; mine + 1 < levels.size(); ++mine) {
      const Node end = levels[mine + 1];
      const auto unit_at = [&](Node node) {
        while (node < end && joined[node] != 0) ++node;
        return node;
      };
      for (Node begin = next.fetch_add(kBlock); begin < end; begin = next.fetch_add(kBlock)) {
        const Node stop = end - begin > kBlock ? begin + kBlock : end;
        sweep.units(unit_at(begin), unit_at(stop));
        if (reports && progress) progress(begin, catalogue_.nodes());
      }
      level_done.arrive_and_wait();
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work, false);
  work(true);
  for (std::thread& other : others) other.join();
  if (progress) progress(catalogue_.nodes(), catalogue_.nodes());
}

// Units in the order of their nodes: when one is worked out, all below it are done.
std::vector<Node> TieEngine::recompute_above(std::vector<Node> changed) {
  Sweep sweep(*this, tail_);
  std::priority_queue<Node, std::vector<Node>, std::greater<>> open;
  std::vector<Node> done;
  const auto above = [&](Node node) {
    const auto add = [&](const Rows<std::uint32_t>& rows) {
      std::uint32_t last = kNone;
      for (const std::uint32_t description : rows.of(node)) {
        if (description == last) continue;
        last = description;
        const Node whole = catalogue_.descriptions[description].node;
        if (states_[whole].description == description) open.push(sweep.first_of(whole));
      }
    };
    add(catalogue_.used_in);
    add(catalogue_.needed_by);
  };
  for (const Node node : changed) open.push(sweep.first_of(node));
  std::vector<Node> fresh;
  while (!open.empty()) {
    const Node first = open.top();
    while (!open.empty() && open.top() == first) open.pop();
    const Node end = sweep.end_of(first);
    fresh.clear();
    sweep.unit(first, end, &fresh);
    for (const Node node : fresh) {
      done.push_back(node);
      above(node);
    }
  }
  // A circle's own edges may have asked for it again; the second time nothing changes.
  std::sort(done.begin(), done.end());
  done.erase(std::unique(done.begin(), done.end()), done.end());
  return done;
}

std::vector<Node> TieEngine::change_origin(Node part, std::uint16_t origin,
                                           std::optional<std::uint16_t> from) {
  CHECK(origin < catalogue_.tables.origins.size());
  std::vector<Node> wholes;
  for (const std::uint32_t description : catalogue_.used_in.of(part)) {
    const Node whole = catalogue_.descriptions[description].node;
    if (states_[whole].description != description) continue;
    for (std::uint32_t i = catalogue_.lines.begin[description];
         i < catalogue_.lines.begin[description + 1]; ++i) {
      Line& line = catalogue_.lines.entries[i];
      if (line.part != part || line.origin == origin || (from && line.origin != *from)) continue;
      line.origin = origin;
      wholes.push_back(whole);
    }
  }
  return recompute_above(std::move(wholes));
}

std::vector<Node> TieEngine::change_line(Node item, Node part, std::optional<std::int64_t> quantity,
                                         std::optional<std::int64_t> value) {
  CHECK(quantity.value_or(0) >= 0 && value.value_or(0) >= 0);
  const std::uint32_t description = states_[item].description;
  if (description == kNone || catalogue_.lines.begin.empty()) return {};
  for (std::uint32_t i = catalogue_.lines.begin[description];
       i < catalogue_.lines.begin[description + 1]; ++i) {
    if (catalogue_.lines.entries[i].part != part) continue;
    catalogue_.set_numbers(i, quantity.value_or(catalogue_.quantity(i)),
                           value ? value : catalogue_.value(i));
  }
  return recompute_above({item});
}

std::vector<Node> TieEngine::change_price(Node item, std::int64_t price) {
  CHECK(price > 0);
  NodeState& state = states_[item];
  if (state.price == 0 || state.price == price) return {};
  const std::uint8_t by = catalogue_.descriptions[state.description].by;
  const std::uint32_t begin = catalogue_.prices.begin[item];
  for (std::uint32_t i = begin; i < catalogue_.prices.begin[item + 1]; ++i) {
    PriceFact& fact = catalogue_.prices.entries[i];
    if (fact.by == by && catalogue_.holds(fact.period, at_)) fact.price = price;
  }
  state.price = price;
  return {item};
}

bool TieEngine::set_profile_anew(Node node, std::vector<Node>& open) {
  const std::uint32_t profile = states_[node].profile;
  const std::uint16_t marks = states_[node].marks;
  set_profile(node);
  if (states_[node].profile == profile && states_[node].marks == marks) return false;
  open.push_back(node);
  for (const Rows<std::uint32_t>* rows : {&catalogue_.used_in, &catalogue_.needed_by}) {
    for (const std::uint32_t description : rows->of(node)) {
      const Node whole = catalogue_.descriptions[description].node;
      if (states_[whole].description == description) open.push_back(whole);
    }
  }
  return true;
}

std::vector<Node> TieEngine::change_supplier(Node node, std::uint32_t supplier) {
  CHECK(supplier < catalogue_.tables.suppliers.size());
  replace_row<std::uint32_t>(catalogue_.suppliers, catalogue_.nodes(), node, {&supplier, 1});
  std::vector<Node> open;
  if (!set_profile_anew(node, open)) return {};
  return with(recompute_above(std::move(open)), {node});
}

// A claim on one node is about it and what is above it; any other may be about every node.
std::vector<Node> TieEngine::after_claims(const ClaimFact& claim) {
  take_claims();
  std::vector<Node> other_profile;
  std::vector<Node> open;
  const auto look_at = [&](Node node) {
    if (set_profile_anew(node, open)) other_profile.push_back(node);
  };
  if (claim.on == ClaimFact::On::Item) {
    look_at(claim.target);
  } else {
    for (Node node = 0; node < catalogue_.nodes(); ++node) look_at(node);
  }
  if (claim.on == ClaimFact::On::Origin) {
    for (Node node = 0; node < catalogue_.nodes(); ++node) {
      if (states_[node].is_described()) open.push_back(node);
    }
  }
  return with(recompute_above(std::move(open)), other_profile);
}

std::vector<Node> TieEngine::add_claim(ClaimFact claim) {
  CHECK(claim.on != ClaimFact::On::Origin || claim.basis == Basis::Component);
  catalogue_.tables.claims.push_back(claim);
  return after_claims(claim);
}

std::vector<Node> TieEngine::withdraw_claim(std::string_view id, std::uint8_t authority) {
  auto& claims = catalogue_.tables.claims;
  const auto found = std::find_if(claims.begin(), claims.end(), [&](const ClaimFact& claim) {
    return claim.id == id && claim.authority == authority && catalogue_.holds(claim.period, at_);
  });
  if (found == claims.end()) return {};
  const ClaimFact claim = std::move(*found);
  claims.erase(found);
  return after_claims(claim);
}

void TieEngine::change_rule(std::uint8_t authority, std::string_view destination, Rule rule) {
  base::Period free{base::kDistantPast, base::kDistantFuture};
  for (RuleFact& fact : catalogue_.tables.rules) {
    if (fact.authority != authority || fact.destination != destination) continue;
    const base::Period& held = catalogue_.tables.periods[fact.period];
    if (held.contains(at_)) {
      fact.rule = rule;
      return take_rules();
    }
    if (held.until <= at_) free.from = std::max(free.from, held.until);
    if (held.from > at_) free.until = std::min(free.until, held.from);
  }
  catalogue_.tables.rules.push_back({authority, std::string(destination), rule, period(free)});
  take_rules();
}

std::optional<std::uint16_t> TieEngine::origin(std::string_view party) {
  auto& origins = catalogue_.tables.origins;
  const Placed at = placed(origins, party);
  if (at.place > kMostNumber) {
    origins.pop_back();
    return std::nullopt;
  }
  if (at.is_new) {
    const auto authority = catalogue_.tables.authority(party);
    origin_sets_.push_back(authority ? AuthoritySet{1} << *authority : 0);
  }
  return static_cast<std::uint16_t>(at.place);
}

std::uint32_t TieEngine::supplier(std::string_view name) {
  const Placed at = placed(catalogue_.tables.suppliers, name);
  if (at.is_new) take_claims();
  return static_cast<std::uint32_t>(at.place);
}

std::optional<std::uint16_t> TieEngine::product_class(std::string_view name) {
  auto& classes = catalogue_.tables.classes;
  const Placed at = placed(classes, name);
  if (at.place > kMostNumber) {
    classes.pop_back();
    return std::nullopt;
  }
  if (at.is_new) take_claims();
  return static_cast<std::uint16_t>(at.place);
}

std::uint32_t TieEngine::period(const base::Period& period) {
  return static_cast<std::uint32_t>(placed(catalogue_.tables.periods, period).place);
}

}  // namespace countersign::registry::graph
