// SPDX-License-Identifier: Apache-2.0
// A passkey in software, for tests of any room: what an authenticator and a browser would answer.
// Its signatures are as random as ECDSA's are; everything else is fixed by the arguments.
#ifndef COUNTERSIGN_SEAL_TESTING_SOFT_PASSKEY_H_
#define COUNTERSIGN_SEAL_TESTING_SOFT_PASSKEY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/check.h"
#include "seal/dsse.h"
#include "seal/keys.h"
#include "seal/webauthn.h"

namespace countersign::seal::testing {

class SoftPasskey {
 public:
  // A new P-256 key of its own.
  explicit SoftPasskey(RelyingParty party)
      : party_(std::move(party)), handle_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
    CHECK(handle_ != nullptr);
  }

  PublicKey public_key() const {
    base::Bytes point(65);
    std::size_t size = 0;
    CHECK(EVP_PKEY_get_octet_string_param(handle_.get(), "pub", point.data(), point.size(),
                                          &size) == 1);
    CHECK(size == point.size());
    auto key = PublicKey::create(KeyKind::PasskeyEs256, point);
    CHECK(key.has_value());
    return std::move(key).value();
  }

  // Whose signature a reader of this passkey's envelopes expects.
  Verifier verifier() const {
    auto verifier = Verifier::create(public_key(), party_);
    CHECK(verifier.has_value());
    return std::move(verifier).value();
  }

  // What stands in the two parts of an assertion: a test changes one of them before it signs.
  struct Answer {
    std::string type = "webauthn.get";
    std::string challenge;  // base64url
    std::string origin;
    std::string rest = ",\"crossOrigin\":false";
    std::string rp_id;
    std::uint8_t flags = 0x05;  // present and verified
    std::uint32_t counter = 1;
    base::Bytes extensions;
  };
  Answer answer_to(const Digest& challenge) const {
    Answer answer;
    answer.challenge = base::to_base64url(challenge.bytes);
    answer.origin = party_.origins.front();
    answer.rp_id = party_.id;
    return answer;
  }

  PasskeyAssertion assertion(const Answer& answer) const {
    const std::string client =
        fmt::format(R"({{"type":"{}","challenge":"{}","origin":"{}"{}}})", answer.type,
                    answer.challenge, answer.origin, answer.rest);
    const Digest party = sha256(base::as_bytes(answer.rp_id));
    base::Bytes authenticator(party.bytes.begin(), party.bytes.end());
    authenticator.push_back(answer.flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      authenticator.push_back(static_cast<std::uint8_t>(answer.counter >> shift));
    }
    authenticator.insert(authenticator.end(), answer.extensions.begin(), answer.extensions.end());
    return {authenticator, {client.begin(), client.end()}};
  }

  // The ES256 signature over an assertion.
  base::Bytes sign(const PasskeyAssertion& assertion) const {
    base::Bytes message = assertion.authenticator_data;
    const Digest client = sha256(assertion.client_data_json);
    message.insert(message.end(), client.bytes.begin(), client.bytes.end());
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, handle_.get(),
                                nullptr) == 1);
    std::size_t size = 0;
    CHECK(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1);
    base::Bytes signature(size);
    CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
          1);
    signature.resize(size);
    return signature;
  }

  Envelope sign_envelope(std::string_view payload_type, base::ByteView payload) const {
    Envelope envelope{std::string(payload_type), {payload.begin(), payload.end()}, {}};
    const PasskeyAssertion made = assertion(answer_to(pae_digest(payload_type, payload)));
    envelope.signatures.push_back({public_key().id(), sign(made), made});
    return envelope;
  }

 private:
  RelyingParty party_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> handle_;
};

}  // namespace countersign::seal::testing

#endif  // COUNTERSIGN_SEAL_TESTING_SOFT_PASSKEY_H_
