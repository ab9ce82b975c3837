// SPDX-License-Identifier: Apache-2.0
// The part of the type checker that knows entities: `is`, `in`, attributes and tags.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cedar/internal/typechecker.h"

namespace countersign::cedar::internal {

using Kind = Type::Kind;
using Rule = Finding::Rule;

namespace {

TypePtr bool_of(Truth truth) {
  return type_of_kind(truth == Truth::True    ? Kind::True
                      : truth == Truth::False ? Kind::False
                                              : Kind::Bool);
}

std::string described(const Type& type) { return fmt::format("`{}`", to_text(type)); }

std::vector<std::string_view> names_of(const AttributeTypes& attributes) {
  std::vector<std::string_view> names;
  for (const auto& [name, attribute] : attributes) names.push_back(name.view());
  return names;
}

}  // namespace

Truth TypeChecker::test_is(const Type& type, const Text& name) const {
  if (!std::binary_search(type.entities.begin(), type.entities.end(), name)) return Truth::False;
  return type.entities.size() == 1 ? Truth::True : Truth::Unknown;
}

TypePtr TypeChecker::check_is(const Expr& expr, const Capabilities& prior) {
  const TypePtr type = expect(expr.operand(0), prior, {Kind::Entity}, "an entity",
                              "`is` asks for the type of an entity");
  return bool_of(type == nullptr ? Truth::Unknown : test_is(*type, expr.type));
}

TypePtr TypeChecker::check_groups(const Expr& expr, const Capabilities& prior) {
  const std::string_view expected = "an entity or a set of entities";
  TypePtr type = check(expr, prior).type;
  if (type == nullptr || type->kind == Kind::Entity) return type;
  if (type->kind == Kind::Set &&
      (type->element->kind == Kind::Entity || type->element->kind == Kind::Never))
    return type;
  report(Rule::UnexpectedType, expr.span,
         fmt::format("expected {}, found {}", expected, described(*type)),
         type->kind == Kind::Set ? "ask whether a set holds a value with `.contains()`" : "");
  return nullptr;
}

TypePtr TypeChecker::check_in(const Expr& expr, const Capabilities& prior) {
  const std::size_t before = mistakes_;
  const TypePtr member = expect(expr.operand(0), prior, {Kind::Entity}, "an entity",
                                "ask whether a set holds a value with `.contains()`");
  const TypePtr groups = check_groups(expr.operand(1), prior);
  // With a mistake inside, nothing is concluded.
  if (member == nullptr || groups == nullptr || mistakes_ != before)
    return type_of_kind(Kind::Bool);
  return bool_of(test_in(expr.operand(0), *member, expr.operand(1), *groups));
}

TypePtr TypeChecker::check_is_in(const Expr& expr, const Capabilities& prior) {
  const std::size_t before = mistakes_;
  const TypePtr member = expect(expr.operand(0), prior, {Kind::Entity}, "an entity",
                                "`is` asks for the type of an entity");
  const Truth is = member == nullptr ? Truth::Unknown : test_is(*member, expr.type);
  if (is == Truth::False) return type_of_kind(Kind::False);
  const TypePtr groups = check_groups(expr.operand(1), prior);
  if (member == nullptr || groups == nullptr || mistakes_ != before)
    return type_of_kind(Kind::Bool);
  const Truth in = test_in(expr.operand(0), *member, expr.operand(1), *groups);
  return bool_of(in == Truth::True ? is : in);
}

Truth TypeChecker::test_in(const Expr& member, const Type& type, const Expr& groups,
                           const Type& groups_type) const {
  // What actions are in is known when both sides are written down: actions live in the schema.
  const Value* value = written_value(member);
  const bool is_action = value != nullptr && schema_.find_action(value->entity()) != nullptr;
  const auto all_written = [&] {
    return std::all_of(groups.operands.begin(), groups.operands.end(),
                       [&](const ExprRef& item) { return written_value(*item) != nullptr; });
  };
  const auto is_in = [&](const Expr& group) {
    return schema_.is_in(value->entity(), written_value(group)->entity());
  };
  if (is_action && groups_type.kind == Kind::Entity && written_value(groups) != nullptr)
    return is_in(groups) ? Truth::True : Truth::False;
  if (is_action && groups.kind == Expr::Kind::Set && all_written()) {
    const bool any = std::any_of(groups.operands.begin(), groups.operands.end(),
                                 [&](const ExprRef& item) { return is_in(*item); });
    return any ? Truth::True : Truth::False;
  }
  const Type& group = groups_type.kind == Kind::Set ? *groups_type.element : groups_type;
  // Of a set that is written empty nothing more is concluded.
  if (group.kind == Kind::Never) return Truth::Unknown;
  return rules_.can_be_in(type, group) ? Truth::Unknown : Truth::False;
}

TypePtr TypeChecker::check_get_attribute(const Expr& expr, const Capabilities& prior) {
  const Expr& base = expr.operand(0);
  const TypePtr type = expect(base, prior, {Kind::Entity, Kind::Record}, "an entity or a record",
                              "only entities and records have attributes");
  if (type == nullptr) return nullptr;
  const Text& name = expr.names.front();
  const auto attribute = rules_.attribute(*type, name);
  if (!attribute) {
    report_unknown_attribute(expr, *type);
    return nullptr;
  }
  const bool guarded = prior.contains(shapes_.of(expr));
  if (!attribute->required && !guarded) {
    report(Rule::UnguardedAttribute, expr.span,
           fmt::format("the attribute `{}` of {} may be missing", name.view(), described(*type)),
           fmt::format("write `... has {} && ...` before it", name.view()));
  } else if (type->kind == Kind::Entity && !guarded) {
    note_fallible(FallibleOperation::Kind::EntityAccess, expr.span);
  }
  return attribute->type;
}

void TypeChecker::report_unknown_attribute(const Expr& expr, const Type& type) {
  const Text& name = expr.names.front();
  std::string remedy = "declare it in the schema, or correct the name";
  std::vector<std::string_view> known = names_of(type.attributes);
  if (type.kind == Kind::Entity && type.entities.size() == 1)
    if (const EntityType* declared = schema_.find_entity_type(type.entities.front()))
      known = names_of(declared->attributes->attributes);
  if (const auto meant = base::did_you_mean(name.view(), known))
    remedy = fmt::format("did you mean `{}`?", *meant);
  const bool is_context = &type == action_->context.get();
  const std::string owner =
      is_context ? fmt::format("the context of `{}`", to_text(action_->uid)) : described(type);
  report(Rule::UnknownAttribute, expr.name_spans.empty() ? expr.span : expr.name_spans.front(),
         fmt::format("{} has no attribute `{}`", owner, name.view()), std::move(remedy));
}

TypeChecker::Checked TypeChecker::check_has(const Expr& expr, const Capabilities& prior) {
  const Expr& base = expr.operand(0);
  TypePtr type = expect(base, prior, {Kind::Entity, Kind::Record}, "an entity or a record",
                        "only entities and records have attributes");
  Checked all{type_of_kind(Kind::True)};
  Shape shape = shapes_.of(base);
  // `e has a.b` is `e has a && e.a has b`.
  for (std::size_t i = 0; i < expr.names.size(); ++i) {
    if (type == nullptr) return {type_of_kind(Kind::Bool), all.safe};
    const Text& name = expr.names[i];
    if (!rules_.may_have_attribute(*type, name)) return {type_of_kind(Kind::False)};
    shape = shapes_.of_attribute(shape, name);
    const auto attribute = rules_.attribute(*type, name);
    const bool known = prior.contains(shape) || all.safe.contains(shape) ||
                       (attribute && attribute->required && type->kind == Kind::Record);
    if (!known) all.type = type_of_kind(Kind::Bool);
    all.safe = all.safe.united(Capabilities(shape));
    if (i + 1 == expr.names.size()) break;
    const Span& span = i < expr.name_spans.size() ? expr.name_spans[i] : expr.span;
    if (!attribute) {
      report(
          Rule::UnknownAttribute, span,
          fmt::format("{} is not known to have the attribute `{}`", described(*type), name.view()));
      type = nullptr;
    } else if (attribute->type->kind != Kind::Entity && attribute->type->kind != Kind::Record) {
      report(Rule::UnexpectedType, span,
             fmt::format("expected an entity or a record, found {}", described(*attribute->type)),
             "only entities and records have attributes");
      type = nullptr;
    } else {
      type = attribute->type;
    }
  }
  return all;
}

TypeChecker::Checked TypeChecker::check_has_tag(const Expr& expr, const Capabilities& prior) {
  const TypePtr entity =
      expect(expr.operand(0), prior, {Kind::Entity}, "an entity", "only entities have tags");
  expect(expr.operand(1), prior, {Kind::String}, "`String`", "the name of a tag is a text");
  const Shape access = shapes_.of_tag(shapes_.of(expr.operand(0)), shapes_.of(expr.operand(1)));
  if (entity == nullptr) return {};
  if (!rules_.may_have_tags(*entity)) return {type_of_kind(Kind::False)};
  return {type_of_kind(prior.contains(access) ? Kind::True : Kind::Bool), Capabilities(access)};
}

TypePtr TypeChecker::check_get_tag(const Expr& expr, const Capabilities& prior) {
  const TypePtr entity =
      expect(expr.operand(0), prior, {Kind::Entity}, "an entity", "only entities have tags");
  expect(expr.operand(1), prior, {Kind::String}, "`String`", "the name of a tag is a text");
  if (entity == nullptr) return nullptr;
  if (!prior.contains(shapes_.of(expr))) {
    if (rules_.may_have_tags(*entity)) {
      report(Rule::UnguardedTag, expr.span,
             fmt::format("this tag of {} may be missing", described(*entity)),
             "write `... .hasTag(...) && ...` with the same name before it");
    } else {
      report(Rule::NoTags, expr.span, fmt::format("{} has no tags", described(*entity)),
             "declare them in the schema with `tags`, or use an attribute");
    }
    return nullptr;
  }
  TypePtr type = rules_.tags(*entity);
  if (type == nullptr)
    report(Rule::IncompatibleTypes, expr.span,
           fmt::format("the tags of {} have types that do not go together", described(*entity)),
           "look at the entity types one by one, with `is`");
  return type;
}

}  // namespace countersign::cedar::internal
