// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/json_escape.h"

#include <string_view>

namespace countersign::cedar::internal {

using base::Json;

Escape escape_of(const Json& object) {
  if (object.members.size() != 1) return Escape::None;
  const std::string& name = object.members.front().name;
  const Json& inside = object.members.front().value;
  const auto holds = [&](std::string_view member, Json::Kind kind) {
    const Json* found = inside.kind == Json::Kind::Object ? inside.find(member) : nullptr;
    return found != nullptr && found->kind == kind;
  };
  if (name == "__expr" && inside.kind == Json::Kind::Text) return Escape::Expression;
  if (name == "__entity" && holds("type", Json::Kind::Text) && holds("id", Json::Kind::Text))
    return Escape::Entity;
  return name == "__extn" && is_call(inside) ? Escape::Function : Escape::None;
}

bool is_call(const Json& json) {
  if (json.kind != Json::Kind::Object) return false;
  const Json* function = json.find("fn");
  const auto holds = [](const Json* argument) {
    return argument != nullptr && fraction_in(*argument) == nullptr;
  };
  const Json* many = json.find("args");
  return function != nullptr && function->kind == Json::Kind::Text &&
         (holds(json.find("arg")) || (holds(many) && many->kind == Json::Kind::Array));
}

const Json* fraction_in(const Json& json) {
  if (json.kind == Json::Kind::Real) return &json;
  for (const Json& item : json.items)
    if (const Json* found = fraction_in(item)) return found;
  for (const Json::Member& member : json.members)
    if (const Json* found = fraction_in(member.value)) return found;
  return nullptr;
}

}  // namespace countersign::cedar::internal
