// SPDX-License-Identifier: Apache-2.0
// Shared immutable texts: what names, ids and string values are made of.
//
// Nothing is interned in a table that only grows: a Text carries its hash, so that two texts are
// told apart by one comparison of integers, and memory is returned when the last holder goes.
// Within one document equal texts are one (TextSharing).
#ifndef COUNTERSIGN_CEDAR_TEXT_H_
#define COUNTERSIGN_CEDAR_TEXT_H_

#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::cedar {

// What is shared by counting its holders. Holders in several threads are fine: what they share
// never changes.
class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  void hold() const { holders_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  virtual ~Shared() = default;

 private:
  mutable std::atomic<std::uint32_t> holders_{0};
};

// One holder of a T, a Shared. Never null unless moved from or default constructed.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(const T* body) : body_(body) {
    if (body_ != nullptr) body_->hold();
  }
  Ref(const Ref& other) : Ref(other.body_) {}
  Ref(Ref&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~Ref() {
    if (body_ != nullptr) body_->release();
  }

  const T& operator*() const { return *body_; }
  const T* operator->() const { return body_; }
  const T* get() const { return body_; }

 private:
  const T* body_ = nullptr;
};

// A 64-bit hash of some bytes, the same in every run. Not keyed: it orders and tells apart, it does
// not protect.
std::uint64_t hash_of(std::string_view bytes);
// Mixes two hashes; the order matters.
std::uint64_t hash_of(std::uint64_t first, std::uint64_t second);

// An immutable text with its hash. Copies share. Ordered by bytes.
class Text {
 public:
  Text() = default;
  Text(std::string_view text);  // NOLINT(google-explicit-constructor): a text is a text
  Text(const char* text) : Text(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  Text(const std::string& text)
      : Text(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)

  std::string_view view() const {
    return body_.get() == nullptr ? std::string_view() : body_->view();
  }
  std::string str() const { return std::string(view()); }
  std::uint64_t hash() const { return body_.get() == nullptr ? kEmptyHash : body_->hash(); }
  bool empty() const { return view().empty(); }

  friend bool operator==(const Text& a, const Text& b) {
    return a.body_.get() == b.body_.get() || (a.hash() == b.hash() && a.view() == b.view());
  }
  friend bool operator==(const Text& a, std::string_view b) { return a.view() == b; }
  friend bool operator==(const Text& a, const char* b) { return a.view() == b; }
  friend std::strong_ordering operator<=>(const Text& a, const Text& b) {
    return a.view() <=> b.view();
  }

 private:
  friend class Value;
  friend class TextSharing;

  // Its bytes stand behind it, in the same piece of memory.
  class Body final : public Shared {
   public:
    static const Body* make(std::string_view text, std::uint64_t hash);
    static void operator delete(void* body) { ::operator delete(body); }

    std::uint64_t hash() const { return hash_; }
    std::string_view view() const {
      // NOLINTNEXTLINE(bugprone-casting-through-void): `make` put chars there
      return {static_cast<const char*>(static_cast<const void*>(this + 1)), size_};
    }

   private:
    Body(std::uint32_t size, std::uint64_t hash) : size_(size), hash_(hash) {}

    const std::uint32_t size_;
    const std::uint64_t hash_;
  };
  static const std::uint64_t kEmptyHash;

  explicit Text(const Body* body) : body_(body) {}

  Ref<Body> body_;
};

// While one lives, equal texts that its thread makes are one: a document that says `principal` a
// thousand times holds it once, and what it describes lies closer together. Within another one's
// life it adds nothing.
class TextSharing {
 public:
  TextSharing();
  ~TextSharing();
  TextSharing(const TextSharing&) = delete;
  TextSharing& operator=(const TextSharing&) = delete;

 private:
  friend class Text;
  Text made(std::string_view text, std::uint64_t hash);
  void grow();

  bool outermost_;
  std::size_t count_ = 0;
  // Open addressing by hash; its size is a power of two, an empty text is a free place.
  std::vector<Text> texts_;
};

}  // namespace countersign::cedar

template <>
struct std::hash<countersign::cedar::Text> {
  std::size_t operator()(const countersign::cedar::Text& text) const noexcept {
    return text.hash();
  }
};

#endif  // COUNTERSIGN_CEDAR_TEXT_H_
