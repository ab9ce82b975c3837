// SPDX-License-Identifier: Apache-2.0
#include "cedar/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/testing/within.h"

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

std::string when(std::string_view body) {
  return "permit(principal, action, resource) when { " + std::string(body) + " };";
}

bool reads(std::string_view text) { return parse_policies(text).has_value(); }

// The first issue of a text that cannot be read, message and remedy.
std::string complaint(std::string_view text) {
  const auto parsed = parse_policies(text, "p.cedar");
  if (parsed) return "(it was read)";
  return base::to_text(parsed.error().front());
}

TEST(ParserTest, ReadsAWholePolicyWithPlaces) {
  const std::string text =
      "// standing\n@id(\"US-2\")\n@note\npermit (principal == Party::\"UA\", action in "
      "[Action::\"use\"], resource is Arms::Item in Arms::Group::\"g\")\nwhen { context.range < "
      "5 }\nunless { principal has a.b };";
  const auto parsed = parse_policies(text, "US-2.cedar");
  ASSERT_TRUE(parsed) << base::to_text(parsed.error());
  ASSERT_EQ(parsed.value().size(), 1u);
  const Policy& policy = parsed.value().front();
  EXPECT_EQ(policy.id, "policy0");
  EXPECT_EQ(policy.effect, Effect::Permit);
  ASSERT_NE(policy.annotation("id"), nullptr);
  EXPECT_EQ(*policy.annotation("id"), "US-2");
  EXPECT_EQ(*policy.annotation("note"), "");
  EXPECT_EQ(policy.annotation("other"), nullptr);
  EXPECT_EQ(policy.principal.kind, Scope::Kind::Equal);
  EXPECT_EQ(policy.action.kind, Scope::Kind::InAny);
  EXPECT_EQ(policy.resource.kind, Scope::Kind::IsIn);
  EXPECT_EQ(policy.resource.type, "Arms::Item");
  EXPECT_EQ(policy.source->quote(policy.resource.span),
            "resource is Arms::Item in Arms::Group::\"g\"");
  ASSERT_EQ(policy.clauses.size(), 2u);
  const Expr& less = *policy.clauses[0].body;
  EXPECT_EQ(less.kind, Expr::Kind::Less);
  EXPECT_EQ(policy.source->quote(less.span), "context.range < 5");
  EXPECT_EQ(less.span.at, (base::Position{5, 8}));
  const auto path = attribute_path(less.operand(0));
  ASSERT_TRUE(path);
  EXPECT_EQ(path->variable, Variable::Context);
  EXPECT_EQ(path->names, (std::vector<Text>{"range"}));
  const Expr& has = *policy.clauses[1].body;
  EXPECT_EQ(policy.clauses[1].kind, Clause::Kind::Unless);
  EXPECT_EQ(has.names, (std::vector<Text>{"a", "b"}));
}

TEST(ParserTest, NumbersPoliciesInOrder) {
  const auto parsed = parse_policies(
      "permit(principal,action,resource); forbid(principal == ?principal,action,resource);");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value()[1].id, "policy1");
  EXPECT_FALSE(parsed.value()[0].is_template());
  EXPECT_TRUE(parsed.value()[1].is_template());
}

TEST(ParserTest, BindsAsTheLanguageSays) {
  // Written with and without the parentheses that precedence makes idle.
  const std::pair<const char*, const char*> cases[] = {
      {"principal || (action && resource)", "principal || action && resource"},
      {"(principal || action) && resource", "(principal || action) && resource"},
      {"(1 + (2 * 3)) - 4", "1 + 2 * 3 - 4"},
      {"1 - (2 - 3)", "1 - (2 - 3)"},
      {"(!principal) == action", "!principal == action"},
      {"!(principal == action)", "!(principal == action)"},
      {"-(context.x)", "-context.x"},
      {"if true then 1 else (2 + 3)", "if true then 1 else 2 + 3"},
      {"principal is T in (resource)", "principal is T in resource"},
      {"context[\"b\"][\"c d\"].e", "context.b[\"c d\"].e"},
      {"ip(\"::1\").isInRange(context.a)", "ip(\"::1\").isInRange(context.a)"},
      {"{\"a\": 1, \"b c\": [(1), 2,]}", "{a: 1, \"b c\": [1, 2]}"},
      {"context.a like \"x*\\*\\\"\"", "context.a like \"x*\\*\\\"\""},
  };
  for (const auto& [written, expected] : cases) {
    const auto parsed = parse_expression(written);
    ASSERT_TRUE(parsed) << base::to_text(parsed.error());
    EXPECT_EQ(to_text(*parsed.value()), expected);
  }
}

