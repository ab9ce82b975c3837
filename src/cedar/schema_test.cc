// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

Schema parsed(std::string_view text) {
  base::Parsed<Schema> schema = Schema::parse(text, "s");
  if (!schema) {
    ADD_FAILURE() << base::to_text(schema.error());
    return Schema::parse("").value();
  }
  return std::move(schema).value();
}

Schema parsed_json(std::string_view text) {
  base::Parsed<Schema> schema = Schema::parse_json(text, "s");
  if (!schema) {
    ADD_FAILURE() << base::to_text(schema.error());
    return Schema::parse("").value();
  }
  return std::move(schema).value();
}

// The issues as text; empty when the schema is taken.
std::string refused(std::string_view text) {
  const base::Parsed<Schema> schema = Schema::parse(text, "s");
  return schema ? std::string() : base::to_text(schema.error());
}

std::string refused_json(std::string_view text) {
  const base::Parsed<Schema> schema = Schema::parse_json(text, "s");
  return schema ? std::string() : base::to_text(schema.error());
}

std::string attributes_of(const Schema& schema, const char* type) {
  const EntityType* found = schema.find_entity_type(type);
  return found == nullptr ? "none" : to_text(*found->attributes);
}

TEST(SchemaTest, ReadsEntityTypesWithParentsAttributesAndTags) {
  const Schema schema = parsed(R"(
    entity Group;
    // several at once, trailing comma, quoted names
    entity User, Robot in [Group] = { "full name": String, age?: Long, of: Set<Group>, } tags Bool;
  )");
  EXPECT_EQ(attributes_of(schema, "Robot"), "{age?: Long, \"full name\": String, of: Set<Group>}");
  const EntityType* user = schema.find_entity_type("User");
  ASSERT_NE(user, nullptr);
  EXPECT_THAT(user->parents, ElementsAre(Text("Group")));
  EXPECT_EQ(to_text(*user->tags), "Bool");
  EXPECT_FALSE(user->ids.has_value());
  EXPECT_EQ(schema.find_entity_type("Group")->tags, nullptr);
  EXPECT_EQ(schema.find_entity_type("Nobody"), nullptr);
}

TEST(SchemaTest, ReadsEnumeratedEntityTypes) {
  const Schema schema = parsed(R"(entity Region enum ["north", "the \"south\""];)");
  EXPECT_THAT(schema.find_entity_type("Region")->ids.value(),
              ElementsAre(Text("north"), Text("the \"south\"")));
}

TEST(SchemaTest, ReadsActionsWithGroupsAndContexts) {
  const Schema schema = parsed(R"(
    entity User; entity File;
    type Asked = { from: ipaddr };
    action all;
    action read in all;
    action "view it", list in ["read"] appliesTo {
      resource: [File, User], principal: User, context: Asked,
    };
  )");
  const Action* view = schema.find_action(EntityUid("Action", "view it"));
  ASSERT_NE(view, nullptr);
  EXPECT_THAT(view->principals, ElementsAre(Text("User")));
  EXPECT_THAT(view->resources, ElementsAre(Text("File"), Text("User")));
  EXPECT_EQ(to_text(*view->context), "{from: ipaddr}");
  EXPECT_THAT(view->parents, ElementsAre(EntityUid("Action", "read")));
  EXPECT_THAT(view->ancestors, SizeIs(2));
  EXPECT_TRUE(schema.is_in(EntityUid("Action", "list"), EntityUid("Action", "all")));
  EXPECT_TRUE(schema.is_in(EntityUid("Action", "all"), EntityUid("Action", "all")));
  EXPECT_FALSE(schema.is_in(EntityUid("Action", "all"), EntityUid("Action", "list")));
  EXPECT_THAT(schema.find_action(EntityUid("Action", "all"))->principals, IsEmpty());
}

TEST(SchemaTest, ClosesTheHierarchyOfEntityTypes) {
  const Schema schema = parsed("entity A in B; entity B in C; entity C; entity D in D;");
  EXPECT_TRUE(schema.can_be_in("A", "C"));
  EXPECT_TRUE(schema.can_be_in("C", "C"));
  EXPECT_FALSE(schema.can_be_in("C", "A"));
  EXPECT_TRUE(schema.can_be_in("D", "D"));
}

