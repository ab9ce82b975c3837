// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/sweep.h"

#include <algorithm>

#include "registry/ties.h"

namespace countersign::registry::graph {
namespace {

constexpr std::uint8_t kMostSteps = 0xFF;

std::uint8_t further(std::uint8_t steps) {
  return steps == kMostSteps ? kMostSteps : static_cast<std::uint8_t>(steps + 1);
}

std::uint8_t both_currencies(std::uint8_t a, std::uint8_t b) {
  if (a == 0 || a == b) return b;
  return b == 0 ? a : NodeState::kMixed;
}

Int128 times(Int128 content, std::int64_t quantity) {
  Int128 product = 0;
  if (content == kOverflow || __builtin_mul_overflow(content, Int128{quantity}, &product)) {
    return kOverflow;
  }
  return product;
}

}  // namespace

Node Sweep::first_of(Node node) const {
  while (engine_.catalogue_.joined[node] != 0) --node;
  return node;
}

Node Sweep::end_of(Node node) const {
  const auto joined = engine_.catalogue_.joined.all();
  do ++node;
  while (node < joined.size() && joined[node] != 0);
  return node;
}

void Sweep::rely_as(const NodeState& part, Draft& draft) const {
  if (part.data == 0) return;
  const RowView row = engine_.row(part);
  each(part.data, [&](unsigned a, std::size_t i) { draft.rely(a, further(row.data_steps(i))); });
}

// The rules of registry/internal/part_graph.cc, line by line.
void Sweep::gather_line(std::uint32_t index, Draft& draft) const {
  const Catalogue& catalogue = engine_.catalogue_;
  const Line& line = catalogue.lines.entries[index];
  const NodeState& part = engine_.states_[line.part];
  rely_as(part, draft);
  const AuthoritySet claimed = engine_.profiles_[part.profile].component;
  if (part.is_described()) {
    draft.gaps |= part.gaps();
    draft.height = std::max(draft.height, further(part.height));
    draft.currency = both_currencies(draft.currency, part.currency);
  } else if ((part.marks & NodeState::kOnceDescribed) != 0) {
    draft.gaps |= bit(Gap::NotDescribed);
    return;
  } else if (line.origin == 0) {
    draft.gaps |= bit(Gap::UnknownOrigin);
  }
  const bool may_count_whole = !part.is_described() || line.origin != 0 || claimed != 0;
  if (may_count_whole && line.value == Line::kUnknown) draft.gaps |= bit(Gap::UnknownValue);
  if (draft.gaps != 0) return;
  const std::int64_t quantity =
      line.quantity == Line::kLarge ? catalogue.quantity(index) : line.quantity;
  if (quantity == 0) return;
  const AuthoritySet whole = engine_.origin_sets_[line.origin] | claimed;
  if (whole != 0) {
    const std::int64_t value =
        line.value == Line::kLarge ? catalogue.value(index).value_or(0) : line.value;
    const Int128 amount = Int128{quantity} * value;  // two numbers of 63 bits
    if (amount != 0) each(whole, [&](unsigned a, std::size_t) { draft.add(a, amount, 1); });
  }
  if ((part.owners & ~whole) == 0) return;
  const RowView row = engine_.row(part);
  each(part.owners, [&](unsigned a, std::size_t i) {
    if ((whole >> a & 1) != 0) return;
    draft.add(a, times(row.content(i), quantity), further(row.steps(i)));
  });
}

// What needs itself learns nothing by it but who provides it.
void Sweep::gather_need(Node needed, bool by_itself, Draft& draft) const {
  const NodeState& state = engine_.states_[needed];
  if (by_itself) {
    each(engine_.profiles_[state.profile].provides(),
         [&](unsigned a, std::size_t) { draft.rely(a, 1); });
    return;
  }
  if (state.is_described()) {
    draft.gaps |= reliance_of(state.gaps());
  } else if ((state.marks & NodeState::kOnceDescribed) != 0) {
    draft.gaps |= bit(Gap::NotDescribed);
  } else if ((state.marks & NodeState::kProvided) == 0) {
    draft.gaps |= bit(Gap::UnknownProvider);
  }
  rely_as(state, draft);
  const AuthoritySet provides = engine_.profiles_[state.profile].provides();
  each(provides, [&](unsigned a, std::size_t) { draft.rely(a, 1); });
}

void Sweep::gather(Node node, Draft& draft) const {
  const Catalogue& catalogue = engine_.catalogue_;
  const NodeState& state = engine_.states_[node];
  draft.owners = draft.data = 0;
  draft.gaps = 0;
  draft.height = draft.currency = 0;
  each(engine_.profiles_[state.profile].data, [&](unsigned a, std::size_t) { draft.rely(a, 0); });
  if (!state.is_described()) {
    if (catalogue.names.kinds[node] == NodeKind::Item) draft.gaps = bit(Gap::NotDescribed);
    return;
  }
  const Description& description = catalogue.descriptions[state.description];
  if (description.complete == 0) draft.gaps |= bit(Gap::NotComplete);
  if (!catalogue.lines.begin.empty()) {
    const std::uint32_t begin = catalogue.lines.begin[state.description];
    const std::uint32_t end = catalogue.lines.begin[state.description + 1];
    if (begin != end) draft.currency = engine_.currencies_[description.by];
    for (std::uint32_t i = begin; i < end; ++i) gather_line(i, draft);
  }
  for (const Node needed : catalogue.needs.of(state.description)) {
    gather_need(needed, needed == node, draft);
  }
  if (draft.height > kTieDepthLimit) draft.gaps |= bit(Gap::TooDeep);
  if (draft.gaps != 0) draft.owners = 0;
}

bool Sweep::keep(Node node, const Draft& draft) {
  NodeState& state = engine_.states_[node];
  const bool wide = draft.wide();
  const std::size_t count = draft.write(words_, wide);
  constexpr std::uint16_t kRowMarks = NodeState::kWide | NodeState::kGapMask;
  const auto marks = static_cast<std::uint16_t>((state.marks & ~kRowMarks) | draft.gaps |
                                                (wide ? NodeState::kWide : 0));
  const std::size_t before = words_of(state);
  const bool same =
      state.owners == draft.owners && state.data == draft.data && state.marks == marks &&
      state.height == draft.height && state.currency == draft.currency &&
      (count == 0 ||
       std::equal(words_.begin(), words_.begin() + count, engine_.rows_.row(state.row)));
  if (same && (count == 0 || state.row != 0)) return false;
  if (count != before || state.row == 0) state.row = writer_.allocate(engine_.rows_, count);
  if (count != 0) {
    std::copy(words_.begin(), words_.begin() + count, engine_.rows_.row(state.row));
  }
  state.owners = draft.owners;
  state.data = draft.data;
  state.marks = marks;
  state.height = draft.height;
  state.currency = draft.currency;
  return true;
}

void Sweep::single(Node node, std::vector<Node>* changed) {
  gather(node, draft_);
  if (keep(node, draft_) && changed != nullptr) changed->push_back(node);
}

// What somebody in a circle relies on spreads along the edges in force, authorities nearest first.
// On this date the edges may be too few to close the circle.
void Sweep::spread_reliance(Node first, std::vector<Draft>& drafts) const {
  const Node end = first + static_cast<Node>(drafts.size());
  const auto inside = [&](Node node) { return node >= first && node < end; };
  Edges edges;
  const Catalogue& catalogue = engine_.catalogue_;
  for (Node node = first; node < end; ++node) {
    const std::uint32_t description = engine_.states_[node].description;
    if (description == kNone) continue;
    for (const Line& line : catalogue.lines.of(description)) {
      if (inside(line.part)) edges.emplace_back(line.part, node);
    }
    for (const Node needed : catalogue.needs.of(description)) {
      if (inside(needed)) edges.emplace_back(needed, node);
    }
  }
  std::sort(edges.begin(), edges.end());
  spread_gaps(first, drafts, edges);
  std::array<std::vector<Reached>, kMostSteps + 1> at;  // by steps
  for (Node node = first; node < end; ++node) {
    Draft& draft = drafts[node - first];
    each(draft.data, [&](unsigned a, std::size_t) {
      at[draft.data_steps[a]].push_back({node, AuthoritySet{1} << a});
    });
    draft.data = 0;
  }
  for (std::size_t steps = 0; steps <= kMostSteps; ++steps) {
    for (std::size_t i = 0; i < at[steps].size(); ++i) {
      const Reached reached = at[steps][i];
      Draft& draft = drafts[reached.node - first];
      const AuthoritySet fresh = reached.authorities & ~draft.data;
      if (fresh == 0) continue;
      each(fresh,
           [&](unsigned a, std::size_t) { draft.rely(a, static_cast<std::uint8_t>(steps)); });
      auto edge = std::lower_bound(edges.begin(), edges.end(), std::pair(reached.node, Node{0}));
      for (; edge != edges.end() && edge->first == reached.node; ++edge) {
        at[std::min<std::size_t>(steps + 1, kMostSteps)].push_back({edge->second, fresh});
      }
    }
  }
}

void Sweep::spread_gaps(Node first, std::vector<Draft>& drafts, const Edges& edges) {
  std::vector<Node> open;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (reliance_of(drafts[i].gaps) != 0) open.push_back(first + static_cast<Node>(i));
  }
  while (!open.empty()) {
    const Node from = open.back();
    open.pop_back();
    const GapSet gaps = reliance_of(drafts[from - first].gaps);
    auto edge = std::lower_bound(edges.begin(), edges.end(), std::pair(from, Node{0}));
    for (; edge != edges.end() && edge->first == from; ++edge) {
      Draft& to = drafts[edge->second - first];
      if ((gaps & ~to.gaps) == 0) continue;
      to.gaps |= gaps;
      open.push_back(edge->second);
    }
  }
}

