// SPDX-License-Identifier: Apache-2.0
// What the readers of this room share: limits, and the few forms that recur in every document.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_READING_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_READING_H_

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "seal/digest.h"

namespace countersign::registry::internal {

inline constexpr std::size_t kNameLimit = 256;  // bytes
inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

using Members = std::vector<std::pair<std::string, base::Json>>;

// A text for people that may be left out (then empty): one line, at most kNameLimit bytes.
std::string read_name(base::Fields& fields, std::string_view name);

// "in_force" or its like, which may be left out: then always.
base::Period read_period(base::Fields& fields, std::string_view name);

// The same for a manifest, where `until` may equal `from`: withdrawn before it began.
base::Period read_ruling_period(base::Fields& fields, std::string_view name, base::Report& report);

// "currency": three capital letters.
std::string read_currency(base::Fields& fields);
// "sha256:..."
seal::Digest read_digest(base::Fields& fields, std::string_view name);

void add_name(Members& members, std::string_view name, const std::string& text);
// Left out when the period is always.
void add_period(Members& members, std::string_view name, const base::Period& period);
base::Json write_period(const base::Period& period);

template <class Id>
std::vector<Id> read_ids(base::Fields& fields, std::string_view name) {
  std::vector<Id> ids;
  for (std::string& text : fields.ids(name)) ids.emplace_back(std::move(text));
  return ids;
}

// A JSON list of what `write` makes of each.
template <class T, class Write>
base::Json write_each(const std::vector<T>& list, const Write& write) {
  std::vector<base::Json> items;
  items.reserve(list.size());
  for (const T& one : list) items.push_back(write(one));
  return base::json_array(std::move(items));
}

template <class Id>
base::Json write_ids(const std::vector<Id>& ids) {
  return write_each(ids, [](const Id& id) { return base::json_text(id.text()); });
}

// Left out when there are none.
template <class Id>
void add_ids(Members& members, std::string_view name, const std::vector<Id>& ids) {
  if (!ids.empty()) members.emplace_back(name, write_ids(ids));
}

// Notices the second of two equal ids in a list of objects.
class OnceOnly {
 public:
  OnceOnly(std::string_view list, base::Report& report) : list_(list), report_(report) {}

  // Reports an id met before. An empty id has been reported already and is let pass.
  void see(const std::string& id, base::Position at);

 private:
  std::string_view list_;
  base::Report& report_;
  std::unordered_set<std::string> seen_;
};

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_READING_H_
