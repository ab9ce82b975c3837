// SPDX-License-Identifier: Apache-2.0
// What draws, allotments, reports and their corrections are ruled on by.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_USING_H_
#define COUNTERSIGN_KERNEL_INTERNAL_USING_H_

#include <vector>

#include "kernel/internal/rulings.h"

namespace countersign::kernel {

// The grant, of the statement's case. Rule: `unknown-grant`.
base::Ruled<const GrantRecord*> grant_in_case(const State& state, const SignedStatement& statement,
                                              const registry::GrantId& id);
// Rule: `holder`.
base::Ruled<void> check_holder(const GrantRecord& grant, const SignedStatement& statement);

// What check_draw() checks, of a statement that asks for a use of the grant; `given_up` is what the
// use takes the place of. Rules: those of check_draw() but for `unknown-grant`.
base::Ruled<DrawnUse> check_use(const State& state, const SignedStatement& statement,
                                const GrantRecord& grant, const DrawBody& asked,
                                std::int64_t given_up, base::Instant at);
// The rest of it, once the grant was proved again for that use. Rules: as above.
base::Ruled<void> check_proved_use(const State& state, const DrawnUse& asked, const Grant& proved);

// What a report by `authority`, entered at `entered`, comes to under the grant as it was before it.
std::vector<base::Refusal> examine_report(const State& state, const GrantRecord& before,
                                          const ReportBody& body,
                                          const registry::PartyId& authority,
                                          base::Instant entered);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_USING_H_
