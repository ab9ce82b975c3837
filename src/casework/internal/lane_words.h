// SPDX-License-Identifier: Apache-2.0
// One authority's part of a case, in lines for people.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_LANE_WORDS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_LANE_WORDS_H_

#include <optional>

#include "base/instant.h"
#include "casework/internal/exchange_words.h"
#include "casework/internal/plain_words.h"
#include "kernel/case.h"
#include "kernel/determination.h"

namespace countersign::casework::internal {

// Whether a lane's reviews are told: to who does not see them, only when they are due.
enum class Reviews { Told, DueOnly };

// What was determined, and the steps in the order in which they came, as of `at`. `now`: what the
// rules say now, or null. `steps` stand between the lane's own.
void describe_lane(const registry::PartyId& authority, const kernel::Lane& lane,
                   const kernel::AuthorityDetermination* now, base::Instant at, Reviews reviews,
                   StepLines steps, Lines& lines);

// A denial that is looked at again.
void describe_reconsideration(const kernel::Reconsideration& of, Lines& lines);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_LANE_WORDS_H_
