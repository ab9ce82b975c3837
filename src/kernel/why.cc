// SPDX-License-Identifier: Apache-2.0
#include "kernel/why.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "kernel/clock.h"
#include "kernel/internal/may_act.h"
#include "kernel/lifecycle.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::OfficeId;
using registry::Power;

// The case, and what the rules say of it at one moment.
struct Hour {
  const State& state;
  const Case& of;
  const Determined& now;
  const GrantRecord* grant;  // the suspended one that decisions are about; or null
  base::Instant at;
};

std::string in_words(const std::vector<std::vector<OfficeId>>& sets) {
  std::vector<std::string> ways;
  for (const auto& set : sets) {
    std::vector<std::string_view> offices;
    for (const OfficeId& office : set) offices.push_back(office.text());
    ways.push_back(fmt::format("{}", fmt::join(offices, " and ")));
  }
  return fmt::format("{}", fmt::join(ways, ", or by "));
}

// What the rules ask for in the place of an approval that counts for nothing.
std::string asked_for(const AuthorityDetermination* finding) {
  if (finding == nullptr || finding->approvals.empty()) {
    return "nothing: the rules in force ask for no approval";
  }
  return "nothing: the rules in force ask for the approval by " + in_words(finding->approvals);
}

std::string changed_rules(const AuthorityDetermination* finding) {
  if (finding == nullptr) return "a change of the rules";
  if (finding->outcome == Outcome::Undetermined) {
    return finding->gaps.empty() ? "what is missing being made known"
                                 : "this being made good: " + finding->gaps.front().message;
  }
  std::vector<std::string_view> names;
  for (const registry::DirectiveId& directive : finding->barred_by) {
    names.push_back(directive.text());
  }
  return names.empty() ? "a directive that permits it"
                       : fmt::format("a change of {}", fmt::join(names, ", "));
}

// What would open a closed case again.
std::string reopening(const Case& of) {
  const auto& again = of.reconsideration;
  if (again && !again->decided) {
    return fmt::format("the answer of {} to whether the denial stands (`countersign reconsidered`)",
                       again->authority.text());
  }
  if (of.status == CaseStatus::Denied && !of.refused_by_silence && !again) {
    return "the requester, who may ask once that it be looked at again (`countersign reconsider`)";
  }
  return "nothing; what is wanted can be asked again";
}

// In words, what would take the bar away. A rule that has no line here is told with what it says
// itself.
std::string lifting(const Refusal& bar, const OfficeStanding& of, const Case& in,
                    const AuthorityDetermination* finding) {
  const std::string& rule = bar.rule;
  const std::string& office = of.office.text();
  if (rule == "requester-decides" || rule == "adviser-decides" || rule == "adviser-decided") {
    return fmt::format("nothing, for this person; somebody else who holds {} may", office);
  }
  if (rule == "not-required") return asked_for(finding);
  if (rule == "prohibited" || rule == "undetermined") return changed_rules(finding);
  if (rule == "one-person") return "recalling that approval";
  if (rule == "advice-missing") return fmt::format("the advice of {}", bar.where);
  if (rule == "advice-concurrence") return fmt::format("new advice of {} that concurs", bar.where);
  if (rule == "override-missing") {
    return fmt::format(
        "an override by {} that names the advice of {}, or, of a proviso, an "
        "approval that takes it over",
        office, bar.where);
  }
  if (rule == "absent")
    return "their return; until then the next in its succession, if any, may act";
  if (rule == "key-withdrawn") return "an appointment of its holder with a new key";
  if (rule == "not-appointed") return "an appointment signed by the root of its authority";
  if (rule == "case-closed") return reopening(in);
  if (rule == "no-lane") return "a tie (nexus) of its authority";
  return "what its message names";
}

// Whether a step of that kind may follow in the state the case is in.
base::Ruled<void> check_follows(const Hour& moment, Deed deed) {
  Step step{deed == Deed::Advise ? EntryKind::Advice : EntryKind::Decision, {}};
  if (deed != Deed::Advise) {
    step.variant =
        name_of(deed == Deed::Approve ? DecisionOutcome::Approve : DecisionOutcome::Deny);
    if (moment.grant != nullptr) {
      step.variant += ", to resume";
    } else if (moment.of.rest) {
      step.variant += ", of the rest";
    }
  }
  const StepRule* rule = find(step);
  CHECK(rule != nullptr);
  return check_follows(*rule, &moment.of, moment.grant, moment.state.grants_of(moment.of),
                       moment.at);
}

