// SPDX-License-Identifier: Apache-2.0
// The steps of a case, from the request to the decisions.
#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/clock.h"
#include "kernel/internal/may_act.h"
#include "kernel/internal/rulings.h"
#include "kernel/lifecycle.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// The decision's `advice` field: exactly the statements of advice and override in the lane.
base::Ruled<SaltedField> check_advice(const Submission& decision, const DecisionBody& body,
                                      const Lane& lane, Position next) {
  BOOST_OUTCOME_TRY(SaltedField advice, committed(decision, body.advice, "advice"));
  std::vector<std::string> expected;
  for (const seal::Digest& digest : lane.advice_before(next)) expected.push_back(to_text(digest));
  if (base::write_json(advice.field.value) != base::write_json(base::json_texts(expected))) {
    return Refusal{"stale-advice",
                   "the decision does not rest on exactly the advice and overrides of its lane: "
                   "look at the case again",
                   "advice"};
  }
  return advice;
}

// What an office takes back is an approval of its own, about the same thing.
base::Ruled<void> check_recall(const Lane& lane, const DecisionBody& body, const Signer& signer) {
  // A suspected approval can be taken back like any other.
  auto approvals = lane.given_approvals();
  const auto urgent = lane.emergencies();
  approvals.insert(approvals.end(), urgent.begin(), urgent.end());
  const bool given = std::any_of(approvals.begin(), approvals.end(), [&](const Decision* approval) {
    return approval->done.signer.office == signer.office &&
           approval->body.resumes == body.resumes && approval->body.after == body.after;
  });
  if (!given) {
    return Refusal{"nothing-to-recall",
                   fmt::format("{} has no approval here to take back", signer.office.text()),
                   signer.office.text()};
  }
  if (lane.find(body.position, body.determination) != nullptr) return base::outcome::success();
  return Refusal{"stale-determination", "the determination it names is not one of this case",
                 signer.office.text()};
}

// What is struck out of a joint decision was on its list, and stays undecided.
base::Ruled<void> check_struck_out(const Lane& lane, const DecisionBody& body,
                                   const SignedStatement& statement) {
  if (!statement.item) {
    return Refusal{"strike-out",
                   "a case is struck out of a joint decision only (`decide --batch`): to leave it "
                   "undecided, decide nothing",
                   statement.head.case_id->text()};
  }
  if (lane.find(body.position, body.determination) != nullptr) return base::outcome::success();
  return Refusal{"stale-determination", "the determination it names is not one of this case",
                 statement.head.case_id->text()};
}

// The consents a resumption rests on: those of its terms that are signed, and, where a standing
// permission covers an authority's part, what its offices put as a condition all the same.
std::vector<LaneConsent> resumers(const Case& of, std::vector<LaneConsent> consents,
                                  const registry::GrantId& grant) {
  std::vector<LaneConsent> conditions;
  for (const LaneConsent& consent : consents) {
    const auto lane = of.lanes.find(consent.authority);
    if (!consent.by_clerk || lane == of.lanes.end()) continue;
    LaneConsent condition{consent.authority, false, {}, {}};
    for (const Decision& decision : lane->second.decisions) {
      const bool approves = decision.body.outcome == DecisionOutcome::Approve;
      if (!approves || decision.body.resumes != grant || decision.done.suspected) continue;
      const registry::OfficeId& office = decision.done.signer.office;
      auto& named = condition.approvals;
      const auto place = std::lower_bound(named.begin(), named.end(), office);
      if (place == named.end() || *place != office) named.insert(place, office);
      // The last word of an office is the one it is named with.
      condition.acting.erase(office);
      const auto& acting = decision.done.signer.acting;
      if (acting) condition.acting.emplace(office, *acting);
      condition.positions.push_back(decision.done.position);
    }
    conditions.push_back(std::move(condition));
  }
  consents.insert(consents.end(), conditions.begin(), conditions.end());
  std::erase_if(consents, [](const LaneConsent& consent) { return consent.positions.empty(); });
  return consents;
}

// The provisos of the decisions among these consents.
std::vector<Provisos> provisos_of(const Case& of, const std::vector<LaneConsent>& consents) {
  std::vector<Provisos> provisos;
  for (const LaneConsent& consent : consents) {
    for (const Decision& decision : of.lanes.at(consent.authority).decisions) {
      if (std::find(consent.positions.begin(), consent.positions.end(), decision.done.position) !=
          consent.positions.end()) {
        provisos.push_back(decision.body.provisos);
      }
    }
  }
  return provisos;
}

