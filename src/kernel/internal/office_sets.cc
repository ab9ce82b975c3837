// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/office_sets.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace countersign::kernel {

OfficeSets OfficeSets::any_of(OfficeSet offices) {
  std::vector<OfficeSet> sets;
  for (OfficeSet rest = offices; rest != 0; rest &= rest - 1) {
    sets.push_back(rest & (~rest + 1));
  }
  return OfficeSets(std::move(sets));
}

std::optional<OfficeSets> OfficeSets::minimal(std::vector<OfficeSet> sets) {
  // Smaller sets first: whatever absorbs a set stands before it, so that what is kept stays.
  std::sort(sets.begin(), sets.end(), [](OfficeSet a, OfficeSet b) {
    return std::pair(std::popcount(a), a) < std::pair(std::popcount(b), b);
  });
  std::vector<OfficeSet> kept;
  for (const OfficeSet set : sets) {
    const bool absorbed =
        std::any_of(kept.begin(), kept.end(), [set](OfficeSet less) { return (less & ~set) == 0; });
    if (absorbed) continue;
    if (kept.size() == kMostSetsDeriving) return std::nullopt;
    kept.push_back(set);
  }
  std::sort(kept.begin(), kept.end());
  return OfficeSets(std::move(kept));
}

std::optional<OfficeSets> OfficeSets::either(const OfficeSets& a, const OfficeSets& b) {
  if (a.is_never() || b.is_always()) return b;
  if (b.is_never() || a.is_always()) return a;
  std::vector<OfficeSet> sets = a.sets_;
  sets.insert(sets.end(), b.sets_.begin(), b.sets_.end());
  return minimal(std::move(sets));
}

std::optional<OfficeSets> OfficeSets::both(const OfficeSets& a, const OfficeSets& b) {
  if (a.is_always() || b.is_never()) return b;
  if (b.is_always() || a.is_never()) return a;
  std::vector<OfficeSet> sets;
  sets.reserve(a.sets_.size() * b.sets_.size());
  for (const OfficeSet left : a.sets_) {
    for (const OfficeSet right : b.sets_) sets.push_back(left | right);
  }
  return minimal(std::move(sets));
}

bool OfficeSets::holds(OfficeSet approvals) const {
  return std::any_of(sets_.begin(), sets_.end(),
                     [approvals](OfficeSet set) { return (set & ~approvals) == 0; });
}

}  // namespace countersign::kernel
