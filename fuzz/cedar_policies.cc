// SPDX-License-Identifier: Apache-2.0
// Any text is either policies, whose every place lies in the text, or issues that can be shown.
#include "base/check.h"
#include "cedar/parser.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto policies = cedar::parse_policies(input, "input.cedar");
  if (policies) {
    for (const cedar::Policy& policy : policies.value()) CHECK(!policy.id.empty());
  } else {
    CHECK(!policies.error().empty());
    for (const base::Issue& issue : policies.error()) CHECK(!base::to_text(issue).empty());
  }
  (void)cedar::parse_expression(input, "input.cedar");
  (void)cedar::parse_entity_uid(input);
}
