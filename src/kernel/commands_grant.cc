// SPDX-License-Identifier: Apache-2.0
// Grants: issue, draws, reports, suspension, revocation, discrepancies.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "kernel/disclosure.h"
#include "kernel/internal/corrigible.h"
#include "kernel/internal/using.h"
#include "kernel/lifecycle.h"

namespace countersign::kernel {

using base::Refusal;
using registry::Power;

base::Ruled<const GrantRecord*> grant_in_case(const State& state, const SignedStatement& statement,
                                              const registry::GrantId& id) {
  BOOST_OUTCOME_TRY(const Case* const of, case_of(state, statement));
  const GrantRecord* grant = state.find(id);
  if (grant == nullptr || grant->case_id != of->id) {
    return Refusal{"unknown-grant",
                   fmt::format("case `{}` has no grant `{}`", of->id.text(), id.text()), "grant"};
  }
  return grant;
}

namespace {

std::string names_of(const std::vector<registry::OfficeId>& offices) {
  std::vector<std::string_view> names;
  for (const registry::OfficeId& office : offices) names.push_back(office.text());
  return fmt::format("{}", fmt::join(names, " or "));
}

}  // namespace

base::Ruled<void> check_holder(const GrantRecord& grant, const SignedStatement& statement) {
  if (grant.scope.holder == statement.head.authority) return base::outcome::success();
  return Refusal{"holder",
                 fmt::format("grant `{}` is held by {}, not by {}", grant.id.text(),
                             grant.scope.holder.text(), statement.head.authority.text()),
                 "grant"};
}

namespace {

// Whether the step may be taken in the state the grant is in. Rules: the name of that state.
base::Ruled<void> check_state(const State& state, const SignedStatement& statement,
                              const GrantRecord& grant, base::Instant at) {
  const auto follows = case_for_step(state, statement, at, &grant);
  if (follows) return base::outcome::success();
  Refusal refusal = follows.error();
  const GrantStatus status = status_of(grant, at);
  // Why a change of rules did it is for the authorities to know.
  if (status == GrantStatus::Suspended && grant.suspended->done) {
    refusal.message +=
        fmt::format(" since {}: {}", base::to_text(grant.suspended->at), grant.suspended->why);
  }
  if (status == GrantStatus::Lapsed) {
    refusal.message += fmt::format(" since {}", base::to_text(grant.scope.window.until));
  }
  return refusal;
}

std::string quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> each;
  for (const std::string& text : texts) each.push_back(fmt::format("\"{}\"", text));
  return fmt::format("{}", fmt::join(each, "; "));
}

// Refuses a draw before the holder has acknowledged the free-text provisos.
base::Ruled<void> check_acknowledged(const GrantRecord& grant,
                                     const std::vector<std::string>& missing) {
  if (missing.empty()) return base::outcome::success();
  return Refusal{
      "provisos-unacknowledged",
      fmt::format("{} has not acknowledged the conditions of grant `{}`: {}. An office of {} that "
                  "may request signs that it has taken note of them (`countersign acknowledge`)",
                  grant.scope.holder.text(), grant.id.text(), quoted(missing),
                  grant.scope.holder.text()),
      grant.id.text()};
}

template <class Step>
void add_positions(const std::vector<Step>& steps, std::set<Position>& positions) {
  for (const Step& step : steps) positions.insert(step.done.position);
}

void add_lane(const std::map<registry::PartyId, Lane>& lanes, const registry::PartyId& authority,
              std::set<Position>& steps) {
  const auto found = lanes.find(authority);
  if (found == lanes.end()) return;
  const Lane& lane = found->second;
  for (const Finding& finding : lane.findings) steps.insert(finding.position);
  add_positions(lane.advice, steps);
  add_positions(lane.overrides, steps);
  add_positions(lane.decisions, steps);
  add_positions(lane.consents, steps);
  add_positions(lane.oral, steps);
  for (const Decision& decision : lane.decisions) {
    if (decision.reviewed) steps.insert(decision.reviewed->position);
  }
}

// What of the ledger is the authority's part of the case, and what its ties and policies rest on
// that others have vouched for.
LaneIndex lane_of(const State& state, const Case& of, const registry::PartyId& authority,
                  base::Instant at) {
  std::set<Position> steps;
  add_lane(of.lanes, authority, steps);
  for (const EarlierVersion& version : of.earlier) add_lane(version.lanes, authority, steps);
  for (const CaseClaim& claim : of.claims) {
    if (claim.authority != authority) continue;
    steps.insert(claim.done.position);
    for (const auto& correction : claim.corrections) steps.insert(correction.done.position);
  }
  if (of.reconsideration && of.reconsideration->decided &&
      of.reconsideration->authority == authority) {
    steps.insert(of.reconsideration->decided->position);
  }
  for (const Confirmation& made : of.confirmations) {
    if (made.authority == authority) steps.insert(made.done.position);
  }
  for (const Query& query : of.queries) {
    if (query.authority != authority) continue;
    steps.insert(query.done.position);
    add_positions(query.answers, steps);
    if (query.withdrawn) steps.insert(query.withdrawn->position);
  }
  const auto rules = state.rules_at(at);
  std::vector<registry::Record> records =
      registry::records_traced(rules->view(), tie_question(of.request));
  if (const RuleBook* book = rules->book(authority)) {
    for (const registry::ItemId& item : book->items_named()) {
      const registry::Record* known = rules->registers().known_by(item, authority, at);
      if (known != nullptr) records.push_back(*known);
    }
  }
  std::set<Position> positions;
  for (const registry::Record& record : records) {
    if (record.authority == authority) continue;
    positions.insert(state.authorities().find(record.authority)->documents.at(record.digest));
  }
  return {{steps.begin(), steps.end()}, {positions.begin(), positions.end()}};
}

// Why the act lies outside what every consenting authority's layer says the scope covers.
std::vector<Refusal> outside_for_all(const State& state, const GrantRecord& grant,
                                     const Scope& scope, const Act& act) {
  const auto rules = state.rules_at(act.at);
  for (const registry::PartyId& authority : grant.authorities) {
    const registry::AuthorityView* view = rules->view().find(authority);
    const geo::Layer* layer =
        view == nullptr || view->layer == nullptr ? nullptr : view->layer->value.get();
    auto reasons = outside(scope, act, layer);
    if (!reasons.empty()) return reasons;
  }
  return {};
}

}  // namespace

