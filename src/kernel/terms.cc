// SPDX-License-Identifier: Apache-2.0
#include "kernel/terms.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "kernel/clock.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::OfficeId;

base::Ruled<void> check_outcome(const AuthorityDetermination& finding) {
  if (finding.outcome == Outcome::Undetermined) {
    return Refusal{
        "undetermined",
        fmt::format("{} is undetermined: {}", finding.authority.text(),
                    finding.gaps.empty() ? "nothing may be granted" : finding.gaps.front().message),
        finding.authority.text()};
  }
  if (finding.outcome == Outcome::Prohibited) {
    return Refusal{"prohibited",
                   fmt::format("{}: prohibited under the rules in force", finding.authority.text()),
                   finding.authority.text()};
  }
  return base::outcome::success();
}

using MaybeGrant = std::optional<registry::GrantId>;

// Whether a decision is about what may be granted here: the case, or what the grant `after` left
// open of it; or about letting the grant `resuming` go on.
bool is_about(const DecisionBody& body, const MaybeGrant& after, const MaybeGrant& resuming) {
  return body.resumes ? body.resumes == resuming : body.after == after;
}

// Denials and returns that stand. A denial to resume a grant keeps that grant suspended and says
// nothing of the case.
base::Ruled<void> check_standing(const Case& of, const registry::PartyId& authority,
                                 const Lane& lane, const MaybeGrant& after,
                                 const MaybeGrant& resuming) {
  const auto& again = of.reconsideration;
  const bool uncertain = again && again->decided && again->decided->suspected;
  for (const Decision& decision : lane.decisions) {
    const bool concerns = is_about(decision.body, after, resuming);
    const bool denied = decision.body.outcome == DecisionOutcome::Deny;
    if (decision.set_aside && !uncertain) continue;
    if (!concerns || (!denied && decision.body.outcome != DecisionOutcome::Return)) continue;
    return Refusal{denied ? "denied" : "returned",
                   fmt::format("{} has {} it (entry {})", decision.done.signer.office.text(),
                               denied ? "denied" : "returned", decision.done.position),
                   authority.text()};
  }
  return base::outcome::success();
}

std::string in_words(const std::vector<std::vector<OfficeId>>& sets) {
  std::vector<std::string> alternatives;
  for (const auto& set : sets) {
    std::vector<std::string_view> offices;
    for (const OfficeId& office : set) offices.push_back(office.text());
    alternatives.push_back(fmt::format("{}", fmt::join(offices, " and ")));
  }
  return fmt::format("{}", fmt::join(alternatives, ", or "));
}

// Approvals that bind at this moment, and the last one that lapsed, if none binds for its office.
struct Approvals {
  std::vector<const Decision*> binding;  // one for each office and person
  std::optional<Refusal> lapsed;
  const Decision* repeated = nullptr;  // by a person who approves as another office already
};

// Whether who signed, or who stands by it since, counts for another office already.
bool counted_before(const std::set<registry::PersonId>& persons, const Done& done) {
  return persons.contains(done.signer.person) ||
         (done.confirmed && persons.contains(done.confirmed->person));
}

Approvals binding_approvals(const AuthorityDetermination& finding, const Lane& lane,
                            const MaybeGrant& after, const MaybeGrant& resuming) {
  Approvals approvals;
  std::set<registry::PersonId> persons;
  std::set<OfficeId> offices;
  // The latest word of an office is the one that counts.
  for (const Decision* approval : lane.approvals()) {
    const Decision& decision = *approval;
    if (!is_about(decision.body, after, resuming)) continue;
    if (offices.contains(decision.done.signer.office)) continue;
    if (counted_before(persons, decision.done)) {
      approvals.repeated = approval;
      continue;
    }
    const Finding* named = lane.find(decision.body.position, decision.body.determination);
    CHECK(named != nullptr);
    const auto changed = differences(named->fingerprint, finding.fingerprint());
    if (!changed.empty()) {
      approvals.lapsed =
          Refusal{"decision-lapsed",
                  fmt::format("the approval by {} (entry {}) no longer binds: {} changed since",
                              decision.done.signer.office.text(), decision.done.position,
                              fmt::join(changed, ", ")),
                  finding.authority.text()};
      continue;
    }
    offices.insert(decision.done.signer.office);
    persons.insert(decision.done.signer.person);
    if (decision.done.confirmed) persons.insert(decision.done.confirmed->person);
    approvals.binding.push_back(&decision);
  }
  return approvals;
}

