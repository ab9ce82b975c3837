// SPDX-License-Identifier: Apache-2.0
#include "kernel/authorities.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/internal/unknown_authority.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// The document of a charter's body, as the registry reads it.
base::Ruled<registry::Charter> charter_in(const CharterBody& body) {
  base::Report report({}, "charter");
  registry::Charter charter = registry::Charter::read(body.charter, report);
  if (!report.clean()) return Refusal{"document", base::to_text(report.take()), "charter"};
  return charter;
}

// Roots and clerks sign with plain keys, which need no relying party.
seal::Verifier verifier_of(const seal::PublicKey& key) {
  auto verifier = seal::Verifier::create(key, std::nullopt);
  CHECK(verifier.has_value());
  return std::move(verifier.value());
}

// A root's private key is kept offline, a clerk's in the instance, an office's by its holder: the
// same key in two of these hands would lie where it must not. `hands` says whose it is already.
Refusal in_two_hands(std::string_view what, const std::string& hands) {
  return {"key-of-another",
          fmt::format("the {} key is {} already: take a key of its own", what, hands), "key"};
}

// A charter's root may be no authority's clerk, no other's root, and no office's key; its clerk no
// root, and no office's key.
base::Ruled<void> check_keys(const std::map<registry::PartyId, Entered>& all,
                             const registry::PartyId& authority, const CharterBody& body) {
  if (body.root == body.clerk) return in_two_hands("clerk's", "the root's");
  for (const auto& [other, entered] : all) {
    for (const EnteredCharter& held : entered.charters) {
      if (held.clerk == body.root) return in_two_hands("root", "the clerk's of " + other.text());
      if (held.root == body.clerk) return in_two_hands("clerk's", "the root's of " + other.text());
      if (other != authority && held.root == body.root) {
        return in_two_hands("root", "the root's of " + other.text());
      }
    }
    for (const EnteredAppointment& held : entered.appointments) {
      const seal::PublicKey& key = held.appointment.key.key();
      if (key != body.root && key != body.clerk) continue;
      return in_two_hands(key == body.root ? "root" : "clerk's",
                          held.appointment.office.text() + "'s");
    }
  }
  return base::outcome::success();
}

Refusal key_withdrawn(const seal::KeyId& key, const WithdrawnKey& withdrawn) {
  return {"key-withdrawn",
          fmt::format("key `{}` was withdrawn at {} (entry {}): it signs nothing any more. The "
                      "root appoints its holder with a new key",
                      key.text(), base::to_text(withdrawn.at), withdrawn.position),
          "key"};
}

// Who is away signs nothing but a return, or that a key is lost; who acts for an office does so
// while its holder is away, in a case, and is named in its succession.
base::Ruled<void> check_presence(const Entered& entered, const StatementHead& head,
                                 base::Instant at) {
  const registry::OfficeId own(head.by);
  const bool of_oneself = head.kind == EntryKind::Absence || head.kind == EntryKind::KeyWithdrawal;
  const EnteredAbsence* away = entered.absence_of(own, at);
  if (away != nullptr && !of_oneself) {
    return Refusal{"absent",
                   fmt::format("the holder of {} is away until {} (entry {}); whoever is back "
                               "signs a return first",
                               own.text(), base::to_text(away->period.until), away->position),
                   own.text()};
  }
  if (!head.acting_for) return base::outcome::success();
  const registry::OfficeId& absent = *head.acting_for;
  if (!head.case_id || of_oneself || head.kind == EntryKind::Confirm) {
    return Refusal{"acting-elsewhere",
                   fmt::format("nobody acts for {} in a {}", absent.text(), name_of(head.kind)),
                   "acting_for"};
  }
  const registry::Office* office = entered.charter().charter.find(absent);
  if (office == nullptr) {
    return Refusal{
        "unknown-office",
        fmt::format("the charter of {} has no office `{}`", head.authority.text(), absent.text()),
        "acting_for"};
  }
  if (entered.absence_of(absent, at) == nullptr) {
    return Refusal{"not-absent",
                   fmt::format("the holder of {} has given no notice of absence for {}",
                               absent.text(), base::to_text(at)),
                   absent.text()};
  }
  const auto& order = office->succession;
  if (std::find(order.begin(), order.end(), own) != order.end()) return base::outcome::success();
  return Refusal{
      "not-in-succession",
      fmt::format("the charter does not name {} to act for {}", own.text(), absent.text()),
      own.text()};
}

