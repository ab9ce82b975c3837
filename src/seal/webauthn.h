// SPDX-License-Identifier: Apache-2.0
// Passkeys: WebAuthn assertions (W3C Web Authentication Level 3, section 7.2), and the Verifier,
// which says whose signature is expected, by a plain key or a passkey.
#ifndef COUNTERSIGN_SEAL_WEBAUTHN_H_
#define COUNTERSIGN_SEAL_WEBAUTHN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "seal/digest.h"
#include "seal/keys.h"

namespace countersign::seal {

// What the authenticator and the browser put around a challenge, as they sent it.
struct PasskeyAssertion {
  base::Bytes authenticator_data;
  base::Bytes client_data_json;

  friend bool operator==(const PasskeyAssertion&, const PasskeyAssertion&) = default;
};

// Where a passkey is used: the relying party's id (a host name) and the origins whose pages may ask
// it to sign ("https://HOST[:PORT]", compared byte by byte).
struct RelyingParty {
  std::string id;
  std::vector<std::string> origins;

  friend bool operator==(const RelyingParty&, const RelyingParty&) = default;
};

// What an assertion says beyond "signed".
struct AssertionFacts {
  // Counts up with each use; 0 where the authenticator keeps no count. An authenticator whose count
  // fell may have been cloned.
  std::uint32_t counter = 0;
  bool backed_up = false;  // the key is kept in more than one device
};

// Whether `signature` is a passkey's over `challenge`, by `key` at `party`, with the person present
// and verified. `key` must be a passkey. Rules of refusal:
//   passkey-client-data     clientDataJSON is not what a browser writes for an assertion
//   passkey-challenge       another challenge was signed
//   passkey-origin          a page of another origin asked, or one framed by another origin
//   passkey-authenticator   authenticatorData cannot be read or contradicts itself
//   passkey-relying-party   made for another relying party
//   passkey-presence        nobody was present
//   passkey-verification    the person was not verified (PIN or biometrics)
//   signature               the signature does not verify
base::Ruled<AssertionFacts> verify_assertion(const PublicKey& key, const RelyingParty& party,
                                             const Digest& challenge,
                                             const PasskeyAssertion& assertion,
                                             base::ByteView signature);

// Whose signature is expected: a key and, for a passkey, the relying party it belongs to.
class Verifier {
 public:
  // A passkey needs a relying party, whose origins are https (http for localhost only) and lie
  // within its id; a plain key has none. The issue has no place.
  static base::Parsed<Verifier> create(PublicKey key, std::optional<RelyingParty> party);

  const PublicKey& key() const { return key_; }
  const std::optional<RelyingParty>& party() const { return party_; }

  friend bool operator==(const Verifier&, const Verifier&) = default;

 private:
  Verifier(PublicKey key, std::optional<RelyingParty> party);

  PublicKey key_;
  std::optional<RelyingParty> party_;
};

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_WEBAUTHN_H_
