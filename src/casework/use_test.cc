// SPDX-License-Identifier: Apache-2.0
// Draws and reports: what a grant lets its holder do, and what it makes of what was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/testing/drill.h"
#include "geo/place.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::rule_of;
using Categories = std::vector<registry::CategoryId>;

const registry::CategoryId kRadar("radar");

std::optional<geo::Place> place() {
  base::Report report({}, "test");
  return geo::Place::read(testing::json(R"({"point": [5, 15], "uncertainty_m": 10})"), "the place",
                          report);
}

// The drill's directory with one more directive of US.
testing::Files with_directive(const std::string& cedar) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-4.json"] = testing::directive("US-4", "US/SecDef");
  files["authorities/US/directives/US-4.cedar"] = cedar;
  return files;
}

std::string draw_of(Drill& drill, const registry::GrantId& grant, const Categories& categories,
                    std::int64_t quantity = 1) {
  return rule_of(draw(drill.instance(), drill.by("UA/Staff"), {grant, quantity, place(), categories}));
}

TEST(Draw, IsJudgedOnItsOwnCategories) {
  Drill drill(with_directive(R"(forbid (principal, action == Action::"use", resource)
    unless { context.categories.contains(Category::"radar") };)"));
  const registry::GrantId grant = testing::granted(drill, "C");
  // None at all lies within the grant's categories, and is barred all the same.
  EXPECT_EQ(draw_of(drill, grant, {}), "not-allowed");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}), "");
}

TEST(Draw, IsJudgedOnItsOwnQuantity) {
  Drill drill(with_directive(R"(forbid (principal, action == Action::"use", resource)
    when { context.quantity < 2 };)"));
  const registry::GrantId grant = testing::granted(drill, "C");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}, 1), "not-allowed");
  EXPECT_EQ(draw_of(drill, grant, {kRadar}, 2), "");
}

TEST(Draw, SaysItsCategories) {
  base::Report report({}, "draw");
  const auto read = [&](const char* text) {
    kernel::DrawBody::read(testing::json(text), report);
    return base::to_text(report.take());
  };
  EXPECT_THAT(read(R"({"grant": "C/G1", "quantity": 1})"),
              ::testing::HasSubstr("needs `categories`"));
  EXPECT_EQ(read(R"({"grant": "C/G1", "quantity": 1, "categories": []})"), "");
}

}  // namespace
}  // namespace countersign::casework
