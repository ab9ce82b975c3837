// SPDX-License-Identifier: Apache-2.0
#include "seal/digest.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/check.h"

namespace countersign::seal {
namespace {

// Fetched once for the life of the process: looking the algorithm up costs more than hashing a
// small message with it.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(method != nullptr);
  return method;
}

void begin(EVP_MD_CTX* context) {
  CHECK(EVP_DigestInit_ex2(context, sha256_method(), nullptr) == 1);
}

void add(EVP_MD_CTX* context, base::ByteView piece) {
  CHECK(EVP_DigestUpdate(context, piece.data(), piece.size()) == 1);
}

Digest end(EVP_MD_CTX* context) {
  Digest digest;
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(context, digest.bytes.data(), &size) == 1);
  CHECK(size == Digest::kSize);
  return digest;
}

// One context a thread, set up again for each message.
EVP_MD_CTX* thread_context() {
  struct Owned {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Owned() { CHECK(context != nullptr); }
    ~Owned() { EVP_MD_CTX_free(context); }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
  };
  thread_local const Owned owned;
  return owned.context;
}

constexpr std::string_view kPrefix = "sha256:";

}  // namespace

std::string to_hex(const Digest& digest) { return base::to_hex(digest.bytes); }

std::optional<Digest> digest_from_hex(std::string_view hex) {
  const bool lower =
      std::none_of(hex.begin(), hex.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  const auto bytes = lower ? base::from_hex(hex) : std::nullopt;
  return bytes ? digest_from_bytes(*bytes) : std::nullopt;
}

std::string to_text(const Digest& digest) { return std::string(kPrefix) + to_hex(digest); }

std::optional<Digest> parse_digest(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  return digest_from_hex(text.substr(kPrefix.size()));
}

std::optional<Digest> digest_from_bytes(base::ByteView bytes) {
  if (bytes.size() != Digest::kSize) return std::nullopt;
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

Digest sha256(base::ByteView bytes) {
  EVP_MD_CTX* const context = thread_context();
  begin(context);
  add(context, bytes);
  return end(context);
}

Digest sha256(base::ByteView first, base::ByteView second, base::ByteView third) {
  EVP_MD_CTX* const context = thread_context();
  begin(context);
  add(context, first);
  add(context, second);
  add(context, third);
  return end(context);
}

Digest hmac_sha256(base::ByteView key, base::ByteView message) {
  constexpr std::size_t kBlock = 64;
  std::array<std::uint8_t, kBlock> inner{};
  const Digest hashed = key.size() > kBlock ? sha256(key) : Digest{};
  const base::ByteView used = key.size() > kBlock ? hashed.view() : key;
  std::copy(used.begin(), used.end(), inner.begin());
  std::array<std::uint8_t, kBlock> outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36U;
  for (std::uint8_t& byte : outer) byte ^= 0x5CU;
  return sha256(outer, sha256(inner, message).view());
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  CHECK(context_ != nullptr);
  begin(context_.get());
}

void Sha256::update(base::ByteView piece) { add(context_.get(), piece); }

Digest Sha256::finish() {
  const Digest digest = end(context_.get());
  begin(context_.get());
  return digest;
}

}  // namespace countersign::seal
