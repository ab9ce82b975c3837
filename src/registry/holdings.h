// SPDX-License-Identifier: Apache-2.0
// What an authority holds, and when that is little.
#ifndef COUNTERSIGN_REGISTRY_HOLDINGS_H_
#define COUNTERSIGN_REGISTRY_HOLDINGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

enum class Colour { Red, Yellow, Green };

// "red", "yellow", "green".
std::string_view name_of(Colour colour);

inline constexpr std::string_view kPiece = "piece";

// Where stock is kept.
struct HoldingPlace {
  HoldingPlaceId id;
  std::string name;

  const std::string& label() const { return name.empty() ? id.text() : name; }
  friend bool operator==(const HoldingPlace&, const HoldingPlace&) = default;
};

// Below how much the stock is yellow and red: pieces, or months of cover at the rate of use.
struct Thresholds {
  enum class Kind { Pieces, Months };

  Kind kind = Kind::Pieces;
  std::int64_t yellow_below = 0;
  std::int64_t red_below = 0;  // at most yellow_below

  friend bool operator==(const Thresholds&, const Thresholds&) = default;
};

struct Holding {
  ItemId item;
  // How much there is, stated; empty: the authority's movements say it.
  std::optional<std::int64_t> quantity;
  Thresholds thresholds;
  std::string unit = std::string(kPiece);  // what a quantity counts
  Written written;

  friend bool operator==(const Holding&, const Holding&) = default;
};

// No item and no place stands twice.
struct Holdings {
  std::vector<Holding> holdings;
  std::optional<Colour> otherwise = std::nullopt;  // of items not listed; empty: they are unrated
  std::vector<HoldingPlace> places = {};           // those that movements may name

  const Holding* find(const ItemId& item) const;
  const HoldingPlace* find(const HoldingPlaceId& place) const;

  // Reads holdings.json (docs/formats/registers.md).
  static Holdings read(const base::Json& document, base::Report& report);
  static base::Json write(const Holdings& holdings);

  friend bool operator==(const Holdings&, const Holdings&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_HOLDINGS_H_
