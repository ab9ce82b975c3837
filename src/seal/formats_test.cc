// SPDX-License-Identifier: Apache-2.0
// docs/formats/envelopes.md says what this code does.
#include <gtest/gtest.h>

#include "base/issue.h"
#include "base/testing/worked_example.h"
#include "seal/dsse.h"
#include "seal/statement.h"

namespace countersign::seal {
namespace {

// A block of one line, without its line break.
std::string line(std::string_view name) {
  std::string text =
      base::testing::worked_example(COUNTERSIGN_SOURCE_DIR "/docs/formats/envelopes.md", name);
  EXPECT_TRUE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

Envelope envelope(std::string_view name) {
  auto read = read_envelope(line(name), "envelopes.md");
  EXPECT_TRUE(read) << base::to_text(read.error());
  return std::move(read).value();
}

PublicKey key(std::string_view name) {
  auto read = PublicKey::parse(line(name));
  EXPECT_TRUE(read) << base::to_text(read.error());
  return std::move(read).value();
}

TEST(EnvelopesPage, TheStatementIsOursAndSpeaksOfItsBody) {
  auto statement = read_statement(line("statement"), "envelopes.md");
  ASSERT_TRUE(statement) << base::to_text(statement.error());
  EXPECT_EQ(write_statement(statement.value()), line("statement"));
  EXPECT_EQ(statement.value().subjects[0].digest,
            sha256(base::as_bytes(base::write_json(*statement.value().predicate.find("body")))));
}

TEST(EnvelopesPage, TheEnvelopeIsWhatTheKeyMakesOfTheStatement) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(1);
  const SigningKey signer = SigningKey::from_seed(seed);
  EXPECT_EQ(signer.public_key(), key("key"));
  EXPECT_EQ(
      write_envelope(sign_envelope(kInTotoPayloadType, base::as_bytes(line("statement")), signer)),
      line("envelope"));
  auto verifier = Verifier::create(key("key"), std::nullopt);
  ASSERT_TRUE(verifier);
  EXPECT_TRUE(verify(envelope("envelope"), verifier.value()));
}

TEST(EnvelopesPage, ThePasskeysEnvelopeVerifiesAndHoldsTheSameStatement) {
  auto verifier = Verifier::create(
      key("passkey"), RelyingParty{"consent.example.org", {"https://consent.example.org"}});
  ASSERT_TRUE(verifier);
  const Envelope signed_by_passkey = envelope("passkey-envelope");
  auto verified = verify(signed_by_passkey, verifier.value());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified.value().assertion->counter, 1U);
  EXPECT_EQ(base::as_text(signed_by_passkey.payload), line("statement"));
  const PasskeyAssertion& assertion = *signed_by_passkey.signatures[0].assertion;
  EXPECT_EQ(base::as_text(assertion.client_data_json), line("client-data"));
  EXPECT_EQ(base::to_hex(assertion.authenticator_data), line("authenticator-data"));
}

}  // namespace
}  // namespace countersign::seal