// Where a decision about a suspended grant would leave it.
base::Ruled<std::optional<Draft>> resumption(const State& state, const Case& of,
                                             const Submission& decision, const DecisionBody& body,
                                             const Signer& signer, base::Instant at) {
  const GrantRecord& grant = *state.find(*body.resumes);
  const registry::PartyId& authority = decision.statement.head.authority;
  // A suspension by an act is ended by who made it, and by nobody else.
  if (grant.suspended->done && grant.suspended->authority != authority) {
    return Refusal{
        "not-the-suspender",
        fmt::format("{} suspended it; only {} can end that", grant.suspended->authority.text(),
                    grant.suspended->authority.text()),
        authority.text()};
  }
  BOOST_OUTCOME_TRY(const Determined determined, state.determine(of.request, at, grant.id));
  // What the state would be with this decision in it.
  Case with = of;
  Done done{state.size(), at, signer, decision.statement.head.command, decision.statement.digest};
  with.lanes[authority].decisions.push_back({std::move(done), body});
  const auto terms = check_terms(with,
                                 {*determined.rules, determined.determination, at, grant.after,
                                  grant.rest, held_beside(of, state.grants(), grant.id, at)},
                                 grant.id, grant.at, Clerks::MaySign);
  // Another office's approval may still be missing: the decision stands, the grant waits.
  if (!terms) return std::optional<Draft>();
  // An emergency's consent does not let a grant go on: whoever must approve does.
  const auto urgent = [](const LaneConsent& consent) { return !consent.stands_in_for.empty(); };
  if (std::any_of(terms.value().consents.begin(), terms.value().consents.end(), urgent)) {
    return std::optional<Draft>();
  }
  const std::vector<LaneConsent> consents = resumers(with, terms.value().consents, grant.id);
  BOOST_OUTCOME_TRY(const Scope scope, narrowed(grant.scope, provisos_of(with, consents)));
  Draft draft = outcome_draft(of.id, "resumed");
  draft.fields.push_back({"grant", base::json_text(grant.id.text())});
  draft.fields.push_back({"scope", Scope::write(scope)});
  draft.fields.push_back({"consents", write(consents)});
  return std::optional<Draft>(std::move(draft));
}

// Whether some authority describes or claims the item, or describes one it is a component of: a
// claim on anything else could never become a tie, and would hold the case up for good.
bool is_known(const registry::Registers& registers, const registry::ItemId& item) {
  if (registers.has_item(item)) return true;
  const auto names_it = [&](const auto& named) { return named.id == item; };
  const auto& held = registers.authorities();
  return std::any_of(held.begin(), held.end(), [&](const registry::AuthorityRegister& one) {
    // Components of rows are not looked through: where there is a list, it may have any.
    if (!one.lists.empty()) return true;
    return std::any_of(one.items.begin(), one.items.end(), [&](const auto& description) {
      const auto& components = description.value->components;
      return std::any_of(components.begin(), components.end(), names_it);
    });
  });
}

// The grant of the case that is neither revoked nor lapsed, or null.
const GrantRecord* grant_in_use(const State& state, const Case& of, base::Instant at) {
  for (const GrantRecord* grant : state.grants_of(of)) {
    const GrantStatus status = status_of(*grant, at);
    const bool over = status == GrantStatus::Revoked || status == GrantStatus::Lapsed ||
                      status == GrantStatus::Surrendered;
    if (!over) return grant;
  }
  return nullptr;
}

// The case, if what the grant `after` left open of it may be decided.
base::Ruled<const Case*> case_with_rest(const State& state, const Submission& decision,
                                        const registry::GrantId& after, base::Instant at) {
  BOOST_OUTCOME_TRY(const Case* const of, case_of(state, decision.statement));
  BOOST_OUTCOME_TRY(const Rest rest, rest_of(*of, state.grants(), at));
  if (rest.after == after) return case_for_step(state, decision.statement, at);
  return Refusal{"no-remainder",
                 fmt::format("what is open of case `{}` is what `{}` left, not `{}`", of->id.text(),
                             rest.after.text(), after.text()),
                 "after"};
}

