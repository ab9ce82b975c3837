// SPDX-License-Identifier: Apache-2.0
// What a holder takes from a grant for somebody to use where there is no network: a file that this
// somebody can check, and what of it comes back (docs/formats/allotments.md).
#ifndef COUNTERSIGN_CASEWORK_ALLOTMENTS_H_
#define COUNTERSIGN_CASEWORK_ALLOTMENTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/bundle.h"
#include "casework/instance.h"
#include "kernel/bodies_file.h"
#include "kernel/holder.h"

namespace countersign::casework {

// The receipt's first entry is the allotment's number.
Handled allot(Instance& instance, const Actor& actor, const kernel::AllotmentBody& body);
Handled give_back(Instance& instance, const Actor& actor, const kernel::GiveBackBody& body);

// The file for who is to use the allotment entered at `entry`: the grant's bundle for its holder,
// and the allotment's own entry with its proof. Refused by `unknown-grant`, `no-allotment`.
base::Result<base::Ruled<base::Json>> write_allotment(Instance& instance,
                                                      const registry::GrantId& grant,
                                                      kernel::Position entry);

struct AllotmentFile {
  Bundle bundle;
  std::vector<kernel::EvidenceEntry> entries;
};
base::Parsed<AllotmentFile> read_allotment(std::string_view source, std::string_view file);

struct VerifiedAllotment {
  Verification grant;
  kernel::AllotmentView allotment;
};
// Verifies without instance or network. Refusals: those of verify() for a holder's bundle, and of
// kernel::check_allotment_evidence().
base::Ruled<VerifiedAllotment> verify_allotment(const AllotmentFile& file, const Trust& trust,
                                                Practice practice, const Aids& aids);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_ALLOTMENTS_H_
