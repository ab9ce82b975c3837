// SPDX-License-Identifier: Apache-2.0
// From a schema as written to a Schema: every name is looked up, every rule on names is checked.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_RESOLVER_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_RESOLVER_H_

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cedar/internal/schema_syntax.h"
#include "cedar/schema.h"

namespace countersign::cedar::internal {

// How a name in a namespace is found: a common type before an entity type, the same namespace
// before the empty one, and the language's own types last. A name with `::` stands for itself
// alone.
class SchemaResolver {
 public:
  // Both must outlive the resolver.
  SchemaResolver(const SchemaSyntax& syntax, base::Report& report)
      : syntax_(syntax), report_(report) {}

  // What is wrong goes to the report; the schema is good for nothing unless it stayed clean.
  Schema resolve();

 private:
  struct Common {
    const NamespaceSyntax* space;
    const CommonTypeSyntax* declared;
    enum class State { Unseen, Open, Done } state = State::Unseen;
    TypePtr type = {};
  };

  void declare();
  void declare_namespace(const NamespaceSyntax& space);
  void refuse_shadowing();
  void refuse_shadowing(const NamespaceSyntax& outside, const NamespaceSyntax& space);

  TypePtr resolve_type(const TypeSyntax& type, const NamespaceSyntax& space, std::uint32_t depth);
  TypePtr resolve_record(const TypeSyntax& type, const NamespaceSyntax& space, std::uint32_t depth);
  TypePtr resolve_name(const TypeSyntax& type, const NamespaceSyntax& space, std::uint32_t depth);
  TypePtr resolve_common(Common& common, base::Position at, std::uint32_t depth);
  TypePtr bounded(TypePtr type, base::Position at);
  // As resolve_type(); reports when it is no record. `what` begins the message.
  TypePtr resolve_shape(const TypeSyntax& type, const NamespaceSyntax& space,
                        std::string_view what);
  std::set<Text> resolve_entity_types(const std::vector<NameSyntax>& names,
                                      const NamespaceSyntax& space);
  void report_unknown_type(std::string_view name, base::Position at, std::string_view what);

  void resolve_entity_type(const EntityTypeSyntax& entity, const NamespaceSyntax& space);
  void resolve_action(const ActionSyntax& action, const NamespaceSyntax& space);
  std::set<EntityUid> resolve_groups(const ActionSyntax& action, const NamespaceSyntax& space);
  void close_entity_types();
  void close_actions();

  const SchemaSyntax& syntax_;
  base::Report& report_;
  Schema schema_;
  std::map<std::string, Common, std::less<>> commons_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_RESOLVER_H_
