// SPDX-License-Identifier: Apache-2.0
// Determinations as they are answered: for programs and for people.
#ifndef COUNTERSIGN_KERNEL_ANSWERS_H_
#define COUNTERSIGN_KERNEL_ANSWERS_H_

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "kernel/determination.h"
#include "kernel/views.h"

namespace countersign::kernel {

// docs/formats/determination.md. The rules are those the determination was made with: the grounds
// are worked out from them.
base::Json to_json(const Determination& determination, const Rules& rules);
base::Json to_json(const RequesterView& view);
// {"refused": {"rule", "message", "where"}}
base::Json to_json(const base::Refusal& refusal);

// For people: several lines, the last without a line break.
std::string to_text(const Determination& determination, const Rules& rules);
std::string to_text(const RequesterView& view);
std::string to_text(const base::Refusal& refusal);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_ANSWERS_H_
