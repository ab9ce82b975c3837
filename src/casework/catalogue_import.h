// SPDX-License-Identifier: Apache-2.0
// Parts lists and bills of materials made into a catalogue: all of them, or nothing.
#ifndef COUNTERSIGN_CASEWORK_CATALOGUE_IMPORT_H_
#define COUNTERSIGN_CASEWORK_CATALOGUE_IMPORT_H_

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "registry/graph/engine.h"
#include "registry/graph/import/report.h"

namespace countersign::casework {

struct CatalogueImport {
  std::filesystem::path mapping;             // docs/formats/catalogue.md
  std::vector<std::filesystem::path> files;  // *.csv, or JSON of CycloneDX or SPDX
  base::Instant at;                          // the date it is worked out for
};

// What is being done ("reading parts.csv", "working out ties"), and how far it is.
using ImportStep = std::function<void(const std::string& what, std::size_t done, std::size_t of)>;

struct ImportedCatalogue {
  registry::graph::ImportReport report;
  std::optional<registry::graph::TieEngine> engine;  // only where nothing was refused
};

// Issues are those of the mapping, and of files that cannot be read at all; what is refused in a
// file stands in the report, every line of it.
base::Parsed<ImportedCatalogue> import_catalogue(const CatalogueImport& import,
                                                 const ImportStep& step = {});

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CATALOGUE_IMPORT_H_
