// SPDX-License-Identifier: Apache-2.0
// Collects the facts of a catalogue in any order and makes one of them, or says what is wrong.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_BUILDER_H_
#define COUNTERSIGN_REGISTRY_GRAPH_BUILDER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "registry/graph/catalogue.h"
#include "registry/graph/order.h"

namespace countersign::registry::graph {

// Nodes are numbered here as they come; the catalogue numbers them anew. What does not fit (more
// nodes, lines, origins or authorities than can be numbered) is remembered, and build() says it.
// Not thread-safe.
class CatalogueBuilder {
 public:
  CatalogueBuilder();

  Node node(NodeKind kind, std::string_view name);
  Node item(std::string_view name) { return node(NodeKind::Item, name); }
  std::string_view name(Node node) const { return names_.name(node); }
  std::optional<Node> find(NodeKind kind, std::string_view name) const {
    return names_.find(kind, name);
  }

  std::uint8_t authority(std::string_view id);
  bool has_authority(std::string_view id) const { return tables_.authority(id).has_value(); }
  std::uint16_t origin(std::string_view party);  // empty: not known
  std::uint32_t supplier(std::string_view party);
  std::uint32_t product_class(std::string_view id);
  std::uint32_t period(const base::Period& period);

  // Gives the description's number, by which its lines and needs are added.
  std::uint32_t describe(Node item, std::uint8_t by, bool complete,
                         const base::Period& in_force = {});
  Node described(std::uint32_t description) const { return descriptions_[description].node; }
  void complete(std::uint32_t description) { declare(description, 1); }
  void not_complete(std::uint32_t description) { declare(description, 0); }
  // `quantity` and `value` are not negative.
  void contains(std::uint32_t description, Node part, std::uint16_t origin, std::int64_t quantity,
                std::optional<std::int64_t> value);
  void needs(std::uint32_t description, Node needed);
  void made_with(std::uint32_t description, Node technology);

  void supplied_by(Node node, std::uint32_t supplier);
  void of_class(Node node, std::uint32_t product_class);
  // `price` is 1 or more.
  void price(Node item, std::uint8_t by, std::int64_t price, const base::Period& in_force = {});
  void currency(std::uint8_t authority, std::string_view currency,
                const base::Period& in_force = {});
  void claim(ClaimFact claim) { tables_.claims.push_back(std::move(claim)); }
  void rule(RuleFact rule) { tables_.rules.push_back(std::move(rule)); }

  // What came since the tables of those who have a say (authorities, claims, rules, currencies),
  // for registry/graph/import/growth.h.
  template <class Growth>
  void each_column(Growth& growth) {
    names_.each_column(growth);
    const auto text = [](auto& one, auto& word) { one.text(word); };
    growth.list(tables_.origins, text);
    growth.list(tables_.suppliers, text);
    growth.list(tables_.classes, text);
    growth.column(tables_.periods);
    growth.column(descriptions_);
    growth.column(declared_);
    growth.column(lines_);
    growth.column(line_in_);
    growth.column(large_);
    growth.column(needs_);
    growth.column(made_with_);
    growth.column(suppliers_of_);
    growth.column(classes_of_);
    growth.column(prices_);
    growth.value(too_many_nodes_);
  }
  // To be called when columns were read: false where they do not fit one another.
  bool taken();

  std::size_t nodes() const { return names_.size(); }
  std::size_t descriptions() const { return descriptions_.size(); }
  std::size_t lines() const { return lines_.size(); }
  // Of a line: the description it stands in, its origin, and what its pieces are worth together;
  // nothing where the value of one is not known, the largest number where it does not fit.
  std::uint32_t description_of(std::size_t line) const { return line_in_[line]; }
  std::uint16_t origin_of(std::size_t line) const { return lines_[line].origin; }
  std::int64_t worth(std::size_t line) const;
  std::string_view origin_name(std::uint16_t origin) const { return tables_.origins[origin]; }

  // The facts end up in the catalogue; the builder is empty afterwards. Issues have no place: a
  // circle of wholes and parts (over all descriptions, whatever their periods), overlapping
  // periods, claims of the wrong kind, numbers that ran out.
  base::Parsed<Catalogue> build() &&;

 private:
  struct Pair {
    std::uint32_t first, second;
  };
  struct NodePrice {
    Node node;
    PriceFact price;
  };

  void declare(std::uint32_t description, std::uint8_t complete) {
    descriptions_[description].complete = complete;
    declared_.push_back({description, complete});
  }
  void complain(std::string message, std::string remedy);
  void check_limits();
  void check_descriptions(const std::vector<std::uint32_t>& sorted);
  void check_prices(const Rows<PriceFact>& prices, const std::vector<Node>& old_node);
  void check_tables();
  Dependencies dependencies() const;
  void arrange(const std::vector<Node>& position, Catalogue& catalogue);
  void arrange_lines(const std::vector<Node>& position, const std::vector<std::uint32_t>& number,
                     Catalogue& catalogue);

  NameBuilder names_;
  Tables tables_;
  std::unordered_map<std::string, std::uint32_t> origins_, suppliers_, classes_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::uint32_t> periods_;
  std::vector<Description> descriptions_;
  std::vector<Pair> declared_;  // description, complete: what was said after it was begun
  std::vector<Line> lines_;
  std::vector<std::uint32_t> line_in_;  // description, beside lines_
  std::vector<LargeNumbers> large_;
  std::vector<Pair> needs_, made_with_;          // description, node
  std::vector<Pair> suppliers_of_, classes_of_;  // node, place
  std::vector<NodePrice> prices_;
  base::Issues issues_;
  bool too_many_nodes_ = false;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_BUILDER_H_
