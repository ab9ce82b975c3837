// SPDX-License-Identifier: Apache-2.0
// What all bundles are checked for alike: that entries are in the ledger, and
// whose statements they carry.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_
#define COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_

#include <span>
#include <vector>

#include "kernel/disclosure.h"
#include "kernel/grant.h"
#include "kernel/internal/folded.h"
#include "kernel/logged.h"
#include "ledger/merkle.h"

namespace countersign::kernel {

// The checkpoint, believed by the anchors, of the evidence's own instance. Refusals: those of
// ledger::Policy::check(), `exercise`, `live`, `other-instance`.
base::Ruled<ledger::Endorsement> check_checkpoint(const Evidence& evidence, const Anchors& anchors);

// Everything but the signatures of the entries' statements, and what they show: that each entry is
// one of the ledger, and that what is beside it is what it commits to.
base::Ruled<std::vector<LoggedEntry>> open_entries(const Evidence& evidence,
                                                   const ledger::TreeHead& head);

// Every entry shows what its audience is to see of it: no less, so that nothing is judged by what
// somebody chose to show, and no more. Rules: `disclosure-missing`, `disclosure-added`,
// `statement-missing`, `entry-added` (it is not for this audience at all).
base::Ruled<void> check_shown(const Exposure& exposure, std::span<const LoggedEntry> entries);

// Whose statement it is, by keys that lead back to pinned roots.
base::Ruled<void> check_signature(const State::Folded& folded, const Anchors& anchors,
                                  const LoggedEntry& entry);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_OPENING_H_
