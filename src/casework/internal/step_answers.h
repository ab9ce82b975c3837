// SPDX-License-Identifier: Apache-2.0
// How a story's steps are read, and what they come to.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_STEP_ANSWERS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_STEP_ANSWERS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"

namespace countersign::casework {

// What a step came to: an answer to be held against `expect`, with its words for the table.
struct Came {
  base::Json answer;
  std::string words;
};
Came refusal_came(const base::Refusal& refusal);

// A member of a step that has been checked against its verb's words; empty where it is left out.
std::string text_of(const base::Json& step, std::string_view name);
std::optional<base::Instant> time_of(const base::Json& step, std::string_view name);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_STEP_ANSWERS_H_