TEST(ParserTest, FoldsMinusIntoNumbers) {
  const auto least = parse_expression("-9223372036854775808");
  ASSERT_TRUE(least);
  EXPECT_EQ(least.value()->value, Value::integer(INT64_MIN));
  const auto twice = parse_expression("--9223372036854775808");
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice.value()->kind, Expr::Kind::Negate);
  EXPECT_TRUE(reads(when("----1 == 1")));
  EXPECT_TRUE(reads(when("- -1 == 1")));
  EXPECT_FALSE(reads(when("-----1 == 1")));
  EXPECT_FALSE(reads(when("!!!!!true")));
  EXPECT_FALSE(reads(when("!-1 == 1")));
  EXPECT_FALSE(reads(when("9223372036854775808 == 1")));
  EXPECT_FALSE(reads(when("-9223372036854775809 == 1")));
  EXPECT_FALSE(reads(when("-(9223372036854775808) == 1")));
}

TEST(ParserTest, ReadsStringsAndTheirEscapes) {
  const auto parsed = parse_expression(R"("a\n\t\0\\\'\"\x41\u{1F600}\u{1_0}")");
  ASSERT_TRUE(parsed);
  const std::string expected("a\n\t\0\\'\"A\xF0\x9F\x98\x80\x10", 13);
  EXPECT_EQ(parsed.value()->value.string_view(), expected);
  for (const char* wrong : {R"("\q")", R"("\x80")", R"("\u{110000}")", R"("\u{}")", R"("\u{d800}")",
                            R"("\*")", "\"a\rb\"", "\"open", "\"a\\\nb\""}) {
    EXPECT_FALSE(parse_expression(wrong)) << wrong;
  }
  EXPECT_TRUE(parse_expression("\"two\nlines\""));
}

TEST(ParserTest, ReadsPatterns) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {R"("")", {""}},
      {R"("*")", {"", ""}},
      {R"("**")", {"", "", ""}},
      {R"("a*b\*c")", {"a", "b*c"}},
      {R"("\x2a\*")", {"", "*"}},
      {R"("\u{2A}b")", {"", "b"}},
      {R"("\\*")", {"\\", ""}},
  };
  for (const auto& [written, parts] : cases) {
    const auto parsed = parse_expression(std::string("context.a like ") + written);
    ASSERT_TRUE(parsed) << written;
    EXPECT_EQ(parsed.value()->pattern.parts, parts) << written;
  }
  EXPECT_EQ(parse_expression(R"("\x2a")").value()->value.string_view(), "*");
}

// Each line was tried on the reference implementation of the language.
TEST(ParserTest, TakesWhatTheLanguageTakes) {
  for (const char* body :
       {"[1,2,] == []", "{a: 1,} == {}", "ip(\"1\",) == 1", "principal.permit", "ip(\"a\", \"b\")",
        "{principal: 1} == {}", "context has b.c", "context has \"b c\"", "context has principal",
        "principal :: \"a\" == principal", "principal::\"a\" == principal", "\"a\".b == 1",
        "-1.foo == 1", "context.x is User in [User::\"a\"]", "context.contains.b", "007 == 7",
        "if true then 1 else 2 + 3 == 5", "principal", "context.x * context.y == 1"}) {
    EXPECT_TRUE(reads(when(body))) << body << "\n" << complaint(when(body));
  }
  for (const char* policy :
       {"permit(principal,action,resource,);", "permit(principal,action in [],resource);",
        "permit(principal == (A::\"b\"),action,resource);",
        "permit(principal,action in ([(Action::\"b\"),]),resource);",
        "@if(\"x\")permit(principal,action,resource);", "@a permit(principal,action,resource);",
        ""}) {
    EXPECT_TRUE(reads(policy)) << policy << "\n" << complaint(policy);
  }
}

