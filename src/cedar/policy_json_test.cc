// SPDX-License-Identifier: Apache-2.0
#include "cedar/policy_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cedar/parser.h"
#include "cedar/testing/any_policy.h"

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

Policy parsed(std::string_view text) {
  auto policies = parse_policies(text, "p.cedar");
  if (!policies) ADD_FAILURE() << text << "\n" << base::to_text(policies.error());
  return policies ? std::move(policies.value().front()) : Policy();
}

std::string json_of(const Policy& policy) { return base::write_json(to_json(policy)); }

// The JSON form of one condition.
std::string condition(std::string_view body) {
  const Policy policy =
      parsed("permit(principal, action, resource) when {" + std::string(body) + "};");
  return policy.clauses.empty() ? "" : base::write_json(to_json(*policy.clauses.front().body));
}

std::string with_body(std::string_view body) {
  return R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},)"
         R"("resource":{"op":"All"},"conditions":[{"kind":"when","body":)" +
         std::string(body) + "}]}";
}

// What a condition in JSON says as text, or what is wrong with it.
std::string body_text(std::string_view body) {
  const auto policy = read_policy(with_body(body), "p", "p.json");
  if (!policy) return base::to_text(policy.error().front());
  return to_text(*policy.value().clauses.front().body);
}

// A policy with one of its members replaced.
std::string with(std::string_view name, std::string_view value) {
  std::string out = "{";
  for (const auto& [member, usual] :
       {std::pair<std::string_view, std::string_view>{"effect", R"("permit")"},
        {"principal", R"({"op":"All"})"},
        {"action", R"({"op":"All"})"},
        {"resource", R"({"op":"All"})"},
        {"conditions", "[]"},
        {"annotations", "{}"}}) {
    out += (out.size() == 1 ? "\"" : ",\"") + std::string(member) +
           "\":" + std::string(member == name ? value : usual);
  }
  return out + "}";
}

std::string text_with(std::string_view name, std::string_view value) {
  const auto policy = read_policy(with(name, value), "p", "p.json");
  return policy ? to_text(policy.value()) : base::to_text(policy.error().front());
}

// Each line is what the reference implementation gives.
TEST(PolicyJsonTest, WritesHeadsAndAnnotations) {
  EXPECT_EQ(json_of(parsed("@note @a(\"\") @b(\"x\") permit(principal == A::\"b\", action in "
                           "[Action::\"x\", N::Action::\"y\"], resource is A::B in C::\"d\") when "
                           "{ true } unless { false };")),
            R"({"effect":"permit","principal":{"op":"==","entity":{"type":"A","id":"b"}},)"
            R"("action":{"op":"in","entities":[{"type":"Action","id":"x"},)"
            R"({"type":"N::Action","id":"y"}]},"resource":{"op":"is","entity_type":"A::B","in":)"
            R"({"entity":{"type":"C","id":"d"}}},"conditions":[{"kind":"when","body":)"
            R"({"Value":true}},{"kind":"unless","body":{"Value":false}}],)"
            R"("annotations":{"a":"","b":"x","note":null}})");
  EXPECT_EQ(json_of(parsed("forbid(principal is A in ?principal, action in [Action::\"x\"], "
                           "resource == ?resource);")),
            R"({"effect":"forbid","principal":{"op":"is","entity_type":"A","in":)"
            R"({"slot":"?principal"}},"action":{"op":"in","entity":{"type":"Action","id":"x"}},)"
            R"("resource":{"op":"==","slot":"?resource"},"conditions":[]})");
  EXPECT_EQ(json_of(parsed("permit(principal in ?principal, action in [], resource is A);")),
            R"({"effect":"permit","principal":{"op":"in","slot":"?principal"},)"
            R"("action":{"op":"in","entities":[]},"resource":{"op":"is","entity_type":"A"},)"
            R"("conditions":[]})");
}

