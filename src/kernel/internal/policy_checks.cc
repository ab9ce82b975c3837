// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/policy_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/prose.h"
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

// An annotation that was meant for one that is known: a procedure that is only misspelt would drop
// the advice it demands.
std::string_view meant_by(std::string_view name) {
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const std::string_view known : {"id", "procedure"}) {
    if (small == known) return known;
  }
  return base::did_you_mean(small, {"procedure"}) ? "procedure" : "";
}

void check_annotations(const cedar::Policy& policy, const registry::Directive& directive,
                       base::Issues& issues) {
  const auto report = [&](const cedar::Annotation& at, std::string message, std::string remedy) {
    issues.push_back(
        cedar::issue_at(*policy.source, at.span, std::move(message), std::move(remedy)));
  };
  for (const cedar::Annotation& annotation : policy.annotations) {
    const std::string_view name = annotation.name.view();
    if (name == "id") {
      if (annotation.value.view().empty()) {
        report(annotation, "unique-id: an empty id tells no policy from another",
               "write `@id(\"...\")`, or leave it out");
      }
      continue;
    }
    if (name != "procedure") {
      const std::string_view meant = meant_by(name);
      if (meant.empty()) continue;
      report(annotation,
             fmt::format("{}: `@{}` is no annotation that is known here",
                         meant == "id" ? "unique-id" : "procedure", name),
             fmt::format("did you mean `@{}`?", meant));
      continue;
    }
    if (directive.find(registry::ProcedureId(annotation.value.str())) == nullptr) {
      report(
          annotation,
          fmt::format("procedure: the directive `{}` has no procedure `{}`", directive.id.text(),
                      annotation.value.view()),
          fmt::format("add it to `procedures` of `{}`, or correct the name", directive.id.text()));
    } else if (!mentions_of(policy).approvals) {
      report(annotation,
             fmt::format("procedure: `{}` asks for no approval, so nothing would follow the "
                         "procedure `{}`",
                         policy.id, annotation.value.view()),
             "name the procedure on the policy that asks for the approval");
    }
  }
}

// `context has rating` is true of nothing that is unrated: it would make an authority answer where
// it does not know.
void check_rating_form(const cedar::Source& source, const cedar::Expr& expr, base::Issues& issues) {
  if (expr.kind == cedar::Expr::Kind::Has && !expr.names.empty() && expr.names[0] == "rating") {
    const auto path = cedar::attribute_path(expr.operand(0));
    if (path && path->variable == cedar::Variable::Context && path->names.empty()) {
      issues.push_back(cedar::issue_at(
          source, expr.span,
          "rating-form: whether there is a rating may not be asked: what is not rated is "
          "undetermined",
          "compare the rating itself: `context.rating == Rating::\"red\"`"));
    }
  }
  for (const cedar::ExprRef& operand : expr.operands) {
    check_rating_form(source, *operand, issues);
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
  for (const cedar::Clause& clause : policy.clauses) {
    check_rating_form(*policy.source, *clause.body, issues);
  }
  check_annotations(policy, directive, issues);
}

void check_directive(std::span<const cedar::Policy> policies, const registry::Directive& directive,
                     const std::string& file, base::Issues& issues) {
  const auto report = [&](std::string message, std::string remedy) {
    issues.push_back({file, {1, 1}, std::move(message), std::move(remedy), {}});
  };
  if (const auto hidden = base::find_hidden_character(directive.policy_text)) {
    const std::string_view before = std::string_view(directive.policy_text).substr(0, *hidden);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    issues.push_back(
        {file,
         {static_cast<std::uint32_t>(lines + 1),
          static_cast<std::uint32_t>(before.size() - (before.rfind('\n') + 1) + 1)},
         "validation: this file holds a character that a screen does not show, so that people "
         "would sign what they do not see",
         "leave out control characters and those that change the direction of writing",
         {}});
  }
  if (policies.empty()) {
    report("validation: there is no policy in this file",
           fmt::format("write one, or leave `policies` out of `{}`", directive.id.text()));
  }
  for (const registry::Procedure& procedure : directive.procedures) {
    const auto names = [&procedure](const cedar::Policy& policy) {
      const cedar::Text* name = policy.annotation("procedure");
      return name != nullptr && name->view() == procedure.id.text();
    };
    if (std::any_of(policies.begin(), policies.end(), names)) continue;
    report(fmt::format("procedure: no policy names the procedure `{}` of `{}`, so nothing would "
                       "follow it",
                       procedure.id.text(), directive.id.text()),
           fmt::format("write `@procedure(\"{}\")` on the policy that asks for the approval",
                       procedure.id.text()));
  }
}

}  // namespace countersign::kernel
