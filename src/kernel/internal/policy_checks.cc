// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/policy_checks.h"

#include <fmt/format.h>

#include "cedar/validator.h"
#include "kernel/internal/direction.h"

namespace countersign::kernel {

namespace {

using FindingRule = cedar::Finding::Rule;

std::string_view rule_of(FindingRule rule) {
  switch (rule) {
    case FindingRule::UnknownEntityId:
    case FindingRule::UnknownAction:
      return "unknown-entity";
    case FindingRule::LevelExceeded:
      return "level";
    default:
      return "validation";
  }
}

void check_exists(const PolicyRules& rules, const cedar::Policy& policy,
                  const cedar::EntityUid& uid, const cedar::Span& span, base::Issues& issues) {
  if (uid.type() != "Party" && uid.type() != "Item") return;
  if (rules.exists(uid)) return;
  issues.push_back(cedar::issue_at(
      *policy.source, span, fmt::format("unknown-entity: there is no `{}`", cedar::to_text(uid)),
      uid.type() == "Party" ? "add the party to the vocabulary, or correct the name"
                            : "describe or claim the item first, or correct the name"));
}

void check_entities(const PolicyRules& rules, const cedar::Policy& policy, const cedar::Expr& expr,
                    base::Issues& issues) {
  if (expr.kind == cedar::Expr::Kind::Literal && expr.value.is(cedar::Value::Kind::Entity)) {
    check_exists(rules, policy, expr.value.entity(), expr.span, issues);
  }
  for (const cedar::ExprRef& operand : expr.operands) {
    check_entities(rules, policy, *operand, issues);
  }
}

void check_entities(const PolicyRules& rules, const cedar::Policy& policy, base::Issues& issues) {
  for (const cedar::Scope* scope : {&policy.principal, &policy.resource}) {
    for (std::size_t i = 0; i < scope->entities.size(); ++i) {
      check_exists(rules, policy, scope->entities[i], scope->entity_spans[i], issues);
    }
  }
  for (const cedar::Clause& clause : policy.clauses) {
    check_entities(rules, policy, *clause.body, issues);
  }
}

std::string_view what_fails(cedar::FallibleOperation::Kind kind) {
  switch (kind) {
    case cedar::FallibleOperation::Kind::Arithmetic:
      return "its result may not fit 64 bits";
    case cedar::FallibleOperation::Kind::Constructor:
      return "its text may not be of the right form";
    case cedar::FallibleOperation::Kind::EntityAccess:
      return "the entity may not be there";
  }
  return "it may fail";
}

void check_may_fail(const cedar::Validator& validator, const cedar::Policy& policy,
                    base::Issues& issues) {
  const Mentions mentions = mentions_of(policy);
  if (!mentions.approvals && !mentions.bounds) return;
  for (const cedar::FallibleOperation& operation : validator.fallible_operations(policy)) {
    issues.push_back(cedar::issue_at(
        *policy.source, operation.span,
        fmt::format("may-fail: `{}` can fail when it is evaluated, in a policy that leans on {}: "
                    "{}",
                    policy.source->quote(operation.span),
                    mentions.approvals ? "approvals" : "an uncertain fact",
                    what_fails(operation.kind)),
        "compare with numbers worked out beforehand, or move it into a policy of its own"));
  }
}

void check_procedure(const cedar::Policy& policy, const registry::Directive& directive,
                     base::Issues& issues) {
  for (const cedar::Annotation& annotation : policy.annotations) {
    if (annotation.name != "procedure") {
      // A procedure that is only misspelt would drop the advice it demands.
      const std::string_view name = annotation.name.view();
      if (name == "id" || !base::did_you_mean(name, {"procedure"})) continue;
      issues.push_back(
          cedar::issue_at(*policy.source, annotation.span,
                          fmt::format("procedure: `@{}` is no annotation that is known here", name),
                          "did you mean `@procedure`?"));
      continue;
    }
    if (directive.find(registry::ProcedureId(annotation.value.str())) != nullptr) continue;
    issues.push_back(cedar::issue_at(
        *policy.source, annotation.span,
        fmt::format("procedure: the directive `{}` has no procedure `{}`", directive.id.text(),
                    annotation.value.view()),
        fmt::format("add it to `procedures` of `{}`, or correct the name", directive.id.text())));
  }
}

}  // namespace

void check_policy(const PolicyRules& rules, const cedar::Policy& policy,
                  const registry::Directive& directive, base::Issues& issues) {
  const cedar::Validator validator(rules.schema);
  const cedar::ValidationReport report = validator.validate(policy);
  for (const cedar::Finding& finding : report.findings) {
    base::Issue issue = finding.issue;
    issue.message = fmt::format("{}: {}", rule_of(finding.rule), issue.message);
    issues.push_back(std::move(issue));
  }
  if (policy.is_template()) {
    issues.push_back(cedar::issue_at(*policy.source, policy.span,
                                     "validation: a directive's policies are policies, and this is "
                                     "a template",
                                     "write the party or item in the place of the slot"));
  }
  check_entities(rules, policy, issues);
  check_directions(policy, issues);
  if (!report.has_errors()) check_may_fail(validator, policy, issues);
  check_procedure(policy, directive, issues);
}

}  // namespace countersign::kernel
