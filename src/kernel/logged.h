// SPDX-License-Identifier: Apache-2.0
// An entry of the ledger with as much of it as is disclosed, and the drafts that become entries.
#ifndef COUNTERSIGN_KERNEL_LOGGED_H_
#define COUNTERSIGN_KERNEL_LOGGED_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/bodies.h"
#include "kernel/ids.h"
#include "kernel/statement.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"

namespace countersign::kernel {

// A field that was disclosed.
struct OpenField {
  base::Json value;
  Commitment commitment;
};

// Where an entry of a case stands among the case's entries: what was left out shows.
struct ChainLink {
  std::int64_t number = 0;
  std::optional<ledger::Hash> previous;  // the leaf hash of the case's entry before; none for 0

  friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

// Invariants of what `open_entry` returned: every field is committed to by the entry; a statement
// that is here is the one the entry names, and says the same kind, authority, case, command and
// instance as the entry does where it discloses them. Of an act on several cases it is the view of
// this entry's item (kernel/batch.h), to which the act commits.
struct LoggedEntry {
  Position position = 0;
  ledger::Hash leaf;
  EntryKind kind = EntryKind::Instance;
  std::map<std::string, OpenField, std::less<>> fields;
  std::size_t committed = 0;  // to how many fields the entry commits
  std::optional<SignedStatement> statement;
  // Read from the fields; empty where they were not disclosed.
  std::optional<base::Instant> received_at;
  std::optional<CaseId> case_id;
  std::optional<ChainLink> chain;

  // The field's value, or null when it is not disclosed.
  const base::Json* field(std::string_view name) const;
  const Commitment* commitment(std::string_view name) const;
};

// Refusals: those of ledger::Entry::open_all, `entry-form`, `statement-digest`,
// `statement-differs`; of an act on several cases those of view_of_item(), `disclosure-missing`.
base::Ruled<LoggedEntry> open_entry(Position position, const ledger::Entry& entry,
                                    std::span<const ledger::Disclosure> disclosures,
                                    std::optional<base::ByteView> envelope);

// A field with the salt its commitment was made with, when a signed statement names that.
struct SaltedField {
  ledger::Salt salt{};
  ledger::Field field;
};

// Reads a disclosure that came with a statement. Refused by `disclosure-form` unless it is spelt
// exactly as ledger::make_disclosure() spells it.
base::Ruled<SaltedField> read_disclosure(const ledger::Disclosure& disclosure);

// What the kernel wants entered. `complete` makes the entry of it.
struct Draft {
  EntryKind kind = EntryKind::Instance;
  std::optional<CaseId> case_id;
  std::vector<ledger::Field> fields;  // beside those every entry has
  std::vector<SaltedField> salted;    // whose commitments were signed already
  std::optional<SignedStatement> statement;
  std::shared_ptr<const std::string> beside;  // kept with the statement; or null
};

// A completed entry: what is stored, and what is folded.
struct Completed {
  ledger::Entry entry;
  std::vector<std::pair<std::string, ledger::Disclosure>> disclosures;  // by field name
  LoggedEntry logged;
  std::shared_ptr<const std::string> beside;
};

// Where the next salts come from: 16 fresh random bytes at each call.
using SaltSource = std::function<ledger::Salt()>;

// The entry of a draft at `position`: adds `received_at`, what the statement says of itself, and
// the case's chain link. Refused by `entry-too-large`.
base::Ruled<Completed> complete(Draft draft, Position position, base::Instant received_at,
                                const std::optional<ChainLink>& chain, const SaltSource& salts);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_LOGGED_H_
