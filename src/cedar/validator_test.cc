// SPDX-License-Identifier: Apache-2.0
#include "cedar/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "cedar/parser.h"
#include "cedar/policy_set.h"

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSchema = R"(
  entity Org { size: Long };
  entity Team in [Org];
  entity User in [Team] {
    name: String, age: Long, admin: Bool, nick?: String, boss?: User, peer: User,
    home: { city: String, street?: String }, roles: Set<String>, friends: Set<User>,
    ip: ipaddr, price: decimal, born: datetime, shift: duration, last: Action,
  } tags String;
  entity Folder;
  entity File in [Folder] { owner: User, nick?: Long };
  entity Color enum ["red", "green"];
  action all;
  action view in [all] appliesTo {
    principal: User, resource: File, context: { at: datetime, reason?: String }
  };
  action edit appliesTo { principal: [User, Team], resource: [File, Folder] };
  action idle;
  namespace N { action go in [Action::"all"] appliesTo { principal: User, resource: File }; }
)";

const Schema& schema() {
  static const Schema declared = Schema::parse(kSchema).value();
  return declared;
}

std::vector<Policy> policies(const std::string& text) {
  auto parsed = parse_policies(text, "p");
  if (!parsed) {
    ADD_FAILURE() << base::to_text(parsed.error());
    return {};
  }
  return std::move(parsed).value();
}

std::vector<Finding> findings(const std::string& text,
                              ValidationMode mode = ValidationMode::Strict) {
  return Validator(schema(), mode).validate(policies(text)).findings;
}

std::string view_policy(const std::string& condition) {
  return "permit(principal is User, action == Action::\"view\", resource is File) when { " +
         condition + " };";
}

// The rules that a condition breaks, warnings included, "" when it is fine.
std::string rules(const std::string& condition, ValidationMode mode = ValidationMode::Strict) {
  std::string text;
  for (const Finding& finding : findings(view_policy(condition), mode)) {
    if (!text.empty()) text += " ";
    text += name_of(finding.rule);
  }
  return text;
}

std::string head_rules(const std::string& head) {
  std::string text;
  for (const Finding& finding : findings(head + ";")) {
    if (!text.empty()) text += " ";
    text += name_of(finding.rule);
  }
  return text;
}

std::string message(const std::string& condition) {
  const std::vector<Finding> found = findings(view_policy(condition));
  return found.empty() ? "" : found.front().issue.message + " | " + found.front().issue.remedy;
}

// A condition that no type allows: fine only where it is not looked at.
constexpr const char* kWrong = "(\"a\" + 1 == 2)";

bool is_false(const std::string& condition) {
  return rules(condition + " && " + kWrong) == "impossible";
}
bool is_true(const std::string& condition) { return rules(condition + " || " + kWrong).empty(); }
bool is_open(const std::string& condition) {
  return rules(condition).empty() && !is_false(condition) && !is_true(condition);
}

TEST(ValidatorTest, NamesMustBeDeclaredEvenInDeadBranches) {
  EXPECT_EQ(rules("false && principal == Nobody::\"a\""), "unknown_entity_type impossible");
  EXPECT_EQ(rules("principal is Nobody || true"), "unknown_entity_type");
  EXPECT_EQ(rules("principal in Nobody::\"a\""), "unknown_entity_type");
  EXPECT_EQ(rules("true || resource == Color::\"blue\""), "unknown_entity_id");
  EXPECT_EQ(rules("true || resource == Color::\"red\""), "");
  EXPECT_EQ(rules("action == Action::\"stare\""), "unknown_action");
  EXPECT_EQ(rules("true || action in [Action::\"stare\"]"), "unknown_action");
  EXPECT_THAT(message("principal in Tem::\"a\""), HasSubstr("did you mean `Team`?"));
  EXPECT_THAT(message("resource == Color::\"gren\""),
              HasSubstr("did you mean `Color::\"green\"`?"));
  EXPECT_THAT(message("action == Action::\"vieww\""),
              HasSubstr("did you mean `Action::\"view\"`?"));
}

