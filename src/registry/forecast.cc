// SPDX-License-Identifier: Apache-2.0
#include "registry/forecast.h"

#include <algorithm>

#include "registry/amount.h"
#include "registry/internal/sums.h"

namespace countersign::registry {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMonthsInYear = 12;
constexpr std::int64_t kDaysInYear = 365;

}  // namespace

std::int64_t use_in_days(const UseRate& use, std::int64_t days) {
  if (use.months == 0) return 0;
  const auto taken = Amount(use.used).times(Amount(kMonthsInYear * days));
  const auto rounded = taken ? taken->over_up(use.months * kDaysInYear) : std::nullopt;
  return rounded.value_or(INT64_MAX);
}

Forecast forecast(std::int64_t free, const Thresholds& thresholds, const UseRate& use,
                  std::span<const std::pair<base::Instant, std::int64_t>> coming,
                  base::Instant at) {
  Forecast found;
  std::int64_t stock = free;
  std::size_t next = 0;
  for (std::int64_t day = 0; day <= kForecastDays; ++day) {
    const base::Instant then{at.unix_ms + day * kDayMs};
    for (; next < coming.size() && coming[next].first <= then; ++next) {
      stock = internal::plus(stock, coming[next].second);
    }
    const std::int64_t left = internal::minus(stock, use_in_days(use, day));
    if (!found.yellow && left < thresholds.yellow_below) found.yellow = then;
    if (!found.red && left < thresholds.red_below) found.red = then;
    if (!found.none_left && left <= 0) found.none_left = then;
    if (found.yellow && found.red && found.none_left) break;
  }
  return found;
}

}  // namespace countersign::registry
