// SPDX-License-Identifier: Apache-2.0
#include "ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "base/issue.h"
#include "ledger/cosignature.h"

namespace countersign::ledger {
namespace {

// The example of C2SP tlog-checkpoint.
constexpr std::string_view kText =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
// A cosignature of it, made by another implementation of Ed25519 with the key of RFC 8032's test 1.
constexpr std::string_view kWitness =
    "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr std::string_view kCosignature =
    "— witness.example/w1 "
    "63YswgAAAABkGFDL+TPmh4BYuAjsYRoqMJCWb/gWJaeRF/kmm5tlCr9sJ57DLErur7K0yDXc2ArN+TIuotuB/"
    "HbuL3AJsp3bv/aNCQ==\n";

std::string issue_of(std::string_view text) {
  auto checkpoint = read_checkpoint(text, "c");
  if (checkpoint) return "a checkpoint";
  const base::Issue& issue = checkpoint.error().front();
  return base::to_text(base::Issue{"", issue.at, issue.message, "", "", 1});
}

seal::SigningKey test1_key() {
  const auto seed =
      base::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  return seal::SigningKey::from_seed(std::span<const std::uint8_t, 32>(seed->data(), 32));
}

TEST(Checkpoint, ReadsTheSpecificationsExample) {
  auto checkpoint = read_checkpoint(kText, "c");
  ASSERT_TRUE(checkpoint) << base::to_text(checkpoint.error());
  EXPECT_EQ(checkpoint.value().origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint.value().head.size, 20852163U);
  EXPECT_EQ(base::to_base64(checkpoint.value().head.root.bytes),
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  EXPECT_EQ(write_checkpoint(checkpoint.value()), kText);
}

TEST(Checkpoint, KeepsExtensionLines) {
  const std::string text = std::string(kText) + "one\ntwo 2\n";
  auto checkpoint = read_checkpoint(text, "c");
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint.value().extensions, (std::vector<std::string>{"one", "two 2"}));
  EXPECT_EQ(write_checkpoint(checkpoint.value()), text);
}

TEST(Checkpoint, ReadsStrictly) {
  const std::string root = base::to_base64(Hash().bytes);
  EXPECT_EQ(issue_of("o\n1\n" + root + "\n"), "a checkpoint");
  EXPECT_EQ(issue_of(""), "1:1: the checkpoint has no origin");
  EXPECT_EQ(issue_of("\n1\n" + root + "\n"), "1:1: the checkpoint has no origin");
  EXPECT_EQ(issue_of("o\n01\n" + root + "\n"), "2:1: `01` is no tree size");
  EXPECT_EQ(issue_of("o\n-1\n" + root + "\n"), "2:1: `-1` is no tree size");
  EXPECT_EQ(issue_of("o\n9223372036854775808\n" + root + "\n"),
            "2:1: `9223372036854775808` is no tree size");
  EXPECT_EQ(issue_of("o\n1\nAAAA\n"), "3:1: `AAAA` is no root hash");
  EXPECT_EQ(issue_of("o\n1\n" + root), "3:45: the last line has no line break");
  EXPECT_EQ(issue_of("o\n1\n" + root + "\n\n"), "4:1: an extension line is empty");
  EXPECT_EQ(issue_of("o\n1\n" + root + "\nx"), "4:2: the last line has no line break");
  EXPECT_EQ(issue_of("o\n0\n" + root + "\n"), "3:1: an empty log has another root hash");
  EXPECT_EQ(issue_of("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), "a checkpoint");
}

TEST(Cosignature, VerifiesAnothersAndMakesTheSame) {
  auto key = VerifierKey::parse(kWitness);
  ASSERT_TRUE(key) << base::to_text(key.error());
  auto note = read_note(std::string(kText) + "\n" + std::string(kCosignature), "n");
  ASSERT_TRUE(note) << base::to_text(note.error());
  auto at = verify_cosignature(kText, key.value(), note.value().signatures[0]);
  ASSERT_TRUE(at) << at.error().message;
  EXPECT_EQ(base::to_text(at.value()), "2023-03-20T12:25:47Z");
  EXPECT_EQ(write_signature(cosign(kText, "witness.example/w1", test1_key(), at.value())),
            kCosignature);
}

TEST(Cosignature, CountsInWholeSeconds) {
  const seal::SigningKey key = test1_key();
  const VerifierKey verifier("w", SignatureType::Cosignature, key.public_key());
  const auto signature = cosign(kText, "w", key, base::Instant{1679315147999});
  EXPECT_EQ(verify_cosignature(kText, verifier, signature).value(), base::Instant{1679315147000});
}

TEST(Cosignature, EveryChangedBitIsRefused) {
  const seal::SigningKey key = test1_key();
  const VerifierKey verifier("w", SignatureType::Cosignature, key.public_key());
  const auto signature = cosign(kText, "w", key, base::Instant{1679315147000});
  for (std::size_t bit = 0; bit < signature.bytes.size() * 8; ++bit) {
    NoteSignature changed = signature;
    changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify_cosignature(kText, verifier, changed)) << bit;
  }
  std::string other(kText);
  other[other.find("20852163")] = '3';
  EXPECT_FALSE(verify_cosignature(other, verifier, signature));
  NoteSignature shorter = signature;
  shorter.bytes.resize(7);
  EXPECT_FALSE(verify_cosignature(kText, verifier, shorter));
}

TEST(Checkpoint, IsSignedByTheKeyNamedAsItsOrigin) {
  const seal::SigningKey key = test1_key();
  const Note note = sign_checkpoint({"log.example", {0, empty_root()}, {}}, key);
  EXPECT_EQ(note.text, "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  const VerifierKey verifier("log.example", SignatureType::Ed25519, key.public_key());
  EXPECT_TRUE(verify_note(note, std::vector{verifier}));
}

}  // namespace
}  // namespace countersign::ledger
