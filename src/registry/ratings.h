// SPDX-License-Identifier: Apache-2.0
// The rating of an authority's stock before and after a request.
#ifndef COUNTERSIGN_REGISTRY_RATINGS_H_
#define COUNTERSIGN_REGISTRY_RATINGS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"
#include "registry/holdings.h"
#include "registry/ids.h"
#include "registry/stock_book.h"
#include "registry/usage.h"

namespace countersign::registry {

// What thresholds in months of cover were worked out from.
struct Cover {
  std::int64_t yellow_months = 0;
  std::int64_t red_months = 0;
  UseRate use;

  friend bool operator==(const Cover&, const Cover&) = default;
};

// A rating and what it was worked out from. For an item that is not listed, all but the colour is
// 0.
struct Rating {
  std::optional<Colour> colour;  // after the request; empty: unrated
  bool listed = false;
  std::int64_t quantity = 0;  // held, as stated or by the movements
  std::int64_t taken = 0;     // reserved, and drawn but still there
  std::int64_t asked = 0;     // taken by this request
  std::int64_t remaining = 0;
  std::int64_t yellow_below = 0;
  std::int64_t red_below = 0;
  std::optional<Cover> cover = std::nullopt;  // where thresholds are months of it

  // What grants may still reserve, this request apart; below 0 where more was promised than there
  // is.
  std::int64_t free() const;
  // The colour before the request.
  std::optional<Colour> before() const;

  friend bool operator==(const Rating&, const Rating&) = default;
};

// An authority's stock as of an instant.
struct Stock {
  const AuthorityId& authority;
  const Holdings& holdings;
  const StockBook& book;
  base::Instant at;
};

// Whether the quantity comes out of this authority's stock: in a transfer, and in a use of its own.
bool takes_from(const AuthorityId& authority, const Quantity& quantity);

// Thresholds in months as pieces, exactly, rounded up so that a stock is rated no better than it
// is: `months` of use at that rate. What is used up is red, however little was used.
Thresholds in_pieces(const Thresholds& months, const UseRate& use);

// The rate at which the item is used: by movements, and by draws.
UseRate use_rate(const Stock& stock, const ItemId& item, std::span<const Usage> usages);

// The rating of the stock of the item asked for, once `asked` is granted. Of `usages`, what has
// left by the book under the same grant is not taken twice. Those of the grants `leaving_out` do
// not count, nor what left under them: their case is being checked again. Sums that pass 64 bits
// stay at the end of the range, where the colour is red all the same.
Rating rate(const Stock& stock, const Quantity& asked, std::span<const Usage> usages,
            std::span<const GrantId> leaving_out = {});

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_RATINGS_H_
