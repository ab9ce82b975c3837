// SPDX-License-Identifier: Apache-2.0
// Which days an authority works, in its own time zone, and what a directive makes of silence.
//
// A day is a number: days since 1970-01-01 on the calendar's own clock. Offsets from UTC are fixed
// and dated, so that a day is the same for everybody who has the document.
#ifndef COUNTERSIGN_REGISTRY_CALENDAR_H_
#define COUNTERSIGN_REGISTRY_CALENDAR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "registry/record.h"

namespace countersign::registry {

using Day = std::int64_t;

struct Calendar {
  struct Offset {
    base::Instant from = base::kDistantPast;
    std::int64_t minutes = 0;  // ahead of UTC

    friend bool operator==(const Offset&, const Offset&) = default;
  };
  struct Holiday {
    Day day = 0;
    std::string name;

    friend bool operator==(const Holiday&, const Holiday&) = default;
  };

  std::vector<Offset> offsets;    // by their beginnings; the first holds from the beginning
  std::array<bool, 7> works{};    // Monday first
  std::vector<Holiday> holidays;  // each day once, ascending

  Day day_of(base::Instant at) const;
  // When the day begins there.
  base::Instant start_of(Day day) const;
  bool is_working_day(Day day) const;

  // Reads calendar.json (docs/formats/registers.md).
  static Calendar read(const base::Json& document, base::Report& report);
  static base::Json write(const Calendar& calendar);

  friend bool operator==(const Calendar&, const Calendar&) = default;

 private:
  std::int64_t offset_ms(base::Instant at) const;
};

// How long an office may take.
struct Deadline {
  enum class Unit { Hours, WorkingDays };
  Unit unit = Unit::WorkingDays;
  std::int64_t count = 1;

  friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

// What a directive makes of silence past a deadline. Nothing here can supply an approval.
struct SilenceRule {
  enum class Then {
    Wait,      // nothing: it is shown as overdue
    Escalate,  // the office named is told; it still waits
    GoOn,      // advice counts as not given, and its demand falls away
    Refuse,    // the case is refused
  };
  Deadline deadline;
  Then then = Then::Wait;
  std::optional<OfficeId> escalate_to;  // with Escalate

  friend auto operator<=>(const SilenceRule&, const SilenceRule&) = default;
};

// "wait", "escalate", "go_on", "refuse".
std::string_view name_of(SilenceRule::Then then);
// "10 working days", "1 hour".
std::string words_of(const Deadline& deadline);
// "within 10 working days; past that the case goes on without it".
enum class Awaited { Advice, Decision };
std::string words_of(const SilenceRule& rule, Awaited awaited);

// Reads the members `deadline` and `on_silence`, which stand together or not at all; adds them.
std::optional<SilenceRule> read_silence(base::Fields& fields, base::Report& report);
void add_silence(std::vector<std::pair<std::string, base::Json>>& members,
                 const std::optional<SilenceRule>& silence);

// When a deadline that began to run at `opened` is over, by the calendars an authority has had and
// will have. The clock stands still in `pauses`, which are sorted and do not touch each other; one
// may last for good.
//   hours          run by the clock, day and night
//   working days   one counts when the clock ran through the whole of it: not that on which it was
//                  opened, nor one on which it stood still for a moment. The deadline is over when
//                  the last of them is
// Empty when it is never over: the clock stands still for good, or no working day comes.
std::optional<base::Instant> end_of(const Deadline& deadline, base::Instant opened,
                                    const std::vector<base::Period>& pauses,
                                    const std::vector<Recorded<Calendar>>& calendars);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_CALENDAR_H_
