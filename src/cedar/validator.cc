// SPDX-License-Identifier: Apache-2.0
#include "cedar/validator.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cedar/internal/findings.h"
#include "cedar/internal/request_types.h"
#include "cedar/internal/spelling.h"
#include "cedar/internal/typechecker.h"

namespace countersign::cedar {
namespace {

using internal::Findings;
using internal::Truth;
using internal::TypeChecker;
using Rule = Finding::Rule;

// What does not depend on the kind of request: every name in the policy, in dead branches too.
class NameChecker {
 public:
  NameChecker(const Schema& schema, Findings& findings) : schema_(schema), findings_(findings) {}

  void check(const Policy& policy) {
    for (const Scope* scope : {&policy.principal, &policy.action, &policy.resource}) {
      if (scope->kind == Scope::Kind::Is || scope->kind == Scope::Kind::IsIn)
        check_type(scope->type, scope->type_span);
      for (std::size_t i = 0; i < scope->entities.size(); ++i)
        check_entity(scope->entities[i], scope->entity_spans[i]);
    }
    for (const Clause& clause : policy.clauses) check(*clause.body);
  }

  void check_types(const Scope& scope) {
    for (std::size_t i = 0; i < scope.entities.size(); ++i)
      check_type(scope.entities[i].type(), scope.entity_spans[i]);
  }

 private:
  void check(const Expr& expr) {
    if (expr.kind == Expr::Kind::Is || expr.kind == Expr::Kind::IsIn)
      check_type(expr.type, expr.type_span);
    if (expr.kind == Expr::Kind::Literal) check_value(expr.value, expr.span);
    if (expr.kind == Expr::Kind::Like) doubt(internal::doubt_of_pattern(expr.pattern), expr.span);
    for (std::size_t i = 0; i < expr.names.size(); ++i) {
      const bool placed = i < expr.name_spans.size();
      doubt(internal::doubt_of_name(expr.names[i].view()), placed ? expr.name_spans[i] : expr.span);
    }
    for (const ExprRef& operand : expr.operands) check(*operand);
  }

  void check_value(const Value& value, const Span& span) {
    if (value.is(Value::Kind::Entity)) check_entity(value.entity(), span);
    if (value.is(Value::Kind::String)) doubt(internal::doubt_of_text(value.string_view()), span);
  }

  void doubt(std::optional<internal::Doubt> found, const Span& span) {
    if (found)
      findings_.add(found->rule, span, std::move(found->message), std::move(found->remedy));
  }

  void check_type(const Text& type, const Span& span) {
    if (schema_.find_entity_type(type) != nullptr || names_action_type(type.view())) return;
    std::vector<std::string_view> known;
    for (const auto& [name, declared] : schema_.entity_types()) known.push_back(name.view());
    const auto meant = base::did_you_mean(type.view(), known);
    findings_.add(Rule::UnknownEntityType, span,
                  fmt::format("the schema has no entity type `{}`", type.view()),
                  meant ? fmt::format("did you mean `{}`?", *meant)
                        : "declare it in the schema, or correct the name");
  }

  void check_entity(const EntityUid& uid, const Span& span) {
    doubt(internal::doubt_of_name(uid.id().view()), span);
    if (names_action_type(uid.type().view())) return check_action(uid, span);
    check_type(uid.type(), span);
    const EntityType* type = schema_.find_entity_type(uid.type());
    if (type == nullptr || !type->ids) return;
    if (std::find(type->ids->begin(), type->ids->end(), uid.id()) != type->ids->end()) return;
    std::vector<std::string_view> known;
    for (const Text& id : *type->ids) known.push_back(id.view());
    report_unknown_id(Rule::UnknownEntityId, uid, known, span,
                      fmt::format("`{}` is not one of the entities that `{}` has", to_text(uid),
                                  uid.type().view()));
  }

  void check_action(const EntityUid& uid, const Span& span) {
    if (schema_.find_action(uid) != nullptr) return;
    std::vector<std::string_view> known;
    for (const auto& [action, declared] : schema_.actions())
      if (action.type() == uid.type()) known.push_back(action.id().view());
    report_unknown_id(Rule::UnknownAction, uid, known, span,
                      fmt::format("the schema has no action `{}`", to_text(uid)));
  }

  void report_unknown_id(Rule rule, const EntityUid& uid,
                         const std::vector<std::string_view>& known, const Span& span,
                         std::string message) {
    const auto meant = base::did_you_mean(uid.id().view(), known);
    findings_.add(rule, span, std::move(message),
                  meant ? fmt::format("did you mean `{}`?", to_text(EntityUid(uid.type(), *meant)))
                        : "declare it in the schema, or correct the name");
  }

