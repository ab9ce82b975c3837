// SPDX-License-Identifier: Apache-2.0
// Points in time and half-open periods. Time is always passed in; nothing here reads a clock.
#ifndef COUNTERSIGN_BASE_INSTANT_H_
#define COUNTERSIGN_BASE_INSTANT_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::base {

// A point in time: milliseconds since 1970-01-01T00:00:00Z, in UTC without leap seconds.
struct Instant {
  std::int64_t unix_ms = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

inline constexpr Instant kDistantPast{std::numeric_limits<std::int64_t>::min()};
inline constexpr Instant kDistantFuture{std::numeric_limits<std::int64_t>::max()};

// Reads an RFC 3339 time in UTC ("2025-06-10T12:00:00Z", up to three decimals of a second), or a
// bare date, which is its 00:00Z. Years 0001 to 9999; offsets other than Z, and leap seconds, are
// not taken. Empty when `text` is anything else.
std::optional<Instant> parse_instant(std::string_view text);

// RFC 3339 in UTC: whole seconds without decimals, otherwise with three. `at` must lie in the years
// 0001 to 9999; the distant ends are written "the beginning" and "no end".
std::string to_text(Instant at);

// [from, until): half open, so that periods which follow each other never overlap.
struct Period {
  Instant from = kDistantPast;
  Instant until = kDistantFuture;

  bool contains(Instant at) const { return from <= at && at < until; }
  bool empty() const { return until <= from; }
  Period intersect(const Period& other) const {
    return {from < other.from ? other.from : from, until < other.until ? until : other.until};
  }
  friend bool operator==(const Period&, const Period&) = default;
};

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_INSTANT_H_
