// SPDX-License-Identifier: Apache-2.0
#include "seal/dsse.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/json.h"

namespace countersign::seal {
namespace {

constexpr std::size_t kMaxTypeLength = 256;
// More than any Ed25519 or DER-encoded P-256 signature needs.
constexpr std::size_t kMaxSignatureSize = 256;

std::string pae_head(std::string_view payload_type, std::size_t payload_size) {
  return fmt::format("DSSEv1 {} {} {} ", payload_type.size(), payload_type, payload_size);
}

// The bytes of a base64 member; reports and gives none when they are not.
base::Bytes read_bytes(base::Fields& fields, std::string_view name) {
  const auto text = fields.maybe_text(name);
  if (!text) return {};
  auto bytes = base::from_base64(*text);
  if (!bytes) {
    fields.report(name, fmt::format("`{}` is not base64", name),
                  "use the standard alphabet with padding (RFC 4648 section 4)");
    return {};
  }
  return std::move(*bytes);
}

base::Bytes need_bytes(base::Fields& fields, std::string_view name) {
  return fields.need(name) == nullptr ? base::Bytes() : read_bytes(fields, name);
}

bool is_key_id(std::string_view text) {
  return text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Signature read_signature(const base::Json& json, base::Report& report) {
  base::Fields fields(json, "a signature", report);
  Signature signature;
  signature.key_id = KeyId(fields.text("keyid"));
  if (!signature.key_id.empty() && !is_key_id(signature.key_id.text())) {
    fields.report("keyid", fmt::format("`{}` is no key id", signature.key_id.text()),
                  "a key id is 32 lower-case hexadecimal digits");
  }
  signature.bytes = need_bytes(fields, "sig");
  if (signature.bytes.size() > kMaxSignatureSize) {
    fields.report("sig", fmt::format("a signature of {} bytes is longer than any known here",
                                     signature.bytes.size()));
  }
  const bool has_authenticator = fields.maybe("authenticatorData") != nullptr;
  const bool has_client = fields.maybe("clientDataJSON") != nullptr;
  if (has_authenticator || has_client) {
    signature.assertion = PasskeyAssertion{need_bytes(fields, "authenticatorData"),
                                           need_bytes(fields, "clientDataJSON")};
  }
  fields.finish();
  return signature;
}

void report_repeated_keys(const std::vector<Signature>& signatures, const base::Json& list,
                          base::Report& report) {
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (signatures[i].key_id != signatures[k].key_id) continue;
      report.add(list.items[i].at,
                 fmt::format("the key `{}` signs twice", signatures[i].key_id.text()),
                 "keep one of the two signatures");
      break;
    }
  }
}

base::Refusal refusal(std::string rule, fmt::format_string<const std::string&> message,
                      const PublicKey& key) {
  return {std::move(rule), fmt::format(message, key.id().text()), {}};
}

}  // namespace

const Signature* Envelope::find(const KeyId& key_id) const {
  const auto found = std::find_if(signatures.begin(), signatures.end(),
                                  [&](const Signature& s) { return s.key_id == key_id; });
  return found == signatures.end() ? nullptr : &*found;
}

