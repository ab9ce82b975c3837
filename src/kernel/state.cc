// SPDX-License-Identifier: Apache-2.0
#include "kernel/state.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/clock.h"
#include "kernel/internal/folded.h"
#include "kernel/internal/rulings.h"
#include "kernel/lifecycle.h"
#include "kernel/stock.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

constexpr std::size_t kMostKeptRules = 8;

base::Ruled<void> fold_instance(State::Folded& folded, const LoggedEntry& entry) {
  const base::Json* kind = entry.field("kind");
  const base::Json* origin = entry.field("origin");
  const auto found = kind == nullptr ? std::nullopt : find_instance_kind(kind->text);
  if (!found || origin == nullptr || origin->text.empty()) {
    return contradiction(entry, "it does not name the instance");
  }
  folded.instance = InstanceName{*found, origin->text};
  return base::outcome::success();
}

base::Ruled<void> fold_manifest(State::Folded& folded, const LoggedEntry& entry) {
  const base::Json* contents = entry.field("contents");
  if (contents == nullptr) return contradiction(entry, "its contents are not disclosed");
  base::Report report({}, "contents");
  registry::Manifest manifest = registry::Manifest::read(*contents, report);
  if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
  BOOST_OUTCOME_TRY(const ManifestBody body, body_of<ManifestBody>(entry));
  if (*entry.commitment("contents") != body.contents || manifest.issued_at != body.issued_at ||
      manifest.expires != body.expires || manifest.authority != entry.statement->head.authority) {
    return Refusal{"manifest-differs",
                   fmt::format("entry {} shows another manifest than {} signed there",
                               entry.position, entry.statement->head.by),
                   fmt::format("entry {}", entry.position)};
  }
  BOOST_OUTCOME_TRY(
      folded.authorities.enter_manifest(entry.position, *entry.received_at, std::move(manifest)));
  folded.authorities.enter_signature(entry.position, *entry.received_at, *entry.statement);
  return base::outcome::success();
}

bool belongs_to_case(const LoggedEntry& entry) {
  switch (entry.kind) {
    case EntryKind::Instance:
    case EntryKind::Charter:
    case EntryKind::Appointment:
    case EntryKind::Record:
    case EntryKind::Manifest:
    case EntryKind::KeyWithdrawal:
    case EntryKind::Absence:
    case EntryKind::Legacy:
      return false;
    case EntryKind::Confirm:
      // Of a step of a case, or of a record.
      return entry.case_id.has_value();
    default:
      return true;
  }
}

// The grant an entry of a case names, or null.
const GrantRecord* grant_named(const State& state, const LoggedEntry& entry) {
  const base::Json* named = entry.kind == EntryKind::Outcome ? entry.field("grant") : nullptr;
  if (entry.statement) {
    const base::Json& body = entry.statement->body;
    named = body.find("grant");
    if (named == nullptr) named = body.find("resumes");
    if (const base::Json* content = body.find("content")) named = content->find("grant");
    const base::Json* report = body.find("report");
    if (entry.kind == EntryKind::Close && report != nullptr && report->integer >= 0) {
      return state.find_report(static_cast<Position>(report->integer)).first;
    }
  }
  if (named == nullptr || named->kind != base::Json::Kind::Text) return nullptr;
  return state.find(registry::GrantId(named->text));
}

// A ledger written through this kernel has no step that the state of its case forbids.
base::Ruled<void> check_follows(const State& state, const LoggedEntry& entry) {
  const StepRule* rule = find(step_of(entry));
  if (rule == nullptr) return contradiction(entry, "it is no step that there is");
  const Case* of = entry.case_id ? state.find(*entry.case_id) : nullptr;
  const auto all = of == nullptr ? std::vector<const GrantRecord*>() : state.grants_of(*of);
  const auto follows = check_follows(*rule, of, grant_named(state, entry), all, *entry.received_at);
  if (follows) return follows;
  return contradiction(entry, follows.error().message);
}

