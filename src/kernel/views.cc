// SPDX-License-Identifier: Apache-2.0
#include "kernel/views.h"

#include <algorithm>
#include <utility>

#include "kernel/internal/analysis.h"
#include "kernel/internal/compiled.h"
#include "kernel/internal/policy_grounds.h"

namespace countersign::kernel {

namespace {

// Facts without a stock figure, so that none can be looked at by mistake.
std::optional<Facts> facts_without_stock(const Rules& rules, const Request& request,
                                         const registry::TieFacts& ties) {
  const registry::AuthorityView* authority = rules.view().find(ties.authority);
  if (authority == nullptr) return std::nullopt;
  registry::AuthorityView without_stock = *authority;
  without_stock.holdings = nullptr;
  auto facts = make_facts(rules.view(), without_stock, request, ties, {});
  if (!facts) return std::nullopt;
  facts.value().tallies.clear();
  return std::move(facts).value();
}

template <class T>
void sort_unique(std::vector<T>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void show_bars(const Analysis& analysis, const PolicyGrounds& grounds,
               AuthorityRequesterView& view) {
  view.shown = analysis.no_forbid.is_never() ? Shown::Prohibited : Shown::ApprovalRequired;
  view.approvals = analysis.approvals_of(analysis.no_forbid);
  for (const Rule* rule : analysis.barring) view.barred_by.push_back(rule->directive);
  for (const OpenPolicy& policy : analysis.open) {
    if (policy.decides()) view.barred_by.push_back(policy.rule->directive);
  }
  sort_unique(view.barred_by);
  for (const OpenPolicy& policy : analysis.open) {
    if (!policy.decides() || !policy.depends_on_approvals() || !policy.rule->procedure) continue;
    const registry::Procedure& procedure = *policy.rule->procedure;
    for (const registry::AdviceDemand& advice : procedure.advice) {
      if (!procedure.silence_of(advice)) continue;
      view.procedure.push_back({advice.office, advice.kind, policy.rule->directive, procedure.id,
                                procedure.silence_of(advice)});
    }
    if (procedure.silence) {
      view.deadlines.push_back({policy.rule->directive, procedure.id, procedure.silence});
    }
  }
  sort_unique(view.procedure);
  sort_unique(view.deadlines);
  grounds.add_decided(view.grounds);
}

// What the announced forbids make of it; left as referred when they cannot be evaluated.
void show(const RuleBook& book, const Facts& facts, AuthorityRequesterView& view) {
  const auto hearing = Hearing::open(book.compiled(), facts);
  if (!hearing) return;
  const Analysis analysis = analyse(book.compiled(), *hearing, facts);
  if (!analysis.gaps.empty()) return;
  const PolicyGrounds grounds(book.compiled(), *hearing, facts, analysis);
  for (const Rule* rule : analysis.advising) view.advisories.push_back(rule->directive);
  sort_unique(view.advisories);
  if (!analysis.no_forbid.is_always()) show_bars(analysis, grounds, view);
  grounds.add_advisories(view.grounds);
}

}  // namespace

std::string_view name_of(Shown shown) {
  switch (shown) {
    case Shown::Referred:
      return "referred";
    case Shown::ApprovalRequired:
      return "approval_required";
    case Shown::Prohibited:
      return "prohibited";
  }
  return "referred";
}

std::string_view words_of(Shown shown) {
  switch (shown) {
    case Shown::Referred:
      return "referred to the authority";
    case Shown::ApprovalRequired:
      return "approval required";
    case Shown::Prohibited:
      return "prohibited";
  }
  return "referred to the authority";
}

base::Ruled<RequesterView> requester_view(const Rules& rules, const Request& request) {
  if (auto refusal = refuse_unknown_names(request, rules.registers(), rules.view())) {
    return *std::move(refusal);
  }
  const registry::Ties ties = registry::trace_ties(
      rules.view(), {request.item, request.used_with,
                     request.data_sources.value_or(std::vector<registry::DataSource>())});
  RequesterView view;
  view.at = rules.view().at();
  view.undeclared = undeclared(request);
  for (const registry::TieFacts& tie : ties.tied) {
    AuthorityRequesterView one;
    one.authority = tie.authority;
    one.ties = tie.bases;
    const RuleBook* book = rules.announced_book(tie.authority);
    const auto facts = ties.determined() ? facts_without_stock(rules, request, tie) : std::nullopt;
    if (book != nullptr) {
      one.stock_left_out =
          book->compiled().stock_left_out[static_cast<std::size_t>(request.action)];
      if (facts) show(*book, *facts, one);
    }
    view.overall = std::max(view.overall, one.shown);
    view.authorities.push_back(std::move(one));
  }
  return view;
}

}  // namespace countersign::kernel
