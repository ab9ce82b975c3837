// SPDX-License-Identifier: Apache-2.0
// The order in which a catalogue's nodes stand: what a node depends on comes before it.
//
// A node depends on what it contains and on what it needs. Needs may run in circles: the nodes of a
// circle (a strongly connected component) stand side by side, parts before wholes. Contains may
// not: a circle of wholes and parts ends the work, and is shown.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_ORDER_H_
#define COUNTERSIGN_REGISTRY_GRAPH_ORDER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "registry/graph/names.h"

namespace countersign::registry::graph {

// Edges of node i: contains from begin[i] to split[i], needs from there to begin[i + 1].
struct Dependencies {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> split;
  std::vector<Node> to;

  std::size_t nodes() const { return split.size(); }
  std::span<const Node> all(Node node) const {
    return std::span(to).subspan(begin[node], begin[node + 1] - begin[node]);
  }
  std::span<const Node> contains(Node node) const {
    return std::span(to).subspan(begin[node], split[node] - begin[node]);
  }
};

struct Order {
  std::vector<Node> position;     // of each node, in the new order
  std::vector<Node> level_begin;  // nodes of one level depend on lower levels alone, circles apart
  std::vector<std::uint8_t> joined;  // by new position: in one circle with the node before
  std::vector<Node> circle;  // not empty: these contain one another, first and last the same
};

Order order(const Dependencies& dependencies);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_ORDER_H_