Bars bars_to(Deed deed, const Hour& moment, const Lane& lane, const AuthorityDetermination* finding,
             const Signer& signer) {
  if (const auto follows = check_follows(moment, deed); !follows) return {follows.error()};
  if (deed == Deed::Advise) return bars_to_advise(moment.of, signer);
  const registry::PartyId* authority = finding == nullptr ? nullptr : &finding->authority;
  if (authority == nullptr || lane.findings.empty()) {
    return {{"no-lane", "its authority no longer has a tie (nexus)", signer.office.text()}};
  }
  DecisionBody body;
  body.outcome = deed == Deed::Approve ? DecisionOutcome::Approve : DecisionOutcome::Deny;
  Lane as_entered;
  const Lane* rests_on = &lane;
  if (!is_current(lane, *finding)) {
    // The officeholder's side has the machine enter what the rules say now before it signs.
    as_entered = lane;
    as_entered.findings.push_back({moment.state.size(), {}, finding->fingerprint()});
    rests_on = &as_entered;
  }
  body.position = rests_on->findings.back().position;
  body.determination = rests_on->findings.back().commitment;
  if (moment.grant != nullptr) {
    body.resumes = moment.grant->id;
  } else {
    body.after = moment.of.rest;
  }
  return bars_to_decide(
      {moment.of, *rests_on, moment.now.determination, *finding, moment.grant, moment.state.size(),
       excused(moment.of, *authority, moment.state.authorities().registers(), moment.at)},
      body, signer);
}

// The office in the hands of one person, or of nobody.
OfficeStanding standing_of(const Hour& moment, const Lane& lane,
                           const AuthorityDetermination* finding, const registry::Office& office,
                           const registry::Appointment* holder,
                           const std::optional<Refusal>& vacant) {
  OfficeStanding standing;
  standing.office = office.id;
  Signer signer;
  signer.office = office.id;
  if (holder != nullptr) {
    standing.person = holder->person;
    signer.person = holder->person;
    signer.key = holder->key.key().id();
  }
  std::vector<Deed> deeds;
  if (office.may(Power::Advise)) deeds.push_back(Deed::Advise);
  if (office.may(Power::Decide)) deeds.insert(deeds.end(), {Deed::Approve, Deed::Refuse});
  for (const Deed deed : deeds) {
    Bars bars = vacant ? Bars{*vacant} : bars_to(deed, moment, lane, finding, signer);
    Standing& told = standing.deeds.emplace_back();
    told.deed = deed;
    for (Refusal& bar : bars) {
      std::string lifted_by = lifting(bar, standing, moment.of, finding);
      told.bars.push_back({std::move(bar), std::move(lifted_by)});
    }
  }
  return standing;
}

// A key that was withdrawn signs nothing any more, and who is away signs nothing until they return.
std::optional<Refusal> unable(const Entered& entered, const registry::Appointment& holder,
                              base::Instant at) {
  if (const EnteredAbsence* away = entered.absence_of(holder.office, at)) {
    return Refusal{"absent",
                   fmt::format("its holder is away until {} (entry {})",
                               base::to_text(away->period.until), away->position),
                   holder.office.text()};
  }
  const seal::KeyId key = holder.key.key().id();
  const WithdrawnKey* found = entered.withdrawn.find(key);
  if (found == nullptr) return std::nullopt;
  return Refusal{"key-withdrawn",
                 fmt::format("its key `{}` was withdrawn (entry {})", key.text(), found->position),
                 holder.office.text()};
}

LaneStanding lane_standing(const Hour& moment, const registry::PartyId& authority, const Lane& lane,
                           const std::optional<OfficeId>& only) {
  LaneStanding told;
  told.authority = authority;
  const AuthorityDetermination* finding = moment.now.determination.find(authority);
  if (finding != nullptr) {
    told.finding = *finding;
    told.stale = !is_current(lane, *finding);
    told.grounds = grounds(*moment.now.rules, *finding);
  }
  const Authorities& authorities = moment.state.authorities();
  const Entered* entered = authorities.find(authority);
  if (entered == nullptr) return told;
  for (const registry::Office& office : entered->charter().charter.offices) {
    const bool acts = office.may(Power::Advise) || office.may(Power::Decide);
    if (!acts || (only && *only != office.id)) continue;
    const auto holders = authorities.holders_of(authority, office.id, moment.at);
    if (!holders) {
      told.offices.push_back(standing_of(moment, lane, finding, office, nullptr, holders.error()));
      continue;
    }
    for (const registry::Appointment* holder : holders.value()) {
      told.offices.push_back(
          standing_of(moment, lane, finding, office, holder, unable(*entered, *holder, moment.at)));
    }
  }
  return told;
}

