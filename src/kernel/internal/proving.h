// SPDX-License-Identifier: Apache-2.0
// What is evaluated again of an authority whose lane is here whole: the same for a Grant, over all
// of them, and for a lane's bundle, over one.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_PROVING_H_
#define COUNTERSIGN_KERNEL_INTERNAL_PROVING_H_

#include <map>
#include <span>
#include <vector>

#include "kernel/grant.h"
#include "kernel/internal/folded.h"
#include "kernel/logged.h"
#include "registry/ties.h"

namespace countersign::kernel {

// How many of `entries` stand up to the grant's own, itself included; all of them where nothing is
// said of what came since.
std::size_t issue_part(const Evidence& evidence, std::span<const LoggedEntry> entries);

// Checks the entry's signature and folds it; a decision was made on exactly the advice before it.
// Rules: those of signatures and folds, `other-instance`, `case-incomplete`, `advice-differs`.
base::Ruled<void> take_entry(State::Folded& folded, const Anchors& anchors,
                             const Evidence& evidence, const LoggedEntry& entry);

// The instance that the entries name is the evidence's. Rule: `other-instance`.
base::Ruled<void> check_instance(const State::Folded& folded, const Evidence& evidence);

// The authority's manifest is here, good at `at`, and no record beside what it lists. What the root
// signed is in force by that alone: a charter or appointment may be newer than the manifest, and a
// charter that was replaced before the next manifest is in none. Rules:
// `authority-missing`, `manifest-expired`, `manifest-added`.
base::Ruled<void> check_register(const State::Folded& folded, const registry::PartyId& authority,
                                 base::Instant at);

// The ties of the request: traced, or, where a bundle's rows are only those on the ways, those of
// the facts. Rules: those of refuse_unknown_names(), `undetermined`, those of check_paths().
base::Ruled<registry::Ties> trace_again(const Rules& rules, const Request& request,
                                        const std::map<registry::PartyId, Facts>& facts,
                                        bool attested);

// The facts given for one authority, held against registers that are proved. Rules: `facts-differ`,
// those of make_facts().
base::Ruled<Facts> hold_facts(const std::map<registry::PartyId, Facts>& facts, const Rules& rules,
                              const Request& request, const registry::TieFacts& tie,
                              Examination* examination);

// One authority's finding from them.
base::Ruled<AuthorityDetermination> determine_again(const Evidence& evidence, const Rules& rules,
                                                    const Request& request,
                                                    const registry::TieFacts& tie,
                                                    Examination* examination);

// Says of one authority what was evaluated again, and whether its ties only saw their ways checked.
void tell_finding(Examination& examination, const AuthorityDetermination& finding,
                  const LaneConsent& consent, bool ties_attested);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_PROVING_H_
