// SPDX-License-Identifier: Apache-2.0
// What every document and source file owes its reader.
#ifndef COUNTERSIGN_TESTS_ARCHITECTURE_DOCUMENTS_H_
#define COUNTERSIGN_TESTS_ARCHITECTURE_DOCUMENTS_H_

#include <vector>

#include "architecture/include_table.h"

namespace countersign::architecture {

// `tree` is the whole repository, paths from its root; contents matter for the kinds of file each
// function speaks of, for the others the path is enough.

// Every relative link of a Markdown page leads to a file of the tree, and every page of docs/ can
// be reached from docs/README.md in one step.
Findings check_links(const std::vector<SourceFile>& tree);

// Every room of src/ (a folder with a CMakeLists.txt) has a README.md of at most 60 lines.
Findings check_room_pages(const std::vector<SourceFile>& tree);

// Every C++, CMake, SQL and shell file names its licence by an SPDX line among its first three.
Findings check_licence_lines(const std::vector<SourceFile>& tree);

}  // namespace countersign::architecture

#endif  // COUNTERSIGN_TESTS_ARCHITECTURE_DOCUMENTS_H_
