// SPDX-License-Identifier: Apache-2.0
#include "ledger/tlog_proof.h"

#include <gtest/gtest.h>

#include "base/issue.h"
#include "ledger/cosignature.h"
#include "ledger/tiles.h"

namespace countersign::ledger {
namespace {

seal::SigningKey signer(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return seal::SigningKey::from_seed(seed);
}

// A log of ten entries, witnessed, and its reader's policy.
class LoggedEntry : public ::testing::Test {
 protected:
  LoggedEntry() {
    for (int i = 0; i < 10; ++i) tree_.append(leaf(i));
    auto policy = Policy::parse(
        "log " + VerifierKey("log.example", SignatureType::Ed25519, signer(1).public_key()).text() +
            "\nwitness w " +
            VerifierKey("w.example", SignatureType::Cosignature, signer(2).public_key()).text() +
            "\nquorum w\n",
        "p");
    EXPECT_TRUE(policy);
    policy_.emplace(std::move(policy).value());
  }

  static Hash leaf(int i) { return hash_leaf(base::as_bytes("entry " + std::to_string(i))); }

  TlogProof proof_of(std::uint64_t index) {
    TlogProof proof;
    proof.index = index;
    proof.hashes = inclusion_proof(index, tree_.size(), tree_).value();
    proof.checkpoint =
        sign_checkpoint({"log.example", {tree_.size(), tree_.root()}, {}}, signer(1));
    proof.checkpoint.signatures.push_back(
        cosign(proof.checkpoint.text, "w.example", signer(2), base::Instant{1'700'000'000'000}));
    return proof;
  }
  std::string rule_of(const TlogProof& proof, const Hash& hash) const {
    auto verified = verify_tlog_proof(proof, hash, *policy_);
    return verified ? "verified" : verified.error().rule;
  }

  MemoryTree tree_;
  std::optional<Policy> policy_;
};

std::string issue_of(std::string_view source) {
  auto proof = read_tlog_proof(source, "p");
  if (proof) return "a proof";
  const base::Issue& issue = proof.error().front();
  return base::to_text(base::Issue{"", issue.at, issue.message, "", "", 1});
}

TEST_F(LoggedEntry, HasAProofThatIsWrittenReadAndVerified) {
  for (int i = 0; i < 10; ++i) {
    TlogProof proof = proof_of(static_cast<std::uint64_t>(i));
    if (i % 2 == 0) proof.extra = {1, 2, 3};
    const std::string text = write_tlog_proof(proof);
    auto read = read_tlog_proof(text, "p");
    ASSERT_TRUE(read) << base::to_text(read.error());
    EXPECT_EQ(read.value(), proof);
    auto verified = verify_tlog_proof(read.value(), leaf(i), *policy_);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified.value().checkpoint.head.size, 10U);
    EXPECT_EQ(verified.value().latest(), base::Instant{1'700'000'000'000});
  }
}

TEST_F(LoggedEntry, HasAProofForOnePositionOnly) {
  TlogProof proof = proof_of(3);
  EXPECT_EQ(rule_of(proof, leaf(4)), "inclusion");
  proof.index = 4;
  EXPECT_EQ(rule_of(proof, leaf(3)), "inclusion");
  proof = proof_of(3);
  proof.checkpoint.signatures.pop_back();
  EXPECT_EQ(rule_of(proof, leaf(3)), "checkpoint-quorum");
  proof.checkpoint.signatures.clear();
  EXPECT_EQ(rule_of(proof, leaf(3)), "checkpoint-log");
}

TEST_F(LoggedEntry, EveryChangedBitOfItsProofIsRefused) {
  const std::string text = write_tlog_proof(proof_of(3));
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    auto read = read_tlog_proof(changed, "p");
    if (read) {
      EXPECT_NE(rule_of(read.value(), leaf(3)), "verified") << changed;
    }
  }
}

TEST(TlogProof, ReadsStrictly) {
  const std::string hash = base::to_base64(Hash().bytes);
  const std::string note = "\no\n1\n" + hash + "\n\n— o AAAAAAA=\n";
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  EXPECT_EQ(issue_of(head + "index 0\n" + note), "a proof");
  EXPECT_EQ(issue_of(head + "extra AAAA\nindex 0\n" + hash + "\n" + note), "a proof");
  EXPECT_EQ(issue_of(""), "1:1: this is no proof of logging");
  EXPECT_EQ(issue_of("c2sp.org/tlog-proof@v2\nindex 0\n" + note),
            "1:1: this is no proof of logging");
  EXPECT_EQ(issue_of(head), "1:1: the entry's position is missing");
  EXPECT_EQ(issue_of(head + "extra AA\nindex 0\n" + note),
            "2:7: what follows `extra` is not base64 of anything");
  EXPECT_EQ(issue_of(head + "extra \nindex 0\n" + note),
            "2:7: what follows `extra` is not base64 of anything");
  EXPECT_EQ(issue_of(head + "extra AAAA\nextra AAAA\nindex 0\n" + note),
            "3:1: the entry's position is missing");
  EXPECT_EQ(issue_of(head + "index 00\n" + note), "2:1: the entry's position is missing");
  EXPECT_EQ(issue_of(head + "index 0\nAAAA\n" + note), "3:1: `AAAA` is no SHA-256 in base64");
  EXPECT_EQ(issue_of(head + "index 0\n" + hash + "\n"), "3:1: the checkpoint is missing");
  EXPECT_EQ(issue_of(head + "index 0\n\no\n1\n" + hash + "\n\n- o AAAAAAA=\n"),
            "8:1: this is no signature line");
  std::string many = head + "index 0\n";
  for (int i = 0; i < 64; ++i) many += hash + "\n";
  EXPECT_EQ(issue_of(many + note), "66:1: more than 63 hashes, the most any tree needs");
}

}  // namespace
}  // namespace countersign::ledger
