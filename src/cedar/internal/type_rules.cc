// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/type_rules.h"

#include <algorithm>
#include <utility>

namespace countersign::cedar::internal {

using Kind = Type::Kind;

TypePtr TypeRules::join(const TypePtr& a, const TypePtr& b) const {
  if (a == b || b->kind == Kind::Never) return a;
  if (a->kind == Kind::Never) return b;
  if (is_bool(*a) && is_bool(*b)) return a->kind == b->kind ? a : type_of_kind(Kind::Bool);
  if (a->kind != b->kind) return nullptr;
  switch (a->kind) {
    case Kind::Entity: {
      if (a->entities == b->entities) return a;
      if (strict()) return nullptr;
      std::vector<Text> names = a->entities;
      names.insert(names.end(), b->entities.begin(), b->entities.end());
      return entity_type(std::move(names));
    }
    case Kind::Set: {
      TypePtr element = join(a->element, b->element);
      if (element == nullptr) return nullptr;
      return element == a->element ? a : set_type(std::move(element));
    }
    case Kind::Record:
      return join_records(*a, *b);
    default:
      return a;
  }
}

TypePtr TypeRules::join_records(const Type& a, const Type& b) const {
  AttributeTypes joined;
  for (const auto& [name, of_a] : a.attributes) {
    const auto of_b = b.attributes.find(name);
    if (of_b == b.attributes.end()) {
      if (strict()) return nullptr;
      continue;
    }
    TypePtr type = join(of_a.type, of_b->second.type);
    if (strict() && (type == nullptr || of_a.required != of_b->second.required)) return nullptr;
    if (type == nullptr) continue;
    joined.emplace(name, AttributeType{.type = std::move(type),
                                       .required = of_a.required && of_b->second.required});
  }
  if (joined.size() == a.attributes.size() && joined.size() == b.attributes.size() && !a.open &&
      !b.open)
    return record_type(std::move(joined));
  return strict() ? nullptr : open_record_type(std::move(joined));
}

const AttributeTypes* TypeRules::attributes_of(const Text& entity_type) const {
  const EntityType* declared = schema_.find_entity_type(entity_type);
  return declared == nullptr ? nullptr : &declared->attributes->attributes;
}

std::optional<AttributeType> TypeRules::attribute(const Type& type, const Text& name) const {
  if (type.kind == Kind::Record) {
    const auto found = type.attributes.find(name);
    if (found == type.attributes.end()) return std::nullopt;
    return found->second;
  }
  std::optional<AttributeType> joined;
  for (const Text& entity : type.entities) {
    const AttributeTypes* attributes = attributes_of(entity);
    if (attributes == nullptr) return std::nullopt;
    const auto found = attributes->find(name);
    if (found == attributes->end()) return std::nullopt;
    if (!joined) {
      joined = found->second;
      continue;
    }
    joined->type = join(joined->type, found->second.type);
    if (joined->type == nullptr) return std::nullopt;
    joined->required = joined->required && found->second.required;
  }
  return joined;
}

bool TypeRules::may_have_attribute(const Type& type, const Text& name) const {
  if (type.kind == Kind::Record) return type.open || type.attributes.contains(name);
  return std::any_of(type.entities.begin(), type.entities.end(), [&](const Text& entity) {
    const AttributeTypes* attributes = attributes_of(entity);
    return attributes != nullptr && attributes->contains(name);
  });
}

TypePtr TypeRules::tags(const Type& entity) const {
  TypePtr joined;
  for (const Text& name : entity.entities) {
    const EntityType* declared = schema_.find_entity_type(name);
    if (declared == nullptr || declared->tags == nullptr) continue;
    joined = joined == nullptr ? declared->tags : join(joined, declared->tags);
    if (joined == nullptr) return nullptr;
  }
  return joined;
}

bool TypeRules::may_have_tags(const Type& entity) const {
  return std::any_of(entity.entities.begin(), entity.entities.end(), [&](const Text& name) {
    const EntityType* declared = schema_.find_entity_type(name);
    return declared != nullptr && declared->tags != nullptr;
  });
}

bool TypeRules::are_disjoint(const Type& a, const Type& b) {
  if (a.kind != Kind::Entity || b.kind != Kind::Entity) return false;
  return std::none_of(a.entities.begin(), a.entities.end(), [&](const Text& name) {
    return std::binary_search(b.entities.begin(), b.entities.end(), name);
  });
}

bool TypeRules::can_be_in(const Type& member, const Type& group) const {
  return std::any_of(member.entities.begin(), member.entities.end(), [&](const Text& from) {
    return std::any_of(group.entities.begin(), group.entities.end(),
                       [&](const Text& to) { return schema_.can_be_in(from, to); });
  });
}

TypePtr TypeRules::type_of(const Value& value) const {
  switch (value.kind()) {
    case Value::Kind::Bool:
      return type_of_kind(value.boolean() ? Kind::True : Kind::False);
    case Value::Kind::Long:
      return type_of_kind(Kind::Long);
    case Value::Kind::String:
      return type_of_kind(Kind::String);
    case Value::Kind::Decimal:
      return type_of_kind(Kind::Decimal);
    case Value::Kind::Datetime:
      return type_of_kind(Kind::Datetime);
    case Value::Kind::Duration:
      return type_of_kind(Kind::Duration);
    case Value::Kind::Ip:
      return type_of_kind(Kind::IpAddr);
    case Value::Kind::Entity: {
      const EntityUid& uid = value.entity();
      const bool known = names_action_type(uid.type().view())
                             ? schema_.find_action(uid) != nullptr
                             : schema_.find_entity_type(uid.type()) != nullptr;
      return known ? entity_type(uid.type()) : nullptr;
    }
    case Value::Kind::Set: {
      TypePtr element = type_of_kind(Kind::Never);
      for (const Value& item : value.set().items()) {
        const TypePtr type = type_of(item);
        element = type == nullptr ? nullptr : join(element, type);
        if (element == nullptr) return nullptr;
      }
      return set_type(std::move(element));
    }
    case Value::Kind::Record: {
      AttributeTypes attributes;
      for (const auto& [name, member] : value.record().members()) {
        TypePtr type = type_of(member);
        if (type == nullptr) return nullptr;
        attributes.emplace(name, AttributeType{.type = std::move(type)});
      }
      return record_type(std::move(attributes));
    }
    case Value::Kind::Unknown:
      break;
  }
  return nullptr;
}

}  // namespace countersign::cedar::internal
