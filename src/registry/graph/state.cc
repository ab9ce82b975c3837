// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/state.h"

#include <algorithm>

namespace countersign::registry::graph {

std::string_view name_of(Gap gap) {
  static constexpr std::array<std::string_view, kGaps> kNames = {
      "not-described", "not-complete",  "unknown-origin", "unknown-value", "unknown-provider",
      "too-deep",      "unknown-price", "currency",       "overflow",      "no-tie"};
  return kNames[static_cast<std::size_t>(gap)];
}

void Profile::add(const Profile& other) {
  supplied |= other.supplied;
  owner |= other.owner;
  component |= other.component;
  direct |= other.direct;
  data |= other.data;
}

void Profile::add(Basis basis, AuthoritySet authorities) {
  switch (basis) {
    case Basis::Supplied:
      supplied |= authorities;
      return;
    case Basis::Owner:
      owner |= authorities;
      return;
    case Basis::Component:
      component |= authorities;
      return;
    case Basis::DirectProduct:
      direct |= authorities;
      return;
    case Basis::Data:
      data |= authorities;
      return;
  }
}

// What has overflowed stays so: later sums must not make it a number again.
void Draft::add(unsigned authority, Int128 amount, std::uint8_t steps_away) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  if ((owners & one) == 0) {
    owners |= one;
    content[authority] = amount;
    steps[authority] = steps_away;
    return;
  }
  steps[authority] = std::min(steps[authority], steps_away);
  Int128& sum = content[authority];
  if (sum == kOverflow) return;
  if (amount == kOverflow || __builtin_add_overflow(sum, amount, &sum)) sum = kOverflow;
}

void Draft::rely(unsigned authority, std::uint8_t steps_away) {
  const AuthoritySet one = AuthoritySet{1} << authority;
  if ((data & one) == 0) {
    data |= one;
    data_steps[authority] = steps_away;
  } else {
    data_steps[authority] = std::min(data_steps[authority], steps_away);
  }
}

bool Draft::wide() const {
  constexpr Int128 kMostNarrow = (Int128{1} << 55) - 1;
  bool wide = false;
  each(owners,
       [&](unsigned a, std::size_t) { wide = wide || content[a] < 0 || content[a] > kMostNarrow; });
  return wide;
}

std::size_t Draft::write(std::array<std::uint64_t, kMostWords>& words, bool is_wide) const {
  std::size_t count = 0;
  each(owners, [&](unsigned a, std::size_t) {
    if (!is_wide) {
      words[count++] = static_cast<std::uint64_t>(content[a]) << 8 | steps[a];
      return;
    }
    const auto whole = static_cast<Uint128>(content[a]);
    words[count++] = static_cast<std::uint64_t>(whole);
    words[count++] = static_cast<std::uint64_t>(whole >> 64);
    words[count++] = steps[a];
  });
  each(data, [&](unsigned a, std::size_t i) {
    if (i % 8 == 0) words[count++] = 0;
    words[count - 1] |= static_cast<std::uint64_t>(data_steps[a]) << (8 * (i % 8));
  });
  return count;
}

}  // namespace countersign::registry::graph
