// SPDX-License-Identifier: Apache-2.0
// What a directive's cap has left.
#ifndef COUNTERSIGN_REGISTRY_TALLIES_H_
#define COUNTERSIGN_REGISTRY_TALLIES_H_

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"
#include "registry/directive.h"
#include "registry/ids.h"
#include "registry/usage.h"

namespace countersign::registry {

struct TallyCount {
  std::int64_t limit = 0;
  std::int64_t counted = 0;
  std::int64_t rest = 0;  // limit - counted; below 0 when more was taken than the cap allows

  friend bool operator==(const TallyCount&, const TallyCount&) = default;
};

// Whether a quantity, at that time, falls under the tally. In a use the requester counts as the
// recipient.
bool falls_under(const Tally& tally, const Quantity& quantity, base::Instant at);

// What `usages` leave of the tally's limit; those of the grants `leaving_out` do not count. Sums
// that pass 64 bits stay at the end of the range: the rest is then below any quantity.
TallyCount count(const Tally& tally, std::span<const Usage> usages,
                 std::span<const GrantId> leaving_out = {});

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_TALLIES_H_
