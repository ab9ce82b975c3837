// SPDX-License-Identifier: Apache-2.0
// What a full and a holder's bundle are checked for alike: that entries are in the ledger, and
// whose statements they carry.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_
#define COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_

#include <vector>

#include "kernel/grant.h"
#include "kernel/internal/folded.h"
#include "kernel/logged.h"
#include "ledger/merkle.h"

namespace countersign::kernel {

// The checkpoint, believed by the anchors, of the evidence's own instance. Refusals: those of
// ledger::Policy::check(), `exercise`, `live`, `other-instance`.
base::Ruled<ledger::Endorsement> check_checkpoint(const Evidence& evidence, const Anchors& anchors);

// How much of each entry must be disclosed: no less, so that nothing is judged by what somebody
// chose to show.
enum class Showing {
  Everything,
  ForHolder,  // and no more
};

// Everything but the signatures of the entries' statements: that each entry is one of the ledger,
// and that what is beside it is what it commits to, all of it. Refused also by
// `disclosure-missing`.
base::Ruled<std::vector<LoggedEntry>> open_entries(const Evidence& evidence,
                                                   const ledger::TreeHead& head, Showing showing);

// Whose statement it is, by keys that lead back to pinned roots.
base::Ruled<void> check_signature(const State::Folded& folded, const Anchors& anchors,
                                  const LoggedEntry& entry);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_
