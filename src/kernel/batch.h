// SPDX-License-Identifier: Apache-2.0
// Several cases decided in one signed act. The statement commits to an item for each case and shows
// none of them; each item travels as a disclosure and is entered in its own case's chain, so that
// whoever is shown one case can check the signature and learns of the others only how many there
// are (docs/decisions/0008-one-signature-over-many-cases.md).
#ifndef COUNTERSIGN_KERNEL_BATCH_H_
#define COUNTERSIGN_KERNEL_BATCH_H_

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/bodies.h"
#include "kernel/ids.h"
#include "kernel/statement.h"
#include "ledger/entry.h"
#include "seal/digest.h"

namespace countersign::kernel {

inline constexpr std::size_t kMostItems = 256;

// Ascending, so that the order tells nothing; no two are equal.
struct BatchBody {
  std::vector<Commitment> items;

  static BatchBody read(const base::Json& body, base::Report& report);
  static base::Json write(const BatchBody& body);
};

// What an item's disclosure, named `item`, says.
struct BatchItem {
  CaseId case_id;
  seal::Digest request;  // of the payload of the case's request
  DecisionBody decision;

  static BatchItem read(const base::Json& item, base::Report& report);
  static base::Json write(const BatchItem& item);
};

// The statement as it concerns the case of one item: a decision of that case, by the batch's own
// envelope. Refused by `commitment` when the statement does not commit to the disclosure, `body`
// when either does not read.
base::Ruled<SignedStatement> view_of_item(const SignedStatement& batch,
                                          const ledger::Disclosure& item);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BATCH_H_
