// SPDX-License-Identifier: Apache-2.0
// Who is away; keys withdrawn, and statements confirmed since: what of every case is suspected.
#include "kernel/acting.h"
#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

// Says of every ground of every case whether it is suspected now.
void mark(State::Folded& folded, const registry::PartyId& of_authority) {
  const WithdrawnKeys& withdrawn = folded.authorities.find(of_authority)->withdrawn;
  for (auto& [id, of] : folded.cases) {
    Case::each_ground(of, [&](const registry::PartyId& authority, EntryKind, Done& done) {
      if (authority != of_authority) return;
      done.suspected = withdrawn.suspects(done.signer.key, done.at, done.statement, id);
    });
  }
}

}  // namespace

base::Ruled<void> fold_absence(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const AbsenceBody body, body_of<AbsenceBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  BOOST_OUTCOME_TRY(folded.authorities.may_be_absent(authority, done.signer, body, done.at));
  folded.authorities.enter_absence(entry.position, done.at, *entry.statement, body);
  return base::outcome::success();
}

base::Ruled<void> check_turn(const State::Folded& folded, const LoggedEntry& entry) {
  if (!entry.statement || !entry.statement->head.acting_for) return base::outcome::success();
  const auto of = entry.case_id ? folded.cases.find(*entry.case_id) : folded.cases.end();
  if (of == folded.cases.end()) return base::outcome::success();
  return check_turn(folded.authorities, of->second, entry.statement->head, *entry.received_at);
}

base::Ruled<void> fold_key_withdrawal(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const KeyWithdrawalBody body, body_of<KeyWithdrawalBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  const StatementHead& head = entry.statement->head;
  BOOST_OUTCOME_TRY(folded.authorities.may_withdraw(head.authority, done.signer, body, done.at));
  folded.authorities.enter_key_withdrawal(entry.position, done.at, head.authority, head.by, body);
  mark(folded, head.authority);
  return base::outcome::success();
}

base::Ruled<void> fold_confirmation(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const ConfirmBody body, body_of<ConfirmBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  if (!entry.case_id) {
    folded.authorities.enter_confirmation(entry.position, *entry.statement, body, done.at);
    return base::outcome::success();
  }
  const auto found = folded.cases.find(*entry.case_id);
  if (found == folded.cases.end()) return contradiction(entry, "there is no such case");
  Case& of = found->second;
  bool known = false;
  Case::each_ground(of, [&](const registry::PartyId& whose, EntryKind, Done& step) {
    if (whose != authority || step.statement != body.statement) return;
    known = step.signer.kind == done.signer.kind && step.signer.office == done.signer.office;
    if (known) step.confirmed = done.signer;
  });
  if (!known) return contradiction(entry, "it confirms no statement of its office in this case");
  of.confirmations.push_back({done, authority, body});
  folded.authorities.enter_confirmation(std::nullopt, *entry.statement, body, done.at);
  mark(folded, authority);
  return base::outcome::success();
}

}  // namespace countersign::kernel