// The directives whose policies decided, over all lanes or one, as the last findings name them.
std::set<std::string> deciding_directives(const State& state, const Case& of,
                                          const std::optional<registry::PartyId>& only) {
  std::set<std::string> directives;
  const auto rules = state.rules_at(of.submitted.at);
  for (const auto& [authority, lane] : of.lanes) {
    if (lane.findings.empty() || (only && *only != authority)) continue;
    const RuleBook* book = rules->book(authority);
    for (const std::string& policy : lane.findings.back().fingerprint.decided_by) {
      const Rule* rule = book == nullptr ? nullptr : book->find(policy);
      // One that is not in force any more still says its directive in the id it was given.
      directives.insert(rule == nullptr ? policy.substr(0, policy.find('#'))
                                        : rule->directive.text());
    }
  }
  return directives;
}

template <class T>
bool same(std::optional<std::vector<T>> one, std::optional<std::vector<T>> other) {
  auto sorted = [](std::optional<std::vector<T>>& list) {
    std::vector<T> values = std::move(list).value_or(std::vector<T>());
    std::sort(values.begin(), values.end());
    return values;
  };
  return sorted(one) == sorted(other);
}

// Whether both places touch the same regions, as every layer in force here says.
bool same_regions(const Rules& rules, const geo::Place& one, const geo::Place& other) {
  if (one == other) return true;
  bool seen = false;
  for (const registry::AuthorityView& authority : rules.view().authorities()) {
    if (authority.layer == nullptr) continue;
    const geo::Layer& layer = *authority.layer->value;
    if (layer.touches(one) != layer.touches(other)) return false;
    seen = true;
  }
  return seen;
}

bool is_like(const Rules& rules, const Request& one, const Request& other) {
  return one.item == other.item && one.action == other.action && one.recipient == other.recipient &&
         same(one.categories, other.categories) &&
         one.place.has_value() == other.place.has_value() &&
         (!one.place || same_regions(rules, *one.place, *other.place));
}

std::string named(std::vector<registry::CategoryId> categories) {
  if (categories.empty()) return "no category";
  std::sort(categories.begin(), categories.end());
  std::vector<std::string_view> names;
  for (const registry::CategoryId& category : categories) names.push_back(category.text());
  return fmt::format("{}", fmt::join(names, ", "));
}

// In what a case before the ledger differs from what is asked, where both are of the same action,
// item and party.
std::vector<std::string> differences(const Rules& rules, const Request& asked,
                                     const LegacyBody& earlier) {
  std::vector<std::string> found;
  const auto categories = asked.categories.value_or(std::vector<registry::CategoryId>());
  if (!same(std::optional(earlier.categories), std::optional(categories))) {
    found.push_back(fmt::format("it was under {}, this is under {}", named(earlier.categories),
                                named(categories)));
  }
  if (asked.place && !earlier.place) {
    found.emplace_back("its file states no place");
  } else if (earlier.place && !asked.place) {
    found.emplace_back("it was for a place, this is for none");
  } else if (asked.place && !same_regions(rules, *asked.place, *earlier.place)) {
    found.emplace_back("its place lies in other regions");
  }
  return found;
}

// Those decided before the ledger began, the latest first.
void add_legacy(const Hour& moment, std::vector<Precedent>& precedents) {
  const Request& asked = moment.of.request;
  const registry::PartyId& party = asked.recipient ? *asked.recipient : asked.requester;
  std::vector<const LegacyCase*> like;
  for (const auto& [id, earlier] : moment.state.legacy()) {
    const registry::Quantity& what = earlier.body.what;
    const bool same_act = what.action == asked.action && what.item == asked.item;
    if (same_act && what.received_by() == party) like.push_back(&earlier);
  }
  std::stable_sort(like.begin(), like.end(), [](const LegacyCase* one, const LegacyCase* other) {
    return one->body.decided_at > other->body.decided_at;
  });
  for (const LegacyCase* earlier : like) {
    const LegacyBody& body = earlier->body;
    Precedent precedent{
        body.id, body.decided_at,
        body.outcome == DecisionOutcome::Approve ? CaseStatus::Granted : CaseStatus::Denied,
        body.decided_at, std::nullopt};
    precedent.from_file_of = earlier->authority;
    precedent.decided_by = body.decided_by;
    precedent.differs = differences(*moment.now.rules, asked, body);
    precedents.push_back(std::move(precedent));
  }
}

