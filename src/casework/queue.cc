// SPDX-License-Identifier: Apache-2.0
#include "casework/queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "casework/clock_words.h"
#include "casework/internal/acting.h"
#include "kernel/acting.h"
#include "kernel/clock.h"
#include "kernel/commands.h"

namespace countersign::casework {
namespace {

using kernel::EntryKind;
using kernel::Stage;
using registry::OfficeId;
using registry::PartyId;
using registry::Power;

// What waits for one authority in a case.
struct Task {
  std::string awaits;
  std::string what;               // behind "your" or "the"
  EntryKind by;                   // the step that does it
  std::vector<OfficeId> offices;  // any of them may
  base::Instant since;
  std::optional<base::Instant> due = std::nullopt;
  bool stopped = false;
  std::optional<OfficeId> told = std::nullopt;  // who is told once it is overdue
};

bool holds(const std::vector<OfficeId>& offices, const OfficeId& office) {
  return std::find(offices.begin(), offices.end(), office) != offices.end();
}

// The offices of the authority that have one of these powers.
std::vector<OfficeId> offices_with(const kernel::State& state, const PartyId& authority,
                                   const std::vector<Power>& powers) {
  std::vector<OfficeId> offices;
  const kernel::Entered* entered = state.authorities().find(authority);
  if (entered == nullptr) return offices;
  for (const registry::Office& office : entered->charter().charter.offices) {
    const bool may = std::any_of(powers.begin(), powers.end(),
                                 [&](const Power power) { return office.may(power); });
    if (may) offices.push_back(office.id);
  }
  return offices;
}

void add_stages(const kernel::State& state, const kernel::Case& of, const PartyId& authority,
                std::vector<Task>& tasks) {
  if (of.status != kernel::CaseStatus::Pending) return;
  for (const Stage& stage :
       kernel::stages_of(of, authority, state.authorities().registers(), state.now())) {
    if (!stage.waits) continue;
    const bool advice = stage.advice.has_value();
    const std::string what = advice ? "advice" : "decision";
    Task task{what, what, advice ? EntryKind::Advice : EntryKind::Decision, stage.offices,
              stage.opened};
    task.due = stage.due;
    task.stopped = !stage.pauses.empty() && stage.pauses.back().until == base::kDistantFuture;
    if (stage.silence) task.told = stage.silence->escalate_to;
    tasks.push_back(std::move(task));
  }
}

void add_reconsideration(const kernel::State& state, const kernel::Case& of,
                         const PartyId& authority, std::vector<Task>& tasks) {
  const auto& asked = of.reconsideration;
  if (!asked || asked->decided || asked->authority != authority) return;
  const kernel::Decision* denial = of.lanes.at(authority).denial(asked->body.decision);
  if (denial == nullptr) return;
  tasks.push_back(
      {"reconsideration",
       fmt::format("answer to whether the denial in entry {} stands: the requester "
                   "asks that it be looked at again",
                   denial->done.position),
       EntryKind::Reconsidered,
       kernel::reconsiderers_of(state, of, authority, denial->done.signer.office, state.now()),
       asked->asked.at});
}

// Somebody else reviews a consent in an emergency than who gave it.
void add_reviews(const kernel::State& state, const kernel::Case& of, const PartyId& authority,
                 std::vector<Task>& tasks) {
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end()) return;
  for (const kernel::Decision& consent : lane->second.decisions) {
    if (consent.body.outcome != kernel::DecisionOutcome::Emergency || consent.reviewed) continue;
    auto offices = offices_with(state, authority, {Power::Decide, Power::Oversee});
    std::erase_if(offices, [&](const OfficeId& office) {
      const auto holders = state.authorities().persons_in(authority, office, state.now());
      return std::all_of(holders.begin(), holders.end(),
                         [&](const auto& person) { return person == consent.done.signer.person; });
    });
    tasks.push_back({"review",
                     fmt::format("review of what {} consented to in an emergency (entry {})",
                                 consent.done.signer.office.text(), consent.done.position),
                     EntryKind::Review, std::move(offices), consent.done.at,
                     consent.body.review_by});
  }
}

// End-use checks that are not done, discrepancies that nobody has closed.
void add_file(const kernel::State& state, const kernel::GrantRecord& grant,
              const PartyId& authority, std::vector<Task>& tasks) {
  const std::string& id = grant.id.text();
  const auto closing = [&](const kernel::Done& said, std::string_view by) {
    std::vector<OfficeId> offices;
    for (const OfficeId& office : kernel::closers_of(state, grant, state.now())) {
      if (state.authorities().find(authority)->charter().charter.find(office) != nullptr) {
        offices.push_back(office);
      }
    }
    tasks.push_back({"closing",
                     fmt::format("closing of the discrepancy under {} that {} (entry {})", id, by,
                                 said.position),
                     EntryKind::Close, std::move(offices), said.at});
  };
  for (const kernel::UseReport& report : grant.reports) {
    if (report.open()) closing(report.done, "was reported");
  }
  for (const kernel::EndUseCheck& check : grant.checks) {
    if (check.open()) closing(*check.done, "a check found");
    if (check.done) continue;
    tasks.push_back({"check",
                     fmt::format("end-use check of {} (entry {}): {}", id, check.requested.position,
                                 base::quoted(check.body.text)),
                     EntryKind::Check,
                     {check.body.checker},
                     check.requested.at,
                     check.body.due});
  }
}

void add_of_requester(const kernel::State& state, const kernel::Case& of,
                      std::vector<Task>& tasks) {
  const auto offices = offices_with(state, of.request.requester, {Power::Request});
  if (of.status == kernel::CaseStatus::Returned && of.closed_at) {
    tasks.push_back(
        {"amendment", "amendment, or that you withdraw", EntryKind::Amend, offices, *of.closed_at});
  }
  if (of.status != kernel::CaseStatus::Pending) return;
  for (const kernel::Query& query : of.queries) {
    if (query.settled()) continue;
    tasks.push_back({"answer",
                     fmt::format("answer to {} (entry {})", query.done.signer.office.text(),
                                 query.done.position),
                     EntryKind::Answer, offices, query.done.at});
  }
}

void add_of_holder(const kernel::State& state, const kernel::GrantRecord& grant,
                   std::vector<Task>& tasks) {
  const auto offices = offices_with(state, grant.scope.holder, {Power::Request});
  const auto acknowledge = [&](std::string what, base::Instant since) {
    tasks.push_back({"acknowledgement", std::move(what), EntryKind::Acknowledge, offices, since});
  };
  const std::string& id = grant.id.text();
  if (grant.revoked) {
    if (grant.acknowledged) return;
    acknowledge(fmt::format("word that you know {} is revoked", id), grant.revoked->at);
  } else if (status_of(grant, state.now()) == kernel::GrantStatus::Active) {
    const auto missing = grant.unacknowledged(grant.scope.text, state.now());
    if (missing.empty()) return;
    acknowledge(fmt::format("word that you have read the conditions of {}", id),
                grant.laid_down.at(missing.front()));
  }
}

std::vector<Task> tasks_of(const kernel::State& state, const kernel::Case& of,
                           const PartyId& authority) {
  std::vector<Task> tasks;
  add_stages(state, of, authority, tasks);
  add_reconsideration(state, of, authority, tasks);
  add_reviews(state, of, authority, tasks);
  if (of.request.requester == authority) add_of_requester(state, of, tasks);
  for (const kernel::GrantRecord* grant : state.grants_of(of)) {
    add_file(state, *grant, authority, tasks);
    if (grant->scope.holder == authority) add_of_holder(state, *grant, tasks);
  }
  return tasks;
}

std::string list(const std::vector<OfficeId>& offices) {
  std::vector<std::string_view> names;
  for (const OfficeId& office : offices) names.push_back(office.text());
  return fmt::format("{}", fmt::join(names, ", "));
}

// One authority's cases looked through for one office of it.
class Desk {
 public:
  Desk(const Reader& reader, const kernel::State& state, PartyId authority, const OfficeId& office)
      : reader_(reader), state_(state), authority_(std::move(authority)), office_(office) {}

