// SPDX-License-Identifier: Apache-2.0
#include "registry/calendar.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using internal::Members;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr std::int64_t kFurthestOffset = 14 * 60;  // minutes
constexpr std::int64_t kMostHours = 87'600;        // ten years
constexpr std::int64_t kMostDays = 3'660;
// Past which no working day is looked for.
constexpr Day kFurthestDays = 40'000;

constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

Day floor_day(std::int64_t ms) { return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0); }

// "+01:00", "-09:30": minutes ahead of UTC.
std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  std::int64_t digits = 0;
  for (const std::size_t i : {1U, 2U, 4U, 5U}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits = digits * 10 + (text[i] - '0');
  }
  const std::int64_t minutes = digits / 100 * 60 + digits % 100;
  if (digits % 100 > 59 || minutes > kFurthestOffset) return std::nullopt;
  return text[0] == '-' ? -minutes : minutes;
}

std::string write_offset(std::int64_t minutes) {
  const std::int64_t size = std::abs(minutes);
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::vector<Calendar::Offset> read_offsets(base::Fields& calendar, base::Report& report) {
  std::vector<Calendar::Offset> offsets;
  calendar.need("time_zone");
  for (const base::Json& element : calendar.array("time_zone")) {
    base::Fields fields(element, "an offset", report);
    Calendar::Offset offset;
    offset.from = fields.maybe_instant("from").value_or(base::kDistantPast);
    const std::string text = fields.text("utc_offset");
    if (const auto minutes = parse_offset(text)) {
      offset.minutes = *minutes;
    } else if (!text.empty()) {
      fields.report("utc_offset", fmt::format("`{}` is no offset from UTC", text),
                    "write +01:00 or -05:00, at most 14 hours");
    }
    fields.finish();
    const bool first = offsets.empty();
    if (first != (offset.from == base::kDistantPast)) {
      report.add(element.at, "the first offset has no `from`, every later one has",
                 "the first holds from the beginning, the others from when the clocks change");
    } else if (!first && offset.from <= offsets.back().from) {
      report.add(element.at, "this offset begins no later than the one above it",
                 "put the offsets in the order of their times");
    }
    offsets.push_back(offset);
  }
  if (offsets.empty()) calendar.report("time_zone", "`time_zone` holds no offset");
  return offsets;
}

std::array<bool, 7> read_weekdays(base::Fields& fields, base::Report& report) {
  std::array<bool, 7> works{};
  fields.need("working_days");
  for (const base::Json& element : fields.array("working_days")) {
    const auto day = std::find(kWeekdays.begin(), kWeekdays.end(), element.text);
    if (element.kind != base::Json::Kind::Text || day == kWeekdays.end()) {
      report.add(element.at, "a working day is a day of the week",
                 "one of `monday` to `sunday`, in small letters");
      continue;
    }
    bool& is = works.at(static_cast<std::size_t>(day - kWeekdays.begin()));
    if (is) report.add(element.at, fmt::format("`{}` stands twice", *day), "keep one of the two");
    is = true;
  }
  if (std::none_of(works.begin(), works.end(), [](bool one) { return one; })) {
    fields.report("working_days", "no day of the week is a working day", "name at least one");
  }
  return works;
}

std::vector<Calendar::Holiday> read_holidays(base::Fields& calendar, base::Report& report) {
  std::vector<Calendar::Holiday> holidays;
  for (const base::Json& element : calendar.array("holidays")) {
    base::Fields fields(element, "a holiday", report);
    Calendar::Holiday holiday;
    const std::string text = fields.text("date");
    const auto date = text.size() == 10 ? base::parse_instant(text) : std::nullopt;
    if (date) {
      holiday.day = floor_day(date->unix_ms);
    } else if (!text.empty()) {
      fields.report("date", fmt::format("`{}` is no date", text), "write 2025-12-25");
    }
    holiday.name = internal::read_name(fields, "name");
    fields.finish();
    if (date && !holidays.empty() && holiday.day <= holidays.back().day) {
      report.add(element.at, "this holiday comes no later than the one above it",
                 "put the holidays in the order of their dates, each once");
    }
    holidays.push_back(std::move(holiday));
  }
  return holidays;
}

// The calendar in force at `at`, or null.
const Calendar* in_force(const std::vector<Recorded<Calendar>>& calendars, base::Instant at) {
  const auto found = std::find_if(calendars.begin(), calendars.end(),
                                  [&](const auto& one) { return one.record.period.contains(at); });
  return found == calendars.end() ? nullptr : found->value.get();
}

std::optional<base::Instant> end_of_hours(std::int64_t hours, base::Instant opened,
                                          const std::vector<base::Period>& pauses) {
  std::int64_t left = hours * kHourMs;
  base::Instant at = opened;
  for (const base::Period& pause : pauses) {
    if (pause.until <= at) continue;
    const std::int64_t runs = pause.from.unix_ms - at.unix_ms;
    if (runs > 0 && left <= runs) break;
    left -= std::max<std::int64_t>(runs, 0);
    if (pause.until == base::kDistantFuture) return std::nullopt;
    at = pause.until;
  }
  return base::Instant{at.unix_ms + left};
}

// A day is told by the calendar in force at its 00:00 UTC; without one nobody knows what a working
// day is, and none is counted.
std::optional<base::Instant> end_of_working_days(std::int64_t days, base::Instant opened,
                                                 const std::vector<base::Period>& pauses,
                                                 const std::vector<Recorded<Calendar>>& calendars) {
  const Day from = floor_day(opened.unix_ms) - 1;
  for (Day day = from; day <= from + kFurthestDays; ++day) {
    const Calendar* calendar = in_force(calendars, {day * kDayMs});
    if (calendar == nullptr) continue;
    const base::Instant start = calendar->start_of(day);
    const base::Instant end = calendar->start_of(day + 1);
    if (start < opened) continue;
    const auto stands = [&](const base::Period& pause) {
      return pause.from < end && start < pause.until;
    };
    const auto stopped = std::find_if(pauses.begin(), pauses.end(), stands);
    if (stopped != pauses.end()) {
      if (stopped->until == base::kDistantFuture) return std::nullopt;
      continue;
    }
    if (calendar->is_working_day(day) && --days == 0) return end;
  }
  return std::nullopt;
}

}  // namespace

