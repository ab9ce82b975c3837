// SPDX-License-Identifier: Apache-2.0
#include "kernel/case.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace countersign::kernel {

const Finding* Lane::find(Position position, const Commitment& commitment) const {
  for (const Finding& finding : findings) {
    if (finding.position == position && finding.commitment == commitment) return &finding;
  }
  return nullptr;
}

const Advice* Lane::advice_of(const registry::OfficeId& office) const {
  const auto found = std::find_if(advice.rbegin(), advice.rend(), [&](const Advice& given) {
    return given.done.signer.office == office;
  });
  return found == advice.rend() ? nullptr : &*found;
}

std::vector<const Decision*> Lane::approvals() const {
  std::vector<const Decision*> standing = given_approvals();
  std::erase_if(standing, [](const Decision* approval) { return approval->done.suspected; });
  return standing;
}

namespace {

std::vector<const Decision*> given(const std::vector<Decision>& decisions,
                                   DecisionOutcome outcome) {
  // Of the case and of each grant apart.
  using About = std::optional<registry::GrantId>;
  std::set<std::tuple<registry::OfficeId, About, About>> recalled;
  std::vector<const Decision*> standing;
  for (auto at = decisions.rbegin(); at != decisions.rend(); ++at) {
    const std::tuple of(at->done.signer.office, at->body.resumes, at->body.after);
    if (at->body.outcome == DecisionOutcome::Recall) recalled.insert(of);
    if (at->body.outcome == outcome && !recalled.contains(of)) standing.push_back(&*at);
  }
  return standing;
}

}  // namespace

std::vector<const Decision*> Lane::given_approvals() const {
  return given(decisions, DecisionOutcome::Approve);
}

std::vector<const Decision*> Lane::emergencies() const {
  return given(decisions, DecisionOutcome::Emergency);
}

const Decision* Lane::denial(const seal::Digest& statement) const {
  const auto found = std::find_if(decisions.begin(), decisions.end(), [&](const Decision& each) {
    return each.body.outcome == DecisionOutcome::Deny && each.done.statement == statement;
  });
  return found == decisions.end() ? nullptr : &*found;
}

std::vector<seal::Digest> Lane::advice_before(Position before) const {
  std::map<Position, seal::Digest> in_order;
  for (const Advice& given : advice) {
    if (given.done.position < before) in_order.emplace(given.done.position, given.done.statement);
  }
  for (const Override& made : overrides) {
    if (made.done.position < before) in_order.emplace(made.done.position, made.done.statement);
  }
  std::vector<seal::Digest> digests;
  for (const auto& [position, digest] : in_order) digests.push_back(digest);
  return digests;
}

std::string_view name_of(CaseStatus status) {
  switch (status) {
    case CaseStatus::Pending:
      return "pending";
    case CaseStatus::Denied:
      return "denied";
    case CaseStatus::Returned:
      return "returned";
    case CaseStatus::Granted:
      return "granted";
    case CaseStatus::Withdrawn:
      return "withdrawn";
  }
  return {};
}

std::optional<base::Instant> Query::settled() const {
  std::optional<base::Instant> at;
  if (!answers.empty()) at = answers.front().done.at;
  if (withdrawn && (!at || withdrawn->at < *at)) at = withdrawn->at;
  return at;
}

const Query* Case::query(const seal::Digest& statement) const {
  const auto found = std::find_if(queries.begin(), queries.end(), [&](const Query& asked) {
    return asked.done.statement == statement;
  });
  return found == queries.end() ? nullptr : &*found;
}

const Advice* Case::earlier_advice(const registry::PartyId& authority,
                                   const registry::OfficeId& office,
                                   const seal::Digest& statement) const {
  for (const EarlierVersion& version : earlier) {
    const auto lane = version.lanes.find(authority);
    if (lane == version.lanes.end()) continue;
    for (const Advice& given : lane->second.advice) {
      if (given.done.statement == statement && given.done.signer.office == office) return &given;
    }
  }
  return nullptr;
}

const Advice* Case::last_earlier_advice(const registry::PartyId& authority,
                                        const registry::OfficeId& office) const {
  for (auto version = earlier.rbegin(); version != earlier.rend(); ++version) {
    const auto lane = version->lanes.find(authority);
    if (lane == version->lanes.end()) continue;
    if (const Advice* advice = lane->second.advice_of(office)) return advice;
  }
  return nullptr;
}

ChainLink Case::next_link() const {
  if (entries.empty()) return {};
  return {static_cast<std::int64_t>(entries.size()), last_leaf};
}

std::string words_of(const SilentRefusal& refusal) {
  std::vector<std::string_view> offices;
  for (const registry::OfficeId& office : refusal.offices) offices.push_back(office.text());
  return fmt::format("{} kept silent until the time was over at {}, for which {} refuses it ({})",
                     fmt::join(offices, ", "), base::to_text(refusal.at), refusal.directive.text(),
                     refusal.procedure.text());
}

}  // namespace countersign::kernel
