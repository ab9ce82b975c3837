// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/answers.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"

namespace countersign::registry::graph {
namespace {

constexpr std::int64_t kWholeBp = 10'000;

Amount amount_of(Int128 content) {
  const auto words = static_cast<Uint128>(content);
  return Amount::of_words(static_cast<std::uint64_t>(words >> 64),
                          static_cast<std::uint64_t>(words));
}

// The share in hundredths of a percent; false when it does not fit.
bool weigh(Int128 content, std::int64_t price, Say& say) {
  // Most contents and prices are small enough for one division of 64 bits.
  if (content <= std::numeric_limits<std::int64_t>::max() / kWholeBp) {
    const std::int64_t scaled = static_cast<std::int64_t>(content) * kWholeBp;
    say.bp_floor = scaled / price;
    say.bp_ceiling = say.bp_floor + (scaled % price != 0 ? 1 : 0);
    return true;
  }
  Int128 scaled = 0;
  if (__builtin_mul_overflow(content, Int128{kWholeBp}, &scaled)) return false;
  const Int128 floor = scaled / price;
  if (floor >= std::numeric_limits<std::int64_t>::max()) return false;
  say.bp_floor = static_cast<std::int64_t>(floor);
  say.bp_ceiling = say.bp_floor + (scaled % price != 0 ? 1 : 0);
  return true;
}

// Those whose technologies the item is made with.
AuthoritySet technologies_of(const TieEngine& engine, const NodeState& state) {
  AuthoritySet set = 0;
  for (const Node technology : engine.catalogue().made_with.of(state.description)) {
    const Profile& profile = engine.profile(technology);
    set |= profile.direct | profile.provides();
  }
  return set;
}

bool has_lines(const TieEngine& engine, const NodeState& state) {
  return state.is_described() && !engine.catalogue().lines.of(state.description).empty();
}

// What is not known at the item itself, once everything below is.
GapSet own_gaps(const TieEngine& engine, const NodeState& state) {
  if (!has_lines(engine, state)) return 0;
  const std::uint8_t by = engine.catalogue().descriptions[state.description].by;
  if (state.price == 0 || engine.currency_of(by).empty()) return bit(Gap::UnknownPrice);
  return state.currency == NodeState::kMixed ? bit(Gap::Currency) : GapSet{0};
}

}  // namespace

const Say* ItemTies::find(std::uint8_t authority) const {
  const auto found = std::find_if(says.begin(), says.end(),
                                  [&](const Say& say) { return say.authority == authority; });
  return found == says.end() ? nullptr : &*found;
}

void ties_of(const TieEngine& engine, Node item, const RuleSet& rules, ItemTies& ties) {
  const NodeState& state = engine.state(item);
  const Profile& profile = engine.profile(item);
  ties.says.clear();
  ties.gaps = state.gaps();
  if (ties.gaps == 0) ties.gaps = own_gaps(engine, state);
  const AuthoritySet owners = ties.gaps == 0 ? state.owners : 0;
  AuthoritySet direct = profile.direct;
  if (state.is_described()) direct |= technologies_of(engine, state);
  const RowView row = engine.row(state);
  bool any = false;
  const AuthoritySet all = profile.supplied | profile.owner | direct | state.data | owners;
  each(all, [&](unsigned a, std::size_t) {
    const AuthoritySet one = AuthoritySet{1} << a;
    Say say;
    say.authority = static_cast<std::uint8_t>(a);
    if ((profile.supplied & one) != 0) say.bases |= bit(Basis::Supplied);
    if ((profile.owner & one) != 0) say.bases |= bit(Basis::Owner);
    if ((direct & one) != 0 && rules[a].direct_product) say.bases |= bit(Basis::DirectProduct);
    if ((state.data & one) != 0 && rules[a].data) say.bases |= bit(Basis::Data);
    if ((owners & one) != 0) {
      const Int128 content = row.content(rank(state.owners, a));
      if (content == kOverflow || !weigh(content, state.price, say)) {
        ties.gaps |= bit(Gap::Overflow);
      } else {
        say.content = amount_of(content);
        // The floor is at least the whole number `threshold_bp` exactly when the share is.
        if (rules[a].component.kind == ComponentRule::Kind::AnyShare ||
            say.bp_floor >= rules[a].component.threshold_bp) {
          say.bases |= bit(Basis::Component);
        }
      }
    }
    any = any || say.bases != 0;
    ties.says.push_back(say);
  });
  if (!any && ties.gaps == 0) ties.gaps = bit(Gap::NoTie);
}

ItemTies ties_of(const TieEngine& engine, Node item, const RuleSet& rules) {
  ItemTies ties;
  ties_of(engine, item, rules, ties);
  return ties;
}

namespace {

// The line of a description by which it is so many steps to a part of the authority's.
Node next_towards(const TieEngine& engine, std::uint32_t description, std::uint8_t authority,
                  std::uint8_t steps) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  for (const Line& line : engine.catalogue().lines.of(description)) {
    if (line.quantity == 0) continue;
    if (steps == 1) {
      if (line.value != 0 && (engine.whole_of(line) & one) != 0) return line.part;
      continue;
    }
    const NodeState& part = engine.state(line.part);
    if ((part.owners & one) == 0 ||
        engine.row(part).steps(rank(part.owners, authority)) + 1 != steps) {
      continue;
    }
    if ((engine.whole_of(line) & one) == 0) return line.part;
  }
  return kNoNode;
}

// Follows the steps that rows keep: each node on the way is one nearer to the authority's part.
std::optional<Path> prove_component(const TieEngine& engine, Node item, std::uint8_t authority) {
  const NodeState& state = engine.state(item);
  if ((state.owners >> authority & 1) == 0) return std::nullopt;
  std::uint8_t steps = engine.row(state).steps(rank(state.owners, authority));
  Path path;
  path.reserve(steps);
  for (Node at = item; steps > 0; --steps) {
    at = next_towards(engine, engine.state(at).description, authority, steps);
    CHECK(at != kNoNode);
    path.push_back({Step::Contains, at});
  }
  return path;
}

// What a node relies on directly.
template <class F>
void each_reliance(const TieEngine& engine, Node node, F&& f) {
  const NodeState& state = engine.state(node);
  if (!state.is_described()) return;
  const Catalogue& catalogue = engine.catalogue();
  for (const Node needed : catalogue.needs.of(state.description)) f(Step::Needs, needed);
  for (const Line& line : catalogue.lines.of(state.description)) f(Step::Contains, line.part);
}

// Whether a node that is needed, or contained, is itself what the authority provides.
bool provides(const TieEngine& engine, Step step, Node node, AuthoritySet one) {
  const Profile& profile = engine.profile(node);
  if ((profile.data & one) != 0) return true;
  return step == Step::Needs && (profile.provides() & one) != 0;
}

std::uint8_t data_steps(const TieEngine& engine, Node node, std::uint8_t authority) {
  const NodeState& state = engine.state(node);
  return engine.row(state).data_steps(rank(state.data, authority));
}

// Steps are counted up to 255: further away, a breadth-first search goes on.
std::optional<Path> search_data(const TieEngine& engine, Node item, AuthoritySet one) {
  struct Came {
    Node from;
    Step step;
  };
  std::unordered_map<Node, Came> came{{item, {kNoNode, Step::Contains}}};
  std::vector<Node> queue{item};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    std::optional<PathStep> found;
    each_reliance(engine, queue[i], [&](Step step, Node node) {
      if (found) return;
      if (provides(engine, step, node, one)) found = {step, node};
      if ((engine.state(node).data & one) != 0 && came.try_emplace(node, queue[i], step).second) {
        queue.push_back(node);
      }
    });
    if (!found) continue;
    Path path{*found};
    for (Node at = queue[i]; at != item; at = came.at(at).from) {
      path.push_back({came.at(at).step, at});
    }
    std::reverse(path.begin(), path.end());
    return path;
  }
  return std::nullopt;
}