TEST(ParserTest, RefusesWhatTheLanguageRefuses) {
  for (const char* body : {"principal.__cedar",
                           "context.if",
                           "context has in",
                           "context has a.if",
                           "{if: 1} == {}",
                           "{a::b: 1} == {}",
                           "{\"a\": 1, a: 2} == {}",
                           "{1: 1} == {}",
                           "1 == 2 == 3",
                           "1 < 2 < 3",
                           "context has \"b\".c",
                           "context has b[\"c\"]",
                           "context has (b)",
                           "context has b has c",
                           "?principal == 1",
                           "1 + if true then 1 else 2 == 3",
                           "true && if true then true else false",
                           "foo(1)",
                           "principal.foo()",
                           "[1].contains()",
                           "[1].contains(1, 2)",
                           "[1].isEmpty(1)",
                           "contains([1], 1)",
                           "isIpv4(1)",
                           "principal.ip(\"x\")",
                           "a::ip(\"x\")",
                           "context[1]",
                           "context.x like context.y",
                           "context.x is \"User\"",
                           "principal is __cedar::User",
                           "foo == 1",
                           "1 / 2 == 1",
                           "1 % 2 == 1",
                           "1 = 1",
                           "true true",
                           "A::if::\"a\" == principal",
                           "",
                           "principal in resource in resource",
                           "context has A::b",
                           "decimal.x == 1"}) {
    EXPECT_FALSE(reads(when(body))) << body;
  }
  for (const char* policy : {"permit(principal,action == User::\"x\",resource);",
                             "permit(principal in ?resource,action,resource);",
                             "permit(principal,action == ?action,resource);",
                             "permit(principal in [A::\"b\"],action,resource);",
                             "permit(principal: User,action,resource);",
                             "permit(principal,resource,action);",
                             "permit(principal,action);",
                             "permit(principal,action,resource,context);",
                             "permit(principal,action is Action,resource);",
                             "@a(\"x\")@a(\"y\")permit(principal,action,resource);",
                             "@a()permit(principal,action,resource);",
                             "permit(principal,action,resource) when true;",
                             "permit(principal,action,resource)",
                             "foo(principal,action,resource);",
                             "permit(principal,action,resource);;",
                             "permit(principal != A::\"b\",action,resource);",
                             "permit(principal == A::\"b\" || true,action,resource);",
                             "permit(principal in A,action,resource);",
                             "permit(principal,action in [[Action::\"b\"]],resource);",
                             "permit(principal,action in [([Action::\"b\"])],resource);",
                             "permit(principal,action == ([Action::\"b\"]),resource);",
                             "permit(principal == ? principal,action,resource);"}) {
    EXPECT_FALSE(reads(policy)) << policy;
  }
}

TEST(ParserTest, SaysWhereAndWhatToDo) {
  EXPECT_EQ(complaint("permit(principal, action, resource)\nwhen { principle.age > 1 };"),
            "p.cedar:2:8: `principle` is no variable\n"
            "  2 | when { principle.age > 1 };\n"
            "    |        ^^^^^^^^^\n"
            "  help: did you mean `principal`?");
  EXPECT_THAT(complaint("permt(principal, action, resource);"),
              HasSubstr("expected `permit` or `forbid`, found `permt`"));
  EXPECT_THAT(complaint("permt(principal, action, resource);"),
              HasSubstr("did you mean `permit`?"));
  EXPECT_THAT(complaint(when("[1].containsall([1])")), HasSubstr("did you mean `containsAll`?"));
  EXPECT_THAT(complaint("permit(principal, action, resource) where {true};"),
              HasSubstr("expected `when`, `unless` or `;`, found `where`"));
}

