// SPDX-License-Identifier: Apache-2.0
// End-use checks, and cases decided before the product was there.
#ifndef COUNTERSIGN_CASEWORK_CHECKS_H_
#define COUNTERSIGN_CASEWORK_CHECKS_H_

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/instance.h"
#include "kernel/bodies_file.h"

namespace countersign::casework {

// The receipt's first entry is the check's number.
Handled request_check(Instance& instance, const Actor& actor, const kernel::CheckRequestBody& body);
Handled record_check(Instance& instance, const Actor& actor, const kernel::CheckBody& body);

// A check of some grant, as it stands at `now`.
struct ListedCheck {
  registry::GrantId grant;
  kernel::EndUseCheck check;
  bool overdue = false;
};
// Those that are not done and that the reader sees, since it sees what becomes of the grant or was
// asked to do them: the overdue ones first, by when they are due.
std::vector<ListedCheck> open_checks(const Reader& reader, const kernel::State& state);

// A list of earlier cases (docs/formats/earlier-cases.md).
std::vector<kernel::LegacyBody> read_earlier(const base::Json& document, base::Report& report);
// Enters them one by one, each signed by the office; stops at the first that is refused. What came
// before stays: the receipt, or the refusal's message, says how many there are. What the authority
// entered before in the same words is left out, and a note says how many: a list that was cut off
// is handed in again as it is.
Handled import_earlier(Instance& instance, const Actor& actor,
                       const std::vector<kernel::LegacyBody>& cases);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CHECKS_H_
