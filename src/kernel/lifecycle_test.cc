// SPDX-License-Identifier: Apache-2.0
#include "kernel/lifecycle.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace countersign::kernel {
namespace {

// COUNTERSIGN_SOURCE_DIR/docs/lifecycle.md; COUNTERSIGN_WRITE_PAGES=1 writes it anew.
TEST(LifecycleTest, ThePublishedPageIsTheTable) {
  const std::string path = std::string(COUNTERSIGN_SOURCE_DIR) + "/docs/lifecycle.md";
  if (std::getenv("COUNTERSIGN_WRITE_PAGES") != nullptr) std::ofstream(path) << lifecycle_page();
  std::stringstream published;
  published << std::ifstream(path).rdbuf();
  EXPECT_EQ(published.str(), lifecycle_page())
      << "run this test with COUNTERSIGN_WRITE_PAGES=1 to write the page anew";
}

TEST(LifecycleTest, EveryStepOfACaseHasARowAndNoTwoAreAlike) {
  std::set<std::pair<EntryKind, std::string_view>> rows;
  std::set<EntryKind> kinds;
  for (const StepRule& rule : step_rules()) {
    EXPECT_TRUE(rows.emplace(rule.kind, rule.variant).second)
        << name_of(rule.kind) << " " << rule.variant;
    kinds.insert(rule.kind);
    EXPECT_TRUE(rule.opens || rule.rest || !rule.cases.empty() || rule.meant == GrantMeant::Named);
    EXPECT_EQ(rule.meant == GrantMeant::None, rule.grants.empty());
  }
  for (int kind = 0; find_entry_kind(name_of(static_cast<EntryKind>(kind))); ++kind) {
    const auto each = static_cast<EntryKind>(kind);
    const bool of_no_case = each == EntryKind::Charter || each == EntryKind::Appointment ||
                            each == EntryKind::Record || each == EntryKind::Manifest ||
                            each == EntryKind::Batch || each == EntryKind::KeyWithdrawal ||
                            each == EntryKind::Absence || each == EntryKind::Legacy ||
                            each == EntryKind::Instance;
    EXPECT_EQ(kinds.contains(each), !of_no_case) << name_of(each);
    if (each == EntryKind::Outcome) break;
  }
}

TEST(LifecycleTest, TheStrictestLaneDecidesWhateverTheOthersSay) {
  using enum LaneState;
  EXPECT_EQ(strictest({}), Undetermined);
  const std::vector<LaneState> all{Denied, Returned, Undetermined, Prohibited, Silent, Consenting};
  for (const LaneState one : all) {
    for (const LaneState two : all) {
      for (const LaneState three : all) {
        const std::vector<LaneState> mix{one, two, three};
        // The order of the declaration, looked up the slow way.
        LaneState expected = Consenting;
        for (const LaneState state : {Silent, Prohibited, Undetermined, Returned, Denied}) {
          if (one == state || two == state || three == state) expected = state;
        }
        EXPECT_EQ(strictest(mix), expected);
      }
    }
  }
}

}  // namespace
}  // namespace countersign::kernel
