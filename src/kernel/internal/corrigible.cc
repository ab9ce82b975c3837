// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/corrigible.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {
namespace {

constexpr std::string_view kNotDrawn = "not-drawn";

template <class Step>
std::optional<std::size_t> index_of(const std::vector<Step>& steps, Position entry) {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const Step& step) { return step.done.position == entry; });
  if (found == steps.end()) return std::nullopt;
  return static_cast<std::size_t>(found - steps.begin());
}

}  // namespace

std::optional<CorrigibleStep> find_corrigible(const Case& of, const Grants& grants,
                                              Position entry) {
  if (const auto at = index_of(of.claims, entry)) {
    const CaseClaim& claim = of.claims[*at];
    return CorrigibleStep{Corrigible::Claim, &claim.done, claim.authority, nullptr, *at};
  }
  for (const auto& [authority, lane] : of.lanes) {
    if (const auto at = index_of(lane.advice, entry)) {
      return CorrigibleStep{Corrigible::Advice, &lane.advice[*at].done, authority, nullptr, *at};
    }
  }
  for (const registry::GrantId& id : of.grants) {
    const GrantRecord& grant = grants.at(id);
    if (const auto at = index_of(grant.draws, entry)) {
      return CorrigibleStep{Corrigible::Draw, &grant.draws[*at].done, {}, &grant, *at};
    }
    if (const auto at = index_of(grant.reports, entry)) {
      return CorrigibleStep{Corrigible::Report, &grant.reports[*at].done, {}, &grant, *at};
    }
  }
  return std::nullopt;
}

base::Json write(const std::vector<base::Refusal>& discrepancies) {
  std::vector<base::Json> items;
  for (const base::Refusal& reason : discrepancies) {
    items.push_back(base::json_object({{"rule", base::json_text(reason.rule)},
                                       {"message", base::json_text(reason.message)},
                                       {"where", base::json_text(reason.where)}}));
  }
  return base::json_array(std::move(items));
}

std::vector<base::Refusal> read_discrepancies(const base::Json& document, base::Report& report) {
  std::vector<base::Refusal> discrepancies;
  for (const base::Json& item : document.items) {
    base::Fields fields(item, "a discrepancy", report);
    base::Refusal reason{fields.text("rule"), fields.text("message"), {}};
    reason.where = fields.maybe_text("where").value_or("");
    fields.finish();
    discrepancies.push_back(std::move(reason));
  }
  return discrepancies;
}

base::Json write(const std::vector<ReportEvaluation>& evaluations) {
  std::vector<base::Json> items;
  for (const ReportEvaluation& evaluation : evaluations) {
    items.push_back(base::json_object({{"report", json_of(evaluation.report)},
                                       {"discrepancies", write(evaluation.discrepancies)}}));
  }
  return base::json_array(std::move(items));
}

std::vector<ReportEvaluation> read_evaluations(const base::Json& document, base::Report& report) {
  std::vector<ReportEvaluation> evaluations;
  for (const base::Json& item : document.items) {
    base::Fields fields(item, "an evaluation", report);
    ReportEvaluation evaluation;
    evaluation.report = position_in(fields, "report");
    if (const base::Json* listed = fields.need("discrepancies")) {
      evaluation.discrepancies = read_discrepancies(*listed, report);
    }
    fields.finish();
    evaluations.push_back(std::move(evaluation));
  }
  return evaluations;
}

std::optional<base::Refusal> check_drawn(const GrantRecord& before, const ReportBody& body) {
  std::int64_t left = 0;
  std::string of = "of what was drawn by then for these categories";
  if (body.allotment) {
    const Draw* allotment = before.allotment(*body.allotment);
    if (allotment != nullptr) left = before.unused(*allotment);
    of = fmt::format("of the allotment in entry {}", *body.allotment);
  } else {
    left = before.unreported(body.categories, body.at);
  }
  if (body.quantity <= left) return std::nullopt;
  return base::Refusal{std::string(kNotDrawn),
                       fmt::format("{} reported; {}, {} was left", body.quantity, of,
                                   std::max<std::int64_t>(left, 0)),
                       "quantity"};
}

std::vector<ReportEvaluation> evaluate_again(const GrantRecord& corrected) {
  std::vector<ReportEvaluation> changed;
  GrantRecord before = corrected;
  before.reports.clear();
  for (const UseReport& report : corrected.reports) {
    std::vector<base::Refusal> now = report.discrepancies;
    std::erase_if(now, [](const base::Refusal& reason) { return reason.rule == kNotDrawn; });
    const bool was = now.size() != report.discrepancies.size();
    auto missing = check_drawn(before, report.body);
    const bool is = missing.has_value();
    if (is) now.push_back(*std::move(missing));
    before.reports.push_back(report);
    if (was != is) changed.push_back({report.done.position, std::move(now)});
  }
  return changed;
}

}  // namespace countersign::kernel
