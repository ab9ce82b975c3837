// SPDX-License-Identifier: Apache-2.0
// What each authority has entered about itself: its charter and keys, who holds its offices, its
// documents and the manifests that list them. The registers are what the last manifests list,
// never what merely stands in the ledger.
//
// Invariants:
//   Listed    every record of registers() stands in its authority's last manifest, and every entry
//             of that manifest is a record of registers(), movements in an Extract apart
//   Rooted    a charter after the first, and every appointment, was signed by the root before it
#ifndef COUNTERSIGN_KERNEL_AUTHORITIES_H_
#define COUNTERSIGN_KERNEL_AUTHORITIES_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/bodies.h"
#include "kernel/bodies_keys.h"
#include "kernel/bodies_offices.h"
#include "kernel/ids.h"
#include "kernel/record_shelf.h"
#include "kernel/statement.h"
#include "kernel/withdrawn_keys.h"
#include "registry/appointment.h"
#include "registry/charter.h"
#include "registry/manifest.h"
#include "registry/registers.h"
#include "seal/keys.h"

namespace countersign::kernel {

// Whose key signed a statement.
struct Signer {
  enum class Kind { Root, Clerk, Office };
  Kind kind = Kind::Office;
  registry::OfficeId office;  // Office only
  registry::PersonId person;  // Office only
  seal::KeyId key;
  // The person's own office, when they act for `office`, whose holder is away.
  std::optional<registry::OfficeId> acting = std::nullopt;

  friend bool operator==(const Signer&, const Signer&) = default;
};

// "US/SecDef", or "US/SecDef (US/Deputy acting)"; of an office's signature.
std::string name_of(const Signer& signer);

struct EnteredCharter {
  Position position = 0;
  registry::Charter charter;
  seal::PublicKey root;
  seal::PublicKey clerk;
};

struct EnteredAppointment {
  Position position = 0;
  registry::Appointment appointment;
  seal::Digest digest;  // of its document
};

struct EnteredManifest {
  Position position = 0;
  base::Instant at;
  registry::Manifest manifest;
};

// By which key a record or a manifest was signed.
struct EnteredSignature {
  seal::KeyId key;
  base::Instant at;
  seal::Digest statement;
  std::string by;
};

// A notice of absence.
struct EnteredAbsence {
  Position position = 0;
  CommandId command;
  registry::OfficeId office;
  base::Period period;
  std::optional<base::Instant> ended;  // before its time, by a return
};

// Everything one authority has entered.
struct Entered {
  std::vector<EnteredCharter> charters;
  std::vector<EnteredAppointment> appointments;
  std::map<seal::Digest, Position> documents;  // of records, by the digest of the document
  std::vector<EnteredManifest> manifests;
  std::map<Position, EnteredSignature> signatures;  // of records and manifests
  WithdrawnKeys withdrawn;
  // Of withdrawals, and of confirmations of records: what says which keys here are good.
  std::vector<Position> key_steps;
  std::vector<EnteredAbsence> absences;
  std::vector<Position> absence_steps;  // of notices and returns

  // The notice by which the office's holder is away at `at`, or null.
  const EnteredAbsence* absence_of(const registry::OfficeId& office, base::Instant at) const;

  // The first of what its register rests on at `at` that was signed by a suspected key and is not
  // confirmed: the last manifest, or a record that it lists and that has not ended. Null when
  // nothing is.
  std::optional<Position> suspected_record(base::Instant at) const;
  // The last charter, which rules; never null in a map of Authorities.
  const EnteredCharter& charter() const { return charters.back(); }
  // The last manifest, or null.
  const EnteredManifest* manifest() const {
    return manifests.empty() ? nullptr : &manifests.back();
  }
};

// How much of the ledger an Authorities is folded from.
enum class Reach {
  Whole,  // all: manifests follow each other
  // Of each authority the last manifest and what it lists, as a bundle has them. Movements of stock
  // are not among these: there are too many, and what they come to is attested with the rating.
  Extract,
};

// Keys by their ids, whoever's they are and whenever they may sign.
using KeyRing = std::map<seal::KeyId, seal::Verifier>;

class Authorities {
 public:
  Authorities(Sources sources, Reach reach) : shelf_(std::move(sources)), reach_(reach) {}

  const std::map<registry::PartyId, Entered>& all() const { return all_; }
  const Entered* find(const registry::PartyId& authority) const;

  // What the last manifests list. An authority without a manifest has none of its own.
  const registry::Registers& registers() const { return registers_; }
  const RecordShelf& shelf() const { return shelf_; }