TEST(ValidatorTest, HeadsMustFitAnAction) {
  EXPECT_EQ(head_rules("permit(principal, action, resource)"), "");
  EXPECT_EQ(head_rules("permit(principal is Team, action == Action::\"view\", resource)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal, action == Action::\"idle\", resource)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal, action in Action::\"all\", resource is Folder)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal in Org::\"o\", action, resource in Folder::\"f\")"), "");
  EXPECT_EQ(head_rules("permit(principal in Folder::\"f\", action, resource)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal is User in Team::\"t\", action, resource)"), "");
  EXPECT_EQ(head_rules("permit(principal is Team in Folder::\"t\", action, resource)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal == Color::\"red\", action, resource)"),
            "no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal, action in [], resource)"),
            "empty_set no_applicable_action");
  EXPECT_EQ(head_rules("permit(principal, action in [Action::\"view\", N::Action::\"go\"], "
                       "resource)"),
            "incompatible_types");
  EXPECT_EQ(head_rules("permit(principal, action == Action::\"stare\", resource)"),
            "no_applicable_action unknown_action impossible");
}

TEST(ValidatorTest, WhatAHeadNamesInVainSaysNothingOfTheRest) {
  EXPECT_EQ(head_rules("permit(principal in Nobody::\"a\", action, resource) when { 1 }"),
            "unknown_entity_type no_applicable_action unexpected_type");
  EXPECT_EQ(head_rules("permit(principal is Nobody, action, resource) when { 1 }"),
            "unknown_entity_type no_applicable_action impossible");
  EXPECT_EQ(head_rules("permit(principal, action in [], resource) when { 1 }"),
            "empty_set no_applicable_action unexpected_type");
  EXPECT_EQ(head_rules("permit(principal is User, action in [Action::\"view\", Action::\"stare\"], "
                       "resource)"),
            "no_applicable_action unknown_action");
}

TEST(ValidatorTest, SlotsStandForWhatFits) {
  EXPECT_EQ(head_rules("permit(principal == ?principal, action, resource in ?resource)"), "");
  EXPECT_EQ(head_rules("permit(principal is Color in ?principal, action, resource)"),
            "no_applicable_action impossible");
}

TEST(ValidatorTest, OfALinkSaysOnlyWhatFillingItsSlotsAdds) {
  const Policy open = policies("permit(principal == ?principal, action, resource) when { 1 };")[0];
  const auto linked = [&](const char* type) {
    Slots slots;
    slots.principal.emplace(type, "x");
    std::string text;
    const Policy policy = link(open, "linked", slots).value();
    for (const Finding& finding : Validator(schema()).validate(policy).findings)
      text += std::string(name_of(finding.rule)) + " ";
    return text;
  };
  EXPECT_EQ(Validator(schema()).validate(open).findings.front().rule,
            Finding::Rule::UnexpectedType);
  EXPECT_EQ(linked("User"), "");
  EXPECT_EQ(linked("Color"), "no_applicable_action ");
  EXPECT_EQ(linked("Nobody"), "unknown_entity_type no_applicable_action ");
}

TEST(ValidatorTest, ConditionsAreBool) {
  EXPECT_EQ(rules("principal.admin"), "");
  EXPECT_EQ(rules("principal.name"), "unexpected_type");
  EXPECT_EQ(rules("!principal.age"), "unexpected_type");
  EXPECT_EQ(rules("principal.age && true"), "unexpected_type");
  EXPECT_EQ(rules("true && principal.age"), "unexpected_type");
  EXPECT_EQ(rules("if principal.age then true else false"), "unexpected_type");
}

TEST(ValidatorTest, ArithmeticIsOfLong) {
  EXPECT_EQ(rules("principal.age * 2 - 1 == -principal.age"), "");
  EXPECT_EQ(rules("principal.age + principal.name == 1"), "unexpected_type");
  EXPECT_EQ(rules("-principal.name == 1"), "unexpected_type");
  EXPECT_THAT(message("principal.name + \"x\" == \"y\""), HasSubstr("texts cannot be joined"));
}

