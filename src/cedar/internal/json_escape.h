// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTERSIGN_CEDAR_INTERNAL_JSON_ESCAPE_H_
#define COUNTERSIGN_CEDAR_INTERNAL_JSON_ESCAPE_H_

#include <cstdint>

#include "base/json.h"

namespace countersign::cedar::internal {

enum class Escape : std::uint8_t { None, Entity, Function, Expression };

// Which escape an object among the values of a JSON document is. It is a whole one or none: the
// only member, with all that the escape needs inside. Any other object is a record.
Escape escape_of(const base::Json& object);

// Whether it is what an extension value's escape holds: a function's name, with `arg` or a list
// `args` without a fraction, whatever else.
bool is_call(const base::Json& json);

// A number with a fraction or exponent at any depth, or null: no value holds one, also not where
// the rest is passed over.
const base::Json* fraction_in(const base::Json& json);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_JSON_ESCAPE_H_
