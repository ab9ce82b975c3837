// SPDX-License-Identifier: Apache-2.0
// The house held against its own rules, and each rule against a small house that breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "architecture/documents.h"
#include "architecture/include_table.h"

namespace countersign::architecture {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Folders that hold no text of the project: what was built, fetched, or is git's own.
bool is_foreign(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == ".git" || name == "build" || name == "run" || name == ".cache" ||
         name == "node_modules";
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> tree;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (is_foreign(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      std::ifstream stream(entry->path(), std::ios::binary);
      tree.push_back({fs::relative(entry->path(), root).generic_string(),
                      {std::istreambuf_iterator<char>(stream), {}}});
    }
  }
  std::ranges::sort(tree, {}, &SourceFile::path);
  return tree;
}

const fs::path kRoot = COUNTERSIGN_SOURCE_DIR;

constexpr std::string_view kTable =
    "# a comment\n"
    "room base\n"
    "room geo base\n"
    "room kernel base geo\n"
    "room store base kernel/records.h\n"
    "library s2/ geo\n"
    "library gtest/ tests\n"
    "without kernel chrono\n";

Findings check(const std::vector<SourceFile>& tree) { return check_includes(kTable, tree); }

TEST(IncludeTable, HoldsForTheHouse) {
  std::ifstream stream(kRoot / "cmake/include_table.txt");
  const std::string table{std::istreambuf_iterator<char>(stream), {}};
  const std::vector<SourceFile> tree = read_tree(kRoot / "src");
  ASSERT_GT(tree.size(), 10U);
  for (const std::string& finding : check_includes(table, tree)) ADD_FAILURE() << finding;
}

TEST(IncludeTable, AcceptsArrowsItNames) {
  EXPECT_THAT(
      check({{"base/CMakeLists.txt", "room(base)"},
             {"base/a.h", "#include <chrono>\n#include \"base/b.h\"\n"},
             {"geo/CMakeLists.txt", "room(geo USES base LINKS s2::s2)"},
             {"geo/a.cc", "#include \"base/a.h\"\n#include \"s2/s2cell_id.h\"\n"},
             {"geo/a_test.cc", "#include <gtest/gtest.h>\n"},
             {"store/CMakeLists.txt", "room(store\n  USES base kernel)"},
             {"store/sqlite/a.cc", "#include \"base/a.h\"\n#include \"kernel/records.h\""}}),
      IsEmpty());
}

TEST(IncludeTable, RefusesAnArrowBack) {
  EXPECT_THAT(check({{"base/CMakeLists.txt", "room(base USES geo)"},
                     {"base/a.h", "// first\n#include \"geo/place.h\"\n"}}),
              ElementsAre(HasSubstr("src/base/a.h:2: `base` may not include `geo/place.h`")));
}

TEST(IncludeTable, RefusesAHeaderBesideTheOneAllowed) {
  EXPECT_THAT(check({{"store/CMakeLists.txt", "room(store USES kernel)"},
                     {"store/a.h", "#include \"kernel/grant.h\"\n"}}),
              ElementsAre(HasSubstr("`store` may not include `kernel/grant.h`")));
}

TEST(IncludeTable, RefusesAnotherRoomsPrivateParts) {
  EXPECT_THAT(check({{"kernel/CMakeLists.txt", "room(kernel USES geo)"},
                     {"kernel/a.cc", "#include \"geo/internal/cells.h\"\n"}}),
              ElementsAre(HasSubstr("private to `geo`")));
}

TEST(IncludeTable, KeepsWhatTestsShareToTests) {
  EXPECT_THAT(check({{"geo/CMakeLists.txt", "room(geo)"},
                     {"geo/testing/ran.cc", "#include <gtest/gtest.h>\n"},
                     {"geo/a_test.cc", "#include \"geo/testing/ran.h\"\n"},
                     {"geo/a.cc", "#include \"geo/testing/ran.h\"\n"}}),
              ElementsAre(HasSubstr("src/geo/a.cc:1: `geo/testing/ran.h` is for tests alone")));
}

TEST(IncludeTable, RefusesALibraryOutsideItsRoom) {
  EXPECT_THAT(check({{"kernel/CMakeLists.txt", "room(kernel)"},
                     {"kernel/a.cc", "#  include <s2/s2polygon.h>\n"},
                     {"kernel/b.cc", "#include <gtest/gtest.h>\n"},
                     {"kernel/c.cc", "#include <curl/curl.h>\n"},
                     {"kernel/d.cc", "#include \"sibling.h\"\n"}}),
              ElementsAre(HasSubstr("`s2/s2polygon.h` belongs to another room"),
                          HasSubstr("`gtest/gtest.h` belongs to another room"),
                          HasSubstr("`curl/curl.h` is of a library no room owns"),
                          HasSubstr("write includes from src/")));
}

TEST(IncludeTable, KeepsAClockOutOfTheKernel) {
  EXPECT_THAT(check({{"kernel/CMakeLists.txt", "room(kernel)"},
                     {"kernel/a.cc", "#include <chrono>\n"},
                     {"kernel/a_test.cc", "#include <chrono>\n"}}),
              ElementsAre(HasSubstr("src/kernel/a.cc:1: `kernel` keeps out of `<chrono>`")));
}

TEST(IncludeTable, RefusesUsesThatDisagree) {
  EXPECT_THAT(check({{"kernel/CMakeLists.txt", "room(kernel USES base)"},
                     {"kernel/a.cc", "#include \"geo/place.h\"\n"}}),
              ElementsAre(HasSubstr("`geo` is included but not in USES"),
                          HasSubstr("`base` is in USES but never included")));
  EXPECT_THAT(check({{"geo/CMakeLists.txt", "add_library(geo)"}}),
              ElementsAre(HasSubstr("no `room(geo ...)` call")));
}

TEST(IncludeTable, RefusesARoomItDoesNotKnow) {
  EXPECT_THAT(check({{"misc/a.h", ""}}), ElementsAre(HasSubstr("`misc` is not in")));
}

TEST(IncludeTable, RefusesATableWithARing) {
  EXPECT_THAT(
      check_includes("room a b\nroom b a\nroon c\nroom\n", {}),
      ElementsAre(HasSubstr(":1: `a` may only name rooms above it"),
                  HasSubstr(":3: `roon` is none of"), HasSubstr(":4: `room` needs a name")));
}

TEST(Documents, HoldForTheHouse) {
  const std::vector<SourceFile> tree = read_tree(kRoot);
  for (const std::string& finding : check_links(tree)) ADD_FAILURE() << finding;
  for (const std::string& finding : check_room_pages(tree)) ADD_FAILURE() << finding;
  for (const std::string& finding : check_licence_lines(tree)) ADD_FAILURE() << finding;
}

TEST(Documents, FindALinkThatLeadsNowhere) {
  EXPECT_THAT(
      check_links({{"docs/README.md", "[a](formats/a.md#part) [b](../LICENSE) [c](gone.md)"},
                   {"docs/formats/a.md",
                    "\n[up](../README.md), [web](https://x.org/y.md), "
                    "[here](#part), [folder](../formats/)"},
                   {"docs/formats/b.md", "```\n[x](nowhere.md)\n```\n"},
                   {"LICENSE", ""}}),
      ElementsAre("docs/README.md:1: the link to `docs/gone.md` leads nowhere",
                  HasSubstr("docs/formats/b.md: docs/README.md does not list")));
}

TEST(Documents, FindARoomWithoutAPageAndOneThatIsTooLong) {
  EXPECT_THAT(check_room_pages({{"src/a/CMakeLists.txt", ""},
                                {"src/b/CMakeLists.txt", ""},
                                {"src/b/README.md", std::string(61, '\n')},
                                {"src/c/CMakeLists.txt", ""},
                                {"src/c/README.md", std::string(60, '\n')}}),
              ElementsAre(HasSubstr("src/a/README.md: missing"), HasSubstr("61 lines")));
}

TEST(Documents, FindASourceWithoutItsLicenceLine) {
  const std::string line = "SPDX-License-Identifier: Apache-2.0\n";
  EXPECT_THAT(check_licence_lines({{"src/a.h", "// " + line},
                                   {"src/b.h", "\n\n\n// " + line},
                                   {"scripts/c", "#!/bin/sh\n# " + line},
                                   {"scripts/d", "#!/bin/sh\n"},
                                   {"examples/e.json", "{}"}}),
              ElementsAre(HasSubstr("src/b.h: no line"), HasSubstr("scripts/d: no line")));
}

}  // namespace
}  // namespace countersign::architecture
