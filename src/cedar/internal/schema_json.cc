// SPDX-License-Identifier: Apache-2.0
// The JSON form of schemas.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cedar/internal/lexer.h"
#include "cedar/internal/schema_syntax.h"
#include "cedar/parser.h"

namespace countersign::cedar::internal {
namespace {

using base::Fields;
using base::Json;
using base::Report;

class SchemaReader {
 public:
  explicit SchemaReader(Report& report) : report_(report) {}

  SchemaSyntax read(const Json& json) {
    SchemaSyntax schema;
    if (!expect_object(json, "a schema")) return schema;
    for (const Json::Member& member : json.members) schema.push_back(read_namespace(member));
    return schema;
  }

 private:
  bool expect_object(const Json& json, std::string_view what) {
    if (json.kind == Json::Kind::Object) return true;
    report_.add(json.at,
                fmt::format("{} must be an object, not {}", what, base::name_of(json.kind)));
    return false;
  }

  const std::vector<Json::Member>& members_of(const Json* json, std::string_view what) {
    static const std::vector<Json::Member> none;
    return json != nullptr && expect_object(*json, what) ? json->members : none;
  }

  std::string text_of(const Json& json, std::string_view what) {
    if (json.kind == Json::Kind::Text) return json.text;
    report_.add(json.at, fmt::format("{} must be a text, not {}", what, base::name_of(json.kind)));
    return {};
  }

  void check_name(const Json::Member& member, std::string_view what) {
    if (is_identifier(member.name) && !is_reserved(member.name)) return;
    report_.add(member.at, fmt::format("`{}` cannot be {}", member.name, what),
                "names are letters, digits and `_`, and no reserved word of the language");
  }

  NamespaceSyntax read_namespace(const Json::Member& member) {
    NamespaceSyntax space{.name = member.name, .at = member.at};
    if (!member.name.empty() && !is_name(member.name))
      report_.add(member.at, fmt::format("`{}` cannot be a namespace's name", member.name),
                  "a namespace is names joined by `::`");
    Fields fields(member.value, "a namespace", report_);
    for (const auto& common : members_of(fields.maybe("commonTypes"), "`commonTypes`"))
      space.common_types.push_back(read_common_type(common));
    for (const auto& entity : members_of(fields.need("entityTypes"), "`entityTypes`"))
      space.entity_types.push_back(read_entity_type(entity));
    for (const auto& action : members_of(fields.need("actions"), "`actions`"))
      space.actions.push_back(read_action(action));
    space.annotations = read_annotations(fields);
    if (member.name.empty() && !space.annotations.empty())
      report_.add(member.at, "the namespace without a name has annotations",
                  "annotate the declarations in it");
    fields.finish();
    return space;
  }

  Annotations read_annotations(Fields& fields) {
    Annotations annotations;
    for (const Json::Member& member : members_of(fields.maybe("annotations"), "`annotations`")) {
      if (!is_identifier(member.name))
        report_.add(member.at, fmt::format("`{}` cannot be an annotation's name", member.name));
      annotations.emplace(member.name, member.value.kind == Json::Kind::Null
                                           ? std::string()
                                           : text_of(member.value, "an annotation"));
    }
    return annotations;
  }

  CommonTypeSyntax read_common_type(const Json::Member& member) {
    CommonTypeSyntax common{.name = member.name, .at = member.at, .type = {}};
    check_name(member, "a common type's name");
    Fields fields(member.value, "a type", report_);
    common.type = read_type(fields, member.value, 1);
    common.annotations = read_annotations(fields);
    fields.finish();
    return common;
  }

  EntityTypeSyntax read_entity_type(const Json::Member& member) {
    EntityTypeSyntax entity{.name = member.name, .at = member.at};
    check_name(member, "an entity type's name");
    Fields fields(member.value, "an entity type", report_);
    if (const Json* ids = fields.maybe("enum")) {
      entity.ids = read_ids(*ids);
    } else {
      entity.parents = read_types(fields, "memberOfTypes");
      entity.attributes.at = member.at;
      if (const Json* shape = fields.maybe("shape"))
        entity.attributes = read_type(*shape, "the shape of an entity type", 1);
      if (const Json* tags = fields.maybe("tags")) entity.tags = read_type(*tags, "a type", 1);
    }
    entity.annotations = read_annotations(fields);
    fields.finish();
    return entity;
  }

  std::vector<std::string> read_ids(const Json& json) {
    std::vector<std::string> ids;
    if (json.kind != Json::Kind::Array || json.items.empty())
      report_.add(json.at, "`enum` must be an array with at least one id");
    for (const Json& item : json.items) ids.push_back(text_of(item, "an id"));
    return ids;
  }

  std::vector<NameSyntax> read_types(Fields& fields, std::string_view name) {
    std::vector<NameSyntax> types;
    for (const Json& item : fields.array(name)) types.push_back(read_type_name(item));
    return types;
  }

