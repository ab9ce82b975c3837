// SPDX-License-Identifier: Apache-2.0
// Raw signature verification, whatever the key's kind. Only what knows what the kind signs may call
// it: verify() for plain keys, verify_assertion() for passkeys.
#ifndef COUNTERSIGN_SEAL_INTERNAL_SIGNATURE_H_
#define COUNTERSIGN_SEAL_INTERNAL_SIGNATURE_H_

#include "base/bytes.h"
#include "seal/keys.h"

namespace countersign::seal {

// Ed25519 for Ed25519 and PasskeyEdDsa; for PasskeyEs256 ECDSA over SHA-256, in DER.
bool verify_raw(const PublicKey& key, base::ByteView message, base::ByteView signature);

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_INTERNAL_SIGNATURE_H_