bool completes(const std::vector<std::vector<OfficeId>>& sets,
               const std::vector<OfficeId>& approved) {
  return std::any_of(sets.begin(), sets.end(), [&](const std::vector<OfficeId>& set) {
    return std::includes(approved.begin(), approved.end(), set.begin(), set.end());
  });
}

// What was signed by a suspected key, and by whom it must be confirmed.
Refusal suspected(std::string_view what, const std::string& by, const Done& done,
                  const registry::PartyId& authority) {
  return {"key-suspected",
          fmt::format("{} by {} (entry {}) was signed by a key that was withdrawn as suspected; {} "
                      "must confirm it with a new key, or make it anew",
                      what, by, done.position, by),
          authority.text()};
}

base::Ruled<LaneConsent> by_clerk(const AuthorityDetermination& finding, const Lane& lane,
                                  Clerks clerks) {
  const auto good = std::find_if(lane.consents.rbegin(), lane.consents.rend(),
                                 [](const Consent& each) { return !each.done.suspected; });
  if (good == lane.consents.rend()) {
    if (!lane.consents.empty()) {
      return suspected("the standing consent", "the clerk", lane.consents.back().done,
                       finding.authority);
    }
    if (clerks == Clerks::MaySign) return LaneConsent{finding.authority, true, {}, {}};
    return Refusal{"consent-missing",
                   fmt::format("the clerk of {} has not signed its standing consent",
                               finding.authority.text()),
                   finding.authority.text()};
  }
  const Consent& consent = *good;
  if (lane.find(consent.body.position, consent.body.determination) == nullptr) {
    return Refusal{
        "consent-missing",
        fmt::format("the clerk of {} consented to another determination", finding.authority.text()),
        finding.authority.text()};
  }
  return LaneConsent{finding.authority, true, {}, {consent.done.position}};
}

// The consent in an emergency that binds at this moment: the office stands in for the first of the
// sets whose approvals are required, only for as long as the directives that require them say.
// Empty when none was given.
base::Ruled<std::optional<LaneConsent>> by_emergency(const Case& of, const Moment& moment,
                                                     const AuthorityDetermination& finding,
                                                     const Lane& lane,
                                                     std::vector<Provisos>& provisos) {
  const auto given = lane.emergencies();
  // What a grant left open is decided anew, by approvals.
  if (given.empty() || moment.after) return std::optional<LaneConsent>();
  const Decision& decision = *given.front();
  const OfficeId& office = decision.done.signer.office;
  if (decision.done.suspected) {
    return suspected("the consent in an emergency", office.text(), decision.done,
                     finding.authority);
  }
  const Finding* named = lane.find(decision.body.position, decision.body.determination);
  CHECK(named != nullptr);
  const auto changed = differences(named->fingerprint, finding.fingerprint());
  if (!changed.empty()) {
    return Refusal{"decision-lapsed",
                   fmt::format("the consent in an emergency by {} (entry {}) no longer binds: {} "
                               "changed since",
                               office.text(), decision.done.position, fmt::join(changed, ", ")),
                   finding.authority.text()};
  }
  if (decision.done.signer.acting) {
    return Refusal{"in-person", "consent in an emergency is given in person",
                   finding.authority.text()};
  }
  BOOST_OUTCOME_TRY(const registry::Emergency allowed,
                    check_emergency(moment.rules, finding, office));
  BOOST_OUTCOME_TRY(check_hours(allowed, decision.body, decision.done.at, finding.authority));
  if (auto refused = refuse_decider(of, decision.done.signer.person)) return *refused;
  if (const auto& confirmed = decision.done.confirmed) {
    if (auto refused = refuse_decider(of, confirmed->person)) return *refused;
  }
  const auto silent = excused(of, finding.authority, moment.rules.registers(), decision.done.at);
  BOOST_OUTCOME_TRY(check_procedure(finding, lane, decision.done.position, office,
                                    decision.body.provisos, silent));
  provisos.push_back(decision.body.provisos);
  LaneConsent consent{finding.authority, false, {office}, {decision.done.position}};
  consent.stands_in_for = finding.approvals.front();
  return std::optional(std::move(consent));
}

