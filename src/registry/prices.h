// SPDX-License-Identifier: Apache-2.0
// What the items an authority describes cost, dated.
#ifndef COUNTERSIGN_REGISTRY_PRICES_H_
#define COUNTERSIGN_REGISTRY_PRICES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

struct Price {
  ItemId item;
  std::int64_t price = 0;  // of one piece; 1 or more
  base::Period in_force;
  Written written;

  friend bool operator==(const Price&, const Price&) = default;
};

// No item has two prices at the same time.
struct PriceList {
  std::string currency;  // three capital letters (ISO 4217)
  std::vector<Price> prices;

  // The price in force at `at`, or null.
  const Price* find(const ItemId& item, base::Instant at) const;

  // Reads prices.json (docs/formats/registers.md).
  static PriceList read(const base::Json& document, base::Report& report);
  static base::Json write(const PriceList& list);

  friend bool operator==(const PriceList&, const PriceList&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_PRICES_H_
