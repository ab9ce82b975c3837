// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/schema_resolver.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace countersign::cedar::internal {
namespace {

// The longest way through common types that name each other.
constexpr std::uint32_t kMostReferences = 500;

constexpr std::array<std::string_view, 8> kReserved = {"Bool", "Boolean", "Entity", "Extension",
                                                       "Long", "Record",  "Set",    "String"};
constexpr std::string_view kOwnNamespace = "__cedar::";
constexpr std::array<std::pair<std::string_view, Type::Kind>, 7> kOwnTypes = {{
    {"Bool", Type::Kind::Bool},
    {"Long", Type::Kind::Long},
    {"String", Type::Kind::String},
    {"decimal", Type::Kind::Decimal},
    {"ipaddr", Type::Kind::IpAddr},
    {"datetime", Type::Kind::Datetime},
    {"duration", Type::Kind::Duration},
}};

TypePtr find_own_type(std::string_view name) {
  if (name.starts_with(kOwnNamespace)) name.remove_prefix(kOwnNamespace.size());
  for (const auto& [own, kind] : kOwnTypes)
    if (own == name) return type_of_kind(kind);
  return nullptr;
}

std::string qualified(std::string_view space, std::string_view name) {
  return space.empty() ? std::string(name) : fmt::format("{}::{}", space, name);
}

// What is reached from `from` by following `parents_of`.
template <class Name, class ParentsOf>
std::set<Name> reached(const std::set<Name>& from, ParentsOf parents_of) {
  std::set<Name> all = from;
  std::vector<Name> open(from.begin(), from.end());
  while (!open.empty()) {
    const Name next = std::move(open.back());
    open.pop_back();
    for (const Name& parent : parents_of(next))
      if (all.insert(parent).second) open.push_back(parent);
  }
  return all;
}

}  // namespace

std::vector<std::string> candidates(std::string_view name, std::string_view space) {
  if (space.empty() || name.find(':') != std::string_view::npos) return {std::string(name)};
  return {qualified(space, name), std::string(name)};
}

Schema SchemaResolver::resolve() {
  declare();
  refuse_shadowing();
  for (auto& [name, common] : commons_) resolve_common(common, common.declared->at, 0);
  for (const NamespaceSyntax& space : syntax_) {
    for (const EntityTypeSyntax& entity : space.entity_types) resolve_entity_type(entity, space);
    for (const ActionSyntax& action : space.actions) resolve_action(action, space);
  }
  close_entity_types();
  close_actions();
  return std::move(schema_);
}

void SchemaResolver::declare() {
  std::set<std::string_view> names;
  for (const NamespaceSyntax& space : syntax_) {
    if (!names.insert(space.name).second)
      report_.add(space.at, fmt::format("the namespace `{}` is declared twice", space.name),
                  "move everything into one of them");
    if (!space.name.empty()) schema_.namespaces_.emplace(space.name, space.annotations);
    declare_namespace(space);
  }
}

void SchemaResolver::declare_namespace(const NamespaceSyntax& space) {
  const auto twice = [&](base::Position at, std::string_view what, std::string_view name) {
    report_.add(at, fmt::format("the {} `{}` is declared twice", what, name),
                "keep one of the declarations");
  };
  for (const CommonTypeSyntax& common : space.common_types) {
    if (std::find(kReserved.begin(), kReserved.end(), common.name) != kReserved.end())
      report_.add(common.at,
                  fmt::format("`{}` is reserved and cannot be a common type's name", common.name),
                  "choose another name");
    const Common entry{.space = &space, .declared = &common};
    if (!commons_.emplace(qualified(space.name, common.name), entry).second)
      twice(common.at, "common type", common.name);
  }
  for (const EntityTypeSyntax& entity : space.entity_types) {
    if (entity.name == "Action")
      report_.add(entity.at, "`Action` is the type of actions and cannot be declared",
                  "choose another name");
    EntityType declared{.name = qualified(space.name, entity.name),
                        .at = entity.at,
                        .annotations = entity.annotations};
    const Text name = declared.name;
    if (!schema_.entity_types_.emplace(name, std::move(declared)).second)
      twice(entity.at, "entity type", entity.name);
  }
  for (const ActionSyntax& action : space.actions) {
    const Text type = action_type_of(space.name);
    schema_.action_types_.insert(type);
    Action declared{
        .uid = EntityUid(type, action.id), .at = action.at, .annotations = action.annotations};
    const EntityUid uid = declared.uid;
    if (!schema_.actions_.emplace(uid, std::move(declared)).second)
      twice(action.at, "action", action.id);
  }
}

void SchemaResolver::refuse_shadowing() {
  for (const NamespaceSyntax& outside : syntax_) {
    if (!outside.name.empty()) continue;
    for (const NamespaceSyntax& space : syntax_)
      if (!space.name.empty()) refuse_shadowing(outside, space);
  }
}