  void look_through(const kernel::Case& of) {
    for (Task& task : tasks_of(state_, of, authority_)) {
      if (auto waiting = addressed(of, task)) add(of, task, *std::move(waiting));
    }
  }
  std::vector<Waiting> take() { return std::move(queue_); }

 private:
  // The task as this office's, or as one that it is told of; empty where it is neither.
  std::optional<Waiting> addressed(const kernel::Case& of, const Task& task) const {
    Waiting waiting;
    waiting.awaits = task.awaits;
    const base::Instant now = state_.now();
    if (task.due && *task.due <= now) waiting.overdue_ms = now.unix_ms - task.due->unix_ms;
    if (holds(task.offices, office_)) {
      waiting.words = "your " + task.what + while_away(of, task);
      return waiting;
    }
    for (const OfficeId& office : task.offices) {
      if (!is_away(office) || turn(of, office, task.by) != office_) continue;
      waiting.words = fmt::format(
          "the {} of {}, for which you act while its holder is away: look at the case "
          "with --as {}",
          task.what, office.text(), office.text());
      waiting.acting_for = office;
      return waiting;
    }
    if (waiting.overdue_ms == 0 || task.told != office_) return std::nullopt;
    waiting.awaits = "escalated";
    waiting.words =
        fmt::format("the {} of {}, of which you are told", task.what, list(task.offices));
    return waiting;
  }

