// SPDX-License-Identifier: Apache-2.0
// The body of a statement as a tree takes some ten times its text: of many statements at once, only
// that of the one at hand need be here.
#ifndef COUNTERSIGN_KERNEL_STATEMENT_BODY_H_
#define COUNTERSIGN_KERNEL_STATEMENT_BODY_H_

#include "kernel/statement.h"

namespace countersign::kernel {

// Leaves `body` null. Not of an item of a batch, whose body is not in the payload.
void let_body_go(SignedStatement& statement);
// As it was read; nothing where it was not let go of.
void bring_body_back(SignedStatement& statement);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_STATEMENT_BODY_H_
