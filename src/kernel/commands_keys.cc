// SPDX-License-Identifier: Apache-2.0
// Keys withdrawn, and what was signed by them confirmed.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/rulings.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// Whether the case has a step that a grant may rest on and that is suspected, by these keys.
bool rests_on_suspected(const Case& of, const registry::PartyId& authority,
                        const WithdrawnKeys& withdrawn) {
  bool found = false;
  Case::each_ground(of, [&](const registry::PartyId& whose, EntryKind, const Done& done) {
    found = found || (whose == authority &&
                      withdrawn.suspects(done.signer.key, done.at, done.statement, of.id));
  });
  return found;
}

Refusal not_suspected(const seal::Digest& statement) {
  return {"not-suspected",
          fmt::format("no statement of this office with the digest {} is under suspicion",
                      to_text(statement)),
          "statement"};
}

// The suspected step of the case that the confirmation names.
base::Ruled<std::pair<EntryKind, Done>> suspected_step(const Case& of,
                                                       const registry::PartyId& authority,
                                                       const Signer& signer,
                                                       const seal::Digest& statement) {
  std::optional<std::pair<EntryKind, Done>> found;
  Case::each_ground(of, [&](const registry::PartyId& whose, EntryKind kind, const Done& done) {
    if (whose == authority && done.suspected && done.statement == statement) found = {kind, done};
  });
  if (!found) return not_suspected(statement);
  const Signer& first = found->second.signer;
  if (first.kind == signer.kind && first.office == signer.office) return *std::move(found);
  return Refusal{
      "not-the-office",
      fmt::format("entry {} is {}'s: only that office stands by it", found->second.position,
                  first.kind == Signer::Kind::Clerk ? "the clerk" : first.office.text()),
      "by"};
}

// Who stands by an act must be somebody who may do such an act in this case.
base::Ruled<void> check_stands_by(const Case& of, const registry::PartyId& authority,
                                  EntryKind kind, const Signer& signer) {
  if (signer.kind != Signer::Kind::Office) return base::outcome::success();
  if (kind == EntryKind::Decision || kind == EntryKind::Override) {
    if (auto refused = refuse_decider(of, signer.person)) return *std::move(refused);
  }
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end()) return base::outcome::success();
  for (const Decision& decision : lane->second.decisions) {
    const Signer& decider = decision.done.signer;
    if (decider.person != signer.person || decision.done.suspected) continue;
    if (kind == EntryKind::Advice) {
      return Refusal{"adviser-decided", "who has decided this case cannot stand by advice in it",
                     signer.office.text()};
    }
    if (kind == EntryKind::Decision && decider.office != signer.office) {
      return Refusal{"one-person",
                     fmt::format("the same person has decided as {} (entry {}): one person counts "
                                 "once, whatever posts they hold",
                                 decider.office.text(), decision.done.position),
                     signer.office.text()};
    }
  }
  return base::outcome::success();
}

// The record or manifest of the authority that the confirmation names was signed by this office.
base::Ruled<void> check_record(const State& state, const StatementHead& head,
                               const seal::Digest& statement) {
  const Entered& entered = *state.authorities().find(head.authority);
  const auto named = [&](const auto& each) {
    const EnteredSignature& made = each.second;
    return made.statement == statement && made.by == head.by &&
           entered.withdrawn.suspects(made.key, made.at, made.statement, {});
  };
  const auto& signatures = entered.signatures;
  if (std::any_of(signatures.begin(), signatures.end(), named)) return base::outcome::success();
  return not_suspected(statement);
}

}  // namespace

base::Ruled<Drafts> rule_on_key_withdrawal(const State& state, const Submission& submission,
                                           base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::KeyWithdrawal, at));
  BOOST_OUTCOME_TRY(const KeyWithdrawalBody body,
                    read_body<KeyWithdrawalBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  BOOST_OUTCOME_TRY(state.authorities().may_withdraw(authority, signer, body, at));
  Drafts drafts{draft_of(submission)};
  if (!body.suspected_since) return drafts;
  WithdrawnKeys withdrawn = state.authorities().find(authority)->withdrawn;
  withdrawn.withdraw(body.key->id(), {state.size(), at, body.suspected_since, {}, {}});
  for (const auto& [id, grant] : state.grants()) {
    const GrantStatus status = status_of(grant, at);
    const bool over = status == GrantStatus::Revoked || status == GrantStatus::Lapsed ||
                      status == GrantStatus::Surrendered;
    if (over) continue;
    if (!rests_on_suspected(*state.find(grant.case_id), authority, withdrawn)) continue;
    Draft draft = outcome_draft(grant.case_id, "suspended");
    draft.fields.push_back({"grant", base::json_text(id.text())});
    draft.fields.push_back(
        {"why", base::json_text("a key that signed what it rests on was withdrawn as suspected")});
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

base::Ruled<Drafts> rule_on_absence(const State& state, const Submission& submission,
                                    base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Absence, at));
  BOOST_OUTCOME_TRY(const AbsenceBody body, read_body<AbsenceBody>(submission.statement));
  BOOST_OUTCOME_TRY(
      state.authorities().may_be_absent(submission.statement.head.authority, signer, body, at));
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_confirmation(const State& state, const Submission& submission,
                                         base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Confirm, at));
  BOOST_OUTCOME_TRY(const ConfirmBody body, read_body<ConfirmBody>(submission.statement));
  const StatementHead& head = submission.statement.head;
  if (!head.case_id) {
    BOOST_OUTCOME_TRY(check_record(state, head, body.statement));
    return Drafts{draft_of(submission)};
  }
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const auto step, suspected_step(*of, head.authority, signer, body.statement));
  BOOST_OUTCOME_TRY(check_stands_by(*of, head.authority, step.first, signer));
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
