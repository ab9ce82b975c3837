// SPDX-License-Identifier: Apache-2.0
#include "kernel/lifecycle.h"

#include <algorithm>

#include <fmt/format.h>

namespace countersign::kernel {
namespace {

using base::Refusal;

std::string_view text_of(const base::Json& object, std::string_view name) {
  const base::Json* found = object.find(name);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

std::string variant_of(EntryKind kind, const base::Json& body) {
  switch (kind) {
    case EntryKind::Claim:
    case EntryKind::Query:
      return body.find("withdraws") == nullptr ? "" : "withdraw";
    case EntryKind::Decision: {
      const std::string_view of = body.find("resumes") != nullptr ? ", to resume"
                                  : body.find("after") != nullptr ? ", of the rest"
                                                                  : "";
      return fmt::format("{}{}", text_of(body, "outcome"), of);
    }
    case EntryKind::Correction:
      return std::string(text_of(body, "what"));
    case EntryKind::Reconsidered:
      return std::string(text_of(body, "outcome"));
    case EntryKind::Acknowledge:
      return body.find("provisos") == nullptr ? "revocation" : "provisos";
    default:
      return {};
  }
}

bool holds(const std::vector<GrantStatus>& list, GrantStatus status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

}  // namespace

Step step_of(const SignedStatement& statement) {
  return {statement.head.kind, variant_of(statement.head.kind, statement.body)};
}

Step step_of(const LoggedEntry& entry) {
  if (entry.statement) return step_of(*entry.statement);
  if (entry.kind != EntryKind::Outcome) return {entry.kind, {}};
  const base::Json* outcome = entry.field("outcome");
  return {entry.kind, outcome == nullptr ? std::string() : outcome->text};
}

const StepRule* find(const Step& step) {
  for (const StepRule& rule : step_rules()) {
    if (rule.kind == step.kind && rule.variant == step.variant) return &rule;
  }
  return nullptr;
}

base::Ruled<void> check_follows(const StepRule& rule, const Case* of, const GrantRecord* named,
                                std::span<const GrantRecord* const> all, base::Instant at) {
  if (rule.opens) {
    if (of == nullptr) return base::outcome::success();
    return Refusal{"case-exists", fmt::format("there is a case `{}` already", of->id.text()),
                   "case"};
  }
  if (of == nullptr) return Refusal{"unknown-case", "it names no case that there is", "case"};
  if (std::find(rule.cases.begin(), rule.cases.end(), of->status) != rule.cases.end()) {
    return base::outcome::success();
  }
  if (rule.rest && of->rest) return base::outcome::success();
  if (rule.meant == GrantMeant::Any) {
    const bool one = std::any_of(all.begin(), all.end(), [&](const GrantRecord* grant) {
      return holds(rule.grants, status_of(*grant, at));
    });
    if (one) return base::outcome::success();
  }
  if (rule.meant == GrantMeant::Named && named != nullptr) {
    const GrantStatus status = status_of(*named, at);
    if (holds(rule.grants, status)) return base::outcome::success();
    return Refusal{std::string(name_of(status)),
                   fmt::format("grant `{}` is {}", named->id.text(), name_of(status)),
                   named->id.text()};
  }
  return Refusal{"case-closed", fmt::format("case `{}` is {}", of->id.text(), name_of(of->status)),
                 of->id.text()};
}

std::string_view name_of(LaneState state) {
  switch (state) {
    case LaneState::Denied:
      return "denied";
    case LaneState::Returned:
      return "returned";
    case LaneState::Undetermined:
      return "undetermined";
    case LaneState::Prohibited:
      return "prohibited";
    case LaneState::Silent:
      return "silent";
    case LaneState::Consenting:
      return "consenting";
  }
  return {};
}

LaneState lane_state(const Case& of, const Moment& moment, const AuthorityDetermination& finding) {
  const auto consent = check_lane(of, moment, finding, std::nullopt, Clerks::MaySign);
  if (consent) return LaneState::Consenting;
  const std::string& rule = consent.error().rule;
  for (const LaneState state : kLaneStates) {
    if (rule == name_of(state)) return state;
  }
  return LaneState::Silent;
}

LaneState strictest(std::span<const LaneState> lanes) {
  if (lanes.empty()) return LaneState::Undetermined;
  return *std::min_element(lanes.begin(), lanes.end());
}

std::string_view words_of_mix(LaneState strictest) {
  switch (strictest) {
    case LaneState::Denied:
      return "denied, at once: a denial stands above every approval, and nobody's silence matters "
             "any more";
    case LaneState::Returned:
      return "returned, at once, with what the office wants changed";
    case LaneState::Undetermined:
    case LaneState::Prohibited:
      return "pending: nothing can be granted until registers or directives change";
    case LaneState::Silent:
      return "pending: it waits for those who have not spoken. Silence is never consent";
    case LaneState::Consenting:
      return "may be granted, in the common scope of all consents, if no claim is open";
  }
  return {};
}

}  // namespace countersign::kernel