std::optional<Path> prove_data(const TieEngine& engine, Node item, std::uint8_t authority) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  if ((engine.state(item).data & one) == 0) return std::nullopt;
  Path path;
  if (provides(engine, Step::Contains, item, one)) return path;
  Node at = item;
  while (true) {
    const std::uint8_t steps = data_steps(engine, at, authority);
    if (steps == 0xFF) {
      const auto rest = search_data(engine, at, one);
      CHECK(rest.has_value());
      path.insert(path.end(), rest->begin(), rest->end());
      return path;
    }
    std::optional<PathStep> last, next;
    each_reliance(engine, at, [&](Step step, Node node) {
      if (steps == 1 && provides(engine, step, node, one)) last = {step, node};
      if ((engine.state(node).data & one) == 0) return;
      if (data_steps(engine, node, authority) + 1 == steps) next = {step, node};
    });
    path.push_back(last ? *last : next.value());
    if (last) return path;
    at = next->node;
  }
}

}  // namespace

std::optional<Path> prove(const TieEngine& engine, Node item, std::uint8_t authority, Basis basis) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  const Profile& profile = engine.profile(item);
  switch (basis) {
    case Basis::Supplied:
      if ((profile.supplied & one) != 0) return Path();
      return std::nullopt;
    case Basis::Owner:
      if ((profile.owner & one) != 0) return Path();
      return std::nullopt;
    case Basis::Component:
      return prove_component(engine, item, authority);
    case Basis::Data:
      return prove_data(engine, item, authority);
    case Basis::DirectProduct:
      if ((profile.direct & one) != 0) return Path();
      if (!engine.state(item).is_described()) return std::nullopt;
      for (const Node technology :
           engine.catalogue().made_with.of(engine.state(item).description)) {
        const Profile& made = engine.profile(technology);
        if (((made.direct | made.provides()) & one) != 0) return Path{{Step::MadeWith, technology}};
      }
      return std::nullopt;
  }
  CHECK(false);
}

