// SPDX-License-Identifier: Apache-2.0
// The grounds an authority gives for saying no: a code and what it means.
#ifndef COUNTERSIGN_REGISTRY_GROUND_LIST_H_
#define COUNTERSIGN_REGISTRY_GROUND_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

struct Ground {
  std::string code;
  std::string text;
  Written written;

  friend bool operator==(const Ground&, const Ground&) = default;
};

// A code stands once. Which list is in force when, its record says.
struct GroundList {
  std::vector<Ground> grounds;

  const Ground* find(std::string_view code) const;

  // Reads grounds.json (docs/formats/registers.md).
  static GroundList read(const base::Json& document, base::Report& report);
  static base::Json write(const GroundList& list);

  friend bool operator==(const GroundList&, const GroundList&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_GROUND_LIST_H_
