// SPDX-License-Identifier: Apache-2.0
// Any text is either policies in JSON, which can be written in both forms and read again, or issues
// that can be shown.
#include "base/check.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "fuzz/target.h"

namespace countersign {
namespace {

std::string json_of(const cedar::Policy& policy) {
  return base::write_json(cedar::to_json(policy));
}

void check(const base::Issues& issues) {
  CHECK(!issues.empty());
  for (const base::Issue& issue : issues) CHECK(!base::to_text(issue).empty());
}

void check(const cedar::Policy& policy) {
  const std::string json = json_of(policy);
  const auto from_json = cedar::read_policy(json, policy.id);
  CHECK(from_json && json_of(from_json.value()) == json);
  const auto from_text = cedar::parse_policies(cedar::to_text(policy));
  CHECK(from_text && from_text.value().size() == 1);
  CHECK(json_of(from_text.value().front()) == json);
}

}  // namespace
}  // namespace countersign

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto policy = cedar::read_policy(input, "policy", "input.json");
  policy ? check(policy.value()) : check(policy.error());
  const auto policies = cedar::read_policies(input, "input.json");
  if (!policies) return check(policies.error());
  for (const cedar::Policy& one : policies.value()) check(one);
  const auto set = cedar::PolicySet::create(policies.value());
  CHECK(set);
  const std::string json = base::write_json(cedar::to_json(set.value()));
  const auto again = cedar::read_policies(json);
  CHECK(again && again.value().size() == policies.value().size());
}