base::Ruled<LaneConsent> by_decision(const Case& of, const Moment& moment,
                                     const AuthorityDetermination& finding, const Lane& lane,
                                     const MaybeGrant& resuming, std::vector<Provisos>& provisos) {
  const Approvals approvals = binding_approvals(finding, lane, moment.after, resuming);
  LaneConsent consent{finding.authority, false, {}, {}};
  for (const Decision* decision : approvals.binding) {
    if (auto refused = refuse_decider(of, decision->done.signer.person)) return *refused;
    if (const auto& confirmed = decision->done.confirmed) {
      if (auto refused = refuse_decider(of, confirmed->person)) return *refused;
    }
    const auto silent = excused(of, finding.authority, moment.rules.registers(), decision->done.at);
    BOOST_OUTCOME_TRY(check_procedure(finding, lane, decision->done.position,
                                      decision->done.signer.office, decision->body.provisos,
                                      silent));
    const Signer& signer = decision->done.signer;
    consent.approvals.push_back(signer.office);
    if (signer.acting) consent.acting.emplace(signer.office, *signer.acting);
    consent.positions.push_back(decision->done.position);
    provisos.push_back(decision->body.provisos);
  }
  std::sort(consent.approvals.begin(), consent.approvals.end());
  std::sort(consent.positions.begin(), consent.positions.end());
  if (completes(finding.approvals, consent.approvals)) return consent;
  if (approvals.lapsed) return *approvals.lapsed;
  for (const Decision* approval : lane.given_approvals()) {
    const bool concerns = !approval->body.resumes || approval->body.resumes == resuming;
    if (!approval->done.suspected || !concerns) continue;
    return suspected("the approval", approval->done.signer.office.text(), approval->done,
                     finding.authority);
  }
  std::string message = fmt::format("{} has not approved; needed: {}", finding.authority.text(),
                                    in_words(finding.approvals));
  if (approvals.repeated != nullptr) {
    message += fmt::format(
        "; who approved as {} (entry {}) approved as another office too, and one "
        "person counts once",
        approvals.repeated->done.signer.office.text(), approvals.repeated->done.position);
  }
  return Refusal{"approval-missing", std::move(message), finding.authority.text()};
}

// What offices put as a condition when they let a grant go on bounds it also where their approval
// is not asked for.
void add_resuming(const Lane& lane, const std::optional<registry::GrantId>& resuming,
                  std::vector<Provisos>& provisos) {
  if (!resuming) return;
  for (const Decision& decision : lane.decisions) {
    if (decision.body.resumes == resuming) provisos.push_back(decision.body.provisos);
  }
}

base::Ruled<void> check_claims(const Case& of, const Determination& determination) {
  for (const CaseClaim& claim : of.claims) {
    if (claim.is_taken_back() || determination.find(claim.authority) != nullptr) continue;
    return Refusal{"claim-open",
                   fmt::format("{} claims a say (entry {}); it must withdraw the claim, or its "
                               "registers must show it",
                               claim.authority.text(), claim.done.position),
                   claim.authority.text()};
  }
  return base::outcome::success();
}

}  // namespace