TEST(SchemaTest, ActionTypesFollowTheirActions) {
  const Schema schema = parsed("namespace N { action a in Action::\"g\"; } action g;");
  EXPECT_TRUE(schema.is_action_type("N::Action"));
  EXPECT_TRUE(schema.can_be_in("N::Action", "Action"));
  EXPECT_FALSE(schema.can_be_in("Action", "N::Action"));
}

TEST(SchemaTest, KeepsAnnotations) {
  const Schema schema = parsed(R"(
    @doc("ours") namespace N {
      @doc("who") @seen entity User { @unit("years") age: Long };
      @doc("what") action act;
    }
  )");
  EXPECT_THAT(*schema.namespace_annotations("N"), ElementsAre(Pair(Text("doc"), Text("ours"))));
  EXPECT_EQ(schema.namespace_annotations("M"), nullptr);
  const EntityType* user = schema.find_entity_type("N::User");
  EXPECT_THAT(user->annotations,
              ElementsAre(Pair(Text("doc"), Text("who")), Pair(Text("seen"), Text(""))));
  EXPECT_EQ(user->attributes->attributes.at("age").annotations.at("unit"), Text("years"));
  EXPECT_EQ(schema.find_action(EntityUid("N::Action", "act"))->annotations.at("doc"), Text("what"));
}

TEST(SchemaTest, FindsNamesInTheirNamespaceThenOutside) {
  const Schema schema = parsed(R"(
    type Name = String;
    entity Outer;
    namespace N {
      type Inner = { n: Name };
      entity A { i: Inner, o: Outer, same: N::Inner, l: Long, d: __cedar::decimal };
    }
    entity B { i: N::Inner };
  )");
  EXPECT_EQ(attributes_of(schema, "N::A"),
            "{d: decimal, i: {n: String}, l: Long, o: Outer, same: {n: String}}");
  EXPECT_EQ(attributes_of(schema, "B"), "{i: {n: String}}");
}

TEST(SchemaTest, DeclaredNamesGoBeforeTheLanguagesOwn) {
  const Schema schema = parsed(R"(
    type ipaddr = String;
    entity Long;
    entity A { a: ipaddr, b: __cedar::ipaddr, c: Long, d: __cedar::Long };
  )");
  EXPECT_EQ(attributes_of(schema, "A"), "{a: String, b: ipaddr, c: Long, d: Long}");
  const AttributeTypes& of_a = schema.find_entity_type("A")->attributes->attributes;
  EXPECT_EQ(of_a.at("c").type->kind, Type::Kind::Entity);
  EXPECT_EQ(of_a.at("d").type->kind, Type::Kind::Long);
}

TEST(SchemaTest, CommonTypesGoBeforeEntityTypes) {
  EXPECT_EQ(attributes_of(parsed("type A = {x: Long}; entity A; entity B {y: A};"), "B"),
            "{y: {x: Long}}");
}

TEST(SchemaTest, RefusesUndeclaredNamesAndSaysWhichWasMeant) {
  EXPECT_EQ(refused("entity User;\nentity File { owner: Usr };"),
            "s:2:22: `Usr` is not declared as a type\n"
            "  2 | entity File { owner: Usr };\n"
            "    |                      ^\n"
            "  help: did you mean `User`?");
  EXPECT_THAT(refused("entity A in B;"), HasSubstr("`B` is not declared as an entity type"));
  EXPECT_THAT(refused("type T = Long; entity A in T;"), HasSubstr("`T` is not declared as an ent"));
  EXPECT_THAT(refused("action a in b;"), HasSubstr("`Action::\"b\"` is not declared as an action"));
  EXPECT_THAT(refused("action view; action edit in viewe;"), HasSubstr("did you mean `view`?"));
  EXPECT_THAT(refused("entity A { x: Set };"), HasSubstr("`Set<String>`"));
  EXPECT_THAT(refused("entity A { x: Boolean };"), HasSubstr("write `Bool`"));
  EXPECT_THAT(refused("entity A { x: Action };"), HasSubstr("`Action` is not declared"));
  EXPECT_EQ(refused("entity A { x: Action }; action a;"), "");
  EXPECT_THAT(refused("entity A in Action; action a;"), HasSubstr("not declared as an entity"));
}

