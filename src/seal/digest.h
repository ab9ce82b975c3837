// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), the only hash of this house.
#ifndef COUNTERSIGN_SEAL_DIGEST_H_
#define COUNTERSIGN_SEAL_DIGEST_H_

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

struct evp_md_ctx_st;

namespace countersign::seal {

// A SHA-256 digest. Ordered byte by byte.
struct Digest {
  static constexpr std::size_t kSize = 32;

  std::array<std::uint8_t, kSize> bytes{};

  base::ByteView view() const { return bytes; }
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

// 64 lower-case hexadecimal digits, and the same with the algorithm's name before them:
// "sha256:<hex>". Reading takes exactly what is written, nothing else.
std::string to_hex(const Digest& digest);
std::optional<Digest> digest_from_hex(std::string_view hex);
std::string to_text(const Digest& digest);
std::optional<Digest> parse_digest(std::string_view text);

// The digest of these 32 bytes; empty when there are more or fewer.
std::optional<Digest> digest_from_bytes(base::ByteView bytes);

// The digest of `bytes`, or of two or three pieces one after the other. Thread-safe; allocates
// nothing after a thread's first call.
Digest sha256(base::ByteView bytes);
Digest sha256(base::ByteView first, base::ByteView second, base::ByteView third = {});

// HMAC (RFC 2104) with SHA-256. Thread-safe.
Digest hmac_sha256(base::ByteView key, base::ByteView message);

// The digest of bytes that come in pieces. One thread at a time.
class Sha256 {
 public:
  Sha256();

  void update(base::ByteView piece);
  // The digest of all pieces so far; the next piece begins a new message.
  Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace countersign::seal

template <>
struct std::hash<countersign::seal::Digest> {
  std::size_t operator()(const countersign::seal::Digest& digest) const noexcept {
    // The bytes of a digest are evenly spread: any of them make a hash.
    std::size_t value = 0;
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};

#endif  // COUNTERSIGN_SEAL_DIGEST_H_