// The case, if it is open for this decision, or the grant it would resume is suspended.
base::Ruled<const Case*> case_for(const State& state, const Submission& decision,
                                  const DecisionBody& body, base::Instant at) {
  if (body.after) return case_with_rest(state, decision, *body.after, at);
  if (!body.resumes) return case_for_step(state, decision.statement, at);
  BOOST_OUTCOME_TRY(const Case* const of, case_of(state, decision.statement));
  const GrantRecord* grant = state.find(*body.resumes);
  if (grant == nullptr || grant->case_id != of->id) {
    return Refusal{"unknown-grant",
                   fmt::format("case `{}` has no grant `{}`", of->id.text(), body.resumes->text()),
                   "resumes"};
  }
  const auto follows = case_for_step(state, decision.statement, at, grant);
  if (follows) return of;
  return Refusal{"not-suspended", follows.error().message, "resumes"};
}

// Whether the signer may make this decision, on what is known now.
base::Ruled<void> check_decision(const State& state, const Case& of, const Lane& lane,
                                 const Submission& submission, const Signer& signer,
                                 const DecisionBody& body, base::Instant at) {
  const registry::PartyId& authority = submission.statement.head.authority;
  const std::optional<registry::GrantId>& leaving_out = body.resumes ? body.resumes : body.after;
  BOOST_OUTCOME_TRY(const Determined determined, state.determine(of.request, at, leaving_out));
  const AuthorityDetermination* finding = determined.determination.find(authority);
  if (finding == nullptr) {
    return Refusal{"no-lane", fmt::format("{} no longer has a tie (nexus)", authority.text()),
                   authority.text()};
  }
  const GrantRecord* grant = body.resumes ? state.find(*body.resumes) : nullptr;
  auto silent = excused(of, authority, state.authorities().registers(), at);
  BOOST_OUTCOME_TRY(refuse_by(bars_to_decide(
      {of, lane, determined.determination, *finding, grant, state.size(), std::move(silent)}, body,
      signer)));
  if (body.outcome != DecisionOutcome::Emergency) return base::outcome::success();
  if (signer.acting) {
    return Refusal{"in-person",
                   fmt::format("the holder of {} consents in an emergency in person: nobody acts "
                               "for them",
                               signer.office.text()),
                   signer.office.text()};
  }
  BOOST_OUTCOME_TRY(const registry::Emergency allowed,
                    check_emergency(*determined.rules, *finding, signer.office));
  return check_hours(allowed, body, at, authority);
}

base::Ruled<Draft> decision_draft(const State& state, const Submission& submission,
                                  const DecisionBody& body, const Lane& lane, base::Instant at) {
  BOOST_OUTCOME_TRY(SaltedField advice, check_advice(submission, body, lane, state.size()));
  Draft draft = draft_of(submission);
  draft.fields.push_back({"outcome", base::json_text(name_of(body.outcome))});
  draft.fields.push_back({"about", base::json_text(body.about())});
  draft.salted.push_back(std::move(advice));
  BOOST_OUTCOME_TRY(add_reasons(state, submission, body.reasons, at, draft));
  return draft;
}

}  // namespace

base::Ruled<void> check_known(const registry::Registers& registers, const registry::ItemId& item) {
  if (is_known(registers, item)) return base::outcome::success();
  return Refusal{
      "unknown-item",
      fmt::format("no authority describes or claims an item or component `{}`", item.text()),
      "item"};
}

std::vector<ledger::Field> finding_fields(const Determination& determination) {
  std::vector<ledger::Field> fields;
  for (const AuthorityDetermination& finding : determination.authorities) {
    const std::string& authority = finding.authority.text();
    fields.push_back({"findings:" + authority, write(finding.fingerprint())});
    // Always there: that they could not be established must not show in the number of fields.
    fields.push_back(
        {"facts:" + authority, finding.facts ? write(*finding.facts) : base::json_object({})});
  }
  return fields;
}

Draft determination_draft(const CaseId& id, const Determination& determination) {
  Draft draft;
  draft.kind = EntryKind::Determination;
  draft.case_id = id;
  draft.fields = finding_fields(determination);
  return draft;
}

base::Ruled<const Lane*> lane_of(const Case& of, const registry::PartyId& authority) {
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end()) {
    return Refusal{
        "no-lane",
        fmt::format("{} has no tie (nexus) in case `{}`", authority.text(), of.id.text()),
        authority.text()};
  }
  return &lane->second;
}

