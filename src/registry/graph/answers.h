// SPDX-License-Identifier: Apache-2.0
// Questions put to a tie engine: who has a say over an item, by which path, and why somebody has
// none.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_ANSWERS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/amount.h"
#include "registry/claim.h"
#include "registry/graph/engine.h"

namespace countersign::registry::graph {

using BasisSet = std::uint8_t;
constexpr BasisSet bit(Basis basis) {
  return static_cast<BasisSet>(1U << static_cast<unsigned>(basis));
}

// What one authority has in or over an item.
struct Say {
  std::uint8_t authority = 0;
  BasisSet bases = 0;  // none: below its threshold, or a kind of tie that its rule leaves out
  Amount content;      // of the authority's; content / price is the share, exactly
  std::int64_t bp_floor = 0;  // the share in hundredths of a percent, rounded down
  std::int64_t bp_ceiling = 0;

  friend bool operator==(const Say&, const Say&) = default;
};

struct ItemTies {
  GapSet gaps = 0;  // any: undetermined, for every authority; then `says` is for display only
  std::vector<Say>
      says;  // by authority, as the catalogue numbers them; who has nothing is left out

  bool determined() const { return gaps == 0; }
  const Say* find(std::uint8_t authority) const;
  friend bool operator==(const ItemTies&, const ItemTies&) = default;
};

// The ties of an item towards what `rules` are for. `ties` is written over: kept from question to
// question, it needs no memory of its own any more.
void ties_of(const TieEngine& engine, Node item, const RuleSet& rules, ItemTies& ties);
ItemTies ties_of(const TieEngine& engine, Node item, const RuleSet& rules);

// How one step of a path leads to the next node.
enum class Step : std::uint8_t { Contains, Needs, MadeWith };

struct PathStep {
  Step step = Step::Contains;
  Node node = kNoNode;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

// From the item, which is not in it, to what proves the tie. An empty path: the item itself.
using Path = std::vector<PathStep>;

// The shortest path by which the authority has a tie of that basis on the item, whatever its rule
// says of it: to a part that is the authority's, to data it provides, to a technology of its own,
// or to the item itself when it claims or supplies it. Empty when there is none.
std::optional<Path> prove(const TieEngine& engine, Node item, std::uint8_t authority, Basis basis);

// The way to something that is not known; empty when that gap is not among the item's.
std::optional<Path> prove_gap(const TieEngine& engine, Node item, Gap gap);

// One line of a description that counts for an authority.
struct PartSource {
  Node whole = kNoNode;    // the item in whose description the line stands
  std::uint32_t line = 0;  // in the catalogue
  Amount pieces;           // in one item, over all ways that lead to the line
  Amount amount;           // pieces x value
};

// All parts of the item that are the authority's: their amounts sum up to its content. In the order
// of their wholes, nearest to the item first. Empty when something overflows or is not known.
std::vector<PartSource> all_parts(const TieEngine& engine, Node item, std::uint8_t authority);

// Every node that the authority provides and the item relies on, and those that claim data on.
std::vector<Node> all_data(const TieEngine& engine, Node item, std::uint8_t authority);

// Everything that contains or needs the node, at any distance; parts before wholes.
std::vector<Node> above(const TieEngine& engine, Node node);

// What is looked at below an item: how many items, lines and needs.
struct Reach {
  std::size_t items = 0;
  std::size_t lines = 0;
  std::size_t needs = 0;
};
Reach reach(const TieEngine& engine, Node item);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_ANSWERS_H_