TEST(PolicyJsonTest, WritesExpressions) {
  const std::pair<const char*, const char*> cases[] = {
      {"-(1) == --1",
       R"({"==":{"left":{"neg":{"arg":{"Value":1}}},"right":{"neg":{"arg":{"Value":-1}}}}})"},
      {"-9223372036854775808 < 1",
       R"({"<":{"left":{"Value":-9223372036854775808},"right":{"Value":1}}})"},
      {"1 - 2 - 3 == 1",
       R"({"==":{"left":{"-":{"left":{"-":{"left":{"Value":1},"right":{"Value":2}}},)"
       R"("right":{"Value":3}}},"right":{"Value":1}}})"},
      {"context[\"if\"].a",
       R"({".":{"left":{".":{"left":{"Var":"context"},"attr":"if"}},"attr":"a"}})"},
      {"context has a.b",
       R"({"&&":{"left":{"has":{"left":{"Var":"context"},"attr":"a"}},"right":{"has":{"left":)"
       R"({".":{"left":{"Var":"context"},"attr":"a"}},"attr":"b"}}}})"},
      {"context.x like \"\u00e9*\\*\"",
       R"({"like":{"left":{".":{"left":{"Var":"context"},"attr":"x"}},"pattern":)"
       "[{\"Literal\":\"\u00e9\"},\"Wildcard\",{\"Literal\":\"*\"}]}}"},
      {"principal is A in [B::\"c\"]",
       R"({"is":{"left":{"Var":"principal"},"entity_type":"A","in":{"Set":[{"Value":)"
       R"({"__entity":{"type":"B","id":"c"}}}]}}})"},
      {"if true then 1 else 2",
       R"({"if-then-else":{"if":{"Value":true},"then":{"Value":1},"else":{"Value":2}}})"},
      {"{b: [1, 1], \"a b\": 2}",
       R"({"Record":{"a b":{"Value":2},"b":{"Set":[{"Value":1},{"Value":1}]}}})"},
      {"datetime(\"x\").offset(duration(\"1d\")).toDate()",
       R"({"toDate":[{"offset":[{"datetime":[{"Value":"x"}]},{"duration":[{"Value":"1d"}]}]}]})"},
      {"ip() == ip(\"a\", \"b\")",
       R"({"==":{"left":{"ip":[]},"right":{"ip":[{"Value":"a"},{"Value":"b"}]}}})"},
      {"[].isEmpty() || principal.hasTag(\"t\")",
       R"({"||":{"left":{"isEmpty":{"arg":{"Set":[]}}},"right":{"hasTag":{"left":)"
       R"({"Var":"principal"},"right":{"Value":"t"}}}}})"},
      {"\"\\n\\u{0}\" == action",
       R"({"==":{"left":{"Value":"\n\u0000"},"right":{"Var":"action"}}})"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(condition(text), json) << text;
}

TEST(PolicyJsonTest, WritesValuesThatResidualsHold) {
  const Value value = Value::record(
      {{"t", Value::datetime(1)}, {"s", Value::set({Value::decimal(15000), Value::integer(2)})}});
  EXPECT_EQ(base::write_json(to_json(*literal(value))),
            R"({"Record":{"s":{"Set":[{"Value":2},{"decimal":[{"Value":"1.5"}]}]},"t":{"offset":)"
            R"([{"datetime":[{"Value":"1970-01-01"}]},{"duration":[{"Value":"1ms"}]}]}}})");
}

TEST(PolicyJsonTest, ReadsEverySpelling) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"Value":-1})", "-1"},
      {R"({"neg":{"arg":{"Value":1}}})", "-(1)"},
      {R"({"neg":{"arg":{"neg":{"arg":{"Value":-1}}}}})", "-(-(-1))"},
      {R"({"Value":[2,{"b":1,"a b":{"__entity":{"type":"A::B","id":"c"}}}]})",
       "[2, {b: 1, \"a b\": A::B::\"c\"}]"},
      {R"({"Value":{"__extn":{"fn":"decimal","arg":"no decimal"}}})", "decimal(\"no decimal\")"},
      {R"({"Value":{"__extn":{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"x"}},1]}}})",
       "datetime(\"x\").offset(1)"},
      {R"({"Value":{"type":"A","id":"b"}})", "{type: \"A\", id: \"b\"}"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a"]}})", "context has a"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a","b"]}})", "context has a.b"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a","b c","if"]}})",
       "context has a && context.a has \"b c\" && context.a[\"b c\"] has \"if\""},
      {R"({"like":{"left":{"Value":"x"},"pattern":["Wildcard",{"Literal":"ab*"},{"Literal":""},)"
       R"({"Literal":"c"},"Wildcard","Wildcard"]}})",
       R"("x" like "*ab\*c**")"},
      {R"({"is":{"left":{"Var":"principal"},"entity_type":"A","in":null}})", "principal is A"},
      {R"({"isInRange":[{"Value":1},{"Value":2},{"Value":3}]})", "1.isInRange(2, 3)"},
      {R"({"!":{"arg":{"||":{"left":{"Value":true},"right":{"Value":false}}}}})",
       "!(true || false)"},
      {R"({".":{"left":{"Value":-1},"attr":""}})", R"((-1)[""])"},
      {R"({"-":{"left":{"Value":1},"right":{"-":{"left":{"Value":2},"right":{"Value":-3}}}}})",
       "1 - (2 - -3)"},
      {R"({"Record":{"__entity":{"Value":1}}})", "{__entity: 1}"},
      {R"({"Value":{"__entity":{"type":"A"}}})", "{__entity: {type: \"A\"}}"},
      {R"({"Value":{"__entity":{"type":"A","id":"b"},"x":1}})",
       "{__entity: {type: \"A\", id: \"b\"}, x: 1}"},
      {R"({"Value":{"__extn":{"fn":"ip"}}})", "{__extn: {fn: \"ip\"}}"},
  };
  for (const auto& [json, text] : cases) {
    EXPECT_EQ(body_text(json), text);
    EXPECT_TRUE(parse_expression(text)) << text;
  }
  EXPECT_EQ(text_with("principal", R"({"op":"all"})"), "permit (principal, action, resource);");
  EXPECT_EQ(text_with("principal", R"({"entity":{"__entity":{"type":"A","id":"b"}},"op":"=="})"),
            "permit (principal == A::\"b\", action, resource);");
  EXPECT_EQ(text_with("resource", R"({"op":"is","entity_type":"A","in":null})"),
            "permit (principal, action, resource is A);");
  EXPECT_EQ(text_with("action", R"({"op":"in","entities":[{"type":"Action","id":"x"}]})"),
            "permit (principal, action in [Action::\"x\"], resource);");
  EXPECT_EQ(text_with("annotations", R"({"a":null,"if":"","b":"\""})"),
            "@a\n@if(\"\")\n@b(\"\\\"\")\npermit (principal, action, resource);");
}

