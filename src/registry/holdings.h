// SPDX-License-Identifier: Apache-2.0
// What an authority holds, and when that is little.
#ifndef COUNTERSIGN_REGISTRY_HOLDINGS_H_
#define COUNTERSIGN_REGISTRY_HOLDINGS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

enum class Colour { Red, Yellow, Green };

// "red", "yellow", "green".
std::string_view name_of(Colour colour);

struct Holding {
  ItemId item;
  std::int64_t quantity = 0;
  std::int64_t yellow_below = 0;
  std::int64_t red_below = 0;  // at most yellow_below
  Written written;

  friend bool operator==(const Holding&, const Holding&) = default;
};

// No item stands twice.
struct Holdings {
  std::vector<Holding> holdings;
  std::optional<Colour> otherwise;  // of items not listed; empty: they are unrated

  const Holding* find(const ItemId& item) const;

  // Reads holdings.json (docs/formats/registers.md).
  static Holdings read(const base::Json& document, base::Report& report);
  static base::Json write(const Holdings& holdings);

  friend bool operator==(const Holdings&, const Holdings&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_HOLDINGS_H_
