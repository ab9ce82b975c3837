// SPDX-License-Identifier: Apache-2.0
// A case in lines for people.
#ifndef COUNTERSIGN_CASEWORK_CASE_WORDS_H_
#define COUNTERSIGN_CASEWORK_CASE_WORDS_H_

#include <string>

#include "casework/reader.h"
#include "kernel/case.h"
#include "kernel/state.h"

namespace countersign::casework {

// What is asked; lane by lane what was determined, advised and decided, in the order in which it
// came; what a grant still waits for; the grants and what became of them. As of state.now().
std::string describe_case(const kernel::State& state, const kernel::Case& of);
// The same of what one reader sees of it.
std::string describe_case(const kernel::State& state, const SeenCase& seen);

// A case that was decided before the product was there.
std::string describe_earlier(const kernel::LegacyCase& earlier);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CASE_WORDS_H_
