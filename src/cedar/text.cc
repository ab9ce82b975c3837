// SPDX-License-Identifier: Apache-2.0
#include "cedar/text.h"

#include <algorithm>

#include "base/check.h"

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

// The sharing that texts made by this thread go through, or null.
thread_local TextSharing* sharing = nullptr;

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

const Text::Body* Text::Body::make(std::string_view text, std::uint64_t hash) {
  CHECK(text.size() <= UINT32_MAX);
  void* memory = ::operator new(sizeof(Body) + text.size());
  const auto* body = new (memory) Body(static_cast<std::uint32_t>(text.size()), hash);
  std::copy(text.begin(), text.end(), static_cast<char*>(memory) + sizeof(Body));
  return body;
}

Text::Text(std::string_view text) {
  if (text.empty()) return;
  const std::uint64_t hash = hash_of(text);
  *this = sharing != nullptr ? sharing->made(text, hash) : Text(Body::make(text, hash));
}

TextSharing::TextSharing() : outermost_(sharing == nullptr) {
  if (outermost_) sharing = this;
}

TextSharing::~TextSharing() {
  if (outermost_) sharing = nullptr;
}

Text TextSharing::made(std::string_view text, std::uint64_t hash) {
  if (texts_.size() < count_ * 2 + 2) grow();
  const std::size_t mask = texts_.size() - 1;
  std::size_t place = hash & mask;
  for (; texts_[place].body_.get() != nullptr; place = (place + 1) & mask) {
    if (texts_[place].hash() == hash && texts_[place].view() == text) return texts_[place];
  }
  ++count_;
  return texts_[place] = Text(Text::Body::make(text, hash));
}

void TextSharing::grow() {
  constexpr std::size_t kLeast = 64;
  std::vector<Text> larger(std::max(kLeast, texts_.size() * 2));
  const std::size_t mask = larger.size() - 1;
  for (Text& text : texts_) {
    if (text.body_.get() == nullptr) continue;
    std::size_t place = text.hash() & mask;
    while (larger[place].body_.get() != nullptr) place = (place + 1) & mask;
    larger[place] = std::move(text);
  }
  texts_ = std::move(larger);
}

}  // namespace countersign::cedar
