// SPDX-License-Identifier: Apache-2.0
// The state of an instance: a fold of its ledger, contents and time.
//
// What only time changes (a directive taking effect, a grant's lapse) is not entered; the fold
// visits every instant of change between two entries, so that a suspension that came stays, and
// two folds of the same ledger up to the same time are equal. Invariants:
//   Ordered   positions are dense from 0, receipt times never decrease
//   Chained   the entries of a case follow each other without a gap
//   Visited   every instant of change up to now() has been looked at for every grant
// One thread at a time; what const methods return by reference lives until the next change.
#ifndef COUNTERSIGN_KERNEL_STATE_H_
#define COUNTERSIGN_KERNEL_STATE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/authorities.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "kernel/grant_record.h"
#include "kernel/ids.h"
#include "kernel/logged.h"
#include "kernel/terms.h"
#include "registry/usage.h"

namespace countersign::kernel {

// What a determination was made under, and what it is.
struct Determined {
  std::shared_ptr<const Rules> rules;
  Determination determination;
};

// A statement in the ledger, as the index of signatures holds it.
struct SignedEntry {
  Position position = 0;
  base::Instant at;
  EntryKind kind = EntryKind::Request;
  std::optional<CaseId> case_id = std::nullopt;
};

class State {
 public:
  // `sources` has what documents name and do not hold (kernel/record_shelf.h).
  explicit State(Sources sources);
  // For this room alone.
  struct Folded;

  State(State&&) noexcept;
  State& operator=(State&&) noexcept;
  ~State();

  // Folds the next entry. Refused, with the state as it was before, when the entry contradicts what
  // is folded: a ledger that was written through this kernel gives no such refusal.
  base::Ruled<void> fold(const LoggedEntry& entry);

  // Lets time pass up to `to`, which may not lie before now().
  void advance(base::Instant to);

  Position size() const;
  base::Instant now() const;
  // Empty before the first entry.
  const std::optional<InstanceName>& instance() const;
  const Authorities& authorities() const;
  const std::map<CaseId, Case>& cases() const;
  const std::map<registry::GrantId, GrantRecord>& grants() const;
  // Cases decided before the product was there: they count, and are no cases of it.
  const std::map<CaseId, LegacyCase>& legacy() const;
  const Case* find(const CaseId& id) const;
  const GrantRecord* find(const registry::GrantId& id) const;
  // The case's grants, in the order in which they were issued.
  std::vector<const GrantRecord*> grants_of(const Case& of) const;
  // The grant of a report or end-use check, and the report; nulls where the entry is none.
  std::pair<const GrantRecord*, const UseReport*> find_report(Position position) const;

  // Everything that key has signed, in ledger order.
  std::vector<SignedEntry> signed_by(const seal::KeyId& key) const;

  // The rules in force at an instant, as known now. Kept as long as nothing in force changes.
  std::shared_ptr<const Rules> rules_at(base::Instant at) const;

  // What grants have reserved and draws have taken, as of now().
  std::vector<registry::Usage> usages() const;

  // Determines a request as of an instant, as known now; the grants of the case that the one named
  // is of are left out of tallies and ratings. An authority whose manifest has expired by `at` is
  // undetermined.
  base::Ruled<Determined> determine(
      const Request& request, base::Instant at,
      const std::optional<registry::GrantId>& leaving_out = std::nullopt) const;

  // Whether the case could be granted at `at`, once clerks have signed. Rules: `case-closed`, those
  // of determine() and check_terms().
  base::Ruled<Terms> check_grantable(const Case& of, base::Instant at) const;
  // Whether what the grant permits would be granted again at `at`, clerks' consents to standing
  // permissions that came since apart: where it would not, the grant is suspended.
  base::Ruled<Terms> check_again(const GrantRecord& grant, base::Instant at) const;

  // Everything that is folded, as one document: equal states give equal documents.
  base::Json describe() const;

 private:
  std::unique_ptr<Folded> folded_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_STATE_H_
