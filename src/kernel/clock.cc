// SPDX-License-Identifier: Apache-2.0
#include "kernel/clock.h"

#include <algorithm>
#include <set>
#include <utility>

namespace countersign::kernel {
namespace {

using base::Instant;
using registry::OfficeId;
using Then = registry::SilenceRule::Then;

// One lane of one version, and what its clock runs by.
struct Course {
  const Lane& lane;
  const registry::PartyId& authority;
  std::vector<base::Period> pauses;
  const std::vector<registry::Recorded<registry::Calendar>>& calendars;
  Instant at;
};

// A demand as long as determinations repeat it.
template <class Demand>
struct Run {
  Demand demand;
  Instant opened;
  std::optional<Instant> gone;
  const Finding* last = nullptr;  // the last determination that has it
};

// The runs of what `demands` says each finding demands.
template <class Demand, class Of>
std::vector<Run<Demand>> runs_of(const Course& course, const Of& demands) {
  std::vector<Run<Demand>> runs;
  for (const Finding& finding : course.lane.findings) {
    if (finding.at > course.at) continue;
    const std::vector<Demand> now = demands(finding.fingerprint);
    for (Run<Demand>& run : runs) {
      if (run.gone) continue;
      if (std::find(now.begin(), now.end(), run.demand) == now.end()) {
        run.gone = finding.at;
      } else {
        run.last = &finding;
      }
    }
    for (const Demand& demand : now) {
      const bool runs_on = std::any_of(runs.begin(), runs.end(), [&](const Run<Demand>& run) {
        return !run.gone && run.demand == demand;
      });
      if (!runs_on) runs.push_back({demand, finding.at, std::nullopt, &finding});
    }
  }
  return runs;
}

// Sets what follows from the deadline; `met_before` says whether it was met before an instant.
template <class MetBefore>
void set_due(const Course& course, Stage& stage, const MetBefore& met_before) {
  stage.pauses = clipped(course.pauses, stage.opened);
  if (stage.silence) {
    stage.due =
        registry::end_of(stage.silence->deadline, stage.opened, stage.pauses, course.calendars);
  }
  const bool over = stage.due && *stage.due <= course.at;
  stage.silent = over && !met_before(*stage.due) && !(stage.gone && *stage.gone <= *stage.due);
  const bool let_go = stage.silent && stage.advice && stage.silence->then == Then::GoOn;
  stage.waits = !stage.met && !stage.gone && !let_go;
}

std::vector<Stage> advice_stages(const Course& course) {
  std::vector<Stage> stages;
  const auto demands = [](const Fingerprint& finding) { return finding.procedure; };
  for (Run<ProcedureDemand>& run : runs_of<ProcedureDemand>(course, demands)) {
    Stage stage;
    stage.authority = course.authority;
    stage.offices = {run.demand.office};
    stage.directive = run.demand.directive;
    stage.procedure = run.demand.procedure;
    stage.silence = run.demand.silence;
    stage.opened = run.opened;
    stage.gone = run.gone;
    for (const Advice& given : course.lane.advice) {
      if (given.done.signer.office != run.demand.office || given.done.at > course.at) continue;
      const Instant in = std::max(given.done.at, run.opened);
      if (!run.gone || in < *run.gone) stage.met = in;
      break;
    }
    stage.advice = std::move(run.demand);
    set_due(course, stage, [&](Instant due) { return stage.met && *stage.met < due; });
    stages.push_back(std::move(stage));
  }
  return stages;
}

// When the advice stage no longer held the decision up; empty while it does.
std::optional<Instant> released(const Stage& advice) {
  std::optional<Instant> at = advice.met ? advice.met : advice.gone;
  const bool let_go = advice.silent && advice.silence->then == Then::GoOn;
  if (let_go && (!at || *advice.due < *at)) at = advice.due;
  return at;
}

// The offices whose approvals bind to the finding and were given before `before`; those whose
// consent in an emergency is still open then; and whether one of them denied or returned it.
struct Given {
  std::set<OfficeId> approvals;
  std::set<OfficeId> urgent;
  bool ended = false;
};

Given given_before(const Course& course, const Fingerprint& finding, std::optional<Instant> before,
                   std::optional<Instant>* met) {
  Given given;
  const auto complete = [&] {
    return !given.urgent.empty() ||
           std::any_of(finding.approvals.begin(), finding.approvals.end(), [&](const auto& set) {
             return std::includes(given.approvals.begin(), given.approvals.end(), set.begin(),
                                  set.end());
           });
  };
  for (const Decision& decision : course.lane.decisions) {
    if (decision.body.resumes || decision.done.at > course.at) continue;
    // A denial that was set aside ends nothing. A suspected approval gives nothing, but whose key
    // was stolen afterwards had not kept silent.
    const bool approves = decision.body.outcome == DecisionOutcome::Approve;
    const bool urges = decision.body.outcome == DecisionOutcome::Emergency;
    if (decision.set_aside) continue;
    if ((approves || urges) && decision.done.suspected && !before) continue;
    if (before && decision.done.at >= *before) continue;
    const OfficeId& office = decision.done.signer.office;
    const Finding* named = course.lane.find(decision.body.position, decision.body.determination);
    const bool was = given.ended || complete();
    if (approves && named != nullptr && named->fingerprint == finding) {
      given.approvals.insert(office);
    } else if (urges && named != nullptr && named->fingerprint == finding) {
      if (decision.body.provisos.window->until > before.value_or(course.at)) {
        given.urgent.insert(office);
      }
    } else if (decision.body.outcome == DecisionOutcome::Recall) {
      given.approvals.erase(office);
      given.urgent.erase(office);
    } else if (decision.body.outcome == DecisionOutcome::Deny ||
               decision.body.outcome == DecisionOutcome::Return) {
      given.ended = true;
    }
    const bool is = given.ended || complete();
    if (met != nullptr && is != was) *met = is ? std::optional(decision.done.at) : std::nullopt;
  }
  given.ended = given.ended || complete();
  return given;
}

// What the decision of one finding has for deadlines; one without any where there is none.
std::vector<DecisionDeadline> decision_demands(const Fingerprint& finding) {
  if (finding.outcome != Outcome::ApprovalRequired) return {};
  if (finding.deadlines.empty()) return {DecisionDeadline{}};
  return finding.deadlines;
}

void add_decision_stages(const Course& course, std::vector<Stage>& stages) {
  const std::vector<Stage> advice = stages;
  for (Run<DecisionDeadline>& run : runs_of<DecisionDeadline>(course, decision_demands)) {
    Stage stage;
    stage.authority = course.authority;
    stage.directive = run.demand.directive;
    stage.procedure = run.demand.procedure;
    stage.silence = run.demand.silence;
    stage.opened = run.opened;
    stage.gone = run.gone;
    bool open = true;
    for (const Stage& before : advice) {
      if (run.gone && before.opened >= *run.gone) continue;
      if (before.gone && *before.gone <= run.opened) continue;
      const auto since = released(before);
      open = open && since.has_value();
      if (since) stage.opened = std::max(stage.opened, *since);
    }
    if (!open || (run.gone && stage.opened >= *run.gone)) continue;
    const Fingerprint& finding = run.last->fingerprint;
    const Given given = given_before(course, finding, std::nullopt, &stage.met);
    for (const auto& set : finding.approvals) {
      for (const OfficeId& office : set) {
        const bool known =
            given.approvals.contains(office) ||
            std::find(stage.offices.begin(), stage.offices.end(), office) != stage.offices.end();
        if (!known) stage.offices.push_back(office);
      }
    }
    set_due(course, stage,
            [&](Instant due) { return given_before(course, finding, due, nullptr).ended; });
    stages.push_back(std::move(stage));
  }
}

std::vector<Stage> stages_in(const Course& course) {
  std::vector<Stage> stages = advice_stages(course);
  add_decision_stages(course, stages);
  std::stable_sort(stages.begin(), stages.end(),
                   [](const Stage& a, const Stage& b) { return a.opened < b.opened; });
  return stages;
}

const std::vector<registry::Recorded<registry::Calendar>>& calendars_of(
    const registry::Registers& registers, const registry::PartyId& authority) {
  static const std::vector<registry::Recorded<registry::Calendar>> kNone;
  const registry::AuthorityRegister* held = registers.find(authority);
  return held == nullptr ? kNone : held->calendars;
}

// Whether any finding of the lane has a deadline that ends in `then`.
bool may_end_in(const Lane& lane, Then then) {
  return std::any_of(lane.findings.begin(), lane.findings.end(), [&](const Finding& finding) {
    const auto ends = [&](const auto& demand) {
      return demand.silence && demand.silence->then == then;
    };
    const Fingerprint& print = finding.fingerprint;
    return std::any_of(print.procedure.begin(), print.procedure.end(), ends) ||
           std::any_of(print.deadlines.begin(), print.deadlines.end(), ends);
  });
}

void look_for_refusal(const Case& of, const std::map<registry::PartyId, Lane>& lanes,
                      const registry::Registers& registers, Instant at,
                      std::optional<SilentRefusal>& first) {
  for (const auto& [authority, lane] : lanes) {
    if (!may_end_in(lane, Then::Refuse)) continue;
    const Course course{lane, authority, pauses_of(of, authority, at),
                        calendars_of(registers, authority), at};
    for (const Stage& stage : stages_in(course)) {
      if (!stage.silent || stage.silence->then != Then::Refuse) continue;
      if (first && first->at <= *stage.due) continue;
      first = SilentRefusal{*stage.due, authority, stage.offices, stage.directive, stage.procedure};
    }
  }
}

}  // namespace

std::vector<base::Period> pauses_of(const Case& of, const registry::PartyId& authority,
                                    Instant at) {
  std::vector<base::Period> pauses;
  for (const Query& query : of.queries) {
    if (query.authority != authority || query.done.at > at) continue;
    const auto settled = query.settled();
    const bool over = settled && *settled <= at;
    pauses.push_back({query.done.at, over ? *settled : base::kDistantFuture});
  }
  for (const base::Period& closure : of.closures) {
    if (closure.from > at) continue;
    pauses.push_back({closure.from, closure.until <= at ? closure.until : base::kDistantFuture});
  }
  std::sort(pauses.begin(), pauses.end(),
            [](const auto& a, const auto& b) { return a.from < b.from; });
  std::vector<base::Period> merged;
  for (const base::Period& pause : pauses) {
    if (merged.empty() || merged.back().until < pause.from) {
      merged.push_back(pause);
    } else {
      merged.back().until = std::max(merged.back().until, pause.until);
    }
  }
  return merged;
}

std::vector<base::Period> clipped(const std::vector<base::Period>& pauses, Instant from) {
  std::vector<base::Period> since;
  for (const base::Period& pause : pauses) {
    if (pause.until > from) since.push_back({std::max(pause.from, from), pause.until});
  }
  return since;
}

std::int64_t Stage::paused_ms(Instant at) const {
  const Instant over = std::min({at, met.value_or(at), gone.value_or(at)});
  std::int64_t sum = 0;
  for (const base::Period& pause : pauses) {
    const Instant until = std::min(pause.until, over);
    if (pause.from < until) sum += until.unix_ms - pause.from.unix_ms;
  }
  return sum;
}

std::int64_t Stage::running_ms(Instant at) const {
  const Instant over = std::min({at, met.value_or(at), gone.value_or(at)});
  return std::max<std::int64_t>(over.unix_ms - opened.unix_ms, 0) - paused_ms(at);
}

std::vector<Stage> stages_of(const Case& of, const registry::PartyId& authority,
                             const registry::Registers& registers, Instant at) {
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end()) return {};
  return stages_in({lane->second, authority, pauses_of(of, authority, at),
                    calendars_of(registers, authority), at});
}

std::vector<ProcedureDemand> excused(const Case& of, const registry::PartyId& authority,
                                     const registry::Registers& registers, Instant at) {
  std::vector<ProcedureDemand> demands;
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end() || !may_end_in(lane->second, Then::GoOn)) return demands;
  for (const Stage& stage : stages_of(of, authority, registers, at)) {
    const bool let_go = stage.advice && stage.silent && !stage.gone;
    if (let_go && stage.silence->then == Then::GoOn) demands.push_back(*stage.advice);
  }
  return demands;
}

std::optional<SilentRefusal> refused_by_silence(const Case& of,
                                                const registry::Registers& registers, Instant at) {
  std::optional<SilentRefusal> first;
  for (std::size_t i = 0; i < of.earlier.size(); ++i) {
    const EarlierVersion& version = of.earlier[i];
    const Instant ended = i + 1 < of.earlier.size() ? of.earlier[i + 1].done.at : of.stated().at;
    look_for_refusal(of, version.lanes, registers,
                     std::min({at, ended, version.returned_at.value_or(ended)}), first);
  }
  look_for_refusal(of, of.lanes, registers, std::min(at, of.closed_at.value_or(at)), first);
  return first;
}

}  // namespace countersign::kernel
