// SPDX-License-Identifier: Apache-2.0
#include "casework/queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "casework/clock_words.h"
#include "kernel/clock.h"

namespace countersign::casework {
namespace {

using kernel::Stage;

bool holds(const std::vector<registry::OfficeId>& offices, const registry::OfficeId& office) {
  return std::find(offices.begin(), offices.end(), office) != offices.end();
}

// One entry where several procedures give the same decision a time: the first that is over counts.
void add(std::vector<Waiting>& queue, Waiting waiting) {
  for (Waiting& known : queue) {
    if (known.case_id != waiting.case_id || known.awaits != waiting.awaits ||
        known.words != waiting.words) {
      continue;
    }
    const bool sooner = waiting.due && (!known.due || *waiting.due < *known.due);
    if (sooner) known = std::move(waiting);
    return;
  }
  queue.push_back(std::move(waiting));
}

void add_stage(std::vector<Waiting>& queue, const kernel::Case& of, const Stage& stage,
               const registry::OfficeId& office, base::Instant at) {
  if (!stage.waits) return;
  Waiting waiting;
  waiting.case_id = of.id;
  waiting.since = stage.opened;
  waiting.due = stage.due;
  waiting.overdue_ms = overdue_ms(stage, at);
  waiting.stopped = !stage.pauses.empty() && stage.pauses.back().until == base::kDistantFuture;
  const std::string what = stage.advice ? "advice" : "decision";
  if (holds(stage.offices, office)) {
    waiting.awaits = what;
    waiting.words = "your " + what;
    add(queue, std::move(waiting));
    return;
  }
  if (waiting.overdue_ms == 0 || stage.silence->escalate_to != office) return;
  std::vector<std::string_view> silent;
  for (const registry::OfficeId& one : stage.offices) silent.push_back(one.text());
  waiting.awaits = "escalated";
  waiting.words = fmt::format("the {} of {}, of which you are told", what, fmt::join(silent, ", "));
  add(queue, std::move(waiting));
}

void add_of_requester(std::vector<Waiting>& queue, const kernel::Case& of) {
  if (of.status == kernel::CaseStatus::Returned && of.closed_at) {
    queue.push_back({of.id, "amendment", "your amendment, or that you withdraw", *of.closed_at,
                     std::nullopt, 0, false});
  }
  if (of.status != kernel::CaseStatus::Pending) return;
  for (const kernel::Query& query : of.queries) {
    if (query.settled()) continue;
    queue.push_back({of.id, "answer",
                     fmt::format("your answer to {} (entry {})", query.done.signer.office.text(),
                                 query.done.position),
                     query.done.at, std::nullopt, 0, false});
  }
}

auto order_of(const Waiting& waiting) {
  return std::tuple(-waiting.overdue_ms, waiting.due.value_or(base::kDistantFuture), waiting.since);
}

std::string asked(const kernel::Request& request) {
  std::string text =
      fmt::format("{} asks to {} {} {}", request.requester.text(),
                  registry::name_of(request.action), request.quantity, request.item.text());
  if (request.needed_by) text += "; needed by " + base::to_text(*request.needed_by);
  if (request.priority) {
    text += fmt::format("; {}: {}", kernel::name_of(request.priority->level),
                        base::quoted(request.priority->reason));
  }
  return text;
}

std::string when(const Waiting& waiting, base::Instant at) {
  if (waiting.overdue_ms > 0) return "overdue by " + duration(waiting.overdue_ms);
  if (waiting.stopped) return "its clock stands still";
  if (waiting.due) return fmt::format("due in {}", duration(waiting.due->unix_ms - at.unix_ms));
  return fmt::format("for {}", duration(at.unix_ms - waiting.since.unix_ms));
}

}  // namespace

std::vector<Waiting> queue_of(const kernel::State& state, const registry::OfficeId& office) {
  const std::string& name = office.text();
  const registry::PartyId authority(name.substr(0, name.find('/')));
  const bool asks = state.authorities().may(authority, office, registry::Power::Request);
  std::vector<Waiting> queue;
  for (const auto& [id, of] : state.cases()) {
    if (asks && of.request.requester == authority) add_of_requester(queue, of);
    if (of.status != kernel::CaseStatus::Pending) continue;
    const auto stages =
        kernel::stages_of(of, authority, state.authorities().registers(), state.now());
    for (const Stage& stage : stages) add_stage(queue, of, stage, office, state.now());
  }
  std::stable_sort(queue.begin(), queue.end(),
                   [](const Waiting& a, const Waiting& b) { return order_of(a) < order_of(b); });
  return queue;
}

base::Json write(const kernel::State& state, const std::vector<Waiting>& queue) {
  std::vector<base::Json> items;
  std::vector<std::string> cases;
  for (const Waiting& waiting : queue) {
    const std::string& id = waiting.case_id.text();
    if (std::find(cases.begin(), cases.end(), id) == cases.end()) cases.push_back(id);
    std::vector<std::pair<std::string, base::Json>> members = {
        {"case", base::json_text(id)},
        {"awaits", base::json_text(waiting.awaits)},
        {"says", base::json_text(waiting.words)},
        {"since", base::json_text(base::to_text(waiting.since))},
        {"overdue_ms", base::json_integer(waiting.overdue_ms)},
        {"stopped", base::json_bool(waiting.stopped)}};
    if (waiting.due) members.emplace_back("due", base::json_text(base::to_text(*waiting.due)));
    members.emplace_back("request", kernel::write(state.find(waiting.case_id)->request));
    items.push_back(base::json_object(std::move(members)));
  }
  return base::json_object(
      {{"waiting", base::json_array(std::move(items))}, {"cases", base::json_texts(cases)}});
}

std::string describe_queue(const kernel::State& state, const registry::OfficeId& office,
                           const std::vector<Waiting>& queue) {
  if (queue.empty()) return fmt::format("nothing waits for {}", office.text());
  std::vector<std::string> lines;
  for (const Waiting& waiting : queue) {
    lines.push_back(fmt::format("{}: waits for {}, {}\n  {}", waiting.case_id.text(), waiting.words,
                                when(waiting, state.now()),
                                asked(state.find(waiting.case_id)->request)));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace countersign::casework
