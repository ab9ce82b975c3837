// SPDX-License-Identifier: Apache-2.0
#include "casework/audit.h"

#include <fmt/format.h>

#include "base/check.h"
#include "casework/rows_file.h"
#include "kernel/authenticate.h"
#include "kernel/logged.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

constexpr std::uint64_t kChunk = 512;

base::Ruled<kernel::LoggedEntry> open_again(const store::StoredEntry& stored) {
  auto entry = ledger::Entry::parse(stored.bytes, fmt::format("entry {}", stored.position));
  if (!entry) return base::Refusal{"entry-form", base::to_text(entry.error()), {}};
  if (ledger::hash_leaf(stored.bytes) != stored.leaf) {
    return base::Refusal{
        "leaf", fmt::format("entry {} is not what its stored hash says", stored.position), {}};
  }
  std::vector<ledger::Disclosure> disclosures;
  for (const store::Disclosure& disclosure : stored.disclosures) {
    disclosures.push_back({disclosure.text});
  }
  std::optional<base::ByteView> envelope;
  if (!stored.blobs.empty() && stored.blobs.front().bytes) envelope = *stored.blobs.front().bytes;
  return kernel::open_entry(stored.position, entry.value(), disclosures, envelope);
}

// The signature of the entry's statement, by keys that earlier entries bind.
base::Ruled<void> check_signature(const kernel::State& state, const kernel::LoggedEntry& entry) {
  if (!entry.statement) return base::outcome::success();
  const kernel::SignedStatement& statement = *entry.statement;
  if (entry.kind == kernel::EntryKind::Charter) {
    base::Report report(statement.payload_text, "charter");
    const auto body = kernel::CharterBody::read(statement.body, report);
    if (!report.clean() || !body) {
      return base::Refusal{"body", base::to_text(report.take()), "charter"};
    }
    BOOST_OUTCOME_TRY(
        kernel::authenticate_charter(state.authorities(), *state.instance(), statement, *body));
    return base::outcome::success();
  }
  BOOST_OUTCOME_TRY(
      kernel::authenticate(state.authorities(), *state.instance(), statement, *entry.received_at));
  return base::outcome::success();
}

base::Ruled<void> audit_entry(kernel::State& state, const store::StoredEntry& stored,
                              Audit& found) {
  BOOST_OUTCOME_TRY(const kernel::LoggedEntry entry, open_again(stored));
  BOOST_OUTCOME_TRY(check_signature(state, entry));
  BOOST_OUTCOME_TRY(state.fold(entry));
  ++found.entries;
  if (entry.statement) ++found.signatures;
  return base::outcome::success();
}

base::Refusal not_signed(std::uint64_t size, std::string_view why) {
  return {"root",
          fmt::format("the entries are not those of the checkpoint kept for {}: {}", size, why),
          fmt::format("entry {}", size)};
}

// Whether a kept checkpoint is the log's word on the tree that its first entries make.
base::Ruled<void> check_kept(const store::CheckpointNote& kept, const ledger::TreeHead& ours,
                             const ledger::VerifierKey& log_key) {
  const auto note = ledger::read_note(kept.note, "checkpoint");
  if (!note) return not_signed(kept.size, base::to_text(note.error()));
  if (auto signed_ = ledger::verify_note(note.value(), std::span(&log_key, 1)); !signed_) {
    return not_signed(kept.size, signed_.error().message);
  }
  const auto checkpoint = ledger::read_checkpoint(note.value().text, "checkpoint");
  if (!checkpoint) return not_signed(kept.size, base::to_text(checkpoint.error()));
  if (checkpoint.value().head != ours) {
    return not_signed(kept.size, "their root, or its size, is another");
  }
  return base::outcome::success();
}

}  // namespace

base::Result<base::Ruled<Audit>> audit(Instance& instance) {
  BOOST_OUTCOME_TRY(instance.check_store());
  BOOST_OUTCOME_TRY(const ledger::Note note, instance.checkpoint());
  const auto checkpoint = ledger::read_checkpoint(note.text, "checkpoint");
  CHECK(checkpoint.has_value());
  const ledger::TreeHead head = checkpoint.value().head;
  kernel::State state(instance.sources());
  ledger::RightEdge edge;
  BOOST_OUTCOME_TRY(auto kept, instance.kept_checkpoint(1));
  Audit found;
  for (std::uint64_t from = 0; from < head.size; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored,
                      instance.entries(from, std::min(kChunk, head.size - from)));
    for (const store::StoredEntry& each : stored) {
      if (auto audited = audit_entry(state, each, found); !audited) {
        return base::Ruled<Audit>(audited.error());
      }
      edge.append(each.leaf);
      if (!kept || kept->size != edge.size()) continue;
      if (auto held = check_kept(*kept, {edge.size(), edge.root()}, instance.log_key()); !held) {
        return base::Ruled<Audit>(held.error());
      }
      BOOST_OUTCOME_TRY(auto next, instance.kept_checkpoint(edge.size() + 1));
      kept = std::move(next);
    }
  }
  found.root = edge.root();
  if (edge.size() != head.size || found.root != head.root) {
    return base::Ruled<Audit>(
        base::Refusal{"root", "the entries do not give the root that the checkpoint signs", {}});
  }
  std::string live;
  base::Instant now;
  instance.look([&](const kernel::State& current) {
    live = base::write_json(current.describe());
    now = current.now();
  });
  state.advance(now);
  for (const auto& held : state.authorities().registers().authorities()) {
    for (const auto& list : held.lists) {
      BOOST_OUTCOME_TRY(base::Ruled<void> checked,
                        check_rows(instance.rows_path(list->root), *list));
      if (!checked) return base::Ruled<Audit>(checked.error());
    }
  }
  if (base::write_json(state.describe()) != live) {
    return base::Ruled<Audit>(base::Refusal{
        "state", "folding the ledger from nothing gives another state than the live one", {}});
  }
  return base::Ruled<Audit>(found);
}

}  // namespace countersign::casework
