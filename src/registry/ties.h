// SPDX-License-Identifier: Apache-2.0
// Ties: why which authority has a say over an item, traced through its components.
//
// Let content(A, item) be the sum, over the components of the item's description in force, of
//   quantity x value               where the component's origin is A or A claims the component,
//   quantity x content(A, component)   otherwise, where the component is itself a described item,
//   0                              otherwise.
// The share of A is content(A, item) / the item's price. Needs, and data claims, are followed from
// components up to the item: what a part cannot do without, the whole cannot.
//
// A description is traced in time linear in the parts it reaches, each visited once however many
// ways lead to it.
#ifndef COUNTERSIGN_REGISTRY_TIES_H_
#define COUNTERSIGN_REGISTRY_TIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "registry/amount.h"
#include "registry/claim.h"
#include "registry/ids.h"
#include "registry/registers.h"
#include "registry/tie_rules.h"

namespace countersign::registry {

// Data of a kind from a party: what a request says its place was identified with.
struct DataSource {
  PartyId authority;
  DataKindId kind;

  friend auto operator<=>(const DataSource&, const DataSource&) = default;
};

struct TieQuestion {
  ItemId item;
  std::vector<ItemId> used_with;  // items whose ties count too
  std::vector<DataSource> data_sources;
};

// Item, part, part of the part, ...; the first is the item asked about or one used with it.
using ItemPath = std::vector<ItemId>;

// "Drone-B > engine > pump".
std::string to_text(const ItemPath& path);

// A claim on the item, or (data only) on one of its components.
struct ClaimedTie {
  Basis basis = Basis::Supplied;
  ClaimId claim;
  ItemPath path;
  std::optional<DataKindId> kind;

  friend bool operator==(const ClaimedTie&, const ClaimedTie&) = default;
};

// A need that a description states.
struct NeededData {
  ItemPath path;  // to the item that needs it
  DataKindId kind;
  AuthorityId described_by;
  std::optional<RowPlace> row = std::nullopt;  // of the description, where a list's row is it

  friend bool operator==(const NeededData&, const NeededData&) = default;
};

// Data that this request itself relies on.
struct RequestedData {
  DataKindId kind;

  friend bool operator==(const RequestedData&, const RequestedData&) = default;
};

// Parts of the item that are the authority's.
struct OwnPart {
  ItemPath path;           // one of the ways to the part
  Amount pieces;           // in one item, over all ways that lead to the same line of a description
  std::int64_t value = 0;  // of one piece
  Amount amount;           // pieces x value
  std::vector<ClaimId> claims;  // the authority's on the component; empty: by the origin written
  AuthorityId described_by;     // whose description names the part
  std::optional<RowPlace> row = std::nullopt;  // of that description, likewise

  friend bool operator==(const OwnPart&, const OwnPart&) = default;
};

// What of one item is the authority's.
struct ComponentShare {
  ItemId item;
  std::int64_t price = 0;
  std::string currency;
  AuthorityId priced_by;
  Amount content;  // content / price is the share, exactly; the amounts of `parts` sum up to it
  std::int64_t bp_floor = 0;  // the share in hundredths of a percent, rounded down
  std::int64_t bp_ceiling = 0;
  std::vector<OwnPart> parts;  // each line of a description that counts, once
  ComponentRule rule;
  bool gives_tie = false;                      // by `rule`
  std::optional<RowPlace> row = std::nullopt;  // with the price, where a list's row has it

  friend bool operator==(const ComponentShare&, const ComponentShare&) = default;
};

using TieSource = std::variant<ClaimedTie, NeededData, RequestedData>;

// Why one authority has a say. Frozen: nothing in it points into the registers.
struct TieFacts {
  AuthorityId authority;
  std::vector<Basis> bases;            // sorted, each once
  std::vector<TieSource> sources;      // of every basis but Component
  std::vector<ComponentShare> shares;  // of each item that has parts of the authority's

  // The share over the item and everything used with it, in hundredths of a percent: no smaller
  // than the first, no larger than the second. With one item they are its share, rounded down and
  // up; with several they are the least and the greatest of theirs.
  std::int64_t share_bp_min = 0;
  std::int64_t share_bp_max = 0;

  bool has(Basis basis) const;
  friend bool operator==(const TieFacts&, const TieFacts&) = default;
};

// Something that is not known, so that nobody's ties are.
struct TieGap {
  enum class Kind {
    NotDescribed,   // no description of the item is in force
    NotComplete,    // the description does not declare itself complete
    UnknownOrigin,  // of a component
    UnknownValue,   // of a component
    UnknownPrice,   // of an item with components
    Currency,       // a part's values are in another currency than the item's price
    Overflow,       // a sum does not fit 128 bits, or a share 64
    Circle,         // an item is, in the end, a component of itself
    TooDeep,        // more than kTieDepthLimit items within one another
    Row,            // of a list: not here, not what was signed, or not the only description
    NoTie,          // no authority has a say, so nobody could give one
  };

  Kind kind = Kind::NotDescribed;
  ItemPath path;        // to what is not known; for a circle, it begins and ends with one item
  std::string message;  // for a person

  friend bool operator==(const TieGap&, const TieGap&) = default;
};

// "not-described", "not-complete", "unknown-origin", "unknown-value", "unknown-price", "currency",
// "overflow", "circle", "too-deep", "row", "no-tie".
std::string_view name_of(TieGap::Kind kind);

struct Ties {
  // Sorted by authority. When there are gaps, these are the ties found in spite of them, for
  // display only: nothing may rest on them.
  std::vector<TieFacts> tied;
  // Authorities whose parts are in it, but too few for their own rule, and that have no other
  // basis. Sorted.
  std::vector<TieFacts> below_threshold;
  // Not empty: undetermined, for every authority.
  std::vector<TieGap> gaps;

  bool determined() const { return gaps.empty(); }
  const TieFacts* find(const AuthorityId& authority) const;
  friend bool operator==(const Ties&, const Ties&) = default;
};

// How many described items may lie within one another, below the item asked about.
inline constexpr std::size_t kTieDepthLimit = 64;

// The ties of the item, what it is used with and the data of this request, as registers in force
// at the view's instant have them. Only authorities of the registers have ties: a party that is
// none has no say to give. Items need not be known; an unknown one is a gap.
Ties trace_ties(const RegistersView& view, const TieQuestion& question);

// What a trace rests on beside claims and the rules of who has parts: the descriptions of the items
// and of what they are made of, as far as the graph goes, and the price lists of who describes
// something with parts. Sorted by authority, kind and id.
std::vector<Record> records_traced(const RegistersView& view, const TieQuestion& question);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_TIES_H_
