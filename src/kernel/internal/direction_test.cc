// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/direction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cedar/parser.h"

namespace countersign::kernel {
namespace {

// "" for accepted, else the rules broken, in the order found.
std::string rules_broken(const std::string& text) {
  const auto policies = cedar::parse_policies(text, "test.cedar");
  if (!policies) return "unreadable: " + base::to_text(policies.error());
  base::Issues issues;
  for (const cedar::Policy& policy : policies.value()) check_directions(policy, issues);
  std::string rules;
  for (const base::Issue& issue : issues) {
    const std::string rule = issue.message.substr(0, issue.message.find(':'));
    if (rules.find(rule) == std::string::npos) rules += (rules.empty() ? "" : " ") + rule;
    EXPECT_GT(issue.at.line, 0U) << text;
  }
  return rules;
}

std::string permit_when(const std::string& condition) {
  return "permit (principal, action, resource) when { " + condition + " };";
}
std::string permit_unless(const std::string& condition) {
  return "permit (principal, action, resource) unless { " + condition + " };";
}
std::string forbid_when(const std::string& condition) {
  return "forbid (principal, action, resource) when { " + condition + " };";
}
std::string forbid_unless(const std::string& condition) {
  return "forbid (principal, action, resource) unless { " + condition + " };";
}

const char kApproved[] = R"(context.approvals.contains(Office::"A"))";
const char kTouches[] = R"(context.touches.contains(Region::"R"))";
const char kWithin[] = R"(context.within.contains(Region::"R"))";
const char kExact[] = R"(context.quantity < 10)";

// What rises when the fact does may stand in a permit's `when` and a forbid's `unless`; what falls,
// the other way round.
struct Lean {
  std::string condition;
  bool rises_with_approvals;
  bool falls_with_approvals;
  bool rises_with_doubt;
  bool falls_with_doubt;
};

std::vector<Lean> leans() {
  const std::string approved = kApproved;
  const std::string touches = kTouches;
  const std::string within = kWithin;
  const std::string exact = kExact;
  return {
      {exact, false, false, false, false},
      {"principal == Party::\"P\"", false, false, false, false},
      {"context.rating == Rating::\"red\"", false, false, false, false},
      {"context.quantity <= context.rest.cap", false, false, false, false},
      {"context has rating", false, false, false, false},
      {"[Party::\"P\", Party::\"Q\"].contains(context.recipient)", false, false, false, false},
      // Approvals, in each form and through each operator.
      {approved, true, false, false, false},
      {"context[\"approvals\"].contains(Office::\"A\")", true, false, false, false},
      {"context.approvals.containsAll([Office::\"A\", Office::\"B\"])", true, false, false, false},
      {"context.approvals.containsAny([Office::\"A\", Office::\"B\"])", true, false, false, false},
      {"!" + approved, false, true, false, false},
      {"!!" + approved, true, false, false, false},
      {"!!!" + approved, false, true, false, false},
      {approved + " && " + exact, true, false, false, false},
      {approved + " || " + exact, true, false, false, false},
      {"!(" + approved + " && " + exact + ")", false, true, false, false},
      {"!(!" + approved + " || " + exact + ")", true, false, false, false},
      {approved + " && !" + approved, true, true, false, false},
      {"(" + approved + ") == true", true, false, false, false},
      {"true == (" + approved + ")", true, false, false, false},
      {"(" + approved + ") == false", false, true, false, false},
      {"(" + approved + ") != true", false, true, false, false},
      {"(" + approved + ") != false", true, false, false, false},
      {"(" + approved + ") == (" + exact + ")", true, true, false, false},
      {"(" + approved + ") != (" + exact + ")", true, true, false, false},
      {"if " + exact + " then " + approved + " else false", true, false, false, false},
      {"if " + exact + " then " + approved + " else !" + approved, true, true, false, false},
      {"if " + approved + " then true else " + exact, true, false, false, false},
      {"if " + approved + " then " + exact + " else false", true, false, false, false},
      {"if " + approved + " then false else " + exact, false, true, false, false},
      {"if " + approved + " then " + exact + " else true", false, true, false, false},
      {"if " + approved + " then " + exact + " else " + exact, true, true, false, false},
      // Regions.
      {touches, false, false, true, false},
      {within, false, false, false, true},
      {"!" + touches, false, false, false, true},
      {"!" + within, false, false, true, false},
      {"context.touches.containsAll([Region::\"R\", Region::\"S\"])", false, false, true, false},
      {"context.within.containsAny([Region::\"R\", Region::\"S\"])", false, false, false, true},
      {"[Region::\"R\"].containsAll(context.touches)", false, false, false, true},
      {"[Region::\"R\"].containsAll(context.within)", false, false, true, false},
      {"context.touches.containsAny(context.within)", false, false, true, true},
      {"context.within.containsAll(context.touches)", false, false, false, true},
      {"context.touches.isEmpty()", false, false, false, true},
      {"context.within.isEmpty()", false, false, true, false},
      {"context.touches == [Region::\"R\"]", false, false, true, true},
      {"context.within != [Region::\"R\"]", false, false, true, true},
      {"[context.touches].contains([Region::\"R\"])", false, false, true, true},
      {"Region::\"R\" in context.touches", false, false, true, true},
      {touches + " && " + within, false, false, true, true},
      {"if " + touches + " then " + within + " else false", false, false, true, true},
      {"if " + touches + " then false else " + exact, false, false, false, true},
      // Numbers.
      {"context.item.range_km_min >= 5", false, false, false, true},
      {"context.item.range_km_min > 5", false, false, false, true},
      {"context.item.range_km_max <= 5", false, false, false, true},
      {"context.item.range_km_max < 5", false, false, false, true},
      {"context.item.range_km_max >= 5", false, false, true, false},
      {"context.item.range_km_min <= 5", false, false, true, false},
      {"5 <= context.item.range_km_min", false, false, false, true},
      {"5 > context.item.range_km_max", false, false, false, true},
      {"5 <= context.item.range_km_max", false, false, true, false},
      {"!(context.item.range_km_max < 5)", false, false, true, false},
      {"context.item.range_km_min == 5", false, false, true, true},
      {"context.item.range_km_min == context.item.range_km_max", false, false, true, true},
      {"context.item.range_km_min < context.item.range_km_max", false, false, true, false},
      {"context.item.a_max <= context.item.b_min", false, false, false, true},
      {"context.component_share_bp_min >= 1000", false, false, false, true},
      {"context.component_share_bp_max >= 1000", false, false, true, false},
      {"context.item[\"range_km_max\"] >= 5", false, false, true, false},
      {"context.item == context.item", false, false, true, true},
      {"{a: context.item.range_km_min}.a > 3", false, false, true, true},
      {"(if " + exact + " then context.item.x_min else 3) > 2", false, false, false, true},
      {"(if " + touches + " then 1 else 3) > 2", false, false, true, true},
      {"context.item.x_min + 1 > 2", false, false, false, true},
      {"context.item.x_min * 2 > 2", false, false, true, true},
      {"-context.item.x_min > 2", false, false, true, false},
      {"10 - context.item.x_min > 2", false, false, true, false},
      {"context.item has range_km_min", false, false, false, false},
      // Both at once.
      {approved + " && " + within, true, false, false, true},
      {"!" + approved + " && " + touches, false, true, true, false},
      {approved + " || " + touches, true, false, true, false},
  };
}

std::string expected(bool approvals_broken, bool bound_broken) {
  std::string rules = approvals_broken ? "approvals-direction" : "";
  if (bound_broken) rules += std::string(rules.empty() ? "" : " ") + "bound-direction";
  return rules;
}

TEST(Direction, FollowsEveryOperatorInPermitsAndForbids) {
  for (const Lean& lean : leans()) {
    SCOPED_TRACE(lean.condition);
    // A permit must not lose by approvals nor gain by doubt; a forbid the other way round, and
    // `unless` turns either about.
    const std::string as_permit = expected(lean.falls_with_approvals, lean.rises_with_doubt);
    const std::string as_forbid = expected(lean.rises_with_approvals, lean.falls_with_doubt);
    EXPECT_EQ(rules_broken(permit_when(lean.condition)), as_permit);
    EXPECT_EQ(rules_broken(forbid_unless(lean.condition)), as_permit);
    EXPECT_EQ(rules_broken(forbid_when(lean.condition)), as_forbid);
    EXPECT_EQ(rules_broken(permit_unless(lean.condition)), as_forbid);
  }
}

TEST(Direction, RefusesApprovalsInAnyOtherForm) {
  for (const std::string condition : {
           "context.approvals == [Office::\"A\"]",
           "context.approvals.contains(context.office)",
           "context.approvals.containsAll(context.offices)",
           "context.approvals.containsAny([context.office])",
           "context.approvals.isEmpty()",
           "!context.approvals.isEmpty()",
           "[Office::\"A\"].containsAll(context.approvals)",
           "[context.approvals].contains([Office::\"A\"])",
           "{a: context.approvals}.a.contains(Office::\"A\")",
           "(if true then context.approvals else [Office::\"A\"]).contains(Office::\"A\")",
           "Office::\"A\" in context.approvals",
           "context has approvals",
           "context == {a: 1}",
           "[context].contains(context)",
           "{c: context}.c.quantity > 1",
       }) {
    SCOPED_TRACE(condition);
    EXPECT_NE(rules_broken(permit_when(condition)).find("approvals-form"), std::string::npos);
    EXPECT_NE(rules_broken(forbid_unless(condition)).find("approvals-form"), std::string::npos);
  }
}

TEST(Direction, LooksAtEveryClause) {
  EXPECT_EQ(rules_broken("permit (principal, action, resource) when { " + std::string(kWithin) +
                         " } unless { " + kWithin + " };"),
            "bound-direction");
  EXPECT_EQ(rules_broken("forbid (principal, action, resource) when { " + std::string(kTouches) +
                         " } unless { " + kApproved + " };"),
            "");
}

TEST(Direction, PointsAtWhatLeansTheWrongWay) {
  const std::string text =
      "permit (principal, action, resource)\nwhen {\n  context.quantity < 3 &&\n"
      "  !context.within.contains(Region::\"R\")\n};\n";
  const auto policies = cedar::parse_policies(text, "US-9.cedar");
  ASSERT_TRUE(policies);
  base::Issues issues;
  check_directions(policies.value()[0], issues);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].file, "US-9.cedar");
  EXPECT_EQ(issues[0].at, (base::Position{4, 4}));
  EXPECT_NE(issues[0].message.find("`context.within`"), std::string::npos);
}

TEST(Direction, SeesWhatAPolicyMentions) {
  const auto mentions = [](const std::string& condition) {
    const auto policies = cedar::parse_policies(permit_when(condition));
    return mentions_of(policies.value()[0]);
  };
  EXPECT_TRUE(mentions(kApproved).approvals);
  EXPECT_FALSE(mentions(kApproved).bounds);
  EXPECT_TRUE(mentions(kWithin).bounds);
  EXPECT_TRUE(mentions("context.item.range_km_max < 3").bounds);
  EXPECT_TRUE(mentions("context.rating == Rating::\"red\"").rating);
  EXPECT_TRUE(mentions("context has rating").rating);
  EXPECT_TRUE(mentions("context.quantity < context.rest.cap").rest);
  EXPECT_TRUE(mentions("context has rest.cap").rest);
  EXPECT_FALSE(mentions(kExact).rest || mentions(kExact).rating || mentions(kExact).bounds);
}

}  // namespace
}  // namespace countersign::kernel
