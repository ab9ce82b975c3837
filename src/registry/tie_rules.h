// SPDX-License-Identifier: Apache-2.0
// How much of an item must be an authority's before its components give it a say.
#ifndef COUNTERSIGN_REGISTRY_TIE_RULES_H_
#define COUNTERSIGN_REGISTRY_TIE_RULES_H_

#include <cstdint>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

// A share of nothing never gives a say. Without a rule in force, AnyShare holds: the strictest.
struct ComponentRule {
  enum class Kind { AnyShare, DeMinimis };

  Kind kind = Kind::AnyShare;
  std::int64_t threshold_bp = 0;  // DeMinimis: a share at or above it gives a say; 0 to 10,000

  friend bool operator==(const ComponentRule&, const ComponentRule&) = default;
};

struct TieRules {
  ComponentRule component;
  base::Period in_force;  // as written; a manifest may end it earlier

  // Reads ties.json (docs/formats/registers.md).
  static TieRules read(const base::Json& document, base::Report& report);
  static base::Json write(const TieRules& rules);

  friend bool operator==(const TieRules&, const TieRules&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_TIE_RULES_H_
