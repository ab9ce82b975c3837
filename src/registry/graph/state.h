// SPDX-License-Identifier: Apache-2.0
// What is known of each node on one date: who has parts in it, who it relies on, what is missing.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_STATE_H_
#define COUNTERSIGN_REGISTRY_GRAPH_STATE_H_

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "registry/graph/catalogue.h"
#include "registry/graph/row_pool.h"

namespace countersign::registry::graph {

// Why nothing can be said. The first six are found among what an item is made of, the others at the
// item that is asked about.
enum class Gap : std::uint8_t {
  NotDescribed,     // no description is in force
  NotComplete,      // the description does not declare itself complete
  UnknownOrigin,    // of a component
  UnknownValue,     // of a component
  UnknownProvider,  // of what is needed: nobody supplies or claims it
  TooDeep,          // more than kTieDepthLimit items within one another
  UnknownPrice,     // of an item with components
  Currency,         // a part's values are in another currency than the price
  Overflow,         // a content does not fit 127 bits, or a share 63
  NoTie,            // no authority has a say, so nobody could give one
};
inline constexpr std::size_t kGaps = 10;

// "not-described", "not-complete", ...: as registry::name_of(TieGap::Kind) has them, and
// "unknown-provider".
std::string_view name_of(Gap gap);

using GapSet = std::uint16_t;
constexpr GapSet bit(Gap gap) { return static_cast<GapSet>(1U << static_cast<unsigned>(gap)); }
// What is not known of a thing's insides makes the reliance of others on it unknown; what is not
// known of its parts' values and origins does not.
inline constexpr GapSet kRelianceGaps =
    static_cast<GapSet>(bit(Gap::NotDescribed) | bit(Gap::NotComplete) | bit(Gap::UnknownProvider));
constexpr GapSet reliance_of(GapSet gaps) { return static_cast<GapSet>(gaps & kRelianceGaps); }

// 128 bits, as the sums are worked out.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;
inline constexpr Int128 kOverflow = -1;

// The authorities whose claims on a node are in force, by basis; `supplied` also has those that are
// named as its suppliers. A component claim makes it whole in what contains it.
struct Profile {
  AuthoritySet supplied = 0;
  AuthoritySet owner = 0;
  AuthoritySet component = 0;
  AuthoritySet direct = 0;
  AuthoritySet data = 0;

  // Who is relied on by those that need the node.
  AuthoritySet provides() const { return supplied | owner | data; }
  void add(const Profile& other);
  void add(Basis basis, AuthoritySet authorities);
  friend auto operator<=>(const Profile&, const Profile&) = default;
};

// A row of the pool holds, for each of `owners`, its content and how many steps away the nearest
// part lies that counts; then, for each of `data`, how many steps away the data are. Contents below
// 2^55 take a word with their steps, otherwise (kWide) all of the row take three.
struct NodeState {
  // Marks, beside the gaps in `marks`.
  static constexpr std::uint16_t kWide = 1U << 12;
  static constexpr std::uint16_t kProvided = 1U << 13;       // somebody supplies or claims it
  static constexpr std::uint16_t kOnceDescribed = 1U << 14;  // on another date than this
  static constexpr std::uint16_t kGapMask = (1U << kGaps) - 1;
  static constexpr std::uint8_t kMixed = 0xFF;

  std::uint32_t row = 0;
  std::uint32_t description = kNone;  // in force
  std::uint32_t profile = 0;
  std::uint16_t marks = 0;
  std::uint8_t height = 0;    // how many described items lie within one another below
  std::uint8_t currency = 0;  // of the values below; 0: none stated; kMixed: several
  AuthoritySet owners = 0;    // whose content is above nothing
  AuthoritySet data = 0;      // relied on
  std::int64_t price = 0;     // 0: not known

  GapSet gaps() const { return marks & kGapMask; }
  bool is_described() const { return description != kNone; }
};

// How many words its row has.
inline std::size_t words_of(const NodeState& state) {
  const auto owners = static_cast<std::size_t>(std::popcount(state.owners));
  const auto data = static_cast<std::size_t>(std::popcount(state.data));
  return owners * ((state.marks & NodeState::kWide) != 0 ? 3 : 1) + (data + 7) / 8;
}

inline std::size_t rank(AuthoritySet set, unsigned authority) {
  return static_cast<std::size_t>(std::popcount(set & ((AuthoritySet{1} << authority) - 1)));
}

// Calls `f(authority, how many come before it)`.
template <class F>
void each(AuthoritySet set, F&& f) {
  for (std::size_t i = 0; set != 0; set &= set - 1, ++i) {
    f(static_cast<unsigned>(std::countr_zero(set)), i);
  }
}

// Reads one row.
class RowView {
 public:
  RowView(const NodeState& state, const std::uint64_t* words)
      : words_(words),
        wide_((state.marks & NodeState::kWide) != 0),
        data_(words + static_cast<std::size_t>(std::popcount(state.owners)) * (wide_ ? 3 : 1)) {}

  // By the place of the authority among the state's owners.
  Int128 content(std::size_t i) const {
    if (!wide_) return static_cast<Int128>(words_[i] >> 8);
    return static_cast<Int128>((static_cast<Uint128>(words_[3 * i + 1]) << 64) | words_[3 * i]);
  }
  std::uint8_t steps(std::size_t i) const {
    return static_cast<std::uint8_t>(wide_ ? words_[3 * i + 2] : words_[i]);
  }
  // By the place among those relied on.
  std::uint8_t data_steps(std::size_t i) const {
    return static_cast<std::uint8_t>(data_[i / 8] >> (8 * (i % 8)));
  }

 private:
  const std::uint64_t* words_;
  bool wide_;
  const std::uint64_t* data_;
};

// A row before it is written down.
struct Draft {
  static constexpr std::size_t kMostWords = kMostAuthorities * 3 + kMostAuthorities / 8;

  AuthoritySet owners = 0;
  AuthoritySet data = 0;
  GapSet gaps = 0;
  std::uint8_t height = 0;
  std::uint8_t currency = 0;
  std::array<Int128, kMostAuthorities> content;
  std::array<std::uint8_t, kMostAuthorities> steps;
  std::array<std::uint8_t, kMostAuthorities> data_steps;

  void add(unsigned authority, Int128 amount, std::uint8_t steps_away);
  void rely(unsigned authority, std::uint8_t steps_away);
  bool wide() const;
  // The row's words; gives how many.
  std::size_t write(std::array<std::uint64_t, kMostWords>& words, bool is_wide) const;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_STATE_H_
