// SPDX-License-Identifier: Apache-2.0
#include "registry/ratings.h"

#include "registry/internal/sums.h"

namespace countersign::registry {

bool takes_from(const AuthorityId& authority, const Quantity& quantity) {
  return quantity.action == Action::Transfer || quantity.requester == authority;
}

Rating rate(const Holdings& holdings, const AuthorityId& authority, const Quantity& asked,
            std::span<const Usage> usages, const std::optional<GrantId>& leaving_out) {
  Rating rating;
  const Holding* holding = holdings.find(asked.item);
  if (holding == nullptr) {
    rating.colour = holdings.otherwise;
    return rating;
  }
  rating.listed = true;
  rating.quantity = holding->quantity;
  rating.yellow_below = holding->yellow_below;
  rating.red_below = holding->red_below;
  rating.taken = internal::sum_of(usages, leaving_out, [&](const Usage& usage) {
    return usage.what.item == asked.item && takes_from(authority, usage.what);
  });
  rating.asked = takes_from(authority, asked) ? asked.quantity : 0;
  rating.remaining = internal::minus(internal::minus(rating.quantity, rating.taken), rating.asked);
  rating.colour = rating.remaining < rating.red_below      ? Colour::Red
                  : rating.remaining < rating.yellow_below ? Colour::Yellow
                                                           : Colour::Green;
  return rating;
}

}  // namespace countersign::registry
