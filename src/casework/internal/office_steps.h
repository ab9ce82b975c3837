// SPDX-License-Identifier: Apache-2.0
// Steps of stories about who holds an office, by which key (docs/formats/stories.md).
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_OFFICE_STEPS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_OFFICE_STEPS_H_

#include <string_view>

#include "base/json.h"
#include "casework/instance.h"
#include "casework/keys.h"

namespace countersign::casework {

// Whether carry_out_office_step() knows the verb.
bool is_office_step(std::string_view verb);

// `step` has been checked against its verb's words.
Handled carry_out_office_step(Instance& instance, const KeyFolder& keys, std::string_view verb,
                              const base::Json& step, base::Instant now);

// Of the offices whose holders are away, who acts for them in the case: {"US/SecDef": "US/Deputy"},
// "" where nobody is left.
base::Json who_acts(const kernel::State& state, const kernel::Case& of);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_OFFICE_STEPS_H_
