// SPDX-License-Identifier: Apache-2.0
#include "kernel/rulebook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::World;

const registry::AuthorityId kUs("US");

base::Parsed<RuleBook> make(const World& world) {
  const registry::Registers registers = world.registers();
  return RuleBook::make(registers, registers.view(testing::day("2025-06-01")), kUs);
}

// The rules broken, each once, in the order found; "" when there is none.
std::string broken(const World& world) {
  const auto book = make(world);
  if (book) return "";
  std::string rules;
  for (const base::Issue& issue : book.error()) {
    const std::string rule = issue.message.substr(0, issue.message.find(':'));
    if (rules.find(rule) == std::string::npos) rules += (rules.empty() ? "" : " ") + rule;
    EXPECT_EQ(issue.file, "directives/X.cedar") << issue.message;
    EXPECT_GT(issue.at.line, 0U) << issue.message;
  }
  return rules;
}

std::string broken(const std::string& cedar, const std::string& more = "") {
  return broken(World().directive({"X", cedar, more}));
}

std::string permit(const std::string& condition) {
  return "permit (principal, action == Action::\"use\", resource) when { " + condition + " };";
}

TEST(RuleBook, MakesTheSchemaOfThePage) {
  World world;
  world.holdings().directive({"X", permit("context.quantity <= context.rest.cap"),
                              R"(, "tallies": [{"id": "cap", "limit": 3}])"});
  const auto book = make(world);
  ASSERT_TRUE(book) << base::to_text(book.error());
  EXPECT_EQ(book.value().schema_text(), R"(entity Group enum ["Allies"];
entity Party in [Group];
entity ItemClass enum ["missile", "drone"];
entity Item in [ItemClass];
entity Office enum ["US/O0", "US/O1", "US/O2", "US/O3", "US/O4", "US/Adviser"];
entity Region enum ["A", "A/in", "AB", "B"];
entity Category enum ["oil", "radar"];
entity DataSource enum ["US/targeting", "UA/targeting", "GB/targeting", "FR/targeting"];
entity Rating enum ["red", "yellow", "green"];
entity Basis enum ["supplied", "owner", "component", "direct_product", "data"];
type Facts = {
  approvals: Set<Office>,
  quantity: Long,
  touches: Set<Region>,
  within: Set<Region>,
  categories: Set<Category>,
  data_sources: Set<DataSource>,
  funders: Set<Party>,
  funded_only_by: Set<Group>,
  used_with: Set<Item>,
  ties: Set<Basis>,
  component_share_bp_min: Long,
  component_share_bp_max: Long,
  item: { range_km_min: Long, range_km_max: Long },
  rating: Rating,
  rest: { cap: Long },
};
type TransferFacts = {
  approvals: Set<Office>,
  quantity: Long,
  touches: Set<Region>,
  within: Set<Region>,
  categories: Set<Category>,
  data_sources: Set<DataSource>,
  funders: Set<Party>,
  funded_only_by: Set<Group>,
  used_with: Set<Item>,
  ties: Set<Basis>,
  component_share_bp_min: Long,
  component_share_bp_max: Long,
  item: { range_km_min: Long, range_km_max: Long },
  rating: Rating,
  rest: { cap: Long },
  recipient: Party,
  end_user: Party,
};
action use appliesTo { principal: [Party], resource: [Item], context: Facts };
action transfer appliesTo { principal: [Party], resource: [Item], context: TransferFacts };
)");
}

TEST(RuleBook, LeavesOutTypesWithoutWords) {
  World world;
  world.held().layers.clear();
  world.held().items.clear();  // the missile has a class
  world.item(R"({"id": "M", "complete": true})").item(R"({"id": "D", "complete": true})");
  const std::string_view bare = R"({"parties": [{"id": "US"}, {"id": "UA"}]})";

  world.held().vocabularies = {registry::recorded(
      registry::RecordKind::Vocabulary, "US", kUs, {}, testing::json(bare),
      registry::read_document<registry::Vocabulary>(bare, "v").value(), "vocabulary.json")};
  const auto book = make(world);
  ASSERT_TRUE(book) << base::to_text(book.error());
  for (const std::string_view absent :
       {"Group", "ItemClass", "Region", "Category", "DataSource", "touches", "within", "categories",
        "data_sources", "funded_only_by", "item:", "rating", "rest"}) {
    EXPECT_THAT(book.value().schema_text(), Not(HasSubstr(std::string(absent)))) << absent;
  }
}

TEST(RuleBook, TakesWhatTheRulesAllow) {
  for (const std::string condition : {
           R"(context.within.contains(Region::"A"))",
           R"(context.within.containsAll([Region::"A", Region::"AB"]))",
           R"(context.approvals.contains(Office::"US/O0"))",
           R"(context.item.range_km_max <= 500)",
           R"(context.funded_only_by.contains(Group::"Allies"))",
           R"(resource in ItemClass::"missile" && principal in Group::"Allies")",
           R"(context.data_sources.contains(DataSource::"US/targeting"))",
           R"(context.quantity * 2 < 10)",
           R"(resource == Item::"D" || context.used_with.contains(Item::"D"))",
       }) {
    EXPECT_EQ(broken(permit(condition)), "") << condition;
  }
}

