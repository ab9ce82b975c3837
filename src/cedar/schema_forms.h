// SPDX-License-Identifier: Apache-2.0
// A schema in one of its two forms, written in the other.
//
// What is written means what was read, common types and annotations included; comments and the
// order of white space are lost. The input must be a whole, valid schema.
#ifndef COUNTERSIGN_CEDAR_SCHEMA_FORMS_H_
#define COUNTERSIGN_CEDAR_SCHEMA_FORMS_H_

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace countersign::cedar {

// From the human syntax to the JSON form, members in the reference's order, names in the order
// declared. Thread-safe, as is the other.
base::Parsed<base::Json> schema_to_json(std::string_view text, std::string_view file = {});

// From the JSON form to the human syntax. Refused besides what is no schema: what the human syntax
// has no words for, which is the shape of an entity type that is a name, and a name that would
// stand for something else there. An action with an empty list of principals or resources loses the
// rest of its `appliesTo`, as it applies to nothing.
base::Parsed<std::string> schema_to_text(std::string_view json, std::string_view file = {});

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_SCHEMA_FORMS_H_
