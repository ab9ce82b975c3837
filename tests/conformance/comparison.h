// SPDX-License-Identifier: Apache-2.0
// One case of a conformance corpus: what the engine says, next to what is expected.
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_COMPARISON_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_COMPARISON_H_

#include "conformance/corpus.h"
#include "conformance/outcome.h"

namespace countersign::conformance {

// Compares everything the case states. A JSON document that is no case gives an empty outcome.
// Thread-safe.
Outcome compare(const Case& one);

}  // namespace countersign::conformance

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_COMPARISON_H_
