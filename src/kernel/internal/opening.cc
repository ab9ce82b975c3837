// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/opening.h"

#include <fmt/format.h>

#include "kernel/authenticate.h"

namespace countersign::kernel {

using base::Refusal;

namespace {

base::Ruled<void> check_root(const Anchors& anchors, const registry::PartyId& authority,
                             const seal::PublicKey& root) {
  const auto pinned = anchors.roots.find(authority);
  if (pinned != anchors.roots.end() && pinned->second == root) return base::outcome::success();
  return Refusal{"root-not-pinned",
                 fmt::format("the root of {} is not the one that is trusted", authority.text()),
                 authority.text()};
}

base::Ruled<void> check_fields(const LoggedEntry& entry, const Showing& shown) {
  const std::string where = fmt::format("entry {}", entry.position);
  const std::size_t hidden = entry.committed - entry.fields.size();
  if (shown.whole) {
    if (hidden == 0) return base::outcome::success();
    return Refusal{"disclosure-missing",
                   fmt::format("{} fields of entry {} ({}) are not disclosed", hidden,
                               entry.position, name_of(entry.kind)),
                   where};
  }
  for (const std::string_view name : shown.names) {
    if (entry.field(name) != nullptr) continue;
    return Refusal{"disclosure-missing",
                   fmt::format("`{}` of entry {} ({}) is not disclosed", name, entry.position,
                               name_of(entry.kind)),
                   where};
  }
  if (shown.names.size() == entry.fields.size()) return base::outcome::success();
  return Refusal{"disclosure-added",
                 fmt::format("more of entry {} ({}) is disclosed than this bundle is to show",
                             entry.position, name_of(entry.kind)),
                 where};
}

}  // namespace

base::Ruled<ledger::Endorsement> check_checkpoint(const Evidence& evidence,
                                                  const Anchors& anchors) {
  if (evidence.instance.kind != anchors.kind) {
    return Refusal{std::string(name_of(evidence.instance.kind)),
                   fmt::format("this is from an instance of kind `{}`, and one of kind `{}` is "
                               "expected (`verify --exercise` accepts practice)",
                               name_of(evidence.instance.kind), name_of(anchors.kind)),
                   "instance"};
  }
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, anchors.log.check(evidence.checkpoint));
  if (endorsement.checkpoint.origin != evidence.instance.origin) {
    return Refusal{"other-instance", "the checkpoint is another log's", "checkpoint"};
  }
  return endorsement;
}

base::Ruled<std::vector<LoggedEntry>> open_entries(const Evidence& evidence,
                                                   const ledger::TreeHead& head) {
  std::vector<LoggedEntry> opened;
  for (const EvidenceEntry& item : evidence.entries) {
    const std::string where = fmt::format("entry {}", item.position);
    auto entry = ledger::Entry::parse(item.bytes, where);
    if (!entry) return Refusal{"entry-form", base::to_text(entry.error()), where};
    if (!ledger::verify_inclusion(ledger::hash_leaf(item.bytes), item.position, head.size,
                                  item.proof, head.root)) {
      return Refusal{"inclusion",
                     fmt::format("entry {} is not the one that stands there in the ledger of the "
                                 "checkpoint",
                                 item.position),
                     where};
    }
    std::optional<base::ByteView> envelope;
    if (item.envelope) envelope = *item.envelope;
    BOOST_OUTCOME_TRY(LoggedEntry logged,
                      open_entry(item.position, entry.value(), item.disclosures, envelope));
    const bool in_order = opened.empty() || (opened.back().position < logged.position &&
                                             opened.back().received_at <= logged.received_at);
    if (!in_order || !logged.received_at) {
      return Refusal{"entry-form", "entries, or their receipt times, are out of order", where};
    }
    opened.push_back(std::move(logged));
  }
  return opened;
}

base::Ruled<void> check_shown(const Exposure& exposure, std::span<const LoggedEntry> entries) {
  for (const LoggedEntry& entry : entries) {
    const std::string where = fmt::format("entry {}", entry.position);
    const auto shown = exposure.of(entry);
    if (!shown) {
      return Refusal{"entry-added",
                     fmt::format("entry {} ({}) does not belong into this bundle", entry.position,
                                 name_of(entry.kind)),
                     where};
    }
    BOOST_OUTCOME_TRY(check_fields(entry, *shown));
    const bool signed_kind = static_cast<std::size_t>(entry.kind) < kStatementKinds;
    if (signed_kind && shown->has("statement") && !entry.statement) {
      return Refusal{"statement-missing",
                     fmt::format("the statement of entry {} is missing", entry.position), where};
    }
  }
  return base::outcome::success();
}

base::Ruled<void> check_signature(const State::Folded& folded, const Anchors& anchors,
                                  const LoggedEntry& entry) {
  if (!entry.statement) return base::outcome::success();
  const SignedStatement& statement = *entry.statement;
  if (entry.kind != EntryKind::Charter) {
    BOOST_OUTCOME_TRY(
        authenticate(folded.authorities, *folded.instance, statement, *entry.received_at));
    return base::outcome::success();
  }
  BOOST_OUTCOME_TRY(const CharterBody body, [&]() -> base::Ruled<CharterBody> {
    base::Report report(statement.payload_text, "charter");
    auto read = CharterBody::read(statement.body, report);
    if (!report.clean() || !read) return Refusal{"body", base::to_text(report.take()), "charter"};
    return *std::move(read);
  }());
  const bool first = folded.authorities.find(statement.head.authority) == nullptr;
  if (first) {
    BOOST_OUTCOME_TRY(check_root(anchors, statement.head.authority, body.root));
  }
  BOOST_OUTCOME_TRY(authenticate_charter(folded.authorities, *folded.instance, statement, body));
  return base::outcome::success();
}

}  // namespace countersign::kernel