TEST(ValidatorTest, OrderIsOfOneComparableType) {
  EXPECT_EQ(rules("principal.age < 3 && 3 >= principal.age"), "");
  EXPECT_EQ(rules("principal.born <= context.at"), "");
  EXPECT_EQ(rules("principal.shift > duration(\"1h\")"), "");
  EXPECT_EQ(rules("principal.age < principal.born"), "unexpected_type");
  EXPECT_EQ(rules("principal.price < decimal(\"1.0\")"), "unexpected_type unexpected_type");
  EXPECT_THAT(message("principal.price < principal.price"), HasSubstr("`.lessThan()`"));
}

TEST(ValidatorTest, EqualityIsOfOneType) {
  EXPECT_EQ(rules("principal.age == principal.name"), "incompatible_types");
  EXPECT_EQ(rules("principal == \"x\""), "incompatible_types");
  EXPECT_EQ(rules("principal.home == {city: \"x\"}"), "incompatible_types");
  EXPECT_EQ(rules("{a: true} == {a: principal.admin}"), "");
  EXPECT_TRUE(is_open("principal == principal.peer"));
  EXPECT_TRUE(is_false("principal == resource"));
  EXPECT_TRUE(is_true("principal != resource"));
  EXPECT_TRUE(is_false("1 == \"a\""));
  EXPECT_TRUE(is_true("1 == 1"));
  EXPECT_TRUE(is_true("(true && true) == true"));
  EXPECT_TRUE(is_true("action == Action::\"view\""));
  EXPECT_TRUE(is_false("action == Action::\"edit\""));
  EXPECT_TRUE(is_open("principal.last == Action::\"edit\""));
  EXPECT_EQ(rules("principal.age == principal.name", ValidationMode::Permissive), "");
}

TEST(ValidatorTest, DecidedConditionsHideWhatIsBehindThem) {
  EXPECT_EQ(rules(std::string("if true then principal.admin else ") + kWrong), "");
  EXPECT_EQ(rules(std::string("if false then ") + kWrong + " else principal.admin"), "");
  EXPECT_TRUE(is_true("!false"));
  EXPECT_TRUE(is_false("principal.admin && false"));
  EXPECT_TRUE(is_true("principal.admin || true"));
}

TEST(ValidatorTest, BranchesHaveOneType) {
  EXPECT_EQ(rules("(if principal.admin then 1 else 2) == 1"), "");
  EXPECT_EQ(rules("(if principal.admin then 1 else \"a\") == 1"), "incompatible_types");
  EXPECT_EQ(rules("(if principal.admin then principal else resource) == principal"),
            "incompatible_types");
  EXPECT_EQ(rules("(if principal.admin then principal else resource) == principal",
                  ValidationMode::Permissive),
            "");
}

TEST(ValidatorTest, IsDecidesByType) {
  EXPECT_TRUE(is_true("principal is User"));
  EXPECT_TRUE(is_false("principal is File"));
  EXPECT_TRUE(is_open("principal is User in Team::\"t\""));
  EXPECT_TRUE(is_false("principal is File in Team::\"t\""));
  EXPECT_EQ(rules("principal.name is User"), "unexpected_type");
  EXPECT_EQ(rules("principal is User in 1"), "unexpected_type");
}

TEST(ValidatorTest, InFollowsTheHierarchyOfTypes) {
  EXPECT_TRUE(is_open("principal in Org::\"o\""));
  EXPECT_TRUE(is_open("principal in [Team::\"a\", Team::\"b\"]"));
  EXPECT_TRUE(is_open("principal in principal.friends"));
  EXPECT_TRUE(is_open("principal in User::\"a\""));
  EXPECT_TRUE(is_false("principal in Folder::\"f\""));
  EXPECT_TRUE(is_false("principal in resource"));
  EXPECT_EQ(rules("principal in [Team::\"a\", Org::\"b\"]"), "incompatible_types");
  EXPECT_EQ(rules("principal in principal.roles"), "unexpected_type");
  EXPECT_EQ(rules("principal.name in Team::\"a\""), "unexpected_type");
  EXPECT_EQ(rules("principal in []"), "empty_set");
  EXPECT_EQ(rules("principal in []", ValidationMode::Permissive), "");
}

