// SPDX-License-Identifier: Apache-2.0
// An authority's stock of one item with what grants make of it: one book, in which reservations and
// draws are postings that follow from grants and draws, beside the movements that people enter.
// What is held is free, reserved by a grant, or drawn under one and not yet gone:
//   Split    held + uncovered = free + reserved + drawn, at every instant; none is below nothing
//   Derived  at the present, it is what ratings count (State::usages)
// Uncovered is what is promised and, after a loss, not there. For the owning authority's eyes.
#ifndef COUNTERSIGN_KERNEL_STOCK_H_
#define COUNTERSIGN_KERNEL_STOCK_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "kernel/case.h"
#include "registry/forecast.h"
#include "registry/ids.h"
#include "registry/ratings.h"
#include "registry/registers.h"

namespace countersign::kernel {

class State;

struct StockLevel {
  std::int64_t held = 0;
  std::int64_t reserved = 0;
  std::int64_t drawn = 0;  // and not yet gone

  std::int64_t promised() const { return reserved + drawn; }
  std::int64_t free() const { return held > promised() ? held - promised() : 0; }
  std::int64_t uncovered() const { return promised() > held ? promised() - held : 0; }

  friend bool operator==(const StockLevel&, const StockLevel&) = default;
};

// One posting, and where it leaves the stock. Accounts: those of registry/movements.h, `stated` (a
// holdings book that states the quantity), `free`, `reserved/GRANT`, `drawn/GRANT`.
struct StockEvent {
  base::Instant at;
  std::string from;
  std::string to;
  std::int64_t quantity = 0;
  std::string voucher;  // the row of movements, or the entry of the ledger
  std::string reason;
  StockLevel after;
};

// What a grant holds of the stock.
struct PromisedStock {
  registry::GrantId grant;
  base::Instant at;  // of its issue
  base::Period window;
  std::int64_t granted = 0;  // as its scope now stands
  std::int64_t reserved = 0;
  std::int64_t drawn = 0;  // and not yet gone

  friend bool operator==(const PromisedStock&, const PromisedStock&) = default;
};

struct ItemStock {
  registry::AuthorityId authority;
  registry::ItemId item;
  std::string unit;
  bool counted = false;  // by movements
  base::Instant at;
  StockLevel level;
  std::map<registry::HoldingPlaceId, std::int64_t> places;
  std::vector<PromisedStock> commitments;  // that hold something, by grant
  registry::Rating rating;                 // of nothing asked
  registry::UseRate use;
  // Movements entered for later: when, and what they add to what is free (what was drawn is not).
  std::vector<std::pair<base::Instant, std::int64_t>> coming;
  std::vector<StockEvent> events;  // up to `at`

  registry::Forecast forecast() const;
};

// Where stock is looked at, and as of when: the view's instant.
struct StockSource {
  const registry::Registers& registers;
  const registry::RegistersView& view;  // of `registers`
  const State* state = nullptr;         // whose grants count; null: none
};

// The stock of one item of an authority; empty when its holdings in force do not list it.
std::optional<ItemStock> item_stock(const StockSource& source,
                                    const registry::AuthorityId& authority,
                                    const registry::ItemId& item);

// What a request for so many would make of it.
registry::Rating rate_after(const StockSource& source, const registry::AuthorityId& authority,
                            const registry::ItemId& item, std::int64_t quantity);

// What grants had reserved and draws had taken at `at`, as known now: at the present, State's
// usages().
std::vector<registry::Usage> usages_at(const State& state, base::Instant at);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_STOCK_H_
