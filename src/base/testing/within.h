// SPDX-License-Identifier: Apache-2.0
// Numbers for property tests.
#ifndef COUNTERSIGN_BASE_TESTING_WITHIN_H_
#define COUNTERSIGN_BASE_TESTING_WITHIN_H_

#include <rapidcheck.h>

namespace countersign::base::testing {

// From `from` up to, not including, `end`, in the first case as in the last. RapidCheck's own
// inRange grows with a test's cases: most of them never see the far half.
template <class T>
rc::Gen<T> within(T from, T end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(from, end));
}

}  // namespace countersign::base::testing

#endif  // COUNTERSIGN_BASE_TESTING_WITHIN_H_