  bool is_away(const OfficeId& office) const {
    const kernel::Entered* entered = state_.authorities().find(authority_);
    return entered->absence_of(office, state_.now()) != nullptr;
  }
  std::optional<OfficeId> turn(const kernel::Case& of, const OfficeId& office,
                               EntryKind kind) const {
    return kernel::whose_turn(state_.authorities(), of, authority_, office, kind, state_.now());
  }
  std::string while_away(const kernel::Case& of, const Task& task) const {
    if (!is_away(office_)) return {};
    const auto acts = turn(of, office_, task.by);
    return acts ? fmt::format("; while you are away {} acts for you", acts->text())
                : std::string("; while you are away nobody is left to act for you");
  }

  // Who acts for an office sees of what it is to do what that office sees.
  bool sees_request(const kernel::Case& of, const Waiting& waiting) const {
    if (reader_.sees(kernel::Sight::Request, of)) return true;
    const bool own = reader_.who() && reader_.who()->id == office_.text();
    if (!waiting.acting_for || !own) return false;
    const auto absent = Reader::as(state_, waiting.acting_for->text());
    return absent && absent.value().sees(kernel::Sight::Request, of);
  }

  void add(const kernel::Case& of, const Task& task, Waiting waiting) {
    kernel::Part part = part_of(of);
    part.owner = authority_;
    part.assignee = office_;
    if (!reader_.sees(kernel::Sight::Task, part)) return;
    waiting.case_id = of.id;
    waiting.since = task.since;
    waiting.due = task.due;
    waiting.stopped = task.stopped;
    if (sees_request(of, waiting)) waiting.request = of.request;
    // One entry where several procedures give the same decision a time: the first that is over
    // counts.
    for (Waiting& known : queue_) {
      if (known.case_id != waiting.case_id || known.words != waiting.words) continue;
      const bool sooner = waiting.due && (!known.due || *waiting.due < *known.due);
      if (sooner) known = std::move(waiting);
      return;
    }
    queue_.push_back(std::move(waiting));
  }

  const Reader& reader_;
  const kernel::State& state_;
  PartyId authority_;
  const OfficeId& office_;
  std::vector<Waiting> queue_;
};

auto order_of(const Waiting& waiting) {
  return std::tuple(-waiting.overdue_ms, waiting.due.value_or(base::kDistantFuture), waiting.since);
}

std::string asked(const std::optional<kernel::Request>& request) {
  if (!request) return "what is asked is not shown to you";
  std::string text =
      fmt::format("{} asks to {} {} {}", request->requester.text(),
                  registry::name_of(request->action), request->quantity, request->item.text());
  if (request->needed_by) text += "; needed by " + base::to_text(*request->needed_by);
  if (request->priority) {
    text += fmt::format("; {}: {}", kernel::name_of(request->priority->level),
                        base::quoted(request->priority->reason));
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

base::Ruled<std::vector<Waiting>> queue_of(const Reader& reader, const kernel::State& state,
                                           const OfficeId& office) {
  const auto authority = whose_office(state, office);
  if (!authority) return unknown_office(state, office.text(), "office");
  Desk desk(reader, state, *authority, office);
  for (const auto& [id, of] : state.cases()) desk.look_through(of);
  std::vector<Waiting> queue = desk.take();
  std::stable_sort(queue.begin(), queue.end(),
                   [](const Waiting& a, const Waiting& b) { return order_of(a) < order_of(b); });
  return queue;
}

base::Ruled<std::vector<Waiting>> own_queue_of(const kernel::State& state, const OfficeId& office) {
  if (!whose_office(state, office)) return unknown_office(state, office.text(), "office");
  BOOST_OUTCOME_TRY(const Reader reader, Reader::as(state, office.text()));
  return queue_of(reader, state, office);
}

base::Json write(const std::vector<Waiting>& queue) {
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
    if (waiting.acting_for) {
      members.emplace_back("acting_for", base::json_text(waiting.acting_for->text()));
    }
    if (waiting.request) members.emplace_back("request", kernel::write(*waiting.request));
    items.push_back(base::json_object(std::move(members)));
  }
  return base::json_object(
      {{"waiting", base::json_array(std::move(items))}, {"cases", base::json_texts(cases)}});
}

std::string describe_queue(const OfficeId& office, const std::vector<Waiting>& queue,
                           base::Instant at) {
  if (queue.empty()) return fmt::format("nothing waits for {}", office.text());
  std::vector<std::string> lines;
  for (const Waiting& waiting : queue) {
    lines.push_back(fmt::format("{}: waits for {}, {}\n  {}", waiting.case_id.text(), waiting.words,
                                when(waiting, at), asked(waiting.request)));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace countersign::casework
