// SPDX-License-Identifier: Apache-2.0
// An authority's own statement that gives it a say.
#ifndef COUNTERSIGN_REGISTRY_CLAIM_H_
#define COUNTERSIGN_REGISTRY_CLAIM_H_

#include <optional>
#include <string_view>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

// Why an authority has a say: the bases of a tie.
enum class Basis { Supplied, Owner, Component, DirectProduct, Data };

// "supplied", "owner", "component", "direct_product", "data": as documents and policies write it.
std::string_view name_of(Basis basis);
std::optional<Basis> find_basis(std::string_view name);

struct Claim {
  ClaimId id;
  Basis basis = Basis::Supplied;
  ItemId item;                     // the item; for a component claim the component
  std::optional<DataKindId> kind;  // with Basis::Data, and only there
  base::Period in_force;           // as written; a manifest may end it earlier
  Written written;

  // Reads one element of claims.json (docs/formats/registers.md).
  static Claim read(const base::Json& document, base::Report& report);
  static base::Json write(const Claim& claim);

  friend bool operator==(const Claim&, const Claim&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_CLAIM_H_
