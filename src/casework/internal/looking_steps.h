// SPDX-License-Identifier: Apache-2.0
// Steps of stories that look, and change nothing (docs/formats/stories.md).
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_LOOKING_STEPS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_LOOKING_STEPS_H_

#include <string_view>

#include "base/result.h"
#include "casework/instance.h"
#include "casework/internal/step_answers.h"

namespace countersign::casework {

// Whether carry_out_looking_step() knows the verb.
bool is_looking_step(std::string_view verb);

// `step` has been checked against its verb's words.
base::Result<base::Parsed<Came>> carry_out_looking_step(Instance& instance, std::string_view verb,
                                                        const base::Json& step, base::Instant now);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_LOOKING_STEPS_H_