// What a manifest says of an appointment can only shorten the period the root signed.
base::Period period_of(const Entered& entered, const EnteredAppointment& held) {
  base::Period period = held.appointment.in_force;
  const EnteredManifest* last = entered.manifest();
  if (last == nullptr) return period;
  for (const registry::ManifestEntry& entry : last->manifest.entries) {
    if (entry.kind == registry::RecordKind::Appointment && entry.id == held.appointment.id.text()) {
      period = period.intersect(entry.period);
    }
  }
  return period;
}

}  // namespace

Refusal unknown_authority(const registry::PartyId& authority) {
  return {"unknown-authority",
          fmt::format("`{}` has no charter in this instance", authority.text()), "authority"};
}

std::string name_of(const Signer& signer) {
  if (!signer.acting) return signer.office.text();
  return fmt::format("{} ({} acting)", signer.office.text(), signer.acting->text());
}

const EnteredAbsence* Entered::absence_of(const registry::OfficeId& office,
                                          base::Instant at) const {
  const auto found = std::find_if(absences.begin(), absences.end(), [&](const auto& absence) {
    return absence.office == office && absence.period.contains(at) &&
           (!absence.ended || at < *absence.ended);
  });
  return found == absences.end() ? nullptr : &*found;
}

const Entered* Authorities::find(const registry::PartyId& authority) const {
  const auto found = all_.find(authority);
  return found == all_.end() ? nullptr : &found->second;
}

const registry::Appointment* Authorities::appointment_of(const registry::PartyId& authority,
                                                         const registry::OfficeId& office,
                                                         const seal::KeyId& key,
                                                         base::Instant at) const {
  const auto holders = holders_of(authority, office, at);
  if (!holders) return nullptr;
  for (const registry::Appointment* appointment : holders.value()) {
    if (appointment->key.key().id() == key) return appointment;
  }
  return nullptr;
}

base::Ruled<std::vector<const registry::Appointment*>> Authorities::holders_of(
    const registry::PartyId& authority, const registry::OfficeId& office, base::Instant at) const {
  const Entered* entered = find(authority);
  if (entered == nullptr) return unknown_authority(authority);
  std::vector<const registry::Appointment*> holders;
  std::string when = "nobody was ever appointed to it";
  for (const EnteredAppointment& held : entered->appointments) {
    if (held.appointment.office != office) continue;
    const base::Period period = period_of(*entered, held);
    if (period.contains(at)) {
      holders.push_back(&held.appointment);
    } else {
      when = period.until <= at ? fmt::format("the last holder's key was in force until {}",
                                              base::to_text(period.until))
                                : fmt::format("its holder's key is in force only from {}",
                                              base::to_text(period.from));
    }
  }
  if (!holders.empty()) return holders;
  return Refusal{"not-appointed", fmt::format("nobody holds {} now: {}", office.text(), when),
                 office.text()};
}

std::vector<registry::PersonId> Authorities::persons_in(const registry::PartyId& authority,
                                                        const registry::OfficeId& office,
                                                        base::Instant at) const {
  std::vector<registry::PersonId> persons;
  const Entered* entered = find(authority);
  if (entered == nullptr) return persons;
  for (const EnteredAppointment& held : entered->appointments) {
    const registry::Appointment& appointment = held.appointment;
    if (appointment.office == office && period_of(*entered, held).contains(at) &&
        entered->withdrawn.find(appointment.key.key().id()) == nullptr) {
      persons.push_back(appointment.person);
    }
  }
  return persons;
}

bool Authorities::may(const registry::PartyId& authority, const registry::OfficeId& office,
                      registry::Power power) const {
  const Entered* entered = find(authority);
  if (entered == nullptr) return false;
  const registry::Office* held = entered->charter().charter.find(office);
  return held != nullptr && held->may(power);
}