namespace {

// Whether that person did it, or stood by it when its key was withdrawn.
bool is_by(const Done& done, const registry::PersonId& person) {
  return done.signer.person == person || (done.confirmed && done.confirmed->person == person);
}

// Whether that person asked, amended or answered for the requester.
std::optional<Refusal> refuse_asker(const Case& of, const registry::PersonId& person) {
  const auto refuse = [&](const Done& done, std::string_view did) -> std::optional<Refusal> {
    if (!is_by(done, person)) return std::nullopt;
    return Refusal{"requester-decides",
                   fmt::format("who {} (entry {}) cannot decide, whatever posts they hold", did,
                               done.position),
                   of.id.text()};
  };
  if (auto refused = refuse(of.submitted, "asked")) return refused;
  for (const EarlierVersion& version : of.earlier) {
    if (auto refused = refuse(version.done, "stated the request")) return refused;
  }
  if (auto refused = refuse(of.stated(), "stated the request")) return refused;
  for (const Query& query : of.queries) {
    for (const Answer& answer : query.answers) {
      if (auto refused = refuse(answer.done, "answered for the requester")) return refused;
    }
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_adviser(const std::map<registry::PartyId, Lane>& lanes,
                                      const registry::PersonId& person) {
  for (const auto& [authority, lane] : lanes) {
    for (const Advice& advice : lane.advice) {
      if (!is_by(advice.done, person)) continue;
      return Refusal{"adviser-decides",
                     fmt::format("who advised cannot decide: the same person advised as {} "
                                 "(entry {})",
                                 advice.done.signer.office.text(), advice.done.position),
                     authority.text()};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> refuse_decider(const Case& of, const registry::PersonId& person) {
  if (auto refused = refuse_asker(of, person)) return refused;
  for (const EarlierVersion& version : of.earlier) {
    if (auto refused = refuse_adviser(version.lanes, person)) return refused;
  }
  return refuse_adviser(of.lanes, person);
}

std::optional<Refusal> refuse_reconsiderer(const Case& of, const Decision& denial,
                                           const registry::PersonId& person) {
  if (denial.done.signer.person == person) {
    return Refusal{"own-denial",
                   fmt::format("the same person denied it as {} (entry {}): somebody else looks at "
                               "it again",
                               denial.done.signer.office.text(), denial.done.position),
                   of.id.text()};
  }
  return refuse_decider(of, person);
}

std::vector<std::string> came_after_approvals(const Case& of) {
  std::vector<std::string> notes;
  const auto note = [&](const Decision& approval, const Done& later, std::string_view what) {
    if (later.position < approval.done.position) return;
    notes.push_back(fmt::format("{} by {} (entry {}) came after {} had approved (entry {})", what,
                                later.signer.office.text(), later.position,
                                approval.done.signer.office.text(), approval.done.position));
  };
  for (const auto& [authority, lane] : of.lanes) {
    std::set<OfficeId> offices;
    for (const Decision* approval : lane.approvals()) {
      if (!offices.insert(approval->done.signer.office).second) continue;
      for (const Advice& advice : lane.advice) {
        note(*approval, advice.done, fmt::format("advice, {},", name_of(advice.body.view)));
      }
      for (const Override& made : lane.overrides) note(*approval, made.done, "an override");
      for (const Query& query : of.queries) {
        if (query.authority != authority) continue;
        note(*approval, query.done, "a query");
        for (const Answer& answer : query.answers) note(*approval, answer.done, "an answer");
      }
    }
  }
  return notes;
}

base::Ruled<void> check_allowed(const Rules& rules, const Facts& facts,
                                const LaneConsent& consent) {
  const RuleBook* book = rules.book(facts.authority);
  // In an emergency f is asked with the set whose approvals the consent stands in for.
  const auto& approvals = consent.stands_in_for.empty() ? consent.approvals : consent.stands_in_for;
  if (book != nullptr && evaluate(*book, facts, approvals) == Verdict::Allow) {
    return base::outcome::success();
  }
  return Refusal{"not-allowed",
                 fmt::format("the directives of {} do not allow it with the approvals given",
                             facts.authority.text()),
                 facts.authority.text()};
}

std::vector<Refusal> missing_of_procedure(const AuthorityDetermination& finding, const Lane& lane,
                                          Position before, const OfficeId& decider,
                                          const Provisos& provisos,
                                          std::span<const ProcedureDemand> excused) {
  const auto overridden = [&](const Advice& advice) {
    return std::any_of(lane.overrides.begin(), lane.overrides.end(), [&](const Override& made) {
      return !made.done.suspected && made.done.position < before &&
             made.body.advice == advice.done.statement && made.done.signer.office == decider;
    });
  };
  std::map<OfficeId, const Advice*> latest;
  for (const Advice& advice : lane.advice) {
    if (advice.done.position < before) latest[advice.done.signer.office] = &advice;
  }
  std::vector<Refusal> missing;
  for (const ProcedureDemand& demand : finding.procedure) {
    const auto found = latest.find(demand.office);
    if (found == latest.end()) {
      if (std::find(excused.begin(), excused.end(), demand) != excused.end()) continue;
      missing.push_back(
          {"advice-missing",
           fmt::format("{} demands the advice of {} before the decision ({})",
                       demand.directive.text(), demand.office.text(), demand.procedure.text()),
           demand.office.text()});
      continue;
    }
    if (found->second->done.suspected) {
      missing.push_back(
          suspected("the advice", demand.office.text(), found->second->done, finding.authority));
      continue;
    }
    const AdviceView view = found->second->body.view;
    if (demand.kind == registry::AdviceDemand::Kind::Concur && view != AdviceView::Concur &&
        view != AdviceView::ConcurWithProvisos) {
      missing.push_back(
          {"advice-concurrence",
           fmt::format("{} demands that {} concur before the decision ({})",
                       demand.directive.text(), demand.office.text(), demand.procedure.text()),
           demand.office.text()});
    }
  }
  for (const auto& [office, advice] : latest) {
    const bool against = advice->body.view == AdviceView::DoNotConcur;
    const bool weaker = advice->body.view == AdviceView::ConcurWithProvisos &&
                        !at_least_as_strict(provisos, advice->body.provisos);
    if ((!against && !weaker) || overridden(*advice)) continue;
    missing.push_back({"override-missing",
                       fmt::format("{} (entry {}); {} must sign an override that names it{}",
                                   against ? fmt::format("{} does not concur", office.text())
                                           : fmt::format("the approval is weaker than what {} put "
                                                         "as its provisos",
                                                         office.text()),
                                   advice->done.position, decider.text(),
                                   against ? "" : ", or take those provisos into the approval"),
                       office.text()});
  }
  return missing;
}

base::Ruled<void> check_procedure(const AuthorityDetermination& finding, const Lane& lane,
                                  Position before, const OfficeId& decider,
                                  const Provisos& provisos,
                                  std::span<const ProcedureDemand> excused) {
  const auto missing = missing_of_procedure(finding, lane, before, decider, provisos, excused);
  if (missing.empty()) return base::outcome::success();
  return missing.front();
}

base::Ruled<LaneConsent> check_lane(const Case& of, const Moment& moment,
                                    const AuthorityDetermination& finding,
                                    const std::optional<registry::GrantId>& resuming, Clerks clerks,
                                    std::vector<Provisos>* provisos) {
  static const Lane kNothing;
  const auto found = of.lanes.find(finding.authority);
  const Lane& lane = found == of.lanes.end() ? kNothing : found->second;
  BOOST_OUTCOME_TRY(check_standing(of, finding.authority, lane, moment.after, resuming));
  BOOST_OUTCOME_TRY(check_outcome(finding));
  CHECK(finding.facts);
  std::vector<Provisos> conditions;
  const bool standing = finding.outcome == Outcome::Authorised;
  auto given = standing ? by_clerk(finding, lane, clerks)
                        : by_decision(of, moment, finding, lane, resuming, conditions);
  if (!standing && !given) {
    conditions.clear();
    BOOST_OUTCOME_TRY(auto urgent, by_emergency(of, moment, finding, lane, conditions));
    if (urgent) given = *std::move(urgent);
  }
  BOOST_OUTCOME_TRY(LaneConsent consent, std::move(given));
  if (standing) add_resuming(lane, resuming, conditions);
  BOOST_OUTCOME_TRY(check_allowed(moment.rules, *finding.facts, consent));
  if (provisos != nullptr) {
    provisos->insert(provisos->end(), std::make_move_iterator(conditions.begin()),
                     std::make_move_iterator(conditions.end()));
  }
  return consent;
}

base::Ruled<Agreement> check_agreement(const Case& of, const Moment& moment,
                                       const std::optional<registry::GrantId>& resuming,
                                       Clerks clerks) {
  const Determination& determination = moment.determination;
  if (!determination.gaps.empty() || determination.authorities.empty()) {
    return Refusal{"undetermined",
                   determination.gaps.empty() ? "no authority has a say, so none can give one"
                                              : determination.gaps.front().message,
                   of.id.text()};
  }
  if (of.withdrawn) {
    return Refusal{"withdrawn",
                   fmt::format("{} took the request back (entry {})", of.request.requester.text(),
                               of.withdrawn->position),
                   of.id.text()};
  }
  for (const auto& [authority, lane] : of.lanes) {
    BOOST_OUTCOME_TRY(check_standing(of, authority, lane, moment.after, resuming));
  }
  if (const auto silent = refused_by_silence(of, moment.rules.registers(), moment.at)) {
    return Refusal{"refused-by-silence", words_of(*silent), silent->authority.text()};
  }
  BOOST_OUTCOME_TRY(check_claims(of, determination));
  if (of.stated().suspected) {
    return suspected("the request", of.stated().signer.office.text(), of.stated(),
                     of.request.requester);
  }
  Agreement agreement;
  for (const AuthorityDetermination& finding : determination.authorities) {
    BOOST_OUTCOME_TRY(LaneConsent consent,
                      check_lane(of, moment, finding, resuming, clerks, &agreement.provisos));
    agreement.consents.push_back(std::move(consent));
  }
  return agreement;
}

base::Ruled<Terms> check_terms(const Case& of, const Moment& moment,
                               const std::optional<registry::GrantId>& resuming, base::Instant from,
                               Clerks clerks) {
  BOOST_OUTCOME_TRY(Agreement agreement, check_agreement(of, moment, resuming, clerks));
  Terms terms{{}, std::move(agreement.consents)};
  const std::int64_t rest = moment.rest.value_or(of.request.quantity);
  BOOST_OUTCOME_TRY(terms.scope, intersect(of.request, agreement.provisos, from));
  terms.scope.quantity = std::min(terms.scope.quantity, rest);
  terms.remainder = remainder_of(of.request, terms.scope, agreement.provisos, rest, from);
  for (const AuthorityDetermination& finding : moment.determination.authorities) {
    BOOST_OUTCOME_TRY(check_stock(finding, terms.scope, moment.beside));
  }
  terms.scope.emergency = is_in_emergency(terms.consents);
  for (const LaneConsent& consent : terms.consents) {
    const registry::AuthorityView* view = moment.rules.view().find(consent.authority);
    if (view == nullptr || view->layer == nullptr) continue;
    BOOST_OUTCOME_TRY(check_places(terms.scope, view->layer->value.get()));
  }
  return terms;
}

}  // namespace countersign::kernel