// What lacks something itself is the end of the way; otherwise one of its parts or needs lacks it.
std::optional<Path> prove_gap(const TieEngine& engine, Node item, Gap gap) {
  const Catalogue& catalogue = engine.catalogue();
  if (gap >= Gap::UnknownPrice) {
    const NodeState& state = engine.state(item);
    if (gap != Gap::Currency) return Path();
    // The first part that is valued in another currency, or that holds such parts.
    const std::uint8_t by = catalogue.descriptions[state.description].by;
    for (const Line& line : catalogue.lines.of(state.description)) {
      const NodeState& part = engine.state(line.part);
      if (!has_lines(engine, part)) continue;
      const std::uint8_t theirs = catalogue.descriptions[part.description].by;
      const std::string_view currency = engine.currency_of(theirs);
      if (part.currency == NodeState::kMixed ||
          (!currency.empty() && currency != engine.currency_of(by))) {
        return Path{{Step::Contains, line.part}};
      }
    }
    return Path();
  }
  if ((engine.state(item).gaps() & bit(gap)) == 0) return std::nullopt;
  Path path;
  Node at = item;
  std::unordered_set<Node> seen{item};
  while (true) {
    const NodeState& state = engine.state(at);
    if (!state.is_described()) return path;
    if (gap == Gap::NotComplete && catalogue.descriptions[state.description].complete == 0) {
      return path;
    }
    std::optional<PathStep> own, next;
    each_reliance(engine, at, [&](Step step, Node node) {
      const NodeState& to = engine.state(node);
      if (to.is_described()) {
        const bool crosses = step == Step::Contains || (kRelianceGaps & bit(gap)) != 0;
        if (crosses && (to.gaps() & bit(gap)) != 0 && !seen.contains(node)) next = {step, node};
      } else if ((to.marks & NodeState::kOnceDescribed) != 0) {
        if (gap == Gap::NotDescribed) own = {step, node};
      } else if (gap == Gap::UnknownProvider && step == Step::Needs &&
                 (to.marks & NodeState::kProvided) == 0) {
        own = {step, node};
      }
    });
    for (std::uint32_t i = 0; i < catalogue.lines.of(state.description).size() && !own; ++i) {
      const Line& line = catalogue.lines.of(state.description)[i];
      const NodeState& to = engine.state(line.part);
      if (!to.is_described() && (to.marks & NodeState::kOnceDescribed) != 0) continue;
      const bool claimed = engine.profile(line.part).component != 0;
      const bool may_count_whole = !to.is_described() || line.origin != 0 || claimed;
      if ((gap == Gap::UnknownOrigin && !to.is_described() && line.origin == 0) ||
          (gap == Gap::UnknownValue && may_count_whole && line.value == Line::kUnknown)) {
        own = {Step::Contains, line.part};
      }
    }
    if (own) path.push_back(*own);
    if (own || !next) return path;
    path.push_back(*next);
    at = next->node;
    seen.insert(at);
  }
}

