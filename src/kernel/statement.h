// SPDX-License-Identifier: Apache-2.0
// Signed statements: what every one of them says about itself, around a body of its kind.
// The bytes: docs/formats/statements.md.
#ifndef COUNTERSIGN_KERNEL_STATEMENT_H_
#define COUNTERSIGN_KERNEL_STATEMENT_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "kernel/ids.h"
#include "registry/ids.h"
#include "seal/digest.h"
#include "seal/dsse.h"

namespace countersign::kernel {

// What an entry is. The statements come first, then what the machine enters on its own account.
enum class EntryKind : std::uint8_t {
  Charter,
  Appointment,
  Record,
  Manifest,
  Request,
  Claim,
  Advice,
  Override,
  Decision,
  Consent,
  Draw,
  Report,
  Suspend,
  Revoke,
  Acknowledge,
  Close,
  KeyWithdrawal,
  Confirm,
  Query,
  Answer,
  Withdraw,
  Batch,
  Amend,
  Reconfirm,
  Absence,
  Surrender,
  Correction,
  Allotment,
  GiveBack,
  CheckRequest,
  Check,
  Legacy,
  Reconsider,
  Reconsidered,
  Review,
  Oral,
  Instance,
  Determination,
  Grant,
  Outcome,
};

inline constexpr std::size_t kStatementKinds = static_cast<std::size_t>(EntryKind::Instance);

// The kind's word in statements and entries ("decision").
std::string_view name_of(EntryKind kind);
std::optional<EntryKind> find_entry_kind(std::string_view name);

std::string_view name_of(InstanceKind kind);
std::optional<InstanceKind> find_instance_kind(std::string_view name);

// What a statement says about itself.
struct StatementHead {
  EntryKind kind = EntryKind::Request;
  registry::PartyId authority;
  std::optional<CaseId> case_id;
  // The digest of the payload of the case's request. Every statement of a case but the request
  // itself names it, so that a decision is about these bytes and no others.
  std::optional<seal::Digest> request;
  CommandId command;
  InstanceName instance;
  std::string by;  // an office's id, "root" or "clerk"
  // The absent office for which `by` acts, by the charter's order of succession.
  std::optional<registry::OfficeId> acting_for = std::nullopt;

  // The office whose act it is; of an office's statement only.
  registry::OfficeId office() const { return acting_for ? *acting_for : registry::OfficeId(by); }

  friend bool operator==(const StatementHead&, const StatementHead&) = default;
};

// A statement as it was sent, made by read_signed() alone. Nothing in it has been verified but its
// form.
struct SignedStatement {
  base::Bytes bytes;            // the envelope, byte for byte
  seal::Digest digest;          // of `bytes`
  seal::Digest payload_digest;  // of the bytes that were signed
  seal::Envelope envelope;
  StatementHead head;
  base::Json body;  // with its places in `payload_text`
  std::string payload_text;
  // Set where this is a signed act on several cases as it concerns one of them (kernel/batch.h):
  // the commitment to its item. Head and body are then that item's.
  std::optional<seal::Digest> item;
  // What verify() may be spared for the verifier that is most likely to be asked about; or null.
  std::shared_ptr<const seal::VerifiedAhead> ahead;

  // seal::verify() of the envelope.
  base::Ruled<seal::Verified> verify(const seal::Verifier& expected) const;
};

// Reads an envelope and the statement in it. Refused: whatever read_envelope and read_statement
// refuse, more than one signature, a predicate that is not as the page says.
base::Parsed<SignedStatement> read_signed(base::ByteView envelope, std::string_view file);

// The payload to be signed: the in-toto statement of head and body.
std::string write_payload(const StatementHead& head, const base::Json& body);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_STATEMENT_H_