void SchemaResolver::refuse_shadowing(const NamespaceSyntax& outside,
                                      const NamespaceSyntax& space) {
  std::set<std::string_view> types;
  std::set<std::string_view> actions;
  for (const auto& common : outside.common_types) types.insert(common.name);
  for (const auto& entity : outside.entity_types) types.insert(entity.name);
  for (const auto& action : outside.actions) actions.insert(action.id);
  const auto refuse = [&](base::Position at, std::string_view name) {
    report_.add(at,
                fmt::format("`{}` in namespace `{}` hides the `{}` declared outside", name,
                            space.name, name),
                "rename one of the two, or move the outer one into a namespace");
  };
  for (const auto& common : space.common_types)
    if (types.contains(common.name)) refuse(common.at, common.name);
  for (const auto& entity : space.entity_types)
    if (types.contains(entity.name)) refuse(entity.at, entity.name);
  for (const auto& action : space.actions)
    if (actions.contains(action.id)) refuse(action.at, action.id);
}

TypePtr SchemaResolver::bounded(TypePtr type, base::Position at) {
  if (type->nodes <= kMostTypeNodes && type->depth <= kMostTypeDepth) return type;
  report_.add(at,
              fmt::format("this type is built of more than {} types or {} levels", kMostTypeNodes,
                          kMostTypeDepth),
              "make it smaller, or refer to entities instead of nesting records");
  return record_type({});
}

TypePtr SchemaResolver::resolve_type(const TypeSyntax& type, const NamespaceSyntax& space,
                                     std::uint32_t depth) {
  if (depth > kMostReferences) {
    report_.add(type.at, "types refer to each other through too many steps here",
                "shorten the chain of common types");
    return record_type({});
  }
  switch (type.kind) {
    case TypeSyntax::Kind::Set:
      if (type.parts.empty()) return record_type({});  // reported by the reader
      return bounded(set_type(resolve_type(type.parts.front(), space, depth + 1)), type.at);
    case TypeSyntax::Kind::Record:
      return resolve_record(type, space, depth);
    default:
      return resolve_name(type, space, depth);
  }
}

TypePtr SchemaResolver::resolve_record(const TypeSyntax& type, const NamespaceSyntax& space,
                                       std::uint32_t depth) {
  // As in the reference, the last declaration of a name stands, and what the others say is not
  // looked at.
  std::map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < type.attributes.size(); ++i) last[type.attributes[i].name] = i;
  AttributeTypes attributes;
  for (const auto& [name, i] : last) {
    const AttributeSyntax& attribute = type.attributes[i];
    attributes.emplace(name, AttributeType{.type = resolve_type(type.parts[i], space, depth + 1),
                                           .required = attribute.required,
                                           .annotations = attribute.annotations});
  }
  return bounded(record_type(std::move(attributes)), type.at);
}

TypePtr SchemaResolver::resolve_name(const TypeSyntax& type, const NamespaceSyntax& space,
                                     std::uint32_t depth) {
  using Kind = TypeSyntax::Kind;
  if (type.kind == Kind::Extension) {
    TypePtr own = find_own_type(type.name);
    if (own != nullptr && is_extension(*own)) return own;
    report_unknown_type(type.name, type.at, "an extension type of the language");
    return record_type({});
  }
  for (const std::string& name : candidates(type.name, space.name)) {
    const auto common = commons_.find(name);
    if (type.kind != Kind::Entity && common != commons_.end())
      return resolve_common(common->second, type.at, depth + 1);
    if (type.kind == Kind::Common) continue;
    if (schema_.entity_types_.contains(name) || schema_.action_types_.contains(name))
      return entity_type(Text(name));
  }
  if (type.kind != Kind::Entity)
    if (TypePtr own = find_own_type(type.name)) return own;
  report_unknown_type(type.name, type.at,
                      type.kind == Kind::Entity   ? "declared as an entity type"
                      : type.kind == Kind::Common ? "declared as a common type"
                                                  : "declared as a type");
  return record_type({});
}

void SchemaResolver::report_unknown_type(std::string_view name, base::Position at,
                                         std::string_view what) {
  if (name.empty()) return;  // reported by the reader
  std::vector<std::string_view> known;
  for (const auto& [own, kind] : kOwnTypes) known.push_back(own);
  for (const auto& [common, entry] : commons_) known.push_back(common);
  for (const auto& [entity, declared] : schema_.entity_types_) known.push_back(entity.view());
  std::string remedy = "declare it, or correct the name";
  if (name == "Set") {
    remedy = "say what the set holds: `Set<String>`";
  } else if (name == "Boolean") {
    remedy = "write `Bool`";
  } else if (const auto meant = base::did_you_mean(name, known)) {
    if (*meant != name) remedy = fmt::format("did you mean `{}`?", *meant);
  }
  report_.add(at, fmt::format("`{}` is not {}", name, what), std::move(remedy));
}

