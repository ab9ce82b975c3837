// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema_conformance.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cedar/internal/value_kinds.h"
#include "cedar/type.h"

namespace countersign::cedar {
namespace {

// Where a value stands, from the inside out. Only looked at when something is wrong.
struct Place {
  const Place* around = nullptr;
  std::string_view name;  // of an attribute; empty for an element of a set
};

std::string to_text(const Place& place) {
  std::vector<std::string_view> names;
  for (const Place* part = &place; part != nullptr; part = part->around)
    if (!part->name.empty()) names.push_back(part->name);
  std::reverse(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, "."));
}

class Checker {
 public:
  // `subject` begins every message: "`User::\"alice\"`", "the context".
  Checker(const Schema& schema, std::string subject, base::Issues& issues)
      : schema_(schema), subject_(std::move(subject)), issues_(issues) {}

  void check_record(const Record& record, const Type& type, const Place* around) {
    for (const auto& [name, attribute] : type.attributes) {
      const Place place{around, name.view()};
      const Value* value = record.find(name);
      if (value != nullptr) {
        check_value(*value, *attribute.type, place);
      } else if (attribute.required) {
        report(fmt::format("lacks the attribute `{}`", to_text(place)), "give it a value");
      }
    }
    for (const auto& [name, value] : record.members()) {
      if (type.attributes.contains(name)) continue;
      const Place place{around, name.view()};
      report(fmt::format("has an attribute `{}` that the schema does not declare", to_text(place)),
             "declare it in the schema, or leave it out");
    }
  }

  void check_tags(const Record& tags, const TypePtr& type) {
    for (const auto& [name, value] : tags.members()) {
      if (type == nullptr) {
        report(fmt::format("has a tag `{}`, but its type has no tags", name.view()),
               "declare them in the schema with `tags`, or leave it out");
      } else {
        check_value(value, *type, Place{nullptr, name.view()});
      }
    }
  }

  // Whether an entity of that name can be there at all: a declared type, an id that it may have.
  bool check_uid(const EntityUid& uid) {
    if (names_action_type(uid.type().view())) {
      if (schema_.find_action(uid) != nullptr) return true;
      report(fmt::format("names `{}`, which the schema does not declare", cedar::to_text(uid)),
             "declare the action");
      return false;
    }
    const EntityType* type = schema_.find_entity_type(uid.type());
    if (type == nullptr) {
      report(fmt::format("names `{}`, whose type the schema does not declare", cedar::to_text(uid)),
             "declare the entity type");
      return false;
    }
    if (!type->ids || std::find(type->ids->begin(), type->ids->end(), uid.id()) != type->ids->end())
      return true;
    report(fmt::format("names `{}`, which is not one of the entities that `{}` has",
                       cedar::to_text(uid), uid.type().view()),
           "use one of those that the schema lists");
    return false;
  }

  void report(std::string message, std::string remedy) {
    base::Issue issue;
    issue.message = subject_ + " " + std::move(message);
    issue.remedy = std::move(remedy);
    issues_.push_back(std::move(issue));
  }

 private:
  // Recursion follows the type, whose depth is bounded (type.h, Finite).
  void check_value(const Value& value, const Type& type, const Place& place) {
    if (!value.is(internal::value_kind_of(type.kind))) return report_type(value, type, place);
    if (type.kind == Type::Kind::Entity) {
      if (std::find(type.entities.begin(), type.entities.end(), value.entity().type()) ==
          type.entities.end())
        return report_type(value, type, place);
      check_uid(value.entity());
    } else if (type.kind == Type::Kind::Set) {
      for (const Value& item : value.set().items())
        check_value(item, *type.element, Place{&place, {}});
    } else if (type.kind == Type::Kind::Record) {
      check_record(value.record(), type, &place);
    }
  }

  void report_type(const Value& value, const Type& type, const Place& place) {
    const std::string found = value.is(Value::Kind::Unknown) ? "something that is not known yet"
                              : value.is(Value::Kind::Record) || value.is(Value::Kind::Set)
                                  ? std::string(name_of(value.kind()))
                                  : fmt::format("`{}`", cedar::to_text(value));
    report(fmt::format("holds {} in `{}`, where the schema says `{}`", found, to_text(place),
                       cedar::to_text(type)),
           "correct the value, or the schema");
  }

