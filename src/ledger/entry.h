// SPDX-License-Identifier: Apache-2.0
// What the ledger's leaves are: a header that says an entry's kind and nothing else, and salted
// commitments to its fields.
//
//   {"kind":"decision","sd":["<base64url SHA-256>", ...]}
//
// A commitment is the SHA-256 of a disclosure, base64url(JSON [salt, name, value]) (RFC 9901
// section 4.2.1). Disclosures are kept beside the log and handed out field by field; without its
// disclosure a field can be neither read nor guessed. Invariants of an Entry:
//   Canonical  no two spellings: its bytes are what Entry::create() writes
//   Sorted     commitments ascend, so their order tells nothing about the fields
//   Small      at most 65,535 bytes, so it fits a bundle of C2SP tiles
#ifndef COUNTERSIGN_LEDGER_ENTRY_H_
#define COUNTERSIGN_LEDGER_ENTRY_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/result.h"
#include "seal/digest.h"

namespace countersign::ledger {

inline constexpr std::size_t kMaxEntrySize = 65535;
inline constexpr std::size_t kMaxEntryFields = 1024;

// 128 bits from a good source of randomness, used for one field of one entry only.
using Salt = std::array<std::uint8_t, 16>;

struct Field {
  std::string name;
  base::Json value;
};

// What opens one commitment.
struct Disclosure {
  std::string text;  // base64url(JSON [salt, name, value]), without padding

  seal::Digest commitment() const { return seal::sha256(base::as_bytes(text)); }
  friend auto operator<=>(const Disclosure&, const Disclosure&) = default;
};

// `name` must not be empty, longer than 128 bytes, `_sd` or `...` (RFC 9901 section 4.2.1).
Disclosure make_disclosure(const Salt& salt, std::string_view name, const base::Json& value);

// The field that `disclosure` opens, for a commitment that stands anywhere. Rules of refusal:
// "disclosure-commitment" (it is another's), "disclosure-form" (it is committed to but is no
// disclosure of a field).
base::Ruled<Field> open_commitment(const seal::Digest& commitment, const Disclosure& disclosure);

// Whether `kind` may be one: 1 to 32 lower-case letters and `_`, a letter first and last.
bool is_entry_kind(std::string_view kind);

class Entry {
 public:
  struct Made;

  // The entry of that kind for these fields, and the disclosures in the order of the fields. The
  // caller answers for: a kind that is_entry_kind() admits, at most kMaxEntryFields fields, their
  // names distinct, not empty and neither `_sd` nor `...` (RFC 9901 section 4.2.1), one salt for
  // each field and no salt twice.
  static Made create(std::string_view kind, std::span<const Field> fields,
                     std::span<const Salt> salts);
  // Reads an entry's bytes; refuses whatever is not Canonical, Sorted and Small.
  static base::Parsed<Entry> parse(base::ByteView bytes, std::string_view file);

  const std::string& kind() const { return kind_; }
  const std::vector<seal::Digest>& commitments() const { return commitments_; }
  const base::Bytes& bytes() const { return bytes_; }
  bool commits_to(const seal::Digest& digest) const;

  // The field that `disclosure` opens, if this entry commits to it; refused as open_commitment()
  // refuses.
  base::Ruled<Field> open(const Disclosure& disclosure) const;
  // The fields that all of them open. Also refused, as "disclosure-repeated": a disclosure or a
  // field's name that comes twice, for an entry may say a thing once only.
  base::Ruled<std::vector<Field>> open_all(std::span<const Disclosure> disclosures) const;

 private:
  Entry() = default;

  std::string kind_;
  std::vector<seal::Digest> commitments_;
  base::Bytes bytes_;
};

struct Entry::Made {
  Entry entry;
  std::vector<Disclosure> disclosures;
};

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_ENTRY_H_