TEST(ValidatorTest, InIsKnownForActions) {
  EXPECT_TRUE(is_true("action in Action::\"all\""));
  EXPECT_TRUE(is_true("action in [Action::\"edit\", Action::\"all\"]"));
  EXPECT_TRUE(is_false("action in [Action::\"edit\", Action::\"idle\"]"));
  EXPECT_TRUE(is_true("Action::\"view\" in Action::\"all\""));
  EXPECT_TRUE(is_false("Action::\"edit\" in Action::\"all\""));
  EXPECT_TRUE(is_open("principal.last in Action::\"all\""));
  EXPECT_TRUE(is_false("action in Team::\"t\""));
}

TEST(ValidatorTest, SetsHoldOneType) {
  EXPECT_EQ(rules("[1, 2].contains(principal.age)"), "");
  EXPECT_EQ(rules("[1, \"a\"].contains(1)"), "incompatible_types");
  EXPECT_EQ(rules("[1, \"a\"].contains(1)", ValidationMode::Permissive), "incompatible_types");
  EXPECT_EQ(rules("[principal, resource].contains(principal)"), "incompatible_types");
  EXPECT_EQ(rules("[principal, resource].contains(principal)", ValidationMode::Permissive), "");
  EXPECT_EQ(rules("[].isEmpty()"), "empty_set");
  EXPECT_EQ(rules("[].isEmpty()", ValidationMode::Permissive), "");
}

TEST(ValidatorTest, SetMethodsTakeSetsOfTheirType) {
  EXPECT_EQ(rules("principal.roles.contains(\"a\") && principal.roles.containsAll([\"a\"]) && "
                  "principal.roles.containsAny([\"a\"]) && principal.roles.isEmpty()"),
            "");
  EXPECT_EQ(rules("principal.roles.contains(1)"), "incompatible_types");
  EXPECT_EQ(rules("principal.roles.containsAny([1])"), "incompatible_types");
  EXPECT_EQ(rules("principal.roles.containsAll(\"a\")"), "unexpected_type");
  EXPECT_EQ(rules("principal.name.isEmpty()"), "unexpected_type");
  EXPECT_EQ(rules("principal.roles.contains(1)", ValidationMode::Permissive), "");
}

TEST(ValidatorTest, AttributesMustBeDeclared) {
  EXPECT_EQ(rules("principal.home.city == \"x\" && principal[\"name\"] == \"y\""), "");
  EXPECT_EQ(rules("principal.pricee == \"x\""), "unknown_attribute");
  EXPECT_EQ(rules("principal.home.zip == 1"), "unknown_attribute");
  EXPECT_EQ(rules("context.nothing == 1"), "unknown_attribute");
  EXPECT_EQ(rules("action.name == 1"), "unknown_attribute");
  EXPECT_EQ(rules("{a: 1}.b == 1"), "unknown_attribute");
  EXPECT_EQ(rules("principal.name.first == 1"), "unexpected_type");
  EXPECT_EQ(message("principal.pricee == \"x\""),
            "`User` has no attribute `pricee` | did you mean `price`?");
  EXPECT_THAT(message("context.nothing == 1"),
              HasSubstr("the context of `Action::\"view\"` has no attribute `nothing`"));
}

TEST(ValidatorTest, OptionalAttributesNeedAGuard) {
  EXPECT_EQ(rules("principal.nick == \"x\""), "unguarded_attribute");
  EXPECT_EQ(rules("context.reason == \"x\""), "unguarded_attribute");
  EXPECT_EQ(rules("principal has nick && principal.nick == \"x\""), "");
  EXPECT_EQ(rules("principal has \"nick\" && principal[\"nick\"] == \"x\""), "");
  EXPECT_EQ(rules("if principal has nick then principal.nick == \"x\" else true"), "");
  EXPECT_EQ(rules("if principal has nick then true else principal.nick == \"x\""),
            "unguarded_attribute");
  EXPECT_EQ(rules("(principal has nick || principal.admin) && principal.nick == \"x\""),
            "unguarded_attribute");
  EXPECT_EQ(rules("(principal has nick || principal has nick) && principal.nick == \"x\""), "");
  EXPECT_EQ(rules("(if principal.admin then principal has nick else principal has nick) && "
                  "principal.nick == \"x\""),
            "");
  EXPECT_EQ(rules("!(principal has nick) || principal.nick == \"x\""), "unguarded_attribute");
  EXPECT_EQ(rules("principal.peer has nick && principal.nick == \"x\""), "unguarded_attribute");
  EXPECT_EQ(rules("{a: principal} has a && {a: principal}.a.name == \"x\""), "");
  EXPECT_THAT(message("principal.nick == \"x\""), HasSubstr("`... has nick && ...`"));
}

