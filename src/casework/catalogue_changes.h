// SPDX-License-Identifier: Apache-2.0
// A catalogue kept current: changes written down, made in its engine, and who has a say then.
#ifndef COUNTERSIGN_CASEWORK_CATALOGUE_CHANGES_H_
#define COUNTERSIGN_CASEWORK_CATALOGUE_CHANGES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "casework/trace.h"
#include "registry/graph/engine.h"

namespace countersign::casework {

struct CatalogueChanged {
  std::size_t changes = 0;
  std::size_t looked_at = 0;      // nodes whose ties the changes might have been about
  std::vector<TracedUse> others;  // those of them with other ties now
};

// Makes all changes of a document (docs/formats/catalogue.md, "What has changed"), or none. `file`
// is what issues call it; `destination` is what ties are told for, empty: any.
base::Parsed<CatalogueChanged> change_catalogue(registry::graph::TieEngine& engine,
                                                std::string_view document, std::string_view file,
                                                std::string_view destination,
                                                const registry::graph::Progress& progress = {});

std::string to_text(const CatalogueChanged& changed);  // without a line break at the end
base::Json to_json(const CatalogueChanged& changed);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CATALOGUE_CHANGES_H_
