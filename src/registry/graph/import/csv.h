// SPDX-License-Identifier: Apache-2.0
// Parts lists as comma-separated values (RFC 4180, UTF-8), by a mapping of their columns.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_CSV_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_CSV_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/issue.h"
#include "registry/graph/import/parts.h"

namespace countersign::registry::graph {

// One field: its text without the quotes around it, and where it begins.
struct CsvField {
  std::string text;
  base::Position at;
};

// Reads row after row from `from` on; a row of no field at all (an empty line) is left out. `take`
// is told where the row ends, and gives false to end it. Returns an issue where the text breaks the
// form; rows before that were handed over.
base::Issues read_csv(
    std::string_view text, char separator, const ReadTo& from,
    const std::function<bool(std::span<const CsvField> row, const ReadTo& end)>& take);

// Adds the parts list; what is refused stands in the report. The first row names the columns.
void import_csv(std::string_view text, std::string_view file, Parts& parts,
                const Reading& reading = {});

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_CSV_H_
