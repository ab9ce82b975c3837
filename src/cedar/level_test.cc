// SPDX-License-Identifier: Apache-2.0
#include "cedar/level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "cedar/parser.h"

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Schema& schema() {
  static const Schema declared = Schema::parse(R"(
    entity Team;
    entity User in [Team] {
      name: String, admin: Bool, peer: User, nick?: String, friends: Set<User>,
      home: { with: User, street?: String },
    } tags String;
    entity File in [Team] { owner: User };
    action all;
    action view in all appliesTo {
      principal: User, resource: File, context: { by: User, of: { by: User } }
    };
  )")
                                     .value();
  return declared;
}

std::vector<Policy> policies(const std::string& text) {
  auto parsed = parse_policies(text, "p");
  EXPECT_TRUE(parsed) << text << base::to_text(parsed.error());
  return parsed ? std::move(parsed).value() : std::vector<Policy>();
}

std::optional<std::uint32_t> level_of_policy(const std::string& text) {
  return required_level(schema(), policies(text).at(0));
}

std::optional<std::uint32_t> level(const std::string& condition) {
  return level_of_policy("permit(principal, action, resource) when { " + condition + " };");
}

TEST(LevelTest, TheRequestItselfIsLevelZero) {
  EXPECT_EQ(level_of_policy("permit(principal == User::\"a\", action == Action::\"view\", "
                            "resource is File);"),
            0U);
  EXPECT_EQ(level("principal is User && principal == context.by && context.of.by == principal"),
            0U);
}

TEST(LevelTest, EachStepIntoAnEntityIsOneLevel) {
  EXPECT_EQ(level("principal.name == \"x\""), 1U);
  EXPECT_EQ(level("principal has name"), 1U);
  EXPECT_EQ(level("context.by.name == \"x\""), 1U);
  EXPECT_EQ(level("context.of.by.name == \"x\""), 1U);
  EXPECT_EQ(level("principal.peer.name == \"x\""), 2U);
  EXPECT_EQ(level("resource.owner.peer.name == \"x\""), 3U);
  EXPECT_EQ(level("principal.friends.contains(principal.peer.peer)"), 2U);
}

TEST(LevelTest, RecordsAreNoSteps) {
  EXPECT_EQ(level("principal.home.with == principal"), 1U);
  EXPECT_EQ(level("principal.home.with.name == \"x\""), 2U);
  EXPECT_EQ(level("{a: principal, b: principal.peer}.a.name == \"x\""), 1U);
  EXPECT_EQ(level("{a: principal, b: principal.peer}.b.name == \"x\""), 2U);
  EXPECT_EQ(level("{a: {b: principal.peer}}.a.b.name == \"x\""), 2U);
}

TEST(LevelTest, PathsStepWhereTheyMeetEntities) {
  EXPECT_EQ(level("principal has home.street"), 1U);
  EXPECT_EQ(level("principal has home.with.nick"), 2U);
  EXPECT_EQ(level("principal has peer.peer.nick"), 3U);
  EXPECT_EQ(level("context has of.by.nick"), 1U);
}

TEST(LevelTest, TheLeftSideOfInIsAStep) {
  EXPECT_EQ(level("principal in Team::\"t\""), 1U);
  EXPECT_EQ(level("principal.peer in Team::\"t\""), 2U);
  EXPECT_EQ(level("principal in principal.peer.peer"), 2U);
  EXPECT_EQ(level("action in Action::\"all\""), 1U);
  EXPECT_EQ(level("principal.peer is User in Team::\"t\""), 2U);
  EXPECT_EQ(level_of_policy("permit(principal in Team::\"t\", action, resource);"), 1U);
  EXPECT_EQ(level_of_policy("permit(principal, action in [Action::\"all\"], resource);"), 1U);
  EXPECT_EQ(level_of_policy("permit(principal is User in ?principal, action, resource);"), 1U);
}

TEST(LevelTest, TagsAreSteps) {
  EXPECT_EQ(level("principal.hasTag(\"a\") && principal.getTag(\"a\") == \"x\""), 1U);
  EXPECT_EQ(level("principal.peer.hasTag(\"a\")"), 2U);
  EXPECT_EQ(level("principal.hasTag(principal.peer.name)"), 2U);
}

TEST(LevelTest, BranchesCountTheFurther) {
  EXPECT_EQ(level("(if context.by == principal then principal else principal.peer).name == \"x\""),
            2U);
  EXPECT_EQ(level("(if true then principal else principal.peer).name == \"x\""), 1U);
  EXPECT_EQ(level("false && principal.peer.name == \"x\""), 0U);
  EXPECT_EQ(level("true || principal.peer.name == \"x\""), 0U);
}

TEST(LevelTest, NamedEntitiesCannotBeSteppedInto) {
  EXPECT_EQ(level("User::\"a\".name == \"x\""), std::nullopt);
  EXPECT_EQ(level("User::\"a\" in Team::\"t\""), std::nullopt);
  EXPECT_EQ(level("(if context.by == principal then principal else User::\"a\") has name"),
            std::nullopt);
  EXPECT_EQ(level("{a: User::\"a\", b: principal}.b.name == \"x\""), 1U);
  EXPECT_EQ(level("Action::\"view\" in Action::\"all\""), 1U);
  EXPECT_EQ(level("Action::\"all\" in Action::\"all\""), std::nullopt);
}

TEST(LevelTest, ReportsEveryStepTooFar) {
  const std::vector<Policy> two = policies(
      "permit(principal, action, resource) when { principal.peer.name == \"x\" };"
      "permit(principal, action, resource) when { User::\"a\".name == \"x\" };");
  const ValidationReport report = validate_at_level(schema(), two, 1);
  std::vector<std::string> said;
  for (const Finding& finding : report.findings)
    said.push_back(finding.policy + " " + std::string(name_of(finding.rule)) + " " +
                   finding.issue.message);
  EXPECT_THAT(said, ElementsAre(HasSubstr("policy0 level_exceeded this needs entities 2 steps"),
                                HasSubstr("policy1 level_exceeded this looks into an entity")));
  EXPECT_TRUE(validate_at_level(schema(), std::span(two).first(1), 2).clean());
}

TEST(LevelTest, WhatIsNotValidIsReportedAsSuch) {
  const ValidationReport report = validate_at_level(
      schema(), policies("permit(principal, action, resource) when { principal.nick == \"x\" };"),
      0);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].rule, Finding::Rule::UnguardedAttribute);
}

}  // namespace
}  // namespace countersign::cedar
