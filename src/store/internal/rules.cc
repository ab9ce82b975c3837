// SPDX-License-Identifier: Apache-2.0
#include "store/internal/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "seal/digest.h"
#include "store/internal/schema.h"

namespace countersign::store {
namespace {

constexpr std::size_t kHandful = 16;

// Whether something stands twice. Entries have a handful of contents, so the plain way is fastest;
// beyond that, sorting keeps a large one from costing its square.
template <class Items, class Key>
bool has_twins(const Items& items, Key key) {
  if (items.size() <= kHandful) {
    for (std::size_t i = 1; i < items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (key(items[i]) == key(items[j])) return true;
      }
    }
    return false;
  }
  std::vector<std::decay_t<decltype(key(items[0]))>> keys;
  keys.reserve(items.size());
  for (const auto& item : items) keys.push_back(key(item));
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

static_assert(kMaxEntrySize == ledger::kMaxEntrySize);

// What is wrong with the entry, or nothing.
std::string_view fault_of(const NewEntry& entry) {
  if (entry.bytes.empty()) return "is empty";
  if (entry.bytes.size() > kMaxEntrySize) return "is larger than an entry may be";
  if (entry.leaf != ledger::hash_leaf(entry.bytes))
    return "does not have the leaf hash given with it";
  if (entry.blobs.size() > kMaxPlaces) return "refers to too many blobs";
  std::size_t disclosed = 0;
  for (const auto& disclosure : entry.disclosures) {
    if (disclosure.name.empty()) return "has a disclosure without a name";
    disclosed += disclosure.name.size() + disclosure.text.size();
    if (disclosed > kMaxContentSize) return "has disclosures that are too large";
  }
  if (has_twins(entry.disclosures,
                [](const Disclosure& each) -> std::string_view { return each.name; })) {
    return "has two disclosures of one name";
  }
  for (const auto& blob : entry.blobs) {
    if (blob.bytes.size() > kMaxContentSize) return "has a blob that is too large";
    if (blob.digest != seal::sha256(blob.bytes)) {
      return "has a blob whose digest is not that of its bytes";
    }
  }
  if (has_twins(entry.blobs, [](const Blob& each) { return each.digest; })) {
    return "refers to one blob twice";
  }
  return {};
}

base::Error malformed(std::size_t append, std::string_view what) {
  return {StoreError::Malformed, fmt::format("append {} of the batch {}", append, what)};
}

}  // namespace

base::Result<void> check_batch(std::span<const Append> batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Append& append = batch[i];
    if (append.entries.empty()) return malformed(i, "has no entry");
    if (append.command &&
        (append.command->key.signer.empty() || append.command->key.command.empty())) {
      return malformed(i, "has a command without a signer or an id");
    }
    for (std::size_t j = 0; j < append.entries.size(); ++j) {
      const auto fault = fault_of(append.entries[j]);
      if (!fault.empty()) {
        return malformed(i, fmt::format("cannot be taken: its entry {} {}", j, fault));
      }
    }
  }
  return base::outcome::success();
}

}  // namespace countersign::store
