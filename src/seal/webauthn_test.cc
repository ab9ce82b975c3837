// SPDX-License-Identifier: Apache-2.0
#include "seal/webauthn.h"

#include <gtest/gtest.h>

#include "seal/testing/soft_passkey.h"

namespace countersign::seal {
namespace {

using testing::SoftPasskey;

const RelyingParty kParty{"example.org", {"https://example.org", "https://desk.example.org:8443"}};

class Assertions : public ::testing::Test {
 protected:
  std::string rule_of(const SoftPasskey::Answer& answer) const {
    const PasskeyAssertion assertion = passkey_.assertion(answer);
    auto verified = verify_assertion(passkey_.public_key(), kParty, challenge_, assertion,
                                     passkey_.sign(assertion));
    return verified ? "verified" : verified.error().rule;
  }
  SoftPasskey::Answer answer() const { return passkey_.answer_to(challenge_); }

  const SoftPasskey passkey_{kParty};
  const Digest challenge_ = sha256(base::as_bytes("document"));
};

TEST_F(Assertions, VerifyWithWhatTheySay) {
  SoftPasskey::Answer good = answer();
  good.flags = 0x1d;  // present, verified, may be backed up, is backed up
  good.counter = 0x01020304;
  const PasskeyAssertion assertion = passkey_.assertion(good);
  auto verified = verify_assertion(passkey_.public_key(), kParty, challenge_, assertion,
                                   passkey_.sign(assertion));
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified.value().counter, 0x01020304U);
  EXPECT_TRUE(verified.value().backed_up);
}

TEST_F(Assertions, MayBeMadeAtAnyOriginOfTheParty) {
  SoftPasskey::Answer other = answer();
  other.origin = "https://desk.example.org:8443";
  EXPECT_EQ(rule_of(other), "verified");
  for (const char* origin : {"https://evil.org", "https://example.org.evil.org",
                             "http://example.org", "https://example.org/", ""}) {
    other.origin = origin;
    EXPECT_EQ(rule_of(other), "passkey-origin") << origin;
  }
}

TEST_F(Assertions, MustBeOfTheRightTypeAndChallenge) {
  SoftPasskey::Answer other = answer();
  other.type = "webauthn.create";
  EXPECT_EQ(rule_of(other), "passkey-client-data");
  other = passkey_.answer_to(sha256(base::as_bytes("another document")));
  EXPECT_EQ(rule_of(other), "passkey-challenge");
}

TEST_F(Assertions, MustNotComeFromAFrame) {
  SoftPasskey::Answer other = answer();
  other.rest = "";
  EXPECT_EQ(rule_of(other), "verified");
  other.rest = R"(,"crossOrigin":false,"other_keys_can_be_added_here":"as browsers do")";
  EXPECT_EQ(rule_of(other), "verified");
  other.rest = R"(,"crossOrigin":true)";
  EXPECT_EQ(rule_of(other), "passkey-origin");
  other.rest = R"(,"crossOrigin":"false")";
  EXPECT_EQ(rule_of(other), "passkey-origin");
  other.rest = R"(,"topOrigin":"https://evil.org")";
  EXPECT_EQ(rule_of(other), "passkey-origin");
  other.rest = R"(,"origin":"https://example.org")";
  EXPECT_EQ(rule_of(other), "passkey-client-data") << "a member that stands twice";
}

TEST_F(Assertions, NeedPresenceAndVerificationBoth) {
  SoftPasskey::Answer other = answer();
  other.flags = 0x04;
  EXPECT_EQ(rule_of(other), "passkey-presence");
  other.flags = 0x01;
  EXPECT_EQ(rule_of(other), "passkey-verification");
}

TEST_F(Assertions, MustNotContradictThemselves) {
  SoftPasskey::Answer other = answer();
  other.flags = 0x15;  // backed up, though it may not be
  EXPECT_EQ(rule_of(other), "passkey-authenticator");
  other.flags = 0x45;  // attested
  EXPECT_EQ(rule_of(other), "passkey-authenticator");
  other.flags = 0x85;  // extensions said, none there
  EXPECT_EQ(rule_of(other), "passkey-authenticator");
  other.extensions = {0xa0};
  EXPECT_EQ(rule_of(other), "verified");
  other.flags = 0x05;  // extensions there, none said
  EXPECT_EQ(rule_of(other), "passkey-authenticator");
}

TEST_F(Assertions, BelongToOneRelyingParty) {
  SoftPasskey::Answer other = answer();
  other.rp_id = "evil.org";
  EXPECT_EQ(rule_of(other), "passkey-relying-party");
}

TEST_F(Assertions, VerifyUnderTheirOwnKeyOnly) {
  const PasskeyAssertion assertion = passkey_.assertion(answer());
  const base::Bytes signature = passkey_.sign(assertion);
  const SoftPasskey other(kParty);
  auto verified = verify_assertion(other.public_key(), kParty, challenge_, assertion, signature);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().rule, "signature");
  base::Bytes longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(verify_assertion(passkey_.public_key(), kParty, challenge_, assertion, longer));
}

