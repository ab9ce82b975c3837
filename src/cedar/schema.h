// SPDX-License-Identifier: Apache-2.0
// What a policy may speak of: entity types, actions and the shape of their contexts.
//
// A schema comes from one text, in the human syntax (`.cedarschema`) or in the JSON form.
// Invariants of a Schema:
//   Declared   every name in it is declared; a type's parts are resolved, common types are gone
//   Closed     `ancestors` of entity types and actions are transitive; no action is its own
//   ancestor Unshadowed nothing in a namespace has the name of something outside all namespaces
// Of an attribute named twice in one record of the human syntax, the last declaration counts, as it
// does for the reference; in JSON a name that stands twice is refused.
#ifndef COUNTERSIGN_CEDAR_SCHEMA_H_
#define COUNTERSIGN_CEDAR_SCHEMA_H_

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/type.h"
#include "cedar/value.h"

namespace countersign::cedar {

namespace internal {
class SchemaResolver;
}

struct EntityType {
  Text name;  // qualified
  base::Position at;
  std::set<Text> parents = {};    // as written
  std::set<Text> ancestors = {};  // transitive; holds the type itself only when it is in a cycle
  TypePtr attributes = {};        // a Record
  TypePtr tags = {};              // what each tag holds; null when the type has no tags
  std::optional<std::vector<Text>> ids = {};  // the only ids, of an enumerated type
  Annotations annotations = {};
};

struct Action {
  EntityUid uid;
  base::Position at;
  std::set<EntityUid> parents = {};    // as written
  std::set<EntityUid> ancestors = {};  // transitive, itself not included
  std::set<Text> principals = {};      // both empty when the action applies to nothing
  std::set<Text> resources = {};
  TypePtr context = {};  // a Record
  Annotations annotations = {};
};

class Schema {
 public:
  // Reads a schema in the human syntax. `file` is what issues call the text. Thread-safe, as is
  // every const function of a Schema.
  static base::Parsed<Schema> parse(std::string_view text, std::string_view file = {});
  // Reads a schema in the JSON form.
  static base::Parsed<Schema> parse_json(std::string_view text, std::string_view file = {});

  // By qualified name; null when there is none. The pointers live as long as the schema.
  const EntityType* find_entity_type(const Text& name) const;
  const Action* find_action(const EntityUid& uid) const;

  // In the order of their names.
  const std::map<Text, EntityType>& entity_types() const { return entity_types_; }
  const std::map<EntityUid, Action>& actions() const { return actions_; }
  // The entity types that actions have: "Action", "N::Action".
  const std::set<Text>& action_types() const { return action_types_; }
  bool is_action_type(const Text& name) const { return action_types_.contains(name); }

  // Whether an entity of type `member` can be in one of type `group`: every type can be in itself.
  // For action types, whether some action of the one is in some action of the other.
  bool can_be_in(const Text& member, const Text& group) const;
  // The action itself, or one of the groups it is in.
  bool is_in(const EntityUid& action, const EntityUid& group) const;

  // What `@name("value")` says at a namespace; null when it has none.
  const Annotations* namespace_annotations(std::string_view name) const;

 private:
  friend class internal::SchemaResolver;
  Schema() = default;

  std::map<Text, EntityType> entity_types_;
  std::map<EntityUid, Action> actions_;
  std::set<Text> action_types_;
  std::map<Text, std::set<Text>> action_type_ancestors_;
  std::map<Text, Annotations> namespaces_;
};

// The qualified name of the actions' type in a namespace: "Action" or "N::Action".
Text action_type_of(std::string_view namespace_name);
// Whether a qualified name is one that only actions have: its last part is `Action`.
bool names_action_type(std::string_view name);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_SCHEMA_H_
