// SPDX-License-Identifier: Apache-2.0
// What moved in and out of an authority's stock, each row from one account to another, so that
// every entry balances by its form.
#ifndef COUNTERSIGN_REGISTRY_MOVEMENTS_H_
#define COUNTERSIGN_REGISTRY_MOVEMENTS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

// Held is the only account inside: what lies at one place. The others are where stock comes from
// and goes to, and are never counted.
struct Account {
  enum class Kind {
    Held,
    Opening,     // what was there when the book began
    Delivery,    // came in
    Adjustment,  // a count that differed, either way
    Lost,        // lost, broken or scrapped
    Used,        // taken by the authority's own use
    HandedOver,  // left to somebody else
  };

  Kind kind = Kind::Opening;
  HoldingPlaceId place;  // of Held alone

  static Account held(HoldingPlaceId place) { return {Kind::Held, std::move(place)}; }
  // Reads what text() writes; empty when it is none.
  static std::optional<Account> parse(std::string_view text);
  // "held/PLACE", "opening", "delivery", "adjustment", "lost", "used", "handed-over".
  std::string text() const;
  bool is_held() const { return kind == Kind::Held; }

  friend auto operator<=>(const Account&, const Account&) = default;
};

struct Movement {
  MovementId id;     // the voucher's; no two rows that count at one time share it
  base::Instant on;  // when it happened
  ItemId item;
  Account from;
  Account to;
  std::int64_t quantity = 0;     // 1 or more
  std::string reason;            // required of a loss and an adjustment
  std::optional<GrantId> grant;  // under which goods left: what was drawn has then been taken
  Written written;

  friend bool operator==(const Movement&, const Movement&) = default;
};

// Why a row cannot be: its accounts do not go together, or it lacks what they ask for. The field is
// the one to blame: "from", "to", "reason" or "grant".
struct MovementFault {
  std::string_view field;
  std::string message;
  std::string remedy;
};
std::optional<MovementFault> fault_in(const Movement& movement);

// One signed list of them.
struct Movements {
  MovementsId id;
  base::Period in_force;  // a row counts from its own time, while its list is in force
  std::vector<Movement> rows;
  Written written;

  // Reads one element of movements.json (docs/formats/registers.md).
  static Movements read(const base::Json& document, base::Report& report);
  static base::Json write(const Movements& movements);

  friend bool operator==(const Movements&, const Movements&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_MOVEMENTS_H_
