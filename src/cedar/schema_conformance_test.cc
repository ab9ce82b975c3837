// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema_conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cedar/json.h"
#include "cedar/schema_types.h"

namespace countersign::cedar {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Schema& schema() {
  static const Schema declared = Schema::parse(R"(
    entity Org;
    entity Team in [Org];
    entity Color enum ["red", "green"];
    entity User in [Team, Color] {
      age: Long, boss?: User, likes: Set<Color>, home: { ip?: ipaddr, since: datetime },
    } tags decimal;
    entity File;
    action all;
    action most in all;
    action view in most appliesTo {
      principal: [User, Color], resource: File, context: { by: User, cost?: decimal }
    };
  )")
                                     .value();
  return declared;
}

// What is wrong with the entities of a document, read with the schema's help.
std::string wrong(std::string_view json) {
  const SchemaTypes types(schema());
  const auto entities = read_entities(json, "e", &types);
  if (!entities) return base::to_text(entities.error());
  base::Issues issues;
  for (const Entity& entity : entities.value())
    for (base::Issue& issue : entity_issues(schema(), entity)) issues.push_back(std::move(issue));
  return base::to_text(issues);
}

// Of a user whose document says this besides what a user needs.
std::string wrong_user(const std::string& attributes, const std::string& rest = "\"parents\": []") {
  return wrong(R"([{"uid": {"type": "User", "id": "u"}, "attrs": {)" + attributes + "}, " + rest +
               "}]");
}

const std::string kGood =
    R"("age": 1, "likes": [{"type": "Color", "id": "red"}], "home": {"since": "2025-01-01"})";

TEST(SchemaConformanceTest, TakesWhatTheSchemaSays) {
  EXPECT_EQ(wrong_user(kGood), "");
  EXPECT_EQ(wrong_user(kGood + R"(, "boss": {"type": "User", "id": "b"})",
                       R"("parents": [{"type": "Team", "id": "t"}, {"type": "Org", "id": "o"}],
                          "tags": {"a": "1.5"})"),
            "");
  EXPECT_EQ(wrong(R"([{"uid": {"type": "Action", "id": "view"}, "attrs": {},
                       "parents": [{"type": "Action", "id": "most"}]}])"),
            "");
}

TEST(SchemaConformanceTest, ChecksAttributes) {
  EXPECT_THAT(wrong_user(R"("age": 1, "likes": [])"),
              HasSubstr("`User::\"u\"` lacks the attribute `home`"));
  EXPECT_THAT(wrong_user(R"("age": 1, "likes": [], "home": {})"),
              HasSubstr("lacks the attribute `home.since`"));
  EXPECT_THAT(wrong_user(kGood + R"(, "size": 1)"), HasSubstr("`size` that the schema does not"));
  EXPECT_THAT(wrong_user(R"("age": "x", "likes": [], "home": {"since": "2025-01-01"})"),
              HasSubstr("holds `\"x\"` in `age`, where the schema says `Long`"));
  EXPECT_THAT(wrong_user(R"("age": 1, "likes": 3, "home": {"since": "2025-01-01"})"),
              HasSubstr("where the schema says `Set<Color>`"));
  EXPECT_THAT(wrong_user(kGood + R"(, "boss": {"type": "Team", "id": "b"})"),
              HasSubstr("holds `Team::\"b\"` in `boss`, where the schema says `User`"));
}

TEST(SchemaConformanceTest, ChecksIdsOfEnumeratedTypesEverywhere) {
  const std::string blue = R"({"type": "Color", "id": "blue"})";
  EXPECT_THAT(
      wrong_user(R"("age": 1, "likes": [)" + blue + R"(], "home": {"since": "2025-01-01"})"),
      HasSubstr("`Color::\"blue\"`, which is not one of the entities that `Color` has"));
  EXPECT_THAT(wrong_user(kGood, R"("parents": [)" + blue + "]"), HasSubstr("`Color::\"blue\"`"));
  EXPECT_THAT(wrong(R"([{"uid": )" + blue + R"(, "attrs": {}, "parents": []}])"),
              HasSubstr("`Color::\"blue\"`"));
  EXPECT_EQ(wrong(R"([{"uid": {"type": "Color", "id": "red"}, "attrs": {}, "parents": []}])"), "");
}

TEST(SchemaConformanceTest, ChecksTypesParentsAndTags) {
  EXPECT_THAT(wrong(R"([{"uid": {"type": "Nobody", "id": "n"}, "attrs": {}, "parents": []}])"),
              HasSubstr("is of the type `Nobody`, which the schema does not declare"));
  EXPECT_THAT(wrong_user(kGood, R"("parents": [{"type": "File", "id": "f"}])"),
              HasSubstr("no `User` may be in a `File`"));
  EXPECT_THAT(wrong_user(kGood, R"("parents": [], "tags": {"a": 1})"),
              HasSubstr("where the schema says `decimal`"));
  EXPECT_THAT(wrong(R"([{"uid": {"type": "File", "id": "f"}, "attrs": {}, "parents": [],
                         "tags": {"a": 1}}])"),
              HasSubstr("its type has no tags"));
}

TEST(SchemaConformanceTest, ActionsAreAsDeclared) {
  const auto action = [](const std::string& id, const std::string& attributes,
                         const std::string& parents) {
    return wrong(R"([{"uid": {"type": "Action", "id": ")" + id + R"("}, "attrs": )" + attributes +
                 R"(, "parents": )" + parents + "}]");
  };
  EXPECT_EQ(action("all", "{}", "[]"), "");
  EXPECT_THAT(action("view", "{}", "[]"), HasSubstr("is not in the groups that the schema says"));
  EXPECT_THAT(action("all", "{}", R"([{"type": "Action", "id": "view"}])"),
              HasSubstr("is not in the groups"));
  EXPECT_THAT(action("all", R"({"a": 1})", "[]"), HasSubstr("has attributes or tags"));
  EXPECT_THAT(action("stare", "{}", "[]"), HasSubstr("is not declared as an action"));
}

