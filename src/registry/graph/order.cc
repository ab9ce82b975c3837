// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/order.h"

#include <algorithm>

namespace countersign::registry::graph {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

// Tarjan's algorithm with a stack of its own: catalogues are deeper than a thread's stack. Circles
// leave it after everything they depend on, so each one's level is known when it leaves.
class Condenser {
 public:
  explicit Condenser(const Dependencies& edges)
      : edges_(edges),
        index_(edges.nodes(), 0),
        low_(edges.nodes(), 0),
        component_(edges.nodes(), kNone) {}

  Order run() {
    sequence_.reserve(edges_.nodes());
    for (Node node = 0; node < edges_.nodes() && circle_.empty(); ++node) {
      if (index_[node] == 0) visit(node);
    }
    if (!circle_.empty()) {
      Order refused;
      refused.circle = std::move(circle_);
      return refused;
    }
    return arrange();
  }

 private:
  struct Frame {
    Node node;
    std::uint32_t next;  // edge
  };

  void enter(Node node) {
    index_[node] = low_[node] = ++counter_;
    open_.push_back(node);
    way_.push_back({node, edges_.begin[node]});
  }

  void visit(Node root) {
    enter(root);
    while (!way_.empty() && circle_.empty()) {
      const Node node = way_.back().node;
      if (way_.back().next == edges_.begin[node + 1]) {
        leave(node);
        continue;
      }
      const Node to = edges_.to[way_.back().next++];
      if (index_[to] == 0) {
        enter(to);
      } else if (component_[to] == kNone) {
        low_[node] = std::min(low_[node], index_[to]);
      }
    }
  }

  void leave(Node node) {
    way_.pop_back();
    if (!way_.empty()) low_[way_.back().node] = std::min(low_[way_.back().node], low_[node]);
    if (low_[node] != index_[node]) return;
    const auto first = std::find(open_.rbegin(), open_.rend(), node).base() - 1;
    const std::vector<Node> members(first, open_.end());
    open_.erase(first, open_.end());
    const std::uint32_t component = static_cast<std::uint32_t>(levels_.size());
    for (const Node member : members) component_[member] = component;
    std::uint32_t level = 0;
    for (const Node member : members) {
      for (const Node to : edges_.all(member)) {
        if (component_[to] != component) level = std::max(level, levels_[component_[to]] + 1);
      }
    }
    levels_.push_back(level);
    first_.push_back(static_cast<std::uint32_t>(sequence_.size()));
    parts_first(members, component);
  }

  // The members of one circle, parts before wholes. low_ is not needed for them any more: it marks
  // who is on the way (1) and who is done (0).
  void parts_first(const std::vector<Node>& members, std::uint32_t component) {
    for (const Node member : members) low_[member] = kNone;
    std::vector<Frame> way;
    for (const Node member : members) {
      if (low_[member] != kNone) continue;
      low_[member] = 1;
      way.push_back({member, edges_.begin[member]});
      while (!way.empty()) {
        const Node node = way.back().node;
        if (way.back().next == edges_.split[node]) {
          low_[node] = 0;
          sequence_.push_back(node);
          way.pop_back();
          continue;
        }
        const Node to = edges_.to[way.back().next++];
        if (component_[to] != component || low_[to] == 0) continue;
        if (low_[to] == 1) return show_circle(way, to);
        low_[to] = 1;
        way.push_back({to, edges_.begin[to]});
      }
    }
  }

  void show_circle(const std::vector<Frame>& way, Node again) {
    auto at = std::find_if(way.begin(), way.end(),
                           [again](const Frame& frame) { return frame.node == again; });
    for (; at != way.end(); ++at) circle_.push_back(at->node);
    circle_.push_back(again);
  }

  Order arrange() {
    Order order;
    const std::uint32_t components = static_cast<std::uint32_t>(levels_.size());
    first_.push_back(static_cast<std::uint32_t>(sequence_.size()));
    const std::uint32_t top =
        levels_.empty() ? 0 : *std::max_element(levels_.begin(), levels_.end()) + 1;
    order.level_begin.assign(top + 1, 0);
    for (std::uint32_t c = 0; c < components; ++c) {
      order.level_begin[levels_[c] + 1] += first_[c + 1] - first_[c];
    }
    for (std::uint32_t level = 0; level < top; ++level) {
      order.level_begin[level + 1] += order.level_begin[level];
    }
    std::vector<Node> next(order.level_begin);
    order.position.resize(sequence_.size());
    order.joined.assign(sequence_.size(), 0);
    for (std::uint32_t c = 0; c < components; ++c) {
      for (std::uint32_t i = first_[c]; i < first_[c + 1]; ++i) {
        const Node to = next[levels_[c]]++;
        order.position[sequence_[i]] = to;
        order.joined[to] = i != first_[c];
      }
    }
    return order;
  }

  const Dependencies& edges_;
  std::vector<std::uint32_t> index_;  // 0: not met yet
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> component_;
  std::vector<std::uint32_t> levels_;  // of each component
  std::vector<std::uint32_t> first_;   // of each component in `sequence_`
  std::vector<Node> sequence_;
  std::vector<Node> open_;
  std::vector<Frame> way_;
  std::vector<Node> circle_;
  std::uint32_t counter_ = 0;
};

}  // namespace

Order order(const Dependencies& dependencies) { return Condenser(dependencies).run(); }

}  // namespace countersign::registry::graph
