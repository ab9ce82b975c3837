// SPDX-License-Identifier: Apache-2.0
#include "architecture/documents.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace countersign::architecture {
namespace {

constexpr std::ptrdiff_t kRoomPageLines = 60;

struct Link {
  std::size_t line = 0;
  std::string target;  // from the root; empty when the link leaves the repository
};

// The relative links of a page, outside of fenced blocks.
std::vector<Link> links_in(const SourceFile& page) {
  std::vector<Link> links;
  std::istringstream stream(page.text);
  std::string line;
  bool fenced = false;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (line.starts_with("```")) fenced = !fenced;
    if (fenced) continue;
    for (std::size_t open = line.find("]("); open != std::string::npos;
         open = line.find("](", open + 1)) {
      const std::size_t begin = open + 2;
      std::string target = line.substr(begin, line.find(')', begin) - begin);
      target.resize(std::min(target.find_first_of("# "), target.size()));
      if (target.empty() || target.find("://") != std::string::npos) continue;
      const std::filesystem::path folder = std::filesystem::path(page.path).parent_path();
      links.push_back({number, (folder / target).lexically_normal().generic_string()});
    }
  }
  return links;
}

bool is_source(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  const auto ends = [&name](std::string_view ending) { return name.ends_with(ending); };
  return ends(".cc") || ends(".h") || ends(".cmake") || ends(".sql") || ends(".sh") ||
         name == "CMakeLists.txt" || path.starts_with("scripts/") || path.starts_with(".ci/");
}

}  // namespace

Findings check_links(const std::vector<SourceFile>& tree) {
  std::set<std::string> present;
  for (const SourceFile& file : tree) {
    present.insert(file.path);
    // A link may lead to a folder, with or without its slash.
    for (std::size_t slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      present.insert(file.path.substr(0, slash));
      present.insert(file.path.substr(0, slash + 1));
    }
  }

  Findings findings;
  std::set<std::string> indexed;
  for (const SourceFile& page : tree) {
    if (!page.path.ends_with(".md")) continue;
    for (const Link& link : links_in(page)) {
      if (page.path == "docs/README.md") indexed.insert(link.target);
      if (!present.contains(link.target))
        findings.push_back(page.path + ":" + std::to_string(link.line) + ": the link to `" +
                           link.target + "` leads nowhere");
    }
  }
  for (const SourceFile& page : tree) {
    const bool wants_index = page.path.starts_with("docs/") && page.path.ends_with(".md") &&
                             page.path != "docs/README.md";
    if (wants_index && !indexed.contains(page.path))
      findings.push_back(page.path + ": docs/README.md does not list this page: give it a line");
  }
  return findings;
}

Findings check_room_pages(const std::vector<SourceFile>& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    const std::filesystem::path path(file.path);
    if (path.filename() != "CMakeLists.txt" || path.parent_path().parent_path() != "src") continue;
    const std::string wanted = (path.parent_path() / "README.md").generic_string();
    const auto page = std::ranges::find(tree, wanted, &SourceFile::path);
    if (page == tree.end()) {
      findings.push_back(wanted + ": missing: say what the room is for, its central types, its " +
                         "invariants and what it must not know");
      continue;
    }
    const std::ptrdiff_t lines = std::ranges::count(page->text, '\n');
    if (lines > kRoomPageLines)
      findings.push_back(wanted + ": " + std::to_string(lines) +
                         " lines, where a room's page has " + "at most " +
                         std::to_string(kRoomPageLines));
  }
  return findings;
}

Findings check_licence_lines(const std::vector<SourceFile>& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!is_source(file.path)) continue;
    std::istringstream stream(file.text);
    std::string line;
    bool found = false;
    for (int number = 0; number < 3 && std::getline(stream, line); ++number)
      found = found || line.find("SPDX-License-Identifier: Apache-2.0") != std::string::npos;
    if (!found)
      findings.push_back(file.path + ": no line `SPDX-License-Identifier: Apache-2.0` at its top");
  }
  return findings;
}

}  // namespace countersign::architecture
