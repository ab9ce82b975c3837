// SPDX-License-Identifier: Apache-2.0
// What became of a grant after its issue, as far as signed acts in the ledger say: suspensions,
// resumptions and their narrower scopes, revocations. Which entries these are, as of a checkpoint,
// the log states in a note that goes with every bundle (docs/formats/bundles.md, "Since the
// issue"): whoever hands the bundle on cannot leave the last of them out.
#ifndef COUNTERSIGN_KERNEL_SINCE_H_
#define COUNTERSIGN_KERNEL_SINCE_H_

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/logged.h"
#include "kernel/scope.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "registry/ids.h"
#include "seal/keys.h"

namespace countersign::kernel {

// A suspension, a resumption, a revocation or a surrender.
struct GrantAct {
  EntryKind kind =
      EntryKind::Suspend;  // Suspend, Revoke, Surrender; KeyWithdrawal; Outcome: resumed
  Position position = 0;
  base::Instant at;
  std::string by;    // the office; of a resumption the offices whose decisions it rests on
  std::string text;  // what the act says; of a resumption empty
};

struct Since {
  std::vector<GrantAct> acts;  // in ledger order
  Scope scope;                 // what the last resumption left; as issued when there was none
};

// Of `later`, which are entries after the grant's own, whole: those a bundle carries: acts on the
// grant, the decisions that resumed it, the charters and appointments these were signed under, and
// the withdrawals of keys that signed them, or what every bundle shows of the grant (`keys`).
std::vector<Position> select_since(const registry::GrantId& grant, std::set<seal::KeyId> keys,
                                   std::span<const LoggedEntry> later);

// The text of the note.
struct SinceNote {
  std::string origin;
  registry::GrantId grant;
  std::uint64_t size = 0;           // of the ledger
  std::vector<Position> positions;  // ascending
};
std::string write(const SinceNote& note);
// Refused by `note-signature`, `note-unsigned`, `since-form`.
base::Ruled<SinceNote> check_since_note(const ledger::Note& note, const std::string& origin,
                                        const ledger::Policy& log);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_SINCE_H_