base::Ruled<Drafts> rule_on_grant(const State& state, const Grant& grant, base::Instant at) {
  const Case* of = state.find(grant.case_id());
  BOOST_OUTCOME_TRY(check_follows(*find({EntryKind::Grant, {}}), of, nullptr, {}, at));
  CHECK(grant.at() == at && grant.instance() == *state.instance());
  const registry::GrantId id(fmt::format("{}/G{}", of->id.text(), of->grants.size() + 1));
  Draft draft;
  draft.kind = EntryKind::Grant;
  draft.case_id = of->id;
  draft.fields = finding_fields(grant.determination());
  for (const AuthorityDetermination& finding : grant.determination().authorities) {
    draft.fields.push_back({"lane:" + finding.authority.text(),
                            LaneIndex::write(lane_of(state, *of, finding.authority, at))});
  }
  const Terms& terms = grant.terms();
  std::vector<std::pair<std::string, base::Json>> said;
  said.emplace_back("id", base::json_text(id.text()));
  said.emplace_back("scope", Scope::write(terms.scope));
  said.emplace_back("consents", write(terms.consents));
  if (of->rest) {
    BOOST_OUTCOME_TRY(const Rest rest, rest_of(*of, state.grants(), at));
    said.emplace_back("after", base::json_text(rest.after.text()));
    said.emplace_back("rest", base::json_integer(rest.quantity));
  }
  Draft outcome = outcome_draft(of->id, of->rest ? "granted_rest" : "granted");
  if (terms.remainder) {
    const base::Json remainder = base::json_text(name_of(*terms.remainder));
    said.emplace_back("remainder", remainder);
    outcome.fields.push_back({"remainder", remainder});
  }
  draft.fields.push_back({"grant", base::json_object(std::move(said))});
  Drafts drafts;
  drafts.push_back(std::move(draft));
  drafts.push_back(std::move(outcome));
  return drafts;
}

