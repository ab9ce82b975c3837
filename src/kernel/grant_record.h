// SPDX-License-Identifier: Apache-2.0
// A grant with what was done under it and about it, as folded from the ledger. Plain records, and
// no proof of anything: see kernel/grant.h.
#ifndef COUNTERSIGN_KERNEL_GRANT_RECORD_H_
#define COUNTERSIGN_KERNEL_GRANT_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/bodies.h"
#include "kernel/bodies_file.h"
#include "kernel/case.h"
#include "kernel/ids.h"
#include "kernel/internal_reasons.h"
#include "kernel/scope.h"

namespace countersign::kernel {

// What was given back of an allotment.
struct GivenBack {
  Done done;
  GiveBackBody body;
};

// For whom a draw was taken, and until when it may be used.
struct Allotment {
  std::string to;
  base::Instant until;
  std::vector<GivenBack> given_back{};
};

struct Draw {
  Done done;
  DrawBody body;
  std::optional<Allotment> allotment{};
  std::vector<Corrected<DrawBody>> corrections{};

  // What it takes of the grant: what was given back, it does not.
  std::int64_t taken() const;
};

// The holder's word that it has taken note of free-text provisos.
struct Acknowledgement {
  Done done;
  AcknowledgeBody body;
};

struct UseReport {
  Done done;
  ReportBody body;
  std::vector<base::Refusal> discrepancies;  // empty: inside the grant
  std::optional<Done> closed;
  std::string closed_because;
  std::vector<Corrected<ReportBody>> corrections{};
  // Where a correction, of this report or of what it rests on, has changed what it comes to: the
  // entry of the last one, and what it came to when it was entered.
  std::optional<Position> evaluated_again{};
  std::vector<base::Refusal> first_discrepancies{};

  bool open() const { return !discrepancies.empty() && !closed; }
};

// An end-use check: asked for, and, once it was done, what was found.
struct EndUseCheck {
  Done requested;
  CheckRequestBody body;
  std::optional<Done> done{};
  CheckBody found{};
  std::optional<Done> closed{};  // the discrepancy that was found
  std::string closed_because{};

  bool overdue(base::Instant at) const { return !done && at >= body.due; }
  bool open() const { return done && found.finding == CheckFinding::Discrepancy && !closed; }
};

// A suspension, by an act, by the withdrawal of a key or by a change of rules; ended by a resuming
// decision.
struct Suspension {
  base::Instant at;
  std::optional<Done> done;  // empty: no act did it
  registry::PartyId authority;
  std::string why;
  // The withdrawal of a key it rests on did: entered, and told to the holder.
  bool by_key = false;
  std::optional<InternalReasons> reasons = std::nullopt;  // of an act
};

// A suspension that was ended.
struct Pause {
  base::Period period;
  std::string why;
  registry::PartyId authority = {};
  std::optional<InternalReasons> reasons = std::nullopt;
};

// A grant as a store returns it: not proof of anything. It becomes a Grant through prove_grant().
struct GrantRecord {
  registry::GrantId id;
  CaseId case_id;
  Position position = 0;
  base::Instant at;
  Scope scope;
  std::vector<registry::PartyId> authorities;  // whose consents it rests on, sorted
  std::set<Position> consents;                 // the decisions and consents it was issued on
  std::set<Position> resumed_on;               // the same of its resumptions
  // Of a grant of what another left open: that one, and how much of the request was left then.
  std::optional<registry::GrantId> after;
  std::optional<std::int64_t> rest;
  std::optional<Remainder> remainder;              // of what this one leaves out of it
  std::map<std::string, base::Instant> laid_down;  // each of scope.text: since when it binds
  std::vector<Acknowledgement> acknowledgements;   // of free-text provisos
  std::vector<Draw> draws;
  std::vector<UseReport> reports;
  std::vector<EndUseCheck> checks;
  std::optional<Suspension> suspended;
  std::vector<Pause> pauses;  // in the order in which they ended
  std::optional<Done> revoked;
  std::string revoked_because;
  registry::PartyId revoked_by;
  std::optional<InternalReasons> revoked_reasons;
  std::optional<Done> acknowledged;  // the holder has taken note of the revocation
  std::optional<Done> surrendered;   // the holder has given it up
  std::string surrendered_because;

  // The free-text provisos of the grant as it was issued or last resumed, then what decisions that
  // bind `now` add to them.
  std::vector<std::string> provisos_with(const Scope& now) const;
  // Those of `provisos` that the holder had not acknowledged at `then`.
  std::vector<std::string> unacknowledged(const std::vector<std::string>& provisos,
                                          base::Instant then) const;

  bool rests_on(const registry::PartyId& authority) const;
  // Why nothing could be done under it at `then`: `suspended`, `revoked` or `surrendered`. Whether
  // that was in its window is another question.
  std::optional<base::Refusal> barred_at(base::Instant then) const;

  std::int64_t drawn() const;
  // The allotment that was entered there, or null.
  const Draw* allotment(Position entry) const;
  // How much of an allotment is neither reported as used nor given back.
  std::int64_t unused(const Draw& allotment) const;
  // Those of reports and checks that wait for an office to close them.
  std::int64_t open_discrepancies() const;
  // How much of what was drawn by `then` for exactly these categories, allotments apart, has not
  // been reported as used, and is not needed for uses reported to have come later; negative where
  // more was reported.
  std::int64_t unreported(const std::vector<registry::CategoryId>& categories,
                          base::Instant then) const;
  std::int64_t left() const { return scope.quantity - drawn(); }
};

// What the grants of the case but that `one` hold or have drawn at `at`.
std::int64_t held_beside(const Case& of, const std::map<registry::GrantId, GrantRecord>& grants,
                         const std::optional<registry::GrantId>& one, base::Instant at);

// How much of what was asked no grant of the case holds or has drawn at `at`, for a further grant
// of what the last one left open. Rules: `no-remainder`, `suspended` (by an act), `nothing-left`.
struct Rest {
  registry::GrantId after;
  std::int64_t quantity = 0;
};
base::Ruled<Rest> rest_of(const Case& of, const std::map<registry::GrantId, GrantRecord>& grants,
                          base::Instant at);

// Exhausted: all is drawn, and the window is open in which it may be used. Surrendered: given up by
// its holder, for good.
enum class GrantStatus { Active, Suspended, Revoked, Lapsed, Exhausted, Surrendered };
std::string_view name_of(GrantStatus status);
GrantStatus status_of(const GrantRecord& grant, base::Instant at);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_GRANT_RECORD_H_
