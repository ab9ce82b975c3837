// SPDX-License-Identifier: Apache-2.0
// Parts lists and bills of materials made into a catalogue: all of them, or nothing. What an import
// that is cut off had read it keeps beside the catalogue, and the same import goes on from there.
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
  std::filesystem::path out;                 // written whole or not at all
  std::size_t keep_every = 64U << 20;        // bytes read, after which they are kept
};

// The file beside `out` that keeps what was read; gone once the import has ended.
std::filesystem::path import_work_of(const std::filesystem::path& out);

struct ImportWatch {
  // What is being done ("reading parts.csv (1 of 2)", "working out ties"), and how far it is.
  std::function<void(const std::string& what, std::size_t done, std::size_t of)> step;
  // Whether an earlier import is taken up again, and where; or why it is not.
  std::function<void(const std::string& sentence)> tell;
};

struct ImportedCatalogue {
  registry::graph::ImportReport report;
  std::optional<registry::graph::TieEngine> engine;  // only where nothing was refused
};

// Issues are those of the mapping, of files that cannot be read at all, and of `out` where it
// cannot be written or another process imports to it; what is refused in a file stands in the
// report, every line of it. After the same inputs `out` has the same bytes, however often the
// import was cut off.
base::Parsed<ImportedCatalogue> import_catalogue(const CatalogueImport& import,
                                                 const ImportWatch& watch = {});

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CATALOGUE_IMPORT_H_