TEST(ValidatorTest, GuardsCarryFromOneClauseToTheNext) {
  const std::string head = "permit(principal is User, action == Action::\"view\", resource)";
  const std::string access = " when { principal.nick == \"x\" };";
  EXPECT_THAT(findings(head + " when { principal has nick }" + access), IsEmpty());
  EXPECT_FALSE(findings(head + " unless { principal has nick }" + access).empty());
}

TEST(ValidatorTest, PathsGuardEveryStep) {
  EXPECT_EQ(rules("principal has boss.nick && principal.boss.nick == \"x\""), "");
  EXPECT_EQ(rules("principal has boss.boss.nick && principal.boss.boss.nick == \"x\" && "
                  "principal.boss.name == \"y\""),
            "");
  EXPECT_EQ(rules("principal has home.street && principal.home.street == \"x\""), "");
  EXPECT_EQ(rules("principal has boss.nick && principal.nick == \"x\""), "unguarded_attribute");
  EXPECT_EQ(rules("principal has name.first"), "unexpected_type");
  EXPECT_TRUE(is_false("principal has boss.none"));
}

TEST(ValidatorTest, HasIsDecidedWhereTheTypeSaysSo) {
  EXPECT_TRUE(is_true("principal.home has city"));
  EXPECT_TRUE(is_open("principal.home has street"));
  EXPECT_TRUE(is_open("principal has name"));  // the entity may not be there
  EXPECT_TRUE(is_false("principal has zip"));
  EXPECT_TRUE(is_false("action has name"));
  EXPECT_EQ(rules("principal.name has x"), "unexpected_type");
}

TEST(ValidatorTest, TagsNeedAGuard) {
  EXPECT_EQ(rules("principal.hasTag(\"a\") && principal.getTag(\"a\") == \"x\""), "");
  EXPECT_EQ(rules("principal.hasTag(principal.name) && "
                  "principal.getTag(principal.name) == \"x\""),
            "");
  EXPECT_EQ(rules("principal.getTag(\"a\") == \"x\""), "unguarded_tag");
  EXPECT_EQ(rules("principal.hasTag(\"a\") && principal.getTag(\"b\") == \"x\""), "unguarded_tag");
  EXPECT_EQ(rules("principal.hasTag(\"a\") && principal.peer.getTag(\"a\") == \"x\""),
            "unguarded_tag");
  EXPECT_EQ(rules("resource.getTag(\"a\") == \"x\""), "no_tags");
  EXPECT_TRUE(is_false("resource.hasTag(\"a\")"));
  EXPECT_EQ(rules("principal in [] || true", ValidationMode::Permissive), "");
  EXPECT_EQ(rules("principal in [] && principal.nope", ValidationMode::Permissive),
            "unknown_attribute");
  // Of several types, those count that have tags.
  constexpr ValidationMode permissive = ValidationMode::Permissive;
  EXPECT_EQ(rules("(if principal.admin then principal else resource).hasTag(\"a\") && "
                  "(if principal.admin then principal else resource).getTag(\"a\") == \"x\"",
                  permissive),
            "");
  EXPECT_EQ(rules("principal.hasTag(1)"), "unexpected_type");
  EXPECT_EQ(rules("context.hasTag(\"a\")"), "unexpected_type");
}

