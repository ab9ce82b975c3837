// SPDX-License-Identifier: Apache-2.0
// One node's row, worked out from the rows of what it contains and needs. Private to the engine.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_SWEEP_H_
#define COUNTERSIGN_REGISTRY_GRAPH_SWEEP_H_

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "registry/graph/engine.h"

namespace countersign::registry::graph {

// One thread's tools. Units (a node, or the nodes of one circle of needs) of the same level may be
// worked out at the same time; what they depend on must be done.
class Sweep {
 public:
  Sweep(TieEngine& engine, RowPool::Writer& writer) : engine_(engine), writer_(writer) {}

  // The first node of the unit that `node` is of, and the first one behind it.
  Node first_of(Node node) const;
  Node end_of(Node node) const;

  // Works out the nodes [first, end) of one unit; those that changed are added to `changed`, unless
  // it is null.
  void unit(Node first, Node end, std::vector<Node>* changed);
  // All units that begin in [first, end), and asks the memory for what comes next meanwhile.
  void units(Node first, Node end);

 private:
  struct Reached {
    Node node;
    AuthoritySet authorities;
  };

  using Edges = std::vector<std::pair<Node, Node>>;  // what is relied on, who relies on it

  void gather(Node node, Draft& draft) const;
  void gather_line(std::uint32_t index, Draft& draft) const;
  void gather_need(Node needed, bool by_itself, Draft& draft) const;
  void rely_as(const NodeState& part, Draft& draft) const;
  void single(Node node, std::vector<Node>* changed);
  void circle(Node first, Node end, std::vector<Node>* changed);
  void spread_reliance(Node first, std::vector<Draft>& drafts) const;
  static void spread_gaps(Node first, std::vector<Draft>& drafts, const Edges& edges);
  // Whether the node's row or state was something else before.
  bool keep(Node node, const Draft& draft);
  void prefetch(Node node) const;

  TieEngine& engine_;
  RowPool::Writer& writer_;
  Draft draft_;
  std::array<std::uint64_t, Draft::kMostWords> words_;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_SWEEP_H_
