// SPDX-License-Identifier: Apache-2.0
// How files of others become a catalogue: who answers for them, which column is what, whose claims
// and rules there are (docs/formats/catalogue.md).
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_MAPPING_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_MAPPING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/graph/builder.h"
#include "registry/graph/catalogue.h"

namespace countersign::registry::graph {

struct MappedClaim {
  enum class On { Item, Data, Technology, Origin, Supplier, Class };

  std::string id, authority;
  Basis basis = Basis::Supplied;
  On on = On::Item;
  std::string target;
  base::Period in_force;

  static MappedClaim read(const base::Json& element, base::Report& report);
  // What of a catalogue it is on; and, where that is a node, of which kind.
  ClaimFact::On fact_on() const;
  std::optional<NodeKind> node_kind() const;
  friend bool operator==(const MappedClaim&, const MappedClaim&) = default;
};

struct MappedRule {
  std::string authority, destination;
  Rule rule;
  base::Period in_force;

  static MappedRule read(const base::Json& element, base::Report& report);
  friend bool operator==(const MappedRule&, const MappedRule&) = default;
};

struct Mapping {
  std::string described_by;              // an authority
  std::string currency;                  // of every price and value
  bool complete = false;                 // whether what is imported declares itself complete
  base::Period in_force;                 // of every description and price
  std::vector<std::string> authorities;  // all of them, `described_by` too
  // CSV alone.
  std::map<std::string, std::string> columns;  // what it is for us, by the name in the file's head
  char separator = ',';
  int decimals = 0;                           // of prices and values: 2 reads 12.50 as 1250
  std::map<std::string, std::int64_t> units;  // pieces in one of each
  std::map<std::string, std::string>
      origins;  // how the file writes them; the party. Empty: unknown
  std::vector<MappedClaim> claims;
  std::vector<MappedRule> rules;

  static Mapping read(const base::Json& document, base::Report& report);

  // The party of an origin as the file writes it, which may be as it is.
  std::string origin_of(std::string_view written) const;
  // Adds the authorities, the currency, claims and rules.
  void begin(CatalogueBuilder& builder) const;
};

// What a mapping may call a column.
inline constexpr std::string_view kColumns[] = {"item",  "component", "quantity", "unit",
                                                "value", "origin",    "supplier", "price",
                                                "class", "needs",     "made_with"};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_MAPPING_H_
