// SPDX-License-Identifier: Apache-2.0
// A request with all that followed, as folded from the ledger; its grants: kernel/grant_record.h.
// Plain records: what may be concluded from them is the business of kernel/terms.h and commands.h.
#ifndef COUNTERSIGN_KERNEL_CASE_H_
#define COUNTERSIGN_KERNEL_CASE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/authorities.h"
#include "kernel/bodies.h"
#include "kernel/bodies_exchange.h"
#include "kernel/bodies_file.h"
#include "kernel/bodies_keys.h"
#include "kernel/bodies_reconsider.h"
#include "kernel/bodies_urgent.h"
#include "kernel/bodies_versions.h"
#include "kernel/determination.h"
#include "kernel/ids.h"
#include "kernel/internal_reasons.h"
#include "kernel/logged.h"
#include "kernel/request.h"
#include "kernel/scope.h"

namespace countersign::kernel {

// What was concluded for one authority, and where it stands in the ledger.
struct Finding {
  Position position = 0;
  Commitment commitment;  // of the entry's field `findings:A`, which decisions name
  Fingerprint fingerprint;
  base::Instant at = {};  // when it was entered
};

// Who did something, when, by which statement.
struct Done {
  Position position = 0;
  base::Instant at;
  Signer signer;
  CommandId command;
  seal::Digest statement;
  // Signed by a key that was withdrawn as suspected, and not confirmed since: it lets nothing
  // happen, and what it forbids stays forbidden.
  bool suspected = false;
  std::optional<Signer> confirmed = std::nullopt;  // who stands by it since
};

// What an entry said before it was corrected.
template <class Body>
struct Corrected {
  Done done;  // of the correction
  std::string why;
  Body mistaken;
};

struct Advice {
  Done done;
  AdviceBody body;
  // The statement on an earlier version that this one reconfirms; empty where it says so itself.
  std::optional<seal::Digest> reconfirms{};
  // Of one that corrects another: its entry, and why.
  std::optional<Position> corrects{};
  std::string why{};
};

struct Override {
  Done done;
  OverrideBody body;
};

struct Decision {
  Done done;
  DecisionBody body;
  // Of a denial: where it was set aside. It stands no more, and stays visible.
  std::optional<Position> set_aside = std::nullopt;
  // Of a consent in an emergency: its review.
  std::optional<Done> reviewed = std::nullopt;
  std::string findings = {};
  std::optional<InternalReasons> reasons = std::nullopt;

  // Whether its review was due at `at`, and is not there.
  bool is_overdue(base::Instant at) const {
    return body.outcome == DecisionOutcome::Emergency && !reviewed && *body.review_by <= at;
  }
};

// What an office said, as one person wrote it up. Never a consent.
struct OralNote {
  Done done;
  OralBody body;
};

struct Consent {
  Done done;
  ConsentBody body;
};

// An office stands by a suspected statement of its own.
struct Confirmation {
  Done done;
  registry::PartyId authority;
  ConfirmBody body;
};

// One authority's part of a case.
struct Lane {
  std::vector<Finding> findings;  // in ledger order; the last is what the machine says now
  std::vector<Advice> advice;
  std::vector<Override> overrides;
  std::vector<Decision> decisions;
  std::vector<Consent> consents;
  std::vector<OralNote> oral;

  const Finding* find(Position position, const Commitment& commitment) const;
  // The last advice of that office, or null.
  const Advice* advice_of(const registry::OfficeId& office) const;
  // The approvals that were not recalled, the latest first, suspected ones included.
  std::vector<const Decision*> given_approvals() const;
  // Those that are not suspected: what may count.
  std::vector<const Decision*> approvals() const;
  // Consents in an emergency that were not recalled, the latest first, suspected ones included.
  std::vector<const Decision*> emergencies() const;
  // The denial by that statement, or null.
  const Decision* denial(const seal::Digest& statement) const;
  // The digests of the lane's advice and overrides up to `before`, in ledger order: what a decision
  // there rests on.
  std::vector<seal::Digest> advice_before(Position before) const;
};

// A claim that an authority entered on the open case.
struct CaseClaim {
  Done done;
  registry::PartyId authority;
  ClaimBody body;
  bool withdrawn = false;
  std::vector<Corrected<ClaimBody>> corrections{};
  std::optional<Done> withdrawn_by{};

  // Whether it was taken back, by a signature that is not suspected.
  bool is_taken_back() const { return withdrawn && !(withdrawn_by && withdrawn_by->suspected); }
};

struct Answer {
  Done done;
  std::optional<AnswerBody> body;  // empty where it is kept from who looks
};

// What an office of a lane asked the requester.
struct Query {
  Done done;
  registry::PartyId authority;  // whose lane it is
  QueryBody body;
  std::vector<Answer> answers;
  std::optional<Done> withdrawn;  // taken back by the office that asked

