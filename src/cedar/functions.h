// SPDX-License-Identifier: Apache-2.0
// The extension functions of the language: their names, styles and types.
#ifndef COUNTERSIGN_CEDAR_FUNCTIONS_H_
#define COUNTERSIGN_CEDAR_FUNCTIONS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cedar/value.h"

namespace countersign::cedar {

enum class Function : std::uint8_t {
  Decimal,
  DecimalLessThan,
  DecimalLessThanOrEqual,
  DecimalGreaterThan,
  DecimalGreaterThanOrEqual,
  Ip,
  IsIpv4,
  IsIpv6,
  IsLoopback,
  IsMulticast,
  IsInRange,
  Datetime,
  Offset,
  DurationSince,
  ToDate,
  ToTime,
  Duration,
  ToMilliseconds,
  ToSeconds,
  ToMinutes,
  ToHours,
  ToDays
};

struct FunctionSignature {
  enum class Style : std::uint8_t {
    Constructor,  // decimal("1.5"): one string; fails on a text that is none of its values
    Method        // x.lessThan(y): the receiver is the first argument
  };

  Function function;
  std::string_view name;
  Style style;
  std::uint8_t arity;  // receiver included
  std::array<Value::Kind, 2> arguments;
  Value::Kind result;
};

// Every function, in the order of the enumeration.
std::span<const FunctionSignature> functions();
const FunctionSignature& signature_of(Function function);
// By name and style; empty when the language has none.
std::optional<Function> find_function(std::string_view name, FunctionSignature::Style style);
// The names of one style, for "did you mean".
std::vector<std::string_view> function_names(FunctionSignature::Style style);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_FUNCTIONS_H_
