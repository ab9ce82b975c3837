// SPDX-License-Identifier: Apache-2.0
// What the acts of officeholders share: the case as it is now, whose pen it is, a step handed in.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/desk.h"
#include "casework/instance.h"

namespace countersign::casework {

base::Ruled<Receipt> refused(base::Refusal refusal);

// The case as it is now. Rule: `unknown-case`.
base::Ruled<kernel::Case> case_now(Instance& instance, const kernel::CaseId& id);
// The same of a grant's. Rule: `unknown-grant`.
base::Ruled<kernel::Case> case_of_grant(Instance& instance, const registry::GrantId& id);
base::Refusal unknown_grant(const registry::GrantId& id);

// The authority whose charter has the office; empty where none has.
std::optional<registry::PartyId> whose_office(const kernel::State& state,
                                              const registry::OfficeId& office);
// The refusal of an office that there is not, with the one that may be meant. `where`: the option
// or member that names it.
base::Refusal unknown_office(const kernel::State& state, std::string_view name,
                             std::string_view where);
// The authority whose charter has the office. Rule: `unknown-office`, as above.
base::Ruled<registry::PartyId> authority_of(Instance& instance, const registry::OfficeId& office,
                                            std::string_view where = "by");
// The same as what signs for it.
base::Ruled<Pen> pen_of(Instance& instance, const Actor& actor);

// Signs a step of the case and hands it in; hands on the refusal where there is no case. `beside`
// is what the step names by its digest, or null.
Handled step(Instance& instance, const Actor& actor, const base::Ruled<kernel::Case>& of,
             kernel::EntryKind kind, base::Json body,
             std::shared_ptr<const std::string> beside = nullptr);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_ACTING_H_
