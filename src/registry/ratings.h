// SPDX-License-Identifier: Apache-2.0
// The rating of an authority's stock after a request.
#ifndef COUNTERSIGN_REGISTRY_RATINGS_H_
#define COUNTERSIGN_REGISTRY_RATINGS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "registry/holdings.h"
#include "registry/ids.h"
#include "registry/usage.h"

namespace countersign::registry {

// A rating and what it was worked out from. For an item that is not listed, all but the colour is
// 0.
struct Rating {
  std::optional<Colour> colour;  // empty: unrated
  bool listed = false;
  std::int64_t quantity = 0;  // held, by the book
  std::int64_t taken = 0;     // reserved and drawn already
  std::int64_t asked = 0;     // taken by this request
  std::int64_t remaining = 0;
  std::int64_t yellow_below = 0;
  std::int64_t red_below = 0;

  friend bool operator==(const Rating&, const Rating&) = default;
};

// Whether the quantity comes out of this authority's stock: in a transfer, and in a use of its own.
bool takes_from(const AuthorityId& authority, const Quantity& quantity);

// The rating of `authority`'s stock of the item asked for, once `asked` is granted. `usages` are
// those not yet taken out of the book's quantities; those of the grant `leaving_out` do not count
// (it is being checked again, and would be counted twice). Sums that pass 64 bits stay at the end
// of the range, where the colour is red all the same.
Rating rate(const Holdings& holdings, const AuthorityId& authority, const Quantity& asked,
            std::span<const Usage> usages,
            const std::optional<GrantId>& leaving_out = std::nullopt);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_RATINGS_H_
