// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <gtest/gtest.h>

#include "base/json_elements.h"

namespace countersign::base {
namespace {

std::string first_issue(std::string_view source, JsonLimits limits = {}) {
  auto read = read_json(source, "file.json", limits);
  return read ? "read" : to_text(read.error().front());
}

TEST(ReadJson, TakesNegativeZeroForNoInteger) {
  EXPECT_EQ(read_json("-0", "n").value().kind, Json::Kind::Real);
  EXPECT_EQ(read_json("0", "n").value().kind, Json::Kind::Integer);
}

TEST(ReadJson, KeepsValuesOrderAndPlaces) {
  auto read =
      read_json("{\n  \"a\": [1, -2.5, \"x\\\"y\"],\n  \"b\": {\"c\": null, \"d\": true}\n}", "f");
  ASSERT_TRUE(read) << to_text(read.error());
  const Json& root = read.value();
  EXPECT_EQ(root.at, (Position{1, 1}));
  const Json* a = root.find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->at, (Position{2, 8}));
  ASSERT_EQ(a->items.size(), 3U);
  EXPECT_EQ(a->items[0].integer, 1);
  EXPECT_EQ(a->items[1].real, -2.5);
  EXPECT_EQ(a->items[1].at, (Position{2, 12}));
  EXPECT_EQ(a->items[2].text, "x\"y");
  const Json* d = root.find("b")->find("d");
  ASSERT_NE(d, nullptr);
  EXPECT_TRUE(d->boolean);
  EXPECT_EQ(d->at, (Position{3, 25}));
}

TEST(ReadJson, KeepsTheBytesOfValuesAndNames) {
  const std::string source = "{ \"a\\\"b\" : [ 1, -2.5e3 ,\"x\\\"y\" ] , \"c\": {\"d\": null } }";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read) << to_text(read.error());
  const auto bytes = [&](const auto& of) { return source.substr(of.begin, of.end - of.begin); };
  const Json& root = read.value();
  EXPECT_EQ(bytes(root), source);
  EXPECT_EQ(bytes(root.members[0]), "\"a\\\"b\"");
  const Json& list = root.members[0].value;
  EXPECT_EQ(bytes(list), "[ 1, -2.5e3 ,\"x\\\"y\" ]");
  EXPECT_EQ(bytes(list.items[0]), "1");
  EXPECT_EQ(bytes(list.items[1]), "-2.5e3");
  EXPECT_EQ(bytes(list.items[2]), "\"x\\\"y\"");
  EXPECT_EQ(bytes(root.members[1].value), "{\"d\": null }");
  EXPECT_EQ(bytes(root.members[1].value.members[0].value), "null");
}

TEST(ReportTest, KeepsAHundredIssuesAndUnderlinesValues) {
  const std::string source = "[true,\n {\"a\":\n 1}]";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read);
  Report report(source, "f");
  report.add_at(read.value().items[0], "no");
  report.add_at(read.value().items[1].members[0], "no");
  report.add_at(read.value().items[1], "no");
  for (int i = 0; i < 200; ++i) report.add({1, 1}, "no");
  EXPECT_EQ(report.count(), 203U);
  const Issues issues = report.take();
  ASSERT_EQ(issues.size(), 100U);
  EXPECT_EQ(to_text(issues[0]), "f:1:2: no\n  1 | [true,\n    |  ^^^^");
  EXPECT_EQ(to_text(issues[1]), "f:2:3: no\n  2 |  {\"a\":\n    |   ^^^");
  EXPECT_EQ(to_text(issues[2]), "f:2:2: no\n  2 |  {\"a\":\n    |  ^^^^^");
  EXPECT_TRUE(report.clean());
}

TEST(ReadJson, KnowsPlacesBehindEveryKindOfText) {
  for (const std::string& text :
       {std::string("\"\""), std::string("\"plain\""), std::string("\"\\\"\""),
        std::string("\"ends in \\\\\""), std::string("\"\\u00e9 first\""),
        std::string("\"é, and \\n within\""), "\"" + std::string(5000, 'x') + "\"",
        "\"" + std::string(5000, 'x') + "\\n" + std::string(5000, 'y') + "\""}) {
    const auto column = static_cast<std::uint32_t>(text.size());
    auto as_value = read_json("[" + text + ",1]", "f");
    ASSERT_TRUE(as_value) << text;
    EXPECT_EQ(as_value.value().items[1].at, (Position{1, column + 3})) << text;
    auto as_name = read_json("{" + text + ":1}", "f");
    ASSERT_TRUE(as_name) << text;
    EXPECT_EQ(as_name.value().members[0].value.at, (Position{1, column + 3})) << text;
  }
}

