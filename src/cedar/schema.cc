// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "cedar/ast.h"
#include "cedar/internal/schema_resolver.h"
#include "cedar/internal/schema_syntax.h"

namespace countersign::cedar {
namespace {

constexpr std::size_t kMostBytes = 16U << 20;

}  // namespace

base::Parsed<Schema> Schema::parse(std::string_view text, std::string_view file) {
  if (text.size() > kMostBytes) {
    base::Report report({}, file);
    report.add({}, fmt::format("the schema is longer than {} bytes", kMostBytes));
    return report.take();
  }
  const Source source{.file = std::string(file), .text = std::string(text)};
  base::Issues issues;
  const internal::SchemaSyntax syntax = internal::parse_schema(source, issues);
  if (!issues.empty()) return issues;
  base::Report report(source.text, source.file);
  Schema schema = internal::SchemaResolver(syntax, report).resolve();
  if (!report.clean()) return report.take();
  return schema;
}

base::Parsed<Schema> Schema::parse_json(std::string_view text, std::string_view file) {
  BOOST_OUTCOME_TRY(const base::Json json, base::read_json(text, file));
  base::Report report(text, file);
  const internal::SchemaSyntax syntax = internal::read_schema(json, report);
  if (!report.clean()) return report.take();
  Schema schema = internal::SchemaResolver(syntax, report).resolve();
  if (!report.clean()) return report.take();
  return schema;
}

const EntityType* Schema::find_entity_type(const Text& name) const {
  const auto found = entity_types_.find(name);
  return found == entity_types_.end() ? nullptr : &found->second;
}

const Action* Schema::find_action(const EntityUid& uid) const {
  const auto found = actions_.find(uid);
  return found == actions_.end() ? nullptr : &found->second;
}

bool Schema::can_be_in(const Text& member, const Text& group) const {
  if (member == group) return true;
  if (const EntityType* type = find_entity_type(member)) return type->ancestors.contains(group);
  const auto ancestors = action_type_ancestors_.find(member);
  return ancestors != action_type_ancestors_.end() && ancestors->second.contains(group);
}

bool Schema::is_in(const EntityUid& action, const EntityUid& group) const {
  if (action == group) return true;
  const Action* declared = find_action(action);
  return declared != nullptr && declared->ancestors.contains(group);
}

const Annotations* Schema::namespace_annotations(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : &found->second;
}

Text action_type_of(std::string_view namespace_name) {
  return namespace_name.empty() ? Text("Action") : Text(fmt::format("{}::Action", namespace_name));
}

bool names_action_type(std::string_view name) {
  return name == "Action" || name.ends_with("::Action");
}

}  // namespace countersign::cedar
