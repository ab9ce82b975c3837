// SPDX-License-Identifier: Apache-2.0
// What proves a grant, gathered from the ledger.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/bundle_rows.h"
#include "casework/files.h"
#include "casework/instance.h"
#include "casework/layers.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

// The instance's name, every authority's charters, appointments, last manifest and what it lists,
// and the case, whole.
std::vector<kernel::Position> positions_for(const kernel::State& state, const kernel::Case& of) {
  std::set<kernel::Position> positions{0};
  for (const auto& [id, entered] : state.authorities().all()) {
    for (const auto& charter : entered.charters) positions.insert(charter.position);
    for (const auto& held : entered.appointments) positions.insert(held.position);
    positions.insert(entered.key_steps.begin(), entered.key_steps.end());
    positions.insert(entered.absence_steps.begin(), entered.absence_steps.end());
    const kernel::EnteredManifest* last = entered.manifest();
    if (last == nullptr) continue;
    positions.insert(last->position);
    for (const registry::ManifestEntry& entry : last->manifest.entries) {
      // Their sums are attested with the rating (kernel/authorities.h, Reach::Extract).
      if (entry.kind == registry::RecordKind::Movements) continue;
      const auto found = entered.documents.find(entry.digest);
      if (found != entered.documents.end()) positions.insert(found->second);
    }
  }
  positions.insert(of.entries.begin(), of.entries.end());
  return {positions.begin(), positions.end()};
}

base::Refusal as_refusal(const base::Error& error) { return {"evidence", error.message, {}}; }

// What stands in the ledger after the grant's own entry, of its case and of who may sign.
std::vector<kernel::Position> positions_after(const kernel::State& state, const kernel::Case& of,
                                              kernel::Position grant) {
  std::set<kernel::Position> positions(of.entries.begin(), of.entries.end());
  for (const auto& [id, entered] : state.authorities().all()) {
    for (const auto& charter : entered.charters) positions.insert(charter.position);
    for (const auto& held : entered.appointments) positions.insert(held.position);
    positions.insert(entered.key_steps.begin(), entered.key_steps.end());
    positions.insert(entered.absence_steps.begin(), entered.absence_steps.end());
  }
  return {positions.upper_bound(grant), positions.end()};
}

// By which keys the request and the consents were signed that every bundle of the grant shows.
std::set<seal::KeyId> keys_shown(const kernel::State& state, const kernel::GrantRecord& grant) {
  const kernel::Case& of = *state.find(grant.case_id);
  std::set<seal::KeyId> keys{of.submitted.signer.key, of.stated().signer.key};
  for (const auto& [authority, lane] : of.lanes) {
    for (const auto& decision : lane.decisions) {
      if (grant.consents.contains(decision.done.position)) keys.insert(decision.done.signer.key);
    }
    for (const auto& consent : lane.consents) {
      if (grant.consents.contains(consent.done.position)) keys.insert(consent.done.signer.key);
    }
  }
  return keys;
}

// What each authority's policies are told of a request now.
base::Ruled<std::map<registry::PartyId, kernel::Facts>> facts_now(
    const kernel::State& state, const kernel::Request& request, base::Instant at,
    const std::optional<registry::GrantId>& leaving_out) {
  BOOST_OUTCOME_TRY(const kernel::Determined determined, state.determine(request, at, leaving_out));
  std::map<registry::PartyId, kernel::Facts> facts;
  for (const auto& finding : determined.determination.authorities) {
    if (finding.facts) facts.emplace(finding.authority, *finding.facts);
  }
  return facts;
}

}  // namespace

base::Result<store::StoredEntry> Instance::entry_at(kernel::Position position) {
  const auto pending = pending_.find(position);
  if (pending != pending_.end()) return pending->second;
  BOOST_OUTCOME_TRY(auto read, store_->read_entries(position, 1, store::Detail::Everything));
  if (read.empty()) {
    return error(CaseworkError::NotFound, fmt::format("there is no entry {}", position));
  }
  return std::move(read.front());
}

base::Result<std::vector<kernel::EvidenceEntry>> Instance::gather(
    const std::vector<kernel::Position>& positions, kernel::Position size) {
  std::vector<kernel::EvidenceEntry> gathered;
  for (const kernel::Position position : positions) {
    BOOST_OUTCOME_TRY(store::StoredEntry stored, entry_at(position));
    kernel::EvidenceEntry item;
    item.position = position;
    item.bytes = std::move(stored.bytes);
    for (store::Disclosure& disclosure : stored.disclosures) {
      item.disclosures.push_back({std::move(disclosure.text)});
    }
    if (!stored.blobs.empty()) item.envelope = std::move(stored.blobs.front().bytes);
    BOOST_OUTCOME_TRY(item.proof, ledger::inclusion_proof(position, size, tree_));
    gathered.push_back(std::move(item));
  }
  return gathered;
}