base::Ruled<Asked> check_asked(const State& state, const SignedStatement& statement,
                               const base::Json& document, base::Instant at) {
  base::Report report(statement.payload_text, "request");
  auto read = read_request(document, report);
  if (!read) return Refusal{"body", base::to_text(read.error()), "request"};
  BOOST_OUTCOME_TRY(Request request, std::move(read.value()));
  const StatementHead& head = statement.head;
  if (request.requester != head.authority) {
    return Refusal{
        "requester",
        fmt::format("{} signs a request of {}", head.authority.text(), request.requester.text()),
        "requester"};
  }
  BOOST_OUTCOME_TRY(check_marking(state, request.requester, request.marking, at));
  const auto missing = undeclared(request);
  if (!missing.empty()) {
    return Refusal{"undeclared",
                   fmt::format("`{}` is left out; declare it, `[]` for none", missing.front()),
                   std::string(missing.front())};
  }
  BOOST_OUTCOME_TRY(Determined determined, state.determine(request, at));
  // Nobody decides it, so nobody could say until when.
  if (determined.determination.overall == Outcome::Authorised &&
      request.window.until == base::kDistantFuture) {
    return Refusal{
        "no-window",
        "standing permissions cover it, and a grant must end: say until when, in `window`",
        "window"};
  }
  return Asked{std::move(request), std::move(determined)};
}

base::Ruled<Drafts> rule_on_request(const State& state, const Submission& submission,
                                    base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Request, at));
  const StatementHead& head = submission.statement.head;
  if (!head.case_id) return Refusal{"unknown-case", "the request names no case", "case"};
  if (head.case_id->text().find('/') != std::string::npos) {
    return Refusal{"case-name",
                   fmt::format("a case is not called `{}`: it would read as a grant's name. Leave "
                               "the `/` out",
                               head.case_id->text()),
                   "case"};
  }
  BOOST_OUTCOME_TRY(check_follows(*find(step_of(submission.statement)), state.find(*head.case_id),
                                  nullptr, {}, at));
  if (state.legacy().contains(*head.case_id)) {
    return Refusal{"case-exists",
                   fmt::format("`{}` is an earlier case, decided before", head.case_id->text()),
                   "case"};
  }
  BOOST_OUTCOME_TRY(const RequestBody body, read_body<RequestBody>(submission.statement));
  BOOST_OUTCOME_TRY(const Asked asked, check_asked(state, submission.statement, body.request, at));
  Drafts drafts{draft_of(submission)};
  drafts.push_back(determination_draft(*head.case_id, asked.determined.determination));
  return drafts;
}

base::Ruled<Drafts> redetermine(const State& state, const CaseId& id, base::Instant at) {
  const Case* of = state.find(id);
  if (of == nullptr) {
    return Refusal{"unknown-case", fmt::format("there is no case `{}`", id.text()), "case"};
  }
  // Of a case that is closed nothing more is determined.
  const StepRule& rule = *find({EntryKind::Determination, {}});
  if (!check_follows(rule, of, nullptr, state.grants_of(*of), at)) return Drafts{};
  std::optional<registry::GrantId> leaving_out;
  if (!of->grants.empty()) leaving_out = of->grants.back();
  BOOST_OUTCOME_TRY(const Determined determined, state.determine(of->request, at, leaving_out));
  static const Lane kNothing;
  const auto& findings = determined.determination.authorities;
  const bool current = std::all_of(findings.begin(), findings.end(), [&](const auto& finding) {
    const auto lane = of->lanes.find(finding.authority);
    return is_current(lane == of->lanes.end() ? kNothing : lane->second, finding);
  });
  if (current) return Drafts{};
  return Drafts{determination_draft(id, determined.determination)};
}

