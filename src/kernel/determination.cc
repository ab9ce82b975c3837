// SPDX-License-Identifier: Apache-2.0
#include "kernel/determination.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cedar/authorizer.h"
#include "kernel/internal/analysis.h"
#include "kernel/internal/compiled.h"

namespace countersign::kernel {

namespace {

// More than these are undetermined: nobody could choose among them.
constexpr std::size_t kMostApprovalSets = 64;

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Runs the policies that ask about approvals with sets of approvals, each once, and puts the answer
// together with what holds whoever approves.
class Confirmation {
 public:
  Confirmation(const RuleBook::Compiled& book, const Hearing& hearing, const Analysis& analysis)
      : hearing_(hearing),
        analysis_(analysis),
        authorizer_(book.asking),
        offices_(Hearing::values_of(analysis.offices)) {}

  Verdict with(OfficeSet approvals) {
    for (const auto& [known, verdict] : verdicts_) {
      if (known == approvals) return verdict;
    }
    std::vector<cedar::Value> offices;
    for (std::size_t i = 0; i < offices_.size(); ++i) {
      if (((approvals >> i) & 1U) != 0) offices.push_back(offices_[i]);
    }
    verdicts_.emplace_back(approvals, run(std::move(offices)));
    return verdicts_.back().second;
  }

  Verdict run(std::vector<cedar::Value> approvals) {
    const cedar::Request request = hearing_.with_approvals(std::move(approvals));
    const cedar::Response& response = authorizer_.decide(request, hearing_.entities());
    if (!response.errors.empty()) return Verdict::Error;
    const bool forbidden = response.verdict == cedar::Verdict::Deny && !response.reasons.empty();
    if (forbidden || !analysis_.barring.empty()) return Verdict::Deny;
    const bool permitted =
        response.verdict == cedar::Verdict::Allow || !analysis_.permitting.empty();
    return permitted ? Verdict::Allow : Verdict::Deny;
  }

