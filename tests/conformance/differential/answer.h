// SPDX-License-Identifier: Apache-2.0
// What this engine answers to one case of the differential test (cases.js says what a case is, and
// reference.js what is answered: the two answers are compared member by member).
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_DIFFERENTIAL_ANSWER_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_DIFFERENTIAL_ANSWER_H_

#include "base/json.h"

namespace countersign::differential {

// A case that lacks what every case has is a bug of the generator: aborts.
base::Json answer(const base::Json& one);

// Equal but for the order of members.
bool same(const base::Json& a, const base::Json& b);

}  // namespace countersign::differential

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_DIFFERENTIAL_ANSWER_H_
