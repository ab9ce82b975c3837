// SPDX-License-Identifier: Apache-2.0
// Keys: who can have signed.
//
// A key's kind is part of its identity, because it says what is signed:
//   ed25519:BASE64   32 bytes, an Ed25519 key (RFC 8032) that signs messages themselves
//   es256:BASE64     65 bytes, an uncompressed P-256 point (SEC 1, 2.3.3): a passkey, COSE ES256
//   eddsa:BASE64     32 bytes, an Ed25519 key held as a passkey, COSE EdDSA
// A passkey never signs a message itself but a WebAuthn assertion over its digest, so the two
// Ed25519 kinds cannot be taken for each other.
#ifndef COUNTERSIGN_SEAL_KEYS_H_
#define COUNTERSIGN_SEAL_KEYS_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"

struct evp_pkey_st;

namespace countersign::seal {

enum class KeyKind { Ed25519, PasskeyEs256, PasskeyEdDsa };

// The first 32 hexadecimal digits of the SHA-256 of a public key's text form: 128 bits, so that
// nobody can make two keys of the same id.
struct KeyIdTag;
using KeyId = base::Id<KeyIdTag>;

// A public key that has been checked: a point on its curve, for Ed25519 in the one canonical
// encoding and not of small order (under such a key anything verifies). Cheap to copy; thread-safe.
class PublicKey {
 public:
  // Reads the text form. The issue has no place: the caller knows where the text stood.
  static base::Parsed<PublicKey> parse(std::string_view text);
  static base::Parsed<PublicKey> create(KeyKind kind, base::ByteView bytes);

  KeyKind kind() const { return kind_; }
  bool is_passkey() const { return kind_ != KeyKind::Ed25519; }
  const base::Bytes& bytes() const { return bytes_; }
  std::string text() const;
  const KeyId& id() const { return id_; }

  // Of OpenSSL; for this room.
  evp_pkey_st* handle() const { return handle_.get(); }

  friend bool operator==(const PublicKey& a, const PublicKey& b) {
    return a.kind_ == b.kind_ && a.bytes_ == b.bytes_;
  }
  friend auto operator<=>(const PublicKey& a, const PublicKey& b) {
    return std::tie(a.kind_, a.bytes_) <=> std::tie(b.kind_, b.bytes_);
  }

 private:
  PublicKey(KeyKind kind, base::ByteView bytes, std::shared_ptr<evp_pkey_st> handle);

  KeyKind kind_;
  base::Bytes bytes_;
  KeyId id_;
  std::shared_ptr<evp_pkey_st> handle_;
};

// Whether `signature` is the Ed25519 signature (RFC 8032 section 5.1.7) of `message` by `key`.
// False for a passkey, whatever the bytes. OpenSSL's verification refuses an `s` that is not below
// the group's order and an `R` in any but the canonical encoding, so nobody can turn one valid
// signature into another. Thread-safe.
bool verify(const PublicKey& key, base::ByteView message, base::ByteView signature);

// An Ed25519 private key. Move-only; the secret is wiped when it is destroyed.
class SigningKey {
 public:
  static constexpr std::size_t kSeedSize = 32;
  static constexpr std::size_t kSignatureSize = 64;

  // The key of RFC 8032's 32 secret bytes, which must come from a good source of entropy. The
  // caller wipes its copy.
  static SigningKey from_seed(std::span<const std::uint8_t, kSeedSize> seed);
  // Reads a private key file: one PEM block "PRIVATE KEY" (RFC 8410 section 7), as
  // `openssl genpkey -algorithm ed25519` writes it. No issue quotes the file.
  static base::Parsed<SigningKey> parse(std::string_view source, std::string_view file);

  // The private key file. Whoever holds the text holds the key: wipe() it after use.
  std::string secret_text() const;

  const PublicKey& public_key() const { return public_key_; }
  // RFC 8032 section 5.1.6; the same message gives the same 64 bytes. Thread-safe.
  base::Bytes sign(base::ByteView message) const;

  SigningKey(SigningKey&&) = default;
  SigningKey& operator=(SigningKey&&) = default;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey() = default;

 private:
  struct Free {
    void operator()(evp_pkey_st* handle) const;
  };
  using Handle = std::unique_ptr<evp_pkey_st, Free>;
  SigningKey(Handle handle, PublicKey public_key);

  Handle handle_;
  PublicKey public_key_;
};

// Overwrites what held a secret, in a way the compiler keeps, and empties it.
void wipe(std::string& secret);
void wipe(base::Bytes& secret);

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_KEYS_H_
