// SPDX-License-Identifier: Apache-2.0
// What was done in haste: reviews of consents in an emergency, oral consents written up.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/rulings.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

constexpr std::int64_t kHourMs = 60LL * 60 * 1000;

// Within how many hours the directives that demand the approval of the office let its oral consent
// be written up.
base::Ruled<std::int64_t> hours_to_write_up(const Determined& determined,
                                            const registry::PartyId& authority,
                                            const registry::OfficeId& office) {
  const AuthorityDetermination* finding = determined.determination.find(authority);
  const registry::AuthorityView* view = determined.rules->view().find(authority);
  const bool asked =
      finding != nullptr &&
      std::any_of(finding->approvals.begin(), finding->approvals.end(), [&](const auto& set) {
        return std::find(set.begin(), set.end(), office) != set.end();
      });
  if (!asked || view == nullptr) {
    return Refusal{"not-required",
                   fmt::format("the approval of {} is not among those required", office.text()),
                   office.text()};
  }
  std::optional<std::int64_t> least;
  for (const registry::DirectiveId& id : finding->required_by) {
    const registry::DirectiveInForce* directive = view->find(id);
    const auto& within = directive == nullptr ? std::nullopt : (*directive)->oral_within_hours;
    if (!within) {
      return Refusal{
          "oral-not-allowed",
          fmt::format("{}, which demands the approval, knows no oral consent", id.text()),
          id.text()};
    }
    least = least ? std::min(*least, *within) : *within;
  }
  return least.value_or(0);
}

}  // namespace

base::Ruled<Drafts> rule_on_review(const State& state, const Submission& submission,
                                   base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Review, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const ReviewBody body, read_body<ReviewBody>(submission.statement));
  const auto lane = of->lanes.find(submission.statement.head.authority);
  const Decision* consent = nullptr;
  if (lane != of->lanes.end()) {
    for (const Decision& decision : lane->second.decisions) {
      const bool urgent = decision.body.outcome == DecisionOutcome::Emergency;
      if (urgent && decision.done.statement == body.decision) consent = &decision;
    }
  }
  if (consent == nullptr) {
    return Refusal{"no-emergency",
                   "the statement it names is no consent in an emergency of its authority",
                   "decision"};
  }
  if (consent->reviewed) {
    return Refusal{
        "reviewed",
        fmt::format("it was reviewed by {} (entry {})", consent->reviewed->signer.office.text(),
                    consent->reviewed->position),
        "decision"};
  }
  if (consent->done.signer.person == signer.person) {
    return Refusal{"own-consent",
                   fmt::format("the same person consented as {}: somebody else reviews it",
                               consent->done.signer.office.text()),
                   signer.office.text()};
  }
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_oral(const State& state, const Submission& submission,
                                 base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Oral, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const OralBody body, read_body<OralBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  const auto lane = of->lanes.find(authority);
  if (lane == of->lanes.end()) {
    return Refusal{
        "no-lane",
        fmt::format("{} has no tie (nexus) in case `{}`", authority.text(), of->id.text()),
        authority.text()};
  }
  BOOST_OUTCOME_TRY(const Determined determined, state.determine(of->request, at));
  BOOST_OUTCOME_TRY(const std::int64_t hours,
                    hours_to_write_up(determined, authority, body.office));
  if (body.said_at > at) {
    return Refusal{"in-the-future", "it is said to have been given after it was written up",
                   "said_at"};
  }
  if (at.unix_ms - body.said_at.unix_ms > hours * kHourMs) {
    return Refusal{"oral-late", fmt::format("it had to be written up within {} hours", hours),
                   "said_at"};
  }
  if (signer.office == body.office) {
    return Refusal{"own-word", "an office writes up what another said; its own word it signs",
                   signer.office.text()};
  }
  for (const OralNote& note : lane->second.oral) {
    const bool same = note.body.office == body.office && note.body.said_at == body.said_at;
    if (!same || note.done.signer.person != signer.person) continue;
    return Refusal{"one-person",
                   fmt::format("the same person wrote it up before (entry {}): two different ones "
                               "do",
                               note.done.position),
                   signer.office.text()};
  }
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
