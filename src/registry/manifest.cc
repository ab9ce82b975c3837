// SPDX-License-Identifier: Apache-2.0
#include "registry/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using base::Json;
using internal::Members;
using internal::read_digest;

constexpr std::int64_t kDayMs = 86'400'000;

RecordKind read_kind(base::Fields& fields) {
  static const std::vector<std::string_view> kKinds = [] {
    std::vector<std::string_view> kinds;
    for (int i = 0; i <= static_cast<int>(RecordKind::List); ++i) {
      kinds.push_back(name_of(static_cast<RecordKind>(i)));
    }
    return kinds;
  }();
  return static_cast<RecordKind>(fields.word("kind", kKinds));
}

struct PlacedEntry {
  const ManifestEntry* entry;
  base::Position at;
};

// An entry is the same from one manifest to the next when these are: only `until` may move.
using EntryKey = std::tuple<RecordKind, std::string_view, seal::Digest, base::Instant>;

EntryKey key_of(const ManifestEntry& entry) {
  return {entry.kind, entry.id, entry.digest, entry.period.from};
}

void check_listed_once(const std::vector<PlacedEntry>& placed, base::Report& report) {
  std::set<EntryKey> seen;
  std::set<std::pair<RecordKind, std::string_view>> used_up;
  for (const auto& [entry, at] : placed) {
    bool fresh = seen.insert(key_of(*entry)).second;
    if (is_once_only(entry->kind)) fresh = used_up.emplace(entry->kind, entry->id).second;
    if (fresh) continue;
    report.add(at, fmt::format("the {} `{}` is listed twice", name_of(entry->kind), entry->id),
               "list a document once; a new one that takes its place has an id of its own, or "
               "begins later");
  }
}

void check_apart(std::vector<PlacedEntry> placed, base::Report& report) {
  std::erase_if(placed, [](const PlacedEntry& one) {
    return one.entry->period.empty() || is_once_only(one.entry->kind);
  });
  const auto order = [](const PlacedEntry& one) {
    return std::tuple(one.entry->kind, std::string_view(one.entry->id), one.entry->period.from);
  };
  std::stable_sort(placed.begin(), placed.end(),
                   [&](const PlacedEntry& a, const PlacedEntry& b) { return order(a) < order(b); });
  for (std::size_t i = 1; i < placed.size(); ++i) {
    const ManifestEntry& before = *placed[i - 1].entry;
    const ManifestEntry& entry = *placed[i].entry;
    if (before.kind != entry.kind || before.id != entry.id ||
        entry.period.from >= before.period.until) {
      continue;
    }
    report.add(placed[i].at,
               fmt::format("two documents of the {} `{}` are in force at the same time",
                           name_of(entry.kind), entry.id),
               "end the earlier one where the later begins");
  }
}

base::Refusal refusal(std::string rule, std::string message, std::string where = {}) {
  return {std::move(rule), std::move(message), std::move(where)};
}

std::string spoken(const ManifestEntry& entry) {
  return fmt::format("{} {}", name_of(entry.kind), entry.id);
}

base::Ruled<void> check_entries(const Manifest& previous, const Manifest& next) {
  std::map<EntryKey, const ManifestEntry*> after;
  for (const ManifestEntry& entry : next.entries) after.emplace(key_of(entry), &entry);
  for (const ManifestEntry& before : previous.entries) {
    const auto found = after.find(key_of(before));
    if (found == after.end()) {
      return refusal("manifest-entry-gone",
                     fmt::format("manifest {} no longer lists the {} `{}` as it was issued",
                                 next.number, name_of(before.kind), before.id),
                     spoken(before));
    }
    const base::Instant was = before.period.until;
    const base::Instant is = found->second->period.until;
    if (is == was) continue;
    if (was <= next.issued_at || before.period.empty()) {
      return refusal("manifest-entry-changed",
                     fmt::format("the {} `{}` ended at {} and manifest {} moves its end",
                                 name_of(before.kind), before.id, base::to_text(was), next.number),
                     spoken(before));
    }
    if (is < next.issued_at) {
      return refusal("manifest-entry-changed",
                     fmt::format("manifest {} of {} ends the {} `{}` before its own time, at {}",
                                 next.number, base::to_text(next.issued_at), name_of(before.kind),
                                 before.id, base::to_text(is)),
                     spoken(before));
    }
  }
  return base::outcome::success();
}

}  // namespace

const ManifestEntry* Manifest::find(const Record& record) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const ManifestEntry& entry) {
    return entry.kind == record.kind && entry.id == record.id && entry.digest == record.digest &&
           entry.period.from == record.period.from;
  });
  return found == entries.end() ? nullptr : &*found;
}

