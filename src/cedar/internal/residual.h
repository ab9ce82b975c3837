// SPDX-License-Identifier: Apache-2.0
// What remains of an expression when the known parts of a request are filled in.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_RESIDUAL_H_
#define COUNTERSIGN_CEDAR_INTERNAL_RESIDUAL_H_

#include "cedar/internal/machine.h"

namespace countersign::cedar::internal {

// An expression that, for every completion of the machine's request, has the value (or fails) as
// operation `index` does. `value` is what the machine made of it, null when it failed.
ExprRef residual_of(OpIndex index, const Value* value, const Program& program, Machine& machine);

// `left && right`, as a residual's own node.
ExprRef both(ExprRef left, ExprRef right);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_RESIDUAL_H_
