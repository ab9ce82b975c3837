// SPDX-License-Identifier: Apache-2.0
#include "base/instant.h"

#include <chrono>

#include <fmt/format.h>

namespace countersign::base {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// Takes exactly `count` decimal digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date_ms(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || *year == 0 || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::milliseconds(sys_days(date).time_since_epoch()).count();
}

std::optional<std::int64_t> take_decimals_ms(std::string_view& text) {
  std::int64_t ms = 0;
  std::int64_t unit = 100;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (++digits > 3) return std::nullopt;
    ms += unit * (text.front() - '0');
    unit /= 10;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return ms;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  const auto date = take_date_ms(text);
  if (!date) return std::nullopt;
  if (text.empty()) return Instant{*date};
  if (!take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  std::int64_t ms = *date + ((*hour * 60LL + *minute) * 60LL + *second) * 1000LL;
  if (take(text, '.')) {
    const auto decimals = take_decimals_ms(text);
    if (!decimals) return std::nullopt;
    ms += *decimals;
  }
  if (text != "Z") return std::nullopt;
  return Instant{ms};
}

std::string to_text(Instant at) {
  if (at == kDistantPast) return "the beginning";
  if (at == kDistantFuture) return "no end";
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(at.unix_ms)};
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + "Z";
}

}  // namespace countersign::base
