// SPDX-License-Identifier: Apache-2.0
// Numbers as C2SP's formats write them.
#ifndef COUNTERSIGN_LEDGER_INTERNAL_DECIMAL_H_
#define COUNTERSIGN_LEDGER_INTERNAL_DECIMAL_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/merkle.h"

namespace countersign::ledger {

// Decimal digits without leading zeros, up to kMaxTreeSize.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMaxTreeSize) {
    return std::nullopt;
  }
  return value;
}

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_INTERNAL_DECIMAL_H_
