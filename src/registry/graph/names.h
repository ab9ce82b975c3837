// SPDX-License-Identifier: Apache-2.0
// The names of millions of nodes: one text, and a table to find them in.
//
// A name is found by its kind and its bytes: an item and a technology of one name are two nodes.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_NAMES_H_
#define COUNTERSIGN_REGISTRY_GRAPH_NAMES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "registry/graph/column.h"

namespace countersign::registry::graph {

// Where a node stands in its catalogue.
using Node = std::uint32_t;
inline constexpr Node kNoNode = 0xFFFFFFFF;

enum class NodeKind : std::uint8_t {
  Item,        // an item or a component
  Data,        // data or a service that items need
  Technology,  // what items are made with
};

// "item", "data", "technology".
std::string_view name_of(NodeKind kind);

// Adds names one after the other; the first is node 0.
class NameBuilder {
 public:
  // The node of that name, added when it is new. Empty when four gigabytes of names, or as many
  // nodes as can be numbered, are there.
  std::optional<Node> add(NodeKind kind, std::string_view name);
  std::optional<Node> find(NodeKind kind, std::string_view name) const;
  std::size_t size() const { return kinds_.size(); }
  std::string_view name(Node node) const;
  NodeKind kind(Node node) const { return kinds_[node]; }

  // What it has collected, for registry/graph/import/growth.h.
  template <class Growth>
  void each_column(Growth& growth) {
    growth.column(text_);
    growth.column(ends_);
    growth.column(kinds_);
  }
  // To be called when columns were read: false where they are no names.
  bool taken();

 private:
  std::size_t place_of(NodeKind kind, std::string_view name) const;
  void grow();

  std::vector<char> text_;
  std::vector<std::uint32_t> ends_;
  std::vector<NodeKind> kinds_;
  std::vector<Node> table_;  // open addressing; kNoNode where nothing is
};

// Finished, in the catalogue's own order.
struct Names {
  Column<char> text;
  Column<std::uint32_t> ends;  // where each name ends; it begins where the one before ends
  Column<NodeKind> kinds;
  Column<Node> table;

  std::size_t size() const { return kinds.size(); }
  std::string_view name(Node node) const;
  std::optional<Node> find(NodeKind kind, std::string_view name) const;

  // The builder's names, each moved to `position[node]`.
  static Names arrange(const NameBuilder& names, const std::vector<Node>& position);
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_NAMES_H_
