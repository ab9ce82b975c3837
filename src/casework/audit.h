// SPDX-License-Identifier: Apache-2.0
// Looking at an instance as a whole.
#ifndef COUNTERSIGN_CASEWORK_AUDIT_H_
#define COUNTERSIGN_CASEWORK_AUDIT_H_

#include <cstdint>

#include "base/result.h"
#include "casework/instance.h"
#include "ledger/merkle.h"

namespace countersign::casework {

struct Audit {
  std::uint64_t entries = 0;
  std::uint64_t signatures = 0;
  ledger::Hash root;
};

// Reads everything on disk again: the store by its own rules (fails where they are broken), every
// entry's hash and place in the trees of all checkpoints signed so far, every disclosure and
// statement against what the entry commits to, every signature by the keys that the ledger itself
// gives the offices, the rows of every list against its signed root, and the fold from nothing
// against the live state. Refused by the first that does not hold: the store's and the kernel's
// rules, `leaf`, `root`, `list-rows`, `state`.
base::Result<base::Ruled<Audit>> audit(Instance& instance);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_AUDIT_H_
