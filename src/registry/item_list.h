// SPDX-License-Identifier: Apache-2.0
// Many item descriptions that an authority vouches for by one signature: the document says how many
// rows there are and the root of their tree; the rows are elsewhere.
//
// The tree is RFC 6962's, over one leaf a row, salted (kernel/list_rows.h); rows are sorted by
// item, each item once.
#ifndef COUNTERSIGN_REGISTRY_ITEM_LIST_H_
#define COUNTERSIGN_REGISTRY_ITEM_LIST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "registry/item.h"
#include "seal/digest.h"

namespace countersign::registry {

// One row: an item's whole description, in force as long as its list, and its price in the list's
// currency.
struct ListedRow {
  ItemDescription item;               // its own period: always
  std::optional<std::int64_t> price;  // 1 or more; empty: not known

  // Reads a row (docs/formats/registers.md).
  static ListedRow read(const base::Json& document, base::Report& report);
  static base::Json write(const ListedRow& row);

  friend bool operator==(const ListedRow&, const ListedRow&) = default;
};

struct RowAnswer {
  enum class Kind {
    Listed,     // `row` stands at `position`
    NotListed,  // no row is of that item
    Unknown,    // `why`; nothing may be concluded
  };

  Kind kind = Kind::Unknown;
  std::int64_t position = 0;
  std::shared_ptr<const ListedRow> row;
  std::string why;
};

// The rows of one list, as far as they are here. Every answer but Unknown holds for the list that
// was signed. Implementations may be asked by several threads.
class ItemRows {
 public:
  virtual ~ItemRows() = default;
  virtual RowAnswer find(const ItemId& item) const = 0;
  // Gives every row, in order. When it returns nothing, these were all the rows of the list that
  // was signed; otherwise why that cannot be said, and what was given counts for nothing.
  virtual std::string each(const std::function<void(const ListedRow&)>& give) const = 0;
};

inline constexpr std::int64_t kMostRows = std::int64_t{1} << 24;

struct ItemList {
  ListId id;
  std::string currency;   // of every price and value: three capital letters (ISO 4217)
  std::int64_t rows = 0;  // 1 to kMostRows
  seal::Digest root;
  base::Period in_force;  // as written; a manifest may end it earlier
  Written written;
  std::shared_ptr<const ItemRows> source;  // no part of the document; null: no row is known

  RowAnswer find(const ItemId& item) const;
  std::string each(const std::function<void(const ListedRow&)>& give) const;

  // Reads a list's document (docs/formats/registers.md).
  static ItemList read(const base::Json& document, base::Report& report);
  static base::Json write(const ItemList& list);

  // Of two documents.
  friend bool operator==(const ItemList& a, const ItemList& b) {
    return a.id == b.id && a.currency == b.currency && a.rows == b.rows && a.root == b.root &&
           a.in_force == b.in_force;
  }
};

// Where a row stands.
struct RowPlace {
  ListId list;
  std::int64_t position = 0;

  friend bool operator==(const RowPlace&, const RowPlace&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_ITEM_LIST_H_
