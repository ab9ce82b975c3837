// SPDX-License-Identifier: Apache-2.0
// A grant and what became of it, in lines for people.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_GRANT_WORDS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_GRANT_WORDS_H_

#include "base/instant.h"
#include "casework/internal/plain_words.h"
#include "kernel/grant_record.h"

namespace countersign::casework::internal {

// What it permits, draws, reports, checks, and how it ended, as of `now`.
void describe_grant(const kernel::GrantRecord& grant, base::Instant now, Lines& lines);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_GRANT_WORDS_H_
