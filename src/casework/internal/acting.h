// SPDX-License-Identifier: Apache-2.0
// What every act of an office takes: the case as it is, who signs, and the handing in.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_

#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/desk.h"
#include "casework/instance.h"

namespace countersign::casework::internal {

// The case as it is now. Refused by `unknown-case`.
base::Ruled<kernel::Case> case_now(Instance& instance, const kernel::CaseId& id);

// Refused by `unknown-office`.
base::Ruled<Pen> pen_of(Instance& instance, const Actor& actor);

// Signs a step of the case and hands it in; `beside` is what it names by its digest, or null.
Handled step(Instance& instance, const Actor& actor, const base::Ruled<kernel::Case>& of,
             kernel::EntryKind kind, base::Json body,
             std::shared_ptr<const std::string> beside = nullptr);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_