  // Since when it is no longer with the requester; empty while it is.
  std::optional<base::Instant> settled() const;
};

// A denial that the requester asks to be looked at again, once; and what came of it.
struct Reconsideration {
  Done asked;
  ReconsiderBody body;
  registry::PartyId authority;  // whose denial it is
  std::optional<Done> decided;
  std::optional<ReconsideredBody> answer;
  std::optional<InternalReasons> reasons = std::nullopt;  // of the answer
};

// pending; denied or returned by a final office; granted; withdrawn by the requester.
enum class CaseStatus { Pending, Denied, Returned, Granted, Withdrawn };
std::string_view name_of(CaseStatus status);

// A deadline that passed in silence, by which the case is refused (kernel/clock.h).
struct SilentRefusal {
  base::Instant at;
  registry::PartyId authority;
  std::vector<registry::OfficeId> offices;  // who kept silent
  registry::DirectiveId directive;
  registry::ProcedureId procedure;
};

// A version of the request that an amendment took the place of, and what was said about it. None of
// that binds any more; who advised or decided then is still known by it.
struct EarlierVersion {
  Done done;  // who stated it
  seal::Digest digest;
  Request request;
  std::map<registry::PartyId, Lane> lanes;
  std::optional<base::Instant> returned_at;
};

struct Case {
  CaseId id;
  Done submitted;
  std::vector<EarlierVersion> earlier;  // in order; the present version is the one after these
  std::optional<Done> amended;          // who stated the present version, where that is no request
  std::string amended_because;
  seal::Digest request_digest;  // of the payload: what every later statement names
  Request request;
  CaseStatus status = CaseStatus::Pending;
  std::optional<base::Instant> closed_at;  // since when it is no longer pending
  std::vector<base::Period> closures;      // when it was closed and came back, in order
  std::optional<SilentRefusal> refused_by_silence;
  std::map<registry::PartyId, Lane> lanes;  // about the present version alone
  std::vector<CaseClaim> claims;
  std::vector<Confirmation> confirmations;
  std::vector<Query> queries;
  std::optional<Done> withdrawn;
  std::string withdrawn_because;
  std::optional<Reconsideration> reconsideration;
  std::vector<registry::GrantId> grants;
  // The last grant, while what it left open may be decided.
  std::optional<registry::GrantId> rest;
  std::vector<Position> entries;  // all of them, in order
  ledger::Hash last_leaf;         // of the last of them

  ChainLink next_link() const;
  // Calls `visit(authority, kind, done)` for every signed step that a grant may rest on: the
  // request, advice, overrides, decisions and clerks' consents.
  template <class Of, class Visit>
  static void each_ground(Of& of, Visit&& visit) {
    visit(of.request.requester, EntryKind::Request, of.submitted);
    if (of.amended) visit(of.request.requester, EntryKind::Amend, *of.amended);
    for (auto& claim : of.claims) {
      if (claim.withdrawn_by) visit(claim.authority, EntryKind::Claim, *claim.withdrawn_by);
    }
    if (of.reconsideration && of.reconsideration->decided) {
      visit(of.reconsideration->authority, EntryKind::Reconsidered, *of.reconsideration->decided);
    }
    for (auto& [authority, lane] : of.lanes) {
      for (auto& step : lane.advice) visit(authority, EntryKind::Advice, step.done);
      for (auto& step : lane.overrides) visit(authority, EntryKind::Override, step.done);
      for (auto& step : lane.decisions) visit(authority, EntryKind::Decision, step.done);
      for (auto& step : lane.consents) visit(authority, EntryKind::Consent, step.done);
    }
  }
  // Which version of the request is the present one, from 1.
  std::int64_t version() const { return static_cast<std::int64_t>(earlier.size()) + 1; }
  // Who stated it.
  const Done& stated() const { return amended ? *amended : submitted; }
  // The advice of that office on an earlier version which that statement is, or null.
  const Advice* earlier_advice(const registry::PartyId& authority, const registry::OfficeId& office,
                               const seal::Digest& statement) const;
  // What that office advised last on the newest of the earlier versions that it advised on, or
  // null.
  const Advice* last_earlier_advice(const registry::PartyId& authority,
                                    const registry::OfficeId& office) const;
  // The query that statement is, or null.
  const Query* query(const seal::Digest& statement) const;
};

// "US/SecDef was silent until its time was over at …, and US-3 refuses for that (review)".
std::string words_of(const SilentRefusal& refusal);

// A case that was decided before the product was there, as its authority says. No path leads from
// it to a grant.
struct LegacyCase {
  Done done;
  registry::PartyId authority;
  LegacyBody body;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_CASE_H_
