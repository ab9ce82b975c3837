// SPDX-License-Identifier: Apache-2.0
// Bundles: what proves a grant, as one file (docs/formats/bundles.md). A full bundle lets a
// stranger run the kernel's own function again; an authority's lets its overseer do so for its own
// lane; a holder's shows signatures, scope, provisos and positions, and commits to the rest.
#ifndef COUNTERSIGN_CASEWORK_BUNDLE_H_
#define COUNTERSIGN_CASEWORK_BUNDLE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/layers.h"
#include "kernel/disclosure.h"
#include "kernel/grant.h"
#include "kernel/grant_record.h"
#include "kernel/lane.h"
#include "ledger/note.h"

namespace countersign::casework {

// "full", "lane", "holder".
std::string_view name_of(kernel::Audience::Kind kind);

struct Bundle {
  kernel::Audience audience;
  kernel::Evidence evidence;  // with the grant and what came since set
};

// `evidence` shows everything (Instance::evidence_of()), or what a bundle for the same audience
// did. Refused by `no-lane` when the grant rests on no tie of the audience's authority, and as
// kernel::open_entry() refuses evidence that is neither.
base::Ruled<base::Json> write_bundle(const kernel::Evidence& evidence,
                                     const kernel::Audience& audience);
base::Parsed<Bundle> read_bundle(std::string_view source, std::string_view file);
// The same of a document that is part of another.
base::Parsed<Bundle> read_bundle(const base::Json& document, std::string_view source,
                                 std::string_view file);

// One entry of a bundle, with what is shown of it.
base::Json write_entry(const kernel::EvidenceEntry& entry, const kernel::Showing& shown);
kernel::EvidenceEntry read_entry(const base::Json& document, base::Report& report);

// What a verifier believes beforehand, as a file (docs/formats/bundles.md):
//   {"authorities": {"US": "ed25519:..."}, "policy": ["log ...", "quorum none"]}
struct Trust {
  std::map<registry::PartyId, seal::PublicKey> roots;
  ledger::Policy log;
};
base::Parsed<Trust> read_trust(std::string_view source, std::string_view file);
base::Json write_trust(const std::map<registry::PartyId, seal::PublicKey>& roots,
                       const ledger::VerifierKey& log);

// A grant's standing, as the log signs it: a note of the lines
//   countersign-status/v1, origin, grant, status, quantity left, ledger size, time
struct GrantStanding {
  std::string origin;
  registry::GrantId grant;
  kernel::GrantStatus status = kernel::GrantStatus::Active;
  std::int64_t left = 0;
  std::uint64_t size = 0;
  base::Instant at;
};
std::string write_standing(const GrantStanding& standing);
// Refused by `note-signature`, `note-unsigned`, `status-form`, `status-other` (of another grant or
// log).
base::Ruled<GrantStanding> check_standing(std::string_view note, const registry::GrantId& grant,
                                          const kernel::InstanceName& instance,
                                          const ledger::Policy& log);

// What a verifier says of a bundle.
struct Verification {
  kernel::Audience audience;
  registry::GrantId grant;
  kernel::InstanceName instance;
  kernel::Scope issued;
  kernel::Scope scope;  // as of the checkpoint: what resumptions left of it
  std::vector<kernel::LaneConsent> consents;
  base::Instant granted_at;
  kernel::Examination examination;
  std::optional<GrantStanding> standing;
};

enum class Practice { Refuse, Accept };

// What a verifier has beside bundle and trust.
struct Aids {
  std::optional<std::string> status;  // the text of a status note
  FindBeside find_base;               // bases of layers, by their digests; may be null
};

// Verifies without instance or network. Refusals: those of prove_grant(), check_lane_bundle() or
// check_holder_bundle(), and of check_standing(); `revoked`, `suspended`, `lapsed`, `exhausted`
// when the status says so.
base::Ruled<Verification> verify(const Bundle& bundle, const Trust& trust, Practice practice,
                                 const Aids& aids);

// "suspended", "revoked"; of an outcome "resumed".
std::string_view words_of(kernel::EntryKind act);

// "valid as of position N, cosigned by K witnesses at T": never only "valid".
std::string words_of(const ledger::Endorsement& endorsement);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_BUNDLE_H_
