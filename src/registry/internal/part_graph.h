// SPDX-License-Identifier: Apache-2.0
// The described items that one item is made of, as a graph in force at one instant.
//
// Invariants once `gaps()` is empty:
//   Parents-first  `nodes()` names every item once, an item before its components; the first is the
//                  item asked about
//   Known          every node's description is complete, and each of its components has what the
//                  sums need: a described item behind it or an origin, and a value where somebody
//                  may count it whole
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_PART_GRAPH_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_PART_GRAPH_H_

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "registry/registers.h"
#include "registry/ties.h"

namespace countersign::registry::internal {

// Where a component is itself a described item: its node. Otherwise kNoNode.
inline constexpr std::size_t kNoNode = static_cast<std::size_t>(-1);

struct PartNode {
  const Recorded<ItemDescription>* description = nullptr;
  std::vector<std::size_t> parts;      // beside description->components
  std::size_t first_parent = kNoNode;  // one way up to the item asked about
};

class PartGraph {
 public:
  // Follows the components of `root`. The view must outlive the graph.
  PartGraph(const RegistersView& view, const ItemId& root);

  const std::vector<PartNode>& nodes() const { return nodes_; }
  std::vector<TieGap>& gaps() { return gaps_; }

  // One way from the item asked about to the node.
  ItemPath path_to(std::size_t node) const;

 private:
  enum class State { Open, Done };
  struct Seen {
    State state;
    std::size_t node;
  };

  std::size_t visit(const Recorded<ItemDescription>& description, std::size_t depth);
  std::size_t visit_component(const ItemDescription& whole, const Component& component,
                              std::size_t depth);
  void sort_parents_first(std::size_t root);
  void check_depth();
  void add(TieGap::Kind kind, ItemPath path, std::string message);

  const RegistersView& view_;
  std::vector<PartNode> nodes_;
  std::vector<TieGap> gaps_;
  std::unordered_map<ItemId, Seen> seen_;
  ItemPath way_;  // from the root to the item being visited
};

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_PART_GRAPH_H_
