// SPDX-License-Identifier: Apache-2.0
// One evaluation with approvals unknown, and what follows from it.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_ANALYSIS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_ANALYSIS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/determination.h"
#include "kernel/internal/compiled.h"
#include "kernel/internal/office_sets.h"
#include "kernel/rulebook.h"

namespace countersign::kernel {

// A binding policy that asks about approvals and is not surely unsatisfied.
struct OpenPolicy {
  const Rule* rule = nullptr;
  // When the policy speaks for allow: a permit that holds, a forbid that does not.
  OfficeSets speaks_for;

  bool is_permit() const { return rule->policy->effect == cedar::Effect::Permit; }
  bool depends_on_approvals() const { return !speaks_for.is_always() && !speaks_for.is_never(); }
  // A permit that holds when every office approves; a forbid that holds when none does. These
  // decide, like the policies that hold whoever approves.
  bool decides() const { return is_permit() ? !speaks_for.is_never() : !speaks_for.is_always(); }
};

struct Analysis {
  // Permits and forbids that hold and do not ask about approvals.
  std::vector<const Rule*> permitting;
  std::vector<const Rule*> barring;
  std::vector<OpenPolicy> open;
  std::vector<const Rule*> advising;            // advisory forbids that hold, no approval given
  std::vector<registry::OfficeId> offices;      // what the bits of an OfficeSet stand for
  OfficeSets permits = OfficeSets::never();     // when some permit holds
  OfficeSets no_forbid = OfficeSets::always();  // when no forbid does
  OfficeSets allows = OfficeSets::never();      // both: f
  std::vector<Gap> gaps;                        // when not empty, the rest means nothing

  std::vector<registry::OfficeId> offices_of(OfficeSet set) const;
  // Each set's offices, smaller sets first, then in the order of their names.
  std::vector<std::vector<registry::OfficeId>> approvals_of(const OfficeSets& sets) const;
};

// Evaluates each of the book's binding policies once, with approvals unknown, and its advisory ones
// with none.
Analysis analyse(const RuleBook::Compiled& book, const Hearing& hearing, const Facts& facts);

// Derives when `expr`, a residual over approvals, comes out as `wanted`. Empty when it is of a form
// that no checked policy leaves, or too involved; `offices` gains those it asks about.
std::optional<OfficeSets> derive(const cedar::Expr& expr, bool wanted,
                                 std::vector<registry::OfficeId>& offices);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_ANALYSIS_H_
