// SPDX-License-Identifier: Apache-2.0
// Which step of a case a correction names, and what its correction changes.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_CORRIGIBLE_H_
#define COUNTERSIGN_KERNEL_INTERNAL_CORRIGIBLE_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/case.h"
#include "kernel/grant_record.h"

namespace countersign::kernel {

using Grants = std::map<registry::GrantId, GrantRecord>;

// A step that may be corrected, as it stands now.
struct CorrigibleStep {
  Corrigible what = Corrigible::Report;
  const Done* done = nullptr;  // of the step as it was entered
  registry::PartyId lane;      // of advice and claims: whose
  const GrantRecord* grant = nullptr;
  std::size_t index =
      0;  // among the lane's advice, the case's claims, the grant's draws or reports
};

// The step that was entered there, if it is one that may be corrected.
std::optional<CorrigibleStep> find_corrigible(const Case& of, const Grants& grants, Position entry);

// What a report comes to.
struct ReportEvaluation {
  Position report = 0;
  std::vector<base::Refusal> discrepancies;  // empty: inside the grant
};
base::Json write(const std::vector<base::Refusal>& discrepancies);
std::vector<base::Refusal> read_discrepancies(const base::Json& document, base::Report& report);
// The field `reevaluated` of a correction.
base::Json write(const std::vector<ReportEvaluation>& evaluations);
std::vector<ReportEvaluation> read_evaluations(const base::Json& document, base::Report& report);

// `not-drawn`, if the grant as it was before the report leaves less than it reports.
std::optional<base::Refusal> check_drawn(const GrantRecord& before, const ReportBody& body);

// The reports that come to something else now that draws or reports of the grant were corrected:
// whether enough was drawn is looked at again in the order in which they came; the rest of what
// they came to stays.
std::vector<ReportEvaluation> evaluate_again(const GrantRecord& corrected);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_CORRIGIBLE_H_
