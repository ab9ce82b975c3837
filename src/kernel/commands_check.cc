// SPDX-License-Identifier: Apache-2.0
// End-use checks, asked for and done; cases decided before the product was there.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/using.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

const EndUseCheck* find_check(const GrantRecord& grant, Position request) {
  const auto found =
      std::find_if(grant.checks.begin(), grant.checks.end(),
                   [&](const EndUseCheck& check) { return check.requested.position == request; });
  return found == grant.checks.end() ? nullptr : &*found;
}

}  // namespace

base::Ruled<Drafts> rule_on_check_request(const State& state, const Submission& submission,
                                          base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::CheckRequest, at));
  BOOST_OUTCOME_TRY(const CheckRequestBody body, read_body<CheckRequestBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(case_for_step(state, submission.statement, at, grant));
  const registry::PartyId& authority = submission.statement.head.authority;
  if (!grant->rests_on(authority)) {
    return Refusal{"not-consenting",
                   fmt::format("grant `{}` does not rest on a consent of {}", grant->id.text(),
                               authority.text()),
                   authority.text()};
  }
  const Entered* entered = state.authorities().find(authority);
  if (entered == nullptr || entered->charter().charter.find(body.checker) == nullptr) {
    return Refusal{
        "unknown-office",
        fmt::format("{} has no office `{}` to do the check", authority.text(), body.checker.text()),
        "checker"};
  }
  if (body.due <= at) {
    return Refusal{"due-in-the-past",
                   fmt::format("the check is due at {}, and it is later than that already",
                               base::to_text(body.due)),
                   "due"};
  }
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_check(const State& state, const Submission& submission,
                                  base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Check, at));
  BOOST_OUTCOME_TRY(const CheckBody body, read_body<CheckBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(case_for_step(state, submission.statement, at, grant));
  const EndUseCheck* check = find_check(*grant, body.request);
  if (check == nullptr) {
    return Refusal{"no-check",
                   fmt::format("entry {} asks for no end-use check of grant `{}`", body.request,
                               grant->id.text()),
                   "request"};
  }
  if (check->done) {
    return Refusal{"checked",
                   fmt::format("it was done by {} (entry {}); ask for another",
                               check->done->signer.office.text(), check->done->position),
                   "request"};
  }
  if (check->body.checker != signer.office) {
    return Refusal{"not-the-checker",
                   fmt::format("{} was asked to do it, not {}", check->body.checker.text(),
                               signer.office.text()),
                   signer.office.text()};
  }
  if (body.at > at) {
    return Refusal{"in-the-future", "it is said to have been done after now", "at"};
  }
  Draft draft = draft_of(submission);
  draft.fields.push_back({"outcome", base::json_text(name_of(body.finding))});
  return Drafts{std::move(draft)};
}

base::Ruled<Drafts> rule_on_legacy(const State& state, const Submission& submission,
                                   base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Legacy, at));
  BOOST_OUTCOME_TRY(const LegacyBody body, read_body<LegacyBody>(submission.statement));
  if (submission.statement.head.case_id) {
    return Refusal{"body", "an earlier case is no case of this ledger: its statement names none",
                   "case"};
  }
  if (state.find(body.id) != nullptr || state.legacy().contains(body.id)) {
    return Refusal{"case-exists", fmt::format("there is a case `{}` already", body.id.text()),
                   "id"};
  }
  BOOST_OUTCOME_TRY(check_known(state.authorities().registers(), body.what.item));
  if (body.decided_at > at) {
    return Refusal{"in-the-future",
                   fmt::format("it is said to have been decided at {}, after now",
                               base::to_text(body.decided_at)),
                   "decided_at"};
  }
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
