// SPDX-License-Identifier: Apache-2.0
// Bundles: what proves a grant, as one file (docs/formats/bundles.md). A full bundle lets a
// stranger run the kernel's own function again; a holder's shows signatures, scope, provisos and
// positions, and commits to the rest.
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
#include "kernel/grant.h"
#include "kernel/holder.h"
#include "ledger/note.h"

namespace countersign::casework {

enum class BundleKind { Full, Holder };
std::string_view name_of(BundleKind kind);

struct Bundle {
  BundleKind kind = BundleKind::Full;
  kernel::Evidence evidence;  // with the grant set
};

base::Json write_bundle(const kernel::Evidence& evidence, BundleKind kind);
base::Parsed<Bundle> read_bundle(std::string_view source, std::string_view file);

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
  BundleKind kind = BundleKind::Full;
  registry::GrantId grant;
  kernel::InstanceName instance;
  kernel::Scope scope;
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

// Verifies without instance or network. Refusals: those of prove_grant() or check_holder_bundle(),
// and of check_standing(); `revoked`, `suspended`, `lapsed`, `exhausted` when the status says so.
base::Ruled<Verification> verify(const Bundle& bundle, const Trust& trust, Practice practice,
                                 const Aids& aids);

// "valid as of position N, cosigned by K witnesses at T": never only "valid".
std::string words_of(const ledger::Endorsement& endorsement);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_BUNDLE_H_
