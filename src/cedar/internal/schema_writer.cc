// SPDX-License-Identifier: Apache-2.0
// Both forms of schemas, from the syntax that both are read into.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cedar/internal/lexer.h"
#include "cedar/internal/schema_syntax.h"
#include "cedar/value.h"

namespace countersign::cedar::internal {
namespace {

using base::Json;
using Kind = TypeSyntax::Kind;
using Members = std::vector<std::pair<std::string, Json>>;

bool is_empty_record(const TypeSyntax& type) {
  return type.kind == Kind::Record && type.attributes.empty();
}

Json json_of(const Annotations& annotations) {
  Members members;
  for (const auto& [name, value] : annotations)
    members.emplace_back(name.str(), base::json_text(value.view()));
  return base::json_object(std::move(members));
}

Json json_of(const std::vector<NameSyntax>& names) {
  std::vector<Json> items;
  items.reserve(names.size());
  for (const NameSyntax& name : names) items.push_back(base::json_text(name.text));
  return base::json_array(std::move(items));
}

void add_annotations(const Annotations& annotations, Members& members) {
  if (!annotations.empty()) members.emplace_back("annotations", json_of(annotations));
}

// Recursion is bounded by the depth that the readers allow.
Members members_of(const TypeSyntax& type) {
  const auto word = [](std::string_view text) { return base::json_text(text); };
  switch (type.kind) {
    case Kind::Named:
      return {{"type", word("EntityOrCommon")}, {"name", word(type.name)}};
    case Kind::Entity:
      return {{"type", word("Entity")}, {"name", word(type.name)}};
    case Kind::Extension:
      return {{"type", word("Extension")}, {"name", word(type.name)}};
    case Kind::Common:
      return {{"type", word(type.name)}};
    case Kind::Set:
      return {{"type", word("Set")},
              {"element", base::json_object(members_of(type.parts.front()))}};
    case Kind::Record:
      break;
  }
  Members attributes;
  for (std::size_t i = 0; i < type.attributes.size(); ++i) {
    const AttributeSyntax& attribute = type.attributes[i];
    Members members = members_of(type.parts[i]);
    add_annotations(attribute.annotations, members);
    if (!attribute.required) members.emplace_back("required", base::json_bool(false));
    attributes.emplace_back(attribute.name, base::json_object(std::move(members)));
  }
  return {{"type", word("Record")}, {"attributes", base::json_object(std::move(attributes))}};
}

Json json_of(const CommonTypeSyntax& common) {
  Members members = members_of(common.type);
  add_annotations(common.annotations, members);
  return base::json_object(std::move(members));
}

Json json_of(const EntityTypeSyntax& entity) {
  Members members;
  if (entity.ids) {
    members.emplace_back("enum", base::json_texts(*entity.ids));
  } else {
    if (!entity.parents.empty()) members.emplace_back("memberOfTypes", json_of(entity.parents));
    if (!is_empty_record(entity.attributes))
      members.emplace_back("shape", base::json_object(members_of(entity.attributes)));
    if (entity.tags) members.emplace_back("tags", base::json_object(members_of(*entity.tags)));
  }
  add_annotations(entity.annotations, members);
  return base::json_object(std::move(members));
}

Json json_of(const ActionReference& reference) {
  Members members = {{"id", base::json_text(reference.id)}};
  if (!reference.type.empty()) members.emplace_back("type", base::json_text(reference.type));
  return base::json_object(std::move(members));
}

Json json_of(const ActionSyntax& action) {
  Members applies = {{"resourceTypes", json_of(action.resources)},
                     {"principalTypes", json_of(action.principals)}};
  if (!is_empty_record(action.context))
    applies.emplace_back("context", base::json_object(members_of(action.context)));
  Members members = {{"appliesTo", base::json_object(std::move(applies))}};
  if (!action.parents.empty()) {
    std::vector<Json> groups;
    for (const ActionReference& reference : action.parents) groups.push_back(json_of(reference));
    members.emplace_back("memberOf", base::json_array(std::move(groups)));
  }
  add_annotations(action.annotations, members);
  return base::json_object(std::move(members));
}

bool is_empty(const NamespaceSyntax& space) {
  return space.common_types.empty() && space.entity_types.empty() && space.actions.empty();
}

Json json_of(const NamespaceSyntax& space) {
  Members commons;
  Members entities;
  Members actions;
  for (const CommonTypeSyntax& common : space.common_types)
    commons.emplace_back(common.name, json_of(common));
  for (const EntityTypeSyntax& entity : space.entity_types)
    entities.emplace_back(entity.name, json_of(entity));
  for (const ActionSyntax& action : space.actions) actions.emplace_back(action.id, json_of(action));
  Members members;
  if (!commons.empty()) members.emplace_back("commonTypes", base::json_object(std::move(commons)));
  members.emplace_back("entityTypes", base::json_object(std::move(entities)));
  members.emplace_back("actions", base::json_object(std::move(actions)));
  add_annotations(space.annotations, members);
  return base::json_object(std::move(members));
}

class TextWriter {
 public:
  TextWriter(const SchemaSyntax& schema, base::Report& report) : schema_(schema), report_(report) {
    for (const NamespaceSyntax& space : schema) {
      const auto qualified = [&](const std::string& name) {
        return space.name.empty() ? name : fmt::format("{}::{}", space.name, name);
      };
      for (const CommonTypeSyntax& common : space.common_types)
        declared_[qualified(common.name)].common = true;
      for (const EntityTypeSyntax& entity : space.entity_types)
        declared_[qualified(entity.name)].entity = true;
      if (!space.actions.empty()) declared_[qualified("Action")].entity = true;
    }
  }