TypePtr SchemaResolver::resolve_common(Common& common, base::Position at, std::uint32_t depth) {
  if (common.state == Common::State::Open) {
    report_.add(at, fmt::format("the common type `{}` is part of itself", common.declared->name),
                "break the cycle; an entity type may refer to itself");
    return record_type({});
  }
  if (common.state == Common::State::Unseen) {
    common.state = Common::State::Open;
    common.type = resolve_type(common.declared->type, *common.space, depth + 1);
    common.state = Common::State::Done;
  }
  return common.type;
}

TypePtr SchemaResolver::resolve_shape(const TypeSyntax& type, const NamespaceSyntax& space,
                                      std::string_view what) {
  TypePtr shape = resolve_type(type, space, 0);
  if (shape->kind == Type::Kind::Record) return shape;
  report_.add(type.at, fmt::format("{} must be a record, not `{}`", what, to_text(*shape)),
              "write `{ name: Type }`, or name a common type that is a record");
  return record_type({});
}

std::set<Text> SchemaResolver::resolve_entity_types(const std::vector<NameSyntax>& names,
                                                    const NamespaceSyntax& space) {
  std::set<Text> types;
  for (const NameSyntax& name : names) {
    const std::vector<std::string> meant = candidates(name.text, space.name);
    const auto found = std::find_if(meant.begin(), meant.end(), [&](const std::string& candidate) {
      return schema_.entity_types_.contains(candidate);
    });
    if (found != meant.end()) {
      types.emplace(*found);
    } else {
      report_unknown_type(name.text, name.at, "declared as an entity type");
    }
  }
  return types;
}

void SchemaResolver::resolve_entity_type(const EntityTypeSyntax& entity,
                                         const NamespaceSyntax& space) {
  EntityType& resolved = schema_.entity_types_.at(qualified(space.name, entity.name));
  resolved.parents = resolve_entity_types(entity.parents, space);
  resolved.attributes = resolve_shape(entity.attributes, space,
                                      fmt::format("what the entity type `{}` holds", entity.name));
  if (entity.tags) resolved.tags = resolve_type(*entity.tags, space, 0);
  if (entity.ids) resolved.ids.emplace(entity.ids->begin(), entity.ids->end());
}

void SchemaResolver::resolve_action(const ActionSyntax& action, const NamespaceSyntax& space) {
  Action& resolved = schema_.actions_.at(EntityUid(action_type_of(space.name), action.id));
  resolved.parents = resolve_groups(action, space);
  resolved.principals = resolve_entity_types(action.principals, space);
  resolved.resources = resolve_entity_types(action.resources, space);
  resolved.context = resolve_shape(action.context, space,
                                   fmt::format("the context of the action `{}`", action.id));
}

std::set<EntityUid> SchemaResolver::resolve_groups(const ActionSyntax& action,
                                                   const NamespaceSyntax& space) {
  std::set<EntityUid> groups;
  for (const ActionReference& reference : action.parents) {
    const std::string type = reference.type.empty() ? "Action" : reference.type;
    const std::vector<std::string> meant = candidates(type, space.name);
    const auto found = std::find_if(meant.begin(), meant.end(), [&](const std::string& candidate) {
      return schema_.actions_.contains(EntityUid(candidate, reference.id));
    });
    if (found != meant.end()) {
      groups.emplace(*found, reference.id);
      continue;
    }
    std::vector<std::string_view> known;
    for (const auto& [uid, declared] : schema_.actions_) known.push_back(uid.id().view());
    const auto close = base::did_you_mean(reference.id, known);
    report_.add(
        reference.at,
        fmt::format("`{}` is not declared as an action", to_text(EntityUid(type, reference.id))),
        close && *close != reference.id ? fmt::format("did you mean `{}`?", *close)
                                        : "declare it with `action`");
  }
  return groups;
}

void SchemaResolver::close_entity_types() {
  for (auto& [name, entity] : schema_.entity_types_)
    entity.ancestors = reached(entity.parents, [&](const Text& type) -> const std::set<Text>& {
      return schema_.entity_types_.at(type).parents;
    });
}

void SchemaResolver::close_actions() {
  for (auto& [uid, action] : schema_.actions_) {
    action.ancestors =
        reached(action.parents, [&](const EntityUid& group) -> const std::set<EntityUid>& {
          return schema_.actions_.at(group).parents;
        });
    if (action.ancestors.erase(uid) != 0)
      report_.add(action.at, fmt::format("the action `{}` is in itself", uid.id().view()),
                  "break the cycle of `in`");
    for (const EntityUid& group : action.ancestors)
      schema_.action_type_ancestors_[uid.type()].insert(group.type());
  }
}

}  // namespace countersign::cedar::internal
