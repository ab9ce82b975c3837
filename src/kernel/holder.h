// SPDX-License-Identifier: Apache-2.0
// What the holder of a grant, and whoever the holder shows it to, can check: signatures, scope,
// provisos, positions and proofs. Rules, advice and stock stand in it as commitments only, so this
// is no Grant: that every authority with a tie is among the consents is the log's word here.
#ifndef COUNTERSIGN_KERNEL_HOLDER_H_
#define COUNTERSIGN_KERNEL_HOLDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/bodies_file.h"
#include "kernel/grant.h"

namespace countersign::kernel {

struct HolderView {
  registry::GrantId grant;
  Scope scope;  // as issued
  std::vector<LaneConsent> consents;
  base::Instant at;
  Since since;
  // Of a further grant of the case: which one left this open, and how much was left.
  std::optional<registry::GrantId> after{};
  std::optional<std::int64_t> rest{};
  std::optional<Remainder> remainder{};  // of what the scope leaves out
};

// Checks the entries of a holder's bundle: `evidence.facts` is empty, `evidence.grant` set.
// Refusals: those of prove_grant() that need no rules; `consent-missing` when a consent the grant
// names is not among the entries or says no; `grant-differs` when the scope is not what request
// and provisos leave; those of what came since (`since-differs`, `revoked`, `suspended`, ...).
base::Ruled<HolderView> check_holder_bundle(const Evidence& evidence, const Anchors& anchors,
                                            Examination* examination);

// An allotment under a grant, as who is to use it checks it offline.
struct AllotmentView {
  AllotmentBody body;
  Position entry = 0;
  base::Instant at;
  std::string by;
};
// `holder` is the evidence of a holder's bundle that was checked; `further` are the allotment's own
// entry and the appointments and charters, not in that bundle, under which it was signed. That it
// was left in the grant, and lies within it, is what the log entered. Rules: `inclusion` and those
// of signatures, `allotment-differs` when it is of another grant, case or request, or reaches past
// the grant's time or quantity.
base::Ruled<AllotmentView> check_allotment_evidence(const Evidence& holder, const HolderView& grant,
                                                    const std::vector<EvidenceEntry>& further,
                                                    const Anchors& anchors);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_HOLDER_H_
