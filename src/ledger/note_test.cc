// SPDX-License-Identifier: Apache-2.0
#include "ledger/note.h"

#include <gtest/gtest.h>

#include "base/issue.h"

namespace countersign::ledger {
namespace {

// The example of C2SP signed-note.
constexpr std::string_view kSpecKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view kSpecNote =
    "This is an example message.\n"
    "\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHj"
    "G1Yu72IneyaQM=\n";
// The example of the Go project's sumdb/note.
constexpr std::string_view kGoKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

Note note_of(std::string_view source) {
  auto note = read_note(source, "n");
  EXPECT_TRUE(note) << base::to_text(note.error());
  return note ? std::move(note).value() : Note();
}

VerifierKey key_of(std::string_view text) {
  auto key = VerifierKey::parse(text);
  EXPECT_TRUE(key) << base::to_text(key.error());
  return std::move(key).value();
}

seal::SigningKey signer(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return seal::SigningKey::from_seed(seed);
}

std::string rule_of(const base::Ruled<std::vector<VerifiedSignature>>& verified) {
  return verified ? "verified" : verified.error().rule;
}

std::string issue_of(std::string_view source, NoteLimits limits = {}) {
  auto note = read_note(source, "n", limits);
  if (note) return "a note";
  const base::Issue& issue = note.error().front();
  return base::to_text(base::Issue{"", issue.at, issue.message, "", "", 1});
}

TEST(Note, VerifiesTheSpecificationsExamples) {
  for (const auto& [key, text] : {std::pair(kSpecKey, kSpecNote), std::pair(kGoKey, kGoNote)}) {
    const Note note = note_of(text);
    EXPECT_EQ(write_note(note), text);
    EXPECT_EQ(key_of(key).text(), key);
    auto verified = verify_note(note, std::vector{key_of(key)});
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified.value(), (std::vector<VerifiedSignature>{{0, std::nullopt}}));
  }
}

TEST(Note, EveryChangedBitIsRefused) {
  const std::vector<VerifierKey> known = {key_of(kSpecKey)};
  const std::string text(kSpecNote);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    auto note = read_note(changed, "n");
    if (note) {
      EXPECT_NE(rule_of(verify_note(note.value(), known)), "verified") << changed;
    }
  }
}

TEST(Note, LeavesUnknownKeysAsideAndHoldsKnownOnesToTheirWord) {
  const seal::SigningKey a = signer(1);
  const seal::SigningKey b = signer(2);
  const VerifierKey known("a", SignatureType::Ed25519, a.public_key());
  Note note{"text\n", {sign_note("text\n", "b", b), sign_note("text\n", "a", a)}};
  EXPECT_EQ(rule_of(verify_note(note, std::vector{known})), "verified");
  // The same name with another key, and the same key by another name, are other keys.
  note.signatures = {sign_note("text\n", "a", b), sign_note("text\n", "c", a)};
  EXPECT_EQ(rule_of(verify_note(note, std::vector{known})), "note-unsigned");
  // One wrong signature of a known key spoils the note, whoever else signed it.
  note.signatures = {sign_note("text\n", "a", a), sign_note("other\n", "a", a)};
  EXPECT_EQ(rule_of(verify_note(note, std::vector{known})), "note-signature");
}

TEST(Note, ASignatureCountsForItsOwnTypeOnly) {
  const seal::SigningKey key = signer(1);
  const VerifierKey as_note("a", SignatureType::Ed25519, key.public_key());
  const VerifierKey as_witness("a", SignatureType::Cosignature, key.public_key());
  EXPECT_NE(as_note.id(), as_witness.id());
  Note note{"text\n", {sign_note("text\n", "a", key)}};
  EXPECT_EQ(rule_of(verify_note(note, std::vector{as_witness})), "note-unsigned");
  note.signatures[0].key_id = as_witness.id();
  EXPECT_EQ(rule_of(verify_note(note, std::vector{as_witness})), "note-signature");
}

TEST(Note, ItsTextMayHoldEmptyLines) {
  const seal::SigningKey key = signer(1);
  for (const char* text : {"\n", "\n\n", "a\n\nb\n", "a\n\n\n"}) {
    const Note note{text, {sign_note(text, "a", key), sign_note(text, "b", key)}};
    EXPECT_EQ(note_of(write_note(note)), note) << text;
  }
}

