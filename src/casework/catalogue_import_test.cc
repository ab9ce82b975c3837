// SPDX-License-Identifier: Apache-2.0
// Imports that are cut off at every place where they keep what they have, and taken up again.
#include "casework/catalogue_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "casework/internal/import_work.h"
#include "casework/testing/lists.h"
#include "store/testing/fixtures.h"

namespace countersign::casework {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_list;
using testing::write_list;

constexpr std::size_t kKeepEvery = 3000;

class CutImport : public ::testing::Test {
 protected:
  CutImport() { testing::write_lists(folder_.path(), 400); }

  std::filesystem::path path(const std::string& name) { return folder_.path() / name; }
  CatalogueImport lists(const std::string& out = "cut.catalogue") {
    return testing::import_of_lists(folder_.path(), out, kKeepEvery);
  }

  // Runs the import in a process of its own, which ends when it tells for the `steps`th time how
  // far it has read. False where the import ended before.
  static bool cut_at(const CatalogueImport& import, int steps) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto step = [&steps](const std::string& what, std::size_t, std::size_t) {
        if (what.starts_with("reading") && --steps == 0) ::_exit(7);
      };
      const auto imported = import_catalogue(import, {step, {}});
      ::_exit(imported.has_value() && imported.value().engine ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 7));
    return WEXITSTATUS(status) == 7;
  }

  // What the catalogue is when nobody cuts the import off.
  std::string whole() {
    const auto import = lists("whole.catalogue");
    const auto imported = import_catalogue(import);
    EXPECT_TRUE(imported.has_value() && imported.value().engine)
        << (imported ? base::to_text(imported.value().report.issues()) : "");
    return read_list(import.out);
  }

  // Ends the import; gives what it told.
  std::vector<std::string> end(const CatalogueImport& import) {
    std::vector<std::string> told;
    const auto imported = import_catalogue(
        import, {{}, [&](const std::string& sentence) { told.push_back(sentence); }});
    EXPECT_TRUE(imported.has_value() && imported.value().engine)
        << base::to_text(imported ? imported.value().report.issues() : imported.error());
    EXPECT_FALSE(std::filesystem::exists(import_work_of(import.out)));
    return told;
  }

  store::testing::TemporaryDirectory folder_;
};

TEST_F(CutImport, EndsTheSameWhereverItWasCutOff) {
  const std::string expected = whole();
  int taken_up = 0;
  int steps = 1;
  for (; cut_at(lists(), steps); ++steps) {
    EXPECT_FALSE(std::filesystem::exists(lists().out));
    const auto told = end(lists());
    if (!told.empty()) {
      EXPECT_THAT(told.front(), HasSubstr("taken up again in line"));
      ++taken_up;
    }
    ASSERT_TRUE(read_list(lists().out) == expected) << "cut off at step " << steps;
    std::filesystem::remove(lists().out);
  }
  EXPECT_GT(steps, 20);
  EXPECT_GE(taken_up, steps - 4);  // all but those before the first piece was kept
}

TEST_F(CutImport, EndsTheSameWhereItWasCutOffAgainAndAgain) {
  const std::string expected = whole();
  int cuts = 0;
  while (cut_at(lists(), 2)) ++cuts;
  EXPECT_GT(cuts, 10);
  EXPECT_TRUE(read_list(lists().out) == expected);
}

TEST_F(CutImport, StartsOverWhereWhatItReadHasChanged) {
  ASSERT_TRUE(cut_at(lists(), 8));
  std::string parts = read_list(path("parts.csv"));
  parts.replace(parts.find("part-2,"), 6, "part-3");
  parts.replace(parts.find("part-3,", parts.find("part-3,") + 1), 6, "part-2");
  write_list(path("parts.csv"), parts);
  const auto told = end(lists());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(),
              HasSubstr("started over: `" + path("parts.csv").string() + "` has changed"));
  EXPECT_TRUE(read_list(lists().out) == whole());
}

