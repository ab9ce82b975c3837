// SPDX-License-Identifier: Apache-2.0
#include "ledger/note.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "ledger/cosignature.h"
#include "ledger/internal/lines.h"
#include "seal/digest.h"

namespace countersign::ledger {
namespace {

constexpr std::size_t kMaxNameLength = 256;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  // an em dash and a space
constexpr std::string_view kVkeyHelp =
    "a verifier key is written NAME+ID+BASE64, as `countersign key` prints it";

// The characters of Unicode's White_Space property beyond ASCII, in UTF-8.
constexpr std::array<std::string_view, 19> kUnicodeSpaces = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

base::Issues issue(std::string message, std::string remedy) {
  return {base::Issue{{}, {}, std::move(message), std::move(remedy), {}, 1}};
}

std::uint32_t big_endian(base::ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | bytes[i];
  return value;
}

std::uint32_t key_id(std::string_view name, SignatureType type, const seal::PublicKey& key) {
  const std::array<std::uint8_t, 2> middle = {0x0a, static_cast<std::uint8_t>(type)};
  return big_endian(seal::sha256(base::as_bytes(name), middle, key.bytes()).view());
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength || !base::is_utf8(name)) return false;
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '+';
  });
  return plain &&
         std::none_of(kUnicodeSpaces.begin(), kUnicodeSpaces.end(), [name](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

VerifierKey::VerifierKey(std::string name, SignatureType type, seal::PublicKey key)
    : name_(std::move(name)), type_(type), key_(std::move(key)), id_(key_id(name_, type_, key_)) {
  CHECK(is_key_name(name_));
  CHECK(key_.kind() == seal::KeyKind::Ed25519);
}

base::Parsed<VerifierKey> VerifierKey::parse(std::string_view text) {
  const std::string shown(text.substr(0, 200));
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) {
    return issue(fmt::format("`{}` is no verifier key", shown), std::string(kVkeyHelp));
  }
  const std::string_view name = text.substr(0, first);
  if (!is_key_name(name)) {
    return issue(fmt::format("`{}` names no key", shown),
                 "a key's name has no spaces and is not empty");
  }
  // base64 may hold a `+` itself: the third part is all the rest.
  const auto material = base::from_base64(text.substr(second + 1));
  if (!material || material->empty()) {
    return issue(fmt::format("the last part of `{}` is not base64", shown), std::string(kVkeyHelp));
  }
  const auto type = static_cast<SignatureType>(material->front());
  if (type != SignatureType::Ed25519 && type != SignatureType::Cosignature) {
    return issue(fmt::format("`{}` is a key of the type 0x{:02x}", shown, material->front()),
                 "use an Ed25519 key (0x01) or, for a witness, an Ed25519 cosignature key (0x04)");
  }
  BOOST_OUTCOME_TRY(auto key, seal::PublicKey::create(seal::KeyKind::Ed25519,
                                                      base::ByteView(*material).subspan(1)));
  VerifierKey made(std::string(name), type, std::move(key));
  if (made.text() != text) {
    return issue(
        fmt::format("the id `{}` in `{}` is not that of its name and key",
                    text.substr(first + 1, second - first - 1), shown),
        fmt::format("did you mean `{:08x}`? copy the key again from its owner", made.id()));
  }
  return made;
}

std::string VerifierKey::text() const {
  base::Bytes material = {static_cast<std::uint8_t>(type_)};
  material.insert(material.end(), key_.bytes().begin(), key_.bytes().end());
  return fmt::format("{}+{:08x}+{}", name_, id_, base::to_base64(material));
}

namespace {

base::Parsed<NoteSignature> read_signature(const Lines& lines) {
  std::string_view line = lines.line();
  if (!lines.ended() || !line.starts_with(kDash)) {
    return lines.issue(1, "this is no signature line",
                       "a signature line is an em dash, a space, the key's name, a space, base64 "
                       "and a line break");
  }
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  const std::string_view name = line.substr(0, space);
  if (space == std::string_view::npos || !is_key_name(name)) {
    return lines.issue(static_cast<std::uint32_t>(kDash.size() + 1),
                       fmt::format("`{}` names no key", name.substr(0, 80)),
                       "a key's name has no spaces and no `+`");
  }
  const auto bytes = base::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= 4) {
    return lines.issue(static_cast<std::uint32_t>(kDash.size() + space + 2),
                       "the signature is not base64 of a key's id and a signature",
                       "copy the whole line again");
  }
  return NoteSignature{std::string(name), big_endian(*bytes), {bytes->begin() + 4, bytes->end()}};
}

// The place of the first byte that no note may hold; empty when there is none.
std::optional<std::size_t> first_control(std::string_view source) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (static_cast<unsigned char>(source[i]) < 0x20 && source[i] != '\n') return i;
  }
  return std::nullopt;
}