std::vector<PartSource> all_parts(const TieEngine& engine, Node item, std::uint8_t authority) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  const Catalogue& catalogue = engine.catalogue();
  std::vector<PartSource> sources;
  if (engine.state(item).gaps() != 0) return sources;
  // Wholes stand after their parts: the highest node first is parents first.
  std::map<Node, Amount, std::greater<>> pieces{{item, Amount(1)}};
  while (!pieces.empty()) {
    const auto [node, count] = *pieces.begin();
    pieces.erase(pieces.begin());
    const NodeState& state = engine.state(node);
    if (!state.is_described() || catalogue.lines.begin.empty()) continue;
    const std::uint32_t end = catalogue.lines.begin[state.description + 1];
    for (std::uint32_t i = catalogue.lines.begin[state.description]; i < end; ++i) {
      const Line& line = catalogue.lines.entries[i];
      const bool whole = (engine.whole_of(line) & one) != 0;
      if (!whole && (engine.state(line.part).owners & one) == 0) continue;
      const std::int64_t quantity = catalogue.quantity(i);
      if (quantity == 0) continue;
      const auto of_line = count.times(Amount(quantity));
      if (!of_line) return {};
      if (!whole) {
        Amount& sum = pieces[line.part];
        const auto more = sum.plus(*of_line);
        if (!more) return {};
        sum = *more;
        continue;
      }
      const auto amount = of_line->times(Amount(catalogue.value(i).value_or(0)));
      if (!amount) return {};
      if (!amount->is_zero()) sources.push_back({node, i, *of_line, *amount});
    }
  }
  return sources;
}

std::vector<Node> all_data(const TieEngine& engine, Node item, std::uint8_t authority) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  if ((engine.state(item).data & one) == 0) return {};
  std::set<Node> found;
  if (provides(engine, Step::Contains, item, one)) found.insert(item);
  std::unordered_set<Node> seen{item};
  std::vector<Node> open{item};
  while (!open.empty()) {
    const Node at = open.back();
    open.pop_back();
    each_reliance(engine, at, [&](Step step, Node node) {
      if (provides(engine, step, node, one)) found.insert(node);
      if ((engine.state(node).data & one) != 0 && seen.insert(node).second) open.push_back(node);
    });
  }
  return {found.begin(), found.end()};
}

std::vector<Node> above(const TieEngine& engine, Node node) {
  const Catalogue& catalogue = engine.catalogue();
  std::unordered_set<Node> seen{node};
  std::vector<Node> open{node};
  std::vector<Node> found;
  while (!open.empty()) {
    const Node at = open.back();
    open.pop_back();
    for (const Rows<std::uint32_t>* rows :
         {&catalogue.used_in, &catalogue.needed_by, &catalogue.makes}) {
      for (const std::uint32_t description : rows->of(at)) {
        const Node whole = catalogue.descriptions[description].node;
        if (engine.state(whole).description != description || !seen.insert(whole).second) continue;
        found.push_back(whole);
        open.push_back(whole);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Reach reach(const TieEngine& engine, Node item) {
  Reach reach;
  std::unordered_set<Node> seen{item};
  std::vector<Node> open{item};
  while (!open.empty()) {
    const Node at = open.back();
    open.pop_back();
    ++reach.items;
    each_reliance(engine, at, [&](Step step, Node node) {
      ++(step == Step::Needs ? reach.needs : reach.lines);
      if (seen.insert(node).second) open.push_back(node);
    });
  }
  return reach;
}

}  // namespace countersign::registry::graph
