// SPDX-License-Identifier: Apache-2.0
// The house's rule for who includes whom, cmake/include_table.txt, held against the sources.
#ifndef COUNTERSIGN_TESTS_ARCHITECTURE_INCLUDE_TABLE_H_
#define COUNTERSIGN_TESTS_ARCHITECTURE_INCLUDE_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace countersign::architecture {

// A file of the repository: its path with forward slashes, from the folder that was read.
struct SourceFile {
  std::string path;
  std::string text;
};

// One sentence each: where, what, and what to do. Empty when all is well.
using Findings = std::vector<std::string>;

// Holds a tree of src/ (`*.h`, `*.cc` and each room's CMakeLists.txt) against the text of the
// include table. Found are: a malformed table, a room that is not in it, an include that no line
// allows, another room's internal/, and a `room(USES)` that lists more or less than is included.
Findings check_includes(std::string_view table, const std::vector<SourceFile>& tree);

}  // namespace countersign::architecture

#endif  // COUNTERSIGN_TESTS_ARCHITECTURE_INCLUDE_TABLE_H_