// Moves to the line that holds `offset` and gives the column.
std::uint32_t seek(Lines& lines, std::string_view source, std::size_t offset) {
  const std::size_t before = source.substr(0, offset).rfind('\n');
  while (lines.next() && source.size() - lines.rest().size() <= offset) {
  }
  return static_cast<std::uint32_t>(before == std::string_view::npos ? offset + 1
                                                                     : offset - before);
}

}  // namespace

base::Parsed<Note> read_note(std::string_view source, std::string_view file, NoteLimits limits) {
  Lines lines(source, file);
  if (source.size() > limits.bytes) {
    return lines.issue(1, fmt::format("the note is larger than {} bytes", limits.bytes));
  }
  if (!base::is_utf8(source)) return lines.issue(1, "the note is not UTF-8");
  if (const auto control = first_control(source)) {
    const std::uint32_t column = seek(lines, source, *control);
    return lines.issue(column,
                       fmt::format("the control character 0x{:02x} cannot stand in a note",
                                   static_cast<unsigned char>(source[*control])),
                       "lines end with a line feed alone");
  }
  const std::size_t separator = source.rfind("\n\n");
  if (separator == std::string_view::npos) {
    return lines.issue(1, "the note has no signatures",
                       "below its text stand an empty line and at least one signature line");
  }
  Note note;
  note.text = source.substr(0, separator + 1);
  while (lines.next() && lines.rest().size() > source.size() - separator - 2) {
  }
  while (lines.next()) {
    if (note.signatures.size() == limits.signatures) {
      return lines.issue(1, fmt::format("the note has more than {} signatures", limits.signatures));
    }
    BOOST_OUTCOME_TRY(auto signature, read_signature(lines));
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) {
    return lines.issue(1, "the note has no signatures",
                       "below the empty line stands at least one signature line");
  }
  return note;
}

std::string write_signature(const NoteSignature& signature) {
  base::Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(signature.key_id >> shift));
  }
  bytes.insert(bytes.end(), signature.bytes.begin(), signature.bytes.end());
  return fmt::format("{}{} {}\n", kDash, signature.name, base::to_base64(bytes));
}

std::string write_note(const Note& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) text += write_signature(signature);
  return text;
}

NoteSignature sign_note(std::string_view text, std::string_view name, const seal::SigningKey& key) {
  CHECK(text.ends_with('\n'));
  const VerifierKey verifier(std::string(name), SignatureType::Ed25519, key.public_key());
  return {verifier.name(), verifier.id(), key.sign(base::as_bytes(text))};
}

namespace {

base::Ruled<std::optional<base::Instant>> verify_one(std::string_view text, const VerifierKey& key,
                                                     const NoteSignature& signature) {
  if (key.type() == SignatureType::Cosignature) {
    BOOST_OUTCOME_TRY(const auto time, verify_cosignature(text, key, signature));
    return std::optional(time);
  }
  if (!seal::verify(key.key(), base::as_bytes(text), signature.bytes)) {
    return base::Refusal{
        "note-signature",
        fmt::format("the signature of `{}` does not verify: the text was changed, or another key "
                    "signed it",
                    key.name()),
        {}};
  }
  return std::optional<base::Instant>();
}

}  // namespace

base::Ruled<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                        std::span<const VerifierKey> known) {
  std::vector<VerifiedSignature> verified;
  for (const NoteSignature& signature : note.signatures) {
    const auto key = std::find_if(known.begin(), known.end(), [&](const VerifierKey& candidate) {
      return candidate.id() == signature.key_id && candidate.name() == signature.name;
    });
    if (key == known.end()) continue;
    BOOST_OUTCOME_TRY(const auto time, verify_one(note.text, *key, signature));
    verified.push_back({static_cast<std::size_t>(key - known.begin()), time});
  }
  if (verified.empty()) {
    return base::Refusal{"note-unsigned", "no key that is known here has signed the note", {}};
  }
  return verified;
}

}  // namespace countersign::ledger
