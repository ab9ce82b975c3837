// SPDX-License-Identifier: Apache-2.0
// Lists to import, of every form, as long as a test wants them. For tests of any room.
#ifndef COUNTERSIGN_CASEWORK_TESTING_LISTS_H_
#define COUNTERSIGN_CASEWORK_TESTING_LISTS_H_

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/check.h"
#include "base/instant.h"
#include "casework/catalogue_import.h"

namespace countersign::casework::testing {

inline void write_list(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_list(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline constexpr const char* kListMapping = R"({
  "described_by": "UA", "currency": "USD", "complete": false, "authorities": ["UA", "US", "FR"],
  "columns": {"item": "item", "component": "part", "quantity": "quantity", "value": "value",
              "origin": "origin", "supplier": "supplier", "price": "price", "class": "class",
              "needs": "needs", "made_with": "process"},
  "claims": [{"id": "FR-1", "authority": "FR", "basis": "data", "data": "maps-3"},
             {"id": "US-1", "authority": "US", "basis": "component", "class": "class-2"}]})";

// Rows of items that contain parts, some with prices, suppliers, classes, needs, large numbers.
inline std::string parts_list(int rows) {
  std::string text = "item,part,quantity,value,origin,supplier,price,class,needs,process\r\n";
  for (int i = 0; i < rows; ++i) {
    text += fmt::format("\"assembly, {}\",part-{},{},{},{},{},{},{},{},{}\r\n", i / 7, i,
                        i % 31 == 0 ? 9'000'000'000 : i % 9, i % 5 == 0 ? "" : std::to_string(i),
                        i % 3 == 0 ? "US" : "P" + std::to_string(i % 40),
                        i % 4 == 0 ? "supplier-" + std::to_string(i % 50) : "",
                        i % 7 == 0 ? std::to_string(1'000'000'000'000'000 + i) : "",
                        i % 6 == 0 ? "class-" + std::to_string(i % 5) : "",
                        i % 8 == 0 ? "data:maps-" + std::to_string(i % 20) : "",
                        i % 9 == 0 ? "etching-" + std::to_string(i % 3) : "");
  }
  return text;
}

// A CycloneDX document of components, each depending on the one before, one in ten composed.
inline std::string cyclonedx_list(int components) {
  std::string text =
      R"({"bomFormat": "CycloneDX", "specVersion": "1.6",
  "metadata": {"component": {"bom-ref": "whole", "name": "bill", "version": "1"}},
  "components": [)";
  for (int i = 0; i < components; ++i) {
    text += fmt::format(
        R"({}
    {{"bom-ref": "c{}", "name": "bought-{}", "supplier": {{"name": "supplier-{}"}},
     "properties": [{{"name": "countersign:value", "value": "{}"}}],
     "components": [{{"name": "within-{}"}}]}})",
        i == 0 ? "" : ",", i, i, i % 60, i + 1, i);
  }
  text += R"(],
  "services": [{"bom-ref": "s", "name": "maps-3"}],
  "dependencies": [{"ref": "whole", "dependsOn": ["s"]})";
  for (int i = 1; i < components; ++i) {
    text += fmt::format(R"(,
    {{"ref": "c{}", "dependsOn": ["c{}"]}})",
                        i, i - 1);
  }
  text += R"(],
  "compositions": [{"aggregate": "complete", "assemblies": ["whole"]})";
  for (int i = 0; i < components; i += 10) {
    text += fmt::format(R"(,
    {{"aggregate": "{}", "assemblies": ["c{}"]}})",
                        i % 20 == 0 ? "complete" : "incomplete", i);
  }
  return text + "]}\n";
}

// An SPDX document of packages in a row.
inline std::string spdx_list(int packages) {
  std::string text = R"({"spdxVersion": "SPDX-2.3", "packages": [)";
  for (int i = 0; i < packages; ++i) {
    text += fmt::format(R"({}
    {{"SPDXID": "SPDXRef-{}", "name": "package-{}", "supplier": "Organization: supplier-{}"}})",
                        i == 0 ? "" : ",", i, i, i % 70);
  }
  text += R"(],
  "relationships": [)";
  for (int i = 1; i < packages; ++i) {
    text += fmt::format(R"({}
    {{"spdxElementId": "SPDXRef-{}", "relationshipType": "{}",
     "relatedSpdxElement": "SPDXRef-{}"}})",
                        i == 1 ? "" : ",", i, i % 3 == 0 ? "CONTAINS" : "DEPENDS_ON", i - 1);
  }
  return text + "]}\n";
}

// All three in a folder, and the import of them to `out`.
inline CatalogueImport import_of_lists(const std::filesystem::path& folder, const std::string& out,
                                       std::size_t keep_every) {
  const auto at = base::parse_instant("2025-06-10");
  CHECK(at.has_value());
  return {folder / "mapping.json",
          {folder / "parts.csv", folder / "bill.json", folder / "packages.json"},
          *at,
          folder / out,
          keep_every};
}

inline void write_lists(const std::filesystem::path& folder, int length) {
  write_list(folder / "mapping.json", kListMapping);
  write_list(folder / "parts.csv", parts_list(length));
  write_list(folder / "bill.json", cyclonedx_list(length / 4));
  write_list(folder / "packages.json", spdx_list(length / 4));
}

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_LISTS_H_
