// SPDX-License-Identifier: Apache-2.0
#include "registry/amount.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace countersign::registry {

Amount::Amount(std::int64_t value) : value_(value) { CHECK(value >= 0); }

Amount Amount::of(Int128 value) {
  Amount amount;
  amount.value_ = value;
  return amount;
}

Amount Amount::of_words(std::uint64_t high, std::uint64_t low) {
  CHECK(high >> 63 == 0);
  return of(static_cast<Int128>(high) << 64 | static_cast<Int128>(low));
}

std::optional<Amount> Amount::plus(Amount other) const {
  Int128 sum = 0;
  if (__builtin_add_overflow(value_, other.value_, &sum)) return std::nullopt;
  return of(sum);
}

std::optional<Amount> Amount::times(Amount other) const {
  Int128 product = 0;
  if (__builtin_mul_overflow(value_, other.value_, &product)) return std::nullopt;
  return of(product);
}

std::optional<std::int64_t> Amount::over_down(std::int64_t divisor) const {
  CHECK(divisor > 0);
  const Int128 quotient = value_ / divisor;
  if (quotient > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(quotient);
}

std::optional<std::int64_t> Amount::over_up(std::int64_t divisor) const {
  const auto down = over_down(divisor);
  if (!down || value_ % divisor == 0) return down;
  if (*down == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return *down + 1;
}

std::string Amount::text() const {
  std::string digits;
  Int128 rest = value_;
  do {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace countersign::registry
