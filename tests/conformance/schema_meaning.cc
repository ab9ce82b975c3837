// SPDX-License-Identifier: Apache-2.0
#include "conformance/schema_meaning.h"

#include <fmt/format.h>

namespace countersign::conformance {
namespace {

std::string quoted_names(const cedar::Annotations& annotations) {
  std::string text;
  for (const auto& [name, value] : annotations)
    text += fmt::format("@{}({}) ", name.view(), cedar::quoted(value.view()));
  return text;
}

// cedar::to_text cuts long records, and leaves annotations out. Recursion is bounded by the depth
// of a schema's types.
std::string whole(const cedar::Type& type) {
  if (type.kind == cedar::Type::Kind::Set) return fmt::format("Set<{}>", whole(*type.element));
  if (type.kind != cedar::Type::Kind::Record) return cedar::to_text(type);
  std::string text = "{";
  for (const auto& [name, attribute] : type.attributes)
    text +=
        fmt::format("{}{}{}: {}, ", quoted_names(attribute.annotations), cedar::quoted(name.view()),
                    attribute.required ? "" : "?", whole(*attribute.type));
  return text + "}";
}

}  // namespace

std::string meaning_of(const cedar::Schema& schema) {
  std::string text;
  for (const auto& [name, type] : schema.entity_types()) {
    text += fmt::format("\n{}entity {} {}", quoted_names(type.annotations), name.view(),
                        whole(*type.attributes));
    for (const cedar::Text& ancestor : type.ancestors)
      text += fmt::format(" in {}", ancestor.view());
    if (type.tags) text += fmt::format(" tags {}", whole(*type.tags));
    if (type.ids)
      for (const cedar::Text& id : *type.ids)
        text += fmt::format(" id {}", cedar::quoted(id.view()));
  }
  for (const auto& [uid, action] : schema.actions()) {
    text += fmt::format("\n{}action {} {}", quoted_names(action.annotations), cedar::to_text(uid),
                        whole(*action.context));
    for (const cedar::EntityUid& group : action.ancestors)
      text += fmt::format(" in {}", cedar::to_text(group));
    for (const cedar::Text& principal : action.principals)
      text += fmt::format(" by {}", principal.view());
    for (const cedar::Text& resource : action.resources)
      text += fmt::format(" on {}", resource.view());
  }
  return text;
}

}  // namespace countersign::conformance
