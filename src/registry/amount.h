// SPDX-License-Identifier: Apache-2.0
// Sums of values: 128 bits, never negative, checked.
#ifndef COUNTERSIGN_REGISTRY_AMOUNT_H_
#define COUNTERSIGN_REGISTRY_AMOUNT_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace countersign::registry {

// A whole number from 0 to 2^127 - 1.
class Amount {
 public:
  Amount() = default;
  // `value` is not negative.
  explicit Amount(std::int64_t value);

  // The number of those 127 bits: `high` is below 2^63.
  static Amount of_words(std::uint64_t high, std::uint64_t low);

  std::uint64_t high_word() const { return static_cast<std::uint64_t>(value_ >> 64); }
  std::uint64_t low_word() const { return static_cast<std::uint64_t>(value_); }

  // Empty when the result does not fit.
  std::optional<Amount> plus(Amount other) const;
  std::optional<Amount> times(Amount other) const;

  // This over `divisor` (1 or more), rounded down or up; empty when it does not fit.
  std::optional<std::int64_t> over_down(std::int64_t divisor) const;
  std::optional<std::int64_t> over_up(std::int64_t divisor) const;

  bool is_zero() const { return value_ == 0; }
  std::string text() const;  // decimal

  friend auto operator<=>(const Amount&, const Amount&) = default;

 private:
  __extension__ typedef __int128 Int128;

  static Amount of(Int128 value);

  Int128 value_ = 0;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_AMOUNT_H_
