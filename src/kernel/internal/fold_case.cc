// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

base::Ruled<void> fold_request(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(RequestBody body, body_of<RequestBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  if (!entry.case_id || folded.cases.contains(*entry.case_id)) {
    return contradiction(entry, "it does not open a case of its own");
  }
  base::Report report(entry.statement->payload_text, "request");
  auto read = read_request(body.request, report);
  if (!read) return contradiction(entry, base::to_text(read.error()));
  BOOST_OUTCOME_TRY(Request request, std::move(read.value()));
  if (request.requester != entry.statement->head.authority) {
    return contradiction(entry, "another party signed it than the one that asks");
  }
  if (!entry.chain || *entry.chain != ChainLink{}) {
    return contradiction(entry, "it does not begin its case's chain");
  }
  Case opened;
  opened.id = *entry.case_id;
  opened.submitted = std::move(done);
  opened.request_digest = entry.statement->payload_digest;
  opened.request = std::move(request);
  link(opened, entry);
  folded.cases.emplace(opened.id, std::move(opened));
  return base::outcome::success();
}

constexpr std::string_view kFindings = "findings:";

base::Ruled<void> fold_determination(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  std::map<registry::PartyId, Finding> findings;
  for (const auto& [name, field] : entry.fields) {
    if (!name.starts_with(kFindings)) continue;
    BOOST_OUTCOME_TRY(Fingerprint fingerprint, read_finding(entry, name));
    findings.emplace(registry::PartyId(name.substr(kFindings.size())),
                     Finding{entry.position, field.commitment, std::move(fingerprint),
                             entry.received_at.value_or(base::kDistantPast)});
  }
  for (auto& [authority, finding] : findings) {
    of->lanes[authority].findings.push_back(std::move(finding));
  }
  link(*of, entry);
  return base::outcome::success();
}

base::Ruled<void> fold_claim(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(ClaimBody body, body_of<ClaimBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  if (body.withdraws) {
    const auto named = [&](const CaseClaim& claim) {
      return claim.authority == authority && claim.done.command == *body.withdraws;
    };
    const auto found = std::find_if(of->claims.begin(), of->claims.end(), named);
    if (found == of->claims.end()) return contradiction(entry, "it withdraws no claim");
    found->withdrawn = true;
    found->withdrawn_by = std::move(done);
  } else {
    of->claims.push_back({std::move(done), authority, std::move(body), false});
  }
  link(*of, entry);
  return base::outcome::success();
}

// Advice, overrides, decisions and consents: what a lane collects.
template <class Step, class Body>
base::Ruled<void> fold_into(State::Folded& folded, const LoggedEntry& entry,
                            std::vector<Step> Lane::* list) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(Body body, body_of<Body>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  Step step;
  step.done = std::move(done);
  step.body = std::move(body);
  (of->lanes[entry.statement->head.authority].*list).push_back(std::move(step));
  link(*of, entry);
  return base::outcome::success();
}

// An authority that consents, or lets a grant go on, after its issue: the grant rests on that too,
// so that it may suspend and revoke it like the others.
void rest_on(State::Folded& folded, const Case& of, const registry::PartyId& authority) {
  for (const registry::GrantId& id : of.grants) {
    GrantRecord& grant = folded.grants.at(id);
    if (grant.rests_on(authority)) continue;
    grant.authorities.insert(
        std::upper_bound(grant.authorities.begin(), grant.authorities.end(), authority), authority);
  }
}

base::Ruled<void> fold_decision(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const DecisionBody body, body_of<DecisionBody>(entry));
  BOOST_OUTCOME_TRY(check_stated_outcome(entry, body));
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  const auto lane = of->lanes.find(entry.statement->head.authority);
  if (lane == of->lanes.end() || lane->second.find(body.position, body.determination) == nullptr) {
    return contradiction(entry, "it names no determination of its authority in this case");
  }
  const bool of_rest = body.after.has_value();
  BOOST_OUTCOME_TRY(auto reasons, reasons_in(entry, body.reasons));
  if (body.outcome == DecisionOutcome::Approve && !of_rest) rest_on(folded, *of, lane->first);
  auto decided = fold_into<Decision, DecisionBody>(folded, entry, &Lane::decisions);
  if (!decided) return decided;
  lane->second.decisions.back().reasons = std::move(reasons);
  return base::outcome::success();
}

base::Ruled<void> fold_consent(State::Folded& folded, const LoggedEntry& entry) {
  auto consented = fold_into<Consent, ConsentBody>(folded, entry, &Lane::consents);
  if (!consented) return consented;
  rest_on(folded, folded.cases.at(*entry.case_id), entry.statement->head.authority);
  return base::outcome::success();
}

base::Ruled<std::string> outcome_in(const LoggedEntry& entry) {
  const base::Json* outcome = entry.field("outcome");
  if (outcome == nullptr || outcome->kind != base::Json::Kind::Text) {
    return contradiction(entry, "it states no outcome");
  }
  return outcome->text;
}

// The machine's word that a withdrawn key suspends a grant: what it rests on is no longer certain.
base::Ruled<void> fold_suspended(State::Folded& folded, const LoggedEntry& entry) {
  const base::Json* named = entry.field("grant");
  const base::Json* why = entry.field("why");
  const auto grant =
      named == nullptr ? folded.grants.end() : folded.grants.find(registry::GrantId(named->text));
  if (grant == folded.grants.end() || grant->second.case_id != entry.case_id || why == nullptr) {
    return contradiction(entry, "it does not say which grant is suspended, and why");
  }
  auto& suspended = grant->second.suspended;
  // The withdrawal itself, entered just before, is seen as a change that stops the grant: this says
  // what it was.
  const bool just_now = suspended && !suspended->done && suspended->at == *entry.received_at;
  if (!suspended || just_now) {
    suspended = Suspension{*entry.received_at, std::nullopt, registry::PartyId(), why->text, true};
  }
  return base::outcome::success();
}

// What the outcomes that close a case make of it.
std::optional<CaseStatus> closing(std::string_view outcome) {
  for (const CaseStatus status :
       {CaseStatus::Granted, CaseStatus::Denied, CaseStatus::Returned, CaseStatus::Withdrawn}) {
    if (outcome == name_of(status)) return status;
  }
  return std::nullopt;
}

void reopen(Case& of, base::Instant at) {
  if (of.closed_at) of.closures.push_back({*of.closed_at, at});
  of.status = CaseStatus::Pending;
  of.closed_at.reset();
}

base::Ruled<void> fold_outcome(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(const std::string outcome, outcome_in(entry));
  if (const auto closed = closing(outcome)) {
    of->status = *closed;
    of->closed_at = entry.received_at;
  } else if (outcome == "granted_rest") {
    of->status = CaseStatus::Granted;
  } else if (outcome == "rest_refused") {
    of->rest.reset();
  } else if (outcome == "reopened") {
    // By an amendment of a returned case.
    if (of->earlier.empty()) return contradiction(entry, "no amendment came before it");
    reopen(*of, *entry.received_at);
  } else if (outcome == "resumed") {
    const base::Json* resumed = entry.field("grant");
    if (resumed == nullptr) return contradiction(entry, "it names no grant");
    const auto grant = folded.grants.find(registry::GrantId(resumed->text));
    if (grant == folded.grants.end()) return contradiction(entry, "it names no grant");
    base::Report report({}, "scope");
    const base::Json* scope = entry.field("scope");
    if (scope == nullptr) return contradiction(entry, "it states no scope");
    Scope narrowed = Scope::read(*scope, report);
    if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
    grant->second.scope = std::move(narrowed);
    for (const std::string& text : grant->second.scope.text) {
      grant->second.laid_down.emplace(text, *entry.received_at);
    }
    if (const base::Json* consents = entry.field("consents")) {
      for (const LaneConsent& consent : read_consents(*consents, report)) {
        grant->second.resumed_on.insert(consent.positions.begin(), consent.positions.end());
      }
      if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
    }
    if (const auto& suspended = grant->second.suspended) {
      grant->second.pauses.push_back({{suspended->at, *entry.received_at},
                                      suspended->why,
                                      suspended->authority,
                                      suspended->reasons});
    }
    grant->second.suspended.reset();
  } else if (outcome == "upheld" || outcome == "set_aside") {
    const auto& asked = of->reconsideration;
    const bool aside =
        asked && asked->answer && asked->answer->outcome == ReconsideredOutcome::SetAside;
    if (!asked || !asked->answer || aside != (outcome == "set_aside")) {
      return contradiction(entry, "no reconsideration says so");
    }
    if (aside) reopen(*of, *entry.received_at);
  } else if (outcome == "suspended") {
    BOOST_OUTCOME_TRY(fold_suspended(folded, entry));
  } else {
    return contradiction(entry, fmt::format("`{}` is no outcome", outcome));
  }
  link(*of, entry);
  return base::outcome::success();
}

}  // namespace

