// SPDX-License-Identifier: Apache-2.0
// The Grant theorem: a Grant exists only if the rules of design section 4 were checked, from signed
// envelopes and proofs, for every authority with a tie. prove_grant() is its only maker; a store
// returns a GrantRecord, which becomes a Grant only through it, when it is used. The same function
// runs on a server and, over a full bundle, on a stranger's machine.
#ifndef COUNTERSIGN_KERNEL_GRANT_H_
#define COUNTERSIGN_KERNEL_GRANT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/facts.h"
#include "kernel/ids.h"
#include "kernel/list_rows.h"
#include "kernel/record_shelf.h"
#include "kernel/since.h"
#include "kernel/terms.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "seal/keys.h"

namespace countersign::kernel {

// An entry of the ledger with proof that it is one.
struct EvidenceEntry {
  Position position = 0;
  base::Bytes bytes;
  std::vector<ledger::Hash> proof;  // of inclusion, in the tree of the checkpoint
  std::vector<ledger::Disclosure> disclosures;
  std::optional<base::Bytes> envelope;
};

// A row of a list of items, which the list's root names.
struct EvidenceRow {
  seal::Digest root;
  RowProof row;
};

// The rows of lists that the check of a bundle asks for.
struct ShownRows {
  std::vector<EvidenceRow> rows;
  // There would be too many: these are the rows on the ways that prove the ties. That they give
  // those ties and no others is then the log's word.
  bool ties_attested = false;
};

// The use a grant is proved for, and the facts of each authority with a tie for it alone.
struct EvidenceUse {
  Act act;
  std::map<registry::PartyId, Facts> facts;
};

// What a grant is proved from. Whose claims these are does not matter: everything is checked.
struct Evidence {
  InstanceName instance;
  CaseId case_id;
  // The grant, when it is proved as it was issued: its own entry is then among the entries, and
  // `at` is that entry's receipt time. Empty when it is to be issued now.
  std::optional<registry::GrantId> grant;
  base::Instant at;
  base::Instant from;  // when the scope begins: `at`, or the grant's issue when it is used
  ledger::Note checkpoint;
  // Which entries after the grant's own are here, as the log states it (kernel/since.h). In every
  // bundle; empty where a grant is to be issued or used.
  std::optional<ledger::Note> since;
  std::vector<EvidenceEntry> entries;  // ascending
  // The facts of each authority with a tie at `at`. What registers here do not prove (tallies,
  // ratings, and regions where a layer has no ground) is attested by who gives them.
  std::map<registry::PartyId, Facts> facts;
  // Empty unless a use is asked for under the grant.
  std::optional<EvidenceUse> use;
  // Of a bundle: what it shows of lists; of all evidence on a grant, what each lane's would.
  ShownRows rows;
  std::map<registry::PartyId, ShownRows> lane_rows;
};

// What a verifier believes beforehand, and nothing else.
struct Anchors {
  InstanceKind kind = InstanceKind::Live;  // what instances are believed; practice is no proof
  std::map<registry::PartyId, seal::PublicKey> roots;  // every authority whose say counts
  ledger::Policy log;                                  // log key, witnesses and their quorum
};

// What was found on the way to a Grant, for who wants to know how far it carries.
struct Examination {
  std::vector<std::string> reevaluated;
  std::vector<std::string> attested;
  std::vector<std::string> unchecked;
  std::optional<ledger::Endorsement> endorsement;
  std::optional<Since> since;  // of a bundle
};

// What a grant as it was issued leaves open, where it has free-text provisos.
inline constexpr std::string_view kAcknowledgedLater =
    "whether the holder has acknowledged the free-text provisos: asked before each use";

class Grant;

// The grant that the evidence proves, or the first rule it breaks. For a use, the rules must allow
// that use too, on its own facts: what is allowed for the whole request may be barred for a part of
// it, since categories and quantities have no direction in which policies only get milder.
// `sources` has the region layers and rows of lists of the evidence. `examination` may be null.
// Refusals: those of ledger::Policy::check() and of check_terms(); `inclusion`,
// `statement-missing`, `signature` and the other rules of Authorities::who_signed,
// `root-not-pinned`, `authority-missing`, `case-incomplete`, `manifest-left-out`, `manifest-added`,
// `manifest-expired`, `facts-differ`, `advice-differs`, `manifest-differs`, `disclosure-missing`,
// `grant-differs`, `exercise`; of a bundle also `tie-path` (what is attested of ties contradicts
// the rows here) and those of what came since (`since-differs`, `revoked`, `suspended`, ...).
base::Ruled<std::unique_ptr<const Grant>> prove_grant(const Evidence& evidence,
                                                      const Anchors& anchors,
                                                      const Sources& sources,
                                                      Examination* examination);

class Grant final {
 public:
  Grant(const Grant&) = delete;
  Grant(Grant&&) = delete;
  Grant& operator=(const Grant&) = delete;
  Grant& operator=(Grant&&) = delete;
  ~Grant() = default;

  const InstanceName& instance() const { return instance_; }
  const CaseId& case_id() const { return case_id_; }
  const Terms& terms() const { return terms_; }
  // What each authority's determination was, with its facts.
  const Determination& determination() const { return determination_; }
  base::Instant at() const { return at_; }
  // The use it was proved for; empty when it was proved for none.
  const std::optional<Act>& use() const { return use_; }
  // The free-text provisos that the evidence does not show the holder to have acknowledged. Until
  // it has, nothing may be drawn (rule_on_draw).
  const std::vector<std::string>& unacknowledged() const { return unacknowledged_; }

 private:
  friend base::Ruled<std::unique_ptr<const Grant>> prove_grant(const Evidence&, const Anchors&,
                                                               const Sources&, Examination*);
  Grant(InstanceName instance, CaseId case_id, Terms terms, Determination determination,
        base::Instant at, std::optional<Act> use, std::vector<std::string> unacknowledged);

  InstanceName instance_;
  CaseId case_id_;
  Terms terms_;
  Determination determination_;
  base::Instant at_;
  std::optional<Act> use_;
  std::vector<std::string> unacknowledged_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_GRANT_H_