  const Schema& schema_;
  std::string subject_;
  base::Issues& issues_;
};

void check_action(const Schema& schema, const EntityUid& uid, const Record& attributes,
                  const Record& tags, std::span<const EntityUid> groups, Checker& checker) {
  const Action* action = schema.find_action(uid);
  if (action == nullptr)
    return checker.report("is not declared as an action", "declare it, or leave it out");
  if (!attributes.empty() || !tags.empty())
    checker.report("has attributes or tags, which actions do not have", "leave them out");
  if (std::set<EntityUid>(groups.begin(), groups.end()) != action->ancestors)
    checker.report("is not in the groups that the schema says",
                   "list the groups that its declaration names");
}

void check_entity(const Schema& schema, const EntityUid& uid, const Record& attributes,
                  const Record& tags, std::span<const EntityUid> ancestors, base::Issues& issues) {
  Checker checker(schema, fmt::format("`{}`", to_text(uid)), issues);
  if (names_action_type(uid.type().view()))
    return check_action(schema, uid, attributes, tags, ancestors, checker);
  const EntityType* type = schema.find_entity_type(uid.type());
  if (type == nullptr)
    return checker.report(
        fmt::format("is of the type `{}`, which the schema does not declare", uid.type().view()),
        "declare the entity type, or leave the entity out");
  checker.check_uid(uid);
  checker.check_record(attributes, *type->attributes, nullptr);
  checker.check_tags(tags, type->tags);
  for (const EntityUid& ancestor : ancestors) {
    if (!type->ancestors.contains(ancestor.type())) {
      checker.report(fmt::format("is in `{}`, but no `{}` may be in a `{}`", to_text(ancestor),
                                 uid.type().view(), ancestor.type().view()),
                     "say so in the schema with `in`, or correct the parents");
    } else {
      checker.check_uid(ancestor);
    }
  }
}

// One side of a request: an entity of a type that the action applies to.
void check_side(const Schema& schema, const Action& action, const Value& value,
                const std::set<Text>& types, std::string_view side, base::Issues& issues) {
  Checker checker(schema, fmt::format("the {}", side), issues);
  if (!value.is(Value::Kind::Entity))
    return checker.report("is not known yet", "ask again when it is");
  const EntityUid& uid = value.entity();
  if (!checker.check_uid(uid) || types.contains(uid.type())) return;
  checker.report(fmt::format("is a `{}`, to which `{}` does not apply", uid.type().view(),
                             to_text(action.uid)),
                 "compare with what the action's `appliesTo` says");
}

}  // namespace

base::Issues entity_issues(const Schema& schema, const Entity& entity) {
  base::Issues issues;
  std::vector<EntityUid> groups = entity.parents;
  for (const EntityUid& group : entity.parents)
    if (const Action* declared = schema.find_action(group))
      groups.insert(groups.end(), declared->ancestors.begin(), declared->ancestors.end());
  check_entity(schema, entity.uid, entity.attributes.record(), entity.tags.record(), groups,
               issues);
  return issues;
}

base::Issues store_issues(const Schema& schema, const EntityStore& store) {
  base::Issues issues;
  for (const StoredEntity& entity : store.entities())
    check_entity(schema, entity.uid(), entity.attributes(), entity.tags(), entity.ancestors(),
                 issues);
  return issues;
}

std::vector<Entity> action_entities(const Schema& schema) {
  std::vector<Entity> entities;
  entities.reserve(schema.actions().size());
  for (const auto& [uid, action] : schema.actions())
    entities.push_back({.uid = uid, .parents = {action.parents.begin(), action.parents.end()}});
  return entities;
}

base::Issues request_issues(const Schema& schema, const Request& request) {
  base::Issues issues;
  const Value& asked = request[Variable::Action];
  const Action* action =
      asked.is(Value::Kind::Entity) ? schema.find_action(asked.entity()) : nullptr;
  if (action == nullptr) {
    const std::string name = asked.is(Value::Kind::Entity)
                                 ? fmt::format("`{}`", to_text(asked.entity()))
                                 : "which is not known yet,";
    Checker(schema, fmt::format("the action {}", name), issues)
        .report("is not declared in the schema", "use one of the schema's actions");
    return issues;
  }
  check_side(schema, *action, request[Variable::Principal], action->principals, "principal",
             issues);
  check_side(schema, *action, request[Variable::Resource], action->resources, "resource", issues);
  Checker checker(schema, "the context", issues);
  const Value& context = request[Variable::Context];
  if (context.is(Value::Kind::Record)) {
    checker.check_record(context.record(), *action->context, nullptr);
  } else {
    checker.report("is not known yet", "ask again when it is");
  }
  return issues;
}

}  // namespace countersign::cedar