TEST(ValidatorTest, ExtensionFunctionsTakeTheirTypes) {
  EXPECT_EQ(rules("principal.ip.isInRange(ip(\"10.0.0.0/8\")) && "
                  "principal.price.lessThan(decimal(\"1.5\")) && "
                  "principal.born.offset(duration(\"1d\")) < context.at"),
            "");
  EXPECT_EQ(rules("principal.name.isIpv4()"), "unexpected_type");
  EXPECT_EQ(rules("principal.ip.isInRange(\"10.0.0.0/8\")"), "unexpected_type");
  EXPECT_EQ(rules("principal.ip.isIpv4(1)"), "argument_count");
  EXPECT_EQ(rules("principal.price.lessThan()"), "argument_count");
  // Of a call that is wrong as a whole, the arguments' types are not looked at.
  EXPECT_EQ(rules("principal.ip.isInRange(1, 2)"), "argument_count");
  EXPECT_EQ(rules("ip(principal.age).isIpv4()"), "constructor_not_literal");
  EXPECT_EQ(rules("ip(principal.age).isIpv4()", ValidationMode::Permissive), "unexpected_type");
  EXPECT_EQ(rules("principal.name like \"a*\""), "");
  EXPECT_EQ(rules("principal.age like \"a*\""), "unexpected_type");
}

TEST(ValidatorTest, ConstructorsTakeLiteralsThatMeanSomething) {
  EXPECT_EQ(rules("ip(principal.name).isIpv4()"), "constructor_not_literal");
  EXPECT_EQ(rules("ip(principal.name).isIpv4()", ValidationMode::Permissive), "");
  for (const char* wrong :
       {"ip(\"x\") == principal.ip", "decimal(\"1\") == principal.price",
        "datetime(\"x\") == principal.born", "duration(\"x\") == principal.shift"}) {
    EXPECT_EQ(rules(wrong), "constructor_argument") << wrong;
    EXPECT_EQ(rules(wrong, ValidationMode::Permissive), "constructor_argument") << wrong;
  }
  EXPECT_THAT(message("decimal(\"1\") == principal.price"), HasSubstr("decimal(\"12.5\")"));
}

TEST(ValidatorTest, PermissiveJoinsKeepWhatBothHave) {
  const auto permissive = [](const std::string& condition) {
    return rules(condition, ValidationMode::Permissive);
  };
  const std::string either = "(if principal.admin then principal else resource)";
  EXPECT_EQ(permissive(either + ".age == 1"), "unknown_attribute");
  EXPECT_EQ(permissive(either + " has age"), "");
  EXPECT_EQ(permissive("(if principal.admin then {a: 1, b: 2} else {a: 3}).a == 1"), "");
  EXPECT_EQ(permissive("(if principal.admin then {a: 1, b: 2} else {a: 3}).b == 1"),
            "unknown_attribute");
  EXPECT_EQ(permissive("(if principal.admin then {a: 1, b: 2} else {a: 3}) has b"), "");
  EXPECT_EQ(permissive(either + " has nick && " + either + ".nick == 1"), "unknown_attribute");
}

