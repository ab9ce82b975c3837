// SPDX-License-Identifier: Apache-2.0
#include "kernel/disclosure.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/terms.h"
#include "registry/appointment.h"
#include "seal/keys.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using Names = std::vector<std::string_view>;

// What everybody sees of a statement that they see at all.
const Names kStatement = {"received_at", "statement", "authority", "command", "instance"};
const Names kOfCase = {"received_at", "statement", "authority", "command", "instance", "case"};
// Of another's step: that it is one, and that none is left out.
const Names kLink = {"received_at", "case", "chain"};

Names with(Names names, std::initializer_list<std::string_view> more) {
  names.insert(names.end(), more);
  return names;
}

Showing whole() { return {true, {}}; }
Showing only(Names names) { return {false, std::move(names)}; }

void read_positions(base::Fields& fields, std::string_view name, std::vector<Position>& positions) {
  fields.need(name);
  for (const base::Json& item : fields.array(name)) {
    const bool above = positions.empty() || static_cast<Position>(item.integer) > positions.back();
    if (item.kind != base::Json::Kind::Integer || item.integer < 0 || !above) {
      fields.report(name, "positions are whole numbers that ascend");
      return;
    }
    positions.push_back(static_cast<Position>(item.integer));
  }
}

base::Json json_of(const std::vector<Position>& positions) {
  std::vector<base::Json> items;
  for (const Position position : positions) {
    items.push_back(base::json_integer(static_cast<std::int64_t>(position)));
  }
  return base::json_array(std::move(items));
}

// The positions of the consents that a grant or a resumption names; none when it does not read.
std::vector<Position> named_in(const base::Json* consents) {
  std::vector<Position> positions;
  if (consents == nullptr) return positions;
  base::Report report({}, "consents");
  for (const LaneConsent& consent : read_consents(*consents, report)) {
    positions.insert(positions.end(), consent.positions.begin(), consent.positions.end());
  }
  return positions;
}

// The id of the key that the entry withdraws; empty when it does not read.
std::string withdrawn_by(const LoggedEntry& entry) {
  const base::Json* key = entry.statement ? entry.statement->body.find("key") : nullptr;
  const auto read = seal::PublicKey::parse(key == nullptr ? std::string() : key->text);
  return read ? read.value().id().text() : std::string();
}

// What is shown of a decision whose signature is: of an act on several cases this case's item too.
Names of_decision(const LoggedEntry& entry, Names names) {
  names.insert(names.end(), {"outcome", "about"});
  if (entry.statement && entry.statement->item) names.emplace_back("item");
  return names;
}

std::optional<std::pair<std::string, std::string>> bound_by(const LoggedEntry& appointment) {
  if (!appointment.statement) return std::nullopt;
  base::Report report(appointment.statement->payload_text, "appointment");
  const auto read = registry::Appointment::read(appointment.statement->body, report);
  if (!read) return std::nullopt;
  return std::pair{read->office.text(), read->key.key().id().text()};
}

}  // namespace

LaneIndex LaneIndex::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a lane", report);
  LaneIndex index;
  read_positions(fields, "steps", index.steps);
  read_positions(fields, "records", index.records);
  fields.finish();
  return index;
}

base::Json LaneIndex::write(const LaneIndex& index) {
  return base::json_object({{"steps", json_of(index.steps)}, {"records", json_of(index.records)}});
}

bool Showing::has(std::string_view name) const {
  return whole || std::find(names.begin(), names.end(), name) != names.end();
}

base::Ruled<Exposure> Exposure::create(const Audience& audience,
                                       std::span<const LoggedEntry> entries) {
  Exposure exposure(audience);
  const auto grant = std::find_if(entries.rbegin(), entries.rend(), [](const LoggedEntry& entry) {
    return entry.kind == EntryKind::Grant;
  });
  if (grant != entries.rend()) {
    BOOST_OUTCOME_TRY(exposure.take_grant(*grant));
  }
  for (const LoggedEntry& entry : entries) {
    const bool since = exposure.grant_ && entry.position > *exposure.grant_;
    if (entry.kind == EntryKind::Outcome && since) {
      const auto named = named_in(entry.field("consents"));
      exposure.named_.insert(named.begin(), named.end());
    }
  }
  // Whose appointments and absences are shown follows from what else is; which keys' withdrawals,
  // from all of these.
  const auto turn_of = [](EntryKind kind) {
    return kind == EntryKind::KeyWithdrawal ? 2 : kind == EntryKind::Absence ? 1 : 0;
  };
  for (const int turn : {0, 1, 2}) {
    for (const LoggedEntry& entry : entries) {
      if (entry.kind == EntryKind::Appointment || !entry.statement) continue;
      if (turn_of(entry.kind) == turn) exposure.take_hand(entry);
    }
  }
  return exposure;
}

