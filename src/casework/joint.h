// SPDX-License-Identifier: Apache-2.0
// Several cases decided in one signed act, from a list (docs/formats/lists.md).
#ifndef COUNTERSIGN_CASEWORK_JOINT_H_
#define COUNTERSIGN_CASEWORK_JOINT_H_

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/desk.h"
#include "casework/instance.h"
#include "seal/digest.h"

namespace countersign::casework {

struct JointItem {
  kernel::CaseId case_id;
  // What the officeholder read: where it is given, the case's request must be these bytes.
  std::optional<seal::Digest> request;
  DecisionPlan plan;
};

// Reads a list of decisions.
std::vector<JointItem> read_joint(const base::Json& document, base::Report& report);

// Decides all of them, each on its determination as it is now, or none. Refused as the kernel's
// rule_on_batch() refuses, and by `other-request`.
Handled decide_together(Instance& instance, const Actor& actor,
                        const std::vector<JointItem>& items);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_JOINT_H_
