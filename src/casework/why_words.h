// SPDX-License-Identifier: Apache-2.0
// Who may act in a case and why not, in lines for people and as a document for programs.
#ifndef COUNTERSIGN_CASEWORK_WHY_WORDS_H_
#define COUNTERSIGN_CASEWORK_WHY_WORDS_H_

#include <string>

#include "base/json.h"
#include "kernel/why.h"

namespace countersign::casework {

// Without a line break at the end.
std::string describe(const kernel::Why& why);
// docs/formats/why.md
base::Json to_json(const kernel::Why& why);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_WHY_WORDS_H_