TEST(SchemaTest, RefusesCycles) {
  EXPECT_THAT(refused("type A = B; type B = Set<A>;"), HasSubstr("is part of itself"));
  EXPECT_THAT(refused("type A = { x: A };"), HasSubstr("`A` is part of itself"));
  EXPECT_THAT(refused("action a in b; action b in a;"), HasSubstr("the action `a` is in itself"));
  EXPECT_THAT(refused("action a in a;"), HasSubstr("the action `a` is in itself"));
}

TEST(SchemaTest, RefusesShadowing) {
  EXPECT_THAT(refused("entity A; namespace N { entity A; }"),
              HasSubstr("`A` in namespace `N` hides the `A` declared outside"));
  EXPECT_THAT(refused("type A = Long; namespace N { entity A; }"), HasSubstr("hides"));
  EXPECT_THAT(refused("entity A; namespace N { type A = Long; }"), HasSubstr("hides"));
  EXPECT_THAT(refused("action a; namespace N { action a; }"), HasSubstr("hides"));
  EXPECT_EQ(refused("namespace M { entity A; } namespace N { entity A; }"), "");
}

TEST(SchemaTest, RefusesWhatIsDeclaredTwice) {
  EXPECT_THAT(refused("entity A; entity A;"), HasSubstr("the entity type `A` is declared twice"));
  EXPECT_THAT(refused("type A = Long; type A = Long;"), HasSubstr("declared twice"));
  EXPECT_THAT(refused("action a; action \"a\";"), HasSubstr("the action `a` is declared twice"));
  EXPECT_THAT(refused("namespace N {} namespace N {}"), HasSubstr("namespace `N` is declared twi"));
  EXPECT_THAT(refused("@a @a entity A;"), HasSubstr("the annotation `@a` stands here twice"));
}

TEST(SchemaTest, RefusesJsonTypesThatAreNoNames) {
  EXPECT_THAT(
      refused_json(
          R"({"": {"entityTypes": {}, "actions": {}, "commonTypes": {"T": {"type": ""}}}})"),
      HasSubstr("`` cannot be the name of a type"));
}

// As the reference does, which does not look at the other declarations at all.
TEST(SchemaTest, KeepsTheLastDeclarationOfAnAttribute) {
  const base::Parsed<Schema> schema =
      Schema::parse("entity A { x: Nowhere, y: Long, \"x\"?: Bool };");
  ASSERT_TRUE(schema) << base::to_text(schema.error());
  EXPECT_EQ(to_text(*schema.value().find_entity_type("A")->attributes), "{x?: Bool, y: Long}");
}

TEST(SchemaTest, RefusesReservedNames) {
  EXPECT_THAT(refused("type Long = String;"), HasSubstr("`Long` is reserved"));
  EXPECT_THAT(refused("type Set = String;"), HasSubstr("`Set` is reserved"));
  EXPECT_THAT(refused("entity if;"), HasSubstr("`if` is reserved"));
  EXPECT_THAT(refused("entity __cedar;"), HasSubstr("`__cedar` is reserved"));
  EXPECT_THAT(refused("namespace A::__cedar { }"), HasSubstr("`__cedar` is reserved"));
  EXPECT_THAT(refused("entity Action;"), HasSubstr("`Action` is the type of actions"));
  EXPECT_THAT(refused("entity A { in: Long };"), HasSubstr("`in` is reserved"));
  EXPECT_EQ(refused("entity A { \"in\": Long, type: Long, entity: Long, \"__cedar\": Long };"), "");
}

