// SPDX-License-Identifier: Apache-2.0
// The extension types: what their constructors read, what their methods compute.
// All of it is checked 64-bit arithmetic; an empty result is the language's run-time error.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_EXTENSION_H_
#define COUNTERSIGN_CEDAR_INTERNAL_EXTENSION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cedar/functions.h"
#include "cedar/value.h"

namespace countersign::cedar::internal {

// "-12.3456": an optional minus, digits, a point, one to four digits; in ten-thousandths.
std::optional<std::int64_t> read_decimal(std::string_view text);
std::string decimal_text(std::int64_t ten_thousandths);

// "YYYY-MM-DD", "...Thh:mm:ssZ", "...Thh:mm:ss.SSSZ", either with an offset "+hhmm" for the Z.
std::optional<std::int64_t> read_datetime(std::string_view text);
// An expression whose value is that datetime. Outside the years that the constructor reads it is
// the epoch with an offset.
std::string datetime_expression(std::int64_t unix_ms);

// "-1d2h3m4s5ms": units in this order, each at most once, at least one.
std::optional<std::int64_t> read_duration(std::string_view text);
std::string duration_text(std::int64_t ms);

// An IPv4 or IPv6 address, or one with "/prefix". No leading zeros, no embedded IPv4 in IPv6.
std::optional<IpRange> read_ip(std::string_view text);
std::string ip_text(const IpRange& range);

bool is_loopback(const IpRange& range);
bool is_multicast(const IpRange& range);
// Whether every address of `range` lies in `in`.
bool is_in_range(const IpRange& range, const IpRange& in);

// Midnight UTC at or before, and the time since it.
std::optional<std::int64_t> to_date(std::int64_t unix_ms);
std::int64_t to_time(std::int64_t unix_ms);

// The function's value for arguments of the kinds its signature names. Empty when a constructor
// cannot read its text, or a result does not fit 64 bits.
std::optional<Value> call_function(Function function, const std::array<Value, 2>& arguments);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_EXTENSION_H_