TEST(ReadJson, RefusesANameThatStandsTwiceHoweverManyStandBetween) {
  for (const int members : {1, 2, 15, 16, 17, 40}) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) text += "\"m" + std::to_string(i) + "\":0,";
    EXPECT_EQ(first_issue(text + "\"n\":{\"m0\":0}}"), "read");
    for (int i = 0; i < members; ++i) {
      const std::string twice = text + "\"m" + std::to_string(i) + "\":0}";
      EXPECT_NE(first_issue(twice).find("stands twice"), std::string::npos) << twice;
    }
  }
}

TEST(ReadJson, NamesWhatAnEditorSlippedIn) {
  const auto has = [](const std::string& text, const std::string& words) {
    const std::string said = first_issue(text);
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  has("\xef\xbb\xbf{}", "byte order mark");
  has(std::string("\xff\xfe{\0}\0", 6), "UTF-16");
  has("{\u201cquantity\u201d: 1}", "`\u201c` is no quotation mark of JSON: write `\"`");
}

TEST(Fields, SpeaksOfSeveralThingsAsSeveral) {
  const std::string source = R"({"x": 1})";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read);
  Report report(source, "f");
  Fields fields(read.value(), "provisos", report);
  fields.need("text");
  fields.finish();
  const Issues issues = report.take();
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].message, "provisos need `text`");
  EXPECT_EQ(issues[1].message, "provisos have no `x`");
}

TEST(ReadJson, IntegersAreExactToTheLastBit) {
  auto read = read_json("[9223372036854775807, -9223372036854775808, 9007199254740993]", "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value().items[0].integer, INT64_MAX);
  EXPECT_EQ(read.value().items[1].integer, INT64_MIN);
  EXPECT_EQ(read.value().items[2].integer, 9007199254740993);
}

TEST(ReadJson, RealsAreTheNearestAndSurviveWriting) {
  for (const auto& [text, nearest] : {std::pair{"1.7976931348623157e303", 1.7976931348623157e303},
                                      std::pair{"123456789.123456789", 123456789.123456789},
                                      std::pair{"5e-324", 5e-324}, std::pair{"-0.0", -0.0}}) {
    auto read = read_json(text, "f");
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read.value().real, nearest) << text;
    auto again = read_json(write_json(read.value()), "f");
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(again.value().real, nearest) << text;
  }
  EXPECT_NE(first_issue("[1e999]").find("1:2: the number `1e999` lies outside"), std::string::npos);
  EXPECT_NE(first_issue("[-1e-999]").find("lies outside"), std::string::npos);
  EXPECT_NE(first_issue("[" + std::string(5000, '9') + "]").find("`" + std::string(40, '9') + "…`"),
            std::string::npos);
}

TEST(ReadJson, RefusesWhatIsOutsideItsLimitsAndSaysWhere) {
  EXPECT_EQ(first_issue("{\"a\": 1,\n \"a\": 2}"),
            "file.json:2:2: `a` stands twice in the same object\n"
            "  2 |  \"a\": 2}\n"
            "    |  ^\n"
            "  help: keep one of the two");
  EXPECT_NE(
      first_issue("{\"a\": 9223372036854775808}").find("1:7: the number `9223372036854775808`"),
      std::string::npos);
  EXPECT_NE(first_issue("[-9223372036854775809]").find("does not fit"), std::string::npos);
  EXPECT_NE(first_issue("[1] 2").find("1:5: something follows"), std::string::npos);
  EXPECT_NE(first_issue("[1,]").find("not JSON"), std::string::npos);
  EXPECT_NE(first_issue("").find("ends too early"), std::string::npos);
  EXPECT_NE(first_issue("{\"a\": ").find("ends too early"), std::string::npos);
  EXPECT_NE(first_issue("[[[]]]", {.bytes = 100, .depth = 2}).find("1:3: nested deeper than 2"),
            std::string::npos);
  EXPECT_NE(first_issue("[1,2,3]", {.values = 3}).find("more than 3 values"), std::string::npos);
  EXPECT_NE(first_issue("[1,2,3]", {.bytes = 3}).find("larger than 3 bytes"), std::string::npos);
  EXPECT_NE(first_issue("[\"\xff\"]").find("UTF-8"), std::string::npos);
  EXPECT_NE(first_issue("[NaN]").find("not JSON"), std::string::npos);
  EXPECT_NE(first_issue("// no\n[]").find("not JSON"), std::string::npos);
}

TEST(WriteJson, WhatWasWrittenIsReadBack) {
  const std::string source =
      "{\"t\":\"a\\\"\\\\\\n\\u0001\",\"i\":-7,\"r\":0.1,\"w\":3.0,\"l\":[true,null,{}]}";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(write_json(read.value()), source);
}