TEST(Note, ReadsStrictly) {
  const std::string line = "— a AAAAAAA=\n";
  EXPECT_EQ(issue_of("text\n\n" + line), "a note");
  EXPECT_EQ(issue_of("text\n" + line), "1:1: the note has no signatures");
  EXPECT_EQ(issue_of("text\n\n"), "2:1: the note has no signatures");
  EXPECT_EQ(issue_of(""), "1:1: the note has no signatures");
  EXPECT_EQ(issue_of("text\n\n" + line + line.substr(0, line.size() - 1)),
            "4:1: this is no signature line");
  EXPECT_EQ(issue_of("text\n\n" + line + "\nx\n"), "5:1: this is no signature line");
  EXPECT_EQ(issue_of("text\n\n- a AAAAAAA=\n"), "3:1: this is no signature line");
  EXPECT_EQ(issue_of("text\n\n— a\n"), "3:5: `a` names no key");
  EXPECT_EQ(issue_of("text\n\n—  AAAAAAA=\n"), "3:5: `` names no key");
  EXPECT_EQ(issue_of("text\n\n— a+b AAAAAAA=\n"), "3:5: `a+b` names no key");
  EXPECT_EQ(issue_of("text\n\n— a\xe2\x80\xaf"
                     "b AAAAAAA=\n")
                .substr(0, 4),
            "3:5:");
  const std::string not_base64 = "the signature is not base64 of a key's id and a signature";
  EXPECT_EQ(issue_of("text\n\n— a AAAA\n"), "3:7: " + not_base64);
  EXPECT_EQ(issue_of("text\n\n— a AAAAAA==\n"), "3:7: " + not_base64);
  EXPECT_EQ(issue_of("text\n\n— a AAAAAAA= \n"), "3:7: " + not_base64);
  EXPECT_EQ(issue_of("te\txt\n\n" + line),
            "1:3: the control character 0x09 cannot stand in a note");
  EXPECT_EQ(issue_of("text\r\n\n" + line),
            "1:5: the control character 0x0d cannot stand in a note");
  EXPECT_EQ(issue_of("\xff\n\n" + line), "1:1: the note is not UTF-8");
}

TEST(Note, KeepsToItsLimits) {
  std::string many = "text\n\n";
  for (int i = 0; i < 16; ++i) many += "— a AAAAAAA=\n";
  EXPECT_EQ(issue_of(many), "a note");
  EXPECT_EQ(issue_of(many, {.signatures = 15}), "18:1: the note has more than 15 signatures");
  EXPECT_EQ(issue_of(many, {.bytes = 100}), "1:1: the note is larger than 100 bytes");
}

std::string key_issue(std::string_view text) {
  auto key = VerifierKey::parse(text);
  return key ? "a key" : key.error().front().message;
}

TEST(VerifierKey, RefusesWhatIsNone) {
  EXPECT_EQ(key_issue("example.com/foo"), "`example.com/foo` is no verifier key");
  EXPECT_EQ(key_issue("a+530d903a"), "`a+530d903a` is no verifier key");
  EXPECT_EQ(key_issue("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            "`+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k` names no key");
  EXPECT_NE(key_issue("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
                .find("the id `530d903b`"),
            std::string::npos);
  EXPECT_NE(key_issue("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
                .find("the id `530D903A`"),
            std::string::npos);
  EXPECT_NE(key_issue("example.com/foo+530d903a+Aeky").find("32 bytes, not 2"), std::string::npos);
  EXPECT_NE(key_issue("example.com/foo+530d903a+Aek").find("not base64"), std::string::npos);
  EXPECT_NE(key_issue("example.com/foo+530d903a+Auky").find("the type 0x02"), std::string::npos);
  // A point of small order.
  EXPECT_NE(key_issue("a+00000000+" + base::to_base64([] {
                        base::Bytes bytes(33, 0);
                        bytes[0] = 1;
                        return bytes;
                      }()))
                .find("small order"),
            std::string::npos);
}

}  // namespace
}  // namespace countersign::ledger
