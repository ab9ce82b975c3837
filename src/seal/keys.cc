// SPDX-License-Identifier: Apache-2.0
#include "seal/keys.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/check.h"
#include "seal/digest.h"
#include "seal/internal/point.h"
#include "seal/internal/signature.h"

namespace countersign::seal {
namespace {

struct Form {
  KeyKind kind;
  std::string_view prefix;
  std::size_t size;
};
constexpr std::array<Form, 3> kForms = {{{KeyKind::Ed25519, "ed25519:", 32},
                                         {KeyKind::PasskeyEs256, "es256:", 65},
                                         {KeyKind::PasskeyEdDsa, "eddsa:", 32}}};
constexpr std::size_t kKeyIdDigits = 32;
constexpr std::string_view kFormsHelp =
    "a key is written ed25519:BASE64, or for a passkey es256:BASE64 or eddsa:BASE64";

const Form& form_of(KeyKind kind) {
  const auto found = std::find_if(kForms.begin(), kForms.end(),
                                  [kind](const Form& form) { return form.kind == kind; });
  CHECK(found != kForms.end());
  return *found;
}

base::Issues issue(std::string message, std::string remedy) {
  return {base::Issue{{}, {}, std::move(message), std::move(remedy), {}, 1}};
}

// What outside bytes cause inside OpenSSL stays in its error queue, where it would be taken for the
// cause of a later failure.
template <class T>
T forget_errors(T result) {
  ERR_clear_error();
  return result;
}

EVP_PKEY* ed25519_handle(base::ByteView bytes) {
  EVP_PKEY* const handle =
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes.data(), bytes.size());
  CHECK(handle != nullptr);  // it takes any 32 bytes
  return handle;
}

// Null when the bytes are no point of P-256 other than the one at infinity.
EVP_PKEY* p256_handle(base::ByteView point) {
  struct FreeBuilder {
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  };
  struct FreeParams {
    void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
  };
  struct FreeContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  };
  const std::unique_ptr<OSSL_PARAM_BLD, FreeBuilder> builder(OSSL_PARAM_BLD_new());
  CHECK(builder != nullptr);
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) == 1);
  const std::unique_ptr<OSSL_PARAM, FreeParams> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const std::unique_ptr<EVP_PKEY_CTX, FreeContext> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  CHECK(params != nullptr && context != nullptr);
  CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* handle = nullptr;
  const int made = EVP_PKEY_fromdata(context.get(), &handle, EVP_PKEY_PUBLIC_KEY, params.get());
  return forget_errors(made == 1 ? handle : nullptr);
}

std::optional<base::Issues> check_point(base::ByteView bytes) {
  switch (check_ed25519_point(bytes)) {
    case PointCheck::Good:
      return std::nullopt;
    case PointCheck::NotCanonical:
      return issue("the bytes of the key are not the canonical form of a point",
                   "copy the key again from its owner");
    case PointCheck::NotOnCurve:
      return issue("the bytes of the key are no point of its curve",
                   "copy the key again from its owner");
    case PointCheck::SmallOrder:
      return issue("the key is a point of small order, under which anything verifies",
                   "ask its owner for a key that was generated");
  }
  return std::nullopt;
}

}  // namespace

PublicKey::PublicKey(KeyKind kind, base::ByteView bytes, std::shared_ptr<evp_pkey_st> handle)
    : kind_(kind), bytes_(bytes.begin(), bytes.end()), handle_(std::move(handle)) {
  id_ = KeyId(to_hex(sha256(base::as_bytes(text()))).substr(0, kKeyIdDigits));
}

base::Parsed<PublicKey> PublicKey::parse(std::string_view text) {
  for (const Form& form : kForms) {
    if (!text.starts_with(form.prefix)) continue;
    const auto bytes = base::from_base64(text.substr(form.prefix.size()));
    if (!bytes) {
      return issue(
          fmt::format("`{}` is no key: what follows `{}` is not base64", text, form.prefix),
          std::string(kFormsHelp));
    }
    return create(form.kind, *bytes);
  }
  return issue(fmt::format("`{}` is no key", text.substr(0, 120)), std::string(kFormsHelp));
}

base::Parsed<PublicKey> PublicKey::create(KeyKind kind, base::ByteView bytes) {
  const Form& form = form_of(kind);
  if (bytes.size() != form.size) {
    return issue(fmt::format("a key written `{}` has {} bytes, not {}", form.prefix, form.size,
                             bytes.size()),
                 std::string(kFormsHelp));
  }
  EVP_PKEY* handle = nullptr;
  if (kind == KeyKind::PasskeyEs256) {
    if (bytes[0] == 0x04) handle = p256_handle(bytes);
    if (handle == nullptr) {
      return issue("the bytes of the key are no uncompressed point of P-256",
                   "copy the key again from its owner: 04, then x, then y");
    }
  } else {
    if (auto wrong = check_point(bytes)) return std::move(*wrong);
    handle = ed25519_handle(bytes);
  }
  return PublicKey(kind, bytes, std::shared_ptr<evp_pkey_st>(handle, &EVP_PKEY_free));
}

