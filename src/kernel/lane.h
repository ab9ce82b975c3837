// SPDX-License-Identifier: Apache-2.0
// What an authority's overseer can check of a grant: its own lane evaluated again by the code that
// proves a Grant, the others' lanes as their holder sees them. This is no Grant: that the rules of
// the other authorities allow it is the log's word here.
#ifndef COUNTERSIGN_KERNEL_LANE_H_
#define COUNTERSIGN_KERNEL_LANE_H_

#include "base/result.h"
#include "kernel/determination.h"
#include "kernel/grant.h"
#include "kernel/holder.h"

namespace countersign::kernel {

struct LaneView {
  registry::PartyId authority;
  AuthorityDetermination finding;  // its own, with its facts
  HolderView grant;
};

// Checks an authority's bundle: `evidence.facts` are that authority's alone, `evidence.grant` is
// set. Refusals: those of prove_grant() and check_holder_bundle(); `no-lane` when the grant rests
// on no tie of the authority, `lane-differs` when what the grant's entry commits to as its lane is
// not what is here.
base::Ruled<LaneView> check_lane_bundle(const Evidence& evidence,
                                        const registry::PartyId& authority, const Anchors& anchors,
                                        const Sources& sources, Examination* examination);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_LANE_H_