base::Ruled<Signer> Authorities::who_signed(const SignedStatement& statement,
                                            base::Instant at) const {
  const StatementHead& head = statement.head;
  const seal::KeyId key = statement.envelope.signatures.front().key_id;
  const Entered* entered = find(head.authority);
  if (entered == nullptr) return unknown_authority(head.authority);
  if (const WithdrawnKey* withdrawn = entered->withdrawn.find(key)) {
    return key_withdrawn(key, *withdrawn);
  }
  if (head.by == "root" || head.by == "clerk") {
    const EnteredCharter& charter = entered->charter();
    const seal::PublicKey& expected = head.by == "root" ? charter.root : charter.clerk;
    if (expected.id() != key) {
      return Refusal{fmt::format("not-the-{}", head.by),
                     fmt::format("key `{}` is not the {} key of {}", key.text(), head.by,
                                 head.authority.text()),
                     "by"};
    }
    BOOST_OUTCOME_TRY(statement.verify(verifier_of(expected)));
    return Signer{head.by == "root" ? Signer::Kind::Root : Signer::Kind::Clerk, {}, {}, key};
  }
  const registry::OfficeId office(head.by);
  if (entered->charter().charter.find(office) == nullptr) {
    return Refusal{
        "unknown-office",
        fmt::format("the charter of {} has no office `{}`", head.authority.text(), office.text()),
        "by"};
  }
  if (const registry::Appointment* appointment = appointment_of(head.authority, office, key, at)) {
    BOOST_OUTCOME_TRY(check_presence(*entered, head, at));
    BOOST_OUTCOME_TRY(statement.verify(appointment->key));
    Signer signer{Signer::Kind::Office, head.office(), appointment->person, key};
    if (head.acting_for) signer.acting = office;
    return signer;
  }
  for (const EnteredAppointment& held : entered->appointments) {
    if (held.appointment.key.key().id() != key) continue;
    if (held.appointment.office == office) {
      return Refusal{
          "not-appointed",
          fmt::format("the key was {}'s, but not at {}", office.text(), base::to_text(at)), "by"};
    }
    return Refusal{"not-the-office",
                   fmt::format("the signature is by the key of {}, not of {}",
                               held.appointment.office.text(), office.text()),
                   "by"};
  }
  return Refusal{"not-appointed",
                 fmt::format("nobody with key `{}` was appointed to {}", key.text(), office.text()),
                 "by"};
}

KeyRing Authorities::key_ring() const {
  KeyRing keys;
  for (const auto& [authority, entered] : all_) {
    for (const EnteredCharter& charter : entered.charters) {
      for (const seal::PublicKey& key : {charter.root, charter.clerk}) {
        keys.emplace(key.id(), verifier_of(key));
      }
    }
    for (const EnteredAppointment& held : entered.appointments) {
      keys.emplace(held.appointment.key.key().id(), held.appointment.key);
    }
  }
  return keys;
}

base::Ruled<void> Authorities::enter_charter(Position position, const CharterBody& body) {
  BOOST_OUTCOME_TRY(registry::Charter charter, charter_in(body));
  BOOST_OUTCOME_TRY(check_keys(all_, charter.authority, body));
  if (const auto known = all_.find(charter.authority); known != all_.end()) {
    for (const seal::PublicKey& key : {body.root, body.clerk}) {
      const WithdrawnKey* withdrawn = known->second.withdrawn.find(key.id());
      if (withdrawn != nullptr) return key_withdrawn(key.id(), *withdrawn);
    }
  }
  BOOST_OUTCOME_TRY(shelf_.put(registry::RecordKind::Charter, "charter", body.charter));
  Entered& entered = all_[charter.authority];
  entered.documents.emplace(registry::digest_of(body.charter), position);
  entered.charters.push_back({position, std::move(charter), body.root, body.clerk});
  return base::outcome::success();
}

