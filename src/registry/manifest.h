// SPDX-License-Identifier: Apache-2.0
// An authority's numbered, chained, expiring list of every record it has issued, pending and ended
// ones included. Each change is a new manifest.
#ifndef COUNTERSIGN_REGISTRY_MANIFEST_H_
#define COUNTERSIGN_REGISTRY_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "registry/ids.h"
#include "registry/record.h"
#include "seal/digest.h"

namespace countersign::registry {

struct ManifestEntry {
  RecordKind kind = RecordKind::Charter;
  std::string id;
  seal::Digest digest;
  base::Period period;  // empty (until == from): withdrawn before it began

  friend bool operator==(const ManifestEntry&, const ManifestEntry&) = default;
};

// Two entries of one kind and id never overlap in time; of a once-only kind there is one.
struct Manifest {
  AuthorityId authority;
  std::int64_t number = 0;               // 1, 2, 3, ...
  std::optional<seal::Digest> previous;  // digest_of() the one before; none for number 1
  base::Instant issued_at;
  base::Instant expires;  // from then on it proves nothing
  std::vector<ManifestEntry> entries;

  const ManifestEntry* find(const Record& record) const;

  // Reads a manifest's document (docs/formats/records.md).
  static Manifest read(const base::Json& document, base::Report& report);
  static base::Json write(const Manifest& manifest);

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

seal::Digest digest_of(const Manifest& manifest);

// Whether `next` may follow `previous` (null: `next` is the first), under a charter that makes a
// manifest good for `manifest_days`. Rules of refusal:
//   manifest-authority  another authority's
//   manifest-number     not the next number
//   manifest-previous   does not carry the digest of the one before
//   manifest-time       issued before the one before, or good for no time or longer than the
//                       charter allows
//   manifest-entry-gone     an entry of the one before is missing: what was issued stays listed
//   manifest-entry-changed  an entry's beginning moved, an ended one's end did, or an end was put
//                           before the manifest's own time (what was in force, was)
base::Ruled<void> follows(const Manifest* previous, const Manifest& next,
                          std::int64_t manifest_days);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_MANIFEST_H_
