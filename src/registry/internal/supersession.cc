// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/supersession.h"

#include <algorithm>
#include <unordered_map>

namespace countersign::registry::internal {
namespace {

// Cuts `target` off where `by` begins, if that is the earliest end so far.
void end_at_beginning_of(const DirectiveInForce& by, DirectiveInForce& target) {
  const base::Instant begins = by.effective.from;
  if (begins >= target.effective.until) return;
  // One that is superseded no later than it begins is never in force: an empty period.
  target.effective.until = std::max(begins, target.effective.from);
  target.superseded_by = by->id;
}

}  // namespace

std::optional<std::vector<DirectiveInForce>> apply_supersession(
    const std::vector<Recorded<Directive>>& directives, const Recorded<Directive>** circle) {
  std::vector<DirectiveInForce> applied;
  applied.reserve(directives.size());
  for (const auto& directive : directives) {
    applied.push_back({&directive, directive.record.period, std::nullopt});
  }
  std::sort(applied.begin(), applied.end(),
            [](const auto& a, const auto& b) { return a->id < b->id; });
  std::unordered_map<DirectiveId, std::size_t> places;
  for (std::size_t i = 0; i < applied.size(); ++i) places.emplace(applied[i]->id, i);

  // Whether a directive ever comes into force is settled by those that supersede it, so they are
  // taken first: those that none supersedes, then what only they supersede, and so on.
  std::vector<std::size_t> superseders(applied.size(), 0);
  for (const auto& one : applied) {
    for (const DirectiveId& target : one->supersedes) {
      if (const auto found = places.find(target); found != places.end()) {
        ++superseders[found->second];
      }
    }
  }
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (superseders[i] == 0) ready.push_back(i);
  }
  for (std::size_t next = 0; next < ready.size(); ++next) {
    const DirectiveInForce& one = applied[ready[next]];
    for (const DirectiveId& target : one->supersedes) {
      const auto found = places.find(target);
      if (found == places.end()) continue;
      if (!one.effective.empty()) end_at_beginning_of(one, applied[found->second]);
      if (--superseders[found->second] == 0) ready.push_back(found->second);
    }
  }
  if (ready.size() == applied.size()) return applied;
  // What is left is a circle or is superseded by one: each has a superseder that is left, so going
  // from superseder to superseder ends in a circle.
  const auto left = [&superseders](std::size_t at) { return superseders[at] != 0; };
  std::size_t at = 0;
  while (!left(at)) ++at;
  for (std::size_t step = 0; step < applied.size(); ++step) {
    const DirectiveId& target = applied[at]->id;
    for (std::size_t i = 0; i < applied.size(); ++i) {
      const auto& targets = applied[i]->supersedes;
      if (!left(i) || std::find(targets.begin(), targets.end(), target) == targets.end()) continue;
      at = i;
      break;
    }
  }
  *circle = applied[at].directive;
  return std::nullopt;
}

}  // namespace countersign::registry::internal