// Keeps when the case will be refused by silence, if it will.
void expect_silence(State::Folded& folded, const Case& of) {
  folded.silences.erase(of.id);
  if (of.status != CaseStatus::Pending) return;
  const auto refusal = refused_by_silence(of, folded.authorities.registers(), base::kDistantFuture);
  if (refusal) folded.silences.emplace(of.id, *refusal);
}

// Suspends every active grant whose terms no longer hold at `at`.
void look_at_grants(const State& state, State::Folded& folded, base::Instant at) {
  for (auto& [id, grant] : folded.grants) {
    // What is drawn and not used yet is stopped like what may still be drawn.
    const GrantStatus status = status_of(grant, at);
    if (status != GrantStatus::Active && status != GrantStatus::Exhausted) continue;
    const auto terms = state.check_again(grant, at);
    if (terms) continue;
    grant.suspended =
        Suspension{at, std::nullopt, registry::PartyId(terms.error().where), terms.error().message};
  }
}

// Why an authority's register says nothing at `at`.
std::optional<Gap> gap_of_register(const registry::PartyId& authority, const Entered& entered,
                                   base::Instant at) {
  const base::Instant expires = entered.manifest()->manifest.expires;
  if (at >= expires) {
    return Gap{"manifest-expired",
               fmt::format("the manifest of {} expired at {}; it must issue a new one",
                           authority.text(), base::to_text(expires))};
  }
  if (const auto suspected = entered.suspected_record(at)) {
    return Gap{"key-suspected",
               fmt::format("entry {} of the register of {} was signed by a key that is suspected; "
                           "its office must confirm it, or issue it anew",
                           *suspected, authority.text())};
  }
  return std::nullopt;
}

// The first instant after `after` at which something in force changes, or a manifest expires.
base::Instant rules_change_after(const State::Folded& folded, base::Instant after) {
  const auto changes = folded.authorities.registers().changes(after, base::kDistantFuture);
  base::Instant first = changes.empty() ? base::kDistantFuture : changes.front();
  for (const auto& [authority, entered] : folded.authorities.all()) {
    if (entered.manifest() == nullptr) continue;
    const base::Instant expires = entered.manifest()->manifest.expires;
    if (expires > after) first = std::min(first, expires);
  }
  return first;
}

// The first at which a grant may have to be looked at again: the rules change, or a stock does.
base::Instant change_after(const State::Folded& folded, base::Instant after) {
  return std::min(rules_change_after(folded, after),
                  folded.authorities.registers().stock_change_after(after));
}

}  // namespace

State::State(Sources sources)
    : folded_(std::make_unique<Folded>(std::move(sources), Reach::Whole)) {}
State::State(State&&) noexcept = default;
State& State::operator=(State&&) noexcept = default;
State::~State() = default;

base::Ruled<void> fold_identity(State::Folded& folded, const LoggedEntry& entry) {
  switch (entry.kind) {
    case EntryKind::Instance:
      return fold_instance(folded, entry);
    case EntryKind::Manifest:
      return fold_manifest(folded, entry);
    case EntryKind::Charter: {
      if (!entry.statement) return contradiction(entry, "its statement is missing");
      base::Report report(entry.statement->payload_text, "charter");
      const auto body = CharterBody::read(entry.statement->body, report);
      if (!report.clean() || !body) return contradiction(entry, base::to_text(report.take()));
      return folded.authorities.enter_charter(entry.position, *body);
    }
    case EntryKind::Appointment:
      if (!entry.statement) return contradiction(entry, "its statement is missing");
      return folded.authorities.enter_appointment(entry.position, entry.statement->head.authority,
                                                  entry.statement->body);
    case EntryKind::Legacy:
      return fold_legacy(folded, entry);
    case EntryKind::Record: {
      BOOST_OUTCOME_TRY(const RecordBody body, body_of<RecordBody>(entry));
      BOOST_OUTCOME_TRY(
          folded.authorities.enter_record(entry.position, entry.statement->head.authority, body));
      folded.authorities.enter_signature(entry.position, *entry.received_at, *entry.statement);
      return base::outcome::success();
    }
    case EntryKind::KeyWithdrawal:
      return fold_key_withdrawal(folded, entry);
    case EntryKind::Absence:
      return fold_absence(folded, entry);
    case EntryKind::Confirm:
      return fold_confirmation(folded, entry);
    default:
      return contradiction(entry, "it is no step of an authority");
  }
}

