// SPDX-License-Identifier: Apache-2.0
#include "seal/dsse.h"

#include <gtest/gtest.h>

#include "base/issue.h"
#include "seal/internal/signature.h"
#include "seal/testing/soft_passkey.h"

namespace countersign::seal {
namespace {

using base::as_bytes;
using base::Bytes;

SigningKey key_from(std::uint8_t fill) {
  const std::array<std::uint8_t, 32> seed = [fill] {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(fill);
    return bytes;
  }();
  return SigningKey::from_seed(seed);
}

Verifier plain(const SigningKey& key) {
  auto verifier = Verifier::create(key.public_key(), std::nullopt);
  EXPECT_TRUE(verifier);
  return std::move(verifier).value();
}

std::string first_issue(std::string_view source) {
  auto read = read_envelope(source, "e");
  return read ? "read" : read.error().front().message;
}

std::string rule_of(const base::Ruled<Verified>& verified) {
  return verified ? "verified" : verified.error().rule;
}

TEST(Dsse, EncodesTheSpecificationsExample) {
  EXPECT_EQ(base::as_text(pae("http://example.com/HelloWorld", as_bytes("hello world"))),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(base::as_text(pae("", {})), "DSSEv1 0  0 ");
  EXPECT_EQ(pae_digest("t", as_bytes("p")), sha256(pae("t", as_bytes("p"))));
}

TEST(Dsse, TheSpecificationsSignatureVerifiesOverThatEncoding) {
  auto key = PublicKey::create(
      KeyKind::PasskeyEs256,
      *base::from_hex("0467cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
                      "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74"));
  ASSERT_TRUE(key);
  // The specification writes r and s one after the other; here they stand in DER.
  const auto signature = base::from_hex(
      "3044022003726ab101ad56c2763b6c6aac8e487275e2a79193a09dc5f859d9f8ef3c4a3b"
      "022051eab0c06a369b64a7222537d4887a893dc200ae21060074d57825235b624864");
  EXPECT_TRUE(verify_raw(key.value(), pae("http://example.com/HelloWorld", as_bytes("hello world")),
                         *signature));
  EXPECT_FALSE(
      verify_raw(key.value(), pae("http://example.com/HelloWorld", as_bytes("hello")), *signature));
}

TEST(Envelope, SignedWrittenReadAndVerified) {
  const SigningKey key = key_from(1);
  const Envelope envelope = sign_envelope(kInTotoPayloadType, as_bytes("{\"a\": 1}"), key);
  const std::string text = write_envelope(envelope);
  auto read = read_envelope(text, "e");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value().payload_type, kInTotoPayloadType);
  EXPECT_EQ(base::as_text(read.value().payload), "{\"a\": 1}");
  EXPECT_EQ(write_envelope(read.value()), text);
  auto verified = verify(read.value(), plain(key));
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified.value().key_id, key.public_key().id());
  EXPECT_EQ(rule_of(verify(read.value(), plain(key_from(2)))), "signature-missing");
}

TEST(Envelope, EverySignerIsFoundByItsOwnKey) {
  Envelope envelope = sign_envelope("t", as_bytes("p"), key_from(1));
  add_signature(envelope, key_from(2));
  EXPECT_EQ(rule_of(verify(envelope, plain(key_from(1)))), "verified");
  EXPECT_EQ(rule_of(verify(envelope, plain(key_from(2)))), "verified");
  // A good signature under another key's name is nobody's.
  std::swap(envelope.signatures[0].key_id, envelope.signatures[1].key_id);
  EXPECT_EQ(rule_of(verify(envelope, plain(key_from(1)))), "signature");
  EXPECT_EQ(rule_of(verify(envelope, plain(key_from(2)))), "signature");
}

TEST(Envelope, EveryChangedBitIsRefused) {
  const SigningKey key = key_from(1);
  const Verifier expected = plain(key);
  const std::string text =
      write_envelope(sign_envelope(kInTotoPayloadType, as_bytes("{\"a\": \"b\"}"), key));
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    auto read = read_envelope(changed, "e");
    if (read) {
      EXPECT_NE(rule_of(verify(read.value(), expected)), "verified") << changed;
    }
  }
}

TEST(Envelope, APasskeySignsTheDigestOfTheSameBytes) {
  const testing::SoftPasskey passkey({"example.org", {"https://consent.example.org"}});
  const std::string text =
      write_envelope(passkey.sign_envelope(kInTotoPayloadType, as_bytes("{}")));
  auto read = read_envelope(text, "e");
  ASSERT_TRUE(read) << base::to_text(read.error());
  auto verified = verify(read.value(), passkey.verifier());
  ASSERT_TRUE(verified) << verified.error().message;
  ASSERT_TRUE(verified.value().assertion);
  EXPECT_EQ(verified.value().assertion->counter, 1U);

  Envelope other = read.value();
  other.payload = {'[', ']'};
  EXPECT_EQ(rule_of(verify(other, passkey.verifier())), "passkey-challenge");
  other = read.value();
  other.payload_type = "x";
  EXPECT_EQ(rule_of(verify(other, passkey.verifier())), "passkey-challenge");
  other = read.value();
  other.signatures[0].assertion.reset();
  EXPECT_EQ(rule_of(verify(other, passkey.verifier())), "signature");
}

