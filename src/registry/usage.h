// SPDX-License-Identifier: Apache-2.0
// What has been reserved or drawn: the input of ratings and tallies.
#ifndef COUNTERSIGN_REGISTRY_USAGE_H_
#define COUNTERSIGN_REGISTRY_USAGE_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "registry/ids.h"

namespace countersign::registry {

enum class Action { Use, Transfer };

// "use", "transfer".
std::string_view name_of(Action action);

// A quantity asked for, reserved or drawn.
struct Quantity {
  Action action = Action::Use;
  ItemId item;
  PartyId requester;
  std::optional<PartyId> recipient;  // of a transfer; in a use the requester counts as recipient
  std::int64_t quantity = 0;

  const PartyId& received_by() const { return recipient ? *recipient : requester; }
  friend bool operator==(const Quantity&, const Quantity&) = default;
};

// What a grant has reserved or a draw has taken. The same piece is passed once: reserved until it
// is drawn, then drawn.
struct Usage {
  enum class Kind { Reserved, Drawn };

  Quantity what;
  base::Instant at;
  GrantId grant;
  Kind kind = Kind::Reserved;

  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_USAGE_H_
