// SPDX-License-Identifier: Apache-2.0
#include "kernel/authenticate.h"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::Power;

base::Ruled<void> check_instance(const InstanceName& instance, const SignedStatement& statement) {
  if (statement.head.instance == instance) return base::outcome::success();
  return Refusal{"other-instance",
                 fmt::format("the statement was made for the {} instance `{}`, this is the {} "
                             "instance `{}`",
                             name_of(statement.head.instance.kind), statement.head.instance.origin,
                             name_of(instance.kind), instance.origin),
                 "instance"};
}

// The powers of which one is needed to make such a statement; none: any office may.
std::vector<Power> powers_for(EntryKind kind, bool directive) {
  switch (kind) {
    case EntryKind::Record:
      return {directive ? Power::Issue : Power::Vouch};
    case EntryKind::Manifest:
      return {Power::Vouch, Power::Issue};
    case EntryKind::Claim:
      return {Power::Vouch};
    case EntryKind::Request:
    case EntryKind::Answer:
    case EntryKind::Withdraw:
    case EntryKind::Amend:
    case EntryKind::Surrender:
    case EntryKind::Draw:
    case EntryKind::Report:
    case EntryKind::Acknowledge:
    case EntryKind::Allotment:
    case EntryKind::GiveBack:
    case EntryKind::Reconsider:
      return {Power::Request};
    // Whose entry may be corrected by whom, the command and the fold look at.
    case EntryKind::Correction:
      return {Power::Request, Power::Vouch, Power::Advise};
    case EntryKind::CheckRequest:
      return {Power::Decide, Power::Oversee};
    case EntryKind::Check:
      return {Power::Decide, Power::Oversee, Power::Advise, Power::Vouch};
    case EntryKind::Legacy:
      return {Power::Vouch};
    case EntryKind::Advice:
    case EntryKind::Reconfirm:
      return {Power::Advise};
    case EntryKind::Query:
      return {Power::Advise, Power::Decide};
    case EntryKind::Override:
    case EntryKind::Decision:
    case EntryKind::Batch:
    case EntryKind::Suspend:
    case EntryKind::Revoke:
    case EntryKind::Reconsidered:
      return {Power::Decide};
    case EntryKind::Review:
      return {Power::Decide, Power::Oversee};
    case EntryKind::Oral:
      return {Power::Advise, Power::Decide};
    default:
      return {};
  }
}

Signer::Kind signer_kind_for(EntryKind kind) {
  if (kind == EntryKind::Charter || kind == EntryKind::Appointment) return Signer::Kind::Root;
  return kind == EntryKind::Consent ? Signer::Kind::Clerk : Signer::Kind::Office;
}

// A key is withdrawn, and an absence noticed, by the root or by the holder; a statement is
// confirmed by whoever makes such statements, the clerk included.
bool may_be_another(EntryKind kind, Signer::Kind signer) {
  return (kind == EntryKind::KeyWithdrawal && signer == Signer::Kind::Root) ||
         (kind == EntryKind::Absence && signer == Signer::Kind::Root) ||
         (kind == EntryKind::Confirm && signer == Signer::Kind::Clerk);
}

std::string_view words_of(Signer::Kind kind) {
  switch (kind) {
    case Signer::Kind::Root:
      return "the authority's root";
    case Signer::Kind::Clerk:
      return "the authority's clerk";
    case Signer::Kind::Office:
      return "an office";
  }
  return {};
}

base::Ruled<void> check_power(const Authorities& authorities, const SignedStatement& statement,
                              const Signer& signer) {
  const StatementHead& head = statement.head;
  const bool record = head.kind == EntryKind::Record;
  const base::Json* kind = record ? statement.body.find("record") : nullptr;
  const bool directive = kind != nullptr && kind->text == "directive";
  if (directive) {
    const base::Json* document = statement.body.find("document");
    const base::Json* issuer = document == nullptr ? nullptr : document->find("issued_by");
    if (issuer == nullptr || issuer->text != signer.office.text()) {
      return Refusal{"issuer",
                     fmt::format("{} signed a directive that names another office as its issuer",
                                 signer.office.text()),
                     "issued_by"};
    }
  }
  const std::vector<Power> powers = powers_for(head.kind, directive);
  if (powers.empty()) return base::outcome::success();
  for (const Power power : powers) {
    if (authorities.may(head.authority, signer.office, power)) return base::outcome::success();
  }
  return Refusal{"no-power",
                 fmt::format("the charter of {} does not let {} {}", head.authority.text(),
                             signer.office.text(), registry::name_of(powers.front())),
                 signer.office.text()};
}

}  // namespace

base::Ruled<Signer> authenticate(const Authorities& authorities, const InstanceName& instance,
                                 const SignedStatement& statement, base::Instant at) {
  BOOST_OUTCOME_TRY(check_instance(instance, statement));
  BOOST_OUTCOME_TRY(Signer signer, authorities.who_signed(statement, at));
  const Signer::Kind expected = signer_kind_for(statement.head.kind);
  if (signer.kind != expected && !may_be_another(statement.head.kind, signer.kind)) {
    return Refusal{"no-power",
                   fmt::format("a {} is signed by {}, not by {}", name_of(statement.head.kind),
                               words_of(expected), words_of(signer.kind)),
                   "by"};
  }
  if (signer.kind == Signer::Kind::Office) {
    BOOST_OUTCOME_TRY(check_power(authorities, statement, signer));
  }
  return signer;
}

void verify_ahead(SignedStatement& statement, const KeyRing& keys) {
  const auto key = keys.find(statement.envelope.signatures.front().key_id);
  if (key == keys.end()) return;
  statement.ahead = std::make_shared<const seal::VerifiedAhead>(statement.envelope, key->second);
}

base::Ruled<Signer> authenticate_charter(const Authorities& authorities,
                                         const InstanceName& instance,
                                         const SignedStatement& statement,
                                         const CharterBody& body) {
  BOOST_OUTCOME_TRY(check_instance(instance, statement));
  const base::Json* named = body.charter.find("authority");
  if (named == nullptr || named->text != statement.head.authority.text()) {
    return Refusal{
        "other-authority",
        fmt::format("the charter is another authority's than {}", statement.head.authority.text()),
        "authority"};
  }
  const Entered* entered = authorities.find(statement.head.authority);
  const seal::PublicKey& root = entered == nullptr ? body.root : entered->charter().root;
  const seal::KeyId& key = statement.envelope.signatures.front().key_id;
  if (statement.head.by != "root" || root.id() != key) {
    return Refusal{"not-the-root",
                   fmt::format("a charter of {} must be signed by its root, `{}`",
                               statement.head.authority.text(), root.text()),
                   "by"};
  }
  auto verifier = seal::Verifier::create(root, std::nullopt);
  CHECK(verifier.has_value());
  BOOST_OUTCOME_TRY(statement.verify(verifier.value()));
  return Signer{Signer::Kind::Root, {}, {}, key};
}

}  // namespace countersign::kernel
