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

TEST(DiagnosticsTest, OfPolicies) {
  testing::compare_golden(kFolder, ".cedar", ".expected", of_policies);
}

TEST(DiagnosticsTest, OfSchemas) {
  testing::compare_golden(kFolder, ".cedarschema", ".expected",
                          [](const std::string& name, std::string_view text) {
                            return said(Schema::parse(text, name));
                          });
}

TEST(DiagnosticsTest, OfPoliciesInJson) {
  testing::compare_golden(kFolder, ".policies.json", ".expected",
                          [](const std::string& name, std::string_view text) {
                            return said(read_policies(text, name));
                          });
}

TEST(DiagnosticsTest, OfEntities) {
  testing::compare_golden(kFolder, ".entities.json", ".expected",
                          [](const std::string& name, std::string_view text) {
                            return said(read_entities(text, name));
                          });
}

}  // namespace
}  // namespace countersign::cedar
