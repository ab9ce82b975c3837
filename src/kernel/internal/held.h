// SPDX-License-Identifier: Apache-2.0
// What every bundle is checked for without rules: whose consents a grant names, what they leave of
// the request, and what became of the grant since.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_HELD_H_
#define COUNTERSIGN_KERNEL_INTERNAL_HELD_H_

#include <map>
#include <span>
#include <vector>

#include "kernel/grant.h"
#include "kernel/holder.h"
#include "kernel/internal/folded.h"
#include "kernel/logged.h"

namespace countersign::kernel {

// Decisions and clerks' consents that are shown, their signatures checked.
using ShownConsents = std::map<Position, const LoggedEntry*>;

// A grant as its own entry says it; the rest of the view is empty. Rule: `grant-differs`.
base::Ruled<HolderView> read_grant(const LoggedEntry& entry);

// The provisos of these consents, each of which is shown, by that authority, and says yes to the
// grant `of`, or to its going on. Rule: `consent-missing`.
base::Ruled<std::vector<Provisos>> provisos_shown(const ShownConsents& shown,
                                                  const std::vector<LaneConsent>& consents,
                                                  const HolderView& of);

// The grant's scope is what the request and the provisos of its consents leave. Rules:
// `consent-missing`, `grant-differs`, those of intersect().
base::Ruled<void> check_scope(const HolderView& view, const Request& request,
                              const ShownConsents& shown);

// Takes up a confirmation of one of these by the office that signed it.
base::Ruled<void> take_confirmation(State::Folded& folded, const ShownConsents& shown,
                                    const LoggedEntry& entry);

// No consent that the grant names was signed by a key that had been withdrawn as suspected by
// then, unless its office confirmed it. Needs check_scope(). Rule: `key-suspected`.
base::Ruled<void> check_unsuspected(const Authorities& authorities, const HolderView& view,
                                    const ShownConsents& shown);

// An authority's manifest, of which only the signed statement is shown.
using ShownManifests = std::map<registry::PartyId, ManifestBody>;
// Takes one up. Rule: `manifest-added` when its authority has one already.
base::Ruled<void> take_manifest(ShownManifests& manifests, const LoggedEntry& entry);
// Every pinned authority has one, good at `at`. Rules: `authority-missing`, `manifest-expired`.
base::Ruled<void> check_manifests(const ShownManifests& manifests, const Anchors& anchors,
                                  base::Instant at);

// What the grant was issued on, for what follows it.
struct IssuedGrant {
  const HolderView& view;
  seal::Digest request;  // that every statement about it names
  ShownConsents consents;
};

// Follows the grant through `later`, the entries after its own: whose acts they are, that they are
// those the log's note names, and what scope the resumptions left. Rules: those of
// check_since_note(), `since-differs` (other entries than the note names, or a note of another
// grant or checkpoint), of signatures, `ledger-contradiction`, `consent-missing`, `grant-differs`;
// `revoked` and `suspended` when that is how it ends.
base::Ruled<Since> follow(State::Folded& folded, const Anchors& anchors, const Evidence& evidence,
                          const ledger::TreeHead& head, IssuedGrant issued,
                          std::span<const LoggedEntry> later);

// Says of a consent that is shown without the rules behind it what was checked.
void tell_consent(Examination& examination, const LaneConsent& consent);
void tell_since(Examination& examination, const Since& since);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_HELD_H_
