// SPDX-License-Identifier: Apache-2.0
#include "casework/reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "casework/internal/acting.h"
#include "kernel/clock.h"

namespace countersign::casework {
namespace {

using kernel::Part;
using kernel::Sight;

constexpr std::string_view kClerk = "clerk";

// The levels that the office is cleared for, in the words its authority has in force.
std::vector<registry::LevelId> levels_of(const kernel::State& state,
                                         const registry::PartyId& authority,
                                         const registry::Office& office) {
  if (!office.cleared) return {};
  const auto rules = state.rules_at(state.now());
  const registry::AuthorityView* view = rules->view().find(authority);
  if (view == nullptr || view->vocabulary == nullptr) return {};
  return view->vocabulary->value->up_to(*office.cleared);
}

const registry::Directive* directive_of(const kernel::Rules& rules,
                                        const registry::PartyId& authority,
                                        const registry::DirectiveId& id) {
  const registry::AuthorityRegister* held = rules.registers().find(authority);
  if (held == nullptr) return nullptr;
  for (const auto& directive : held->directives) {
    if (directive->id == id) return directive.value.get();
  }
  return nullptr;
}

template <class Step, class May>
void copy_if(const std::vector<Step>& from, std::vector<Step>& to, const May& may) {
  for (const Step& step : from) {
    if (may(step)) to.push_back(step);
  }
}

// Leaves out which policies decided, and what their procedures ask for.
template <class Finding>
void forget_policies(Finding& finding) {
  finding.decided_by.clear();
  finding.procedure.clear();
  finding.deadlines.clear();
}

// Whether a grant of the case, or that it goes on, rests on that entry.
bool is_rested_on(const kernel::State& state, const kernel::Case& of, kernel::Position entry) {
  return std::any_of(of.grants.begin(), of.grants.end(), [&](const registry::GrantId& id) {
    const kernel::GrantRecord& grant = *state.find(id);
    return grant.consents.contains(entry) || grant.resumed_on.contains(entry);
  });
}

// Whether the decision was sent with an outcome.
bool is_sent(const kernel::State& state, const kernel::Case& of, const kernel::Decision& decision) {
  switch (decision.body.outcome) {
    case kernel::DecisionOutcome::Deny:
      return !decision.body.resumes;  // that a suspended grant does not go on is no outcome
    case kernel::DecisionOutcome::Return:
      return true;
    case kernel::DecisionOutcome::Approve:
    case kernel::DecisionOutcome::Emergency:
      return is_rested_on(state, of, decision.done.position);
    default:
      return false;
  }
}

// A use while the grant was suspended is a discrepancy whose words say why it was.
void hide_why_suspended(std::vector<kernel::UseReport>& reports) {
  for (kernel::UseReport& report : reports) {
    for (base::Refusal& reason : report.discrepancies) {
      if (reason.rule == "suspended") reason.message = "the grant was suspended then";
    }
  }
}

// Whether that statement is a step of the case that a grant may rest on.
bool holds(const kernel::Case& of, const seal::Digest& statement) {
  bool found = false;
  kernel::Case::each_ground(of, [&](const auto&, kernel::EntryKind, const kernel::Done& done) {
    found = found || done.statement == statement;
  });
  return found;
}

// The time that announced directives give for advice, from when the request was stated, or the
// directive came into force where that was later. That advice is in is nobody's business here, so
// that the decision's time has no dates.
std::vector<AnnouncedTime> times_of(const kernel::State& state, const kernel::Rules& rules,
                                    const kernel::Case& of,
                                    const kernel::AuthorityRequesterView& view) {
  std::vector<AnnouncedTime> times;
  const registry::AuthorityView* authority = rules.view().find(view.authority);
  const registry::AuthorityRegister* held = rules.registers().find(view.authority);
  if (authority == nullptr || held == nullptr) return times;
  const auto pauses = kernel::pauses_of(of, view.authority, state.now());
  for (const kernel::ProcedureDemand& demand : view.procedure) {
    const registry::DirectiveInForce* directive = authority->find(demand.directive);
    if (directive == nullptr || !demand.silence) continue;
    const base::Instant from = std::max(of.stated().at, directive->effective.from);
    times.push_back({demand.directive, demand.office, *demand.silence,
                     registry::end_of(demand.silence->deadline, from, kernel::clipped(pauses, from),
                                      held->calendars)});
  }
  return times;
}

// Whether such a part says what was asked, or lets it be told.
bool repeats_request(Sight sight) {
  switch (sight) {
    case Sight::Request:
    case Sight::Grant:
    case Sight::Use:
    case Sight::HolderBundle:
    case Sight::Status:
      return true;
    default:
      return false;
  }
}

// What of a request shows while what is asked does not: who asks.
kernel::Request only_who(const kernel::Request& request) {
  kernel::Request shown;
  shown.requester = request.requester;
  return shown;
}

}  // namespace

Part part_of(const kernel::Case& of) {
  Part part;
  part.owner = of.request.requester;
  part.requester = of.request.requester;
  part.of = of.id;
  for (const auto& [authority, lane] : of.lanes) part.tied.push_back(authority);
  for (const kernel::CaseClaim& claim : of.claims) {
    if (std::find(part.tied.begin(), part.tied.end(), claim.authority) == part.tied.end()) {
      part.tied.push_back(claim.authority);
    }
  }
  return part;
}

std::optional<Sight> sight_of(kernel::EntryKind kind) {
  using kernel::EntryKind;
  switch (kind) {
    case EntryKind::Request:
    case EntryKind::Amend:
      return Sight::Request;
    case EntryKind::Determination:
      return Sight::Finding;
    case EntryKind::Claim:
      return Sight::Claim;
    case EntryKind::Query:
    case EntryKind::Answer:
    case EntryKind::Reconsider:
    case EntryKind::Reconsidered:
      return Sight::Query;
    case EntryKind::Advice:
    case EntryKind::Reconfirm:
      return Sight::Advice;
    case EntryKind::Override:
      return Sight::Override;
    case EntryKind::Oral:
      return Sight::Oral;
    case EntryKind::Decision:
      return Sight::Decision;
    case EntryKind::Review:
      return Sight::Review;
    case EntryKind::Consent:
      return Sight::Consent;
    case EntryKind::Confirm:
      return Sight::Key;
    case EntryKind::Draw:
    case EntryKind::Report:
    case EntryKind::Acknowledge:
    case EntryKind::Allotment:
    case EntryKind::GiveBack:
    case EntryKind::CheckRequest:
    case EntryKind::Check:
    case EntryKind::Close:
      return Sight::Use;
    case EntryKind::Grant:
    case EntryKind::Suspend:
    case EntryKind::Revoke:
    case EntryKind::Surrender:
      return Sight::Grant;
    case EntryKind::Withdraw:
    case EntryKind::Outcome:
      return Sight::Case;
    default:
      return std::nullopt;
  }
}

base::Ruled<Reader> Reader::as(const kernel::State& state, std::string_view office) {
  for (const auto& [authority, entered] : state.authorities().all()) {
    kernel::Onlooker who;
    who.id = office;
    who.authority = authority;
    if (office == fmt::format("{}/{}", authority.text(), kClerk)) {
      who.clerk = true;
      return Reader(std::move(who));
    }
    const registry::Office* held =
        entered.charter().charter.find(registry::OfficeId(std::string(office)));
    if (held == nullptr) continue;
    who.powers = held->powers;
    who.levels = levels_of(state, authority, *held);
    return Reader(std::move(who));
  }
  return unknown_office(state, office, "as");
}

bool Reader::sees(Sight sight, const Part& part) const {
  return !who_ || kernel::Access::product().allows(*who_, sight, part);
}

bool Reader::sees(Sight sight, const registry::PartyId& authority) const {
  Part part;
  part.owner = authority;
  return sees(sight, part);
}

bool Reader::sees(Sight sight, const kernel::Case& of) const {
  Part part = part_of(of);
  if (repeats_request(sight)) part.marking = of.request.marking;
  return sees(sight, part);
}

bool Reader::sees_version(const kernel::Case& of, const kernel::Request& version) const {
  Part part = part_of(of);
  part.marking = version.marking;
  return sees(Sight::Request, part);
}

bool Reader::sees_answer(const kernel::Case& of, const kernel::Query& asked,
                         const kernel::Answer& given) const {
  Part part = part_of(of);
  part.asked_by = asked.authority;
  if (given.body) part.marking = given.body->marking;
  return sees(Sight::Answer, part);
}

bool Reader::sees(Sight sight, const kernel::Case& of, const registry::PartyId& lane,
                  const std::optional<registry::Marking>& marking) const {
  Part part = part_of(of);
  part.owner = lane;
  part.marking = marking;
  return sees(sight, part);
}

bool Reader::sees_reasons(const kernel::Case& of, const registry::PartyId& lane,
                          const std::optional<kernel::InternalReasons>& reasons) const {
  return sees(Sight::Reasons, of, lane, reasons ? reasons->marking : std::nullopt);
}

bool Reader::sees_decision(const kernel::State& state, const kernel::Case& of,
                           const registry::PartyId& lane, const kernel::Decision& decision) const {
  Part part = part_of(of);
  part.owner = lane;
  part.sent = is_sent(state, of, decision);
  return sees(Sight::Decision, part);
}

bool Reader::sees_consent(const kernel::State& state, const kernel::Case& of,
                          const registry::PartyId& lane, const kernel::Consent& consent) const {
  Part part = part_of(of);
  part.owner = lane;
  part.sent = is_rested_on(state, of, consent.done.position);
  return sees(Sight::Consent, part);
}

bool Reader::sees_legacy(const kernel::LegacyCase& earlier) const {
  Part part;
  part.owner = earlier.authority;
  return sees(Sight::Register, part);
}

bool Reader::sees_rule(const kernel::Rules& rules, const registry::PartyId& authority,
                       const registry::DirectiveId& directive) const {
  if (!who_) return true;
  const registry::Directive* known = directive_of(rules, authority, directive);
  if (known == nullptr) return false;
  Part part;
  part.owner = authority;
  part.announced = known->announced;
  part.marking = known->marking;
  return sees(Sight::Rule, part);
}

kernel::Lane Reader::seen_lane(const kernel::State& state, const kernel::Case& of,
                               const registry::PartyId& authority, const kernel::Lane& lane) const {
  kernel::Lane shown;
  const auto may = [&](Sight sight, const auto& marking) {
    return sees(sight, of, authority, marking);
  };
  if (may(Sight::Finding, std::nullopt)) shown.findings = lane.findings;
  copy_if(lane.advice, shown.advice,
          [&](const auto& step) { return may(Sight::Advice, step.body.marking); });
  copy_if(lane.overrides, shown.overrides,
          [&](const auto& step) { return may(Sight::Override, step.body.marking); });
  copy_if(lane.decisions, shown.decisions,
          [&](const auto& step) { return sees_decision(state, of, authority, step); });
  const bool reviews = may(Sight::Review, std::nullopt);
  for (kernel::Decision& decision : shown.decisions) {
    if (!reviews) {
      decision.reviewed.reset();
      decision.findings.clear();
    }
    if (sees_reasons(of, authority, decision.reasons)) continue;
    decision.reasons.reset();
    decision.body.reasons.reset();
  }
  copy_if(lane.consents, shown.consents,
          [&](const auto& step) { return sees_consent(state, of, authority, step); });
  copy_if(lane.oral, shown.oral, [&](const auto&) { return may(Sight::Oral, std::nullopt); });
  return shown;
}

void Reader::see_lanes(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const {
  const auto rules = state.rules_at(state.now());
  if (!sees(Sight::Tie, of)) return;
  for (const auto& [authority, lane] : of.lanes) {
    kernel::Lane& shown = seen.of.lanes[authority];
    shown = seen_lane(state, of, authority, lane);
    if (sees_whole(state, of, authority)) seen.whole.insert(authority);
    if (!misses_a_rule(*rules, authority)) continue;
    // Which policies decided then is told by none of the lists that are shown now.
    for (kernel::Finding& finding : shown.findings) forget_policies(finding.fingerprint);
  }
  copy_if(of.claims, seen.of.claims, [&](const kernel::CaseClaim& claim) {
    return sees(Sight::Claim, of, claim.authority, claim.body.marking);
  });
}

// The queries that are seen. That one was answered, and when, shows with it; what the answer says,
// where that is seen too.
void Reader::see_queries(const kernel::Case& of, SeenCase& seen) const {
  for (const kernel::Query& query : of.queries) {
    if (!sees(Sight::Query, of, query.authority)) continue;
    kernel::Query& shown = seen.of.queries.emplace_back(query);
    for (kernel::Answer& given : shown.answers) {
      if (!sees_answer(of, query, given)) given.body.reset();
    }
  }
}

// Which signatures are suspected, and who stands by them, is told of authorities whose keys are
// seen.
void Reader::see_keys(const kernel::Case& of, SeenCase& seen) const {
  const auto tell = [&](const registry::PartyId& authority, kernel::EntryKind, kernel::Done& done) {
    if (sees(Sight::Key, authority)) return;
    done.suspected = false;
    done.confirmed.reset();
  };
  kernel::Case::each_ground(seen.of, tell);
  for (kernel::EarlierVersion& version : seen.of.earlier) {
    tell(of.request.requester, kernel::EntryKind::Amend, version.done);
    for (auto& [authority, lane] : version.lanes) {
      for (auto& step : lane.advice) tell(authority, kernel::EntryKind::Advice, step.done);
      for (auto& step : lane.overrides) tell(authority, kernel::EntryKind::Override, step.done);
      for (auto& step : lane.decisions) tell(authority, kernel::EntryKind::Decision, step.done);
      for (auto& step : lane.consents) tell(authority, kernel::EntryKind::Consent, step.done);
    }
  }
  for (const kernel::Confirmation& made : of.confirmations) {
    if (sees(Sight::Key, made.authority) && holds(seen.of, made.body.statement)) {
      seen.of.confirmations.push_back(made);
    }
  }
}

// What it said before, and what was said about that and is seen.
void Reader::see_earlier(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const {
  const auto rules = state.rules_at(state.now());
  std::int64_t number = 0;
  for (const kernel::EarlierVersion& version : of.earlier) {
    ++number;
    if (!sees_version(of, version.request)) continue;
    kernel::EarlierVersion shown{
        version.done, version.digest, version.request, {}, version.returned_at};
    for (const auto& [authority, lane] : version.lanes) {
      shown.lanes.emplace(authority, seen_lane(state, of, authority, lane));
      if (!misses_a_rule(*rules, authority)) continue;
      for (kernel::Finding& finding : shown.lanes.at(authority).findings) {
        forget_policies(finding.fingerprint);
      }
    }
    seen.of.earlier.push_back(std::move(shown));
    seen.earlier.push_back(number);
  }
}

// How it was closed, and whether that is looked at again.
void Reader::see_end(const kernel::Case& of, SeenCase& seen) const {
  seen.of.closed_at = of.closed_at;
  seen.of.withdrawn = of.withdrawn;
  seen.of.withdrawn_because = of.withdrawn_because;
  const auto& silent = of.refused_by_silence;
  if (silent && seen.whole.contains(silent->authority)) {
    seen.of.refused_by_silence = silent;
  } else if (silent) {
    seen.refused_at = silent->at;
  }
  const auto& again = of.reconsideration;
  if (again && sees(Sight::Query, of, again->authority)) {
    seen.of.reconsideration = again;
    if (again->answer && !sees_reasons(of, again->authority, again->reasons)) {
      seen.of.reconsideration->reasons.reset();
      seen.of.reconsideration->answer->reasons.reset();
    }
  }
  if (of.rest && sees(Sight::Grant, of)) seen.of.rest = of.rest;
}

void Reader::see_grants(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const {
  // What is left of a grant follows from its draws: the one is not shown without the other.
  if (!sees(Sight::Grant, of) || !sees(Sight::Use, of)) return;
  for (const registry::GrantId& id : of.grants) {
    const kernel::GrantRecord& grant = *state.find(id);
    kernel::GrantRecord shown;
    shown.id = grant.id;
    shown.case_id = grant.case_id;
    shown.position = grant.position;
    shown.at = grant.at;
    shown.scope = grant.scope;
    shown.authorities = grant.authorities;
    shown.after = grant.after;
    shown.rest = grant.rest;
    shown.remainder = grant.remainder;
    shown.surrendered = grant.surrendered;
    shown.surrendered_because = grant.surrendered_because;
    shown.laid_down = grant.laid_down;
    shown.acknowledgements = grant.acknowledgements;
    shown.draws = grant.draws;
    shown.reports = grant.reports;
    shown.checks = grant.checks;
    if (!is_keeper()) hide_why_suspended(shown.reports);
    shown.revoked = grant.revoked;
    shown.revoked_because = grant.revoked_because;
    if (sees_reasons(of, grant.revoked_by, grant.revoked_reasons)) {
      shown.revoked_by = grant.revoked_by;
      shown.revoked_reasons = grant.revoked_reasons;
    }
    shown.acknowledged = grant.acknowledged;
    const bool why = std::any_of(of.lanes.begin(), of.lanes.end(), [&](const auto& lane) {
      return grant.suspended && lane.first == grant.suspended->authority &&
             sees(Sight::Suspension, of, lane.first);
    });
    if (grant.suspended) {
      shown.suspended = grant.suspended;
      if (!sees_reasons(of, grant.suspended->authority, grant.suspended->reasons)) {
        shown.suspended->reasons.reset();
      }
      // An act says why to the holder, and so does what is entered when a key is withdrawn; a
      // change of rules is its authority's own affair.
      if (!grant.suspended->done && !grant.suspended->by_key && !why) {
        shown.suspended->authority = {};
        shown.suspended->why = "a change of rules";
      }
    }
    for (const kernel::Pause& pause : grant.pauses) {
      shown.pauses.push_back({pause.period, is_keeper() ? pause.why : std::string()});
      if (sees_reasons(of, pause.authority, pause.reasons)) {
        shown.pauses.back().authority = pause.authority;
        shown.pauses.back().reasons = pause.reasons;
      }
    }
    seen.of.grants.push_back(id);
    seen.grants.emplace(id, std::move(shown));
  }
}

bool Reader::misses_a_rule(const kernel::Rules& rules, const registry::PartyId& authority) const {
  const registry::AuthorityRegister* held = rules.registers().find(authority);
  if (is_keeper() || held == nullptr) return false;
  return std::any_of(held->directives.begin(), held->directives.end(), [&](const auto& directive) {
    return !sees_rule(rules, authority, directive->id);
  });
}

kernel::AuthorityDetermination Reader::seen(const kernel::Rules& rules,
                                            kernel::AuthorityDetermination finding) const {
  const registry::PartyId authority = finding.authority;
  if (!misses_a_rule(rules, authority)) return finding;
  const auto hidden = [&](const registry::DirectiveId& directive) {
    return !sees_rule(rules, authority, directive);
  };
  std::erase_if(finding.authorised_by, hidden);
  std::erase_if(finding.barred_by, hidden);
  std::erase_if(finding.advisories, hidden);
  const kernel::RuleBook* book = rules.book(authority);
  std::erase_if(finding.decided_by, [&](const std::string& policy) {
    const kernel::Rule* rule = book == nullptr ? nullptr : book->find(policy);
    return rule == nullptr || hidden(rule->directive);
  });
  std::erase_if(finding.procedure,
                [&](const kernel::ProcedureDemand& demand) { return hidden(demand.directive); });
  for (kernel::Gap& gap : finding.gaps) {
    if (!gap.directive.empty() && hidden(gap.directive)) {
      gap = {gap.rule, "a directive that is not shown fails the rules", {}, {}, {}};
    }
  }
  return finding;
}

void Reader::see_determination(const kernel::State& state, const kernel::Case& of,
                               SeenCase& seen) const {
  if (of.status != kernel::CaseStatus::Pending) return;
  const auto now = state.determine(of.request, state.now());
  if (!now) return;
  const kernel::Rules& rules = *now.value().rules;
  for (const auto& finding : now.value().determination.authorities) {
    if (!sees(Sight::Finding, of, finding.authority)) continue;
    kernel::AuthorityDetermination shown = this->seen(rules, finding);
    // As of what was found before, so that the two differ only where they are both shown.
    if (misses_a_rule(rules, finding.authority)) forget_policies(shown);
    if (sees(Sight::Absence, finding.authority)) {
      const bool told = seen.whole.contains(finding.authority);
      for (AbsentOffice& absent : absent_offices(state, of, shown, told)) {
        seen.absent.push_back(std::move(absent));
      }
    }
    seen.now.emplace(finding.authority, std::move(shown));
  }
  if (!sees(Sight::Announced, of) || !seen.request) return;
  auto announced = kernel::requester_view(rules, of.request);
  if (!announced) return;
  for (kernel::AuthorityRequesterView& view : announced.value().authorities) {
    if (seen.now.contains(view.authority)) continue;
    auto times = times_of(state, rules, of, view);
    seen.announced.push_back({std::move(view), std::move(times)});
  }
}

std::optional<SeenCase> Reader::glance(const kernel::State& state, const kernel::Case& of) const {
  if (!sees(Sight::Case, of)) return std::nullopt;
  SeenCase seen;
  seen.request = sees(Sight::Request, of);
  seen.of.id = of.id;
  seen.of.status = of.status;
  seen.of.submitted = of.submitted;
  if (seen.request) {
    seen.of.amended = of.amended;
    seen.of.amended_because = of.amended_because;
    seen.version = of.version();
  }
  see_queries(of, seen);
  seen.of.request_digest = of.request_digest;
  seen.of.request = seen.request ? of.request : only_who(of.request);
  see_lanes(state, of, seen);
  see_end(of, seen);
  see_earlier(state, of, seen);
  see_grants(state, of, seen);
  see_keys(of, seen);
  return seen;
}

std::optional<SeenCase> Reader::look(const kernel::State& state, const kernel::Case& of) const {
  auto seen = glance(state, of);
  if (seen) see_determination(state, of, *seen);
  return seen;
}

}  // namespace countersign::casework
