// SPDX-License-Identifier: Apache-2.0
// A register held against its manifest.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "registry/registers.h"

namespace countersign::registry {
namespace {

template <class T>
void add_records(const std::vector<Recorded<T>>& list, std::vector<Record>& records) {
  for (const Recorded<T>& one : list) records.push_back(one.record);
}

auto order_of(const Record& record) {
  return std::tie(record.kind, record.id, record.period.from, record.digest);
}

std::string spoken(RecordKind kind, const std::string& id) {
  return fmt::format("{} {}", name_of(kind), id);
}

}  // namespace

std::vector<Record> records_of(const AuthorityRegister& held) {
  std::vector<Record> records;
  add_records(held.charters, records);
  add_records(held.appointments, records);
  add_records(held.vocabularies, records);
  add_records(held.layers, records);
  add_records(held.items, records);
  add_records(held.price_lists, records);
  add_records(held.claims, records);
  add_records(held.tie_rules, records);
  add_records(held.holdings, records);
  add_records(held.grounds, records);
  add_records(held.directives, records);
  add_records(held.calendars, records);
  add_records(held.movements, records);
  add_records(held.lists, records);
  std::sort(records.begin(), records.end(),
            [](const Record& a, const Record& b) { return order_of(a) < order_of(b); });
  return records;
}

base::Ruled<void> matches(const Manifest& manifest, const AuthorityRegister& held) {
  if (manifest.authority != held.authority) {
    return base::Refusal{"manifest-authority",
                         fmt::format("the manifest is of `{}`, the register of `{}`",
                                     manifest.authority.text(), held.authority.text()),
                         {}};
  }
  using Key = std::tuple<RecordKind, std::string, base::Instant, seal::Digest>;
  std::map<Key, const ManifestEntry*> listed;
  for (const ManifestEntry& entry : manifest.entries) {
    listed.emplace(Key{entry.kind, entry.id, entry.period.from, entry.digest}, &entry);
  }
  for (const Record& record : records_of(held)) {
    const auto found = listed.find({record.kind, record.id, record.period.from, record.digest});
    if (found == listed.end()) {
      return base::Refusal{
          "manifest-added",
          fmt::format("the {} `{}` is not what manifest {} of `{}` lists", name_of(record.kind),
                      record.id, manifest.number, manifest.authority.text()),
          spoken(record.kind, record.id)};
    }
    if (found->second->period != record.period) {
      return base::Refusal{
          "manifest-period",
          fmt::format("the {} `{}` ends at {} by manifest {}, not at {}", name_of(record.kind),
                      record.id, base::to_text(found->second->period.until), manifest.number,
                      base::to_text(record.period.until)),
          spoken(record.kind, record.id)};
    }
    listed.erase(found);
  }
  if (listed.empty()) return base::outcome::success();
  const ManifestEntry& missing = *listed.begin()->second;
  return base::Refusal{
      "manifest-left-out",
      fmt::format("the {} `{}`, which manifest {} of `{}` lists, is not here",
                  name_of(missing.kind), missing.id, manifest.number, manifest.authority.text()),
      spoken(missing.kind, missing.id)};
}

}  // namespace countersign::registry
