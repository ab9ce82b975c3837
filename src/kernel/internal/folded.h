// SPDX-License-Identifier: Apache-2.0
// What a State holds, and the folds of one entry each.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_FOLDED_H_
#define COUNTERSIGN_KERNEL_INTERNAL_FOLDED_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/state.h"

namespace countersign::kernel {

struct State::Folded {
  Folded(Sources sources, Reach reach) : authorities(std::move(sources), reach) {}

  Position size = 0;
  base::Instant now = base::kDistantPast;
  std::optional<InstanceName> instance;
  Authorities authorities;
  std::map<CaseId, Case> cases;
  std::map<registry::GrantId, GrantRecord> grants;
  std::map<Position, registry::GrantId> report_grants;  // of every report and end-use check
  std::map<CaseId, LegacyCase> legacy;

  std::map<seal::KeyId, std::vector<SignedEntry>> signed_by;  // of a State, not of a bundle

  // Rules by the time from which they hold; all of the registers in force now. Emptied when a
  // manifest comes.
  struct KeptRules {
    base::Instant from;
    base::Instant until;
    std::shared_ptr<const Rules> rules;
  };
  mutable std::vector<KeptRules> kept_rules;
  // The first instant after now() at which something in force changes.
  base::Instant next_change = base::kDistantFuture;
  // When pending cases are refused by silence, if nothing happens before. Of a State alone.
  std::map<CaseId, SilentRefusal> silences;
};

// The case and grant an entry speaks of.
base::Ruled<void> fold_identity(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_case_step(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_grant_step(State::Folded& folded, const LoggedEntry& entry);
// Corrections, allotments, end-use checks, earlier cases.
base::Ruled<void> fold_file_step(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_legacy(State::Folded& folded, const LoggedEntry& entry);
// The grant, of the entry's case.
base::Ruled<GrantRecord*> grant_named(State::Folded& folded, const LoggedEntry& entry,
                                      const registry::GrantId& id);

base::Ruled<void> fold_reconsider(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_reconsidered(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_review(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_absence(State::Folded& folded, const LoggedEntry& entry);
// Refuses an entry by which somebody acts for an office out of turn. Needs what came before it in
// every lane of its case.
base::Ruled<void> check_turn(const State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_key_withdrawal(State::Folded& folded, const LoggedEntry& entry);
// Follows the case's chain, and notes what the outcome makes of its course: closed, or open again.
base::Ruled<void> fold_course(State::Folded& folded, const LoggedEntry& entry);
base::Ruled<void> fold_confirmation(State::Folded& folded, const LoggedEntry& entry);

// What passes between a lane and the requester.
base::Ruled<void> fold_exchange(State::Folded& folded, const LoggedEntry& entry);

// Versions of the request, and what is said of advice on an earlier one.
base::Ruled<void> fold_version_step(State::Folded& folded, const LoggedEntry& entry);

// The case that the entry is the next of, about its request; and the entry as its last.
base::Ruled<Case*> case_of(State::Folded& folded, const LoggedEntry& entry);
void link(Case& of, const LoggedEntry& entry);
// Only that the entry is the next of its case: for one whose step is not shown.
base::Ruled<void> follow_chain(State::Folded& folded, const LoggedEntry& entry);

// `findings:A` of a determination or grant entry: the fingerprint of each authority's finding.
base::Ruled<Fingerprint> read_finding(const LoggedEntry& entry, std::string_view name);

// What an entry records of who did what. Needs the statement and its signer's office.
base::Ruled<Done> done_by(const State::Folded& folded, const LoggedEntry& entry);

// Refuses a decision whose field `outcome`, which counts rest on, is not what was signed.
base::Ruled<void> check_stated_outcome(const LoggedEntry& entry, const DecisionBody& body);

// The internal reasons that the entry discloses, if it does: those that its statement commits to
// as `commitment`.
base::Ruled<std::optional<InternalReasons>> reasons_in(const LoggedEntry& entry,
                                                       const std::optional<Commitment>& commitment);

base::Refusal contradiction(const LoggedEntry& entry, std::string message);

// The body of the entry's statement, read as an X.
template <class X>
base::Ruled<X> body_of(const LoggedEntry& entry) {
  if (!entry.statement) return contradiction(entry, "its statement is missing");
  base::Report report(entry.statement->payload_text, name_of(entry.kind));
  X body = X::read(entry.statement->body, report);
  if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
  return body;
}

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_FOLDED_H_
