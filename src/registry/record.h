// SPDX-License-Identifier: Apache-2.0
// A record: one document an authority answers for, as its manifest lists it.
#ifndef COUNTERSIGN_REGISTRY_RECORD_H_
#define COUNTERSIGN_REGISTRY_RECORD_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "seal/digest.h"

namespace countersign::registry {

// What is recorded document by document: one for each appointment, item description, claim,
// directive, list of movements and list of items, one for each whole book of the other kinds.
enum class RecordKind {
  Charter,
  Appointment,
  Vocabulary,
  Layer,
  Item,
  Prices,
  Claim,
  Ties,
  Holdings,
  Directive,
  Calendar,
  Movements,
  Grounds,
  List,
};

// "charter", "appointment", "vocabulary", "layer", "item", "prices", "claim", "ties", "holdings",
// "directive", "calendar", "movements", "grounds", "list".
std::string_view name_of(RecordKind kind);
std::optional<RecordKind> record_kind_of(std::string_view name);

// Whether an id of this kind is used up by one document (appointment, claim, directive,
// movements, list). Of the other kinds a new document of the same id may follow when the old one's
// period has ended.
bool is_once_only(RecordKind kind);

struct Record {
  RecordKind kind = RecordKind::Charter;
  // The id inside the document; for the kinds of which there is one book, the authority's own id.
  std::string id;
  AuthorityId authority;
  // When it is in force. The manifest's word, which begins as the document's own `in_force` and may
  // end it earlier. Empty (until == from): withdrawn before it began.
  base::Period period;
  seal::Digest digest;  // digest_of() its document

  friend bool operator==(const Record&, const Record&) = default;
};

// A record and what its document says. Shared, so that registers which differ in one record are
// cheap to keep side by side.
template <class T>
struct Recorded {
  Record record;
  std::shared_ptr<const T> value;  // never null
  std::string file;                // what messages call the document

  const T& operator*() const { return *value; }
  const T* operator->() const { return value.get(); }
};

// What a record is known by: SHA-256 of the document as base::write_json() spells it.
seal::Digest digest_of(const base::Json& document);

// The record and value of a document of which there is one book, or of one with an id.
template <class T>
Recorded<T> recorded(RecordKind kind, std::string id, const AuthorityId& authority,
                     base::Period period, const base::Json& document, T value, std::string file) {
  return {{kind, std::move(id), authority, period, digest_of(document)},
          std::make_shared<const T>(std::move(value)),
          std::move(file)};
}

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_RECORD_H_
