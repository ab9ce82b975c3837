// SPDX-License-Identifier: Apache-2.0
// DSSE v1 envelopes: signed bytes with their type and their signatures.
//
// A strict profile of the specification (docs/formats/envelopes.md): standard base64 only, a key id
// on every signature, no unknown members. The payload is kept as the bytes that were signed and is
// never written anew.
#ifndef COUNTERSIGN_SEAL_DSSE_H_
#define COUNTERSIGN_SEAL_DSSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "seal/digest.h"
#include "seal/keys.h"
#include "seal/webauthn.h"

namespace countersign::seal {

inline constexpr std::string_view kInTotoPayloadType = "application/vnd.in-toto+json";

// One signature. `key_id` is what the envelope says, not yet whose signature it is.
struct Signature {
  KeyId key_id;
  base::Bytes bytes;                          // Ed25519: 64 bytes; ES256: DER
  std::optional<PasskeyAssertion> assertion;  // what a passkey signed around the payload's digest

  friend bool operator==(const Signature&, const Signature&) = default;
};

struct Envelope {
  std::string payload_type;
  base::Bytes payload;  // exactly the bytes that were signed
  std::vector<Signature> signatures;

  // The first signature that names this key id, or null.
  const Signature* find(const KeyId& key_id) const;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct EnvelopeLimits {
  std::size_t bytes = 16U << 20;  // of the JSON text
  std::size_t signatures = 16;
};

// DSSE's pre-authentication encoding of type and payload: the bytes that are signed.
base::Bytes pae(std::string_view payload_type, base::ByteView payload);
// SHA-256 of the pae: a passkey's challenge.
Digest pae_digest(std::string_view payload_type, base::ByteView payload);

// Reads an envelope in its JSON form. Refused: whatever base::read_json refuses, unknown or missing
// members, base64 that is not exact, no signature, two signatures that name the same key, half an
// assertion, anything past the limits. No signature is verified here.
base::Parsed<Envelope> read_envelope(std::string_view source, std::string_view file,
                                     EnvelopeLimits limits = {});
// One line of JSON; what is written is read back equal.
std::string write_envelope(const Envelope& envelope);

// The payload in an envelope with `key`'s signature.
Envelope sign_envelope(std::string_view payload_type, base::ByteView payload,
                       const SigningKey& key);
// Adds `key`'s signature over what `envelope` holds. The key must not have signed it yet.
void add_signature(Envelope& envelope, const SigningKey& key);

// A signature that was verified.
struct Verified {
  KeyId key_id;
  std::optional<AssertionFacts> assertion;  // for a passkey
};

// Whether the person `expected` describes signed the envelope: the signature that names the key
// verifies over the pae of type and payload. Signatures by other keys are left aside; where only
// one may stand, the caller counts them. Rules of refusal: "signature-missing", "signature", and
// those of verify_assertion().
base::Ruled<Verified> verify(const Envelope& envelope, const Verifier& expected);

// What verify() says of one envelope and one verifier, worked out before anybody asks. It is a
// function of those two and nothing else, so it makes no difference when, or on which thread, it
// was worked out. Immutable; thread-safe.
class VerifiedAhead {
 public:
  VerifiedAhead(Envelope envelope, Verifier expected);

  // verify(envelope, expected): known already when these are the two it was worked out for.
  base::Ruled<Verified> verify(const Envelope& envelope, const Verifier& expected) const;

 private:
  Envelope envelope_;
  Verifier expected_;
  base::Ruled<Verified> answer_;
};

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_DSSE_H_
