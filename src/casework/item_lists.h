// SPDX-License-Identifier: Apache-2.0
// Lists of items made of what was imported: what an authority signs, and the rows beside it.
#ifndef COUNTERSIGN_CASEWORK_ITEM_LISTS_H_
#define COUNTERSIGN_CASEWORK_ITEM_LISTS_H_

#include <filesystem>

#include "base/result.h"
#include "registry/graph/catalogue.h"
#include "registry/ids.h"
#include "registry/item_list.h"

namespace countersign::casework {

struct WrittenList {
  registry::ItemList list;
  std::filesystem::path document;  // FOLDER/ID.json
  std::filesystem::path rows;      // FOLDER/ID.rows
};

// The descriptions of a catalogue that one authority answers for, written as a list with a fresh
// secret. Nothing that is there is replaced. Issues: those of listed_rows(), and files that cannot
// be written.
base::Parsed<WrittenList> write_item_list(const registry::graph::Catalogue& catalogue,
                                          const registry::ListId& id,
                                          const std::filesystem::path& folder);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_ITEM_LISTS_H_