TEST(RuleBook, RefusesByTheNameOfTheRule) {
  EXPECT_EQ(broken("permit (principal, action, resource"), "validation");
  EXPECT_EQ(broken(permit("context.qantity < 3")), "validation");
  EXPECT_EQ(broken(permit("context.quantity == \"3\"")), "validation");
  EXPECT_EQ(broken(permit("context.rating == Rating::\"red\"")), "validation");  // no holdings
  EXPECT_EQ(broken(permit("context.rest.cap > 3")), "validation");
  EXPECT_EQ(broken(permit("context.recipient == Party::\"UA\"")), "validation");  // of a use
  EXPECT_EQ(broken(permit("context.ties.contains(Office::\"US/O0\")")), "validation");
  EXPECT_EQ(broken(permit("principal.name == \"x\"")), "validation");
  EXPECT_EQ(broken(permit("false")), "validation");  // a warning: it never applies
  EXPECT_EQ(broken("permit (principal == ?principal, action, resource);"), "validation");
  EXPECT_EQ(broken(permit("context.within.contains(Region::\"C\")")), "unknown-entity");
  EXPECT_EQ(broken(permit("context.approvals.contains(Office::\"US/O9\")")), "unknown-entity");
  EXPECT_EQ(broken(permit("principal == Party::\"XX\"")), "unknown-entity");
  EXPECT_EQ(broken(permit("resource == Item::\"XX\"")), "unknown-entity");
  EXPECT_EQ(broken("permit (principal == Party::\"XX\", action, resource);"), "unknown-entity");
  EXPECT_EQ(broken("permit (principal, action, resource == Item::\"XX\");"), "unknown-entity");
  EXPECT_THAT(broken("permit (principal, action == Action::\"lend\", resource);"),
              HasSubstr("unknown-entity"));
  EXPECT_EQ(broken("@id(\"a\") " + permit("true") + "@id(\"a\") " + permit("true")), "unique-id");
  EXPECT_EQ(broken(permit("context.approvals.isEmpty()")), "approvals-form");
  EXPECT_EQ(broken(permit("!context.approvals.contains(Office::\"US/O0\")")),
            "approvals-direction");
  EXPECT_EQ(broken(permit("context.touches.contains(Region::\"A\")")), "bound-direction");
  EXPECT_EQ(broken(permit("context.item.range_km_min <= 500")), "bound-direction");
  EXPECT_EQ(broken(permit("context.within.contains(Region::\"A\") && context.quantity * 2 < 10")),
            "may-fail");
  EXPECT_EQ(broken(permit("context.approvals.contains(Office::\"US/O0\") && "
                          "context.quantity + 1 < 10")),
            "may-fail");
  EXPECT_EQ(broken("@procedure(\"review\") " + permit("true")), "procedure");
  const std::string review = R"(, "procedures": [{"id": "review", "advice": []}])";
  const std::string approved = permit("context.approvals.contains(Office::\"US/O0\")");
  EXPECT_EQ(broken("@procedure(\"review\") " + approved, review), "");
  EXPECT_EQ(broken("@procedure(\"review\") " + permit("true"), review), "procedure");
  EXPECT_EQ(broken(approved, review), "procedure");
  EXPECT_EQ(broken("@Procedure(\"review\") " + approved, review), "procedure");
  EXPECT_EQ(broken("@ID(\"x\") " + approved), "unique-id");
  EXPECT_EQ(broken("@id(\"\") " + approved), "unique-id");
}

TEST(RuleBook, RefusesFilesThatSayNothingOrHideWhatTheySay) {
  EXPECT_EQ(broken("// " + permit("true")), "validation");
  EXPECT_EQ(broken(permit("true") + "\n//\u202e"), "validation");
  EXPECT_EQ(broken(permit("true") + "\n//\v"), "validation");
  EXPECT_EQ(broken(permit("\"a\\u{202e}b\" like \"a*\"")), "validation");
  EXPECT_EQ(broken(permit("\"p\u0430y\" like \"*y\"")), "validation");
  EXPECT_EQ(broken(permit("principal has \"co\u00adop\" || true")), "validation");
  EXPECT_EQ(broken(permit("\"Договор 7\" like \"*7\"")), "");
}

TEST(RuleBook, RefusesToAskWhetherThereIsARating) {
  World world;
  world.holdings().directive({"X",
                              "forbid (principal, action, resource) when { context has rating && "
                              "context.rating == Rating::\"red\" };",
                              ""});
  EXPECT_EQ(broken(world), "rating-form");
}

TEST(RuleBook, ChecksAdvisoryPoliciesToo) {
  EXPECT_EQ(broken("forbid (principal, action, resource) when "
                   "{ context.within.contains(Region::\"A\") };",
                   R"(, "kind": "advisory")"),
            "bound-direction");
}

TEST(RuleBook, NumbersPoliciesWithoutAnId) {
  World world;
  world.directive({"X", permit("true") + "@id(\"X.b\")" + permit("true") + permit("true"), ""});
  const auto book = make(world);
  ASSERT_TRUE(book);
  ASSERT_EQ(book.value().rules().size(), 3U);
  EXPECT_EQ(book.value().rules()[0].policy->id, "X#1");
  EXPECT_EQ(book.value().rules()[1].policy->id, "X.b");
  EXPECT_EQ(book.value().rules()[2].policy->id, "X#3");
  EXPECT_EQ(book.value().find("X#3"), &book.value().rules()[2]);
  EXPECT_EQ(book.value().find("X#4"), nullptr);
}

TEST(RuleBook, PointsIntoTheDirectivesOwnFile) {
  World world;
  world.directive({"X", permit("true") + "\n" + permit("context.nothing"), ""});
  const auto book = make(world);
  ASSERT_FALSE(book);
  ASSERT_EQ(book.error().size(), 1U);
  EXPECT_EQ(book.error()[0].file, "directives/X.cedar");
  EXPECT_EQ(book.error()[0].at.line, 2U);
  EXPECT_THAT(book.error()[0].message, HasSubstr("nothing"));
}

TEST(RuleBook, KnowsNothingOfDirectivesNotInForce) {
  World world;
  world.directive({"X", "this is no policy", R"(, "in_force": {"from": "2026-01-01"})"});
  EXPECT_TRUE(make(world));
}

}  // namespace
}  // namespace countersign::kernel