TEST_F(CutImport, StartsOverWhereAFileItHadReadIsLonger) {
  // Past the parts list, within the bill.
  const auto size = std::filesystem::file_size(path("parts.csv"));
  ASSERT_TRUE(cut_at(lists(), static_cast<int>(size / kKeepEvery) + 5));
  write_list(path("parts.csv"), read_list(path("parts.csv")) + "late,bolt,1,1,US,,,,,\r\n");
  const auto told = end(lists());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), HasSubstr("has changed"));
  EXPECT_TRUE(read_list(lists().out) == whole());
}

TEST_F(CutImport, ReadsWhatWasAddedBehindThePlaceItHadCome) {
  ASSERT_TRUE(cut_at(lists(), 4));
  write_list(path("parts.csv"), read_list(path("parts.csv")) + "late,bolt,1,1,US,,,,,\r\n");
  const auto told = end(lists());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), HasSubstr("taken up again"));
  EXPECT_TRUE(read_list(lists().out) == whole());
}

TEST_F(CutImport, StartsOverWithAnotherMappingOrOtherFiles) {
  ASSERT_TRUE(cut_at(lists(), 8));
  auto fewer = lists();
  fewer.files.pop_back();
  ASSERT_TRUE(cut_at(fewer, 8));
  auto told = end(lists());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), HasSubstr("another mapping or of other files"));
  ASSERT_TRUE(cut_at(lists(), 8));
  std::string mapping = read_list(path("mapping.json"));
  write_list(path("mapping.json"), mapping.replace(mapping.find("maps-3"), 6, "maps-4"));
  told = end(lists());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), HasSubstr("another mapping or of other files"));
  EXPECT_TRUE(read_list(lists().out) == whole());
}

TEST_F(CutImport, GoesOnFromThePieceBeforeOneThatIsDamaged) {
  const std::string expected = whole();
  ASSERT_TRUE(cut_at(lists(), 12));
  const auto work = import_work_of(lists().out);
  const std::string kept = read_list(work);
  for (const std::size_t cut :
       {kept.size() - 1, kept.size() / 2, std::size_t{60}, std::size_t{5}}) {
    write_list(work, kept.substr(0, cut));
    const auto told = end(lists());
    EXPECT_EQ(told.empty(), cut < 100);
    EXPECT_TRUE(read_list(lists().out) == expected) << cut;
    std::string damaged = kept;
    damaged[cut] = static_cast<char>(damaged[cut] ^ 4);
    write_list(work, damaged);
    end(lists());
    EXPECT_TRUE(read_list(lists().out) == expected) << cut;
  }
}

TEST_F(CutImport, RefusesWhatAnUncutImportRefuses) {
  std::string parts = read_list(path("parts.csv"));
  parts.replace(parts.find("part-5,5"), 8, "part-5,x");
  write_list(path("parts.csv"), parts + "late,bolt,-1,1,US,,,,,\r\n");
  ASSERT_TRUE(cut_at(lists(), 12));
  const auto cut = import_catalogue(lists());
  const auto uncut = import_catalogue(lists("whole.catalogue"));
  ASSERT_TRUE(cut.has_value() && uncut.has_value());
  EXPECT_FALSE(cut.value().engine.has_value());
  EXPECT_EQ(uncut.value().report.refused(), 2U);
  EXPECT_EQ(cut.value().report.issues(), uncut.value().report.issues());
  EXPECT_EQ(cut.value().report.rows, uncut.value().report.rows);
  EXPECT_FALSE(std::filesystem::exists(lists().out));
}

TEST_F(CutImport, IsAloneAndRemovesWhatWritingLeft) {
  write_list(path("cut.catalogue.0123456789abcdef"), "half");
  write_list(path("cut.catalogue.0123456789abcdeg"), "somebody's");
  {
    const auto other = internal::ImportWork::open(import_work_of(lists().out));
    ASSERT_TRUE(other.has_value());
    const auto imported = import_catalogue(lists());
    ASSERT_FALSE(imported.has_value());
    EXPECT_THAT(imported.error().front().message, HasSubstr("another import is at work"));
    EXPECT_TRUE(std::filesystem::exists(path("cut.catalogue.0123456789abcdef")));
  }
  EXPECT_THAT(end(lists()), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(path("cut.catalogue.0123456789abcdef")));
  EXPECT_TRUE(std::filesystem::exists(path("cut.catalogue.0123456789abcdeg")));
}

}  // namespace
}  // namespace countersign::casework
