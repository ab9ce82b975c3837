// SPDX-License-Identifier: Apache-2.0
// When a stock turns yellow or red if it goes on being used as it was.
#ifndef COUNTERSIGN_REGISTRY_FORECAST_H_
#define COUNTERSIGN_REGISTRY_FORECAST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/instant.h"
#include "registry/holdings.h"
#include "registry/stock_book.h"

namespace countersign::registry {

// The first day (whole days from `at` on) by whose end the stock is below each. `at` itself where
// it is so already; empty where it never is at this rate within kForecastDays.
struct Forecast {
  std::optional<base::Instant> yellow;
  std::optional<base::Instant> red;
  std::optional<base::Instant> none_left;

  friend bool operator==(const Forecast&, const Forecast&) = default;
};

inline constexpr std::int64_t kForecastDays = 36'525;  // a hundred years

// What the rate takes in `days` days, rounded up: a year of 365 days has twelve months.
std::int64_t use_in_days(const UseRate& use, std::int64_t days);

// From `free` pieces at `at`: nothing promised is counted on again. `coming` are changes the book
// has for later, by their time. `thresholds` are in pieces.
Forecast forecast(std::int64_t free, const Thresholds& thresholds, const UseRate& use,
                  std::span<const std::pair<base::Instant, std::int64_t>> coming, base::Instant at);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_FORECAST_H_
