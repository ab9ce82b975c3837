// SPDX-License-Identifier: Apache-2.0
// Which way a policy leans: the rules `approvals-form`, `approvals-direction` and
// `bound-direction` of docs/formats/directives.md.
//
// Two things may be varied about one evaluation: approvals may be added, and uncertain facts may
// get less certain. For either, every expression gets a Movement: an expression that could have
// gone up (false to true, a set that gains members, a larger number) and one that could have gone
// down. Movements are one-sided: no witness means it cannot move that way, a witness means it may.
// An expression whose movement is not understood may move both ways.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_DIRECTION_H_
#define COUNTERSIGN_KERNEL_INTERNAL_DIRECTION_H_

#include "base/issue.h"
#include "cedar/ast.h"

namespace countersign::kernel {

// Where a fact stands in the context.
enum class FactKind {
  Exact,      // moves with neither
  Approvals,  // gains members when an approval is added
  Widening,   // gains members, or rises, when a fact gets less certain: `touches`, `x_max`
  Narrowing,  // loses members, or falls, when a fact gets less certain: `within`, `x_min`
  Mixed       // a record that holds such facts: the context, or `context.item`, as a whole
};

// What the attribute path `context.NAME[.NAME]` leads to.
FactKind kind_of_fact(const cedar::AttributePath& path);

// Whether `expr` is `context.approvals`.
bool is_approvals(const cedar::Expr& expr);

// What a policy mentions, in any clause.
struct Mentions {
  bool approvals = false;
  bool bounds = false;
  bool rating = false;
  bool rest = false;  // any tally's
};

// The mentions of one policy.
Mentions mentions_of(const cedar::Policy& policy);

// Adds an issue for every place where `policy` breaks one of the three rules.
void check_directions(const cedar::Policy& policy, base::Issues& issues);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_DIRECTION_H_