base::Bytes pae(std::string_view payload_type, base::ByteView payload) {
  const std::string head = pae_head(payload_type, payload.size());
  base::Bytes bytes;
  bytes.reserve(head.size() + payload.size());
  bytes.insert(bytes.end(), head.begin(), head.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

Digest pae_digest(std::string_view payload_type, base::ByteView payload) {
  return sha256(base::as_bytes(pae_head(payload_type, payload.size())), payload);
}

base::Parsed<Envelope> read_envelope(std::string_view source, std::string_view file,
                                     EnvelopeLimits limits) {
  // An envelope is three levels deep; a handful of values and up to five for each signature.
  BOOST_OUTCOME_TRY(
      const auto json,
      base::read_json(source, file,
                      {.bytes = limits.bytes, .depth = 4, .values = 16 + 8 * limits.signatures}));
  base::Report report(source, file);
  base::Fields fields(json, "an envelope", report);
  Envelope envelope;
  envelope.payload_type = fields.text("payloadType");
  if (envelope.payload_type.size() > kMaxTypeLength) {
    fields.report("payloadType",
                  fmt::format("`payloadType` is longer than {} bytes", kMaxTypeLength));
  }
  envelope.payload = need_bytes(fields, "payload");
  if (const base::Json* list = fields.need("signatures")) {
    const auto& items = fields.array("signatures");
    if (list->kind == base::Json::Kind::Array && items.empty()) {
      fields.report("signatures", "the envelope bears no signature", "sign it");
    }
    if (items.size() > limits.signatures) {
      fields.report("signatures", fmt::format("{} signatures, more than the {} allowed",
                                              items.size(), limits.signatures));
    } else {
      for (const base::Json& item : items) {
        envelope.signatures.push_back(read_signature(item, report));
      }
      report_repeated_keys(envelope.signatures, *list, report);
    }
  }
  fields.finish();
  if (!report.clean()) return report.take();
  return envelope;
}

std::string write_envelope(const Envelope& envelope) {
  std::string out = "{\"payloadType\":";
  base::append_json_text(out, envelope.payload_type);
  out += ",\"payload\":\"";
  out += base::to_base64(envelope.payload);
  out += "\",\"signatures\":[";
  bool first = true;
  for (const Signature& signature : envelope.signatures) {
    if (!std::exchange(first, false)) out += ',';
    out += "{\"keyid\":";
    base::append_json_text(out, signature.key_id.text());
    out += fmt::format(",\"sig\":\"{}\"", base::to_base64(signature.bytes));
    if (signature.assertion) {
      out += fmt::format(",\"authenticatorData\":\"{}\",\"clientDataJSON\":\"{}\"",
                         base::to_base64(signature.assertion->authenticator_data),
                         base::to_base64(signature.assertion->client_data_json));
    }
    out += '}';
  }
  out += "]}";
  return out;
}

Envelope sign_envelope(std::string_view payload_type, base::ByteView payload,
                       const SigningKey& key) {
  Envelope envelope{std::string(payload_type), {payload.begin(), payload.end()}, {}};
  add_signature(envelope, key);
  return envelope;
}

void add_signature(Envelope& envelope, const SigningKey& key) {
  CHECK(envelope.find(key.public_key().id()) == nullptr);
  envelope.signatures.push_back({key.public_key().id(),
                                 key.sign(pae(envelope.payload_type, envelope.payload)),
                                 std::nullopt});
}

base::Ruled<Verified> verify(const Envelope& envelope, const Verifier& expected) {
  const PublicKey& key = expected.key();
  const Signature* const signature = envelope.find(key.id());
  if (signature == nullptr) {
    return refusal("signature-missing", "the envelope bears no signature of the key `{}`", key);
  }
  if (key.is_passkey() && !signature->assertion) {
    return refusal("signature",
                   "the signature of the passkey `{}` comes without its "
                   "authenticatorData and clientDataJSON",
                   key);
  }
  if (!key.is_passkey() && signature->assertion) {
    return refusal("signature",
                   "the key `{}` is no passkey, but its signature comes with "
                   "authenticatorData and clientDataJSON",
                   key);
  }
  if (key.is_passkey()) {
    CHECK(expected.party().has_value());
    BOOST_OUTCOME_TRY(auto facts,
                      verify_assertion(key, *expected.party(),
                                       pae_digest(envelope.payload_type, envelope.payload),
                                       *signature->assertion, signature->bytes));
    return Verified{key.id(), facts};
  }
  if (!verify(key, pae(envelope.payload_type, envelope.payload), signature->bytes)) {
    return refusal("signature",
                   "the signature of the key `{}` does not verify: something that was "
                   "signed has been changed, or another key signed it",
                   key);
  }
  return Verified{key.id(), std::nullopt};
}

VerifiedAhead::VerifiedAhead(Envelope envelope, Verifier expected)
    : envelope_(std::move(envelope)),
      expected_(std::move(expected)),
      answer_(seal::verify(envelope_, expected_)) {}

base::Ruled<Verified> VerifiedAhead::verify(const Envelope& envelope,
                                            const Verifier& expected) const {
  if (expected == expected_ && envelope == envelope_) return answer_;
  return seal::verify(envelope, expected);
}

}  // namespace countersign::seal