Manifest Manifest::read(const Json& document, base::Report& report) {
  base::Fields fields(document, "a manifest", report);
  Manifest manifest;
  manifest.authority = AuthorityId(fields.id("authority"));
  manifest.number = fields.integer("number", 1, internal::kNoLimit);
  if (fields.maybe("previous") != nullptr) manifest.previous = read_digest(fields, "previous");
  if (fields.maybe("number") != nullptr && manifest.previous.has_value() != (manifest.number > 1)) {
    fields.report(manifest.previous ? "previous" : "number",
                  fmt::format("manifest {} {} `previous`", manifest.number,
                              manifest.previous ? "has no" : "needs"),
                  "the first manifest has none, each later one the digest of the one before");
  }
  manifest.issued_at = fields.instant("issued_at");
  manifest.expires = fields.instant("expires");
  if (fields.maybe("expires") != nullptr && fields.maybe("issued_at") != nullptr &&
      manifest.expires <= manifest.issued_at) {
    fields.report("expires", "the manifest expires before it is issued");
  }
  const Json* list = fields.need("entries");
  for (const Json& element : fields.array("entries")) {
    base::Fields entry(element, "an entry", report);
    ManifestEntry read;
    read.kind = read_kind(entry);
    read.id = entry.id("id");
    read.digest = read_digest(entry, "digest");
    read.period = internal::read_ruling_period(entry, "period", report);
    entry.finish();
    manifest.entries.push_back(std::move(read));
  }
  fields.finish();
  std::vector<PlacedEntry> placed;
  placed.reserve(manifest.entries.size());
  for (std::size_t i = 0; i < manifest.entries.size(); ++i) {
    placed.push_back({&manifest.entries[i], list->items[i].at});
  }
  check_listed_once(placed, report);
  check_apart(std::move(placed), report);
  return manifest;
}

Json Manifest::write(const Manifest& manifest) {
  Members members;
  members.emplace_back("authority", base::json_text(manifest.authority.text()));
  members.emplace_back("number", base::json_integer(manifest.number));
  if (manifest.previous) {
    members.emplace_back("previous", base::json_text(seal::to_text(*manifest.previous)));
  }
  members.emplace_back("issued_at", base::json_text(base::to_text(manifest.issued_at)));
  members.emplace_back("expires", base::json_text(base::to_text(manifest.expires)));
  const auto write_entry = [](const ManifestEntry& entry) {
    Members one;
    one.emplace_back("kind", base::json_text(name_of(entry.kind)));
    one.emplace_back("id", base::json_text(entry.id));
    one.emplace_back("digest", base::json_text(seal::to_text(entry.digest)));
    internal::add_period(one, "period", entry.period);
    return base::json_object(std::move(one));
  };
  members.emplace_back("entries", internal::write_each(manifest.entries, write_entry));
  return base::json_object(std::move(members));
}

seal::Digest digest_of(const Manifest& manifest) { return digest_of(Manifest::write(manifest)); }

base::Ruled<void> follows(const Manifest* previous, const Manifest& next,
                          std::int64_t manifest_days) {
  if (previous != nullptr && previous->authority != next.authority) {
    return refusal("manifest-authority",
                   fmt::format("a manifest of `{}` cannot follow one of `{}`",
                               next.authority.text(), previous->authority.text()));
  }
  const std::int64_t number = previous == nullptr ? 1 : previous->number + 1;
  if (next.number != number) {
    return refusal("manifest-number", fmt::format("manifest {} stands where `{}` next issues {}",
                                                  next.number, next.authority.text(), number));
  }
  const auto digest =
      previous == nullptr ? std::nullopt : std::optional<seal::Digest>(digest_of(*previous));
  if (next.previous != digest) {
    return refusal(
        "manifest-previous",
        fmt::format("manifest {} does not carry the digest of the one before it", next.number));
  }
  if (previous != nullptr && next.issued_at < previous->issued_at) {
    return refusal("manifest-time",
                   fmt::format("manifest {} is issued at {}, before manifest {}", next.number,
                               base::to_text(next.issued_at), previous->number));
  }
  if (next.expires <= next.issued_at ||
      next.expires.unix_ms - next.issued_at.unix_ms > manifest_days * kDayMs) {
    return refusal("manifest-time",
                   fmt::format("manifest {} expires at {}; its charter allows at most {} days "
                               "after {}",
                               next.number, base::to_text(next.expires), manifest_days,
                               base::to_text(next.issued_at)));
  }
  if (previous == nullptr) return base::outcome::success();
  return check_entries(*previous, next);
}

}  // namespace countersign::registry
