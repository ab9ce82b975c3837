// SPDX-License-Identifier: Apache-2.0
// Who acts for an office whose holder is away: the first in the charter's order of succession who
// is there and not barred in the case. Whether a statement may say that it acts for an office at
// all (an absence in force, a place in the succession) is Authorities::who_signed()'s to check;
// here is whose turn it is.
#ifndef COUNTERSIGN_KERNEL_ACTING_H_
#define COUNTERSIGN_KERNEL_ACTING_H_

#include <optional>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/authorities.h"
#include "kernel/case.h"
#include "kernel/ids.h"
#include "kernel/statement.h"

namespace countersign::kernel {

// The successor of `office` whose turn it is to take a step of that kind in the case at `at`: the
// first whose own holder has given no notice of absence and is not barred in it, as who asked or
// advised, or has approved in the lane as another office already; for advice, as who has decided.
// Empty when nobody is left.
std::optional<registry::OfficeId> whose_turn(const Authorities& authorities, const Case& of,
                                             const registry::PartyId& authority,
                                             const registry::OfficeId& office, EntryKind kind,
                                             base::Instant at);

// Refuses who acts out of turn. Rule: `not-your-turn`.
base::Ruled<void> check_turn(const Authorities& authorities, const Case& of,
                             const StatementHead& head, base::Instant at);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_ACTING_H_