TEST(PolicyJsonTest, KeepsPlaces) {
  const std::string json = with_body(
      "{\n \"<\": {\"left\": {\"Var\": \"context\"}, \"right\":"
      " {\"Value\": 1}}}");
  const auto policy = read_policy(json, "an id", "p.json");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy.value().id, "an id");
  EXPECT_EQ(policy.value().source->quote(policy.value().span), json);
  EXPECT_EQ(policy.value().source->quote(policy.value().action.span), R"({"op":"All"})");
  const Expr& less = *policy.value().clauses.front().body;
  EXPECT_EQ(policy.value().source->quote(less.operand(1).span), "1");
  EXPECT_EQ(less.operand(1).span.at, (base::Position{2, 55}));
  EXPECT_EQ(policy.value().source->quote(less.operand(0).span), "{\"Var\": \"context\"}");
}

TEST(PolicyJsonTest, SaysWhatIsWrongWithAnExpression) {
  const std::pair<const char*, const char*> cases[] = {
      {"null", "expected an expression, found null"},
      {"[]", "expected an expression, found a list"},
      {"{}", "an expression may not be empty"},
      {R"({"Value":1,"Var":"context"})", "has one member, its operator, and this has 2"},
      {R"({"Value":1,"Value":1})", "`Value` stands twice"},
      {R"({"containsall":{}})", "did you mean `containsAll`?"},
      {R"({"isInrange":[]})", "did you mean `isInRange`?"},
      {R"({"Slot":"?principal"})", "a slot may not stand in a condition"},
      {R"({"Unknown":{"name":"x"}})", "a policy may not hold unknown values"},
      {R"({"unknown":[{"Value":"x"}]})", "a policy may not hold unknown values"},
      {R"({"Var":"principle"})", "did you mean `principal`?"},
      {R"({"Var":1})", "expected the name of a variable, found a whole number"},
      {R"({"Value":null})", "`null` is no value"},
      {R"({"Value":[1,[null]]})", "`null` is no value"},
      {R"({"Value":1.5})", "a number with a fraction or exponent is no value"},
      {R"({"Value":9223372036854775808})", "does not fit 64 signed bits"},
      {R"({"Value":{"__entity":{"type":"A :: B","id":"x"}}})",
       "`A :: B` is not the name of a type"},
      {R"({"Value":{"__extn":{"fn":"foo","arg":1}}})", "`foo` is no extension function"},
      {R"({"Value":{"__extn":{"fn":"isIpv4","args":[]}}})", "lacks the value it is called on"},
      {R"({"Value":{"__expr":"1"}})", "`__expr` is no longer part of the format"},
      {R"({"!":{"Value":true}})", "`!` needs `arg`"},
      {R"({"!":{"arg":{"Value":true},"x":1}})", "`!` has no `x`"},
      {R"({"==":[{"Value":1},{"Value":1}]})", "`==` must be an object, not a list"},
      {R"({"==":{"left":{"Value":1}}})", "`==` needs `right`"},
      {R"({"ip":{"Value":1}})", "the arguments of `ip` must be a list, not an object"},
      {R"({"isIpv4":[]})", "`isIpv4` lacks the value it is called on"},
      {R"({".":{"left":{"Var":"context"},"attr":1}})", "expected the name of an attribute, found"},
      {R"({"has":{"left":{"Var":"context"},"attr":[]}})", "the list of attributes is empty"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a",1]}})", "expected the name of an attribute"},
      {R"({"like":{"left":{"Value":"x"},"pattern":"a*"}})", "a pattern must be a list"},
      {R"({"like":{"left":{"Value":"x"},"pattern":["wildcard"]}})", "a part of a pattern is"},
      {R"({"is":{"left":{"Var":"context"},"entity_type":"if"}})", "`if` is not the name of a type"},
      {R"({"if-then-else":{"if":{"Value":true},"then":{"Value":1}}})", "needs `else`"},
      {R"({"Set":{}})", "`Set` must be a list, not an object"},
      {R"({"Record":[]})", "`Record` must be an object, not a list"},
  };
  for (const auto& [json, message] : cases) EXPECT_THAT(body_text(json), HasSubstr(message));
  EXPECT_EQ(body_text("{\n\"<\": {\"lef\": {\"Value\": 1}, \"right\": {\"Value\": 1}}}"),
            "p.json:2:6: `<` needs `left`\n"
            "  2 | \"<\": {\"lef\": {\"Value\": 1}, \"right\": {\"Value\": 1}}}}]}\n"
            "    |      ^\n"
            "  help: add \"left\"");
}

