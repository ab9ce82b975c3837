// SPDX-License-Identifier: Apache-2.0
#include "seal/keys.h"

#include <gtest/gtest.h>

#include "base/issue.h"

namespace countersign::seal {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) {
  auto bytes = base::from_hex(text);
  EXPECT_TRUE(bytes) << text;
  return bytes.value_or(Bytes());
}

SigningKey key_of(std::string_view seed_hex) {
  const Bytes seed = hex(seed_hex);
  return SigningKey::from_seed(std::span<const std::uint8_t, 32>(seed.data(), 32));
}

std::string issue_of(std::string_view key_text) {
  auto key = PublicKey::parse(key_text);
  return key ? "a key" : key.error().front().message;
}

struct Vector {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, tests 1 to 3 and SHA(abc).
constexpr std::array<Vector, 4> kVectors = {
    {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
     {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
     {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
     {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
      "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"}}};

TEST(Ed25519, GivesTheKnownAnswersOfRfc8032) {
  for (const Vector& v : kVectors) {
    const SigningKey key = key_of(v.seed);
    EXPECT_EQ(base::to_hex(key.public_key().bytes()), v.public_key);
    EXPECT_EQ(base::to_hex(key.sign(hex(v.message))), v.signature);
    EXPECT_TRUE(verify(key.public_key(), hex(v.message), hex(v.signature)));
  }
}

TEST(Ed25519, EveryChangedBitOfMessageOrSignatureIsRefused) {
  const SigningKey key = key_of(kVectors[2].seed);
  const Bytes message = hex(kVectors[2].message);
  const Bytes signature = hex(kVectors[2].signature);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Bytes changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify(key.public_key(), message, changed)) << bit;
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify(key.public_key(), changed, signature)) << bit;
  }
  EXPECT_FALSE(verify(key.public_key(), message, Bytes(signature.begin(), signature.end() - 1)));
  EXPECT_FALSE(verify(key.public_key(), message, {}));
  EXPECT_FALSE(verify(key_of(kVectors[0].seed).public_key(), message, signature));
}

TEST(Ed25519, ASignatureHasNoSecondSpelling) {
  // s + L, L the order of the group, satisfies the equation too; RFC 8032 5.1.7 demands s < L.
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const SigningKey key = key_of(kVectors[1].seed);
  Bytes signature = hex(kVectors[1].signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = signature[32 + i] + order[i] + carry;
    signature[32 + i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  ASSERT_EQ(carry, 0U);
  EXPECT_FALSE(verify(key.public_key(), hex(kVectors[1].message), signature));
}

TEST(PublicKey, TextFormReadsBack) {
  const PublicKey key = key_of(kVectors[0].seed).public_key();
  EXPECT_EQ(key.text(), "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  auto read = PublicKey::parse(key.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value(), key);
  EXPECT_EQ(read.value().id(), key.id());
  // The SHA-256 of the text form, cut to 32 digits: `printf ed25519:... | sha256sum`.
  EXPECT_EQ(key.id().text().size(), 32U);
}

TEST(PublicKey, TheSamePointAsAPasskeyIsAnotherKey) {
  const SigningKey signer = key_of(kVectors[0].seed);
  const PublicKey& plain = signer.public_key();
  auto passkey = PublicKey::create(KeyKind::PasskeyEdDsa, plain.bytes());
  ASSERT_TRUE(passkey);
  EXPECT_NE(passkey.value(), plain);
  EXPECT_NE(passkey.value().id(), plain.id());
  EXPECT_EQ(passkey.value().text().substr(0, 6), "eddsa:");
  EXPECT_FALSE(verify(passkey.value(), hex("72"), signer.sign(hex("72"))));
}

TEST(PublicKey, RefusesWhatIsNoKeyAndSaysWhy) {
  EXPECT_EQ(issue_of("rsa:AAAA"), "`rsa:AAAA` is no key");
  EXPECT_EQ(issue_of("ed25519:AA=A"),
            "`ed25519:AA=A` is no key: what follows `ed25519:` is not base64");
  EXPECT_EQ(issue_of("ed25519:AAAA"), "a key written `ed25519:` has 32 bytes, not 3");
  EXPECT_EQ(issue_of("es256:" + base::to_base64(Bytes(65, 4))),
            "the bytes of the key are no uncompressed point of P-256");
  // A compressed point, padded: 02 and x.
  Bytes compressed(65, 0);
  compressed[0] = 2;
  EXPECT_NE(issue_of("es256:" + base::to_base64(compressed)), "a key");
}

std::string ed25519(std::string_view point_hex) {
  return issue_of("ed25519:" + base::to_base64(hex(point_hex)));
}

TEST(PublicKey, RefusesPointsOfSmallOrder) {
  // The eight points whose order divides 8: y = 1, -1, 0 (two signs), and two more with two signs.
  for (const char* y : {"0100000000000000000000000000000000000000000000000000000000000000",
                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "0000000000000000000000000000000000000000000000000000000000000000",
                        "0000000000000000000000000000000000000000000000000000000000000080",
                        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"}) {
    EXPECT_NE(ed25519(y).find("small order"), std::string::npos) << y;
  }
}

TEST(PublicKey, RefusesSecondSpellingsAndPointsOffTheCurve) {
  // y = p and y = p + 1, other spellings of 0 and 1; y = 2 is on no point of the curve.
  for (const char* y : {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_NE(ed25519(y).find("canonical"), std::string::npos) << y;
  }
  EXPECT_NE(
      ed25519("0200000000000000000000000000000000000000000000000000000000000000").find("no point"),
      std::string::npos);
  // The base point (y = 4/5) is a good key.
  EXPECT_EQ(ed25519("5866666666666666666666666666666666666666666666666666666666666666"), "a key");
}

// RFC 8410 section 10.3.
constexpr std::string_view kRfc8410 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";

TEST(SigningKey, ReadsAndWritesTheStandardPrivateKeyFile) {
  auto key = SigningKey::parse(kRfc8410, "key.pem");
  ASSERT_TRUE(key);
  EXPECT_EQ(base::to_hex(key.value().public_key().bytes()),
            "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  EXPECT_EQ(key.value().secret_text(), kRfc8410);
}

TEST(SigningKey, RefusesOtherFilesWithoutQuotingThem) {
  const std::string good(kRfc8410);
  std::string crlf = good;
  crlf.insert(crlf.find('\n'), "\r");
  for (const std::string& bad :
       {std::string(), good + "x", good.substr(1), "x" + good, crlf, good + good,
        std::string("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n")}) {
    auto key = SigningKey::parse(bad, "key.pem");
    ASSERT_FALSE(key) << bad;
    const std::string text = base::to_text(key.error());
    EXPECT_EQ(text.find("key.pem:1:1: not a"), 0U) << text;
    EXPECT_EQ(text.find("MC4C"), std::string::npos) << text;
  }
}

TEST(Wipe, LeavesNothing) {
  std::string text = "secret";
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.data()[0], '\0');
}

}  // namespace
}  // namespace countersign::seal