base::Ruled<Case*> case_of(State::Folded& folded, const LoggedEntry& entry) {
  if (!entry.case_id) return contradiction(entry, "it names no case");
  const auto found = folded.cases.find(*entry.case_id);
  if (found == folded.cases.end()) {
    return contradiction(entry, fmt::format("there is no case `{}`", entry.case_id->text()));
  }
  Case& of = found->second;
  if (!entry.chain || *entry.chain != of.next_link()) {
    return contradiction(entry, fmt::format("it does not follow the last entry of case `{}`",
                                            entry.case_id->text()));
  }
  if (entry.statement && entry.statement->head.request != of.request_digest) {
    return contradiction(entry, "it is about another request");
  }
  return &of;
}

void link(Case& of, const LoggedEntry& entry) {
  of.entries.push_back(entry.position);
  of.last_leaf = entry.leaf;
}

base::Refusal contradiction(const LoggedEntry& entry, std::string message) {
  return {"ledger-contradiction",
          fmt::format("entry {} ({}): {}", entry.position, name_of(entry.kind), message),
          fmt::format("entry {}", entry.position)};
}

base::Ruled<void> check_stated_outcome(const LoggedEntry& entry, const DecisionBody& body) {
  const auto states = [&](std::string_view name, std::string_view text) {
    const base::Json* stated = entry.field(name);
    return stated != nullptr && stated->kind == base::Json::Kind::Text && stated->text == text;
  };
  if (states("outcome", name_of(body.outcome)) && states("about", body.about())) {
    return base::outcome::success();
  }
  return contradiction(entry, "it states another outcome than was signed");
}