TEST(Envelope, EveryChangedBitOfAPasskeysEnvelopeIsRefused) {
  const testing::SoftPasskey passkey({"example.org", {"https://example.org"}});
  const Verifier expected = passkey.verifier();
  const std::string text = write_envelope(passkey.sign_envelope("t", as_bytes("p")));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    auto read = read_envelope(changed, "e");
    if (read) {
      EXPECT_NE(rule_of(verify(read.value(), expected)), "verified") << changed;
    }
  }
}

TEST(Envelope, APlainKeysSignatureBringsNoAssertion) {
  const SigningKey key = key_from(1);
  Envelope envelope = sign_envelope("t", as_bytes("p"), key);
  envelope.signatures[0].assertion = PasskeyAssertion{};
  EXPECT_EQ(rule_of(verify(envelope, plain(key))), "signature");
}

TEST(VerifiedAhead, SaysWhatVerifySaysOfAnything) {
  const SigningKey key = key_from(1);
  const testing::SoftPasskey passkey({"example.org", {"https://example.org"}});
  Envelope good = sign_envelope("t", as_bytes("p"), key);
  std::vector<Envelope> envelopes(4, good);
  envelopes[1].payload = {'q'};
  envelopes[2].payload_type = "u";
  envelopes[3].signatures[0].bytes[7] ^= 1;
  envelopes.push_back(sign_envelope("t", as_bytes("p"), key_from(2)));
  envelopes.push_back(passkey.sign_envelope("t", as_bytes("p")));
  envelopes.push_back(envelopes.back());
  envelopes.back().signatures[0].assertion->authenticator_data[32] ^= 4;  // not verified
  // The last is the passkey's key, at another party.
  const std::vector<Verifier> verifiers = {
      plain(key), plain(key_from(2)), passkey.verifier(),
      Verifier::create(passkey.verifier().key(),
                       RelyingParty{"example.com", {"https://example.com"}})
          .value()};
  int good_ones = 0;
  for (const Envelope& seen : envelopes) {
    for (const Verifier& by : verifiers) {
      const VerifiedAhead ahead(seen, by);
      if (ahead.verify(seen, by)) ++good_ones;
      for (const Envelope& envelope : envelopes) {
        for (const Verifier& verifier : verifiers) {
          EXPECT_EQ(rule_of(ahead.verify(envelope, verifier)), rule_of(verify(envelope, verifier)));
        }
      }
    }
  }
  EXPECT_EQ(good_ones, 3);
}

TEST(Envelope, ReadsStrictly) {
  const std::string id(32, 'a');
  const auto envelope = [&](std::string_view signatures) {
    return fmt::format(R"({{"payloadType":"t","payload":"cA==","signatures":[{}]}})", signatures);
  };
  const std::string one = fmt::format(R"({{"keyid":"{}","sig":"AAAA"}})", id);
  EXPECT_EQ(first_issue(envelope(one)), "read");
  EXPECT_EQ(first_issue(envelope("")), "the envelope bears no signature");
  EXPECT_EQ(first_issue(envelope(one + "," + one)), fmt::format("the key `{}` signs twice", id));
  EXPECT_EQ(first_issue(envelope(R"({"sig":"AAAA"})")), "a signature needs `keyid`");
  EXPECT_EQ(first_issue(envelope(R"({"keyid":"x","sig":"AAAA"})")), "`x` is no key id");
  EXPECT_EQ(first_issue(envelope(fmt::format(R"({{"keyid":"{}","sig":"AA"}})", id))),
            "`sig` is not base64");
  EXPECT_EQ(first_issue(envelope(
                fmt::format(R"({{"keyid":"{}","sig":"AAAA","authenticatorData":"AAAA"}})", id))),
            "a signature needs `clientDataJSON`");
  EXPECT_EQ(first_issue(envelope(fmt::format(R"({{"keyid":"{}","sig":"AAAA","x":1}})", id))),
            "a signature has no `x`");
  EXPECT_EQ(first_issue(R"({"payloadType":"t","payload":"c_==","signatures":[]})"),
            "`payload` is not base64");
  EXPECT_EQ(first_issue(R"({"payload":"","payload":"","payloadType":"t","signatures":[]})"),
            "`payload` stands twice in the same object");
  EXPECT_EQ(first_issue(R"({"payload":"","signatures":[{}]})"), "an envelope needs `payloadType`");
  EXPECT_EQ(first_issue(envelope(one) + " x"), "something follows the end of the document");
  EXPECT_EQ(first_issue("[]"), "an envelope must be an object, not a list");
}

TEST(Envelope, KeepsToItsLimits) {
  Envelope envelope = sign_envelope("t", as_bytes("p"), key_from(1));
  add_signature(envelope, key_from(2));
  const std::string text = write_envelope(envelope);
  EXPECT_TRUE(read_envelope(text, "e", {.signatures = 2}));
  EXPECT_FALSE(read_envelope(text, "e", {.signatures = 1}));
  EXPECT_TRUE(read_envelope(text, "e", {.bytes = text.size()}));
  EXPECT_FALSE(read_envelope(text, "e", {.bytes = text.size() - 1}));
}

}  // namespace
}  // namespace countersign::seal