TEST(SchemaTest, RefusesShapesThatAreNoRecords) {
  EXPECT_THAT(refused("entity U; type C = Long;"
                      "action a appliesTo { principal: U, resource: U, context: C };"),
              HasSubstr("the context of the action `a` must be a record, not `Long`"));
  EXPECT_THAT(refused("entity U; action a appliesTo { principal: U, resource: U, context: U };"),
              HasSubstr("`U` is not declared as a common type"));
}

TEST(SchemaTest, AppliesToNamesBothSides) {
  EXPECT_THAT(refused("entity U; action a appliesTo { principal: U };"),
              HasSubstr("does not name the `resource`"));
  EXPECT_THAT(refused("entity U; action a appliesTo { resource: U, context: {} };"),
              HasSubstr("does not name the `principal`"));
  EXPECT_THAT(refused("entity U; action a appliesTo { principal: [], resource: U };"),
              HasSubstr("`principal` has an empty list"));
  EXPECT_THAT(refused("entity U; action a appliesTo { principal: U, principal: U, resource: U };"),
              HasSubstr("`principal` stands here twice"));
  EXPECT_THAT(refused("action a appliesTo { };"), HasSubstr("expected `principal`, `resource`"));
}

TEST(SchemaTest, ReportsEachBadDeclarationOnce) {
  const base::Parsed<Schema> schema = Schema::parse(R"(
    entity A { x Long };
    entity B;
    entty C;
    namespace N { action a in; entity D enum []; }
    type T = Set<Long;
  )");
  ASSERT_FALSE(schema);
  std::vector<std::uint32_t> lines;
  for (const base::Issue& issue : schema.error()) lines.push_back(issue.at.line);
  EXPECT_THAT(lines, ElementsAre(2U, 4U, 5U, 5U, 6U));
}

TEST(SchemaTest, SyntaxMistakesSayWhatWasExpected) {
  EXPECT_THAT(refused("entity A"), HasSubstr("expected `;` at the end of the entity type's decl"));
  EXPECT_THAT(refused("entty A;"), HasSubstr("did you mean `entity`?"));
  EXPECT_THAT(refused("namespace N { namespace M { } }"), HasSubstr("write `namespace N::... {"));
  EXPECT_THAT(refused("entity A in [B,];entity B;"), HasSubstr("expected an entity type"));
  EXPECT_THAT(refused("action a attributes { x: Long };"), HasSubstr("actions have no attributes"));
  EXPECT_THAT(refused("entity A = B;"), HasSubstr("expected `{` and the attributes"));
  EXPECT_THAT(refused("entity A { x: \"Long\" };"), HasSubstr("expected a type"));
  EXPECT_THAT(refused("entity A;;"), HasSubstr("expected `entity`, `action`, `type`"));
  EXPECT_THAT(refused("@doc() entity A;"), HasSubstr("an annotation's value in quotes"));
}

TEST(SchemaTest, BoundsDepthAndSize) {
  std::string deep = "type T = ";
  for (int i = 0; i < 200; ++i) deep += "Set<";
  EXPECT_THAT(refused(deep), HasSubstr("nested deeper than"));

  std::string wide = "type T0 = Long;";
  for (int i = 1; i < 40; ++i)
    wide += "type T" + std::to_string(i) + " = {a: T" + std::to_string(i - 1) + ", b: T" +
            std::to_string(i - 1) + "};";
  EXPECT_THAT(refused(wide), HasSubstr("built of more than"));

  std::string chain = "type T0 = Long;";
  for (int i = 1; i < 3000; ++i)
    chain += "type T" + std::to_string(i) + " = Set<T" + std::to_string(i - 1) + ">;";
  EXPECT_NE(refused(chain), "");
}

