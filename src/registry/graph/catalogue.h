// SPDX-License-Identifier: Apache-2.0
// A catalogue: what millions of items are made of, need and are made with, and who claims what,
// each with the period it holds for.
//
// Invariants of a Catalogue that CatalogueBuilder::build returned:
//   Parts-first  every node stands after all it contains or needs, but for those it shares a circle
//                of needs with; these stand side by side, parts before wholes
//   Levelled     a node depends on nodes of lower levels and of its own circle alone
//   Single       at no time has an item two descriptions, an authority two prices of one item, two
//                currencies, or two rules for one destination
//   Bounded      every index lies within the column it points into
#ifndef COUNTERSIGN_REGISTRY_GRAPH_CATALOGUE_H_
#define COUNTERSIGN_REGISTRY_GRAPH_CATALOGUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "registry/claim.h"
#include "registry/graph/column.h"
#include "registry/graph/names.h"
#include "registry/tie_rules.h"

namespace countersign::registry::graph {

// A set of authorities: bit i is authority i of the catalogue.
using AuthoritySet = std::uint64_t;
inline constexpr std::size_t kMostAuthorities = 64;

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;  // of anything that is counted

// A component as one description has it. Numbers past 32 bits stand in Catalogue::large.
struct Line {
  static constexpr std::uint32_t kLarge = 0xFFFFFFFE;
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;  // a value only

  Node part = kNoNode;
  std::uint32_t quantity = 0;
  std::uint32_t value = kUnknown;  // of one piece
  std::uint16_t origin = 0;        // among Catalogue::origins; 0: not known
  std::uint16_t unused = 0;
};

struct LargeNumbers {
  std::uint32_t line = 0;
  std::uint32_t unused = 0;
  std::int64_t quantity = 0;
  std::int64_t value = 0;
};

struct Description {
  Node node = kNoNode;
  std::uint32_t period = 0;
  std::uint8_t by = 0;  // authority
  std::uint8_t complete = 0;
  std::uint16_t unused = 0;
};

struct PriceFact {
  std::int64_t price = 0;  // 1 or more
  std::uint32_t period = 0;
  std::uint8_t by = 0;
  std::uint8_t unused[3] = {};
};

// What an authority says is its own. Component claims make parts count whole; the others are about
// the item itself. Of an origin only component claims are possible.
struct ClaimFact {
  enum class On : std::uint8_t { Item, Origin, Supplier, Class };

  std::string id;
  std::uint8_t authority = 0;
  Basis basis = Basis::Supplied;
  On on = On::Item;
  std::uint32_t target = 0;  // a node, or a place among origins, suppliers or classes
  std::uint32_t period = 0;

  friend bool operator==(const ClaimFact&, const ClaimFact&) = default;
};

// When ties of an authority count, towards a destination or (empty) any that has no rule of its
// own.
struct Rule {
  ComponentRule component;
  bool direct_product = true;
  bool data = true;

  friend bool operator==(const Rule&, const Rule&) = default;
};

struct RuleFact {
  std::uint8_t authority = 0;
  std::string destination;
  Rule rule;
  std::uint32_t period = 0;

  friend bool operator==(const RuleFact&, const RuleFact&) = default;
};

struct CurrencyFact {
  std::uint8_t authority = 0;
  std::string currency;
  std::uint32_t period = 0;

  friend bool operator==(const CurrencyFact&, const CurrencyFact&) = default;
};

// Places in these are what the columns hold. Suppliers and origins may be authorities, or not.
struct Tables {
  std::vector<base::Period> periods;     // the first: always
  std::vector<std::string> authorities;  // at most kMostAuthorities
  std::vector<std::string> origins;      // the first is empty: not known
  std::vector<std::string> suppliers;
  std::vector<std::string> classes;
  std::vector<ClaimFact> claims;
  std::vector<RuleFact> rules;
  std::vector<CurrencyFact> currencies;

  std::optional<std::uint8_t> authority(std::string_view id) const;
};

struct Catalogue {
  Names names;
  Column<Node> level_begin;         // one more than there are levels
  Column<std::uint8_t> joined;      // by node: in one circle of needs with the node before
  Column<std::uint32_t> described;  // by node: where its descriptions begin; one more at the end
  Column<Description> descriptions;
  Rows<Line> lines;                                               // by description
  Column<LargeNumbers> large;                                     // sorted by line
  std::unordered_map<std::uint32_t, LargeNumbers> large_changed;  // these stand before `large`
  Rows<Node> needs;                                               // by description
  Rows<Node> made_with;                                           // by description
  Rows<std::uint32_t> suppliers;                                  // by node
  Rows<std::uint16_t> classes;                                    // by node
  Rows<PriceFact> prices;                                         // by node
  // The other way: the descriptions in which a node stands.
  Rows<std::uint32_t> used_in;
  Rows<std::uint32_t> needed_by;
  Rows<std::uint32_t> makes;
  Tables tables;

  std::size_t nodes() const { return names.size(); }
  std::string_view name(Node node) const { return names.name(node); }
  std::optional<Node> item(std::string_view name) const { return names.find(NodeKind::Item, name); }
  // The number of a line's pieces, and the value of one; empty: not known.
  std::int64_t quantity(std::uint32_t line) const;
  std::optional<std::int64_t> value(std::uint32_t line) const;
  // Neither is negative; an empty value: not known.
  void set_numbers(std::uint32_t line, std::int64_t quantity, std::optional<std::int64_t> value);
  bool holds(std::uint32_t period, base::Instant at) const {
    return tables.periods[period].contains(at);
  }
  // The description in force at `at`, or kNone.
  std::uint32_t description_at(Node node, base::Instant at) const;

 private:
  const LargeNumbers& large_of(std::uint32_t line) const;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_CATALOGUE_H_