void Sweep::circle(Node first, Node end, std::vector<Node>* changed) {
  struct Before {
    NodeState state;
    std::vector<std::uint64_t> words;
  };
  std::vector<Before> before;
  for (Node node = first; node < end; ++node) {
    NodeState& state = engine_.states_[node];
    const std::uint64_t* words =
        engine_.rows_.chunks() == 0 ? nullptr : engine_.rows_.row(state.row);
    before.push_back({state, words == nullptr
                                 ? std::vector<std::uint64_t>()
                                 : std::vector<std::uint64_t>(words, words + words_of(state))});
    state.owners = state.data = 0;
    state.marks &= static_cast<std::uint16_t>(~(NodeState::kGapMask | NodeState::kWide));
    state.row = 0;
    state.height = state.currency = 0;
  }
  std::vector<Draft> drafts(end - first);
  for (Node node = first; node < end; ++node) {
    gather(node, drafts[node - first]);
    keep(node, drafts[node - first]);
  }
  spread_reliance(first, drafts);
  for (Node node = first; node < end; ++node) {
    Draft& draft = drafts[node - first];
    if (draft.gaps != 0) draft.owners = 0;
    keep(node, draft);
    if (changed == nullptr) continue;
    const NodeState& state = engine_.states_[node];
    const Before& was = before[node - first];
    const std::uint64_t* words = engine_.rows_.row(state.row);
    if (was.state.owners != state.owners || was.state.data != state.data ||
        was.state.marks != state.marks || was.state.height != state.height ||
        was.state.currency != state.currency ||
        !std::equal(was.words.begin(), was.words.end(), words, words + words_of(state))) {
      changed->push_back(node);
    }
  }
}

void Sweep::unit(Node first, Node end, std::vector<Node>* changed) {
  if (end - first == 1) {
    single(first, changed);
  } else {
    circle(first, end, changed);
  }
}

// A node's parts lie anywhere in memory: they are asked for some nodes ahead.
void Sweep::prefetch(Node node) const {
  const Catalogue& catalogue = engine_.catalogue_;
  const std::uint32_t description = engine_.states_[node].description;
  if (description == kNone) return;
  for (const Line& line : catalogue.lines.of(description)) {
    __builtin_prefetch(&engine_.states_[line.part]);
  }
}

void Sweep::units(Node first, Node end) {
  constexpr Node kAhead = 8;
  const Node all = static_cast<Node>(engine_.catalogue_.nodes());
  for (Node node = first; node < end;) {
    if (node + kAhead < all) prefetch(node + kAhead);
    const Node next = end_of(node);
    unit(node, next, nullptr);
    node = next;
  }
}

}  // namespace countersign::registry::graph
