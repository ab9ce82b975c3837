// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/direction.h"

#include <fmt/format.h>

#include <string_view>

namespace countersign::kernel {

namespace {

using cedar::Expr;
using Kind = cedar::Expr::Kind;

// What is varied.
enum class Variation { Approval, Uncertainty };

// Witnesses that an expression may move, or null: see the header.
struct Movement {
  const Expr* up = nullptr;
  const Expr* down = nullptr;

  bool still() const { return up == nullptr && down == nullptr; }
  Movement flipped() const { return {down, up}; }
  friend Movement operator|(const Movement& a, const Movement& b) {
    return {a.up != nullptr ? a.up : b.up, a.down != nullptr ? a.down : b.down};
  }
};

Movement unclear(const Expr& at) { return {&at, &at}; }

bool is_bool_literal(const Expr& expr, bool value) {
  return expr.kind == Kind::Literal && expr.value.is(cedar::Value::Kind::Bool) &&
         expr.value.boolean() == value;
}

Movement movement_of_path(const cedar::AttributePath& path, const Expr& at, Variation variation) {
  const FactKind kind = kind_of_fact(path);
  if (kind == FactKind::Exact) return {};
  if (kind == FactKind::Mixed) {
    // Only the whole context holds approvals besides uncertain facts.
    const bool moves = variation == Variation::Uncertainty || path.names.empty();
    return moves ? unclear(at) : Movement{};
  }
  if ((kind == FactKind::Approvals) != (variation == Variation::Approval)) return {};
  if (kind == FactKind::Narrowing) return {nullptr, &at};
  return {&at, nullptr};
}

Movement movement_of(const Expr& expr, Variation variation);

// All operands together: still when each is, otherwise not understood.
Movement still_or_unclear(const Expr& expr, Variation variation) {
  for (const cedar::ExprRef& operand : expr.operands) {
    if (!movement_of(*operand, variation).still()) return unclear(expr);
  }
  return {};
}

// `if c then a else b`. Where a branch is a literal, it is `&&` or `||` in other words.
Movement movement_of_if(const Expr& expr, Variation variation) {
  const Movement condition = movement_of(expr.operand(0), variation);
  const Movement yes = movement_of(expr.operand(1), variation);
  const Movement no = movement_of(expr.operand(2), variation);
  if (condition.still()) return yes | no;
  if (is_bool_literal(expr.operand(1), true)) return condition | no;
  if (is_bool_literal(expr.operand(2), false)) return condition | yes;
  if (is_bool_literal(expr.operand(1), false)) return condition.flipped() | no;
  if (is_bool_literal(expr.operand(2), true)) return condition.flipped() | yes;
  return unclear(expr);
}

// `a == b`: understood when both are still, or one is a boolean literal.
Movement movement_of_equal(const Expr& expr, Variation variation) {
  for (const std::size_t side : {0U, 1U}) {
    const Movement other = movement_of(expr.operand(1 - side), variation);
    if (is_bool_literal(expr.operand(side), true)) return other;
    if (is_bool_literal(expr.operand(side), false)) return other.flipped();
  }
  return still_or_unclear(expr, variation);
}

Movement movement_of(const Expr& expr, Variation variation) {
  if (const auto path = cedar::attribute_path(expr)) {
    return movement_of_path(*path, expr, variation);
  }
  const auto of = [&](std::size_t i) { return movement_of(expr.operand(i), variation); };
  switch (expr.kind) {
    case Kind::Literal:
    case Kind::Variable:
      return {};
    case Kind::If:
      return movement_of_if(expr, variation);
    case Kind::And:
    case Kind::Or:
    case Kind::Add:
    case Kind::ContainsAny:
      return of(0) | of(1);
    case Kind::Not:
    case Kind::Negate:
    case Kind::IsEmpty:
      return of(0).flipped();
    case Kind::Equal:
      return movement_of_equal(expr, variation);
    case Kind::NotEqual:
      return movement_of_equal(expr, variation).flipped();
    case Kind::Less:
    case Kind::LessEqual:
      return of(0).flipped() | of(1);
    case Kind::Greater:
    case Kind::GreaterEqual:
    case Kind::Subtract:
    case Kind::ContainsAll:
      return of(0) | of(1).flipped();
    case Kind::Contains:
      return of(1).still() ? of(0) : unclear(expr);
    case Kind::Has:
      // Which attributes there are is settled by the schema; only what they hold moves.
      return cedar::attribute_path(expr.operand(0)) ? Movement{}
                                                    : still_or_unclear(expr, variation);
    case Kind::Multiply:
    case Kind::In:
    case Kind::Is:
    case Kind::IsIn:
    case Kind::Like:
    case Kind::GetAttr:
    case Kind::Set:
    case Kind::Record:
    case Kind::GetTag:
    case Kind::HasTag:
    case Kind::Call:
      return still_or_unclear(expr, variation);
  }
  return unclear(expr);
}

// How the answer of the whole policy set may move with this clause: up is towards allow.
Movement towards_allow(const cedar::Policy& policy, const cedar::Clause& clause,
                       Variation variation) {
  Movement movement = movement_of(*clause.body, variation);
  if (clause.kind == cedar::Clause::Kind::Unless) movement = movement.flipped();
  if (policy.effect == cedar::Effect::Forbid) movement = movement.flipped();
  return movement;
}

void add_mentions(const Expr& expr, Mentions& mentions) {
  if (const auto path = cedar::attribute_path(expr)) {
    switch (kind_of_fact(*path)) {
      case FactKind::Exact:
        if (path->variable == cedar::Variable::Context && !path->names.empty()) {
          mentions.rating |= path->names[0] == "rating";
          mentions.rest |= path->names[0] == "rest";
        }
        break;
      case FactKind::Approvals:
        mentions.approvals = true;
        break;
      case FactKind::Widening:
      case FactKind::Narrowing:
        mentions.bounds = true;
        break;
      case FactKind::Mixed:
        mentions.bounds = true;
        if (path->names.empty()) mentions = {true, true, true, true};
        break;
    }
    return;
  }
  if (expr.kind == Kind::Has && cedar::attribute_path(expr.operand(0))) {
    // `context has rating` asks whether there is one: that too is a question about stock.
    for (const cedar::Text& name : expr.names) {
      mentions.rating |= name == "rating";
      mentions.rest |= name == "rest";
    }
    return;
  }
  for (const cedar::ExprRef& operand : expr.operands) add_mentions(*operand, mentions);
}

bool is_entity_literal(const Expr& expr) {
  return expr.kind == Kind::Literal && expr.value.is(cedar::Value::Kind::Entity);
}

bool is_set_of_literals(const Expr& expr) {
  if (expr.kind != Kind::Set || expr.operands.empty()) return false;
  for (const cedar::ExprRef& item : expr.operands) {
    if (!is_entity_literal(*item)) return false;
  }
  return true;
}

// Whether `expr` asks about approvals in one of the forms allowed.
bool is_approvals_question(const Expr& expr) {
  if (expr.operands.empty() || !is_approvals(expr.operand(0))) return false;
  if (expr.kind == Kind::Contains) return is_entity_literal(expr.operand(1));
  return (expr.kind == Kind::ContainsAll || expr.kind == Kind::ContainsAny) &&
         is_set_of_literals(expr.operand(1));
}

constexpr std::string_view kApprovalsForms =
    "write `context.approvals.contains(Office::\"...\")`, or `containsAll` or `containsAny` with a "
    "list of offices";

void check_approvals_form(const cedar::Source& source, const Expr& expr, base::Issues& issues) {
  if (is_approvals_question(expr)) return;
  if (const auto path = cedar::attribute_path(expr)) {
    const bool whole_context = path->variable == cedar::Variable::Context && path->names.empty();
    if (kind_of_fact(*path) == FactKind::Approvals) {
      issues.push_back(
          cedar::issue_at(source, expr.span,
                          "approvals-form: `context.approvals` may only be asked what it contains",
                          std::string(kApprovalsForms)));
    } else if (whole_context) {
      issues.push_back(cedar::issue_at(
          source, expr.span,
          "approvals-form: `context` as a whole holds the approvals, and may not be used",
          "name the attribute that is meant"));
    }
    return;
  }
  if (expr.kind == Kind::Has && cedar::attribute_path(expr.operand(0))) {
    for (const cedar::Text& name : expr.names) {
      if (name == "approvals") {
        issues.push_back(cedar::issue_at(source, expr.span,
                                         "approvals-form: `approvals` is always there and may "
                                         "only be asked what it contains",
                                         std::string(kApprovalsForms)));
      }
    }
    return;
  }
  for (const cedar::ExprRef& operand : expr.operands) {
    check_approvals_form(source, *operand, issues);
  }
}

std::string_view quote(const cedar::Policy& policy, const Expr& expr) {
  return policy.source->quote(expr.span);
}

void report_approvals(const cedar::Policy& policy, const Expr& at, base::Issues& issues) {
  issues.push_back(cedar::issue_at(
      *policy.source, at.span,
      fmt::format("approvals-direction: one more approval could move the answer towards deny "
                  "through `{}` in this {}",
                  quote(policy, at), cedar::name_of(policy.effect)),
      policy.effect == cedar::Effect::Permit
          ? "a permit may ask for approvals, never for their absence"
          : "let an approval lift the forbid: put it into `unless`"));
}

void report_bound(const cedar::Policy& policy, const Expr& at, base::Issues& issues) {
  issues.push_back(cedar::issue_at(
      *policy.source, at.span,
      fmt::format("bound-direction: a less certain fact could move the answer towards allow "
                  "through `{}` in this {}",
                  quote(policy, at), cedar::name_of(policy.effect)),
      policy.effect == cedar::Effect::Permit
          ? "a permit may lean on `within`, on `..._min` being large and on `..._max` being small"
          : "a forbid may lean on `touches`, on `..._max` being large and on `..._min` being "
            "small"));
}

}  // namespace

FactKind kind_of_fact(const cedar::AttributePath& path) {
  if (path.variable != cedar::Variable::Context) return FactKind::Exact;
  if (path.names.empty()) return FactKind::Mixed;
  const cedar::Text& name = path.names[0];
  if (name == "approvals") return FactKind::Approvals;
  if (name == "touches" || name == "component_share_bp_max") return FactKind::Widening;
  if (name == "within" || name == "component_share_bp_min") return FactKind::Narrowing;
  if (name != "item") return FactKind::Exact;
  if (path.names.size() == 1) return FactKind::Mixed;
  if (path.names[1].view().ends_with("_max")) return FactKind::Widening;
  if (path.names[1].view().ends_with("_min")) return FactKind::Narrowing;
  return FactKind::Mixed;
}

bool is_approvals(const Expr& expr) {
  return expr.kind == Kind::GetAttr && expr.names.front() == "approvals" &&
         expr.operand(0).kind == Kind::Variable &&
         expr.operand(0).variable == cedar::Variable::Context;
}

Mentions mentions_of(const cedar::Policy& policy) {
  Mentions mentions;
  for (const cedar::Clause& clause : policy.clauses) add_mentions(*clause.body, mentions);
  return mentions;
}

void check_directions(const cedar::Policy& policy, base::Issues& issues) {
  for (const cedar::Clause& clause : policy.clauses) {
    const std::size_t before = issues.size();
    check_approvals_form(*policy.source, *clause.body, issues);
    const bool well_formed = issues.size() == before;
    const Movement approval = towards_allow(policy, clause, Variation::Approval);
    if (well_formed && approval.down != nullptr) report_approvals(policy, *approval.down, issues);
    const Movement widening = towards_allow(policy, clause, Variation::Uncertainty);
    if (widening.up != nullptr) report_bound(policy, *widening.up, issues);
  }
}

}  // namespace countersign::kernel