TEST(ParserTest, ReportsEachPolicyThatCannotBeRead) {
  const auto parsed = parse_policies(
      "permit(principal, action);\npermit(principal, action, resource);\n"
      "forbid(principal, action, resource) when { 1 = 1 };");
  ASSERT_FALSE(parsed);
  ASSERT_EQ(parsed.error().size(), 2u);
  EXPECT_EQ(parsed.error()[0].at.line, 1u);
  EXPECT_EQ(parsed.error()[1].at.line, 3u);
}

TEST(ParserTest, BoundsDepth) {
  const auto nested = [](std::size_t times) {
    return std::string(times, '(') + "true" + std::string(times, ')');
  };
  EXPECT_TRUE(reads(when(nested(150))));
  EXPECT_THAT(complaint(when(nested(100'000))), HasSubstr("nested more than"));
  std::string chain = "true";
  for (int i = 0; i < 999; ++i) chain += " || true";
  EXPECT_TRUE(reads(when(chain)));
  chain += " || true";
  EXPECT_THAT(complaint(when(chain)), HasSubstr("operations deep"));
}

TEST(ParserTest, RefusesWhatIsNoText) {
  EXPECT_THAT(complaint("permit(principal, action, resource) when { \"\xff\" == \"\" };"),
              HasSubstr("not UTF-8"));
  EXPECT_THAT(complaint(std::string((16U << 20) + 1, ' ')), HasSubstr("16 MiB"));
}

TEST(ParserTest, ReadsEntityUids) {
  const auto uid = parse_entity_uid("A::B::\"c\\\"d\"");
  ASSERT_TRUE(uid);
  EXPECT_EQ(uid->type(), "A::B");
  EXPECT_EQ(uid->id(), "c\"d");
  EXPECT_EQ(to_text(*uid), "A::B::\"c\\\"d\"");
  EXPECT_FALSE(parse_entity_uid("A"));
  EXPECT_FALSE(parse_entity_uid("A::\"b\" x"));
  EXPECT_FALSE(parse_entity_uid("if::\"b\""));
  EXPECT_TRUE(is_name("A::B"));
  EXPECT_FALSE(is_name("A::"));
  EXPECT_FALSE(is_name("A::in"));
}

// Whatever the bytes: an answer, never a crash, and issues for what was not read.
TEST(ParserTest, AnswersAnyTokens) {
  const std::vector<std::string> words = {
      "permit", "forbid", "(",     ")",  "principal", "action",  "resource", ",",
      "when",   "unless", "{",     "}",  ";",         "context", ".",        "has",
      "like",   "is",     "in",    "==", "&&",        "||",      "!",        "-",
      "[",      "]",      "\"a\"", "1",  "A",         "::",      "@",        "?",
      "if",     "then",   "else",  "<",  "+",         "*",       "contains", "ip"};
  EXPECT_TRUE(rc::check([&] {
    std::string text = "permit(principal, action, resource) when {";
    for (const std::size_t i : *rc::gen::container<std::vector<std::size_t>>(
             base::testing::within<std::size_t>(0, words.size()))) {
      text += words[i] + " ";
    }
    const auto parsed = parse_policies(text);
    if (!parsed) {
      RC_ASSERT(!parsed.error().empty());
      return;
    }
    // What was read can be written, and reads the same again.
    for (const Policy& policy : parsed.value()) {
      for (const Clause& clause : policy.clauses) {
        const std::string written = to_text(*clause.body);
        const auto again = parse_expression(written);
        RC_ASSERT(again.has_value());
        RC_ASSERT(to_text(*again.value()) == written);
      }
    }
  }));
}

}  // namespace
}  // namespace countersign::cedar