base::Ruled<Drafts> rule_on_claim(const State& state, const Submission& submission,
                                  base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Claim, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const ClaimBody body, read_body<ClaimBody>(submission.statement));
  BOOST_OUTCOME_TRY(check_marking(state, submission.statement.head.authority, body.marking, at));
  if (body.withdraws) {
    const auto open = [&](const CaseClaim& claim) {
      return claim.authority == submission.statement.head.authority && !claim.withdrawn &&
             claim.done.command == *body.withdraws;
    };
    if (std::none_of(of->claims.begin(), of->claims.end(), open)) {
      return Refusal{
          "claim-unknown",
          fmt::format("{} has no open claim `{}` on this case",
                      submission.statement.head.authority.text(), body.withdraws->text()),
          "withdraws"};
    }
  } else {
    BOOST_OUTCOME_TRY(check_known(state.authorities().registers(), body.item));
  }
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_advice(const State& state, const Submission& submission,
                                   base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Advice, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const AdviceBody body, read_body<AdviceBody>(submission.statement));
  BOOST_OUTCOME_TRY(check_marking(state, submission.statement.head.authority, body.marking, at));
  BOOST_OUTCOME_TRY(lane_of(*of, submission.statement.head.authority));
  BOOST_OUTCOME_TRY(refuse_by(bars_to_advise(*of, signer)));
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_override(const State& state, const Submission& submission,
                                     base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Override, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const OverrideBody body, read_body<OverrideBody>(submission.statement));
  BOOST_OUTCOME_TRY(check_marking(state, submission.statement.head.authority, body.marking, at));
  BOOST_OUTCOME_TRY(const Lane* const lane, lane_of(*of, submission.statement.head.authority));
  const auto named = [&](const Advice& advice) { return advice.done.statement == body.advice; };
  if (std::none_of(lane->advice.begin(), lane->advice.end(), named)) {
    return Refusal{"unknown-advice", "the override names no advice of its authority in this case",
                   "advice"};
  }
  BOOST_OUTCOME_TRY(
      check_ground(state, submission.statement.head.authority, body.ground, body.text, at));
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_decision(const State& state, const Submission& submission,
                                     base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Decision, at));
  return decide_as(state, submission, signer, at);
}

base::Ruled<Drafts> decide_as(const State& state, const Submission& submission,
                              const Signer& signer, base::Instant at) {
  BOOST_OUTCOME_TRY(const DecisionBody body, read_body<DecisionBody>(submission.statement));
  BOOST_OUTCOME_TRY(const Case* const of, case_for(state, submission, body, at));
  const registry::PartyId& authority = submission.statement.head.authority;
  BOOST_OUTCOME_TRY(const Lane* const lane, lane_of(*of, authority));
  if (body.outcome == DecisionOutcome::Recall) {
    BOOST_OUTCOME_TRY(check_recall(*lane, body, signer));
  } else if (body.outcome == DecisionOutcome::StrikeOut) {
    BOOST_OUTCOME_TRY(check_struck_out(*lane, body, submission.statement));
  } else {
    BOOST_OUTCOME_TRY(check_decision(state, *of, *lane, submission, signer, body, at));
  }
  if (body.outcome == DecisionOutcome::Deny || body.outcome == DecisionOutcome::Return) {
    BOOST_OUTCOME_TRY(check_ground(state, authority, body.ground, body.text, at));
  }
  BOOST_OUTCOME_TRY(Draft draft, decision_draft(state, submission, body, *lane, at));
  Drafts drafts{std::move(draft)};
  if (body.outcome == DecisionOutcome::Approve && body.resumes) {
    BOOST_OUTCOME_TRY(std::optional<Draft> resumed,
                      resumption(state, *of, submission, body, signer, at));
    if (resumed) drafts.push_back(*std::move(resumed));
  }
  const bool ends =
      body.outcome == DecisionOutcome::Deny || body.outcome == DecisionOutcome::Return;
  if (ends && body.after) drafts.push_back(outcome_draft(of->id, "rest_refused"));
  if (ends && !body.resumes && !body.after) {
    const bool denied = body.outcome == DecisionOutcome::Deny;
    drafts.push_back(outcome_draft(of->id, denied ? "denied" : "returned"));
  }
  return drafts;
}

base::Ruled<Drafts> rule_on_consent(const State& state, const Submission& submission,
                                    base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Consent, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  // A standing permission may come to cover a case whose grant is in use.
  const GrantRecord* grant = grant_in_use(state, *of, at);
  BOOST_OUTCOME_TRY(const ConsentBody body, read_body<ConsentBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  BOOST_OUTCOME_TRY(const Lane* const lane, lane_of(*of, authority));
  BOOST_OUTCOME_TRY(const Determined determined,
                    state.determine(of->request, at, grant == nullptr ? of->rest : grant->id));
  const AuthorityDetermination* finding = determined.determination.find(authority);
  if (finding == nullptr || finding->outcome != Outcome::Authorised) {
    return Refusal{"not-authorised",
                   fmt::format("no standing permission of {} covers the request", authority.text()),
                   authority.text()};
  }
  BOOST_OUTCOME_TRY(check_rests(*lane, *finding, body.position, body.determination));
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
