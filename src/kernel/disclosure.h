// SPDX-License-Identifier: Apache-2.0
// What of a grant's entries is shown to whom: the one table by which bundles are written and by
// which they are checked, so that nobody is judged by what somebody chose to show
// (docs/formats/bundles.md, "What each shows").
#ifndef COUNTERSIGN_KERNEL_DISCLOSURE_H_
#define COUNTERSIGN_KERNEL_DISCLOSURE_H_

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/ids.h"
#include "kernel/logged.h"
#include "registry/ids.h"

namespace countersign::kernel {

// Whom a bundle is for.
struct Audience {
  enum class Kind {
    Overseer,   // of all authorities: everything
    Authority,  // its own lane whole, the others' as the holder sees them
    Holder,
  };
  Kind kind = Kind::Overseer;
  registry::PartyId authority;  // of Kind::Authority only

  static Audience overseer() { return {}; }
  static Audience of(registry::PartyId authority) {
    return {Kind::Authority, std::move(authority)};
  }
  static Audience holder() { return {Kind::Holder, {}}; }

  friend bool operator==(const Audience&, const Audience&) = default;
};

// Which entries are one authority's part of a case, as its grant's entry commits to them (field
// `lane:A`): what others were not shown can be checked to be theirs.
struct LaneIndex {
  // Its findings, claims, advice, overrides, decisions, consents; its queries with their answers;
  // about every version of the request.
  std::vector<Position> steps;
  // Records of other authorities that its ties and policies rest on: descriptions and prices.
  std::vector<Position> records;

  static LaneIndex read(const base::Json& document, base::Report& report);
  static base::Json write(const LaneIndex& index);
};

// What is shown of one entry.
struct Showing {
  bool whole = false;                   // every field it commits to
  std::vector<std::string_view> names;  // otherwise these, exactly

  bool has(std::string_view name) const;
};

// The table, for one audience and the entries of one grant.
class Exposure {
 public:
  // `entries` may disclose all, or what this audience is shown of them: the grant's entry is what
  // the table is read from. Without one (no grant is issued yet) only an overseer sees anything.
  // Refused by `grant-differs` when the grant's entry does not read, `no-lane` when it has no lane
  // of that authority.
  static base::Ruled<Exposure> create(const Audience& audience,
                                      std::span<const LoggedEntry> entries);

  // Empty: the entry is not in the bundle at all.
  std::optional<Showing> of(const LoggedEntry& entry) const;

  const LaneIndex& lane() const { return lane_; }
  // Whether the entry is that of the grant itself, the last one among the entries: those before it
  // are of earlier grants of the case.
  bool is_grant(const LoggedEntry& entry) const { return grant_ == entry.position; }
  // Whether the entry is a step of the audience's own lane.
  bool is_own_step(const LoggedEntry& entry) const { return steps_.contains(entry.position); }

 private:
  // An office and a key by which something was signed.
  using Hand = std::pair<std::string, std::string>;

  explicit Exposure(const Audience& audience) : audience_(audience) {}

  base::Ruled<void> take_grant(const LoggedEntry& grant);
  std::optional<Showing> of_authority(const LoggedEntry& entry) const;
  std::optional<Showing> of_case(const LoggedEntry& entry) const;
  std::optional<Showing> of_step(const LoggedEntry& entry) const;
  std::optional<Showing> of_confirmation(const LoggedEntry& entry) const;
  void take_hand(const LoggedEntry& entry);
  std::optional<Showing> since_issue(const LoggedEntry& entry) const;
  bool is_of_own(const LoggedEntry& entry) const;

  Audience audience_;
  std::optional<Position> grant_;
  std::set<Position> named_;  // consents of the grant and of its resumptions
  LaneIndex lane_;
  std::set<Position> steps_;
  std::set<Position> records_;
  std::vector<std::string> own_fields_;  // "findings:A", "facts:A", "lane:A"
  std::set<Hand> hands_;                 // of the statements shown
  std::set<std::string> keys_;           // by which these were signed
  std::set<seal::Digest> statements_;    // their digests
  std::set<std::string> away_;           // the offices for which others acted in them
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_DISCLOSURE_H_
