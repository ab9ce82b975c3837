// SPDX-License-Identifier: Apache-2.0
// Any text is either policies, which can be written in both forms and read again, or issues that
// can be shown.
#include "base/check.h"
#include "cedar/format.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto policies = cedar::parse_policies(input, "input.cedar");
  if (policies) {
    for (const cedar::Policy& policy : policies.value()) {
      CHECK(policy.source->quote(policy.span).ends_with(';'));
      const std::string text = cedar::to_text(policy);
      const std::string json = base::write_json(cedar::to_json(policy));
      const auto again = cedar::parse_policies(text);
      CHECK(again && cedar::to_text(again.value().front()) == text);
      const auto read = cedar::read_policy(json, policy.id);
      CHECK(read && base::write_json(cedar::to_json(read.value())) == json);
    }
    const auto formatted = cedar::format_policies(input);
    CHECK(formatted);
    const auto again = cedar::parse_policies(formatted.value());
    CHECK(again && again.value().size() == policies.value().size());
    for (std::size_t i = 0; i < again.value().size(); ++i) {
      CHECK(cedar::to_text(again.value()[i]) == cedar::to_text(policies.value()[i]));
    }
    const auto twice = cedar::format_policies(formatted.value());
    CHECK(twice && twice.value() == formatted.value());
  } else {
    CHECK(!policies.error().empty());
    for (const base::Issue& issue : policies.error()) CHECK(!base::to_text(issue).empty());
  }
  (void)cedar::parse_expression(input, "input.cedar");
  (void)cedar::parse_entity_uid(input);
}
