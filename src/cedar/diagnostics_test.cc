// SPDX-License-Identifier: Apache-2.0
// What people are told: each file of tests/golden/cedar/diagnostics holds mistakes, one a policy or
// a line where reading can go on, and beside it stands every message in full.
#include <gtest/gtest.h>

#include "cedar/json.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "cedar/testing/golden.h"
#include "cedar/validator.h"

namespace countersign::cedar {
namespace {

const std::filesystem::path kFolder = COUNTERSIGN_SOURCE_DIR "/tests/golden/cedar/diagnostics";

template <class Parsed>
std::string said(const Parsed& parsed) {
  return (parsed ? "(it was read)" : base::to_text(parsed.error())) + "\n";
}

// Of policies that can be read: what validation says of them.
std::string of_policies(const std::string& name, std::string_view text) {
  const auto policies = parse_policies(text, name);
  if (!policies) return said(policies);
  const auto schema = Schema::parse(testing::content_of(kFolder / "all.schema"), "all.schema");
  if (!schema) return said(schema);
  std::string out;
  for (const Finding& finding : Validator(schema.value()).validate(policies.value()).findings) {
    out += (finding.is_warning() ? "warning: " : "") + base::to_text(finding.issue) + "\n";
  }
  return out.empty() ? "(nothing is wrong)\n" : out;
}

template <class Answer>
void compare(std::string_view input, Answer answer) {
  const auto answers = testing::golden_answers(kFolder, input, ".expected", answer);
  EXPECT_FALSE(answers.empty());
  for (const auto& [name, found, expected] : answers) EXPECT_EQ(found, expected) << name;
}

TEST(DiagnosticsTest, OfPolicies) { compare(".cedar", of_policies); }

TEST(DiagnosticsTest, OfSchemas) {
  compare(".cedarschema", [](const std::string& name, std::string_view text) {
    return said(Schema::parse(text, name));
  });
}

TEST(DiagnosticsTest, OfPoliciesInJson) {
  compare(".policies.json", [](const std::string& name, std::string_view text) {
    return said(read_policies(text, name));
  });
}

TEST(DiagnosticsTest, OfEntities) {
  compare(".entities.json", [](const std::string& name, std::string_view text) {
    return said(read_entities(text, name));
  });
}

}  // namespace
}  // namespace countersign::cedar
