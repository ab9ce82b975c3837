// SPDX-License-Identifier: Apache-2.0
// Signed notes (C2SP signed-note): a text and lines of signatures below it.
#ifndef COUNTERSIGN_LEDGER_NOTE_H_
#define COUNTERSIGN_LEDGER_NOTE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/result.h"
#include "seal/keys.h"

namespace countersign::ledger {

// What a key signs: the note's text itself, or a cosignature/v1 over it (ledger/cosignature.h). The
// other types of the specification are not taken.
enum class SignatureType : std::uint8_t { Ed25519 = 0x01, Cosignature = 0x04 };

// Whether `name` may name a key: not empty, UTF-8, without Unicode spaces, control characters and
// `+`.
bool is_key_name(std::string_view name);

// A key that notes may be signed with, as a verifier knows it.
class VerifierKey {
 public:
  // `key` must be a plain Ed25519 key and `name` one that is_key_name() admits.
  VerifierKey(std::string name, SignatureType type, seal::PublicKey key);
  // Reads "NAME+ID+BASE64": the key's id in 8 lower-case hexadecimal digits must be the one that
  // follows from name, type and key. The issue has no place.
  static base::Parsed<VerifierKey> parse(std::string_view text);

  const std::string& name() const { return name_; }
  SignatureType type() const { return type_; }
  const seal::PublicKey& key() const { return key_; }
  // The first four bytes of SHA-256(name || 0x0a || type || key), big end first.
  std::uint32_t id() const { return id_; }
  std::string text() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  std::string name_;
  SignatureType type_;
  seal::PublicKey key_;
  std::uint32_t id_;
};

// One signature line. Whose it is, it only claims.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  base::Bytes bytes;  // what follows the key's id

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends with a line break
  std::vector<NoteSignature> signatures;

  friend bool operator==(const Note&, const Note&) = default;
};

struct NoteLimits {
  std::size_t bytes = 1U << 20;
  std::size_t signatures = 100;
};

// Reads a note: UTF-8 without control characters but line breaks, the text, an empty line (the last
// one), at least one signature line, nothing else. What was read is written back the same. No
// signature is verified here.
base::Parsed<Note> read_note(std::string_view source, std::string_view file,
                             NoteLimits limits = {});
std::string write_note(const Note& note);
// One signature line with its line break, as witnesses hand them out.
std::string write_signature(const NoteSignature& signature);

// Signs `text`, which must end with a line break, as `name` (type Ed25519).
NoteSignature sign_note(std::string_view text, std::string_view name, const seal::SigningKey& key);

// A signature of a known key that verified.
struct VerifiedSignature {
  std::size_t key = 0;                // its place in `known`
  std::optional<base::Instant> time;  // of a cosignature

  friend bool operator==(const VerifiedSignature&, const VerifiedSignature&) = default;
};

// Every signature of a known key, by name and id, in the order of the note; those of unknown keys
// are left aside. Rules of refusal: "note-signature" (one of a known key does not verify: then the
// whole note is refused), "note-unsigned" (none is of a known key).
base::Ruled<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                        std::span<const VerifierKey> known);

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_NOTE_H_
