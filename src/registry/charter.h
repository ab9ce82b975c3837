// SPDX-License-Identifier: Apache-2.0
// An authority's offices and what each may do.
#ifndef COUNTERSIGN_REGISTRY_CHARTER_H_
#define COUNTERSIGN_REGISTRY_CHARTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "registry/ids.h"
#include "registry/marking.h"

namespace countersign::registry {

enum class Power {
  Issue,    // directives
  Vouch,    // for registers and manifests
  Advise,   // give an office's view on a case
  Decide,   // a final office
  Request,  // ask, draw and report for the party
  Oversee,  // check records
};

std::string_view name_of(Power power);

struct Office {
  OfficeId id;
  std::string name;
  std::int64_t rank = 0;  // 1 is the highest
  std::vector<Power> powers;
  std::vector<OfficeId> succession;  // who acts for it, in order
  // The highest level of marking it may see, of its authority's vocabulary; empty: none.
  std::optional<LevelId> cleared = std::nullopt;

  bool may(Power power) const;
  const std::string& label() const { return name.empty() ? id.text() : name; }
  friend bool operator==(const Office&, const Office&) = default;
};

// Every office id begins with the authority's and "/" and stands once; successions name offices of
// this charter.
struct Charter {
  AuthorityId authority;
  std::vector<Office> offices;
  std::int64_t manifest_days = 365;  // how long a manifest is good for

  const Office* find(const OfficeId& id) const;

  // Reads charter.json (docs/formats/registers.md).
  static Charter read(const base::Json& document, base::Report& report);
  static base::Json write(const Charter& charter);

  friend bool operator==(const Charter&, const Charter&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_CHARTER_H_
