// SPDX-License-Identifier: Apache-2.0
// What a bundle carries of lists of items: the rows that its own check asks for, each with its
// proof (docs/formats/bundles.md).
#ifndef COUNTERSIGN_CASEWORK_BUNDLE_ROWS_H_
#define COUNTERSIGN_CASEWORK_BUNDLE_ROWS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "kernel/grant.h"

namespace countersign::casework {

// Where a check asks for more, the ties are attested, and the rows are those on the ways that prove
// them.
inline constexpr std::size_t kMostRowsTraced = 256;

// Sets what a full bundle of the evidence shows of lists, and each lane's, by running their checks.
// `sources` has the lists whole.
void select_rows(kernel::Evidence& evidence, const kernel::Anchors& anchors,
                 const kernel::Sources& sources);

// Adds `rows` and `ties_attested` to a bundle, where there are any; reads them back.
void add_rows(std::vector<std::pair<std::string, base::Json>>& members,
              const kernel::ShownRows& rows);
kernel::ShownRows read_rows(base::Fields& fields, base::Report& report);

// The rows of a bundle as a verifier has them.
class BundleRows {
 public:
  // Keeps what it needs of `shown`.
  explicit BundleRows(const kernel::ShownRows& shown);

  // Good as long as anybody has it. One thread.
  kernel::RowFinder finder() const;
  // Whether every row was asked for by now.
  bool all_used() const;

 private:
  struct Held;
  std::shared_ptr<Held> held_;
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_BUNDLE_ROWS_H_
