// SPDX-License-Identifier: Apache-2.0
#include "seal/webauthn.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/json.h"
#include "seal/internal/signature.h"

namespace countersign::seal {
namespace {

constexpr std::size_t kMaxAssertionPart = 4096;  // bytes of either part of an assertion

// Web Authentication Level 3, section 6.1: 32 bytes, one byte of flags, a counter of four.
constexpr std::size_t kFlagsAt = Digest::kSize;
constexpr std::size_t kCounterAt = kFlagsAt + 1;
constexpr std::size_t kAuthenticatorDataSize = kCounterAt + 4;
constexpr std::uint8_t kPresent = 0x01;
constexpr std::uint8_t kVerified = 0x04;
constexpr std::uint8_t kBackupEligible = 0x08;
constexpr std::uint8_t kBackedUp = 0x10;
constexpr std::uint8_t kAttested = 0x40;
constexpr std::uint8_t kExtended = 0x80;

base::Refusal refusal(std::string rule, std::string message) {
  return {std::move(rule), std::move(message), {}};
}

// A text member of clientDataJSON, or empty when there is none of that name and kind.
std::string_view text_of(const base::Json& json, std::string_view name) {
  const base::Json* const member = json.find(name);
  if (member == nullptr || member->kind != base::Json::Kind::Text) return {};
  return member->text;
}

base::Ruled<void> check_client_data(const base::Bytes& bytes, const RelyingParty& party,
                                    const Digest& challenge) {
  const std::string text = base::as_text(bytes);
  auto read = base::read_json(text, "clientDataJSON",
                              {.bytes = kMaxAssertionPart, .depth = 8, .values = 256});
  if (!read) return refusal("passkey-client-data", base::to_text(read.error().front()));
  const base::Json& json = read.value();
  // Browsers may add members (section 5.8.1), so unknown ones are left aside.
  if (json.kind != base::Json::Kind::Object || text_of(json, "type") != "webauthn.get") {
    return refusal("passkey-client-data", "clientDataJSON is not of type `webauthn.get`");
  }
  if (text_of(json, "challenge") != base::to_base64url(challenge.bytes)) {
    return refusal("passkey-challenge",
                   "the passkey signed another challenge: another document, or changed since");
  }
  const std::string_view origin = text_of(json, "origin");
  if (std::find(party.origins.begin(), party.origins.end(), origin) == party.origins.end()) {
    return refusal("passkey-origin",
                   fmt::format("the passkey was used at `{}`, which is not an origin of `{}`",
                               origin, party.id));
  }
  const base::Json* const cross = json.find("crossOrigin");
  const bool framed = cross != nullptr && (cross->kind != base::Json::Kind::Bool || cross->boolean);
  if (framed || json.find("topOrigin") != nullptr) {
    return refusal("passkey-origin",
                   "the passkey was used in a page framed by another origin's page");
  }
  return base::outcome::success();
}

base::Ruled<AssertionFacts> check_authenticator_data(const base::Bytes& bytes,
                                                     const RelyingParty& party) {
  if (bytes.size() < kAuthenticatorDataSize || bytes.size() > kMaxAssertionPart) {
    return refusal("passkey-authenticator",
                   fmt::format("authenticatorData has {} bytes, not {} or a little more",
                               bytes.size(), kAuthenticatorDataSize));
  }
  const std::uint8_t flags = bytes[kFlagsAt];
  const bool extended = (flags & kExtended) != 0;
  if ((flags & kAttested) != 0 || extended != (bytes.size() > kAuthenticatorDataSize) ||
      ((flags & kBackedUp) != 0 && (flags & kBackupEligible) == 0)) {
    return refusal("passkey-authenticator", "the flags of authenticatorData contradict it");
  }
  const Digest expected = sha256(base::as_bytes(party.id));
  if (!std::equal(expected.bytes.begin(), expected.bytes.end(), bytes.begin())) {
    return refusal("passkey-relying-party",
                   fmt::format("the assertion was not made for `{}`", party.id));
  }
  if ((flags & kPresent) == 0) {
    return refusal("passkey-presence", "the authenticator saw nobody present");
  }
  if ((flags & kVerified) == 0) {
    return refusal("passkey-verification",
                   "the authenticator did not verify the person (PIN or biometrics)");
  }
  AssertionFacts facts;
  facts.backed_up = (flags & kBackedUp) != 0;
  for (std::size_t i = 0; i < 4; ++i) facts.counter = (facts.counter << 8) | bytes[kCounterAt + i];
  return facts;
}

// The host of "https://HOST[:PORT]" (or http for localhost); empty when it is written otherwise.
std::string_view host_of(std::string_view origin) {
  const bool secure = origin.starts_with("https://");
  if (!secure && !origin.starts_with("http://")) return {};
  origin.remove_prefix(secure ? 8 : 7);
  const std::size_t colon = origin.find(':');
  const std::string_view host = origin.substr(0, colon);
  if (!secure && host != "localhost") return {};
  if (colon == std::string_view::npos) return host;
  const std::string_view port = origin.substr(colon + 1);
  const bool digits =
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !port.empty() && port.size() <= 5 && digits ? host : std::string_view();
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

base::Issues issue(std::string message, std::string remedy) {
  return {base::Issue{{}, {}, std::move(message), std::move(remedy), {}, 1}};
}

}  // namespace

base::Ruled<AssertionFacts> verify_assertion(const PublicKey& key, const RelyingParty& party,
                                             const Digest& challenge,
                                             const PasskeyAssertion& assertion,
                                             base::ByteView signature) {
  CHECK(key.is_passkey());
  BOOST_OUTCOME_TRY(check_client_data(assertion.client_data_json, party, challenge));
  BOOST_OUTCOME_TRY(auto facts, check_authenticator_data(assertion.authenticator_data, party));
  base::Bytes message = assertion.authenticator_data;
  const Digest client_data = sha256(assertion.client_data_json);
  message.insert(message.end(), client_data.bytes.begin(), client_data.bytes.end());
  if (!verify_raw(key, message, signature)) {
    return refusal("signature", fmt::format("the signature of the passkey `{}` does not verify",
                                            key.id().text()));
  }
  return facts;
}

Verifier::Verifier(PublicKey key, std::optional<RelyingParty> party)
    : key_(std::move(key)), party_(std::move(party)) {}

base::Parsed<Verifier> Verifier::create(PublicKey key, std::optional<RelyingParty> party) {
  if (key.is_passkey() != party.has_value()) {
    return party ? issue("a key that is no passkey has no relying party",
                         "leave out `rpId` and `origins`")
                 : issue("a passkey needs the relying party it belongs to",
                         "give its `rpId` and `origins`");
  }
  if (party) {
    if (!is_host(party->id)) {
      return issue(fmt::format("`{}` is no host name in lower case", party->id),
                   "an rpId is a host, like consent.example.org");
    }
    if (party->origins.empty()) {
      return issue("a relying party without origins", "name at least one, like https://HOST");
    }
    for (const std::string& origin : party->origins) {
      const std::string_view host = host_of(origin);
      if (!is_host(host) || (host != party->id && !host.ends_with("." + party->id))) {
        return issue(fmt::format("`{}` is no origin of `{}`", origin, party->id),
                     fmt::format("an origin is https://{0} or https://NAME.{0}, with a port if it "
                                 "is not 443 and nothing after it",
                                 party->id));
      }
    }
  }
  return Verifier(std::move(key), std::move(party));
}

}  // namespace countersign::seal
