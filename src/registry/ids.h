// SPDX-License-Identifier: Apache-2.0
// The names of what authorities declare, each of its own type.
#ifndef COUNTERSIGN_REGISTRY_IDS_H_
#define COUNTERSIGN_REGISTRY_IDS_H_

#include <string_view>

#include "base/ids.h"
#include "base/issue.h"

namespace countersign::registry {

using PartyId = base::Id<struct PartyTag>;
// An authority is a party that has offices and directives of its own; it keeps the party's name.
using AuthorityId = PartyId;
using GroupId = base::Id<struct GroupTag>;
using CategoryId = base::Id<struct CategoryTag>;
using DataKindId = base::Id<struct DataKindTag>;
using ClassId = base::Id<struct ClassTag>;
using PropertyId = base::Id<struct PropertyTag>;
using OfficeId = base::Id<struct OfficeTag>;
// An item or a component: a component is a possible item, so the two share their names.
using ItemId = base::Id<struct ItemTag>;
using ClaimId = base::Id<struct ClaimTag>;
using DirectiveId = base::Id<struct DirectiveTag>;
using ProcedureId = base::Id<struct ProcedureTag>;
using TallyId = base::Id<struct TallyTag>;
using AppointmentId = base::Id<struct AppointmentTag>;
using PersonId = base::Id<struct PersonTag>;
using GrantId = base::Id<struct GrantTag>;
// Where an authority keeps stock: a depot, a yard, a ship.
using HoldingPlaceId = base::Id<struct HoldingPlaceTag>;
using MovementsId = base::Id<struct MovementsTag>;
// A list of items that is vouched for as one document.
using ListId = base::Id<struct ListTag>;
using MovementId = base::Id<struct MovementTag>;

// Where a value was written, for messages. Any two are equal: a place is no part of a value.
struct Written {
  base::Position at;

  friend bool operator==(const Written&, const Written&) { return true; }
};

// Whether `text` can be an attribute a policy names (Cedar 4.5's IDENT, not reserved): letters,
// digits and "_", not beginning with a digit, at most 64 bytes.
bool is_attribute_name(std::string_view text);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_IDS_H_