base::Ruled<DrawnUse> check_use(const State& state, const SignedStatement& statement,
                                const GrantRecord& grant, const DrawBody& asked,
                                std::int64_t given_up, base::Instant at) {
  BOOST_OUTCOME_TRY(check_holder(grant, statement));
  BOOST_OUTCOME_TRY(check_state(state, statement, grant, at));
  BOOST_OUTCOME_TRY(check_acknowledged(grant, grant.unacknowledged(grant.scope.text, at)));
  Act act{asked.quantity, asked.place, asked.categories, at};
  const auto reasons = outside_for_all(state, grant, grant.scope, act);
  if (!reasons.empty()) return reasons.front();
  const std::int64_t left = grant.left() + given_up;
  if (asked.quantity > left) {
    return Refusal{
        "quantity",
        fmt::format("{} asked, {} left of {}", asked.quantity, left, grant.scope.quantity),
        "quantity"};
  }
  return DrawnUse{grant.id, std::move(act)};
}

base::Ruled<void> check_proved_use(const State& state, const DrawnUse& asked, const Grant& proved) {
  const GrantRecord& grant = *state.find(asked.grant);
  CHECK(proved.at() == asked.act.at && proved.case_id() == grant.case_id &&
        proved.use() == asked.act);
  BOOST_OUTCOME_TRY(check_acknowledged(grant, proved.unacknowledged()));
  const auto reasons = outside_for_all(state, grant, proved.terms().scope, asked.act);
  if (!reasons.empty()) return reasons.front();
  return base::outcome::success();
}

base::Ruled<DrawnUse> check_draw(const State& state, const Submission& submission,
                                 base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Draw, at));
  BOOST_OUTCOME_TRY(const DrawBody body, read_body<DrawBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  return check_use(state, submission.statement, *grant, body, 0, at);
}

base::Ruled<Drafts> rule_on_draw(const State& state, const Submission& submission,
                                 const Grant& proved, base::Instant at) {
  BOOST_OUTCOME_TRY(const DrawnUse asked, check_draw(state, submission, at));
  BOOST_OUTCOME_TRY(check_proved_use(state, asked, proved));
  return Drafts{draft_of(submission)};
}

namespace {

// Why the use lies outside the allotment it is said to have been under.
void examine_allotment(const GrantRecord& grant, const ReportBody& body,
                       std::vector<Refusal>& reasons) {
  const Draw* allotment = grant.allotment(*body.allotment);
  if (allotment == nullptr) {
    reasons.push_back({"no-allotment",
                       fmt::format("entry {} is no allotment of this grant", *body.allotment),
                       "allotment"});
    return;
  }
  if (body.at < allotment->done.at || body.at >= allotment->allotment->until) {
    reasons.push_back(
        {"outside-allotment",
         fmt::format("the allotment was from {} to {}", base::to_text(allotment->done.at),
                     base::to_text(allotment->allotment->until)),
         "at"});
  }
  const auto& place = allotment->body.place;
  if (place && (!body.place || !geo::covers(*place, *body.place))) {
    reasons.push_back(
        {"outside-allotment", fmt::format("the allotment is for {}", words_of(*place)), "place"});
  }
  for (const registry::CategoryId& category : body.categories) {
    const auto& allotted = allotment->body.categories;
    if (std::find(allotted.begin(), allotted.end(), category) != allotted.end()) continue;
    reasons.push_back({"outside-allotment",
                       fmt::format("the allotment does not cover `{}`", category.text()),
                       "categories"});
  }
}

}  // namespace