TEST(SchemaConformanceTest, StoresAreCheckedWithAllAncestors) {
  EntityStore::Builder builder;
  builder.add(EntityUid("Team", "t"), Value::record({}), {EntityUid("File", "f")});
  const EntityStore store = builder.build().value();
  EXPECT_THAT(base::to_text(store_issues(schema(), store)),
              HasSubstr("no `Team` may be in a `File`"));
  EXPECT_TRUE(store_issues(schema(), EntityStore()).empty());

  builder.add(EntityUid("Team", "t"), Value::record({}), {EntityUid("Org", "o")});
  builder.add(EntityUid("Org", "o"), Value::record({}), {EntityUid("File", "f")});
  const base::Issues issues = store_issues(schema(), builder.build().value());
  EXPECT_THAT(base::to_text(issues), AllOf(HasSubstr("`Team::\"t\"` is in `File::\"f\"`"),
                                           HasSubstr("`Org::\"o\"` is in `File::\"f\"`")));
}

// What a group is in is known of groups that are listed, only.
TEST(SchemaConformanceTest, ListedActionsBringTheirGroups) {
  const EntityUid all("Action", "all");
  const EntityUid most("Action", "most");
  EntityStore::Builder builder;
  builder.add(EntityUid("Action", "view"), Value::record({}), {most});
  EXPECT_THAT(base::to_text(store_issues(schema(), builder.build().value())),
              HasSubstr("is not in the groups that the schema says"));
  builder.add(EntityUid("Action", "view"), Value::record({}), {most});
  builder.add(most, Value::record({}), {all});
  EXPECT_TRUE(store_issues(schema(), builder.build().value()).empty());
}

std::string wrong_request(const EntityUid& principal, const EntityUid& action,
                          const EntityUid& resource, std::string_view context) {
  const SchemaTypes types(schema());
  base::Report report(context, "c");
  const auto value = read_value(base::read_json(context, "c").value(), report,
                                types.context_of(EntityUid("Action", "view")));
  EXPECT_TRUE(value) << base::to_text(report.take());
  return base::to_text(request_issues(schema(), Request(principal, action, resource, *value)));
}

TEST(SchemaConformanceTest, ChecksRequests) {
  const EntityUid user("User", "u");
  const EntityUid view("Action", "view");
  const EntityUid file("File", "f");
  constexpr std::string_view context = R"({"by": {"type": "User", "id": "v"}, "cost": "1.5"})";
  EXPECT_EQ(wrong_request(user, view, file, context), "");
  EXPECT_EQ(wrong_request(EntityUid("Color", "red"), view, file, context), "");
  EXPECT_THAT(wrong_request(EntityUid("Color", "blue"), view, file, context),
              HasSubstr("`Color::\"blue\"`, which is not one of the entities"));
  EXPECT_THAT(wrong_request(user, EntityUid("Action", "stare"), file, context),
              HasSubstr("the action `Action::\"stare\"` is not declared"));
  EXPECT_THAT(wrong_request(EntityUid("Team", "t"), view, file, context),
              HasSubstr("the principal is a `Team`, to which `Action::\"view\"` does not apply"));
  EXPECT_THAT(wrong_request(user, view, user, context),
              HasSubstr("the resource is a `User`, to which"));
  EXPECT_THAT(wrong_request(EntityUid("Nobody", "n"), view, file, context),
              HasSubstr("the principal names `Nobody::\"n\"`, whose type"));
  EXPECT_THAT(wrong_request(user, EntityUid("Action", "all"), file, "{}"),
              HasSubstr("`Action::\"all\"` does not apply"));
  EXPECT_THAT(wrong_request(user, view, file, "{}"),
              HasSubstr("the context lacks the attribute `by`"));
}

TEST(SchemaConformanceTest, UnknownValuesDoNotConform) {
  const Request request(Value::unknown(Value::Kind::Entity),
                        Value::entity(EntityUid("Action", "view")),
                        Value::entity(EntityUid("File", "f")),
                        Value::record({{"by", Value::unknown(Value::Kind::Entity)}}));
  EXPECT_THAT(base::to_text(request_issues(schema(), request)),
              AllOf(HasSubstr("the principal is not known yet"),
                    HasSubstr("holds something that is not known yet in `by`")));
}

TEST(SchemaTypesTest, SayWhatIsExpected) {
  const SchemaTypes types(schema());
  const ExpectedType* user = types.attributes_of("User");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->kind(), Value::Kind::Record);
  EXPECT_EQ(user->attribute("likes")->item()->kind(), Value::Kind::Entity);
  EXPECT_EQ(user->attribute("home")->attribute("ip")->kind(), Value::Kind::Ip);
  EXPECT_EQ(user->attribute("none"), nullptr);
  EXPECT_EQ(types.tags_of("User")->kind(), Value::Kind::Decimal);
  EXPECT_EQ(types.tags_of("File"), nullptr);
  EXPECT_EQ(types.attributes_of("Nobody"), nullptr);
  EXPECT_EQ(types.context_of(EntityUid("Action", "view"))->attribute("cost")->kind(),
            Value::Kind::Decimal);
  EXPECT_EQ(types.context_of(EntityUid("Action", "stare")), nullptr);
}

}  // namespace
}  // namespace countersign::cedar