base::Ruled<void> Authorities::enter_appointment(Position position,
                                                 const registry::PartyId& authority,
                                                 const base::Json& document) {
  const auto found = all_.find(authority);
  if (found == all_.end()) return unknown_authority(authority);
  Entered& entered = found->second;
  base::Report report({}, "appointment");
  auto appointment = registry::Appointment::read(document, report);
  if (!report.clean() || !appointment) {
    return Refusal{"document", base::to_text(report.take()), "appointment"};
  }
  if (entered.charter().charter.find(appointment->office) == nullptr) {
    return Refusal{"unknown-office",
                   fmt::format("the charter of {} has no office `{}`", authority.text(),
                               appointment->office.text()),
                   "office"};
  }
  const auto same_id = [&](const EnteredAppointment& other) {
    return other.appointment.id == appointment->id;
  };
  if (std::any_of(entered.appointments.begin(), entered.appointments.end(), same_id)) {
    return Refusal{"appointment-twice",
                   fmt::format("there is an appointment `{}` already", appointment->id.text()),
                   "id"};
  }
  if (const auto* withdrawn = entered.withdrawn.find(appointment->key.key().id())) {
    return key_withdrawn(appointment->key.key().id(), *withdrawn);
  }
  for (const auto& [other_authority, other] : all_) {
    for (const EnteredCharter& held : other.charters) {
      const seal::PublicKey& key = appointment->key.key();
      if (key != held.root && key != held.clerk) continue;
      return in_two_hands("office's",
                          fmt::format("the {} of {}", key == held.root ? "root's" : "clerk's",
                                      other_authority.text()));
    }
    for (const EnteredAppointment& held : other.appointments) {
      if (held.appointment.key.key() == appointment->key.key() &&
          held.appointment.person != appointment->person) {
        return Refusal{"key-of-another",
                       fmt::format("the key is bound to another person already, as {} of {}",
                                   held.appointment.office.text(), other_authority.text()),
                       "key"};
      }
    }
  }
  BOOST_OUTCOME_TRY(const seal::Digest digest,
                    shelf_.put(registry::RecordKind::Appointment, "appointment", document));
  entered.documents.emplace(digest, position);
  entered.appointments.push_back({position, *std::move(appointment), digest});
  return base::outcome::success();
}

base::Ruled<void> Authorities::enter_record(Position position, const registry::PartyId& authority,
                                            const RecordBody& body) {
  const auto found = all_.find(authority);
  if (found == all_.end()) return unknown_authority(authority);
  const auto kind = registry::record_kind_of(body.record);
  if (!kind || *kind == registry::RecordKind::Charter ||
      *kind == registry::RecordKind::Appointment) {
    return Refusal{"unknown-record", fmt::format("`{}` is no kind of record", body.record),
                   "record"};
  }
  const std::string name = fmt::format("{} {}", body.record, body.id);
  BOOST_OUTCOME_TRY(const seal::Digest digest, shelf_.put(*kind, name, body.document));
  found->second.documents.emplace(digest, position);
  return base::outcome::success();
}

std::optional<Position> Entered::suspected_record(base::Instant at) const {
  const auto suspected = [&](Position position) {
    const auto found = signatures.find(position);
    return found != signatures.end() &&
           withdrawn.suspects(found->second.key, found->second.at, found->second.statement, {});
  };
  const EnteredManifest* last = manifest();
  if (last == nullptr || withdrawn.all().empty()) return std::nullopt;
  if (suspected(last->position)) return last->position;
  for (const registry::ManifestEntry& entry : last->manifest.entries) {
    const auto document = documents.find(entry.digest);
    if (entry.period.until <= at || document == documents.end()) continue;
    if (suspected(document->second)) return document->second;
  }
  return std::nullopt;
}

void Authorities::enter_signature(Position position, base::Instant at,
                                  const SignedStatement& statement) {
  all_.at(statement.head.authority)
      .signatures.emplace(position, EnteredSignature{statement.envelope.signatures.front().key_id,
                                                     at, statement.digest, statement.head.by});
}

base::Ruled<void> Authorities::may_withdraw(const registry::PartyId& authority,
                                            const Signer& signer, const KeyWithdrawalBody& body,
                                            base::Instant at) const {
  const Entered* entered = find(authority);
  if (entered == nullptr) return unknown_authority(authority);
  const seal::PublicKey& key = *body.key;
  if (entered->charter().root == key) {
    return Refusal{"root-key", "a root is replaced by a new charter, signed by the old root",
                   "key"};
  }
  const auto is_clerk = [&](const EnteredCharter& charter) { return charter.clerk == key; };
  const auto has = [&](const EnteredAppointment& held) {
    return held.appointment.key.key() == key;
  };
  const auto own = [&](const EnteredAppointment& held) {
    return has(held) && held.appointment.person == signer.person;
  };
  const auto& charters = entered->charters;
  const auto& held = entered->appointments;
  if (std::none_of(charters.begin(), charters.end(), is_clerk) &&
      std::none_of(held.begin(), held.end(), has)) {
    return Refusal{"unknown-key",
                   fmt::format("{} has bound key `{}` to nobody", authority.text(), key.text()),
                   "key"};
  }
  if (signer.kind != Signer::Kind::Root && std::none_of(held.begin(), held.end(), own)) {
    return Refusal{"not-your-key",
                   "an officeholder withdraws a key of their own; any other the root does", "key"};
  }
  if (body.suspected_since && *body.suspected_since > at) {
    return Refusal{"in-the-future", "the suspicion cannot begin after the withdrawal",
                   "suspected_since"};
  }
  const WithdrawnKey* earlier = entered->withdrawn.find(key.id());
  if (earlier == nullptr) return base::outcome::success();
  if (body.suspected_since &&
      (!earlier->suspected_since || *body.suspected_since < *earlier->suspected_since)) {
    return base::outcome::success();
  }
  return Refusal{"withdrawn-already",
                 fmt::format("key `{}` was withdrawn at {} (entry {}); only an earlier "
                             "`suspected_since` would add to that",
                             key.text(), base::to_text(earlier->at), earlier->position),
                 "key"};
}

