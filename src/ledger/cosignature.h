// SPDX-License-Identifier: Apache-2.0
// Cosignatures (C2SP tlog-cosignature, the Ed25519 kind): a witness says that at a time this
// checkpoint was the largest it had seen of the log, consistent with all it had seen before.
#ifndef COUNTERSIGN_LEDGER_COSIGNATURE_H_
#define COUNTERSIGN_LEDGER_COSIGNATURE_H_

#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "ledger/note.h"
#include "seal/keys.h"

namespace countersign::ledger {

// Cosigns a checkpoint's text, which must end with a line break, as `name`. `at` counts in whole
// seconds and must lie after 1970-01-01T00:00:00Z and before the year 10000.
NoteSignature cosign(std::string_view checkpoint_text, std::string_view name,
                     const seal::SigningKey& key, base::Instant at);

// When `signature` says it was made, if it verifies as `key`'s cosignature of the text. `key` must
// be of the type Cosignature. Rule of refusal: "note-signature".
base::Ruled<base::Instant> verify_cosignature(std::string_view checkpoint_text,
                                              const VerifierKey& key,
                                              const NoteSignature& signature);

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_COSIGNATURE_H_