  std::string write() {
    for (const NamespaceSyntax& space : schema_) {
      space_ = space.name;
      if (space.name.empty()) {
        write_declarations(space, 0);
        continue;
      }
      separate();
      write_annotations(space.annotations, 0);
      text_ += fmt::format("namespace {} {{\n", space.name);
      begun_ = false;
      write_declarations(space, 1);
      text_ += "}\n";
      begun_ = true;
    }
    return std::move(text_);
  }

 private:
  struct Declared {
    bool common = false;
    bool entity = false;
  };

  static std::string indent(int level) {
    return std::string(static_cast<std::size_t>(level) * 2, ' ');
  }

  // A blank line before every declaration but the first.
  void separate() {
    if (begun_) text_ += "\n";
    begun_ = true;
  }

  void write_annotations(const Annotations& annotations, int level) {
    for (const auto& [name, value] : annotations)
      text_ += fmt::format("{}@{}({})\n", indent(level), name.view(), quoted(value.view()));
  }

  void write_declarations(const NamespaceSyntax& space, int level) {
    for (const CommonTypeSyntax& common : space.common_types) {
      begin(common.annotations, level);
      text_ += fmt::format("type {} = ", common.name);
      write_type(common.type, level);
      text_ += ";\n";
    }
    for (const EntityTypeSyntax& entity : space.entity_types) {
      begin(entity.annotations, level);
      write_entity(entity, level);
    }
    for (const ActionSyntax& action : space.actions) {
      begin(action.annotations, level);
      write_action(action, level);
    }
  }

  void begin(const Annotations& annotations, int level) {
    separate();
    write_annotations(annotations, level);
    text_ += indent(level);
  }

  void write_entity(const EntityTypeSyntax& entity, int level) {
    text_ += fmt::format("entity {}", entity.name);
    if (entity.ids) {
      std::vector<std::string> ids;
      for (const std::string& id : *entity.ids) ids.push_back(quoted(id));
      text_ += fmt::format(" enum [{}];\n", fmt::join(ids, ", "));
      return;
    }
    if (!entity.parents.empty()) text_ += fmt::format(" in {}", list_of(entity.parents));
    if (entity.attributes.kind != Kind::Record)
      report_.add(
          entity.attributes.at,
          fmt::format("the shape of `{}` is a name, which the human syntax has no words for",
                      entity.name),
          "write the attributes out, as a record");
    if (!is_empty_record(entity.attributes)) {
      text_ += " = ";
      write_type(entity.attributes, level);
    }
    if (entity.tags) {
      text_ += " tags ";
      write_type(*entity.tags, level);
    }
    text_ += ";\n";
  }