std::vector<Refusal> examine_report(const State& state, const GrantRecord& before,
                                    const ReportBody& body, const registry::PartyId& authority,
                                    base::Instant entered) {
  const Act act{body.quantity, body.place, body.categories, body.at};
  std::vector<Refusal> reasons = outside_for_all(state, before, before.scope, act);
  if (before.scope.holder != authority) {
    reasons.push_back({"holder", "reported by another party than the holder", "authority"});
  }
  if (auto barred = before.barred_at(body.at)) reasons.push_back(*std::move(barred));
  if (body.allotment) examine_allotment(before, body, reasons);
  if (auto missing = check_drawn(before, body)) reasons.push_back(*std::move(missing));
  std::vector<std::string> binding;
  for (const std::string& text : before.scope.text) {
    if (before.laid_down.at(text) <= body.at) binding.push_back(text);
  }
  const auto missing = before.unacknowledged(binding, body.at);
  if (!missing.empty()) {
    reasons.push_back({"provisos-unacknowledged",
                       fmt::format("{} had not acknowledged the conditions before the use: {}",
                                   before.scope.holder.text(), quoted(missing)),
                       "at"});
  }
  if (body.at > entered) {
    reasons.push_back({"in-the-future", "it is said to have happened after it was reported", "at"});
  }
  return reasons;
}

base::Ruled<Drafts> rule_on_report(const State& state, const Submission& submission,
                                   base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Report, at));
  BOOST_OUTCOME_TRY(const ReportBody body, read_body<ReportBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  const std::vector<Refusal> reasons =
      examine_report(state, *grant, body, submission.statement.head.authority, at);
  Draft draft = draft_of(submission);
  draft.fields.push_back({"outcome", base::json_text(reasons.empty() ? "inside" : "discrepancy")});
  if (!reasons.empty()) draft.fields.push_back({"discrepancies", write(reasons)});
  return Drafts{std::move(draft)};
}

base::Ruled<Drafts> rule_on_act(const State& state, const Submission& submission,
                                base::Instant at) {
  const EntryKind kind = submission.statement.head.kind;
  BOOST_OUTCOME_TRY(admit(state, submission, kind, at));
  BOOST_OUTCOME_TRY(const GrantActBody body, read_body<GrantActBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  const registry::PartyId& authority = submission.statement.head.authority;
  if (kind != EntryKind::Suspend && kind != EntryKind::Revoke) {
    return Refusal{"kind", fmt::format("a {} is no act on a grant", name_of(kind)), "kind"};
  }
  if (!grant->rests_on(authority)) {
    return Refusal{"not-consenting",
                   fmt::format("grant `{}` does not rest on a consent of {}", grant->id.text(),
                               authority.text()),
                   authority.text()};
  }
  if (body.text.empty()) {
    return Refusal{"body", "say why, in `text`: the holder will read it", "text"};
  }
  BOOST_OUTCOME_TRY(check_state(state, submission.statement, *grant, at));
  BOOST_OUTCOME_TRY(check_ground(state, authority, body.ground, body.text, at));
  Draft draft = draft_of(submission);
  BOOST_OUTCOME_TRY(add_reasons(state, submission, body.reasons, at, draft));
  return Drafts{std::move(draft)};
}

base::Ruled<Drafts> rule_on_surrender(const State& state, const Submission& submission,
                                      base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Surrender, at));
  BOOST_OUTCOME_TRY(const GrantActBody body, read_body<GrantActBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(check_holder(*grant, submission.statement));
  BOOST_OUTCOME_TRY(check_state(state, submission.statement, *grant, at));
  return Drafts{draft_of(submission)};
}

std::vector<std::string> provisos_of(const State& state, const GrantRecord& grant,
                                     base::Instant at) {
  const auto terms = state.check_again(grant, at);
  return terms ? grant.provisos_with(terms.value().scope) : grant.scope.text;
}