  const Schema& schema_;
  Findings& findings_;
};

void check_action(const Schema& schema, const TypeChecker& checker, const Policy& policy,
                  Findings& findings) {
  bool applicable = false;
  internal::for_each_request_type(schema, [&](const RequestType& request) {
    if (checker.can_apply(request)) applicable = true;
  });
  if (!applicable)
    findings.add(Rule::NoApplicableAction, policy.action.span,
                 "no action of the schema applies to such a principal and resource",
                 "compare the policy's head with what the actions' `appliesTo` says");
}

// What filling the slots adds; the rest was said about the template.
void check_link(const Schema& schema, ValidationMode mode, const Policy& policy,
                Findings& findings) {
  NameChecker names(schema, findings);
  for (const Scope* scope : {&policy.principal, &policy.resource}) names.check_types(*scope);
  check_action(schema, TypeChecker(schema, mode, policy, findings), policy, findings);
}

void check_policy(const Schema& schema, ValidationMode mode, const Policy& policy,
                  Findings& findings) {
  NameChecker(schema, findings).check(policy);
  TypeChecker checker(schema, mode, policy, findings);
  bool satisfiable = false;
  internal::for_each_request_type(schema, [&](const RequestType& request) {
    if (checker.check(request) != Truth::False) satisfiable = true;
  });
  check_action(schema, checker, policy, findings);
  if (!satisfiable)
    findings.add(Rule::Impossible, policy.span,
                 "the policy is false for every request that the schema allows",
                 "look for a comparison of unlike types, or an attribute that is never there");
}

}  // namespace

std::string_view name_of(Finding::Rule rule) {
  constexpr std::array<std::string_view, 21> names = {"unknown_entity_type",
                                                      "unknown_entity_id",
                                                      "unknown_action",
                                                      "no_applicable_action",
                                                      "unexpected_type",
                                                      "incompatible_types",
                                                      "unknown_attribute",
                                                      "unguarded_attribute",
                                                      "no_tags",
                                                      "unguarded_tag",
                                                      "empty_set",
                                                      "argument_count",
                                                      "constructor_argument",
                                                      "constructor_not_literal",
                                                      "level_exceeded",
                                                      "impossible",
                                                      "directional_text",
                                                      "directional_name",
                                                      "mixed_script_text",
                                                      "mixed_script_name",
                                                      "confusable_name"};
  return names[static_cast<std::size_t>(rule)];
}

bool ValidationReport::has_errors() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return !finding.is_warning(); });
}

bool ValidationReport::accepts(std::string_view policy) const {
  return std::none_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.policy == policy && !finding.is_warning();
  });
}

ValidationReport Validator::validate(std::span<const Policy> policies) const {
  ValidationReport report;
  for (const Policy& policy : policies) {
    Findings findings(policy);
    (policy.template_id ? check_link : check_policy)(schema_, mode_, policy, findings);
    std::vector<Finding> found = findings.take();
    std::move(found.begin(), found.end(), std::back_inserter(report.findings));
  }
  return report;
}

std::vector<TypedPolicy> Validator::typed(const Policy& policy) const {
  std::vector<TypedPolicy> typed;
  Findings findings(policy);
  TypeChecker checker(schema_, mode_, policy, findings);
  internal::for_each_request_type(schema_, [&](const RequestType& request) {
    if (checker.check_scope(request) == Truth::False) return;
    const bool may_apply = checker.check(request) != Truth::False;
    typed.push_back({.request = request, .may_apply = may_apply, .types = checker.take_types()});
  });
  return typed;
}

std::vector<FallibleOperation> Validator::fallible_operations(const Policy& policy) const {
  std::map<std::pair<std::uint32_t, std::uint32_t>, FallibleOperation> found;
  Findings findings(policy);
  TypeChecker checker(schema_, mode_, policy, findings);
  internal::for_each_request_type(schema_, [&](const RequestType& request) {
    if (checker.check_scope(request) == Truth::False) return;
    checker.check(request);
    for (const FallibleOperation& operation : checker.fallible())
      found.try_emplace({operation.span.begin, operation.span.end}, operation);
  });
  std::vector<FallibleOperation> operations;
  operations.reserve(found.size());
  for (auto& [place, operation] : found) operations.push_back(operation);
  return operations;
}

}  // namespace countersign::cedar
