// SPDX-License-Identifier: Apache-2.0
// A new version of a request, and what offices say of their earlier advice.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/may_act.h"
#include "kernel/internal/rulings.h"

namespace countersign::kernel {
using base::Refusal;

base::Ruled<Drafts> rule_on_amendment(const State& state, const Submission& submission,
                                      base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Amend, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(check_requester(*of, submission.statement));
  BOOST_OUTCOME_TRY(const AmendBody body, read_body<AmendBody>(submission.statement));
  if (body.version != of->version() + 1) {
    return Refusal{"version",
                   fmt::format("the request is in version {}: the next is {}, not {}",
                               of->version(), of->version() + 1, body.version),
                   "version"};
  }
  BOOST_OUTCOME_TRY(const Asked asked, check_asked(state, submission.statement, body.request, at));
  if (base::write_json(write(asked.request)) == base::write_json(write(of->request))) {
    return Refusal{"unchanged",
                   fmt::format("it says what version {} says: change the request, or answer what "
                               "was asked",
                               of->version()),
                   "request"};
  }
  Drafts drafts{draft_of(submission)};
  if (of->status == CaseStatus::Returned) drafts.push_back(outcome_draft(of->id, "reopened"));
  drafts.push_back(determination_draft(of->id, asked.determined.determination));
  return drafts;
}

base::Ruled<Drafts> rule_on_reconfirmation(const State& state, const Submission& submission,
                                           base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Reconfirm, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const ReconfirmBody body, read_body<ReconfirmBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  BOOST_OUTCOME_TRY(const Lane* const lane, lane_of(*of, authority));
  BOOST_OUTCOME_TRY(refuse_by(bars_to_advise(*of, signer)));
  if (const Advice* given = lane->advice_of(signer.office)) {
    return Refusal{"advised",
                   fmt::format("{} has advised on this version (entry {}): to say something else, "
                               "advise again",
                               signer.office.text(), given->done.position),
                   signer.office.text()};
  }
  const Advice* last = of->last_earlier_advice(authority, signer.office);
  const bool named = last != nullptr && body.advice.back() == last->done.statement;
  const bool known = std::all_of(body.advice.begin(), body.advice.end(), [&](const auto& digest) {
    return of->earlier_advice(authority, signer.office, digest) != nullptr;
  });
  if (!named || !known) {
    return Refusal{
        "unknown-advice",
        last == nullptr
            ? fmt::format("{} advised on no earlier version of this request", signer.office.text())
            : fmt::format("it names other advice than {} gave last on an earlier version "
                          "(entry {})",
                          signer.office.text(), last->done.position),
        "advice"};
  }
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
