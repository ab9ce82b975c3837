// SPDX-License-Identifier: Apache-2.0
#include "registry/tallies.h"

#include <algorithm>

#include "registry/internal/sums.h"

namespace countersign::registry {
namespace {

template <class T>
bool any_or_one_of(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool falls_under(const Tally& tally, const Quantity& quantity, base::Instant at) {
  return tally.period.contains(at) && any_or_one_of(tally.actions, quantity.action) &&
         any_or_one_of(tally.items, quantity.item) &&
         any_or_one_of(tally.recipients, quantity.received_by());
}

TallyCount count(const Tally& tally, std::span<const Usage> usages,
                 std::span<const GrantId> leaving_out) {
  TallyCount result;
  result.limit = tally.limit;
  result.counted = internal::sum_of(usages, leaving_out, [&](const Usage& usage) {
    return falls_under(tally, usage.what, usage.at);
  });
  result.rest = internal::minus(result.limit, result.counted);
  return result;
}

}  // namespace countersign::registry
