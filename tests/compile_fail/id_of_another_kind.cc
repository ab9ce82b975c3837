// SPDX-License-Identifier: Apache-2.0
// Ids hold the same text and are not the same type: an item never stands in for a party.
#include "base/ids.h"

struct PartyTag;
struct ItemTag;
using PartyId = countersign::base::Id<PartyTag>;
using ItemId = countersign::base::Id<ItemTag>;

bool is_known(const PartyId& party);

bool is_requester_known(const PartyId& requester, const ItemId& item) {
#ifdef COUNTERSIGN_CONTROL
  return !item.empty() && is_known(requester);
#else
  return !requester.empty() && is_known(item);
#endif
}
