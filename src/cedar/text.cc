// SPDX-License-Identifier: Apache-2.0
#include "cedar/text.h"

namespace countersign::cedar {
namespace {

constexpr std::uint64_t kOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kPrime = 0x100000001b3;

// The finishing step of MurmurHash3: FNV alone leaves the high bits of short texts alike.
constexpr std::uint64_t finish(std::uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

}  // namespace

std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = kOffset;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return finish(hash);
}

std::uint64_t hash_of(std::uint64_t first, std::uint64_t second) {
  return finish(first * kPrime ^ second);
}

const std::uint64_t Text::kEmptyHash = hash_of(std::string_view());

Text::Text(std::string_view text) : body_(text.empty() ? nullptr : new Body(text)) {}

}  // namespace countersign::cedar