kernel::Anchors Instance::anchors(const kernel::State& state) const {
  auto policy = ledger::Policy::parse(fmt::format("log {}\nquorum none\n", log_key().text()),
                                      "the instance's own policy");
  CHECK(policy.has_value());
  kernel::Anchors anchors{name_.kind, {}, std::move(policy.value())};
  for (const auto& [id, entered] : state.authorities().all()) {
    if (entered.manifest() == nullptr) continue;
    anchors.roots.emplace(id, entered.charters.front().root);
  }
  return anchors;
}

kernel::Anchors Instance::own_anchors() {
  const std::lock_guard lock(mutex_);
  return anchors(*state_);
}

base::Ruled<std::unique_ptr<const kernel::Grant>> Instance::prove_now(
    const kernel::State& state, const kernel::CaseId& id,
    const std::optional<kernel::DrawnUse>& use, base::Instant at) {
  const kernel::Case* of = state.find(id);
  if (of == nullptr) {
    return base::Refusal{"unknown-case", fmt::format("there is no case `{}`", id.text()), "case"};
  }
  const std::uint64_t size = tree_.size();
  auto entries = gather(positions_for(state, *of), size);
  if (!entries) return as_refusal(entries.error());
  kernel::Evidence evidence;
  if (use) evidence.grant = use->grant;
  BOOST_OUTCOME_TRY(evidence.facts,
                    facts_now(state, of->request, at, use ? evidence.grant : of->rest));
  if (use) {
    evidence.use = kernel::EvidenceUse{use->act, {}};
    BOOST_OUTCOME_TRY(evidence.use->facts,
                      facts_now(state, kernel::request_for(of->request, use->act), at, use->grant));
  }
  evidence.instance = name_;
  evidence.case_id = id;
  evidence.at = at;
  evidence.from = use ? state.find(use->grant)->at : at;
  // A checkpoint for this proof alone: it is never shown, and what is not on disk yet may be in it.
  evidence.checkpoint = ledger::sign_checkpoint({name_.origin, {size, tree_.root()}, {}}, log_key_);
  evidence.entries = std::move(entries.value());
  return kernel::prove_grant(evidence, anchors(state), sources(), nullptr);
}

// Which of the entries after the grant's its bundles carry.
base::Result<std::vector<kernel::Position>> Instance::since(const kernel::GrantRecord& grant,
                                                            kernel::Position size) {
  std::vector<kernel::LoggedEntry> later;
  for (const kernel::Position position :
       positions_after(*state_, *state_->find(grant.case_id), grant.position)) {
    // Folded, but not on disk yet: the checkpoint does not speak of it.
    if (position >= size) continue;
    BOOST_OUTCOME_TRY(const store::StoredEntry stored, entry_at(position));
    BOOST_OUTCOME_TRY(kernel::LoggedEntry logged, open_stored(stored));
    later.push_back(std::move(logged));
  }
  return kernel::select_since(grant.id, keys_shown(*state_, grant), later);
}

base::Result<kernel::Evidence> Instance::evidence_of(const registry::GrantId& grant) {
  BOOST_OUTCOME_TRY(ledger::Note note, checkpoint());
  const std::lock_guard lock(mutex_);
  const kernel::GrantRecord* record = state_->find(grant);
  if (record == nullptr) {
    return error(CaseworkError::NotFound, fmt::format("there is no grant `{}`", grant.text()));
  }
  const auto read = ledger::read_checkpoint(note.text, "checkpoint");
  CHECK(read.has_value());
  const std::uint64_t size = read.value().head.size;
  // As the ledger was known when the grant was issued: later manifests are not what it rests on.
  BOOST_OUTCOME_TRY(const auto then, known_at(record->position));
  const kernel::Case* of = then->find(record->case_id);
  CHECK(of != nullptr);
  std::vector<kernel::Position> positions = positions_for(*then, *of);
  positions.push_back(record->position);
  BOOST_OUTCOME_TRY(const std::vector<kernel::Position> later, since(*record, size));
  positions.insert(positions.end(), later.begin(), later.end());
  kernel::Evidence evidence;
  evidence.instance = name_;
  evidence.case_id = record->case_id;
  evidence.grant = grant;
  evidence.at = record->at;
  evidence.from = record->at;
  evidence.checkpoint = std::move(note);
  const std::string text = kernel::write(kernel::SinceNote{name_.origin, grant, size, later});
  evidence.since = ledger::Note{text, {ledger::sign_note(text, name_.origin, log_key_)}};
  BOOST_OUTCOME_TRY(evidence.entries, gather(positions, size));
  const auto& registers = then->authorities().registers().authorities();
  if (std::any_of(registers.begin(), registers.end(),
                  [](const auto& held) { return !held.lists.empty(); })) {
    select_rows(evidence, anchors(*then), sources());
  }
  return evidence;
}

}  // namespace countersign::casework
