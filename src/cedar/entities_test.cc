// SPDX-License-Identifier: Apache-2.0
#include "cedar/entities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/testing/within.h"

#include <functional>
#include <set>

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

EntityUid uid(int number) { return {"E", std::to_string(number)}; }

TEST(EntityStoreTest, FindsWhatWasAdded) {
  EntityStore::Builder builder;
  builder.add(uid(1), Value::record({{"age", Value::integer(7)}}));
  const auto store = builder.build();
  ASSERT_TRUE(store);
  ASSERT_NE(store.value().find(uid(1)), nullptr);
  EXPECT_EQ(*store.value().find(uid(1))->attributes().find("age"), Value::integer(7));
  EXPECT_EQ(store.value().find(uid(2)), nullptr);
  EXPECT_EQ(EntityStore().find(uid(1)), nullptr);
}

TEST(EntityStoreTest, TakesTheSameEntityTwiceButNotTwoOfOneUid) {
  EXPECT_TRUE(EntityStore::create({{.uid = uid(1)}, {.uid = uid(1)}}));
  const auto store = EntityStore::create({{.uid = uid(1)}, {.uid = uid(1), .parents = {uid(2)}}});
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().front().message, HasSubstr("`E::\"1\"` is given twice"));
}

TEST(EntityStoreTest, RefusesCycles) {
  EXPECT_FALSE(EntityStore::create({{.uid = uid(1), .parents = {uid(1)}}}));
  const auto store = EntityStore::create({{.uid = uid(1), .parents = {uid(2)}},
                                          {.uid = uid(2), .parents = {uid(3)}},
                                          {.uid = uid(3), .parents = {uid(1)}}});
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().front().message, HasSubstr("is its own ancestor"));
}

TEST(EntityStoreTest, ClosesDeepHierarchies) {
  EntityStore::Builder builder;
  constexpr int kDepth = 2000;
  for (int i = 0; i < kDepth; ++i) builder.add(uid(i), Value::record({}), {uid(i + 1)});
  const auto store = builder.build();
  ASSERT_TRUE(store);
  EXPECT_TRUE(store.value().find(uid(0))->descends_from(uid(kDepth)));
  EXPECT_EQ(store.value().find(uid(0))->ancestors().size(), std::size_t{kDepth});
  EXPECT_FALSE(store.value().find(uid(1))->descends_from(uid(0)));
}

// Ancestors are what a walk over parents finds; parents that are not listed end it.
TEST(EntityStoreTest, ClosesAnyHierarchy) {
  EXPECT_TRUE(rc::check([] {
    const int count = *base::testing::within(1, 12);
    std::vector<Entity> entities;
    std::map<int, std::vector<int>> parents;
    for (int i = 0; i < count; ++i) {
      Entity entity{.uid = uid(i)};
      // Always upwards: no cycles. Numbers past the last are not listed.
      for (int parent = i + 1; parent < count + 2; ++parent) {
        if (!*rc::gen::arbitrary<bool>()) continue;
        parents[i].push_back(parent);
        entity.parents.push_back(uid(parent));
      }
      entities.push_back(std::move(entity));
    }
    const auto store = EntityStore::create(entities);
    RC_ASSERT(store.has_value());
    for (int i = 0; i < count; ++i) {
      std::set<EntityUid> reached;
      const std::function<void(int)> walk = [&](int from) {
        for (const int parent : parents[from]) {
          if (reached.insert(uid(parent)).second) walk(parent);
        }
      };
      walk(i);
      const auto found = store.value().find(uid(i))->ancestors();
      RC_ASSERT(std::set<EntityUid>(found.begin(), found.end()) == reached);
      for (int other = 0; other < count + 2; ++other) {
        RC_ASSERT(store.value().find(uid(i))->descends_from(uid(other)) ==
                  reached.contains(uid(other)));
      }
    }
  }));
}

}  // namespace
}  // namespace countersign::cedar