 private:
  const Hearing& hearing_;
  const Analysis& analysis_;
  cedar::Authorizer authorizer_;
  std::vector<cedar::Value> offices_;  // of the analysis, in the order of their bits
  std::vector<std::pair<OfficeSet, Verdict>> verdicts_;
};

// Whether plain runs of the policies bear out what was derived with approvals unknown.
bool confirmed(const RuleBook::Compiled& book, const Hearing& hearing, const Analysis& analysis) {
  Confirmation confirmation(book, hearing, analysis);
  if (analysis.allows.is_always()) return confirmation.with(0) == Verdict::Allow;
  if (analysis.allows.is_never()) {
    return confirmation.run(Hearing::values_of(book.offices)) == Verdict::Deny;
  }
  for (const OfficeSet set : analysis.allows.sets()) {
    if (confirmation.with(set) != Verdict::Allow) return false;
    for (OfficeSet rest = set; rest != 0; rest &= rest - 1) {
      const OfficeSet without = set & ~(rest & (~rest + 1));
      if (confirmation.with(without) != Verdict::Deny) return false;
    }
  }
  return true;
}

void add_deciding(const Rule& rule, AuthorityDetermination& determination) {
  auto& directives = rule.policy->effect == cedar::Effect::Permit ? determination.authorised_by
                                                                  : determination.barred_by;
  // Those of one directive follow each other.
  if (directives.empty() || directives.back() != rule.directive) {
    directives.push_back(rule.directive);
  }
  determination.decided_by.push_back(rule.policy->id);
}

void add_policies(const Analysis& analysis, AuthorityDetermination& determination) {
  determination.decided_by.reserve(analysis.permitting.size() + analysis.barring.size() +
                                   analysis.open.size());
  for (const Rule* rule : analysis.permitting) add_deciding(*rule, determination);
  for (const Rule* rule : analysis.barring) add_deciding(*rule, determination);
  for (const OpenPolicy& policy : analysis.open) {
    if (!policy.decides()) continue;
    add_deciding(*policy.rule, determination);
    if (determination.outcome != Outcome::ApprovalRequired) continue;
    if (!policy.depends_on_approvals()) continue;
    // Nobody needs a permit's approval where another permit holds without any.
    if (policy.is_permit() && analysis.permits.is_always()) continue;
    determination.required_by.push_back(policy.rule->directive);
    if (!policy.rule->procedure) continue;
    const registry::Procedure& procedure = *policy.rule->procedure;
    for (const registry::AdviceDemand& advice : procedure.advice) {
      determination.procedure.push_back({advice.office, advice.kind, policy.rule->directive,
                                         procedure.id, procedure.silence_of(advice)});
    }
    if (procedure.silence) {
      determination.deadlines.push_back({policy.rule->directive, procedure.id, procedure.silence});
    }
  }
  for (const Rule* rule : analysis.advising) determination.advisories.push_back(rule->directive);
  sort_unique(determination.authorised_by);
  sort_unique(determination.barred_by);
  sort_unique(determination.advisories);
  sort_unique(determination.required_by);
  sort_unique(determination.decided_by);
  sort_unique(determination.procedure);
  sort_unique(determination.deadlines);
}

AuthorityDetermination undetermined(const registry::TieFacts& ties, std::vector<Gap> gaps) {
  AuthorityDetermination determination;
  determination.authority = ties.authority;
  determination.ties = ties.bases;
  determination.gaps = std::move(gaps);
  return determination;
}

// A gap for each place where the authority's directives fail the rules, now or once a pending one
// takes effect.
std::vector<Gap> gaps_of_rules(const Rules& rules, const registry::AuthorityId& authority) {
  const RuleFailure* failure = rules.failure(authority);
  if (failure == nullptr) {
    return {{"rules", fmt::format("the directives of {} are not known", authority.text())}};
  }
  const bool pending = failure->at > rules.view().at();
  const std::string when =
      pending ? fmt::format("with what is in force from {} on, ", base::to_text(failure->at)) : "";
  std::vector<Gap> gaps;
  for (const base::Issue& issue : failure->issues) {
    Gap gap{"rules", {}, {}, issue.file, issue.at};
    for (const auto& directive : rules.registers().find(authority)->directives) {
      if (!issue.file.empty() && policy_file(directive) == issue.file)
        gap.directive = directive->id;
    }
    gap.message = fmt::format(
        "{}{} fails the rules for policies:\n{}", when,
        gap.directive.empty() ? "a directive of " + authority.text() : gap.directive.text(),
        base::to_text(issue));
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

AuthorityDetermination determine_one(const Rules& rules, const Request& request,
                                     const registry::TieFacts& ties, const Taken& taken,
                                     std::vector<PlaceBounds>& asked) {
  const registry::AuthorityView* authority = rules.view().find(ties.authority);
  const RuleBook* book = rules.book(ties.authority);
  if (authority == nullptr || book == nullptr) {
    return undetermined(ties, gaps_of_rules(rules, ties.authority));
  }
  auto facts = make_facts(rules.view(), *authority, request, ties, taken, &asked);
  if (!facts) return undetermined(ties, {{facts.error().rule, facts.error().message}});
  return determine_authority(*book, std::move(facts).value());
}

std::vector<Gap> gaps_of(const registry::Ties& ties) {
  std::vector<Gap> gaps;
  gaps.reserve(ties.gaps.size());
  for (const registry::TieGap& gap : ties.gaps) {
    gaps.push_back({std::string(registry::name_of(gap.kind)), gap.message});
  }
  return gaps;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Authorised:
      return "authorised";
    case Outcome::ApprovalRequired:
      return "approval_required";
    case Outcome::Prohibited:
      return "prohibited";
    case Outcome::Undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::string_view words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Authorised:
      return "no approval needed (nothing granted yet)";
    case Outcome::ApprovalRequired:
      return "approval required";
    case Outcome::Prohibited:
      return "prohibited";
    case Outcome::Undetermined:
      return "undetermined (nothing may be granted)";
  }
  return "undetermined (nothing may be granted)";
}

Fingerprint AuthorityDetermination::fingerprint() const {
  return {outcome, approvals, decided_by, procedure, rating, deadlines};
}

const AuthorityDetermination* Determination::find(const registry::AuthorityId& authority) const {
  const auto found = std::find_if(
      authorities.begin(), authorities.end(),
      [&authority](const AuthorityDetermination& one) { return one.authority == authority; });
  return found == authorities.end() ? nullptr : &*found;
}

AuthorityDetermination determine_authority(const RuleBook& rule_book, Facts facts) {
  const RuleBook::Compiled& book = rule_book.compiled();
  AuthorityDetermination determination = undetermined(facts.ties, {});
  determination.authority = facts.authority;
  const auto hearing = Hearing::open(book, facts);
  if (!hearing) {
    determination.gaps.push_back(
        {"rules", fmt::format("facts of {} were put before the rules of {}", facts.authority.text(),
                              book.authority.text())});
    return determination;
  }
  Analysis analysis = analyse(book, *hearing, facts);
  if (book.asks_for_rating[static_cast<std::size_t>(facts.action)] && facts.rating) {
    determination.rating = facts.rating->colour;
  }
  determination.facts = std::move(facts);
  determination.gaps = std::move(analysis.gaps);
  if (!determination.gaps.empty()) return determination;
  if (analysis.allows.sets().size() > kMostApprovalSets) {
    determination.gaps.push_back(
        {"too-many-sets", fmt::format("{} different sets of approvals would do, more than the {} "
                                      "that can be stated",
                                      analysis.allows.sets().size(), kMostApprovalSets)});
    return determination;
  }
  if (!confirmed(book, *hearing, analysis)) {
    determination.gaps.push_back(
        {"unconfirmed", "evaluating the policies with the derived approvals gave another answer"});
    return determination;
  }
  if (analysis.allows.is_always()) {
    determination.outcome = Outcome::Authorised;
  } else if (analysis.allows.is_never()) {
    determination.outcome = Outcome::Prohibited;
  } else {
    determination.outcome = Outcome::ApprovalRequired;
    determination.approvals = analysis.approvals_of(analysis.allows);
  }
  add_policies(analysis, determination);
  return determination;
}

base::Ruled<Determination> determine(const Rules& rules, const Request& request,
                                     const Taken& taken) {
  if (auto refusal = refuse_unknown_names(request, rules.registers(), rules.view())) {
    return *std::move(refusal);
  }
  const registry::Ties ties = registry::trace_ties(rules.view(), tie_question(request));
  Determination determination;
  determination.request = request;
  determination.at = rules.view().at();
  determination.gaps = gaps_of(ties);
  determination.overall =
      ties.determined() && !ties.tied.empty() ? Outcome::Authorised : Outcome::Undetermined;
  std::vector<PlaceBounds> asked;
  determination.authorities.reserve(ties.tied.size());
  for (const registry::TieFacts& tie : ties.tied) {
    determination.authorities.push_back(ties.determined()
                                            ? determine_one(rules, request, tie, taken, asked)
                                            : undetermined(tie, determination.gaps));
    determination.overall =
        std::max(determination.overall, determination.authorities.back().outcome);
  }
  return determination;
}

}  // namespace countersign::kernel
