// SPDX-License-Identifier: Apache-2.0
// Calendars, and when deadlines are over, held against a slow way of counting.
#include "registry/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::comes_back;
using internal::day;
using internal::issues_of;
using ::testing::HasSubstr;

const char* const kRome = R"({
  "time_zone": [{"utc_offset": "+01:00"}, {"from": "2025-03-30T01:00:00Z", "utc_offset": "+02:00"},
                {"from": "2025-10-26T01:00:00Z", "utc_offset": "+01:00"}],
  "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
  "holidays": [{"date": "2025-06-02", "name": "Republic Day"}, {"date": "2025-06-09"}]})";

std::vector<Recorded<Calendar>> calendars(
    const std::vector<std::pair<std::string, base::Period>>& books) {
  internal::Declared declared("IT");
  for (const auto& [text, period] : books) declared.calendar(text, period);
  return declared.held().calendars;
}
const std::vector<Recorded<Calendar>>& rome() {
  static const auto kOne = calendars({{kRome, {}}});
  return kOne;
}

Deadline days(std::int64_t count) { return {Deadline::Unit::WorkingDays, count}; }
Deadline hours(std::int64_t count) { return {Deadline::Unit::Hours, count}; }

std::string end(const Deadline& deadline, const char* opened,
                const std::vector<base::Period>& pauses = {},
                const std::vector<Recorded<Calendar>>& books = rome()) {
  const auto over = end_of(deadline, day(opened), pauses, books);
  return over ? base::to_text(*over) : "never";
}

base::Period pause(const char* from, const char* until) { return {day(from), day(until)}; }

TEST(Calendar, ReadsAndWritesItself) {
  EXPECT_TRUE(comes_back<Calendar>(kRome));
  EXPECT_TRUE(comes_back<Calendar>(
      R"({"time_zone": [{"utc_offset": "-09:30"}], "working_days": ["sunday"]})"));
}

TEST(Calendar, SaysWhatIsWrong) {
  const auto with = [](const std::string& zone, const std::string& week,
                       const std::string& holidays = "[]") {
    return issues_of<Calendar>(R"({"time_zone": )" + zone + R"(, "working_days": )" + week +
                               R"(, "holidays": )" + holidays + "}");
  };
  const std::string zone = R"([{"utc_offset": "+01:00"}])";
  const std::string week = R"(["monday"])";
  EXPECT_EQ(with(zone, week), "read");
  for (const char* offset : {"1:00", "+1:00", "+01:60", "+15:00", "01:00", "+0100", "Z"}) {
    EXPECT_THAT(with(R"([{"utc_offset": ")" + std::string(offset) + R"("}])", week),
                HasSubstr("is no offset from UTC"))
        << offset;
  }
  EXPECT_THAT(with("[]", week), HasSubstr("holds no offset"));
  EXPECT_THAT(with(R"([{"from": "2025-01-01", "utc_offset": "+01:00"}])", week),
              HasSubstr("the first offset has no `from`"));
  EXPECT_THAT(with(R"([{"utc_offset": "+01:00"}, {"from": "2025-02-01", "utc_offset": "+02:00"},
                      {"from": "2025-02-01", "utc_offset": "+01:00"}])",
                   week),
              HasSubstr("begins no later than the one above it"));
  EXPECT_THAT(with(zone, "[]"), HasSubstr("no day of the week is a working day"));
  EXPECT_THAT(with(zone, R"(["Monday"])"), HasSubstr("is a day of the week"));
  EXPECT_THAT(with(zone, R"(["monday", "monday"])"), HasSubstr("stands twice"));
  EXPECT_THAT(with(zone, week, R"([{"date": "2025-13-01"}])"), HasSubstr("is no date"));
  EXPECT_THAT(with(zone, week, R"([{"date": "2025-06-02T00:00:00Z"}])"), HasSubstr("is no date"));
  EXPECT_THAT(with(zone, week, R"([{"date": "2025-06-02"}, {"date": "2025-06-02"}])"),
              HasSubstr("comes no later than the one above it"));
}

