// SPDX-License-Identifier: Apache-2.0
// What has changed since a catalogue was made, as people write it down, and made so in an engine
// (docs/formats/catalogue.md, "What has changed").
#ifndef COUNTERSIGN_REGISTRY_GRAPH_CHANGES_H_
#define COUNTERSIGN_REGISTRY_GRAPH_CHANGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "registry/graph/engine.h"

namespace countersign::registry::graph {

// Nodes and authorities are the catalogue's; origins, suppliers and classes may be new to it.
struct OriginChange {
  Node part = kNoNode;
  std::optional<std::string> from;  // only where it is of that origin so far
  std::string origin;               // empty: not known
};
struct LineChange {
  Node item = kNoNode, part = kNoNode;
  std::optional<std::int64_t> quantity, value;
};
struct PriceChange {
  Node item = kNoNode;
  std::int64_t price = 0;
};
struct SupplierChange {
  Node node = kNoNode;
  std::string supplier;
};
struct ClaimChange {
  ClaimFact claim;     // its target set where it is on a node
  std::string target;  // the origin, supplier or class otherwise
  base::Period in_force;
};
struct ClaimWithdrawal {
  std::string id;
  std::uint8_t authority = 0;
};
struct RuleChange {
  std::uint8_t authority = 0;
  std::string destination;
  Rule rule;
};
using Change = std::variant<OriginChange, LineChange, PriceChange, SupplierChange, ClaimChange,
                            ClaimWithdrawal, RuleChange>;

// Reads {"changes": [...]}. Reported, each with its place: names the catalogue does not have,
// components and prices that are not there, claims that are there already or not there, numbers
// below nothing.
std::vector<Change> read_changes(const TieEngine& engine, const base::Json& document,
                                 base::Report& report);

// The nodes whose ties it may change, in order; empty: any node's.
std::optional<std::vector<Node>> reach_of(const TieEngine& engine, const Change& change);

// Makes it so; `change` was read for this engine. False where the catalogue has no number left for
// a new origin or class; then nothing has changed.
bool apply(TieEngine& engine, const Change& change);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_CHANGES_H_