void Authorities::enter_key_withdrawal(Position position, base::Instant at,
                                       const registry::PartyId& authority, const std::string& by,
                                       const KeyWithdrawalBody& body) {
  Entered& entered = all_.at(authority);
  entered.key_steps.push_back(position);
  entered.withdrawn.withdraw(body.key->id(),
                             WithdrawnKey{position, at, body.suspected_since, by, body.text});
}

void Authorities::enter_confirmation(std::optional<Position> position,
                                     const SignedStatement& confirmation, const ConfirmBody& body,
                                     base::Instant at) {
  Entered& entered = all_.at(confirmation.head.authority);
  if (position) {
    entered.key_steps.push_back(*position);
    const auto own = [&](const auto& each) {
      return each.second.statement == body.statement && each.second.by == confirmation.head.by;
    };
    if (std::none_of(entered.signatures.begin(), entered.signatures.end(), own)) return;
  }
  entered.withdrawn.confirm(body.statement, confirmation.head.case_id,
                            confirmation.envelope.signatures.front().key_id, at);
}

base::Ruled<void> Authorities::may_be_absent(const registry::PartyId& authority,
                                             const Signer& signer, const AbsenceBody& body,
                                             base::Instant at) const {
  const Entered* entered = find(authority);
  if (entered == nullptr) return unknown_authority(authority);
  const std::string& office = body.office.text();
  if (entered->charter().charter.find(body.office) == nullptr) {
    return Refusal{"unknown-office",
                   fmt::format("the charter of {} has no office `{}`", authority.text(), office),
                   "office"};
  }
  if (signer.kind != Signer::Kind::Root && signer.office != body.office) {
    return Refusal{"not-your-office",
                   fmt::format("{} gives notice for itself; for {} its holder does, or the root",
                               signer.office.text(), office),
                   "office"};
  }
  if (body.ends) {
    const auto named = [&](const EnteredAbsence& absence) {
      return absence.command == *body.ends && absence.office == body.office && !absence.ended &&
             at < absence.period.until;
    };
    if (std::any_of(entered->absences.begin(), entered->absences.end(), named)) {
      return base::outcome::success();
    }
    return Refusal{
        "no-absence",
        fmt::format("{} has no notice of absence `{}` that is not over", office, body.ends->text()),
        "ends"};
  }
  if (body.period.until <= at) {
    return Refusal{"in-the-past",
                   fmt::format("the absence is over since {}: a notice says what is to come",
                               base::to_text(body.period.until)),
                   "period"};
  }
  const auto overlaps = [&](const EnteredAbsence& absence) {
    return absence.office == body.office && !absence.ended &&
           !absence.period.intersect(body.period).empty();
  };
  if (std::none_of(entered->absences.begin(), entered->absences.end(), overlaps)) {
    return base::outcome::success();
  }
  return Refusal{"absent-already",
                 fmt::format("{} has given notice of absence for some of that time; end that "
                             "first, by a return",
                             office),
                 "period"};
}

void Authorities::enter_absence(Position position, base::Instant at, const SignedStatement& notice,
                                const AbsenceBody& body) {
  Entered& entered = all_.at(notice.head.authority);
  entered.absence_steps.push_back(position);
  if (!body.ends) {
    entered.absences.push_back({position, notice.head.command, body.office, body.period, {}});
    return;
  }
  for (EnteredAbsence& absence : entered.absences) {
    if (absence.command == *body.ends && absence.office == body.office) absence.ended = at;
  }
}

}  // namespace countersign::kernel