std::int64_t Calendar::offset_ms(base::Instant at) const {
  std::int64_t minutes = 0;
  for (const Offset& offset : offsets) {
    if (offset.from <= at) minutes = offset.minutes;
  }
  return minutes * kMinuteMs;
}

Day Calendar::day_of(base::Instant at) const { return floor_day(at.unix_ms + offset_ms(at)); }

base::Instant Calendar::start_of(Day day) const {
  // Where the clocks change around midnight, the offset that holds just before it decides.
  const std::int64_t midnight = day * kDayMs;
  const base::Instant about{midnight - offset_ms({midnight - kFurthestOffset * kMinuteMs})};
  return {midnight - offset_ms({about.unix_ms - 1})};
}

bool Calendar::is_working_day(Day day) const {
  // 1970-01-01 was a Thursday.
  const auto weekday = static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
  if (!works.at(weekday)) return false;
  return std::none_of(holidays.begin(), holidays.end(),
                      [&](const Holiday& holiday) { return holiday.day == day; });
}

Calendar Calendar::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a calendar", report);
  Calendar calendar;
  calendar.offsets = read_offsets(fields, report);
  calendar.works = read_weekdays(fields, report);
  calendar.holidays = read_holidays(fields, report);
  fields.finish();
  return calendar;
}

base::Json Calendar::write(const Calendar& calendar) {
  std::vector<std::string> weekdays;
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (calendar.works.at(i)) weekdays.emplace_back(kWeekdays.at(i));
  }
  const auto write_holiday = [](const Holiday& holiday) {
    Members members;
    const std::string midnight = base::to_text(base::Instant{holiday.day * kDayMs});
    members.emplace_back("date", base::json_text(midnight.substr(0, 10)));
    internal::add_name(members, "name", holiday.name);
    return base::json_object(std::move(members));
  };
  const auto write_one = [](const Offset& offset) {
    Members members;
    if (offset.from != base::kDistantPast) {
      members.emplace_back("from", base::json_text(base::to_text(offset.from)));
    }
    members.emplace_back("utc_offset", base::json_text(write_offset(offset.minutes)));
    return base::json_object(std::move(members));
  };
  Members members;
  members.emplace_back("time_zone", internal::write_each(calendar.offsets, write_one));
  members.emplace_back("working_days", base::json_texts(weekdays));
  if (!calendar.holidays.empty()) {
    members.emplace_back("holidays", internal::write_each(calendar.holidays, write_holiday));
  }
  return base::json_object(std::move(members));
}

