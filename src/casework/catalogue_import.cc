// SPDX-License-Identifier: Apache-2.0
#include "casework/catalogue_import.h"

#include <fmt/format.h>

#include "casework/catalogue.h"
#include "casework/files.h"
#include "casework/mapped_file.h"
#include "registry/document.h"
#include "registry/graph/import/boms.h"
#include "registry/graph/import/csv.h"

namespace countersign::casework {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): the room of every name
                                  // here

base::Issues one_issue(const std::filesystem::path& file, std::string message, std::string remedy) {
  base::Issue issue;
  issue.file = file.string();
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

// A bill of materials names its form in one of its first members.
bool says(std::string_view text, std::string_view word) {
  return text.substr(0, 1U << 16).find(word) != std::string_view::npos;
}

base::Parsed<void> read_into(const std::filesystem::path& path, Parts& parts,
                             const ImportStep& step) {
  if (std::error_code ignored; std::filesystem::file_size(path, ignored) == 0 && !ignored) {
    return one_issue(path, "is empty", "check how it was written");
  }
  auto file = MappedFile::open(path);
  if (!file) return one_issue(path, file.error().message, "check the path");
  const std::span<std::byte> bytes = file.value().bytes();
  const std::string_view text(static_cast<const char*>(static_cast<const void*>(bytes.data())),
                              bytes.size());
  const ImportProgress progress = [&](std::size_t done, std::size_t of) {
    if (step) step("reading " + path.filename().string(), done, of);
  };
  const std::string name = path.string();
  if (path.extension() != ".json") {
    import_csv(text, name, parts, progress);
  } else if (says(text, "\"spdxVersion\"")) {
    import_spdx(text, name, parts, progress);
  } else {
    import_cyclonedx(text, name, parts, progress);
  }
  return base::outcome::success();
}

}  // namespace

base::Parsed<ImportedCatalogue> import_catalogue(const CatalogueImport& import,
                                                 const ImportStep& step) {
  const auto written = read_file(import.mapping);
  if (!written) return one_issue(import.mapping, written.error().message, "check the path");
  BOOST_OUTCOME_TRY(const Mapping mapping,
                    registry::read_document<Mapping>(written.value(), import.mapping.string()));
  ImportedCatalogue imported;
  CatalogueBuilder builder;
  Parts parts(mapping, builder, imported.report);
  for (const std::filesystem::path& file : import.files) {
    BOOST_OUTCOME_TRY(read_into(file, parts, step));
  }
  parts.finish();
  if (!imported.report.clean()) return imported;
  if (step) step("ordering", 0, 1);
  auto built = std::move(builder).build();
  if (!built) {
    imported.report.refuse(std::move(built).error());
    return imported;
  }
  imported.engine.emplace(TieEngine::build(std::move(built).value(), import.at, catalogue_threads(),
                                           [&](std::size_t done, std::size_t of) {
                                             if (step) step("working out ties", done, of);
                                           }));
  return imported;
}

}  // namespace countersign::casework