TEST(PolicyJsonTest, PassesOverInAHeadWhatTheReferenceDoes) {
  for (const char* head : {R"({"op":"==","slot":"?principal","entity":{"type":"A","id":"b"}})",
                           R"({"op":"==","entity":{"type":"A","id":"b"},"entity_type":1})"})
    EXPECT_EQ(text_with("principal", head), "permit (principal == A::\"b\", action, resource);");
  EXPECT_EQ(text_with("principal", R"({"op":"all","x":1})"),
            "permit (principal, action, resource);");
}

TEST(PolicyJsonTest, SaysWhatIsWrongWithAPolicy) {
  struct Case {
    const char* member;
    const char* value;
    const char* message;
  };
  for (const Case& one : {
           Case{"effect", R"("Permit")", "did you mean `permit`?"},
           Case{"principal", R"("All")", "`principal` must be an object"},
           Case{"principal", "{}", "`principal` needs `op`"},
           Case{"principal", R"({"op":"!="})", "`!=` cannot stand in `op`"},
           Case{"principal", R"({"op":"is","entity_type":"A","x":1})", "`principal` has no `x`"},
           Case{"principal", R"({"op":"=="})", "neither `entity` nor `slot` is there"},
           Case{"principal", R"({"op":"==","entity":"A::\"b\""})",
                "expected an entity, found a text"},
           Case{"principal", R"({"op":"==","slot":"?resource"})",
                "only `?principal` may stand here"},
           Case{"principal", R"({"op":"in","entities":[]})",
                "neither `entity` nor `slot` is there"},
           Case{"resource", R"({"op":"is","entity_type":"A","in":{"slot":"?principal"}})",
                "only `?resource` may stand here"},
           Case{"resource", R"({"op":"is","entity_type":1})", "expected the name of a type, found"},
           Case{"action", R"({"op":"==","entity":{"type":"A","id":"b"}})",
                "`A::\"b\"` is no action"},
           Case{"action", R"({"op":"in","entities":[{"type":"A","id":"b"}]})", "is no action"},
           Case{"action", R"({"op":"is","entity_type":"Action"})", "`is` cannot stand in `op`"},
           Case{"action", R"({"op":"==","slot":"?principal"})",
                "a slot may not stand behind `action`"},
           Case{"conditions", "null", "`conditions` must be a list, not null"},
           Case{"conditions", R"([{"kind":"When","body":{"Value":true}}])", "did you mean `when`?"},
           Case{"conditions", R"([{"kind":"when"}])", "a condition needs `body`"},
           Case{"conditions", R"([{"kind":"when","body":{"Value":true},"x":1}])", "has no `x`"},
           Case{"annotations", "null", "`annotations` must be an object, not null"},
           Case{"annotations", R"({"a b":"c"})", "`a b` cannot be the name of an annotation"},
           Case{"annotations", R"({"a":1})", "the value of an annotation is a text or null"},
       }) {
    EXPECT_THAT(text_with(one.member, one.value), HasSubstr(one.message));
  }
  EXPECT_FALSE(read_policy("{}", "p"));
  EXPECT_FALSE(read_policy("[]", "p"));
  EXPECT_FALSE(read_policy("", "p"));
  const auto unknown = read_policy(R"({"id":"x"})", "p");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(base::to_text(unknown.error()), HasSubstr("a policy has no `id`"));
}

