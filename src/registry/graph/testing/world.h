// SPDX-License-Identifier: Apache-2.0
// A small world of items written down plainly, and the definition of its ties followed word by
// word: recursion, every way to every part, numbers without a limit. For tests only.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_TESTING_WORLD_H_
#define COUNTERSIGN_REGISTRY_GRAPH_TESTING_WORLD_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/graph/answers.h"
#include "registry/graph/catalogue.h"

namespace countersign::registry::graph::testing {

// A whole number as long as it has to be.
class Big {
 public:
  Big() = default;
  explicit Big(std::uint64_t value);
  static Big power_of_two(unsigned exponent);
  Big plus(const Big& other) const;
  Big times(std::uint64_t factor) const;
  bool is_zero() const { return limbs_.empty(); }
  std::string text() const;
  friend bool operator==(const Big&, const Big&) = default;
  friend std::strong_ordering operator<=>(const Big& a, const Big& b);

 private:
  std::vector<std::uint32_t> limbs_;  // lowest first, the last not 0
};

struct WorldLine {
  std::string part;
  std::string origin;  // empty: not known
  std::int64_t quantity = 0;
  std::optional<std::int64_t> value;
};

struct WorldDescription {
  std::string by;
  bool complete = true;
  base::Period period;
  std::vector<WorldLine> lines;
  std::vector<std::string> needs;      // "data:..." or an item
  std::vector<std::string> made_with;  // "tech:..."
};

struct WorldClaim {
  std::string id, authority;
  Basis basis = Basis::Supplied;
  ClaimFact::On on = ClaimFact::On::Item;
  std::string target;
  base::Period period;
};

struct WorldPrice {
  std::string item, by;
  std::int64_t price = 0;
  base::Period period;
};

struct WorldRule {
  std::string authority, destination;
  Rule rule;
  base::Period period;
};

// What the definition says of one item.
struct Expected {
  std::set<std::string> gaps;
  std::map<std::string, BasisSet> bases;  // of those who have something in it
  std::map<std::string, Big> contents;    // above nothing
  std::int64_t price = 0;
};

struct World {
  std::vector<std::string> authorities;
  std::map<std::string, std::vector<WorldDescription>> items;
  std::set<std::string> nodes;  // all of them; "data:" and "tech:" begin the names of those kinds
  std::map<std::string, std::vector<std::string>> suppliers, classes;
  std::vector<WorldClaim> claims;
  std::vector<WorldPrice> prices;
  std::vector<WorldRule> rules;
  std::map<std::string, std::string> currencies;  // of authorities that give prices

  Catalogue catalogue() const;
  Expected ties(const std::string& item, const std::string& destination, base::Instant at) const;
  // The fewest steps from the item to a part of the authority's, or to data it provides.
  std::optional<std::size_t> steps_to_part(const std::string& item, const std::string& authority,
                                           base::Instant at) const;
  std::optional<std::size_t> steps_to_data(const std::string& item, const std::string& authority,
                                           base::Instant at) const;
  const WorldDescription* description(const std::string& item, base::Instant at) const;
  WorldDescription* description(const std::string& item, base::Instant at);

 private:
  bool claims_node(const std::string& node, const std::string& authority, Basis basis,
                   base::Instant at) const;
  bool supplies(const std::string& node, const std::string& authority, base::Instant at) const;
  bool provides(const std::string& node, const std::string& authority, base::Instant at) const;
  bool is_whole(const WorldLine& line, const std::string& authority, base::Instant at) const;
  bool anybodys(const std::string& part, base::Instant at) const;
  bool is_provided(const std::string& node, base::Instant at) const;
  Big content(const std::string& item, const std::string& authority, base::Instant at) const;
  bool relies(const std::string& node, const std::string& authority, base::Instant at,
              std::set<std::string>& seen) const;
  void part_gaps(const std::string& item, base::Instant at, std::set<std::string>& gaps) const;
  void line_gaps(const WorldLine& line, base::Instant at, std::set<std::string>& gaps) const;
  void reliance_gaps(const std::string& node, base::Instant at, std::set<std::string>& seen,
                     std::set<std::string>& gaps) const;
  void currencies_below(const std::string& item, base::Instant at,
                        std::set<std::string>& found) const;
  std::int64_t price_of(const std::string& item, base::Instant at) const;
  std::size_t height(const std::string& item, base::Instant at) const;
  Rule rule(const std::string& authority, const std::string& destination, base::Instant at) const;
};

}  // namespace countersign::registry::graph::testing

#endif  // COUNTERSIGN_REGISTRY_GRAPH_TESTING_WORLD_H_