std::string_view name_of(SilenceRule::Then then) {
  switch (then) {
    case SilenceRule::Then::Wait:
      return "wait";
    case SilenceRule::Then::Escalate:
      return "escalate";
    case SilenceRule::Then::GoOn:
      return "go_on";
    case SilenceRule::Then::Refuse:
      return "refuse";
  }
  return {};
}

std::string words_of(const Deadline& deadline) {
  return fmt::format("{} {}{}", deadline.count,
                     deadline.unit == Deadline::Unit::Hours ? "hour" : "working day",
                     deadline.count == 1 ? "" : "s");
}

std::string words_of(const SilenceRule& rule, Awaited awaited) {
  std::string then = "it still waits";
  if (rule.then == SilenceRule::Then::Escalate) {
    then = fmt::format("it still waits, and {} is told", rule.escalate_to->text());
  } else if (rule.then == SilenceRule::Then::Refuse) {
    then = "the case is refused";
  } else if (rule.then == SilenceRule::Then::GoOn && awaited == Awaited::Advice) {
    then = "the case goes on without it";
  }
  return fmt::format("within {}; past that {}", words_of(rule.deadline), then);
}

namespace {

std::optional<Deadline> read_deadline(const base::Json& json, base::Report& report) {
  base::Fields fields(json, "a deadline", report);
  const auto hours = fields.maybe_integer("hours", 1, kMostHours);
  const auto days = fields.maybe_integer("working_days", 1, kMostDays);
  fields.finish();
  if (json.kind == base::Json::Kind::Object && hours.has_value() == days.has_value()) {
    report.add(json.at, "a deadline is so many hours, or so many working days",
               "write {\"hours\": 48} or {\"working_days\": 10}");
    return std::nullopt;
  }
  if (hours) return Deadline{Deadline::Unit::Hours, *hours};
  if (days) return Deadline{Deadline::Unit::WorkingDays, *days};
  return std::nullopt;
}

}  // namespace

std::optional<SilenceRule> read_silence(base::Fields& fields, base::Report& report) {
  const base::Json* deadline = fields.maybe("deadline");
  const base::Json* then = fields.maybe("on_silence");
  if (deadline == nullptr && then == nullptr) return std::nullopt;
  if (deadline == nullptr || then == nullptr) {
    fields.report(deadline == nullptr ? "on_silence" : "deadline",
                  deadline == nullptr ? "`on_silence` stands without a `deadline`"
                                      : "a `deadline` stands without `on_silence`",
                  "write both: how long, and what silence past that means (`wait` for nothing)");
    return std::nullopt;
  }
  const auto read = read_deadline(*deadline, report);
  SilenceRule rule;
  if (read) rule.deadline = *read;
  if (then->kind == base::Json::Kind::Object) {
    base::Fields escalation(*then, "an escalation", report);
    rule.then = SilenceRule::Then::Escalate;
    rule.escalate_to = OfficeId(escalation.id("escalate"));
    escalation.finish();
    return rule;
  }
  constexpr std::array kPlain = {SilenceRule::Then::Wait, SilenceRule::Then::GoOn,
                                 SilenceRule::Then::Refuse};
  for (const SilenceRule::Then one : kPlain) {
    if (then->kind == base::Json::Kind::Text && then->text == name_of(one)) {
      rule.then = one;
      return rule;
    }
  }
  fields.report("on_silence", "`on_silence` is none of what silence can mean",
                "one of `wait`, `go_on`, `refuse`, {\"escalate\": OFFICE}; silence never consents");
  return std::nullopt;
}

void add_silence(Members& members, const std::optional<SilenceRule>& silence) {
  if (!silence) return;
  const bool hours = silence->deadline.unit == Deadline::Unit::Hours;
  members.emplace_back("deadline",
                       base::json_object({{hours ? "hours" : "working_days",
                                           base::json_integer(silence->deadline.count)}}));
  members.emplace_back(
      "on_silence",
      silence->escalate_to
          ? base::json_object({{"escalate", base::json_text(silence->escalate_to->text())}})
          : base::json_text(name_of(silence->then)));
}

std::optional<base::Instant> end_of(const Deadline& deadline, base::Instant opened,
                                    const std::vector<base::Period>& pauses,
                                    const std::vector<Recorded<Calendar>>& calendars) {
  if (deadline.unit == Deadline::Unit::Hours) return end_of_hours(deadline.count, opened, pauses);
  return end_of_working_days(deadline.count, opened, pauses, calendars);
}

}  // namespace countersign::registry
