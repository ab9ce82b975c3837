// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/extension.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace countersign::cedar::internal {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the start of `text`; empty when there are none or they pass 64 bits.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
  std::size_t length = 0;
  std::uint64_t value = 0;
  for (; length < text.size() && is_digit(text[length]); ++length) {
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(text[length] - '0'), &value)) {
      return std::nullopt;
    }
  }
  if (length == 0) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// Takes exactly `count` digits.
std::optional<int> take_fixed(std::string_view& text, std::size_t count) {
  if (text.size() < count ||
      !std::all_of(text.begin(), text.begin() + static_cast<int>(count), is_digit)) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text.substr(0, count)) value = value * 10 + (c - '0');
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

// sign * magnitude, when it fits.
std::optional<std::int64_t> with_sign(std::uint64_t magnitude, bool negative) {
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
  if (magnitude > kLimit || (magnitude == kLimit && !negative)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? std::uint64_t{0} - magnitude : magnitude);
}

std::uint64_t magnitude_of(std::int64_t value) {
  return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                   : static_cast<std::uint64_t>(value);
}

std::int64_t days_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::optional<std::int64_t> read_decimal(std::string_view text) {
  constexpr std::size_t kPlaces = 4;
  const bool negative = take(text, "-");
  const std::optional<std::uint64_t> whole = take_digits(text);
  if (!whole || !take(text, ".")) return std::nullopt;
  if (text.empty() || text.size() > kPlaces) return std::nullopt;
  std::uint64_t fraction = 0;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    if (i < text.size() && !is_digit(text[i])) return std::nullopt;
    fraction = fraction * 10 + (i < text.size() ? static_cast<std::uint64_t>(text[i] - '0') : 0);
  }
  std::uint64_t magnitude = 0;
  if (__builtin_mul_overflow(*whole, std::uint64_t{10'000}, &magnitude) ||
      __builtin_add_overflow(magnitude, fraction, &magnitude)) {
    return std::nullopt;
  }
  return with_sign(magnitude, negative);
}

std::string decimal_text(std::int64_t ten_thousandths) {
  const std::uint64_t magnitude = magnitude_of(ten_thousandths);
  std::string text = fmt::format("{}{}.{:04}", ten_thousandths < 0 ? "-" : "", magnitude / 10'000,
                                 magnitude % 10'000);
  const std::size_t least = text.find('.') + 2;
  while (text.size() > least && text.back() == '0') text.pop_back();
  return text;
}

std::optional<std::int64_t> read_datetime(std::string_view text) {
  const auto year = take_fixed(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_fixed(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_fixed(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t ms = days_of(*year, *month, *day) * kDayMs;
  if (text.empty()) return ms;
  if (!take(text, "T")) return std::nullopt;
  const auto hour = take_fixed(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_fixed(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
  const auto second = take_fixed(text, 2);
  if (!second || *second > 59) return std::nullopt;
  ms += (*hour * 3600 + *minute * 60 + *second) * std::int64_t{1000};
  if (take(text, ".")) {
    const auto fraction = take_fixed(text, 3);
    if (!fraction) return std::nullopt;
    ms += *fraction;
  }
  if (text == "Z") return ms;
  const bool ahead = text.starts_with('+');
  if (!take(text, "+") && !take(text, "-")) return std::nullopt;
  const auto offset_hours = take_fixed(text, 2);
  const auto offset_minutes = take_fixed(text, 2);
  if (!offset_hours || *offset_hours > 23 || !offset_minutes || *offset_minutes > 59 ||
      !text.empty()) {
    return std::nullopt;
  }
  const std::int64_t offset = (*offset_hours * 60 + *offset_minutes) * std::int64_t{60'000};
  return ahead ? ms - offset : ms + offset;
}

std::string datetime_expression(std::int64_t unix_ms) {
  const std::int64_t first = days_of(0, 1, 1) * kDayMs;
  const std::int64_t end = days_of(10'000, 1, 1) * kDayMs;
  if (unix_ms < first || unix_ms >= end) {
    return fmt::format("datetime(\"1970-01-01\").offset(duration(\"{}\"))", duration_text(unix_ms));
  }
  const std::int64_t time = to_time(unix_ms);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days((unix_ms - time) / kDayMs))};
  return fmt::format("datetime(\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\")",
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time / 3'600'000, time / 60'000 % 60,
                     time / 1000 % 60, time % 1000);
}

namespace {
struct Unit {
  std::string_view name;
  std::uint64_t ms;
};
// In the order they must be written; "ms" is told from "m" by what follows.
constexpr std::array<Unit, 5> kUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
}  // namespace

std::optional<std::int64_t> read_duration(std::string_view text) {
  const bool negative = take(text, "-");
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  std::size_t next = 0;
  while (!text.empty()) {
    const std::optional<std::uint64_t> count = take_digits(text);
    if (!count) return std::nullopt;
    std::size_t length = 0;
    while (length < text.size() && !is_digit(text[length])) ++length;
    const std::string_view name = text.substr(0, length);
    text.remove_prefix(length);
    while (next < kUnits.size() && kUnits[next].name != name) ++next;
    if (next == kUnits.size()) return std::nullopt;
    std::uint64_t part = 0;
    if (__builtin_mul_overflow(*count, kUnits[next].ms, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    ++next;
  }
  return with_sign(total, negative);
}

std::string duration_text(std::int64_t ms) {
  std::uint64_t rest = magnitude_of(ms);
  if (rest == 0) return "0ms";
  std::string text = ms < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    if (rest >= unit.ms) text += fmt::format("{}{}", rest / unit.ms, unit.name);
    rest %= unit.ms;
  }
  return text;
}

namespace {

// A decimal number without leading zeros, at most `most`.
std::optional<int> plain_number(std::string_view text, int most) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit) ||
      (text.size() > 1 && text[0] == '0')) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<IpRange> read_v4(std::string_view text) {
  IpRange range;
  range.prefix = 32;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const std::optional<int> octet = plain_number(text.substr(0, dot), 255);
    if (!octet) return std::nullopt;
    range.bytes[i] = static_cast<std::uint8_t>(*octet);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return range;
}

// The 16-bit groups between colons; nothing in an empty text.
std::optional<std::vector<std::uint16_t>> read_groups(std::string_view text) {
  std::vector<std::uint16_t> groups;
  if (text.empty()) return groups;
  while (true) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon == 0 || colon > 4) return std::nullopt;
    unsigned group = 0;
    for (const char c : text.substr(0, colon)) {
      const int digit = is_digit(c)              ? c - '0'
                        : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                        : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                 : -1;
      if (digit < 0) return std::nullopt;
      group = group * 16 + static_cast<unsigned>(digit);
    }
    groups.push_back(static_cast<std::uint16_t>(group));
    if (colon == text.size()) return groups;
    text.remove_prefix(colon + 1);
  }
}

std::optional<IpRange> read_v6(std::string_view text) {
  constexpr std::size_t kGroups = 8;
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto head = read_groups(text.substr(0, gap));
  const auto tail = read_groups(has_gap ? text.substr(gap + 2) : std::string_view());
  if (!head || !tail) return std::nullopt;
  const std::size_t count = head->size() + tail->size();
  if (has_gap ? count >= kGroups : count != kGroups) return std::nullopt;
  IpRange range;
  range.v6 = true;
  range.prefix = 128;
  const auto put = [&range](std::size_t at, std::uint16_t group) {
    range.bytes[2 * at] = static_cast<std::uint8_t>(group >> 8);
    range.bytes[2 * at + 1] = static_cast<std::uint8_t>(group & 0xff);
  };
  for (std::size_t i = 0; i < head->size(); ++i) put(i, (*head)[i]);
  for (std::size_t i = 0; i < tail->size(); ++i) put(kGroups - tail->size() + i, (*tail)[i]);
  return range;
}

// The first and last address of the range.
std::pair<std::array<std::uint8_t, 16>, std::array<std::uint8_t, 16>> ends_of(
    const IpRange& range) {
  auto first = range.bytes;
  auto last = range.bytes;
  const std::size_t bits = range.v6 ? 128 : 32;
  for (std::size_t bit = range.prefix; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    first[bit / 8] = static_cast<std::uint8_t>(first[bit / 8] & ~mask);
    last[bit / 8] = static_cast<std::uint8_t>(last[bit / 8] | mask);
  }
  return {first, last};
}

}  // namespace

std::optional<IpRange> read_ip(std::string_view text) {
  constexpr std::size_t kLongest = 43;  // an IPv6 address of 39 characters and "/128"
  if (text.size() > kLongest) return std::nullopt;
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  std::optional<IpRange> range =
      address.find(':') == std::string_view::npos ? read_v4(address) : read_v6(address);
  if (!range || slash == std::string_view::npos) return range;
  const std::optional<int> prefix = plain_number(text.substr(slash + 1), range->v6 ? 128 : 32);
  if (!prefix) return std::nullopt;
  range->prefix = static_cast<std::uint8_t>(*prefix);
  return range;
}

std::string ip_text(const IpRange& range) {
  std::string text;
  if (!range.v6) {
    text =
        fmt::format("{}.{}.{}.{}", range.bytes[0], range.bytes[1], range.bytes[2], range.bytes[3]);
  } else {
    for (std::size_t i = 0; i < 16; i += 2) {
      if (i != 0) text += ':';
      text += fmt::format("{:x}", range.bytes[i] * 256 + range.bytes[i + 1]);
    }
  }
  if (range.prefix != (range.v6 ? 128 : 32)) text += fmt::format("/{}", range.prefix);
  return text;
}

bool is_loopback(const IpRange& range) {
  const auto loopback = read_ip(range.v6 ? "::1" : "127.0.0.0/8");
  return is_in_range(range, *loopback);
}

bool is_multicast(const IpRange& range) {
  const auto multicast = read_ip(range.v6 ? "ff00::/8" : "224.0.0.0/4");
  return is_in_range(range, *multicast);
}

bool is_in_range(const IpRange& range, const IpRange& in) {
  if (range.v6 != in.v6) return false;
  const auto [first, last] = ends_of(range);
  const auto [in_first, in_last] = ends_of(in);
  return in_first <= first && last <= in_last;
}

std::optional<std::int64_t> to_date(std::int64_t unix_ms) {
  std::int64_t date = 0;
  if (__builtin_sub_overflow(unix_ms, to_time(unix_ms), &date)) return std::nullopt;
  return date;
}

std::int64_t to_time(std::int64_t unix_ms) {
  const std::int64_t time = unix_ms % kDayMs;
  return time < 0 ? time + kDayMs : time;
}

namespace {

template <class T, class Make>
std::optional<Value> made(const std::optional<T>& result, Make make) {
  if (!result) return std::nullopt;
  return make(*result);
}

std::optional<std::int64_t> sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}

std::optional<std::int64_t> difference(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}

std::optional<Value> call_on_time(Function function, std::int64_t one, std::int64_t two) {
  switch (function) {
    case Function::Offset:
      return made(sum(one, two), Value::datetime);
    case Function::DurationSince:
      return made(difference(one, two), Value::duration);
    case Function::ToDate:
      return made(to_date(one), Value::datetime);
    case Function::ToTime:
      return Value::duration(to_time(one));
    case Function::ToMilliseconds:
      return Value::integer(one);
    case Function::ToSeconds:
      return Value::integer(one / 1000);
    case Function::ToMinutes:
      return Value::integer(one / 60'000);
    case Function::ToHours:
      return Value::integer(one / 3'600'000);
    default:
      return Value::integer(one / kDayMs);
  }
}

}  // namespace

std::optional<Value> call_function(Function function, const std::array<Value, 2>& arguments) {
  const Value& one = arguments[0];
  const Value& two = arguments[1];
  const auto range = [](const IpRange& from) { return Value::ip(from); };
  switch (function) {
    case Function::Decimal:
      return made(read_decimal(one.string_view()), Value::decimal);
    case Function::Ip:
      return made(read_ip(one.string_view()), range);
    case Function::Datetime:
      return made(read_datetime(one.string_view()), Value::datetime);
    case Function::Duration:
      return made(read_duration(one.string_view()), Value::duration);
    case Function::DecimalLessThan:
      return Value::boolean(one.number() < two.number());
    case Function::DecimalLessThanOrEqual:
      return Value::boolean(one.number() <= two.number());
    case Function::DecimalGreaterThan:
      return Value::boolean(one.number() > two.number());
    case Function::DecimalGreaterThanOrEqual:
      return Value::boolean(one.number() >= two.number());
    case Function::IsIpv4:
      return Value::boolean(!one.ip().v6);
    case Function::IsIpv6:
      return Value::boolean(one.ip().v6);
    case Function::IsLoopback:
      return Value::boolean(is_loopback(one.ip()));
    case Function::IsMulticast:
      return Value::boolean(is_multicast(one.ip()));
    case Function::IsInRange:
      return Value::boolean(is_in_range(one.ip(), two.ip()));
    default:
      return call_on_time(function, one.number(), two.number());
  }
}

}  // namespace countersign::cedar::internal
