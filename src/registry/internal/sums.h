// SPDX-License-Identifier: Apache-2.0
// Sums of quantities that stay at the end of 64 bits when they would pass it. Every use of them
// asks whether enough is left, and what is taken from such a sum's place leaves the least there is,
// so the answer is "no", as the true sum's would be.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_SUMS_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_SUMS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "registry/usage.h"

namespace countersign::registry::internal {

// `from` - `taken`, where `taken` is not negative and may be a sum that stayed at the end.
inline std::int64_t minus(std::int64_t from, std::int64_t taken) {
  std::int64_t rest = 0;
  if (taken == std::numeric_limits<std::int64_t>::max() ||
      __builtin_sub_overflow(from, taken, &rest)) {
    return std::numeric_limits<std::int64_t>::min();
  }
  return rest;
}

// `a` + `b`, where one of them may be negative.
inline std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

inline bool is_among(const GrantId& grant, std::span<const GrantId> grants) {
  return std::find(grants.begin(), grants.end(), grant) != grants.end();
}

// The quantities of the usages that `counts` takes, those of the grants `leaving_out` apart.
template <class Counts>
std::int64_t sum_of(std::span<const Usage> usages, std::span<const GrantId> leaving_out,
                    const Counts& counts) {
  std::int64_t sum = 0;
  for (const Usage& usage : usages) {
    if (is_among(usage.grant, leaving_out)) continue;
    if (!counts(usage)) continue;
    if (__builtin_add_overflow(sum, usage.what.quantity, &sum)) {
      return std::numeric_limits<std::int64_t>::max();
    }
  }
  return sum;
}

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_SUMS_H_
