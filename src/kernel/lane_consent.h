// SPDX-License-Identifier: Apache-2.0
// How an authority came to its yes, as grants and resumptions write it down.
#ifndef COUNTERSIGN_KERNEL_LANE_CONSENT_H_
#define COUNTERSIGN_KERNEL_LANE_CONSENT_H_

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "kernel/ids.h"
#include "registry/ids.h"

namespace countersign::kernel {

// How one authority came to its yes.
struct LaneConsent {
  registry::PartyId authority;
  bool by_clerk = false;                      // a standing permission, consented to by its clerk
  std::vector<registry::OfficeId> approvals;  // of final offices, sorted; empty with a clerk's
  std::vector<Position> positions;            // of the decisions, or of the clerk's consent, if any
  // Of approvals by who acted for an absent office: that office, and the one they hold.
  std::map<registry::OfficeId, registry::OfficeId> acting = {};
  // Of a consent in an emergency: the offices whose approvals it stands in for, sorted.
  std::vector<registry::OfficeId> stands_in_for = {};

  friend bool operator==(const LaneConsent&, const LaneConsent&) = default;
};

// As grants and resumptions name the consents they rest on (docs/formats/statements.md).
base::Json write(const std::vector<LaneConsent>& consents);
std::vector<LaneConsent> read_consents(const base::Json& document, base::Report& report);

// The offices that approved, for a person: "US/SecDef (US/Deputy acting) and US/USDP".
std::string offices_of(const LaneConsent& consent);

// Whether one of them was given in an emergency: then the whole scope is one of an emergency.
bool is_in_emergency(const std::vector<LaneConsent>& consents);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_LANE_CONSENT_H_