base::Ruled<void> State::fold(const LoggedEntry& entry) {
  Folded& folded = *folded_;
  if (entry.position != folded.size) {
    return contradiction(entry, fmt::format("entry {} was expected", folded.size));
  }
  if (!entry.received_at || *entry.received_at < folded.now) {
    return contradiction(entry, "its receipt time is missing, or before that of an earlier entry");
  }
  if ((entry.kind == EntryKind::Instance) != (entry.position == 0)) {
    return contradiction(entry, "the first entry, and no other, names the instance");
  }
  if (entry.statement && entry.statement->head.instance != *folded.instance) {
    return contradiction(entry, "its statement was made for another instance");
  }
  advance(*entry.received_at);
  if (belongs_to_case(entry)) {
    BOOST_OUTCOME_TRY(check_follows(*this, entry));
    BOOST_OUTCOME_TRY(check_turn(folded, entry));
    BOOST_OUTCOME_TRY(check_ground(*this, entry));
    BOOST_OUTCOME_TRY(fold_case_step(folded, entry));
    expect_silence(folded, folded.cases.at(*entry.case_id));
  } else {
    BOOST_OUTCOME_TRY(fold_identity(folded, entry));
  }
  ++folded.size;
  if (entry.statement) {
    folded.signed_by[entry.statement->envelope.signatures.front().key_id].push_back(
        {entry.position, *entry.received_at, entry.kind, entry.case_id});
  }
  if (entry.kind == EntryKind::KeyWithdrawal) look_at_grants(*this, folded, folded.now);
  if (entry.kind == EntryKind::Manifest) {
    folded.kept_rules.clear();
    folded.next_change = change_after(folded, folded.now);
    look_at_grants(*this, folded, folded.now);
    // Calendars may have changed.
    for (const auto& [id, of] : folded.cases) expect_silence(folded, of);
  }
  return base::outcome::success();
}

void State::advance(base::Instant to) {
  Folded& folded = *folded_;
  CHECK(to >= folded.now);
  while (folded.next_change <= to) {
    folded.now = folded.next_change;
    folded.next_change = change_after(folded, folded.now);
    look_at_grants(*this, folded, folded.now);
  }
  // What is in force does not move them: calendars that are to come are looked at already.
  std::erase_if(folded.silences, [&](const auto& expected) {
    const auto& [id, refusal] = expected;
    if (refusal.at > to) return false;
    Case& of = folded.cases.at(id);
    of.status = CaseStatus::Denied;
    of.closed_at = refusal.at;
    of.refused_by_silence = refusal;
    return true;
  });
  folded.now = to;
}

Position State::size() const { return folded_->size; }
base::Instant State::now() const { return folded_->now; }
const std::optional<InstanceName>& State::instance() const { return folded_->instance; }
const Authorities& State::authorities() const { return folded_->authorities; }
const std::map<CaseId, Case>& State::cases() const { return folded_->cases; }
const std::map<registry::GrantId, GrantRecord>& State::grants() const { return folded_->grants; }

const Case* State::find(const CaseId& id) const {
  const auto found = folded_->cases.find(id);
  return found == folded_->cases.end() ? nullptr : &found->second;
}

const std::map<CaseId, LegacyCase>& State::legacy() const { return folded_->legacy; }

const GrantRecord* State::find(const registry::GrantId& id) const {
  const auto found = folded_->grants.find(id);
  return found == folded_->grants.end() ? nullptr : &found->second;
}

std::vector<const GrantRecord*> State::grants_of(const Case& of) const {
  std::vector<const GrantRecord*> grants;
  for (const registry::GrantId& id : of.grants) grants.push_back(&folded_->grants.at(id));
  return grants;
}

