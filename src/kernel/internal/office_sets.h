// SPDX-License-Identifier: Apache-2.0
// Monotone conditions over offices, as their minimal sets: the approvals that suffice.
//
// An OfficeSet is a bitset over the offices that one evaluation asks about. A condition that can
// only become true by more approvals is told wholly by its minimal sets.
// Invariant of OfficeSets: Antichain: no set holds another; sorted, so that equal conditions have
// equal representations. No set at all is "never", the one empty set is "always".
#ifndef COUNTERSIGN_KERNEL_INTERNAL_OFFICE_SETS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_OFFICE_SETS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace countersign::kernel {

using OfficeSet = std::uint64_t;

// The most offices one evaluation may ask about.
inline constexpr std::size_t kMostOffices = 64;
// The most minimal sets while deriving; past it the condition counts as too involved to state.
inline constexpr std::size_t kMostSetsDeriving = 512;

class OfficeSets {
 public:
  static OfficeSets never() { return OfficeSets({}); }
  static OfficeSets always() { return OfficeSets({0}); }
  // True once every office of `offices` approves.
  static OfficeSets all_of(OfficeSet offices) { return OfficeSets({offices}); }
  // True once any office of `offices` approves.
  static OfficeSets any_of(OfficeSet offices);

  // "a or b", "a and b"; empty when the result would have more than kMostSetsDeriving sets.
  static std::optional<OfficeSets> either(const OfficeSets& a, const OfficeSets& b);
  static std::optional<OfficeSets> both(const OfficeSets& a, const OfficeSets& b);

  std::span<const OfficeSet> sets() const { return sets_; }
  bool is_never() const { return sets_.empty(); }
  bool is_always() const { return sets_.size() == 1 && sets_[0] == 0; }
  bool holds(OfficeSet approvals) const;

  friend bool operator==(const OfficeSets&, const OfficeSets&) = default;

 private:
  explicit OfficeSets(std::vector<OfficeSet> sets) : sets_(std::move(sets)) {}
  // Leaves the minimal ones of any sets; empty when those are more than kMostSetsDeriving.
  static std::optional<OfficeSets> minimal(std::vector<OfficeSet> sets);

  std::vector<OfficeSet> sets_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_OFFICE_SETS_H_