TEST(PolicyJsonTest, BoundsDepthAndLength) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's frames are several times as large: `ulimit -s 65536` makes room";
#endif
  const auto nested = [](std::string_view open, std::string_view close, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += open;
    out += R"({"Value":true})";
    for (std::size_t i = 0; i < times; ++i) out += close;
    return out;
  };
  // A chain to the left is written without parentheses; what is nested any other way is not.
  const auto chain = [&](std::size_t times) {
    return nested(R"({"||":{"left":)", R"(,"right":{"Value":true}}})", times);
  };
  const auto negations = [&](std::size_t times) { return nested(R"({"!":{"arg":)", "}}", times); };
  const auto sets = [&](std::size_t times) { return nested(R"({"Set":[)", "]}", times); };
  for (const std::string& json : {chain(999), negations(199), sets(199)}) {
    const auto policy = read_policy(with_body(json), "p");
    ASSERT_TRUE(policy) << base::to_text(policy.error());
    EXPECT_TRUE(parse_policies(to_text(policy.value())));
    EXPECT_EQ(json_of(policy.value()), with_body(json));
  }
  EXPECT_THAT(body_text(chain(1000)), HasSubstr("more than 1000 operations deep"));
  EXPECT_THAT(body_text(negations(201)), HasSubstr("nested more than 200 deep"));
  EXPECT_THAT(body_text(sets(200)), HasSubstr("nested more than 200 deep"));
  EXPECT_THAT(body_text(sets(100'000)), HasSubstr("nested deeper than"));
  std::string names = "\"a\"";
  for (int i = 0; i < 200; ++i) names += ",\"a\"";
  EXPECT_THAT(body_text(R"({"has":{"left":{"Var":"context"},"attr":[)" + names + "]}}"),
              HasSubstr("behind `has` stand more than 200 names"));
}

// Text to JSON to text to JSON comes to rest at once, and reading what was written loses nothing.
TEST(PolicyJsonTest, GoesBothWaysForAnyPolicy) {
  testing::AnyPolicy any(20260725);
  for (int i = 0; i < 3000; ++i) {
    const Policy policy = parsed(any.policy());
    const std::string json = json_of(policy);
    const auto read = read_policy(json, policy.id, "written.json");
    ASSERT_TRUE(read) << json << "\n" << base::to_text(read.error());
    ASSERT_EQ(json_of(read.value()), json);
    ASSERT_EQ(read.value().is_template(), policy.is_template());
    for (const Policy* of : {&policy, &read.value()}) {
      const std::string text = to_text(*of);
      const Policy again = parsed(text);
      ASSERT_EQ(to_text(again), text);
      ASSERT_EQ(json_of(again), json) << text;
    }
  }
}

constexpr std::string_view kSet = R"({
  "staticPolicies": {"s": {"effect": "forbid", "principal": {"op": "All"}, "action": {"op": "All"},
    "resource": {"op": "All"}, "conditions": []}},
  "templates": {"t": {"effect": "permit", "principal": {"op": "is", "entity_type": "User",
    "in": {"slot": "?principal"}}, "action": {"op": "All"},
    "resource": {"op": "==", "slot": "?resource"}, "conditions": []}},
  "templateLinks": [{"templateId": "t", "newId": "l",
    "values": {"?principal": {"type": "G", "id": "g"}, "?resource": {"__entity": {"type": "R", "id": "r"}}}}]
})";

