// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/partial.h"
#include "kernel/internal/direction.h"

namespace countersign::kernel {

namespace {

using cedar::Expr;
using Kind = cedar::Expr::Kind;

// The bit of an office, or 0 when there are too many.
OfficeSet bit_of(const cedar::EntityUid& uid, std::vector<registry::OfficeId>& offices) {
  const auto found = std::find_if(offices.begin(), offices.end(), [&uid](const auto& office) {
    return uid.id().view() == office.text();
  });
  const auto at = static_cast<std::size_t>(found - offices.begin());
  if (found == offices.end()) {
    if (offices.size() == kMostOffices) return 0;
    offices.emplace_back(uid.id().str());
  }
  return OfficeSet{1} << at;
}

// The offices of an argument to a question about approvals, or 0.
OfficeSet offices_in(const Expr& argument, std::vector<registry::OfficeId>& offices) {
  if (argument.kind == Kind::Literal && argument.value.is(cedar::Value::Kind::Entity)) {
    return bit_of(argument.value.entity(), offices);
  }
  OfficeSet set = 0;
  const auto add = [&](const cedar::Value& value) {
    const OfficeSet bit =
        value.is(cedar::Value::Kind::Entity) ? bit_of(value.entity(), offices) : 0;
    set |= bit;
    return bit != 0;
  };
  if (argument.kind == Kind::Literal && argument.value.is(cedar::Value::Kind::Set)) {
    for (const cedar::Value& value : argument.value.set().items()) {
      if (!add(value)) return 0;
    }
    return set;
  }
  if (argument.kind != Kind::Set) return 0;
  for (const cedar::ExprRef& item : argument.operands) {
    if (item->kind != Kind::Literal || !add(item->value)) return 0;
  }
  return set;
}

// The approvals themselves, as a residual leaves them: their path, or the unknown value.
bool stands_for_approvals(const Expr& expr) {
  if (expr.kind == Kind::Literal) return expr.value.is(cedar::Value::Kind::Unknown);
  return is_approvals(expr);
}

// A question about approvals only rises with them: there is nothing to say of when it fails.
std::optional<OfficeSets> derive_question(const Expr& expr, bool wanted,
                                          std::vector<registry::OfficeId>& offices) {
  if (!wanted || !stands_for_approvals(expr.operand(0))) return std::nullopt;
  const OfficeSet asked = offices_in(expr.operand(1), offices);
  if (asked == 0) return std::nullopt;
  return expr.kind == Kind::ContainsAny ? OfficeSets::any_of(asked) : OfficeSets::all_of(asked);
}

std::optional<bool> bool_of(const Expr& expr) {
  if (expr.kind != Kind::Literal || !expr.value.is(cedar::Value::Kind::Bool)) return std::nullopt;
  return expr.value.boolean();
}

using Combine = std::optional<OfficeSets> (*)(const OfficeSets&, const OfficeSets&);

std::optional<OfficeSets> combine(Combine how, const std::optional<OfficeSets>& a,
                                  const std::optional<OfficeSets>& b) {
  if (!a || !b) return std::nullopt;
  return how(*a, *b);
}

// `if c then a else b` with a literal branch is `&&` or `||` in other words; no other is left where
// the condition is open.
std::optional<OfficeSets> derive_if(const Expr& expr, bool wanted,
                                    std::vector<registry::OfficeId>& offices) {
  const auto branch = [&](std::size_t i) { return derive(expr.operand(i), wanted, offices); };
  const auto condition = [&](bool value) { return derive(expr.operand(0), value, offices); };
  if (const auto yes = bool_of(expr.operand(1))) {
    return *yes == wanted ? combine(OfficeSets::either, condition(true), branch(2))
                          : combine(OfficeSets::both, condition(false), branch(2));
  }
  if (const auto no = bool_of(expr.operand(2))) {
    return *no == wanted ? combine(OfficeSets::either, condition(false), branch(1))
                         : combine(OfficeSets::both, condition(true), branch(1));
  }
  return std::nullopt;
}

std::optional<OfficeSets> derive_equal(const Expr& expr, bool wanted,
                                       std::vector<registry::OfficeId>& offices) {
  for (const std::size_t side : {0U, 1U}) {
    if (const auto value = bool_of(expr.operand(side))) {
      return derive(expr.operand(1 - side), wanted == *value, offices);
    }
  }
  return std::nullopt;
}

Gap gap_of_failure(const RuleBook::Compiled& book, const Rule& rule, std::string_view message,
                   const Facts& facts) {
  if (rule.mentions_rating && (!facts.rating || !facts.rating->colour)) {
    return {"unrated", fmt::format("`{}` asks for the rating of {}, which the holdings of {} do "
                                   "not rate",
                                   rule.policy->id, facts.item.text(), book.authority.text())};
  }
  return {"error", fmt::format("`{}` could not be evaluated: {}", rule.policy->id, message)};
}

// The advisory forbids that hold, no approval given.
void add_advising(const RuleBook::Compiled& book, const Hearing& hearing, const Facts& facts,
                  Analysis& analysis) {
  if (book.advisory.policies().empty()) return;
  const cedar::Response response = cedar::authorize(
      book.advisory, hearing.with_approvals(std::vector<cedar::Value>()), hearing.entities());
  for (const cedar::EvaluationError& error : response.errors) {
    analysis.gaps.push_back(
        gap_of_failure(book, *book.rule_of.at(error.policy), error.message, facts));
  }
  for (const cedar::Policy* policy : response.reasons) {
    if (policy->effect != cedar::Effect::Forbid) continue;
    analysis.advising.push_back(book.rule_of.at(policy));
  }
}

void add_outcome(const RuleBook::Compiled& book, const cedar::PolicyOutcome& outcome,
                 const Facts& facts, Analysis& analysis) {
  const Rule& rule = *book.rule_of.at(outcome.policy);
  const bool permit = outcome.policy->effect == cedar::Effect::Permit;
  switch (outcome.kind) {
    case cedar::PolicyOutcome::Kind::Failed:
      analysis.gaps.push_back(gap_of_failure(book, rule, outcome.message, facts));
      return;
    case cedar::PolicyOutcome::Kind::Satisfied:
      if (rule.mentions_approvals) {
        analysis.open.push_back({&rule, permit ? OfficeSets::always() : OfficeSets::never()});
      } else {
        (permit ? analysis.permitting : analysis.barring).push_back(&rule);
      }
      return;
    case cedar::PolicyOutcome::Kind::Open:
      break;
  }
  std::optional<OfficeSets> sets = derive(*outcome.residual, permit, analysis.offices);
  if (sets) {
    analysis.open.push_back({&rule, *std::move(sets)});
    return;
  }
  // A part that fails stays in the residual as it was written.
  Gap gap = gap_of_failure(book, rule, "it is open in a way that cannot be told", facts);
  if (gap.rule == "error") {
    gap.rule = "approvals";
    gap.message = fmt::format("the approvals that `{}` asks for could not be derived from `{}`",
                              rule.policy->id, cedar::to_text(*outcome.residual));
  }
  analysis.gaps.push_back(std::move(gap));
}

// When some permit holds and no forbid does; empty when that is too involved.
std::optional<OfficeSets> put_together(Analysis& analysis) {
  std::optional<OfficeSets> permits =
      analysis.permitting.empty() ? OfficeSets::never() : OfficeSets::always();
  std::optional<OfficeSets> no_forbid =
      analysis.barring.empty() ? OfficeSets::always() : OfficeSets::never();
  for (const OpenPolicy& policy : analysis.open) {
    if (policy.is_permit()) {
      permits = combine(OfficeSets::either, permits, policy.speaks_for);
    } else {
      no_forbid = combine(OfficeSets::both, no_forbid, policy.speaks_for);
    }
  }
  if (!permits || !no_forbid) return std::nullopt;
  analysis.permits = *std::move(permits);
  analysis.no_forbid = *std::move(no_forbid);
  return OfficeSets::both(analysis.permits, analysis.no_forbid);
}

}  // namespace

std::optional<OfficeSets> derive(const Expr& expr, bool wanted,
                                 std::vector<registry::OfficeId>& offices) {
  CHECK(expr.depth <= cedar::kDepthLimit);
  switch (expr.kind) {
    case Kind::Literal: {
      const auto value = bool_of(expr);
      if (!value) return std::nullopt;
      return *value == wanted ? OfficeSets::always() : OfficeSets::never();
    }
    case Kind::Not:
      return derive(expr.operand(0), !wanted, offices);
    case Kind::And:
    case Kind::Or:
      return combine((expr.kind == Kind::And) == wanted ? OfficeSets::both : OfficeSets::either,
                     derive(expr.operand(0), wanted, offices),
                     derive(expr.operand(1), wanted, offices));
    case Kind::If:
      return derive_if(expr, wanted, offices);
    case Kind::Equal:
      return derive_equal(expr, wanted, offices);
    case Kind::NotEqual:
      return derive_equal(expr, !wanted, offices);
    case Kind::Contains:
    case Kind::ContainsAll:
    case Kind::ContainsAny:
      return derive_question(expr, wanted, offices);
    default:
      return std::nullopt;
  }
}

std::vector<registry::OfficeId> Analysis::offices_of(OfficeSet set) const {
  std::vector<registry::OfficeId> members;
  for (std::size_t i = 0; i < offices.size(); ++i) {
    if (((set >> i) & 1U) != 0) members.push_back(offices[i]);
  }
  std::sort(members.begin(), members.end());
  return members;
}

std::vector<std::vector<registry::OfficeId>> Analysis::approvals_of(const OfficeSets& sets) const {
  std::vector<std::vector<registry::OfficeId>> approvals;
  for (const OfficeSet set : sets.sets()) approvals.push_back(offices_of(set));
  std::sort(approvals.begin(), approvals.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return approvals;
}

Analysis analyse(const RuleBook::Compiled& book, const Hearing& hearing, const Facts& facts) {
  Analysis analysis;
  for (const cedar::PolicyOutcome& outcome : cedar::evaluate_partially(
           book.binding, hearing.with_unknown_approvals(), hearing.entities())) {
    add_outcome(book, outcome, facts, analysis);
  }
  add_advising(book, hearing, facts, analysis);
  if (std::optional<OfficeSets> allows = put_together(analysis)) {
    analysis.allows = *std::move(allows);
  } else {
    analysis.gaps.push_back(
        {"too-many-sets", fmt::format("more than {} combinations of approvals would have to be "
                                      "told apart",
                                      kMostSetsDeriving)});
  }
  return analysis;
}

}  // namespace countersign::kernel
