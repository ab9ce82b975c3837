// SPDX-License-Identifier: Apache-2.0
// Documents that were read once and are kept by their digest, so that a new manifest costs no
// reading of what the last one listed already.
#ifndef COUNTERSIGN_KERNEL_RECORD_SHELF_H_
#define COUNTERSIGN_KERNEL_RECORD_SHELF_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "kernel/list_rows.h"
#include "registry/manifest.h"
#include "registry/record.h"
#include "registry/registers.h"
#include "seal/digest.h"

namespace countersign::geo {
class Layer;
}

namespace countersign::kernel {

// Makes the layer of a layer document. The kernel reads no files: who holds the base collection
// that a layer document names builds the layer.
using LayerMaker =
    std::function<base::Parsed<std::shared_ptr<const geo::Layer>>(const base::Json& document)>;

// Where that comes from which documents name and do not hold. Either may be null: no layer can be
// read then, no row of a list is known.
struct Sources {
  LayerMaker make_layer;
  RowFinder find_rows;
};

// One document, as read.
class RecordShelf {
 public:
  explicit RecordShelf(Sources sources = {}) : sources_(std::move(sources)) {}

  // Reads a document and keeps it; its digest is registry::digest_of(document). A document that is
  // there already is not read again. Refused by `document` when it cannot be read, with every issue
  // in the message; `name` is what the issues call it.
  base::Ruled<seal::Digest> put(registry::RecordKind kind, std::string_view name,
                                const base::Json& document);

  // Whether a document of that digest and kind is kept.
  bool has(registry::RecordKind kind, const seal::Digest& digest) const;

  // Adds what `entry` lists to `held`, with the entry's period; false when it is not kept, or has
  // another id of its own.
  bool add_to(registry::AuthorityRegister& held, const registry::ManifestEntry& entry) const;

  // Adds a description, claim, price list or list of items that is kept, in force as its document
  // says (a price list always): for a register whose manifest is not at hand. Of a list, what is
  // not here is not listed, by the word of who selected it. Documents of other kinds are left
  // aside.
  void add_as_written(registry::AuthorityRegister& held, const seal::Digest& digest) const;

 private:
  struct Kept {
    registry::RecordKind kind = registry::RecordKind::Charter;
    std::string id;                     // its own; empty for a book, which has none
    std::shared_ptr<const void> value;  // of the type that `kind` stands for
  };

  void give_rows(registry::ItemList& list, Absence absence) const;

  Sources sources_;
  std::multimap<seal::Digest, Kept> kept_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_RECORD_SHELF_H_
