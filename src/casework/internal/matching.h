// SPDX-License-Identifier: Apache-2.0
// What was expected of a step, held against what came.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_MATCHING_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_MATCHING_H_

#include <string>
#include <vector>

#include "base/json.h"

namespace countersign::casework {

// What `expect` asks for and `came` does not have, one sentence each. `expect` speaks of what it
// names only; but an object of `authorities` names all of them, `says` lists words that must stand
// somewhere in the answer, `hides` words that must stand nowhere in it, and "refused" alone matches
// any rule of that name. Null expects that the step was not refused.
std::vector<std::string> differences(const base::Json& expect, const base::Json& came);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_MATCHING_H_