void Exposure::take_hand(const LoggedEntry& entry) {
  const auto shown = of(entry);
  if (!shown || !shown->has("statement")) return;
  const std::string& key = entry.statement->envelope.signatures.front().key_id.text();
  hands_.emplace(entry.statement->head.by, key);
  keys_.insert(key);
  statements_.insert(entry.statement->digest);
  if (entry.statement->head.acting_for) away_.insert(entry.statement->head.acting_for->text());
}

base::Ruled<void> Exposure::take_grant(const LoggedEntry& grant) {
  grant_ = grant.position;
  const base::Json* document = grant.field("grant");
  const auto named = named_in(document == nullptr ? nullptr : document->find("consents"));
  named_.insert(named.begin(), named.end());
  if (audience_.kind != Audience::Kind::Authority) return base::outcome::success();
  for (const char* field : {"findings:", "facts:", "lane:"}) {
    own_fields_.push_back(field + audience_.authority.text());
  }
  const base::Json* lane = grant.field(own_fields_.back());
  if (lane == nullptr) {
    return Refusal{"no-lane",
                   fmt::format("the grant rests on no tie (nexus) of {}, or does not show it",
                               audience_.authority.text()),
                   audience_.authority.text()};
  }
  base::Report report({}, own_fields_.back());
  lane_ = LaneIndex::read(*lane, report);
  if (!report.clean()) {
    return Refusal{"grant-differs", base::to_text(report.take()), audience_.authority.text()};
  }
  steps_.insert(lane_.steps.begin(), lane_.steps.end());
  records_.insert(lane_.records.begin(), lane_.records.end());
  return base::outcome::success();
}

std::optional<Showing> Exposure::of(const LoggedEntry& entry) const {
  if (audience_.kind == Audience::Kind::Overseer) return whole();
  switch (entry.kind) {
    case EntryKind::Instance:
    case EntryKind::Charter:
    case EntryKind::Appointment:
    case EntryKind::Manifest:
    case EntryKind::Record:
    case EntryKind::KeyWithdrawal:
    case EntryKind::Absence:
      return of_authority(entry);
    case EntryKind::Confirm:
      return of_confirmation(entry);
    default:
      break;
  }
  if (!grant_) return std::nullopt;
  return entry.position > *grant_ ? since_issue(entry) : of_case(entry);
}

std::optional<Showing> Exposure::of_authority(const LoggedEntry& entry) const {
  switch (entry.kind) {
    case EntryKind::Appointment: {
      const auto hand = bound_by(entry);
      if (is_of_own(entry) || (hand && hands_.contains(*hand))) return whole();
      return std::nullopt;
    }
    case EntryKind::Absence: {
      const base::Json* office = entry.statement ? entry.statement->body.find("office") : nullptr;
      if (is_of_own(entry) || (office != nullptr && away_.contains(office->text))) return whole();
      return std::nullopt;
    }
    case EntryKind::KeyWithdrawal:
      if (is_of_own(entry) || keys_.contains(withdrawn_by(entry))) return whole();
      return std::nullopt;
    case EntryKind::Manifest:
      return is_of_own(entry) ? whole() : only(kStatement);
    case EntryKind::Record:
      if (is_of_own(entry) || records_.contains(entry.position)) return whole();
      return std::nullopt;
    default:
      return whole();
  }
}

