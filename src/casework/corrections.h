// SPDX-License-Identifier: Apache-2.0
// A wrong entry put right by a new one; both stay.
#ifndef COUNTERSIGN_CASEWORK_CORRECTIONS_H_
#define COUNTERSIGN_CASEWORK_CORRECTIONS_H_

#include <string>

#include "base/json.h"
#include "casework/actions.h"
#include "casework/instance.h"

namespace countersign::casework {

struct CorrectionPlan {
  kernel::Position entry = 0;  // the wrong one
  std::string text;            // what was wrong, and how it came
  // Members laid over those of what the entry says now; null takes one out.
  base::Json change;
};

// Refused as kernel::rule_on_correction() refuses; `unknown-entry` where there is none of a case.
Handled correct(Instance& instance, const Actor& actor, const CorrectionPlan& plan);

// `change` laid over the members of the object `document`.
base::Json laid_over(base::Json document, const base::Json& change);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CORRECTIONS_H_