std::string PublicKey::text() const {
  return std::string(form_of(kind_).prefix) + base::to_base64(bytes_);
}

namespace {

struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;

DigestContext make_context() {
  DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  return context;
}

}  // namespace

bool verify_raw(const PublicKey& key, base::ByteView message, base::ByteView signature) {
  const DigestContext context = make_context();
  const char* const hash = key.kind() == KeyKind::PasskeyEs256 ? "SHA256" : nullptr;
  CHECK(EVP_DigestVerifyInit_ex(context.get(), nullptr, hash, nullptr, nullptr, key.handle(),
                                nullptr) == 1);
  return forget_errors(EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                        message.data(), message.size())) == 1;
}

bool verify(const PublicKey& key, base::ByteView message, base::ByteView signature) {
  return key.kind() == KeyKind::Ed25519 && verify_raw(key, message, signature);
}

void SigningKey::Free::operator()(evp_pkey_st* handle) const { EVP_PKEY_free(handle); }

SigningKey::SigningKey(Handle handle, PublicKey public_key)
    : handle_(std::move(handle)), public_key_(std::move(public_key)) {}

SigningKey SigningKey::from_seed(std::span<const std::uint8_t, kSeedSize> seed) {
  Handle handle(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, seed.data(), seed.size()));
  CHECK(handle != nullptr);  // any 32 bytes are a private key
  base::Bytes public_bytes(32);
  std::size_t size = public_bytes.size();
  CHECK(EVP_PKEY_get_raw_public_key(handle.get(), public_bytes.data(), &size) == 1);
  auto public_key = PublicKey::create(KeyKind::Ed25519, public_bytes);
  // RFC 8032 section 5.1.5 makes every public key a multiple of the base point other than zero.
  CHECK(public_key.has_value());
  return SigningKey(std::move(handle), std::move(public_key).value());
}

base::Bytes SigningKey::sign(base::ByteView message) const {
  const DigestContext context = make_context();
  CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, handle_.get(),
                              nullptr) == 1);
  base::Bytes signature(kSignatureSize);
  std::size_t size = signature.size();
  CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
        1);
  CHECK(size == kSignatureSize);
  return signature;
}

namespace {

constexpr std::string_view kPemBegin = "-----BEGIN PRIVATE KEY-----\n";
constexpr std::string_view kPemEnd = "\n-----END PRIVATE KEY-----\n";
// RFC 8410 section 7: PKCS #8 version 1, the algorithm id-Ed25519, an octet string that holds an
// octet string of 32 bytes. DER allows no other spelling of it.
constexpr std::array<std::uint8_t, 16> kPkcs8 = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

base::Issues not_a_key_file(std::string_view file, std::string message) {
  return {base::Issue{std::string(file),
                      {1, 1},
                      std::move(message),
                      "make one with `countersign key new`, or with "
                      "`openssl genpkey -algorithm ed25519`",
                      {},
                      1}};
}

}  // namespace

base::Parsed<SigningKey> SigningKey::parse(std::string_view source, std::string_view file) {
  std::string_view body = source;
  if (!body.starts_with(kPemBegin) || !body.ends_with(kPemEnd) ||
      body.size() < kPemBegin.size() + kPemEnd.size()) {
    return not_a_key_file(file, "not a private key file: it is not one PEM block `PRIVATE KEY`");
  }
  body.remove_prefix(kPemBegin.size());
  body.remove_suffix(kPemEnd.size());
  auto der = base::from_base64(body);
  if (!der || der->size() != kPkcs8.size() + kSeedSize ||
      !std::equal(kPkcs8.begin(), kPkcs8.end(), der->begin())) {
    if (der) wipe(*der);
    return not_a_key_file(file, "not an Ed25519 private key");
  }
  SigningKey key =
      from_seed(std::span<const std::uint8_t, kSeedSize>(der->data() + kPkcs8.size(), kSeedSize));
  wipe(*der);
  return key;
}

std::string SigningKey::secret_text() const {
  base::Bytes der(kPkcs8.begin(), kPkcs8.end());
  der.resize(kPkcs8.size() + kSeedSize);
  std::size_t size = kSeedSize;
  CHECK(EVP_PKEY_get_raw_private_key(handle_.get(), der.data() + kPkcs8.size(), &size) == 1);
  CHECK(size == kSeedSize);
  std::string body = base::to_base64(der);
  std::string text = fmt::format("{}{}{}", kPemBegin, body, kPemEnd);
  wipe(body);
  wipe(der);
  return text;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

void wipe(base::Bytes& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace countersign::seal