// When the case came to its status: its last decision, or the grant.
std::optional<base::Instant> ended_at(const State& state, const Case& of) {
  std::optional<base::Instant> ended;
  if (of.status == CaseStatus::Pending) return ended;
  if (!of.grants.empty()) return state.find(of.grants.back())->at;
  for (const auto& [authority, lane] : of.lanes) {
    for (const Decision& decision : lane.decisions) {
      if (!ended || *ended < decision.done.at) ended = decision.done.at;
    }
  }
  return ended;
}

std::vector<Precedent> precedents_of(const Hour& moment,
                                     const std::optional<registry::PartyId>& only) {
  std::vector<const Case*> like;
  for (const auto& [id, other] : moment.state.cases()) {
    if (other.submitted.position >= moment.of.submitted.position) continue;
    if (is_like(*moment.now.rules, moment.of.request, other.request)) like.push_back(&other);
  }
  std::sort(like.begin(), like.end(), [](const Case* one, const Case* other) {
    return one->submitted.position > other->submitted.position;
  });
  const std::set<std::string> directives = deciding_directives(moment.state, moment.of, only);
  std::vector<Precedent> precedents;
  for (const Case* other : like) {
    std::optional<GrantStatus> grant;
    if (!other->grants.empty()) {
      grant = status_of(*moment.state.find(other->grants.back()), moment.at);
    }
    precedents.push_back({other->id, other->submitted.at, other->status,
                          ended_at(moment.state, *other), grant,
                          deciding_directives(moment.state, *other, only) == directives});
  }
  add_legacy(moment, precedents);
  return precedents;
}

const GrantRecord* suspended_grant(const State& state, const Case& of, base::Instant at) {
  for (const registry::GrantId& id : of.grants) {
    const GrantRecord* grant = state.find(id);
    if (status_of(*grant, at) == GrantStatus::Suspended) return grant;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(Deed deed) {
  switch (deed) {
    case Deed::Advise:
      return "advise";
    case Deed::Approve:
      return "approve";
    case Deed::Refuse:
      return "deny_or_return";
  }
  return {};
}

base::Ruled<Why> explain(const State& state, const CaseId& id, base::Instant at,
                         const WhyScope& scope) {
  const Case* of = state.find(id);
  if (of == nullptr) {
    return Refusal{"unknown-case", fmt::format("there is no case `{}`", id.text()), "case"};
  }
  const GrantRecord* grant = suspended_grant(state, *of, at);
  std::optional<registry::GrantId> leaving_out;
  if (!of->grants.empty()) leaving_out = of->grants.back();
  BOOST_OUTCOME_TRY(const Determined now, state.determine(of->request, at, leaving_out));
  Why why;
  why.id = id;
  why.status = of->status;
  why.in_part = scope.lane.has_value();
  if (grant != nullptr) why.resuming = grant->id;
  if (!scope.lane) {
    const auto terms =
        grant != nullptr ? state.check_again(*grant, at) : state.check_grantable(*of, at);
    if (!terms) why.grant_waits_for = terms.error();
  }
  const Hour moment{state, *of, now, grant, at};
  bool named = false;
  for (const auto& [authority, lane] : of->lanes) {
    if (scope.lane && *scope.lane != authority) continue;
    LaneStanding told = lane_standing(moment, authority, lane, scope.office);
    named = named || !told.offices.empty();
    if (!scope.office || !told.offices.empty()) why.lanes.push_back(std::move(told));
  }
  if (scope.office && !named) {
    return Refusal{"unknown-office",
                   fmt::format("{} is no office that may advise or decide in case `{}`",
                               scope.office->text(), id.text()),
                   "office"};
  }
  why.precedents = precedents_of(moment, scope.lane);
  return why;
}

}  // namespace countersign::kernel