TEST(Deadlines, HoursRunDayAndNight) {
  EXPECT_EQ(end(hours(48), "2025-06-06T15:00:00Z"), "2025-06-08T15:00:00Z");
  EXPECT_EQ(end(hours(48), "2025-06-06T15:00:00Z",
                {pause("2025-06-06T16:00:00Z", "2025-06-07T16:00:00Z")}),
            "2025-06-09T15:00:00Z");
  // A pause that begins when the time is over comes too late.
  EXPECT_EQ(
      end(hours(1), "2025-06-06T15:00:00Z", {{day("2025-06-06T16:00:00Z"), base::kDistantFuture}}),
      "2025-06-06T16:00:00Z");
  EXPECT_EQ(
      end(hours(2), "2025-06-06T15:00:00Z", {{day("2025-06-06T16:00:00Z"), base::kDistantFuture}}),
      "never");
}

TEST(Deadlines, WorkingDaysLeaveOutWeekendsHolidaysAndTheFirstDay) {
  // Friday; Monday the 2nd is a holiday, so that it ends with Tuesday, in summer time.
  EXPECT_EQ(end(days(1), "2025-05-30T08:00:00Z"), "2025-06-03T22:00:00Z");
  EXPECT_EQ(end(days(5), "2025-05-30T08:00:00Z"), "2025-06-10T22:00:00Z");
  // In winter time a day ends an hour later.
  EXPECT_EQ(end(days(1), "2025-01-13T08:00:00Z"), "2025-01-14T23:00:00Z");
  // Opened as the day begins there, the whole of it counts.
  EXPECT_EQ(end(days(1), "2025-01-13T23:00:00Z"), "2025-01-14T23:00:00Z");
  EXPECT_EQ(end(days(1), "2025-01-13T23:00:01Z"), "2025-01-15T23:00:00Z");
}

TEST(Deadlines, ADayOnWhichTheClockStoodStillDoesNotCount) {
  EXPECT_EQ(end(days(2), "2025-01-13T08:00:00Z"), "2025-01-15T23:00:00Z");
  EXPECT_EQ(
      end(days(2), "2025-01-13T08:00:00Z", {pause("2025-01-14T10:00:00Z", "2025-01-14T10:00:01Z")}),
      "2025-01-16T23:00:00Z");
  EXPECT_EQ(
      end(days(2), "2025-01-13T08:00:00Z", {pause("2025-01-14T23:00:00Z", "2025-01-15T23:00:00Z")}),
      "2025-01-16T23:00:00Z");
  EXPECT_EQ(
      end(days(2), "2025-01-13T08:00:00Z", {{day("2025-01-15T12:00:00Z"), base::kDistantFuture}}),
      "never");
  EXPECT_EQ(
      end(days(2), "2025-01-13T08:00:00Z", {{day("2025-01-15T23:00:00Z"), base::kDistantFuture}}),
      "2025-01-15T23:00:00Z");
}

TEST(Deadlines, ACalendarCountsTheDaysOnWhichItIsInForce) {
  const base::Instant change = day("2025-01-15");
  const auto books = calendars({{kRome, {base::kDistantPast, change}},
                                {R"({"time_zone": [{"utc_offset": "+00:00"}],
                                     "working_days": ["saturday"]})",
                                 {change, base::kDistantFuture}}});
  EXPECT_EQ(end(days(1), "2025-01-13T08:00:00Z", {}, books), "2025-01-14T23:00:00Z");
  EXPECT_EQ(end(days(2), "2025-01-13T08:00:00Z", {}, books), "2025-01-19T00:00:00Z");
  EXPECT_EQ(end(days(1), "2025-01-13T08:00:00Z", {}, {}), "never");
}

TEST(Deadlines, AClockThatGoesBackAtMidnightLosesNoDay) {
  const auto books = calendars({{R"({"time_zone": [{"utc_offset": "+02:00"},
      {"from": "2025-01-14T22:00:00Z", "utc_offset": "+01:00"}],
      "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"]})",
                                 {}}});
  EXPECT_EQ(end(days(1), "2025-01-13T08:00:00Z", {}, books), "2025-01-14T22:00:00Z");
  EXPECT_EQ(end(days(2), "2025-01-13T08:00:00Z", {}, books), "2025-01-15T23:00:00Z");
}

