// SPDX-License-Identifier: Apache-2.0
#include "cedar/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/testing/within.h"

#include <algorithm>
#include <utility>

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;

// Any value, nested up to `depth`.
Value any_value(int depth) {
  const auto number = [] { return *base::testing::within<std::int64_t>(-2, 3); };
  switch (*base::testing::within(0, depth > 0 ? 7 : 5)) {
    case 0:
      return Value::boolean(*rc::gen::arbitrary<bool>());
    case 1:
      return Value::integer(number());
    case 2:
      return Value::string(std::to_string(number()));
    case 3:
      return Value::entity("T", std::to_string(number()));
    case 4:
      return Value::decimal(number());
    case 5: {
      std::vector<Value> items;
      for (int i = *base::testing::within(0, 4); i > 0; --i) items.push_back(any_value(depth - 1));
      return Value::set(std::move(items));
    }
    default: {
      std::vector<Record::Member> members;
      for (int i = *base::testing::within(0, 4); i > 0; --i) {
        members.emplace_back(std::to_string(i), any_value(depth - 1));
      }
      return Value::record(std::move(members));
    }
  }
}

TEST(ValueTest, SetsHaveNoOrderAndNoRepetition) {
  const Value one = Value::integer(1);
  const Value two = Value::string("2");
  EXPECT_EQ(Value::set({one, two, one}), Value::set({two, one}));
  EXPECT_EQ(Value::set({one, two, one}).set().size(), 2u);
  EXPECT_NE(Value::set({one}), Value::set({two}));
}

TEST(ValueTest, RecordsKeepTheLastOfEqualNames) {
  const Value record = Value::record({{"a", Value::integer(1)}, {"a", Value::integer(2)}});
  EXPECT_EQ(*record.record().find("a"), Value::integer(2));
  EXPECT_EQ(record.record().find("b"), nullptr);
  EXPECT_EQ(*record.record().with("b", Value::integer(3)).record().find("b"), Value::integer(3));
}

TEST(ValueTest, FindsMembersOfLargeRecords) {
  std::vector<Record::Member> members;
  for (int i = 0; i < 100; ++i) members.emplace_back(std::to_string(i), Value::integer(i));
  const Value record = Value::record(members);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(*record.record().find(std::to_string(i)), Value::integer(i));
  }
  EXPECT_EQ(record.record().find("100"), nullptr);
}

TEST(ValueTest, KindsNeverMix) {
  EXPECT_NE(Value::integer(1), Value::boolean(true));
  EXPECT_NE(Value::decimal(1), Value::integer(1));
  EXPECT_NE(Value::datetime(1), Value::duration(1));
  EXPECT_NE(Value::string(""), Value::set({}));
}

TEST(ValueTest, KnowsWhatIsOpen) {
  EXPECT_TRUE(Value::unknown().is_partial());
  const Value inner = Value::record({{"a", Value::unknown(Value::Kind::Set)}});
  EXPECT_TRUE(Value::record({{"b", inner}}).is_partial());
  EXPECT_FALSE(Value::record({{"b", Value::integer(1)}}).is_partial());
}

TEST(ValueTest, WritesValuesAsExpressions) {
  const Value value = Value::record({{"b", Value::set({Value::integer(2), Value::integer(1)})},
                                     {"a", Value::entity("N::T", "x\"\n")},
                                     {"c", Value::decimal(-15'000)}});
  EXPECT_EQ(to_text(value), "{\"a\": N::T::\"x\\\"\\n\", \"b\": [1, 2], \"c\": decimal(\"-1.5\")}");
}

TEST(ValueTest, OrdersTotally) {
  EXPECT_TRUE(rc::check([] {
    const Value a = any_value(2);
    const Value b = any_value(2);
    const Value c = any_value(2);
    RC_ASSERT(a.compare(a) == 0);
    RC_ASSERT(a.compare(b) == -b.compare(a));
    if (a.compare(b) <= 0 && b.compare(c) <= 0) RC_ASSERT(a.compare(c) <= 0);
    RC_ASSERT((a == b) == (to_text(a) == to_text(b)));
  }));
}

TEST(ValueTest, SetsAgreeWithLinearSearch) {
  EXPECT_TRUE(rc::check([] {
    const auto list = [] {
      std::vector<Value> items;
      for (int i = *base::testing::within(0, 6); i > 0; --i) items.push_back(any_value(1));
      return items;
    };
    const std::vector<Value> left = list();
    const std::vector<Value> right = list();
    const Value left_set = Value::set(left);
    const Value right_set = Value::set(right);
    const auto in_left = [&](const Value& item) {
      return std::find(left.begin(), left.end(), item) != left.end();
    };
    for (const Value& item : right) RC_ASSERT(left_set.set().contains(item) == in_left(item));
    RC_ASSERT(left_set.set().contains_all(right_set.set()) ==
              std::all_of(right.begin(), right.end(), in_left));
    RC_ASSERT(left_set.set().contains_any(right_set.set()) ==
              std::any_of(right.begin(), right.end(), in_left));
  }));
}

TEST(ValueTest, CopiesAndMovesShare) {
  Value text = Value::string("shared");
  Value copy = text;
  EXPECT_EQ(copy.string_view().data(), text.string_view().data());
  Value moved = std::move(copy);
  EXPECT_EQ(moved, text);
  moved = Value::integer(1);
  text = text.is(Value::Kind::String) ? Value(text) : moved;
  EXPECT_EQ(text.string_view(), "shared");
}

}  // namespace
}  // namespace countersign::cedar
