// SPDX-License-Identifier: Apache-2.0
// Strong ids: the same text, never the same type.
#ifndef COUNTERSIGN_BASE_IDS_H_
#define COUNTERSIGN_BASE_IDS_H_

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace countersign::base {

// An id whose kind is part of its type: `struct PartyTag; using PartyId = Id<PartyTag>;`
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

// Whether `text` may be an id in a document: 1 to 128 bytes of letters, digits and "-_.:/", the
// first a letter or digit. Ids are compared byte by byte and shown as they are.
bool is_id(std::string_view text);

}  // namespace countersign::base

template <class Tag>
struct std::hash<countersign::base::Id<Tag>> {
  std::size_t operator()(const countersign::base::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};

#endif  // COUNTERSIGN_BASE_IDS_H_
