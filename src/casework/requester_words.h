// SPDX-License-Identifier: Apache-2.0
// A case as its requester sees it.
#ifndef COUNTERSIGN_CASEWORK_REQUESTER_WORDS_H_
#define COUNTERSIGN_CASEWORK_REQUESTER_WORDS_H_

#include <string>

#include "kernel/case.h"
#include "kernel/state.h"

namespace countersign::casework {

// What the requester said, in all versions; what it was asked; what announced directives bar or
// require, and the time they give; the outcome, with the text that is for it. As of state.now().
// Invariant: Announced (kernel/views.h): nothing here depends on directives that are not announced,
// on advice, or on stock, before an outcome was signed.
std::string describe_for_requester(const kernel::State& state, const kernel::Case& of);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_REQUESTER_WORDS_H_
