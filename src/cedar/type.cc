// SPDX-License-Identifier: Apache-2.0
#include "cedar/type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "cedar/value.h"

namespace countersign::cedar {
namespace {

using Kind = Type::Kind;

constexpr std::size_t kLongestText = 200;

TypePtr make(Type type) { return std::make_shared<const Type>(std::move(type)); }

TypePtr make_record(AttributeTypes attributes, bool open) {
  std::size_t nodes = 1;
  std::uint32_t depth = 0;
  for (const auto& [name, attribute] : attributes) {
    nodes += attribute.type->nodes;
    depth = std::max(depth, attribute.type->depth);
  }
  return make({.kind = Kind::Record,
               .attributes = std::move(attributes),
               .open = open,
               .nodes = nodes,
               .depth = depth + 1});
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void append_entities(std::string& out, const std::vector<Text>& names) {
  std::string_view separator = "";
  for (const Text& name : names) {
    out += separator;
    out += name.view();
    separator = " or ";
  }
}

void append_text(std::string& out, const Type& type);

void append_record(std::string& out, const Type& type) {
  out += "{";
  std::string_view separator = "";
  for (const auto& [name, attribute] : type.attributes) {
    out += separator;
    separator = ", ";
    if (out.size() > kLongestText) {
      out += "...}";
      return;
    }
    out += is_plain_name(name.view()) ? name.str() : quoted(name.view());
    out += attribute.required ? ": " : "?: ";
    append_text(out, *attribute.type);
  }
  if (type.open) {
    out += separator;
    out += "...";
  }
  out += "}";
}

void append_text(std::string& out, const Type& type) {
  switch (type.kind) {
    case Kind::Never:
      out += "nothing";
      return;
    case Kind::True:
      out += "true";
      return;
    case Kind::False:
      out += "false";
      return;
    case Kind::Bool:
      out += "Bool";
      return;
    case Kind::Long:
      out += "Long";
      return;
    case Kind::String:
      out += "String";
      return;
    case Kind::Decimal:
      out += "decimal";
      return;
    case Kind::IpAddr:
      out += "ipaddr";
      return;
    case Kind::Datetime:
      out += "datetime";
      return;
    case Kind::Duration:
      out += "duration";
      return;
    case Kind::Entity:
      append_entities(out, type.entities);
      return;
    case Kind::Set:
      out += "Set<";
      append_text(out, *type.element);
      out += ">";
      return;
    case Kind::Record:
      append_record(out, type);
      return;
  }
}

bool same_attributes(const AttributeTypes& a, const AttributeTypes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.required == y.second.required &&
           same_type(*x.second.type, *y.second.type);
  });
}

}  // namespace

TypePtr type_of_kind(Kind kind) {
  static const auto types = [] {
    std::array<TypePtr, static_cast<std::size_t>(Kind::Entity)> made;
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = make({.kind = static_cast<Kind>(i)});
    return made;
  }();
  CHECK(kind < Kind::Entity);
  return types[static_cast<std::size_t>(kind)];
}

TypePtr entity_type(Text name) {
  return make({.kind = Kind::Entity, .entities = {std::move(name)}});
}

TypePtr entity_type(std::vector<Text> names) {
  CHECK(!names.empty());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return make({.kind = Kind::Entity, .entities = std::move(names)});
}

TypePtr set_type(TypePtr element) {
  const std::size_t nodes = element->nodes + 1;
  const std::uint32_t depth = element->depth + 1;
  return make({.kind = Kind::Set, .element = std::move(element), .nodes = nodes, .depth = depth});
}

TypePtr record_type(AttributeTypes attributes) { return make_record(std::move(attributes), false); }

TypePtr open_record_type(AttributeTypes attributes) {
  return make_record(std::move(attributes), true);
}

bool is_bool(const Type& type) {
  return type.kind == Kind::True || type.kind == Kind::False || type.kind == Kind::Bool;
}

bool is_extension(const Type& type) {
  return type.kind >= Kind::Decimal && type.kind <= Kind::Duration;
}

bool same_type(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.nodes != b.nodes) return false;
  switch (a.kind) {
    case Kind::Entity:
      return a.entities == b.entities;
    case Kind::Set:
      return same_type(*a.element, *b.element);
    case Kind::Record:
      return a.open == b.open && same_attributes(a.attributes, b.attributes);
    default:
      return true;
  }
}

std::string to_text(const Type& type) {
  std::string out;
  append_text(out, type);
  return out;
}

}  // namespace countersign::cedar