TEST(Fields, ReportsEveryMistakeInOnePass) {
  const std::string source = "{\"id\": \"-x\", \"count\": \"7\", \"fom\": 1, \"kind\": \"bindng\"}";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read);
  Report report(source, "f");
  Fields fields(read.value(), "a thing", report);
  EXPECT_EQ(fields.id("id"), "");
  EXPECT_EQ(fields.integer("count", 1), 1);
  EXPECT_FALSE(fields.maybe("from"));
  fields.word("kind", {"binding", "advisory"});
  fields.text("title");
  fields.finish();
  const Issues issues = report.take();
  ASSERT_EQ(issues.size(), 5U);
  EXPECT_EQ(issues[0].message, "`-x` cannot be an id in `id`");
  EXPECT_EQ(issues[1].message, "`count` must be a whole number, not a text");
  EXPECT_EQ(issues[2].remedy, "did you mean `binding`? one of `binding`, `advisory`");
  EXPECT_EQ(issues[3].message, "a thing needs `title`");
  EXPECT_EQ(issues[4].remedy, "did you mean `from`?");
}

TEST(Fields, PeriodsAreHalfOpenAndNeverEmpty) {
  const std::string source =
      "{\"p\": {\"from\": \"2025-01-01\", \"until\": \"2025-01-02T00:00:00Z\"}, \"q\": {\"from\": "
      "\"2025-01-01\", \"until\": \"2025-01-01\"}}";
  auto read = read_json(source, "f");
  ASSERT_TRUE(read);
  Report report(source, "f");
  Fields fields(read.value(), "a thing", report);
  const Period p = fields.period("p");
  EXPECT_TRUE(p.contains(*parse_instant("2025-01-01")));
  EXPECT_FALSE(p.contains(*parse_instant("2025-01-02")));
  EXPECT_TRUE(report.clean());
  fields.period("q");
  EXPECT_FALSE(report.clean());
}

// What a disclosure holds is read from a text of its own, and judged by reports of another.
TEST(Fields, TellsOfAValueThatWasReadElsewhere) {
  auto read = read_json("{\n  \"a\": 1, \"count\": \"seven\"}", "elsewhere");
  ASSERT_TRUE(read);
  Report report({}, "here");
  Fields fields(read.value(), "a thing", report);
  fields.integer("count");
  fields.finish();
  EXPECT_EQ(report.take().size(), 2U);
}

TEST(JsonElements, HandsOverWhatStandsInTheArraysOfAnObject) {
  std::vector<std::string> taken;
  const auto rest = read_json_elements(
      "{\"a\": 1,\n \"list\": [{\"x\": [1, {\"y\": 2}]}, 7, [8]],\n \"in\": {\"list\": [{\"z\": "
      "3}]}}",
      "f", [&](const std::string& member, Json&& element) {
        taken.push_back(member + " " + std::to_string(element.at.line) + ":" +
                        std::to_string(element.at.column) + " " + write_json(element));
      });
  ASSERT_TRUE(rest.has_value());
  EXPECT_EQ(taken, (std::vector<std::string>{"list 2:11 {\"x\":[1,{\"y\":2}]}", "list 2:36 [8]"}));
  EXPECT_EQ(write_json(rest.value()), "{\"a\":1,\"list\":[7],\"in\":{\"list\":[{\"z\":3}]}}");
}

TEST(JsonElements, CountsWhatIsKeptAndEachElementByItself) {
  std::string many = "{\"list\": [";
  for (int i = 0; i < 100; ++i) many += std::string(i == 0 ? "" : ",") + "{\"x\": [1, 2, 3]}";
  many += "]}";
  std::size_t taken = 0;
  const auto count = [&](const std::string&, Json&&) { ++taken; };
  EXPECT_TRUE(read_json_elements(many, "f", count, {.values = 7}).has_value());
  EXPECT_EQ(taken, 100U);
  EXPECT_FALSE(read_json_elements(many, "f", count, {.values = 6}).has_value());
  EXPECT_FALSE(read_json(many, "f", {.values = 100}).has_value());
  const std::string kept =
      "{\"in\": {\"x\": [1, 2, 3, 4]}, \"list\": [{}, {}], \"more\": [1, 2, 3]}";
  EXPECT_TRUE(read_json_elements(kept, "f", count, {.values = 12}).has_value());
  EXPECT_FALSE(read_json_elements(kept, "f", count, {.values = 11}).has_value());
}

TEST(JsonElements, RefusesWhatReadJsonRefuses) {
  const auto ignore = [](const std::string&, Json&&) {};
  for (const char* text : {"{\"list\": [{}", "{\"list\": [{\"a\": 1, \"a\": 2}]}", "{} x",
                           "{\"list\": [], \"list\": []}", "\"\xff\""}) {
    EXPECT_FALSE(read_json_elements(text, "f", ignore).has_value()) << text;
  }
}

}  // namespace
}  // namespace countersign::base