base::Ruled<std::optional<InternalReasons>> reasons_in(
    const LoggedEntry& entry, const std::optional<Commitment>& commitment) {
  const base::Json* field = entry.field("reasons");
  if (field == nullptr) return std::optional<InternalReasons>();
  if (commitment != *entry.commitment("reasons")) {
    return contradiction(entry, "it holds other internal reasons than were signed");
  }
  base::Report report({}, "reasons");
  InternalReasons reasons = InternalReasons::read(*field, report);
  if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
  return std::optional(std::move(reasons));
}

base::Ruled<Fingerprint> read_finding(const LoggedEntry& entry, std::string_view name) {
  const base::Json* value = entry.field(name);
  if (value == nullptr) return contradiction(entry, fmt::format("`{}` is not disclosed", name));
  base::Report report({}, name);
  Fingerprint fingerprint = read_fingerprint(*value, report);
  if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
  return fingerprint;
}

base::Ruled<Done> done_by(const State::Folded& folded, const LoggedEntry& entry) {
  if (!entry.statement || !entry.received_at) {
    return contradiction(entry, "its statement or receipt time is missing");
  }
  const StatementHead& head = entry.statement->head;
  Done done;
  done.position = entry.position;
  done.at = *entry.received_at;
  done.command = head.command;
  done.statement = entry.statement->digest;
  done.signer.key = entry.statement->envelope.signatures.front().key_id;
  const Entered* entered = folded.authorities.find(head.authority);
  if (entered != nullptr && entered->withdrawn.find(done.signer.key) != nullptr) {
    return contradiction(entry, "its key had been withdrawn");
  }
  if (head.by == "root" || head.by == "clerk") {
    done.signer.kind = head.by == "root" ? Signer::Kind::Root : Signer::Kind::Clerk;
    return done;
  }
  const registry::OfficeId own(head.by);
  done.signer.office = head.office();
  if (head.acting_for) done.signer.acting = own;
  const registry::Appointment* appointment =
      folded.authorities.appointment_of(head.authority, own, done.signer.key, done.at);
  if (appointment == nullptr) {
    return contradiction(entry, fmt::format("its key was not {}'s then", head.by));
  }
  done.signer.person = appointment->person;
  return done;
}

base::Ruled<void> follow_chain(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  link(*of, entry);
  return base::outcome::success();
}

base::Ruled<void> fold_course(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(const std::string outcome, outcome_in(entry));
  if (!entry.received_at) return contradiction(entry, "its receipt time is missing");
  if (const auto closed = closing(outcome)) {
    of->status = *closed;
    of->closed_at = entry.received_at;
  } else if (outcome == "reopened" || outcome == "set_aside") {
    reopen(*of, *entry.received_at);
  }
  link(*of, entry);
  return base::outcome::success();
}

base::Ruled<void> fold_case_step(State::Folded& folded, const LoggedEntry& entry) {
  switch (entry.kind) {
    case EntryKind::Request:
      return fold_request(folded, entry);
    case EntryKind::Determination:
      return fold_determination(folded, entry);
    case EntryKind::Claim:
      return fold_claim(folded, entry);
    case EntryKind::Advice:
      return fold_into<Advice, AdviceBody>(folded, entry, &Lane::advice);
    case EntryKind::Override:
      return fold_into<Override, OverrideBody>(folded, entry, &Lane::overrides);
    case EntryKind::Decision:
      return fold_decision(folded, entry);
    case EntryKind::Consent:
      return fold_consent(folded, entry);
    case EntryKind::Outcome:
      return fold_outcome(folded, entry);
    case EntryKind::Oral:
      return fold_into<OralNote, OralBody>(folded, entry, &Lane::oral);
    case EntryKind::Review:
      return fold_review(folded, entry);
    case EntryKind::Reconsider:
      return fold_reconsider(folded, entry);
    case EntryKind::Reconsidered:
      return fold_reconsidered(folded, entry);
    case EntryKind::Confirm: {
      BOOST_OUTCOME_TRY(follow_chain(folded, entry));
      return fold_confirmation(folded, entry);
    }
    case EntryKind::Query:
    case EntryKind::Answer:
    case EntryKind::Withdraw:
      return fold_exchange(folded, entry);
    case EntryKind::Amend:
    case EntryKind::Reconfirm:
      return fold_version_step(folded, entry);
    default:
      break;
  }
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(fold_grant_step(folded, entry));
  link(*of, entry);
  return base::outcome::success();
}

}  // namespace countersign::kernel