TEST(PolicySetJsonTest, ReadsPoliciesTemplatesAndLinks) {
  const auto read = read_policies(kSet, "set.json");
  ASSERT_TRUE(read) << base::to_text(read.error());
  ASSERT_EQ(read.value().size(), 3U);
  EXPECT_EQ(read.value()[0].id, "s");
  EXPECT_TRUE(read.value()[1].is_template());
  EXPECT_EQ(read.value()[2].id, "l");
  EXPECT_EQ(read.value()[2].template_id, "t");
  EXPECT_EQ(to_text(read.value()[2]),
            "permit (principal is User in G::\"g\", action, resource == R::\"r\");");
  const auto set = PolicySet::create(read.value());
  ASSERT_TRUE(set);
  const std::string json = base::write_json(to_json(set.value()));
  EXPECT_THAT(json, HasSubstr(R"("templateLinks":[{"templateId":"t","newId":"l","values":)"
                              R"({"?principal":{"type":"G","id":"g"},)"
                              R"("?resource":{"type":"R","id":"r"}}}])"));
  const auto again = read_policies(json);
  ASSERT_TRUE(again) << base::to_text(again.error());
  const auto set_again = PolicySet::create(again.value());
  ASSERT_TRUE(set_again);
  EXPECT_EQ(base::write_json(to_json(set_again.value())), json);
}

TEST(PolicySetJsonTest, WritesALinkWithoutItsTemplateAsAPolicy) {
  const auto read = read_policies(kSet);
  ASSERT_TRUE(read);
  const auto set = PolicySet::create({read.value()[2]});
  ASSERT_TRUE(set);
  EXPECT_THAT(base::write_json(to_json(set.value())),
              HasSubstr(R"("templates":{},"staticPolicies":{"l":{"effect":"permit")"));
}

// Each line was tried on the reference implementation.
TEST(PolicySetJsonTest, SaysWhatIsWrong) {
  const std::string policy = with("", "");
  const std::string slotted = with("principal", R"({"op":"==","slot":"?principal"})");
  const auto set = [&](const std::string& links) {
    return R"({"staticPolicies":{"s":)" + policy + R"(},"templates":{"t":)" + slotted +
           R"(},"templateLinks":[)" + links + "]}";
  };
  const std::string value = R"("?principal":{"type":"A","id":"b"})";
  const std::pair<std::string, const char*> cases[] = {
      {"[]", "a policy set must be an object"},
      {R"({"links":[]})", "a policy set has no `links`"},
      {R"({"staticPolicies":[]})", "`staticPolicies` must be an object, not a list"},
      {R"({"staticPolicies":{"s":)" + policy + R"(,"s":)" + policy + "}}", "`s` stands twice"},
      {R"({"staticPolicies":{"t":)" + slotted + "}}", "the policy `t` has a slot"},
      {R"({"templates":{"s":)" + policy + "}}", "the template `s` has no slot"},
      {R"({"staticPolicies":{"s":)" + policy + R"(},"templates":{"s":)" + slotted + "}}",
       "the policy id `s` is used twice"},
      {set(R"({"newId":"l","values":{}})"), "a link needs `templateId`"},
      {set(R"({"templateId":"t","newId":"l","values":{}})"), "nothing is given for `?principal`"},
      {set(R"({"templateId":"t","newId":"l","values":{)" + value + R"(},"x":1})"),
       "a link has no `x`"},
      {set(R"({"templateId":"t","newId":"l","values":{"?action":{"type":"A","id":"b"}}})"),
       "`values` has no `?action`"},
      {set(R"({"templateId":"t","newId":"l","values":{)" + value +
           R"(,"?resource":{"type":"A","id":"b"}}})"),
       "`A::\"b\"` is given for `?resource`, which the template lacks"},
      {set(R"({"templateId":"u","newId":"l","values":{}})"), "there is no template `u`"},
      {set(R"({"templateId":"s","newId":"l","values":{}})"), "the policy `s` is no template"},
      {set(R"({"templateId":"t","newId":"t","values":{)" + value + "}}"),
       "the policy id `t` is used twice"},
      {set(R"({"templateId":"t","newId":"s","values":{)" + value + "}}"),
       "the policy id `s` is used twice"},
      {set(R"({"templateId":"t","newId":"l","values":{)" + value + R"(}},{"templateId":"l",)" +
           R"("newId":"m","values":{}})"),
       "the policy `l` is no template"},
  };
  for (const auto& [json, message] : cases) {
    const auto read = read_policies(json, "set.json");
    ASSERT_FALSE(read) << json;
    EXPECT_THAT(base::to_text(read.error()), HasSubstr(message)) << json;
  }
  EXPECT_TRUE(read_policies("{}"));
}

}  // namespace
}  // namespace countersign::cedar
