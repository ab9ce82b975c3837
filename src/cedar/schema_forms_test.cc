// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace countersign::cedar {
namespace {

using testing::HasSubstr;

std::string json_of(std::string_view text) {
  const base::Parsed<base::Json> json = schema_to_json(text, "s");
  return json ? base::write_json(json.value()) : base::to_text(json.error());
}

std::string text_of(std::string_view json) {
  base::Parsed<std::string> text = schema_to_text(json, "s");
  return text ? std::move(text).value() : base::to_text(text.error());
}

constexpr std::string_view kText = R"(type Top = __cedar::Long;

entity Out;

@doc("a \"desk\"")
namespace N::M {
  @note("")
  type Address = {
    city: String,
    "post code"?: Set<Long>
  };

  type Home = Address;

  @kept("yes")
  entity User in [User, Group] = {
    home: Home,
    @since("2020")
    out?: Out,
    "if": {
      ip: ipaddr
    }
  } tags Set<Top>;

  entity Group;

  entity Color enum ["red", "dark\nblue"];

  action "look at" in ["all", Action::"other", N::M::Action::"all"] appliesTo {
    principal: [User],
    resource: [Group, Out],
    context: Address
  };

  action "all";

  action "other" appliesTo {
    principal: [User],
    resource: [User],
    context: {}
  };
}
)";

constexpr std::string_view kJson =
    R"({"":{"commonTypes":{"Top":{"type":"EntityOrCommon","name":"__cedar::Long"}},)"
    R"("entityTypes":{"Out":{}},"actions":{}},)"
    R"("N::M":{"commonTypes":{"Address":{"type":"Record","attributes":{)"
    R"("city":{"type":"EntityOrCommon","name":"String"},)"
    R"("post code":{"type":"Set","element":{"type":"EntityOrCommon","name":"Long"},)"
    R"("required":false}},"annotations":{"note":""}},)"
    R"("Home":{"type":"EntityOrCommon","name":"Address"}},)"
    R"("entityTypes":{"User":{"memberOfTypes":["User","Group"],"shape":{"type":"Record",)"
    R"("attributes":{"home":{"type":"EntityOrCommon","name":"Home"},)"
    R"("out":{"type":"EntityOrCommon","name":"Out","annotations":{"since":"2020"},)"
    R"("required":false},"if":{"type":"Record","attributes":{)"
    R"("ip":{"type":"EntityOrCommon","name":"ipaddr"}}}}},)"
    R"("tags":{"type":"Set","element":{"type":"EntityOrCommon","name":"Top"}},)"
    R"("annotations":{"kept":"yes"}},"Group":{},"Color":{"enum":["red","dark\nblue"]}},)"
    R"("actions":{"look at":{"appliesTo":{"resourceTypes":["Group","Out"],)"
    R"("principalTypes":["User"],"context":{"type":"Address"}},)"
    R"("memberOf":[{"id":"all"},{"id":"other","type":"Action"},{"id":"all","type":"N::M::Action"}]},)"
    R"("all":{"appliesTo":{"resourceTypes":[],"principalTypes":[]}},)"
    R"("other":{"appliesTo":{"resourceTypes":["User"],"principalTypes":["User"]}}},)"
    R"("annotations":{"doc":"a \"desk\""}}})";

TEST(SchemaFormsTest, EachFormIsWrittenFromTheOther) {
  EXPECT_EQ(json_of(kText), kJson);
  EXPECT_EQ(text_of(kJson), kText);
}

TEST(SchemaFormsTest, NamesOfTheLanguageAreSpelledOut) {
  EXPECT_EQ(text_of(R"({"":{"entityTypes":{"String":{},"U":{"shape":{"type":"Record","attributes":{
                "a":{"type":"String"},"b":{"type":"Boolean"},"c":{"type":"Long"},
                "d":{"type":"Extension","name":"decimal"},"e":{"type":"Entity","name":"String"},
                "f":{"type":"EntityOrCommon","name":"decimal"}}}}},"actions":{}}})"),
            "entity String;\n\nentity U = {\n  a: __cedar::String,\n  b: __cedar::Bool,\n"
            "  c: __cedar::Long,\n  d: __cedar::decimal,\n  e: String,\n  f: decimal\n};\n");
}

TEST(SchemaFormsTest, WhatAppliesToNothingIsAnActionAlone) {
  EXPECT_EQ(text_of(R"({"":{"entityTypes":{"U":{}},"actions":{"a":{"appliesTo":{
                "principalTypes":[],"resourceTypes":["U"],
                "context":{"type":"Record","attributes":{}}}}}}})"),
            "entity U;\n\naction \"a\";\n");
}

TEST(SchemaFormsTest, TheLaterOfTwoAttributesCounts) {
  EXPECT_EQ(json_of("entity U { a: Long, b: Bool, a?: String };"),
            R"({"":{"entityTypes":{"U":{"shape":{"type":"Record","attributes":{)"
            R"("a":{"type":"EntityOrCommon","name":"String","required":false},)"
            R"("b":{"type":"EntityOrCommon","name":"Bool"}}}}},"actions":{}}})");
}

TEST(SchemaFormsTest, RefusesWhatTheHumanSyntaxHasNoWordsFor) {
  EXPECT_THAT(text_of(R"({"":{"commonTypes":{"R":{"type":"Record","attributes":{}}},
                "entityTypes":{"U":{"shape":{"type":"R"}}},"actions":{}}})"),
              HasSubstr("the shape of `U` is a name"));
  EXPECT_THAT(text_of(R"({"":{"commonTypes":{"U":{"type":"Long"}},
                "entityTypes":{"U":{"shape":{"type":"Record","attributes":{
                  "a":{"type":"Entity","name":"U"}}}}},"actions":{}}})"),
              HasSubstr("`U` would stand for the common type of that name here"));
}

TEST(SchemaFormsTest, RefusesWhatIsNoSchema) {
  EXPECT_THAT(json_of("entity U { a: Nope };"), HasSubstr("s:1:15: `Nope` is not declared"));
  EXPECT_THAT(text_of(R"({"":{"entityTypes":{"U":{"memberOfTypes":["V"]}},"actions":{}}})"),
              HasSubstr("`V` is not declared"));
  EXPECT_THAT(text_of("[]"), HasSubstr("a schema must be an object"));
}

}  // namespace
}  // namespace countersign::cedar
