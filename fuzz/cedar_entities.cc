// SPDX-License-Identifier: Apache-2.0
// Any text is either entities, whose values can be written and read again as the same values, or
// issues that can be shown; and so for a request.
#include "base/check.h"
#include "cedar/entities.h"
#include "cedar/json.h"
#include "fuzz/target.h"

namespace countersign {
namespace {

void check(const base::Issues& issues) {
  CHECK(!issues.empty());
  for (const base::Issue& issue : issues) CHECK(!base::to_text(issue).empty());
}

void check(const cedar::Value& value) {
  const std::string text = base::write_json(cedar::to_json(value));
  const auto json = base::read_json(text, "value.json", {.depth = 1000});
  CHECK(json);
  base::Report report(text, "value.json");
  const auto again = cedar::read_value(json.value(), report);
  CHECK(again && *again == value);
}

}  // namespace
}  // namespace countersign

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto request = cedar::read_request(input, "input.json");
  request ? check(request.value()[cedar::Variable::Context]) : check(request.error());
  auto entities = cedar::read_entities(input, "input.json");
  if (!entities) return check(entities.error());
  for (const cedar::Entity& entity : entities.value()) {
    check(entity.attributes);
    check(entity.tags);
  }
  const auto store = cedar::EntityStore::create(std::move(entities).value());
  if (!store) check(store.error());
}
