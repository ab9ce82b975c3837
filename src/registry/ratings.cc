// SPDX-License-Identifier: Apache-2.0
#include "registry/ratings.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "registry/amount.h"
#include "registry/internal/sums.h"

namespace countersign::registry {
namespace {

Colour colour_at(std::int64_t remaining, std::int64_t yellow_below, std::int64_t red_below) {
  if (remaining < red_below) return Colour::Red;
  return remaining < yellow_below ? Colour::Yellow : Colour::Green;
}

std::int64_t pieces_of(std::int64_t months, const UseRate& use) {
  if (use.months == 0) return 0;
  const auto pieces = Amount(months).times(Amount(use.used));
  const auto rounded = pieces ? pieces->over_up(use.months) : std::nullopt;
  return rounded.value_or(INT64_MAX);
}

// What draws under each grant took of the item.
std::map<GrantId, std::int64_t> drawn_by_grant(const Stock& stock, const ItemId& item,
                                               std::span<const Usage> usages) {
  std::map<GrantId, std::int64_t> drawn;
  for (const Usage& usage : usages) {
    if (usage.kind != Usage::Kind::Drawn || usage.what.item != item ||
        !takes_from(stock.authority, usage.what)) {
      continue;
    }
    std::int64_t& sum = drawn[usage.grant];
    sum = internal::plus(sum, usage.what.quantity);
  }
  return drawn;
}

}  // namespace

std::int64_t Rating::free() const { return internal::minus(quantity, taken); }

std::optional<Colour> Rating::before() const {
  return listed ? colour_at(free(), yellow_below, red_below) : colour;
}

bool takes_from(const AuthorityId& authority, const Quantity& quantity) {
  return quantity.action == Action::Transfer || quantity.requester == authority;
}

Thresholds in_pieces(const Thresholds& months, const UseRate& use) {
  Thresholds pieces;
  pieces.red_below = std::max<std::int64_t>(pieces_of(months.red_below, use), 1);
  pieces.yellow_below = std::max(pieces_of(months.yellow_below, use), pieces.red_below);
  return pieces;
}

UseRate use_rate(const Stock& stock, const ItemId& item, std::span<const Usage> usages) {
  std::vector<std::pair<base::Instant, std::int64_t>> draws;
  for (const Usage& usage : usages) {
    if (usage.kind == Usage::Kind::Drawn && usage.what.item == item &&
        takes_from(stock.authority, usage.what)) {
      draws.emplace_back(usage.at, usage.what.quantity);
    }
  }
  return stock.book.use_before(item, stock.at, draws);
}

Rating rate(const Stock& stock, const Quantity& asked, std::span<const Usage> usages,
            std::span<const GrantId> leaving_out) {
  Rating rating;
  const Holding* holding = stock.holdings.find(asked.item);
  if (holding == nullptr) {
    rating.colour = stock.holdings.otherwise;
    return rating;
  }
  rating.listed = true;
  rating.quantity = holding->quantity.value_or(stock.book.held(asked.item, stock.at));
  rating.taken = internal::sum_of(usages, leaving_out, [&](const Usage& usage) {
    return usage.what.item == asked.item && takes_from(stock.authority, usage.what);
  });
  const auto left = holding->quantity ? std::map<GrantId, std::int64_t>()
                                      : stock.book.left_under_grants(asked.item, stock.at);
  if (!left.empty()) {
    const auto drawn = drawn_by_grant(stock, asked.item, usages);
    for (const auto& [grant, quantity] : left) {
      const auto found = drawn.find(grant);
      if (found == drawn.end()) continue;
      const std::int64_t settled = std::min(quantity, found->second);
      if (internal::is_among(grant, leaving_out)) {
        rating.quantity = internal::plus(rating.quantity, settled);
      } else if (rating.taken != INT64_MAX) {
        rating.taken -= settled;
      }
    }
  }
  Thresholds thresholds = holding->thresholds;
  if (thresholds.kind == Thresholds::Kind::Months) {
    const UseRate use = use_rate(stock, asked.item, usages);
    rating.cover = Cover{thresholds.yellow_below, thresholds.red_below, use};
    thresholds = in_pieces(thresholds, use);
  }
  rating.yellow_below = thresholds.yellow_below;
  rating.red_below = thresholds.red_below;
  rating.asked = takes_from(stock.authority, asked) ? asked.quantity : 0;
  rating.remaining = internal::minus(rating.free(), rating.asked);
  rating.colour = colour_at(rating.remaining, rating.yellow_below, rating.red_below);
  return rating;
}

}  // namespace countersign::registry
