// SPDX-License-Identifier: Apache-2.0
#include "cedar/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cedar/internal/layout.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "cedar/testing/any_policy.h"
#include "cedar/testing/golden.h"

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

std::string formatted(std::string_view text, const FormatOptions& options = {}) {
  const auto result = format_policies(text, "p.cedar", options);
  return result ? result.value() : base::to_text(result.error());
}

std::string meaning(std::string_view text) {
  const auto policies = parse_policies(text);
  if (!policies) return base::to_text(policies.error());
  std::string out;
  for (const Policy& policy : policies.value()) {
    out += policy.id + base::write_json(to_json(policy)) + "\n";
  }
  return out;
}

// Every comment, in order, without the white space behind it.
std::vector<std::string> comments(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
    } else if (text.substr(at).starts_with("//")) {
      std::string comment(text.substr(at, text.find_first_of("\r\n", at) - at));
      at += comment.size();
      comment.erase(comment.find_last_not_of(" \t") + 1);
      found.push_back(std::move(comment));
    }
  }
  return found;
}

TEST(FormatTest, LaysOutAsTheGoldenFilesSay) {
  const auto answers = testing::golden_answers(
      COUNTERSIGN_SOURCE_DIR "/tests/golden/cedar/format", ".cedar", ".formatted",
      [](const std::string&, std::string_view text) { return formatted(text); });
  EXPECT_FALSE(answers.empty());
  for (const auto& [name, found, expected] : answers) EXPECT_EQ(found, expected) << name;
}

TEST(FormatTest, KeepsToTheWidthAndIndent) {
  constexpr std::string_view kText =
      "permit(principal,action,resource) when { context.a && context.b == [1, 2] };";
  EXPECT_EQ(formatted(kText, {.line_width = 36}),
            "permit (principal, action, resource)\n"
            "when\n{\n  context.a && context.b == [1, 2]\n};\n");
  EXPECT_EQ(formatted(kText, {.line_width = 41}),
            "permit (principal, action, resource)\n"
            "when\n{ context.a && context.b == [1, 2] };\n");
  EXPECT_EQ(formatted(kText, {.line_width = 42}),
            "permit (principal, action, resource)\n"
            "when { context.a && context.b == [1, 2] };\n");
  EXPECT_EQ(formatted(kText, {.line_width = 20, .indent_width = 4}),
            "permit (principal, action, resource)\n"
            "when\n{\n    context.a &&\n    context.b == [1,\n     2]\n};\n");
  EXPECT_EQ(formatted("permit(principal == A::\"\u00e9\u00e9\u00e9\",action,resource);",
                      {.line_width = 24}),
            "permit (\n  principal == A::\"\u00e9\u00e9\u00e9\",\n  action,\n  resource\n);\n");
}

TEST(FormatTest, RefusesWhatTheParserRefuses) {
  EXPECT_THAT(formatted("permit(principal, action);"), HasSubstr("p.cedar:1:25: expected `,`"));
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted(" \n\n"), "");
}

TEST(FormatTest, ChangesNothingButSpaceInAnyPolicies) {
  testing::AnyPolicy any(20260726, testing::AnyPolicy::Comments::Some);
  for (std::uint32_t i = 0; i < 1500; ++i) {
    std::string text = any.policy();
    if (i % 3 == 0) text += any.policy();
    const FormatOptions options{.line_width = i % 7 == 0 ? 30U : 80U,
                                .indent_width = i % 5 == 0 ? 4U : 2U};
    const auto once = format_policies(text, "p.cedar", options);
    ASSERT_TRUE(once) << text << "\n" << base::to_text(once.error());
    ASSERT_EQ(meaning(once.value()), meaning(text)) << text << "\n" << once.value();
    ASSERT_EQ(comments(once.value()), comments(text)) << text << "\n" << once.value();
    const auto twice = format_policies(once.value(), "p.cedar", options);
    ASSERT_TRUE(twice);
    ASSERT_EQ(twice.value(), once.value()) << text;
    ASSERT_EQ(once.value().find(" \n"), std::string::npos) << once.value();
  }
}

TEST(LayoutTest, BreaksGroupsThatDoNotFitWithWhatFollows) {
  const auto layout = [](std::size_t width) {
    internal::Layout out;
    out.text("f(");
    out.open();
    out.indent(2);
    out.soft_line();
    out.text("a,");
    out.line();
    out.open();
    out.text("b");
    out.line();
    out.text("c");
    out.close();
    out.dedent(2);
    out.soft_line();
    out.close();
    out.text(");");
    return out.render(width);
  };
  EXPECT_EQ(layout(10), "f(a, b c);");
  EXPECT_EQ(layout(9), "f(\n  a,\n  b c\n);");
  EXPECT_EQ(layout(4), "f(\n  a,\n  b\n  c\n);");
}

}  // namespace
}  // namespace countersign::cedar
