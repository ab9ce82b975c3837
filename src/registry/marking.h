// SPDX-License-Identifier: Apache-2.0
// How sensitive what somebody wrote is, and to whom it may go. A marking says who may see a record;
// it changes nothing of what the record does.
#ifndef COUNTERSIGN_REGISTRY_MARKING_H_
#define COUNTERSIGN_REGISTRY_MARKING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "registry/ids.h"

namespace countersign::registry {

// A level of an authority's vocabulary ("restricted").
using LevelId = base::Id<struct LevelTag>;

struct Marking {
  LevelId level;  // of the vocabulary of whose record it is, at the time it is written
  // Parties beside its owner that it may go to; sorted as written.
  std::vector<PartyId> releasable_to;
  // Where it may be shown; empty: in every case. As written, `[]` is refused: nobody reads it
  // alike.
  std::optional<std::vector<std::string>> cases;

  // Reads {"level", "releasable_to", "cases"} (docs/formats/markings.md).
  static Marking read(const base::Json& document, base::Report& report);
  static base::Json write(const Marking& marking);

  friend bool operator==(const Marking&, const Marking&) = default;
};

// The member `name` of an object that may be left out.
std::optional<Marking> maybe_marking(base::Fields& fields, std::string_view name,
                                     base::Report& report);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_MARKING_H_