  NameSyntax read_type_name(const Json& json) {
    NameSyntax name{.text = text_of(json, "an entity type"), .at = json.at};
    if (json.kind == Json::Kind::Text && !is_type_name(name.text))
      report_.add(json.at, fmt::format("`{}` cannot be the name of a type", name.text));
    return name;
  }

  // `__cedar::Long` may be referred to, though nothing may be declared there.
  static bool is_type_name(std::string_view text) {
    constexpr std::string_view own = "__cedar::";
    return is_name(text.starts_with(own) ? text.substr(own.size()) : text);
  }

  TypeSyntax read_type(const Json& json, std::string_view what, std::uint32_t depth) {
    Fields fields(json, what, report_);
    TypeSyntax type = read_type(fields, json, depth);
    fields.finish();
    return type;
  }

  TypeSyntax read_type(Fields& fields, const Json& json, std::uint32_t depth) {
    TypeSyntax type{.kind = TypeSyntax::Kind::Named, .at = json.at};
    if (depth > kMostTypeDepth) {
      report_.add(json.at,
                  fmt::format("types are nested deeper than {} levels here", kMostTypeDepth));
      return type;
    }
    const std::string word = fields.text("type");
    if (word == "Record") {
      read_record(fields, type, depth);
    } else if (word == "Set") {
      type.kind = TypeSyntax::Kind::Set;
      if (const Json* element = fields.need("element"))
        type.parts.push_back(read_type(*element, "a type", depth + 1));
    } else if (word == "Entity" || word == "EntityOrCommon" || word == "Extension") {
      if (word == "Entity") type.kind = TypeSyntax::Kind::Entity;
      if (word == "Extension") type.kind = TypeSyntax::Kind::Extension;
      if (const Json* name = fields.need("name")) type.name = read_type_name(*name).text;
      if (word == "Extension" && type.name.find(':') != std::string::npos)
        fields.report("name", fmt::format("`{}` is no extension type", type.name),
                      "write the name alone: `ipaddr`, `decimal`, `datetime` or `duration`");
    } else if (word == "Long" || word == "String" || word == "Boolean") {
      type.name = "__cedar::" + (word == "Boolean" ? std::string("Bool") : word);
    } else if (const Json* name = fields.maybe("type"); name != nullptr) {
      type.kind = TypeSyntax::Kind::Common;
      type.name = read_type_name(*name).text;
    }
    return type;
  }

  void read_record(Fields& fields, TypeSyntax& type, std::uint32_t depth) {
    type.kind = TypeSyntax::Kind::Record;
    if (fields.flag_or("additionalAttributes", false))
      fields.report("additionalAttributes", "a record cannot be left open",
                    "list every attribute; make those that may be missing not required");
    for (const Json::Member& member : members_of(fields.need("attributes"), "`attributes`")) {
      Fields inner(member.value, "an attribute", report_);
      AttributeSyntax attribute{.name = member.name, .at = member.at};
      type.parts.push_back(read_type(inner, member.value, depth + 1));
      attribute.required = inner.flag_or("required", true);
      attribute.annotations = read_annotations(inner);
      inner.finish();
      type.attributes.push_back(std::move(attribute));
    }
  }

  ActionSyntax read_action(const Json::Member& member) {
    ActionSyntax action{.id = member.name, .at = member.at};
    action.context.at = member.at;
    Fields fields(member.value, "an action", report_);
    if (const Json* groups = fields.maybe("memberOf"); groups && is_given(*groups))
      for (const Json& group : fields.array("memberOf"))
        action.parents.push_back(read_action_reference(group));
    if (const Json* applies = fields.maybe("appliesTo"); applies && is_given(*applies))
      read_applies_to(*applies, action);
    if (const Json* attributes = fields.maybe("attributes"); attributes && is_given(*attributes))
      fields.report("attributes", "actions have no attributes", "leave them out");
    action.annotations = read_annotations(fields);
    fields.finish();
    return action;
  }

  static bool is_given(const Json& json) { return json.kind != Json::Kind::Null; }

  ActionReference read_action_reference(const Json& json) {
    Fields fields(json, "a group of actions", report_);
    ActionReference reference{.type = {}, .id = fields.text("id"), .at = json.at};
    if (const Json* type = fields.maybe("type"); type && is_given(*type))
      reference.type = read_type_name(*type).text;
    fields.finish();
    return reference;
  }

  void read_applies_to(const Json& json, ActionSyntax& action) {
    Fields fields(json, "`appliesTo`", report_);
    fields.need("principalTypes");
    fields.need("resourceTypes");
    action.principals = read_types(fields, "principalTypes");
    action.resources = read_types(fields, "resourceTypes");
    if (const Json* context = fields.maybe("context"))
      action.context = read_type(*context, "a context", 1);
    fields.finish();
  }

  Report& report_;
};

}  // namespace

SchemaSyntax read_schema(const base::Json& json, base::Report& report) {
  return SchemaReader(report).read(json);
}

}  // namespace countersign::cedar::internal
