// SPDX-License-Identifier: Apache-2.0
// A denial looked at again.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/internal/rulings.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// The lane whose denial that is, and the denial; nulls where there is none.
std::pair<const registry::PartyId*, const Decision*> denial_of(const Case& of,
                                                               const seal::Digest& statement) {
  for (const auto& [authority, lane] : of.lanes) {
    const Decision* denial = lane.denial(statement);
    if (denial != nullptr && !denial->body.resumes) return {&authority, denial};
  }
  return {nullptr, nullptr};
}

// The offices that the directives in force which speak in this case name.
std::set<registry::OfficeId> named_by_directives(const State& state, const Case& of,
                                                 const registry::PartyId& authority,
                                                 base::Instant at) {
  std::set<registry::OfficeId> named;
  const auto determined = state.determine(of.request, at);
  if (!determined) return named;
  const auto* finding = determined.value().determination.find(authority);
  const auto* view = determined.value().rules->view().find(authority);
  if (finding == nullptr || view == nullptr) return named;
  for (const auto* directives : {&finding->barred_by, &finding->authorised_by}) {
    for (const registry::DirectiveId& id : *directives) {
      const registry::DirectiveInForce* directive = view->find(id);
      if (directive != nullptr && (*directive)->reconsideration) {
        named.insert(*(*directive)->reconsideration);
      }
    }
  }
  return named;
}

}  // namespace

std::vector<registry::OfficeId> reconsiderers_of(const State& state, const Case& of,
                                                 const registry::PartyId& authority,
                                                 const registry::OfficeId& denier,
                                                 base::Instant at) {
  std::set<registry::OfficeId> offices = named_by_directives(state, of, authority, at);
  const Entered* entered = state.authorities().find(authority);
  if (offices.empty() && entered != nullptr) {
    for (const registry::Office& office : entered->charter().charter.offices) {
      if (office.may(registry::Power::Decide) && office.id != denier) offices.insert(office.id);
    }
  }
  return {offices.begin(), offices.end()};
}

base::Ruled<Drafts> rule_on_reconsider(const State& state, const Submission& submission,
                                       base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Reconsider, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const ReconsiderBody body, read_body<ReconsiderBody>(submission.statement));
  if (submission.statement.head.authority != of->request.requester) {
    return Refusal{"requester",
                   fmt::format("{} asked, and only {} may have it reconsidered",
                               of->request.requester.text(), of->request.requester.text()),
                   submission.statement.head.authority.text()};
  }
  if (of->reconsideration) {
    return Refusal{"reconsidered-once",
                   fmt::format("this case was to be reconsidered once before (entry {})",
                               of->reconsideration->asked.position),
                   of->id.text()};
  }
  const auto [authority, denial] = denial_of(*of, body.decision);
  if (denial == nullptr) {
    return Refusal{"no-denial", "the statement it names is no denial of this case", "decision"};
  }
  const registry::OfficeId& denier = denial->done.signer.office;
  if (reconsiderers_of(state, *of, *authority, denier, at).empty()) {
    return Refusal{"nobody-reconsiders",
                   fmt::format("{} has no final office but {}, and no directive in force names one "
                               "that reconsiders",
                               authority->text(), denier.text()),
                   authority->text()};
  }
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_reconsidered(const State& state, const Submission& submission,
                                         base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Reconsidered, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const ReconsideredBody body, read_body<ReconsideredBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  const auto& asked = of->reconsideration;
  if (!asked || asked->decided || asked->authority != authority ||
      asked->body.decision != body.decision) {
    return Refusal{"not-asked",
                   fmt::format("nobody has asked {} to reconsider that denial, or it has answered",
                               authority.text()),
                   "decision"};
  }
  const Decision& denial = *of->lanes.at(authority).denial(body.decision);
  const auto offices = reconsiderers_of(state, *of, authority, denial.done.signer.office, at);
  if (std::find(offices.begin(), offices.end(), signer.office) == offices.end()) {
    std::vector<std::string_view> names;
    for (const registry::OfficeId& office : offices) names.push_back(office.text());
    return Refusal{
        "not-the-reconsiderer",
        fmt::format("{} reconsiders it, not {}", fmt::join(names, " or "), signer.office.text()),
        signer.office.text()};
  }
  if (auto refused = refuse_reconsiderer(*of, denial, signer.person)) return *refused;
  if (body.outcome == ReconsideredOutcome::Uphold) {
    BOOST_OUTCOME_TRY(check_ground(state, authority, body.ground, body.text, at));
  }
  Draft draft = draft_of(submission);
  draft.fields.push_back({"outcome", base::json_text(name_of(body.outcome))});
  draft.fields.push_back(
      {"denial", base::json_integer(static_cast<std::int64_t>(denial.done.position))});
  BOOST_OUTCOME_TRY(add_reasons(state, submission, body.reasons, at, draft));
  Drafts drafts{std::move(draft)};
  const bool upheld = body.outcome == ReconsideredOutcome::Uphold;
  drafts.push_back(outcome_draft(of->id, upheld ? "upheld" : "set_aside"));
  return drafts;
}

}  // namespace countersign::kernel