std::pair<const GrantRecord*, const UseReport*> State::find_report(Position position) const {
  const auto named = folded_->report_grants.find(position);
  if (named == folded_->report_grants.end()) return {nullptr, nullptr};
  const GrantRecord& grant = folded_->grants.at(named->second);
  for (const UseReport& report : grant.reports) {
    if (report.done.position == position) return {&grant, &report};
  }
  return {&grant, nullptr};
}

std::vector<SignedEntry> State::signed_by(const seal::KeyId& key) const {
  const auto found = folded_->signed_by.find(key);
  return found == folded_->signed_by.end() ? std::vector<SignedEntry>() : found->second;
}

std::shared_ptr<const Rules> State::rules_at(base::Instant at) const {
  auto& kept = folded_->kept_rules;
  for (const Folded::KeptRules& rules : kept) {
    if (rules.from <= at && at < rules.until) return rules.rules;
  }
  if (kept.size() >= kMostKeptRules) kept.erase(kept.begin());
  auto rules = std::make_shared<const Rules>(folded_->authorities.registers(), at);
  kept.push_back({at, rules_change_after(*folded_, at), rules});
  return rules;
}

std::vector<registry::Usage> State::usages() const { return usages_at(*this, folded_->now); }

base::Ruled<Determined> State::determine(
    const Request& request, base::Instant at,
    const std::optional<registry::GrantId>& leaving_out) const {
  std::shared_ptr<const Rules> rules = rules_at(at);
  const std::vector<registry::Usage> taken = usages();
  // A case is judged whole: what its other grants hold is part of what it asks for.
  const GrantRecord* left_out = leaving_out ? find(*leaving_out) : nullptr;
  std::span<const registry::GrantId> same;
  if (left_out != nullptr) same = folded_->cases.at(left_out->case_id).grants;
  BOOST_OUTCOME_TRY(Determination determination,
                    kernel::determine(*rules, request, Taken{taken, same, at}));
  determination.at = at;
  for (AuthorityDetermination& finding : determination.authorities) {
    const Entered* entered = folded_->authorities.find(finding.authority);
    if (entered == nullptr || entered->manifest() == nullptr) continue;
    auto gap = gap_of_register(finding.authority, *entered, at);
    if (!gap) continue;
    AuthorityDetermination unknown;
    unknown.authority = finding.authority;
    unknown.ties = finding.ties;
    unknown.gaps.push_back(*std::move(gap));
    finding = std::move(unknown);
    determination.overall = Outcome::Undetermined;
  }
  return Determined{std::move(rules), std::move(determination)};
}

base::Ruled<Terms> State::check_again(const GrantRecord& grant, base::Instant at) const {
  const Case& of = folded_->cases.at(grant.case_id);
  BOOST_OUTCOME_TRY(const Determined determined, determine(of.request, at, grant.id));
  return check_terms(of,
                     {*determined.rules, determined.determination, at, grant.after, grant.rest,
                      held_beside(of, folded_->grants, grant.id, at)},
                     grant.id, grant.at, Clerks::MaySign);
}

base::Ruled<Terms> State::check_grantable(const Case& of, base::Instant at) const {
  // Of a denied or returned case the decision says more.
  if (of.status == CaseStatus::Granted && !of.rest) {
    return Refusal{"case-closed", fmt::format("case `{}` is {}", of.id.text(), name_of(of.status)),
                   of.id.text()};
  }
  std::optional<Rest> rest;
  if (of.rest) {
    BOOST_OUTCOME_TRY(rest, rest_of(of, folded_->grants, at));
  }
  BOOST_OUTCOME_TRY(const Determined determined, determine(of.request, at, of.rest));
  Moment moment{*determined.rules, determined.determination, at};
  if (rest) moment.rest = rest->quantity;
  moment.after = of.rest;
  moment.beside = held_beside(of, folded_->grants, std::nullopt, at);
  return check_terms(of, moment, std::nullopt, at, Clerks::MaySign);
}

}  // namespace countersign::kernel
