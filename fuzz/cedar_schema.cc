// SPDX-License-Identifier: Apache-2.0
// Any text is either a schema, in which every type that an action names is declared, or issues.
#include "cedar/schema.h"

#include "base/check.h"
#include "fuzz/target.h"

namespace {

void check(const countersign::base::Parsed<countersign::cedar::Schema>& schema) {
  if (!schema) {
    CHECK(!schema.error().empty());
    CHECK(!to_text(schema.error()).empty());
    return;
  }
  for (const auto& [uid, action] : schema.value().actions()) {
    for (const auto& type : action.principals)
      CHECK(schema.value().find_entity_type(type) || schema.value().is_action_type(type));
    CHECK(!action.ancestors.contains(uid));
  }
}

}  // namespace

FUZZ_TARGET(input) {
  check(countersign::cedar::Schema::parse(input, "input.cedarschema"));
  check(countersign::cedar::Schema::parse_json(input, "input.cedarschema.json"));
}
