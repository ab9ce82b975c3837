// SPDX-License-Identifier: Apache-2.0
// The tie graph: who has a say over each of millions of items, on one date, kept current.
//
// What registry/ties.h works out for one item from registers, this keeps for every item of a
// catalogue, bottom up: with content(A, item) as defined there,
//   content   flows from parts to wholes; a part that is A's by origin or claim counts whole and is
//             not followed for A
//   reliance  flows from parts to wholes and from what is needed to what needs it, around circles
//   too gaps      flow with both (kRelianceGaps along needs)
// so that an item's ties are read off its row. Beyond ties.h there are needs between items,
// technologies, suppliers, classes, claims on these, and rules per destination. A rule weighs what
// the rows say when a question is put: changing one recomputes nothing.
//
// Where the two differ: ties.h counts pieces from the top down and gives up when a number of pieces
// does not fit 127 bits, though nothing of them counts; here only contents can overflow.
//
// A question for another date needs an engine of its own: building one reads every node, line and
// claim once. Not thread-safe while something changes; questions may be put from many threads.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_ENGINE_H_
#define COUNTERSIGN_REGISTRY_GRAPH_ENGINE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "registry/graph/catalogue.h"
#include "registry/graph/row_pool.h"
#include "registry/graph/state.h"

namespace countersign::registry::graph {

// How many nodes are done, of how many; called from the thread that waits.
using Progress = std::function<void(std::size_t done, std::size_t of)>;

// The rule of each authority towards one destination.
using RuleSet = std::array<Rule, kMostAuthorities>;

class TieEngine {
 public:
  // The catalogue's ties on a date.
  static TieEngine build(Catalogue catalogue, base::Instant at, unsigned threads = 1,
                         const Progress& progress = {});

  // The same catalogue's ties on another date: a build of its own.
  TieEngine at_another_date(base::Instant at, unsigned threads = 1,
                            const Progress& progress = {}) &&;

  const Catalogue& catalogue() const { return catalogue_; }
  base::Instant at() const { return at_; }
  const NodeState& state(Node node) const { return states_[node]; }
  const Profile& profile(Node node) const { return profiles_[states_[node].profile]; }
  RowView row(const NodeState& state) const { return {state, rows_.row(state.row)}; }
  // Whose parts an origin makes them.
  AuthoritySet owners_of_origin(std::uint16_t origin) const { return origin_sets_[origin]; }
  // Whose part, as a whole, a line's component is.
  AuthoritySet whole_of(const Line& line) const {
    return origin_sets_[line.origin] | profile(line.part).component;
  }
  // Towards a destination; one that no rule names, or none at all, has what holds for all.
  const RuleSet& rules(std::string_view destination = {}) const;
  // The currency an authority gives its prices in; empty: it gives none.
  std::string_view currency_of(std::uint8_t authority) const {
    return currencies_[authority] == 0 ? std::string_view()
                                       : std::string_view(currency_names_[currencies_[authority]]);
  }
  std::size_t bytes_of_rows() const { return rows_.bytes(); }

  // Works everything out again, from the levels of nothing upwards.
  void recompute(unsigned threads, const Progress& progress = {});

  // Changes of what is in force on this date. Each gives the nodes whose row or state changed,
  // parts before wholes; what is above them is recomputed, nothing else. The catalogue is changed
  // too, so that a fresh engine on this date says the same.

  // In every description in force that names the part (with the origin `from`, if that is given).
  std::vector<Node> change_origin(Node part, std::uint16_t origin,
                                  std::optional<std::uint16_t> from = {});
  // Of the lines of a component in an item's description in force. Not negative; what is empty
  // stays as it is.
  std::vector<Node> change_line(Node item, Node part, std::optional<std::int64_t> quantity,
                                std::optional<std::int64_t> value);
  // Of an item that has a price in force; 1 or more.
  std::vector<Node> change_price(Node item, std::int64_t price);
  // Who supplies it, in place of whoever is named so far.
  std::vector<Node> change_supplier(Node node, std::uint32_t supplier);
  // A claim comes, or is withdrawn on this date. One on an origin, supplier or class may reach
  // every node and recomputes all of them.
  std::vector<Node> add_claim(ClaimFact claim);
  std::vector<Node> withdraw_claim(std::string_view id, std::uint8_t authority);
  // Replaces the rule for that destination, for as long as that one holds; where there is none, for
  // as long as no other is in force. Recomputes nothing.
  void change_rule(std::uint8_t authority, std::string_view destination, Rule rule);
  // The number of an origin, a supplier, a class or a period, new or known; of what there may be
  // 65,536 of, empty when there are no more numbers.
  std::optional<std::uint16_t> origin(std::string_view party);
  std::uint32_t supplier(std::string_view name);
  std::optional<std::uint16_t> product_class(std::string_view name);
  std::uint32_t period(const base::Period& period);

 private:
  friend class Sweep;
  friend class SnapshotReader;
  friend class SnapshotWriter;
  TieEngine() = default;

  void take_rules();
  void take_currencies();
  void take_claims();
  void take_states();
  Profile merged_profile(Node node) const;
  std::uint32_t number_of(const Profile& profile);
  void set_profile(Node node);
  // Sets the profile anew; where that is another one then, adds what it is to be recomputed with.
  bool set_profile_anew(Node node, std::vector<Node>& open);
  std::vector<Node> after_claims(const ClaimFact& claim);
  std::vector<Node> recompute_above(std::vector<Node> changed);

  Catalogue catalogue_;
  base::Instant at_;
  Column<NodeState> states_;
  RowPool rows_;
  RowPool::Writer tail_;  // where changes write
  std::vector<Profile> profiles_;
  std::map<Profile, std::uint32_t> profile_numbers_;
  std::vector<AuthoritySet> origin_sets_;
  std::array<std::uint8_t, kMostAuthorities> currencies_{};
  std::vector<std::string> currency_names_;
  std::vector<Profile> supplier_profiles_, class_profiles_;
  std::unordered_map<Node, Profile> node_profiles_;
  RuleSet any_rules_;
  std::map<std::string, RuleSet, std::less<>> rules_;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_ENGINE_H_