TEST(SchemaJsonTest, ReadsTheJsonForm) {
  const Schema schema = parsed_json(R"({
    "": {
      "commonTypes": {"Asked": {"type": "Record", "attributes": {"from": {"type": "ipaddr"}}}},
      "entityTypes": {
        "Group": {},
        "Color": {"enum": ["red"], "annotations": {"doc": "warm"}},
        "User": {
          "memberOfTypes": ["Group"],
          "shape": {"type": "Record", "attributes": {
            "a": {"type": "Long", "required": false},
            "b": {"type": "Set", "element": {"type": "Entity", "name": "Group"}},
            "c": {"type": "Extension", "name": "decimal"},
            "d": {"type": "EntityOrCommon", "name": "String"},
            "e": {"type": "Boolean"},
            "f": {"type": "Asked"}
          }},
          "tags": {"type": "String"}
        }
      },
      "actions": {
        "all": {"appliesTo": null, "memberOf": null},
        "view": {"memberOf": [{"id": "all"}], "appliesTo": {
          "principalTypes": ["User"], "resourceTypes": ["Group"], "context": {"type": "Asked"}}}
      }
    },
    "N": {"entityTypes": {}, "actions": {"go": {"memberOf": [{"type": "Action", "id": "all"}]}}}
  })");
  EXPECT_EQ(attributes_of(schema, "User"),
            "{a?: Long, b: Set<Group>, c: decimal, d: String, e: Bool, f: {from: ipaddr}}");
  EXPECT_EQ(to_text(*schema.find_entity_type("User")->tags), "String");
  EXPECT_THAT(schema.find_entity_type("Color")->ids.value(), ElementsAre(Text("red")));
  EXPECT_EQ(to_text(*schema.find_action(EntityUid("Action", "view"))->context), "{from: ipaddr}");
  EXPECT_TRUE(schema.is_in(EntityUid("N::Action", "go"), EntityUid("Action", "all")));
}

TEST(SchemaJsonTest, RefusesWhatTheFormDoesNotHave) {
  const auto with_entity = [](std::string_view entity) {
    return refused_json(R"({"": {"actions": {}, "entityTypes": {"A": )" + std::string(entity) +
                        "}}}");
  };
  EXPECT_EQ(with_entity("{}"), "");
  EXPECT_THAT(with_entity(R"({"foo": 1})"), HasSubstr("foo"));
  EXPECT_THAT(with_entity(R"({"enum": []})"), HasSubstr("at least one id"));
  EXPECT_THAT(with_entity(R"({"enum": ["a"], "tags": {"type": "Long"}})"), HasSubstr("tags"));
  EXPECT_THAT(with_entity(R"({"shape": {"type": "Long"}})"), HasSubstr("must be a record"));
  EXPECT_THAT(with_entity(R"({"shape": {"type": "Record"}})"), HasSubstr("attributes"));
  EXPECT_THAT(
      with_entity(
          R"({"shape": {"type": "Record", "attributes": {}, "additionalAttributes": true}})"),
      HasSubstr("cannot be left open"));
  EXPECT_THAT(with_entity(R"({"tags": {"type": "Extension", "name": "ip"}})"),
              HasSubstr("`ip` is not an extension type"));
  EXPECT_THAT(with_entity(R"({"tags": {"type": "A"}})"),
              HasSubstr("not declared as a common type"));
  EXPECT_THAT(with_entity(R"({"tags": {"type": "Entity", "name": "B"}})"),
              HasSubstr("not declared as an entity type"));
  EXPECT_THAT(with_entity(R"({"tags": {"type": "Set"}})"), HasSubstr("element"));
  EXPECT_THAT(refused_json(R"({"": {"entityTypes": {}}})"), HasSubstr("actions"));
  EXPECT_THAT(refused_json(R"({"N M": {"entityTypes": {}, "actions": {}}})"),
              HasSubstr("`N M` cannot be a namespace's name"));
  EXPECT_THAT(refused_json(R"({"": {"entityTypes": {"A::B": {}}, "actions": {}}})"),
              HasSubstr("`A::B` cannot be an entity type's name"));
  EXPECT_THAT(refused_json(R"({"": {"entityTypes": {}, "actions": {"a": {"attributes": {}}}}})"),
              HasSubstr("actions have no attributes"));
  EXPECT_THAT(refused_json("[]"), HasSubstr("must be an object"));
}

}  // namespace
}  // namespace countersign::cedar
