// SPDX-License-Identifier: Apache-2.0
#include "cedar/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

std::string with_attribute(std::string_view json) {
  return "[{\"uid\": {\"type\": \"U\", \"id\": \"a\"}, \"parents\": [], \"attrs\": {\"v\": " +
         std::string(json) + "}}]";
}

base::Parsed<Value> attribute(std::string_view json, const ExpectedTypes* types = nullptr) {
  const auto entities = read_entities(with_attribute(json), "e.json", types);
  if (!entities) return entities.error();
  return *entities.value().front().attributes.record().find("v");
}

std::string complaint(std::string_view text) {
  const auto entities = read_entities(text, "e.json");
  return entities ? "(it was read)" : base::to_text(entities.error());
}

TEST(JsonTest, ReadsValues) {
  EXPECT_EQ(attribute("true").value(), Value::boolean(true));
  EXPECT_EQ(attribute("9007199254740993").value(), Value::integer(9007199254740993));
  EXPECT_EQ(attribute("\"x\"").value(), Value::string("x"));
  EXPECT_EQ(attribute("[1, [2], 1]").value(),
            Value::set({Value::integer(1), Value::set({Value::integer(2)})}));
  EXPECT_EQ(attribute("{\"type\": \"U\", \"id\": \"b\"}").value(),
            Value::record({{"type", Value::string("U")}, {"id", Value::string("b")}}));
  EXPECT_EQ(attribute("{\"__entity\": {\"type\": \"N::U\", \"id\": \"b\"}}").value(),
            Value::entity("N::U", "b"));
  EXPECT_EQ(attribute("{\"__extn\": {\"fn\": \"decimal\", \"arg\": \"1.5\"}}").value(),
            Value::decimal(15'000));
  EXPECT_EQ(attribute("{\"__extn\": {\"fn\": \"offset\", \"args\": ["
                      "{\"__extn\": {\"fn\": \"datetime\", \"arg\": \"1970-01-02\"}}, "
                      "{\"__extn\": {\"fn\": \"duration\", \"arg\": \"-1d\"}}]}}")
                .value(),
            Value::datetime(0));
}

TEST(JsonTest, RefusesWhatIsNoValue) {
  for (const char* json :
       {"null", "1.5", "1e3", "9223372036854775808",
        "{\"__entity\": {\"type\": \"U U\", \"id\": \"b\"}}",
        "{\"__entity\": {\"type\": \"__cedar::U\", \"id\": \"b\"}}", "{\"__expr\": \"1\"}",
        "{\"a\": {\"__expr\": \"1\"}}", "{\"__extn\": {\"fn\": \"ip\", \"arg\": \"x\"}}",
        "{\"__extn\": {\"fn\": \"foo\", \"arg\": \"x\"}}",
        "{\"__extn\": {\"fn\": \"ip\", \"arg\": 1}}",
        "{\"__extn\": {\"fn\": \"ip\", \"args\": []}}", "{\"a\": 1, \"a\": 2}"}) {
    EXPECT_FALSE(attribute(json)) << json;
  }
}

// What the reference makes of them: an escape is a whole one or none, and what it does not know
// inside of one it passes over.
TEST(JsonTest, TakesForARecordWhatIsNoWholeEscape) {
  const auto text_of = [](std::string_view json) {
    const auto value = attribute(json);
    return value ? to_text(value.value()) : base::to_text(value.error());
  };
  EXPECT_EQ(text_of("{\"__entity\": {\"type\": \"U\", \"id\": \"b\", \"x\": 1}}"), "U::\"b\"");
  EXPECT_EQ(text_of("{\"__entity\": {\"type\": \"U\"}}"), "{\"__entity\": {\"type\": \"U\"}}");
  EXPECT_EQ(text_of("{\"__entity\": \"U\"}"), "{\"__entity\": \"U\"}");
  EXPECT_EQ(text_of("{\"__entity\": {\"type\": \"U\", \"id\": \"b\"}, \"x\": 1}"),
            "{\"__entity\": {\"id\": \"b\", \"type\": \"U\"}, \"x\": 1}");
  EXPECT_EQ(text_of("{\"__extn\": {\"fn\": \"ip\"}}"), "{\"__extn\": {\"fn\": \"ip\"}}");
  EXPECT_EQ(text_of("{\"__extn\": {\"fn\": \"ip\", \"arg\": \"1.2.3.4\", \"x\": 1}}"),
            "ip(\"1.2.3.4\")");
  EXPECT_EQ(text_of("{\"__extn\": \"ip\"}"), "{\"__extn\": \"ip\"}");
  EXPECT_EQ(text_of("{\"__expr\": 1}"), "{\"__expr\": 1}");
}

TEST(JsonTest, ReadsEntitiesWithParentsAndTags) {
  const auto entities = read_entities(
      "[{\"uid\": {\"__entity\": {\"type\": \"U\", \"id\": \"a\"}}, \"attrs\": {}, \"parents\": "
      "[{\"type\": \"G\", \"id\": \"g\"}], \"tags\": {\"k\": 1}}]");
  ASSERT_TRUE(entities) << base::to_text(entities.error());
  const Entity& entity = entities.value().front();
  EXPECT_EQ(entity.uid, EntityUid("U", "a"));
  EXPECT_EQ(entity.parents, std::vector{EntityUid("G", "g")});
  EXPECT_EQ(*entity.tags.record().find("k"), Value::integer(1));
}

TEST(JsonTest, SaysWhereAnEntityIsWrong) {
  EXPECT_EQ(
      complaint("[{\"uid\": {\"type\": \"U\", \"id\": \"a\"},\n  \"attrs\": {}, \"parnts\": []}]"),
      "e.json:1:2: an entity lacks `parents`\n"
      "  1 | [{\"uid\": {\"type\": \"U\", \"id\": \"a\"},\n"
      "    |  ^\n"
      "  help: it has `parnts`: is that meant?");
  EXPECT_THAT(complaint("{}"), HasSubstr("expected a list of entities"));
  EXPECT_THAT(complaint(with_attribute("null")), HasSubstr("`null` is no value"));
}

TEST(JsonTest, KeepsActionsInGroupsOfActions) {
  const auto in = [](std::string_view parent) {
    return "[{\"uid\": {\"type\": \"N::Action\", \"id\": \"a\"}, \"attrs\": {}, \"parents\": [" +
           std::string(parent) + "]}]";
  };
  EXPECT_EQ(complaint(in("{\"type\": \"Action\", \"id\": \"b\"}")), "(it was read)");
  EXPECT_THAT(complaint(in("{\"type\": \"U\", \"id\": \"b\"}")),
              HasSubstr("`U::\"b\"` is no action"));
}

TEST(JsonTest, PrefersAWholeEscapeForAUid) {
  const auto type_of = [](const std::string& escape) {
    const auto entities =
        read_entities("[{\"uid\": {\"type\": \"A\", \"id\": \"a\", \"__entity\": " + escape +
                      "}, \"attrs\": {}, \"parents\": []}]");
    return entities ? entities.value().front().uid.type().str() : base::to_text(entities.error());
  };
  EXPECT_EQ(type_of("{\"type\": \"B\", \"id\": \"b\"}"), "B");
  EXPECT_EQ(type_of("{\"type\": \"B\"}"), "A");
  EXPECT_EQ(type_of("\"B\""), "A");
}

// The text form is for requests.
TEST(JsonTest, NamesEntitiesByTypeAndId) {
  EXPECT_THAT(complaint("[{\"uid\": \"U::\\\"a\\\"\", \"attrs\": {}, \"parents\": []}]"),
              HasSubstr("expected {\"type\", \"id\"}, found a text"));
}

TEST(JsonTest, ReadsRequests) {
  const auto request = read_request(
      "{\"principal\": \"U::\\\"a\\\"\", \"action\": {\"type\": \"Action\", \"id\": \"x\"}, "
      "\"resource\": {\"__entity\": {\"type\": \"R\", \"id\": \"r\"}}, \"context\": {\"n\": 1}}");
  ASSERT_TRUE(request) << base::to_text(request.error());
  EXPECT_EQ(request.value()[Variable::Principal], Value::entity("U", "a"));
  EXPECT_EQ(request.value()[Variable::Resource], Value::entity("R", "r"));
  EXPECT_EQ(*request.value()[Variable::Context].record().find("n"), Value::integer(1));
  EXPECT_FALSE(read_request("{\"principal\": \"U::\\\"a\\\"\"}"));
  EXPECT_FALSE(read_request(
      "{\"principal\": \"U\", \"action\": \"Action::\\\"x\\\"\", \"resource\": \"R::\\\"r\\\"\"}"));
  const std::string head =
      "{\"principal\": \"U::\\\"a\\\"\", \"action\": \"Action::\\\"x\\\"\", \"resource\": "
      "\"R::\\\"r\\\"\"";
  EXPECT_TRUE(read_request(head + "}"));
  EXPECT_FALSE(read_request(head + ", \"contxt\": {}}"));
  EXPECT_FALSE(read_request(head + ", \"context\": [1]}"));
}

// A schema that expects {owner: U, ip: ipaddr, many: Set<decimal>} everywhere.
class Expected : public ExpectedTypes {
 public:
  const ExpectedType* attributes_of(std::string_view) const override { return &record_; }
  const ExpectedType* tags_of(std::string_view) const override { return &address_; }
  const ExpectedType* context_of(const EntityUid&) const override { return &record_; }

 private:
  class Of : public ExpectedType {
   public:
    explicit Of(Value::Kind kind, const ExpectedType* item = nullptr) : kind_(kind), item_(item) {}
    Value::Kind kind() const override { return kind_; }
    const ExpectedType* item() const override { return item_; }

   private:
    Value::Kind kind_;
    const ExpectedType* item_;
  };
  class Shape : public ExpectedType {
   public:
    explicit Shape(const Expected& all) : all_(all) {}
    Value::Kind kind() const override { return Value::Kind::Record; }
    const ExpectedType* attribute(std::string_view name) const override {
      if (name == "v") return this;
      if (name == "owner") return &all_.entity_;
      if (name == "ip") return &all_.address_;
      return name == "many" ? &all_.decimals_ : nullptr;
    }

   private:
    const Expected& all_;
  };
  Of entity_{Value::Kind::Entity};
  Of address_{Value::Kind::Ip};
  Of decimal_{Value::Kind::Decimal};
  Of decimals_{Value::Kind::Set, &decimal_};
  Shape record_{*this};
};

TEST(JsonTest, ReadsImplicitFormsWhereASchemaExpectsThem) {
  const Expected types;
  const auto value = attribute(
      "{\"owner\": {\"type\": \"U\", \"id\": \"b\"}, \"ip\": \"10.0.0.0/8\", \"many\": [\"1.5\"], "
      "\"other\": \"1.5\"}",
      &types);
  ASSERT_TRUE(value) << base::to_text(value.error());
  EXPECT_EQ(to_text(value.value()),
            "{\"ip\": ip(\"10.0.0.0/8\"), \"many\": [decimal(\"1.5\")], \"other\": \"1.5\", "
            "\"owner\": U::\"b\"}");
  EXPECT_FALSE(attribute("{\"ip\": \"no\"}", &types));
}

TEST(JsonTest, WritesWhatItReads) {
  const Value value =
      Value::record({{"a", Value::set({Value::integer(INT64_MIN), Value::string("x")})},
                     {"b", Value::entity("N::U", "\"")},
                     {"c", Value::decimal(INT64_MIN)},
                     {"d", Value::datetime(INT64_MIN)},
                     {"e", Value::duration(INT64_MAX)},
                     {"f", Value::ip({.v6 = true, .bytes = {0xff, 2}, .prefix = 16})},
                     {"g", Value::boolean(false)}});
  EXPECT_EQ(attribute(base::write_json(to_json(value))).value(), value);
}

}  // namespace
}  // namespace countersign::cedar
