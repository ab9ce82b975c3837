// SPDX-License-Identifier: Apache-2.0
#include "casework/clock_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Stage;
using Members = std::vector<std::pair<std::string, Json>>;
using Then = registry::SilenceRule::Then;

std::vector<std::string> names_of(const std::vector<registry::OfficeId>& offices) {
  std::vector<std::string> names;
  for (const registry::OfficeId& office : offices) names.push_back(office.text());
  return names;
}

// The query that has stopped the clock of the lane, or null.
const kernel::Query* stopped_by(const kernel::Case& of, const Stage& stage, base::Instant at) {
  if (stage.pauses.empty() || stage.pauses.back().until != base::kDistantFuture) return nullptr;
  for (const kernel::Query& query : of.queries) {
    const auto settled = query.settled();
    if (query.authority == stage.authority && query.done.at <= at && (!settled || *settled > at)) {
      return &query;
    }
  }
  return nullptr;
}

std::string awaited(const Stage& stage) {
  const std::string whose = fmt::format("{}", fmt::join(names_of(stage.offices), ", "));
  const std::string what = fmt::format("the {} of {}", stage.advice ? "advice" : "decision", whose);
  if (stage.directive.empty()) return what;
  return fmt::format("{} ({}, {})", what, stage.directive.text(), stage.procedure.text());
}

std::string waiting_line(const kernel::Case& of, const Stage& stage, base::Instant at) {
  std::string line =
      fmt::format("    waits for {} since {}", awaited(stage), base::to_text(stage.opened));
  if (const std::int64_t over = overdue_ms(stage, at); over > 0) {
    line += fmt::format("; overdue by {}, since {}", duration(over), base::to_text(*stage.due));
    if (stage.silence->escalate_to) {
      line += fmt::format("; {} is told", stage.silence->escalate_to->text());
    }
  } else if (stage.due) {
    line += fmt::format("; due {}, in {}", base::to_text(*stage.due),
                        duration(stage.due->unix_ms - at.unix_ms));
  }
  const std::int64_t paused = stage.paused_ms(at);
  if (const kernel::Query* query = stopped_by(of, stage, at)) {
    line += fmt::format("; its clock stands still by the query at entry {}, for {} so far",
                        query->done.position, duration(paused));
  } else if (paused > 0) {
    line += fmt::format("; its clock stood still for {}", duration(paused));
  }
  return line;
}

std::string silent_line(const Stage& stage) {
  const std::string kept =
      fmt::format("{} kept silent until the time was over at {}",
                  fmt::join(names_of(stage.offices), ", "), base::to_text(*stage.due));
  if (stage.silence->then == Then::GoOn) {
    return fmt::format("    no advice: {}; {} lets the case go on without it", kept,
                       stage.directive.text());
  }
  return fmt::format("    refused by silence: {} ({}, {})", kept, stage.directive.text(),
                     stage.procedure.text());
}

// Whether silence has settled the stage: the case goes on, or is refused.
bool settled_by_silence(const Stage& stage) {
  if (!stage.silent) return false;
  return stage.silence->then == Then::Refuse ||
         (stage.silence->then == Then::GoOn && stage.advice && !stage.met);
}

std::string_view state_of(const Stage& stage) {
  if (settled_by_silence(stage)) {
    return stage.silence->then == Then::Refuse ? "refused_by_silence" : "no_advice";
  }
  if (stage.met) return "met";
  if (stage.gone) return "no_longer_asked";
  return "waiting";
}

Json json_of(const kernel::Case& of, const Stage& stage, base::Instant at) {
  Members members;
  members.emplace_back("awaits", base::json_text(stage.advice ? "advice" : "decision"));
  members.emplace_back("offices", base::json_texts(names_of(stage.offices)));
  members.emplace_back("state", base::json_text(state_of(stage)));
  if (!stage.directive.empty()) {
    members.emplace_back("directive", base::json_text(stage.directive.text()));
    members.emplace_back("procedure", base::json_text(stage.procedure.text()));
  }
  registry::add_silence(members, stage.silence);
  members.emplace_back("since", base::json_text(base::to_text(stage.opened)));
  if (stage.met) members.emplace_back("met", base::json_text(base::to_text(*stage.met)));
  if (stage.due) members.emplace_back("due", base::json_text(base::to_text(*stage.due)));
  members.emplace_back("overdue_ms", base::json_integer(overdue_ms(stage, at)));
  members.emplace_back("running_ms", base::json_integer(stage.running_ms(at)));
  members.emplace_back("paused_ms", base::json_integer(stage.paused_ms(at)));
  if (const kernel::Query* query = stopped_by(of, stage, at)) {
    members.emplace_back("paused_by",
                         base::json_integer(static_cast<std::int64_t>(query->done.position)));
  }
  return base::json_object(std::move(members));
}

}  // namespace

std::string duration(std::int64_t ms) {
  constexpr std::int64_t kMinuteMs = 60'000;
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> kUnits = {
      {{24 * 60 * kMinuteMs, "day"}, {60 * kMinuteMs, "hour"}, {kMinuteMs, "minute"}}};
  std::vector<std::string> parts;
  for (const auto& [size, name] : kUnits) {
    const std::int64_t count = ms / size;
    if (count > 0) parts.push_back(fmt::format("{} {}{}", count, name, count == 1 ? "" : "s"));
    ms %= size;
    if (parts.size() == 2) break;
  }
  return parts.empty() ? "less than a minute" : fmt::format("{}", fmt::join(parts, " "));
}

std::int64_t overdue_ms(const Stage& stage, base::Instant at) {
  if (!stage.waits || !stage.due || *stage.due > at) return 0;
  return at.unix_ms - stage.due->unix_ms;
}

base::Instant clock_time(const kernel::State& state, const kernel::Case& of) {
  return std::min(state.now(), of.closed_at.value_or(state.now()));
}

std::vector<std::string> clock_lines(const kernel::State& state, const kernel::Case& of,
                                     const registry::PartyId& authority) {
  const base::Instant at = clock_time(state, of);
  std::vector<std::string> lines;
  for (const Stage& stage : kernel::stages_of(of, authority, state.authorities().registers(), at)) {
    if (settled_by_silence(stage)) {
      lines.push_back(silent_line(stage));
    } else if (stage.waits && of.status == kernel::CaseStatus::Pending) {
      lines.push_back(waiting_line(of, stage, at));
    }
  }
  return lines;
}

base::Json clocks_json(const kernel::State& state, const kernel::Case& of,
                       const std::set<registry::PartyId>* shown) {
  const base::Instant at = clock_time(state, of);
  Members lanes;
  for (const auto& [authority, lane] : of.lanes) {
    if (shown != nullptr && !shown->contains(authority)) continue;
    std::vector<Json> stages;
    for (const Stage& stage :
         kernel::stages_of(of, authority, state.authorities().registers(), at)) {
      stages.push_back(json_of(of, stage, at));
    }
    lanes.emplace_back(authority.text(), base::json_array(std::move(stages)));
  }
  return base::json_object(std::move(lanes));
}

}  // namespace countersign::casework
