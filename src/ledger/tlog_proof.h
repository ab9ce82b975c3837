// SPDX-License-Identifier: Apache-2.0
// Proofs that an entry is in the log (C2SP tlog-proof): its position, the inclusion proof and the
// signed checkpoint, in one text that is checked offline against a policy.
#ifndef COUNTERSIGN_LEDGER_TLOG_PROOF_H_
#define COUNTERSIGN_LEDGER_TLOG_PROOF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/policy.h"

namespace countersign::ledger {

struct TlogProof {
  base::Bytes extra;         // nobody vouches for it; empty where there is none
  std::uint64_t index = 0;   // the entry's position, from 0
  std::vector<Hash> hashes;  // the inclusion proof, from the leaf's sibling up
  Note checkpoint;

  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// Reads a proof; what was read is written back the same. Nothing is verified here.
base::Parsed<TlogProof> read_tlog_proof(std::string_view source, std::string_view file);
std::string write_tlog_proof(const TlogProof& proof);

// Whether the policy believes the checkpoint and the leaf of this hash stands at the proof's
// position in it. Rules of refusal: those of Policy::check(), and "inclusion" (the proof is for
// another entry, another position or another tree).
base::Ruled<Endorsement> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const Policy& policy);

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_TLOG_PROOF_H_