// Pauses, sorted and apart, in minutes after the opening.
std::vector<base::Period> some_pauses(base::Instant opened) {
  std::vector<base::Period> pauses;
  std::int64_t at = opened.unix_ms;
  for (int left = *base::testing::within(0, 4); left > 0; --left) {
    const std::int64_t from = at + *base::testing::within<std::int64_t>(0, 6000) * 60'000;
    const std::int64_t until = from + *base::testing::within<std::int64_t>(1, 6000) * 60'000;
    pauses.push_back({{from}, {until}});
    at = until + 60'000;
  }
  return pauses;
}

RC_GTEST_PROP(Deadlines, HoursEndWhenTheTimeThatRanIsUsedUp, ()) {
  const base::Instant opened{*base::testing::within<std::int64_t>(1'730'000'000, 1'770'000'000) *
                             1000};
  const auto pauses = some_pauses(opened);
  const std::int64_t count = *base::testing::within<std::int64_t>(1, 300);
  const auto over = end_of(hours(count), opened, pauses, rome());
  RC_ASSERT(over.has_value());
  std::int64_t paused = 0;
  for (const base::Period& one : pauses) {
    const base::Instant until = std::min(one.until, *over);
    if (one.from < until) paused += until.unix_ms - one.from.unix_ms;
  }
  // What ran and what stood still is what passed.
  RC_ASSERT(over->unix_ms - opened.unix_ms - paused == count * 3'600'000);
}

RC_GTEST_PROP(Deadlines, WorkingDaysAreThoseTheSlowWayCounts, ()) {
  const base::Instant opened{*base::testing::within<std::int64_t>(1'730'000'000, 1'770'000'000) *
                             1000};
  const auto pauses = some_pauses(opened);
  const std::int64_t count = *base::testing::within<std::int64_t>(1, 30);
  const Calendar& calendar = *rome().front();
  // Minute by minute is too slow; hour by hour finds every midnight of this calendar.
  std::int64_t counted = 0;
  std::int64_t begins = opened.unix_ms / 3'600'000 * 3'600'000;
  if (begins < opened.unix_ms) begins += 3'600'000;
  std::optional<base::Instant> expected;
  for (base::Instant at{begins}; !expected; at.unix_ms += 3'600'000) {
    const bool midnight = calendar.day_of(at) != calendar.day_of({at.unix_ms - 1});
    if (!midnight) continue;
    base::Instant next{at.unix_ms + 3'600'000};
    while (calendar.day_of(next) == calendar.day_of(at)) next.unix_ms += 3'600'000;
    const bool stood = std::any_of(pauses.begin(), pauses.end(), [&](const auto& one) {
      return one.from < next && at < one.until;
    });
    if (!stood && calendar.is_working_day(calendar.day_of(at)) && ++counted == count) {
      expected = next;
    }
  }
  RC_ASSERT(end_of(days(count), opened, pauses, rome()) == expected);
}

RC_GTEST_PROP(Deadlines, APauseMoreNeverEndsThemSooner, ()) {
  const base::Instant opened{*base::testing::within<std::int64_t>(1'730'000'000, 1'770'000'000) *
                             1000};
  auto pauses = some_pauses(opened);
  const std::int64_t count = *base::testing::within<std::int64_t>(1, 30);
  for (const Deadline& deadline : {days(count), hours(count)}) {
    const auto all = end_of(deadline, opened, pauses, rome());
    auto fewer = pauses;
    if (!fewer.empty()) {
      fewer.erase(fewer.begin() + *base::testing::within<std::int64_t>(0, std::ssize(fewer)));
    }
    RC_ASSERT(*end_of(deadline, opened, fewer, rome()) <= *all);
  }
}

}  // namespace
}  // namespace countersign::registry