base::Ruled<Drafts> rule_on_acknowledgement(const State& state, const Submission& submission,
                                            base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Acknowledge, at));
  BOOST_OUTCOME_TRY(const AcknowledgeBody body, read_body<AcknowledgeBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(check_holder(*grant, submission.statement));
  const std::string& id = grant->id.text();
  if (body.provisos.empty()) {
    if (!case_for_step(state, submission.statement, at, grant)) {
      return Refusal{"not-revoked",
                     fmt::format("grant `{}` is not revoked, and no proviso is named", id), id};
    }
    if (!grant->acknowledged) return Drafts{draft_of(submission)};
    return Refusal{"acknowledged",
                   fmt::format("the revocation of grant `{}` was acknowledged before (entry {})",
                               id, grant->acknowledged->position),
                   id};
  }
  if (!case_for_step(state, submission.statement, at, grant)) {
    return Refusal{"revoked",
                   fmt::format("grant `{}` is revoked: what is left is to acknowledge that", id),
                   id};
  }
  const std::vector<std::string> binding = provisos_of(state, *grant, at);
  if (body.provisos != binding) {
    return Refusal{"provisos-differ",
                   binding.empty()
                       ? fmt::format("grant `{}` has no free-text provisos", id)
                       : fmt::format("the free-text provisos of grant `{}` are others than those "
                                     "acknowledged: {}",
                                     id, quoted(binding)),
                   "provisos"};
  }
  if (grant->unacknowledged(binding, at).empty()) {
    return Refusal{"acknowledged",
                   fmt::format("the provisos of grant `{}` were acknowledged before (entry {})", id,
                               grant->acknowledgements.back().done.position),
                   id};
  }
  return Drafts{draft_of(submission)};
}

std::vector<registry::OfficeId> closers_of(const State& state, const GrantRecord& grant,
                                           base::Instant at) {
  std::set<registry::OfficeId> closers;
  const Case& of = *state.find(grant.case_id);
  const auto determined = state.determine(of.request, at, grant.id);
  if (determined) {
    for (const auto& finding : determined.value().determination.authorities) {
      const registry::AuthorityView* view =
          determined.value().rules->view().find(finding.authority);
      for (const auto* named : {&finding.barred_by, &finding.authorised_by}) {
        for (const registry::DirectiveId& id : *named) {
          const registry::DirectiveInForce* directive = view->find(id);
          if (directive != nullptr && (*directive)->discrepancies) {
            closers.insert(*(*directive)->discrepancies);
          }
        }
      }
    }
  }
  if (closers.empty()) {
    for (const registry::PartyId& authority : grant.authorities) {
      const Entered* entered = state.authorities().find(authority);
      for (const registry::Office& office : entered->charter().charter.offices) {
        if (office.may(Power::Decide)) closers.insert(office.id);
      }
    }
  }
  return {closers.begin(), closers.end()};
}

namespace {

// A discrepancy, of a report or an end-use check, and whether somebody closed it.
struct Discrepancy {
  bool there = false;
  std::optional<Done> closed;
};

Discrepancy discrepancy_of(const GrantRecord& grant, const UseReport* report, Position entry) {
  if (report != nullptr) return {!report->discrepancies.empty(), report->closed};
  for (const EndUseCheck& check : grant.checks) {
    if (!check.done || check.done->position != entry) continue;
    return {check.found.finding == CheckFinding::Discrepancy, check.closed};
  }
  return {};
}

}  // namespace

base::Ruled<Drafts> rule_on_close(const State& state, const Submission& submission,
                                  base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Close, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_of(state, submission.statement));
  BOOST_OUTCOME_TRY(const CloseBody body, read_body<CloseBody>(submission.statement));
  const auto [grant, report] = state.find_report(body.report);
  const Discrepancy open =
      grant == nullptr ? Discrepancy() : discrepancy_of(*grant, report, body.report);
  if (!open.there || grant->case_id != of->id) {
    return Refusal{"no-discrepancy",
                   fmt::format("entry {} is no report, and no check, with a discrepancy in this "
                               "case",
                               body.report),
                   "report"};
  }
  if (open.closed) {
    return Refusal{"closed",
                   fmt::format("it was closed by {} (entry {})", open.closed->signer.office.text(),
                               open.closed->position),
                   "report"};
  }
  const auto closers = closers_of(state, *grant, at);
  if (std::find(closers.begin(), closers.end(), signer.office) == closers.end()) {
    return Refusal{"not-the-closer",
                   fmt::format("{} closes it, not {}", names_of(closers), signer.office.text()),
                   signer.office.text()};
  }
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
