// SPDX-License-Identifier: Apache-2.0
// A schema as it was written, before its names are resolved. Both forms, the human syntax and the
// JSON form, are read into this.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_SYNTAX_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_SYNTAX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "cedar/ast.h"
#include "cedar/type.h"

namespace countersign::cedar::internal {

// A name that refers to a type: "User" or "N::User".
struct NameSyntax {
  std::string text;
  base::Position at;
};

struct AttributeSyntax {
  std::string name;
  base::Position at;
  bool required = true;
  Annotations annotations = {};
};

struct TypeSyntax {
  enum class Kind : std::uint8_t {
    Named,      // a common type, an entity type or a built-in one, whichever the rules find first
    Entity,     // must be an entity type (JSON form)
    Common,     // must be a common type or a built-in one (JSON form)
    Extension,  // must be an extension type (JSON form)
    Set,
    Record
  };

  Kind kind = Kind::Record;
  base::Position at = {};
  std::string name = {};                         // Named, Entity, Common, Extension
  std::vector<AttributeSyntax> attributes = {};  // Record
  std::vector<TypeSyntax> parts = {};            // Set: one; Record: one for each attribute
};

struct CommonTypeSyntax {
  std::string name;
  base::Position at;
  TypeSyntax type;
  Annotations annotations = {};
};

struct EntityTypeSyntax {
  std::string name;
  base::Position at;
  std::vector<NameSyntax> parents = {};
  TypeSyntax attributes = {};
  std::optional<TypeSyntax> tags = {};
  std::optional<std::vector<std::string>> ids = {};  // of an enumerated type
  Annotations annotations = {};
};

// A group that an action is in. Without a type it is an action of the same namespace, or else of
// the empty one.
struct ActionReference {
  std::string type;
  std::string id;
  base::Position at;
};

struct ActionSyntax {
  std::string id;
  base::Position at;
  std::vector<ActionReference> parents = {};
  std::vector<NameSyntax> principals = {};
  std::vector<NameSyntax> resources = {};
  TypeSyntax context = {};
  Annotations annotations = {};
};

struct NamespaceSyntax {
  std::string name;  // empty for what stands in none
  base::Position at;
  std::vector<CommonTypeSyntax> common_types = {};
  std::vector<EntityTypeSyntax> entity_types = {};
  std::vector<ActionSyntax> actions = {};
  Annotations annotations = {};
};

// One namespace of each name; the one without a name need not be there.
using SchemaSyntax = std::vector<NamespaceSyntax>;

// Read the two forms. What cannot be read is reported and left out, so that one pass finds every
// mistake.
SchemaSyntax parse_schema(const Source& source, base::Issues& issues);
SchemaSyntax read_schema(const base::Json& json, base::Report& report);

// The qualified names that `name`, written in `space`, may stand for: the first one found wins.
std::vector<std::string> candidates(std::string_view name, std::string_view space);

// Write the two forms of a schema that resolves. What the human syntax has no words for is
// reported.
base::Json write_schema_json(const SchemaSyntax& schema);
std::string write_schema_text(const SchemaSyntax& schema, base::Report& report);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SCHEMA_SYNTAX_H_
