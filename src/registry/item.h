// SPDX-License-Identifier: Apache-2.0
// The description of an item: what it is made of, what it needs, what it can do.
#ifndef COUNTERSIGN_REGISTRY_ITEM_H_
#define COUNTERSIGN_REGISTRY_ITEM_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

// A part of an item. When `id` is itself a described item, its own components are followed.
struct Component {
  ItemId id;
  std::optional<PartyId> origin;      // empty: not known
  std::int64_t quantity = 0;          // pieces in one item
  std::optional<std::int64_t> value;  // of one piece, in the price's currency; empty: not known
  Written written;

  friend bool operator==(const Component&, const Component&) = default;
};

// A service the item cannot be fully used without: an authority's data of one kind.
struct Need {
  AuthorityId authority;
  DataKindId kind;
  Written written;

  friend bool operator==(const Need&, const Need&) = default;
};

// What is known of a number: it lies between the two, both included.
struct Bounds {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct PropertyValue {
  PropertyId id;
  Bounds bounds;  // min <= max
  Written written;

  friend bool operator==(const PropertyValue&, const PropertyValue&) = default;
};

struct ItemDescription {
  ItemId id;
  std::string name;
  bool complete = false;  // whether components and needs are declared to be all there are
  std::vector<ClassId> classes;
  std::vector<PropertyValue> properties;
  std::vector<Component> components;
  std::vector<Need> needs;
  base::Period in_force;  // as written; a manifest may end it earlier
  Written written;

  const std::string& label() const { return name.empty() ? id.text() : name; }
  // What is known of a property: as wide as numbers go when the description leaves it out.
  Bounds bounds_of(const PropertyId& property) const;

  // Reads one element of items.json (docs/formats/registers.md).
  static ItemDescription read(const base::Json& document, base::Report& report);
  static base::Json write(const ItemDescription& item);

  friend bool operator==(const ItemDescription&, const ItemDescription&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_ITEM_H_
