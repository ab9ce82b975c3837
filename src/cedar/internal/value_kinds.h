// SPDX-License-Identifier: Apache-2.0
// Between the kinds of types and the kinds of values.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_VALUE_KINDS_H_
#define COUNTERSIGN_CEDAR_INTERNAL_VALUE_KINDS_H_

#include "cedar/type.h"
#include "cedar/value.h"

namespace countersign::cedar::internal {

// The kind of every value of such a type; Unknown for Never, which has none.
Value::Kind value_kind_of(Type::Kind kind);
// The other way round; Never for Unknown, Bool for every Bool.
Type::Kind type_kind_of(Value::Kind kind);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_VALUE_KINDS_H_