std::optional<Showing> Exposure::of_confirmation(const LoggedEntry& entry) const {
  const bool lane = audience_.kind == Audience::Kind::Authority;
  // Of a record: whoever sees that.
  if (!entry.case_id) return is_of_own(entry) ? std::optional(whole()) : std::nullopt;
  if (!grant_ || entry.position > *grant_) return std::nullopt;
  if (is_own_step(entry)) return whole();
  const base::Json* named = entry.statement ? entry.statement->body.find("statement") : nullptr;
  const auto digest = named == nullptr ? std::nullopt : seal::parse_digest(named->text);
  if (digest && statements_.contains(*digest)) {
    return only(lane ? with(kOfCase, {"chain"}) : kOfCase);
  }
  if (lane) return only(kLink);
  return std::nullopt;
}

std::optional<Showing> Exposure::of_case(const LoggedEntry& entry) const {
  const bool lane = audience_.kind == Audience::Kind::Authority;
  switch (entry.kind) {
    case EntryKind::Request:
    case EntryKind::Amend:
      return lane ? whole() : only(kOfCase);
    // A denial or a return, and that the case came back.
    case EntryKind::Outcome:
      if (!lane) return std::nullopt;
      return only(with(kLink, {"outcome"}));
    case EntryKind::Review:
    case EntryKind::Oral:
      return of_step(entry);
    case EntryKind::Reconsider:
      return lane ? std::optional(whole()) : std::nullopt;
    case EntryKind::Reconsidered:
      if (is_own_step(entry)) return whole();
      if (!lane) return std::nullopt;
      return only(with(kLink, {"outcome", "denial"}));
    case EntryKind::Grant: {
      if (!is_grant(entry)) break;
      Names names = {"received_at", "case", "grant"};
      if (lane) {
        names.emplace_back("chain");
        names.insert(names.end(), own_fields_.begin(), own_fields_.end());
      }
      return only(std::move(names));
    }
    case EntryKind::Determination:
    case EntryKind::Claim:
    case EntryKind::Correction:
    case EntryKind::Advice:
    case EntryKind::Override:
    case EntryKind::Decision:
    case EntryKind::Consent:
    case EntryKind::Query:
    case EntryKind::Answer:
    case EntryKind::Reconfirm:
      return of_step(entry);
    default:
      break;
  }
  // What became of an earlier grant of the case.
  if (lane) return only(kLink);
  return std::nullopt;
}

std::optional<Showing> Exposure::of_step(const LoggedEntry& entry) const {
  const bool lane = audience_.kind == Audience::Kind::Authority;
  if (is_own_step(entry)) {
    if (entry.kind != EntryKind::Determination) return whole();
    return only(with(kLink, {own_fields_[0], own_fields_[1]}));
  }
  const bool consents = entry.kind == EntryKind::Decision || entry.kind == EntryKind::Consent;
  if (consents && named_.contains(entry.position)) {
    Names names = lane ? with(kOfCase, {"chain"}) : kOfCase;
    if (entry.kind == EntryKind::Decision) names = of_decision(entry, std::move(names));
    return only(std::move(names));
  }
  if (!lane) return std::nullopt;
  return only(entry.kind == EntryKind::Decision ? with(kLink, {"outcome", "about"}) : kLink);
}

std::optional<Showing> Exposure::since_issue(const LoggedEntry& entry) const {
  switch (entry.kind) {
    case EntryKind::Suspend:
    case EntryKind::Revoke:
    case EntryKind::Surrender:
      return is_of_own(entry) ? whole() : only(kOfCase);
    case EntryKind::Decision:
    case EntryKind::Consent:
      if (!named_.contains(entry.position)) return std::nullopt;
      if (is_of_own(entry)) return whole();
      return only(entry.kind == EntryKind::Decision ? of_decision(entry, kOfCase) : kOfCase);
    case EntryKind::Outcome:
      if (const base::Json* outcome = entry.field("outcome")) {
        if (outcome->text == "suspended") {
          return only({"received_at", "case", "outcome", "grant", "why"});
        }
      }
      return only({"received_at", "case", "outcome", "grant", "scope", "consents"});
    default:
      return std::nullopt;
  }
}

bool Exposure::is_of_own(const LoggedEntry& entry) const {
  return audience_.kind == Audience::Kind::Authority && entry.statement &&
         entry.statement->head.authority == audience_.authority;
}

}  // namespace countersign::kernel