TEST(ValidatorTest, WarnsOfPoliciesThatNeverApply) {
  const std::vector<Finding> found = findings(view_policy("principal == resource"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, Finding::Rule::Impossible);
  EXPECT_TRUE(found[0].is_warning());
  EXPECT_THAT(findings("permit(principal, action, resource) when { principal is Team };"),
              IsEmpty());
}

TEST(ValidatorTest, SaysOfPoliciesWithErrorsTooThatTheyNeverApply) {
  EXPECT_EQ(rules("principal.age == \"old\" && false"), "incompatible_types impossible");
  EXPECT_EQ(rules("(if principal.nobody then false else false)"), "unknown_attribute impossible");
  // What is not known leaves open what was meant, up to the next operator.
  EXPECT_EQ(rules("principal.nobody && false"), "unknown_attribute");
  EXPECT_EQ(rules("principal.nobody && principal.admin && false"), "unknown_attribute impossible");
  EXPECT_EQ(rules("principal.nobody && (principal.admin && false)"), "unknown_attribute");
  EXPECT_EQ(rules("!principal.nobody && false"), "unknown_attribute impossible");
  EXPECT_EQ(rules("principal.nobody } when { principal.admin } when { false"), "unknown_attribute");
  EXPECT_EQ(rules("true } unless { principal.nobody } when { false"),
            "unknown_attribute impossible");
  // Of `in` nothing is concluded with a mistake inside it, of other tests something is.
  EXPECT_EQ(rules("principal in Folder::\"f\""), "impossible");
  EXPECT_EQ(rules("(if principal.nobody then principal else principal) in Folder::\"f\""),
            "unknown_attribute");
  EXPECT_EQ(rules("(if principal.nobody then principal else principal) is Folder"),
            "unknown_attribute impossible");
}

TEST(ValidatorTest, WarnsOfTextsThatChangeDirection) {
  EXPECT_EQ(rules("principal.name == \"a\u202eb\""), "directional_text");
  EXPECT_EQ(rules("principal.name == \"a\\u{202e}b\""), "directional_text");
  EXPECT_EQ(rules("principal in Team::\"a\u2066b\""), "directional_name");
  EXPECT_EQ(rules("principal has \"a\u2066b\" || true"), "directional_name");
  EXPECT_EQ(rules("principal.name like \"a\u2069*\""), "directional_text");
  EXPECT_EQ(rules("principal.name == \"שלום\""), "");
}

TEST(ValidatorTest, WarnsOfTextsInSeveralScripts) {
  EXPECT_EQ(rules("principal.name == \"p\u0430ypal\""), "mixed_script_text");
  EXPECT_EQ(rules("principal.name == \"Привет, 1984!\""), "");
  // Scripts that are written together count as one.
  EXPECT_EQ(rules("principal.name == \"東京タワーへ\""), "");
  EXPECT_EQ(rules("principal.name == \"東京タワー한\""), "mixed_script_text");
  // Private use, and no character at all.
  EXPECT_EQ(rules("principal.name == \"\ue000\""), "mixed_script_text");
  EXPECT_EQ(rules("principal.name == \"\u0378\""), "mixed_script_text");
  EXPECT_THAT(message("principal.name == \"p\u0430ypal\""),
              HasSubstr("U+0430 CYRILLIC SMALL LETTER A (Cyrillic)"));
}

TEST(ValidatorTest, JudgesPatternsAsTheyAreWritten) {
  EXPECT_EQ(rules("principal.name like \"p\u0430y*\""), "mixed_script_text");
  EXPECT_EQ(rules("principal.name like \"*п*\""), "");
  EXPECT_EQ(rules("principal.name like \"п\\**\\0\\\\\""), "");
  EXPECT_EQ(rules("principal.name like \"п\\n*\""), "mixed_script_text");
  EXPECT_EQ(rules("principal.name like \"p\u0941*\""), "");
}

TEST(ValidatorTest, WarnsOfNamesThatCanBeTakenForOthers) {
  EXPECT_EQ(rules("principal in Team::\"p\u0430ypal\""), "mixed_script_name");
  EXPECT_EQ(rules("principal in Team::\"co\u00adop\""), "confusable_name");
  EXPECT_EQ(rules("principal in Team::\"\u00b2\""), "confusable_name");
  EXPECT_EQ(rules("principal has \"a\u0430\" || true"), "mixed_script_name");
  EXPECT_EQ(rules("principal in Team::\"A b-c/1\""), "");
  EXPECT_EQ(rules("principal in Team::\"Grüße\""), "");
  EXPECT_EQ(head_rules("permit(principal in Team::\"p\u0430y\", action, resource)"),
            "mixed_script_name");
  EXPECT_EQ(head_rules("@note(\"p\u0430y\") permit(principal, action, resource)"), "");
}

TEST(ValidatorTest, SaysEachThingOnceWithItsPlace) {
  const std::vector<Finding> found =
      findings("permit(principal is User, action, resource)\nwhen { principal.nick == \"\" };");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(base::to_text(found[0].issue),
            "p:2:8: the attribute `nick` of `User` may be missing\n"
            "  2 | when { principal.nick == \"\" };\n"
            "    |        ^^^^^^^^^^^^^^\n"
            "  help: write `... has nick && ...` before it");
}

TEST(ValidatorTest, GoesOnAfterAMistake) {
  // The type of an attribute is known, guarded or not.
  EXPECT_EQ(rules("principal.nick == 1"), "unguarded_attribute incompatible_types");
  EXPECT_EQ(rules("(principal has nick && principal.age == \"a\") && principal.nick == \"x\""),
            "incompatible_types unguarded_attribute");
  EXPECT_EQ(rules("principal.price < principal.nope"), "unknown_attribute");
  EXPECT_EQ(rules("[1, principal.nope, \"a\"].isEmpty()"), "unknown_attribute");
  EXPECT_EQ(rules("principal.nope == 1 && principal.age == \"x\" && [].isEmpty()"),
            "unknown_attribute incompatible_types empty_set");
}

TEST(ValidatorTest, ReportsPolicyByPolicy) {
  const ValidationReport report = Validator(schema()).validate(
      policies("permit(principal, action, resource); " + view_policy("principal.nick == 1") +
               view_policy("principal == resource")));
  EXPECT_TRUE(report.has_errors());
  EXPECT_TRUE(report.accepts("policy0"));
  EXPECT_FALSE(report.accepts("policy1"));
  EXPECT_TRUE(report.accepts("policy2"));
  EXPECT_FALSE(report.clean());
}

TEST(ValidatorTest, GivesTheTypesOfNodes) {
  const std::vector<Policy> one = policies(
      "permit(principal, action, resource is File) when { principal is User && "
      "principal.age > 3 };");
  const std::vector<TypedPolicy> typed = Validator(schema()).typed(one[0]);
  ASSERT_EQ(typed.size(), 4U);  // edit by User and by Team, view, go
  const Expr& both = *one[0].clauses[0].body;
  const Expr& age = both.operand(1).operand(0);
  std::vector<std::string> seen;
  for (const TypedPolicy& kind : typed) {
    const auto type = kind.types.find(&age);
    seen.push_back(to_text(kind.request.action) + " " + kind.request.principal.str() + " " +
                   (kind.may_apply ? "may" : "never") + " " +
                   (type == kind.types.end() ? "-" : to_text(*type->second)));
  }
  EXPECT_THAT(seen,
              ElementsAre("Action::\"edit\" Team never -", "Action::\"edit\" User may Long",
                          "Action::\"view\" User may Long", "N::Action::\"go\" User may Long"));
}

std::vector<std::string> fallible(const std::string& condition,
                                  ValidationMode mode = ValidationMode::Strict) {
  const std::vector<Policy> one = policies(view_policy(condition));
  std::vector<std::string> texts;
  for (const FallibleOperation& operation : Validator(schema(), mode).fallible_operations(one[0])) {
    constexpr std::array<const char*, 3> kinds = {"arithmetic ", "constructor ", "access "};
    texts.push_back(kinds[static_cast<std::size_t>(operation.kind)] +
                    std::string(one[0].source->quote(operation.span)));
  }
  return texts;
}

TEST(ValidatorTest, FindsWhatCanFailAtRunTime) {
  EXPECT_THAT(fallible("context.at < datetime(\"2025-01-01\") && context has reason && "
                       "context.reason like \"a*\" && principal in Team::\"t\""),
              IsEmpty());
  EXPECT_THAT(fallible("principal.age + 1 == 2"),
              ElementsAre("access principal.age", "arithmetic principal.age + 1"));
  EXPECT_THAT(fallible("principal has age && principal.age == 2"), IsEmpty());
  EXPECT_THAT(fallible("principal has home && principal.home.city == \"x\""), IsEmpty());
  EXPECT_THAT(fallible("principal.hasTag(\"a\") && principal.getTag(\"a\") == \"x\""), IsEmpty());
  EXPECT_THAT(fallible("context.at.offset(duration(\"1d\")).toDate() > context.at"),
              ElementsAre("arithmetic context.at.offset(duration(\"1d\"))",
                          "arithmetic context.at.offset(duration(\"1d\")).toDate()"));
  EXPECT_THAT(fallible("true || principal.age * 2 == 2"), IsEmpty());
  EXPECT_THAT(fallible("ip(\"::1\").isIpv4() && context has reason && "
                       "ip(context.reason).isIpv4()",
                       ValidationMode::Permissive),
              ElementsAre("constructor ip(context.reason)"));
}

}  // namespace
}  // namespace countersign::cedar
