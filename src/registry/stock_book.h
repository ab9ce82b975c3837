// SPDX-License-Identifier: Apache-2.0
// An authority's book of stock: every movement of its lists, by item and time.
//
// Invariants, where the cross-checks of Registers found nothing:
//   Balanced   each entry takes from one account what it adds to another
//   Covered    what is held at a place is never below nothing, at any instant
//   Exact      every balance, and every sum of them, is exact in 64 bits
#ifndef COUNTERSIGN_REGISTRY_STOCK_BOOK_H_
#define COUNTERSIGN_REGISTRY_STOCK_BOOK_H_

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/issue.h"
#include "registry/ids.h"
#include "registry/movements.h"
#include "registry/record.h"

namespace countersign::registry {

// How much of an item was used in the whole calendar months (UTC) before a date: up to twelve, none
// before the book began. In the first months, before one of them was whole, everything so far
// counts as one month's use.
struct UseRate {
  std::int64_t used = 0;
  std::int64_t months = 0;  // 1 to 12; 0: the book has nothing of the item yet

  friend bool operator==(const UseRate&, const UseRate&) = default;
};

// The beginning of the month, in UTC, that `at` lies in, `months` later.
base::Instant month_of(base::Instant at, std::int64_t months = 0);

class StockBook {
 public:
  // One movement as it counts from an instant on; or, where its list ends, no longer does.
  struct Entry {
    base::Instant at;
    const Movement* movement = nullptr;
    const Recorded<Movements>* list = nullptr;
    bool ends = false;

    const Account& from() const { return ends ? movement->to : movement->from; }
    const Account& to() const { return ends ? movement->from : movement->to; }
    // What it adds to all that is held; 0 from place to place.
    std::int64_t held_change() const;
  };

  StockBook() = default;
  // `lists` outlive the book: it points into them.
  explicit StockBook(std::span<const Recorded<Movements>> lists);

  // What breaks an invariant, by the row that does: Covered, Exact. Names files and places.
  base::Issues check() const;

  // Sorted by time, then by the ids of list and row.
  std::span<const Entry> entries(const ItemId& item) const;
  std::vector<ItemId> items() const;  // sorted

  // At `at`, itself included.
  std::int64_t held(const ItemId& item, base::Instant at) const;
  std::map<HoldingPlaceId, std::int64_t> held_by_place(const ItemId& item, base::Instant at) const;
  // What had left under the grant.
  std::int64_t left_under(const GrantId& grant, const ItemId& item, base::Instant at) const;
  // Every grant under which something of the item had left, with how much.
  std::map<GrantId, std::int64_t> left_under_grants(const ItemId& item, base::Instant at) const;

  // What was `used` or `handed-over` by no grant. `also` is what else counts as used, by its time:
  // draws.
  UseRate use_before(const ItemId& item, base::Instant at,
                     std::span<const std::pair<base::Instant, std::int64_t>> also) const;

  // The first instant after `after` at which some balance changes.
  base::Instant change_after(base::Instant after) const;

 private:
  struct OfItem {
    std::vector<Entry> entries;
    std::vector<std::int64_t> held;         // after each entry
    std::vector<std::int64_t> used;         // likewise, by no grant
    std::vector<std::size_t> under_grants;  // which entries name one
  };

  std::unordered_map<ItemId, OfItem> items_;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_STOCK_BOOK_H_
