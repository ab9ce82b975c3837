// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/office_sets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/within.h"

#include <bit>

namespace countersign::kernel {
namespace {

TEST(OfficeSets, AbsorbsWhatIsAlreadyEnough) {
  const OfficeSets one = OfficeSets::all_of(0b001);
  const OfficeSets more = OfficeSets::all_of(0b011);
  EXPECT_EQ(*OfficeSets::either(one, more), one);
  EXPECT_EQ(*OfficeSets::both(one, more), more);
}

TEST(OfficeSets, NeverAndAlwaysAreTheEnds) {
  const OfficeSets any = OfficeSets::any_of(0b110);
  EXPECT_EQ(any.sets().size(), 2U);
  EXPECT_EQ(*OfficeSets::either(any, OfficeSets::never()), any);
  EXPECT_EQ(*OfficeSets::both(any, OfficeSets::always()), any);
  EXPECT_TRUE(OfficeSets::both(any, OfficeSets::never())->is_never());
  EXPECT_TRUE(OfficeSets::either(any, OfficeSets::always())->is_always());
  EXPECT_TRUE(OfficeSets::any_of(0).is_never());
  EXPECT_TRUE(OfficeSets::all_of(0).is_always());
}

TEST(OfficeSets, GivesUpRatherThanGrowWithoutEnd) {
  // One of each of sixteen pairs: 2^16 minimal sets.
  std::optional<OfficeSets> sets = OfficeSets::always();
  for (int pair = 0; sets && pair < 16; ++pair) {
    sets = OfficeSets::both(*sets, OfficeSets::any_of(OfficeSet{0b11} << (2 * pair)));
  }
  EXPECT_FALSE(sets.has_value());
}

// A random condition over five offices, with its truth table beside it.
struct Condition {
  OfficeSets sets;
  std::uint32_t table;
};

Condition random_condition(int depth) {
  const int kind = *base::testing::within(0, depth == 0 ? 2 : 4);
  const OfficeSet offices = *base::testing::within<OfficeSet>(0, 32);
  std::uint32_t table = 0;
  if (kind < 2) {
    for (OfficeSet s = 0; s < 32; ++s) {
      const bool holds = kind == 0 ? (offices & ~s) == 0 : (offices & s) != 0;
      table |= static_cast<std::uint32_t>(holds) << s;
    }
    return {kind == 0 ? OfficeSets::all_of(offices) : OfficeSets::any_of(offices), table};
  }
  const Condition a = random_condition(depth - 1);
  const Condition b = random_condition(depth - 1);
  if (kind == 2) return {*OfficeSets::either(a.sets, b.sets), a.table | b.table};
  return {*OfficeSets::both(a.sets, b.sets), a.table & b.table};
}

RC_GTEST_PROP(OfficeSets, AreTheTruthTableAndNothingMore, ()) {
  const Condition condition = random_condition(4);
  for (OfficeSet s = 0; s < 32; ++s) {
    RC_ASSERT(condition.sets.holds(s) == (((condition.table >> s) & 1U) != 0));
  }
  for (const OfficeSet set : condition.sets.sets()) {
    for (OfficeSet rest = set; rest != 0; rest &= rest - 1) {
      const OfficeSet without = set & ~(rest & (~rest + 1));
      RC_ASSERT(((condition.table >> without) & 1U) == 0);
    }
  }
}

}  // namespace
}  // namespace countersign::kernel