  void write_action(const ActionSyntax& action, int level) {
    text_ += fmt::format("action {}", quoted(action.id));
    if (!action.parents.empty()) {
      std::vector<std::string> groups;
      for (const ActionReference& reference : action.parents)
        groups.push_back(reference.type.empty()
                             ? quoted(reference.id)
                             : fmt::format("{}::{}", reference.type, quoted(reference.id)));
      text_ += fmt::format(" in [{}]", fmt::join(groups, ", "));
    }
    if (!action.principals.empty() && !action.resources.empty()) {
      const std::string inner = indent(level + 1);
      text_ += fmt::format(" appliesTo {{\n{}principal: {},\n{}resource: {},\n{}context: ", inner,
                           list_of(action.principals), inner, list_of(action.resources), inner);
      write_type(action.context, level + 1);
      text_ += fmt::format("\n{}}}", indent(level));
    }
    text_ += ";\n";
  }

  static std::string list_of(const std::vector<NameSyntax>& names) {
    std::vector<std::string_view> texts;
    for (const NameSyntax& name : names) texts.push_back(name.text);
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }

  // Recursion is bounded by the depth that the readers allow.
  void write_type(const TypeSyntax& type, int level) {
    if (type.kind == Kind::Record) return write_record(type, level);
    if (type.kind == Kind::Set) {
      text_ += "Set<";
      write_type(type.parts.front(), level);
      text_ += ">";
    } else if (type.kind == Kind::Extension) {
      text_ += "__cedar::" + type.name;
    } else {
      refuse_other_meaning(type);
      text_ += type.name;
    }
  }

  void write_record(const TypeSyntax& record, int level) {
    text_ += "{";
    for (std::size_t i = 0; i < record.attributes.size(); ++i) {
      const AttributeSyntax& attribute = record.attributes[i];
      text_ += i == 0 ? "\n" : ",\n";
      write_annotations(attribute.annotations, level + 1);
      const bool plain = is_identifier(attribute.name) && !is_reserved(attribute.name);
      text_ += fmt::format("{}{}{}: ", indent(level + 1),
                           plain ? attribute.name : quoted(attribute.name),
                           attribute.required ? "" : "?");
      write_type(record.parts[i], level + 1);
    }
    if (!record.attributes.empty()) text_ += "\n" + indent(level);
    text_ += "}";
  }

  // The human syntax does not say whether a name is a common type's or an entity type's.
  void refuse_other_meaning(const TypeSyntax& type) {
    for (const std::string& name : candidates(type.name, space_)) {
      const auto found = declared_.find(name);
      if (found == declared_.end()) continue;
      const bool other = type.kind == Kind::Entity   ? found->second.common
                         : type.kind == Kind::Common ? !found->second.common
                                                     : false;
      if (other)
        report_.add(type.at,
                    fmt::format("`{}` would stand for the {} type of that name here", type.name,
                                type.kind == Kind::Entity ? "common" : "entity"),
                    "give one of the two another name");
      return;
    }
  }

  const SchemaSyntax& schema_;
  base::Report& report_;
  std::map<std::string, Declared, std::less<>> declared_;
  std::string space_;
  std::string text_;
  bool begun_ = false;
};

}  // namespace

Json write_schema_json(const SchemaSyntax& schema) {
  Members members;
  for (const NamespaceSyntax& space : schema)
    if (!space.name.empty() || !is_empty(space)) members.emplace_back(space.name, json_of(space));
  return base::json_object(std::move(members));
}

std::string write_schema_text(const SchemaSyntax& schema, base::Report& report) {
  return TextWriter(schema, report).write();
}

}  // namespace countersign::cedar::internal
