// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/step_answers.h"

namespace countersign::casework {

using base::Json;

Came refusal_came(const base::Refusal& refusal) {
  return {base::json_object({{"refused", base::json_text(refusal.rule)},
                             {"message", base::json_text(refusal.message)}}),
          "refused: " + refusal.message};
}

std::string text_of(const Json& step, std::string_view name) {
  const Json* value = step.find(name);
  return value == nullptr ? std::string() : value->text;
}

std::optional<base::Instant> time_of(const Json& step, std::string_view name) {
  return base::parse_instant(text_of(step, name));
}

}  // namespace countersign::casework
