// SPDX-License-Identifier: Apache-2.0
#include "registry/item.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using base::Json;
using internal::Members;

std::optional<Bounds> read_bounds(const Json& value, const std::string& name,
                                  base::Report& report) {
  if (value.kind == Json::Kind::Integer) return Bounds{value.integer, value.integer};
  if (value.kind != Json::Kind::Object) {
    report.add(value.at,
               fmt::format("the property `{}` must be a whole number or two bounds, not {}", name,
                           base::name_of(value.kind)),
               "write a number, or {\"min\": 400, \"max\": 451} when it is uncertain");
    return std::nullopt;
  }
  const std::string what = fmt::format("the property `{}`", name);
  base::Fields fields(value, what, report);
  const Bounds bounds{fields.integer("min"), fields.integer("max")};
  fields.finish();
  if (fields.maybe("min") != nullptr && fields.maybe("max") != nullptr && bounds.min > bounds.max) {
    report.add(value.at,
               fmt::format("the property `{}` is at least {} and at most {}", name, bounds.min,
                           bounds.max),
               "`min` is the smaller of the two");
    return std::nullopt;
  }
  return bounds;
}

std::vector<PropertyValue> read_properties(base::Fields& fields, base::Report& report) {
  std::vector<PropertyValue> properties;
  const Json* object = fields.maybe("properties");
  if (object == nullptr) return properties;
  if (object->kind != Json::Kind::Object) {
    report.add(object->at,
               fmt::format("`properties` must be an object, not {}", base::name_of(object->kind)),
               "write {\"range_km\": 900}");
    return properties;
  }
  for (const Json::Member& member : object->members) {
    const auto bounds = read_bounds(member.value, member.name, report);
    if (bounds) properties.push_back({PropertyId(member.name), *bounds, {member.at}});
  }
  return properties;
}

std::vector<Component> read_components(base::Fields& fields, const ItemId& item,
                                       base::Report& report) {
  std::vector<Component> components;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Json& element : fields.array("components")) {
    base::Fields component(element, "a component", report);
    Component read;
    read.id = ItemId(component.id("id"));
    if (auto origin = component.maybe_id("origin")) read.origin = PartyId(std::move(*origin));
    read.quantity = component.integer("quantity", 0, internal::kNoLimit);
    read.value = component.maybe_integer("value", 0, internal::kNoLimit);
    read.written.at = element.at;
    component.finish();
    if (!read.id.empty() && read.id == item) {
      report.add(element.at, fmt::format("`{}` is a component of itself", item.text()),
                 "name the part, not the whole");
    }
    if (!read.id.empty() &&
        !seen.emplace(read.id.text(), read.origin ? read.origin->text() : std::string()).second) {
      report.add(element.at,
                 fmt::format("the component `{}` of that origin stands twice", read.id.text()),
                 "write it once, with the sum of the quantities");
    }
    components.push_back(std::move(read));
  }
  return components;
}

std::vector<Need> read_needs(base::Fields& fields, base::Report& report) {
  std::vector<Need> needs;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Json& element : fields.array("needs")) {
    base::Fields need(element, "a need", report);
    Need read{AuthorityId(need.id("authority")), DataKindId(need.id("kind")), {element.at}};
    need.finish();
    if (!seen.emplace(read.authority.text(), read.kind.text()).second) {
      report.add(element.at,
                 fmt::format("the need of `{}` data of `{}` stands twice", read.kind.text(),
                             read.authority.text()),
                 "keep one of the two");
    }
    needs.push_back(std::move(read));
  }
  return needs;
}

Json write_component(const Component& component) {
  Members entry;
  entry.emplace_back("id", base::json_text(component.id.text()));
  if (component.origin) entry.emplace_back("origin", base::json_text(component.origin->text()));
  entry.emplace_back("quantity", base::json_integer(component.quantity));
  if (component.value) entry.emplace_back("value", base::json_integer(*component.value));
  return base::json_object(std::move(entry));
}

Json write_need(const Need& need) {
  Members entry;
  entry.emplace_back("authority", base::json_text(need.authority.text()));
  entry.emplace_back("kind", base::json_text(need.kind.text()));
  return base::json_object(std::move(entry));
}

Json write_bounds(const Bounds& bounds) {
  if (bounds.min == bounds.max) return base::json_integer(bounds.min);
  Members entry;
  entry.emplace_back("min", base::json_integer(bounds.min));
  entry.emplace_back("max", base::json_integer(bounds.max));
  return base::json_object(std::move(entry));
}

}  // namespace

Bounds ItemDescription::bounds_of(const PropertyId& property) const {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [&](const PropertyValue& value) { return value.id == property; });
  return found == properties.end() ? Bounds{} : found->bounds;
}

ItemDescription ItemDescription::read(const Json& document, base::Report& report) {
  base::Fields fields(document, "an item", report);
  ItemDescription item;
  item.written.at = document.at;
  item.id = ItemId(fields.id("id"));
  item.name = internal::read_name(fields, "name");
  // Nobody may be taken to have declared an item complete who did not say so.
  fields.need("complete");
  item.complete = fields.flag_or("complete", false);
  item.classes = internal::read_ids<ClassId>(fields, "classes");
  item.properties = read_properties(fields, report);
  item.components = read_components(fields, item.id, report);
  item.needs = read_needs(fields, report);
  item.in_force = internal::read_period(fields, "in_force");
  fields.finish();
  return item;
}

Json ItemDescription::write(const ItemDescription& item) {
  Members members;
  members.emplace_back("id", base::json_text(item.id.text()));
  internal::add_name(members, "name", item.name);
  members.emplace_back("complete", base::json_bool(item.complete));
  internal::add_ids(members, "classes", item.classes);
  if (!item.properties.empty()) {
    Members properties;
    for (const PropertyValue& value : item.properties) {
      properties.emplace_back(value.id.text(), write_bounds(value.bounds));
    }
    members.emplace_back("properties", base::json_object(std::move(properties)));
  }
  if (!item.components.empty()) {
    members.emplace_back("components", internal::write_each(item.components, write_component));
  }
  if (!item.needs.empty()) {
    members.emplace_back("needs", internal::write_each(item.needs, write_need));
  }
  internal::add_period(members, "in_force", item.in_force);
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
