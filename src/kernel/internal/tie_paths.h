// SPDX-License-Identifier: Apache-2.0
// Ties that are not traced again, because the rows they rest on are too many to be shown: what can
// be checked of them.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_TIE_PATHS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_TIE_PATHS_H_

#include "base/result.h"
#include "registry/registers.h"
#include "registry/ties.h"

namespace countersign::kernel {

// The authority's ties, followed where they say they lead: every way goes through descriptions in
// force from what is asked about to the part or need at its end, the claims named are in force, and
// values, prices, sums and shares are those that the descriptions and the stated numbers of pieces
// give. Not that there are no other ways, nor that the numbers of pieces are right. Rule:
// `tie-path`.
base::Ruled<void> check_paths(const registry::RegistersView& view,
                              const registry::TieQuestion& question,
                              const registry::AuthorityId& authority,
                              const registry::TieFacts& ties);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_TIE_PATHS_H_
