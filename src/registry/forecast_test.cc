// SPDX-License-Identifier: Apache-2.0
#include "registry/forecast.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "base/testing/within.h"
#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::day;
using Coming = std::vector<std::pair<base::Instant, std::int64_t>>;

constexpr Thresholds kPieces{Thresholds::Kind::Pieces, 30, 10};
const base::Instant kNow = day("2025-06-01");

TEST(Forecast, IsTheFirstDayBelow) {
  // 365 a year is one a day.
  const Forecast found = forecast(40, kPieces, {365, 12}, {}, kNow);
  EXPECT_EQ(found.yellow, day("2025-06-12"));  // 29 after eleven days
  EXPECT_EQ(found.red, day("2025-07-02"));
  EXPECT_EQ(found.none_left, day("2025-07-11"));
}

TEST(Forecast, SaysNowAndNever) {
  EXPECT_EQ(forecast(29, kPieces, {0, 12}, {}, kNow).yellow, kNow);
  EXPECT_EQ(forecast(29, kPieces, {0, 12}, {}, kNow).red, std::nullopt);
  EXPECT_EQ(forecast(400, kPieces, {0, 0}, {}, kNow), Forecast());
  EXPECT_EQ(forecast(INT64_MAX, kPieces, {1, 12}, {}, kNow), Forecast());
  EXPECT_EQ(forecast(INT64_MIN, kPieces, {INT64_MAX, 1}, {}, kNow).none_left, kNow);
}

TEST(Forecast, CountsWhatIsToCome) {
  const Coming coming = {{day("2025-06-05"), 20}, {day("2025-06-10T12:00:00Z"), -35}};
  const Forecast found = forecast(40, kPieces, {0, 12}, coming, kNow);
  EXPECT_EQ(found.yellow, day("2025-06-11"));  // 25 left
  EXPECT_EQ(found.red, std::nullopt);
}

TEST(Forecast, RoundsUseUp) {
  EXPECT_EQ(use_in_days({1, 12}, 0), 0);
  EXPECT_EQ(use_in_days({1, 12}, 1), 1);
  EXPECT_EQ(use_in_days({1, 12}, 365), 1);
  EXPECT_EQ(use_in_days({1, 12}, 366), 2);
  EXPECT_EQ(use_in_days({5, 5}, 73), 3);  // one a month: 2.4 of them
  EXPECT_EQ(use_in_days({0, 0}, 1000), 0);
}

// More in stock never turns red sooner, nor does using less.
RC_GTEST_PROP(Forecast, IsNeverSoonerWithMore, ()) {
  const std::int64_t free = *base::testing::within<std::int64_t>(0, 2000);
  const UseRate use{*base::testing::within<std::int64_t>(0, 500),
                    *base::testing::within<std::int64_t>(1, 13)};
  const auto red = [](const Forecast& one) { return one.red.value_or(base::kDistantFuture); };
  const base::Instant now = red(forecast(free, kPieces, use, {}, kNow));
  RC_ASSERT(red(forecast(free + *base::testing::within<std::int64_t>(0, 99), kPieces, use, {},
                         kNow)) >= now);
  RC_ASSERT(red(forecast(free, kPieces, {use.used / 2, use.months}, {}, kNow)) >= now);
}

}  // namespace
}  // namespace countersign::registry