  // Whose key signed `statement`, if it could sign for the office, root or clerk it names at `at`.
  // Refusals: `unknown-authority`, `unknown-office`, `not-the-office` (a known key, of another
  // office), `not-appointed`, `not-the-root`, `key-withdrawn`, `signature`; of an office whose
  // holder is away `absent`; of who acts for another `acting-elsewhere`, `not-absent`,
  // `not-in-succession`.
  base::Ruled<Signer> who_signed(const SignedStatement& statement, base::Instant at) const;

  // Every key of a root, clerk or office that was entered.
  KeyRing key_ring() const;

  // The appointment under which that office's key may sign at `at`, when the key is its holder's.
  const registry::Appointment* appointment_of(const registry::PartyId& authority,
                                              const registry::OfficeId& office,
                                              const seal::KeyId& key, base::Instant at) const;
  // The appointments to the office that are in force at `at`, whoever's key signs. Refused by
  // `not-appointed`, which says whether anybody was or will be.
  base::Ruled<std::vector<const registry::Appointment*>> holders_of(
      const registry::PartyId& authority, const registry::OfficeId& office, base::Instant at) const;
  // Who holds the office at `at`, with a key that is not withdrawn.
  std::vector<registry::PersonId> persons_in(const registry::PartyId& authority,
                                             const registry::OfficeId& office,
                                             base::Instant at) const;
  // Whether a charter lets the office do that.
  bool may(const registry::PartyId& authority, const registry::OfficeId& office,
           registry::Power power) const;

  // The folds. Each refuses what would break an invariant and then changes nothing. Signatures are
  // not their business: who_signed() is asked before.
  base::Ruled<void> enter_charter(Position position, const CharterBody& body);
  base::Ruled<void> enter_appointment(Position position, const registry::PartyId& authority,
                                      const base::Json& document);
  // A document, in force only once a manifest lists it.
  base::Ruled<void> enter_record(Position position, const registry::PartyId& authority,
                                 const RecordBody& body);
  base::Ruled<void> enter_manifest(Position position, base::Instant at,
                                   registry::Manifest manifest);
  // What stands at `position`, signed by `statement`, is a record or manifest of its authority.
  void enter_signature(Position position, base::Instant at, const SignedStatement& statement);
  // Whether `signer` may withdraw that key at `at`: the root any key of an office or the clerk of
  // its authority, an officeholder a key of their own. Refusals: `unknown-key`, `root-key`,
  // `not-your-key`, `withdrawn-already` unless the suspicion moves back, `in-the-future`.
  base::Ruled<void> may_withdraw(const registry::PartyId& authority, const Signer& signer,
                                 const KeyWithdrawalBody& body, base::Instant at) const;
  void enter_key_withdrawal(Position position, base::Instant at, const registry::PartyId& authority,
                            const std::string& by, const KeyWithdrawalBody& body);
  // Of a step of a case (no position), or of a record that the same office signed: one of another
  // has no effect.
  void enter_confirmation(std::optional<Position> position, const SignedStatement& confirmation,
                          const ConfirmBody& body, base::Instant at);

  // Whether `signer` may give that notice at `at`, or end it. Refusals: `unknown-office`,
  // `not-your-office`, `in-the-past`, `no-absence`, `absent-already`.
  base::Ruled<void> may_be_absent(const registry::PartyId& authority, const Signer& signer,
                                  const AbsenceBody& body, base::Instant at) const;
  void enter_absence(Position position, base::Instant at, const SignedStatement& notice,
                     const AbsenceBody& body);

  // Of an Extract, once all its manifests are entered: makes registers() what they list. Sooner it
  // could not be told whether what one authority names of another's is there. Refused by
  // `registers`.
  base::Ruled<void> complete();
  // What the registers would be with this manifest in place of its authority's last.
  base::Ruled<registry::Registers> registers_with(const registry::Manifest& manifest) const;

  // Of an Extract: what the last manifest of `authority` lists, beside the descriptions, claims and
  // price lists of others that were entered, as these are written: whether their manifests list
  // them is not known here. Refused by `authority-missing`, `registers`.
  base::Ruled<registry::Registers> registers_of(const registry::PartyId& authority) const;

 private:
  // What `manifest` lists, from what was entered; refuses what it lists and nobody entered.
  base::Ruled<registry::AuthorityRegister> listed_by(const registry::Manifest& manifest) const;

  std::map<registry::PartyId, Entered> all_;
  RecordShelf shelf_;
  Reach reach_;
  registry::Registers registers_;
  std::vector<registry::AuthorityRegister> extracted_;  // of an Extract: what each manifest lists
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_AUTHORITIES_H_