TEST(EdDsaPasskey, SignsAnAssertionToo) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(7);
  const SigningKey signer = SigningKey::from_seed(seed);
  auto key = PublicKey::create(KeyKind::PasskeyEdDsa, signer.public_key().bytes());
  ASSERT_TRUE(key);
  const SoftPasskey browser(kParty);
  const Digest challenge = sha256(base::as_bytes("document"));
  const PasskeyAssertion assertion = browser.assertion(browser.answer_to(challenge));
  base::Bytes message = assertion.authenticator_data;
  const Digest client = sha256(assertion.client_data_json);
  message.insert(message.end(), client.bytes.begin(), client.bytes.end());
  EXPECT_TRUE(verify_assertion(key.value(), kParty, challenge, assertion, signer.sign(message)));
  EXPECT_FALSE(
      verify_assertion(key.value(), kParty, challenge, assertion, signer.sign(challenge.view())));
}

std::string issue_of(PublicKey key, std::optional<RelyingParty> party) {
  auto verifier = Verifier::create(std::move(key), std::move(party));
  return verifier ? "a verifier" : verifier.error().front().message;
}

TEST(Verifier, HoldsAPasskeyToItsPartyAndAPlainKeyToNone) {
  const PublicKey passkey = SoftPasskey(kParty).public_key();
  EXPECT_EQ(issue_of(passkey, kParty), "a verifier");
  EXPECT_EQ(issue_of(passkey, std::nullopt), "a passkey needs the relying party it belongs to");
  EXPECT_EQ(issue_of(passkey, RelyingParty{"localhost", {"http://localhost:8080"}}), "a verifier");
  EXPECT_EQ(issue_of(passkey, RelyingParty{"example.org", {}}), "a relying party without origins");
  EXPECT_EQ(issue_of(passkey, RelyingParty{"Example.org", {"https://Example.org"}}),
            "`Example.org` is no host name in lower case");
  for (const char* origin :
       {"https://evil.org", "https://notexample.org", "http://example.org", "example.org",
        "https://example.org/", "https://example.org:", "https://example.org:44a", "https://",
        "https://evil.org:443@example.org"}) {
    EXPECT_EQ(issue_of(passkey, RelyingParty{"example.org", {origin}}),
              fmt::format("`{}` is no origin of `example.org`", origin));
  }
  std::array<std::uint8_t, 32> seed{};
  const PublicKey plain = SigningKey::from_seed(seed).public_key();
  EXPECT_EQ(issue_of(plain, std::nullopt), "a verifier");
  EXPECT_EQ(issue_of(plain, kParty), "a key that is no passkey has no relying party");
}

}  // namespace
}  // namespace countersign::seal
