// SPDX-License-Identifier: Apache-2.0
#include "kernel/since.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/terms.h"
#include "registry/appointment.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

constexpr std::string_view kForm = "countersign-since/v1";
constexpr std::string_view kNone = "none";

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

// The parts of `text` between `separator`s; the last ends with the text.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::optional<SinceNote> read_note_text(const std::string& text) {
  const auto lines = split(text, '\n');
  if (lines.size() != 6 || lines[0] != kForm) return std::nullopt;
  SinceNote note;
  note.origin = lines[1];
  note.grant = registry::GrantId(std::string(lines[2]));
  if (!read_number(lines[3], note.size)) return std::nullopt;
  if (lines[4] != kNone) {
    for (const std::string_view word : split(lines[4], ' ')) {
      if (!read_number(word, note.positions.emplace_back())) return std::nullopt;
    }
  }
  // One spelling only.
  if (write(note) != text) return std::nullopt;
  return note;
}

bool names(const LoggedEntry& entry, const registry::GrantId& grant) {
  const base::Json* named = entry.kind == EntryKind::Outcome ? entry.field("grant")
                            : entry.statement                ? entry.statement->body.find("grant")
                                                             : nullptr;
  return named != nullptr && named->text == grant.text();
}

}  // namespace

std::vector<Position> select_since(const registry::GrantId& grant, std::set<seal::KeyId> keys,
                                   std::span<const LoggedEntry> later) {
  std::set<Position> chosen;
  for (const LoggedEntry& entry : later) {
    const bool act = entry.kind == EntryKind::Suspend || entry.kind == EntryKind::Revoke ||
                     entry.kind == EntryKind::Surrender || entry.kind == EntryKind::Outcome;
    if (!act || !names(entry, grant)) continue;
    chosen.insert(entry.position);
    const base::Json* consents = entry.field("consents");
    if (consents == nullptr) continue;
    base::Report report({}, "consents");
    for (const LaneConsent& consent : read_consents(*consents, report)) {
      chosen.insert(consent.positions.begin(), consent.positions.end());
    }
  }
  // By whom these were signed.
  std::set<registry::PartyId> authorities;
  std::set<std::pair<std::string, seal::KeyId>> hands;
  for (const LoggedEntry& entry : later) {
    if (!chosen.contains(entry.position) || !entry.statement) continue;
    const StatementHead& head = entry.statement->head;
    authorities.insert(head.authority);
    hands.emplace(head.by, entry.statement->envelope.signatures.front().key_id);
    keys.insert(entry.statement->envelope.signatures.front().key_id);
  }
  std::set<std::string> away;
  for (const LoggedEntry& entry : later) {
    if (!chosen.contains(entry.position) || !entry.statement) continue;
    if (entry.statement->head.acting_for) away.insert(entry.statement->head.acting_for->text());
  }
  const auto take = [&](const LoggedEntry& entry) {
    chosen.insert(entry.position);
    const StatementHead& head = entry.statement->head;
    authorities.insert(head.authority);
    hands.emplace(head.by, entry.statement->envelope.signatures.front().key_id);
    keys.insert(entry.statement->envelope.signatures.front().key_id);
  };
  for (const LoggedEntry& entry : later) {
    if (entry.kind != EntryKind::Absence) continue;
    const base::Json* office = entry.statement->body.find("office");
    if (office != nullptr && away.contains(office->text)) take(entry);
  }
  for (const LoggedEntry& entry : later) {
    if (entry.kind != EntryKind::KeyWithdrawal) continue;
    base::Report report(entry.statement->payload_text, "a key's withdrawal");
    const auto read = KeyWithdrawalBody::read(entry.statement->body, report);
    if (read.key && keys.contains(read.key->id())) take(entry);
  }
  std::vector<Position> positions;
  for (const LoggedEntry& entry : later) {
    bool shown = chosen.contains(entry.position);
    if (entry.kind == EntryKind::Charter) {
      shown = authorities.contains(entry.statement->head.authority);
    } else if (entry.kind == EntryKind::Appointment) {
      base::Report report(entry.statement->payload_text, "appointment");
      const auto read = registry::Appointment::read(entry.statement->body, report);
      shown = read && hands.contains({read->office.text(), read->key.key().id()});
    }
    if (shown) positions.push_back(entry.position);
  }
  return positions;
}

std::string write(const SinceNote& note) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n", kForm, note.origin, note.grant.text(), note.size,
                     note.positions.empty() ? std::string(kNone)
                                            : fmt::format("{}", fmt::join(note.positions, " ")));
}

base::Ruled<SinceNote> check_since_note(const ledger::Note& note, const std::string& origin,
                                        const ledger::Policy& log) {
  std::vector<ledger::VerifierKey> keys;
  for (const ledger::Policy::Log& known : log.logs()) {
    if (known.key.name() == origin) keys.push_back(known.key);
  }
  BOOST_OUTCOME_TRY(ledger::verify_note(note, keys));
  auto read = read_note_text(note.text);
  if (!read || read->origin != origin) {
    return Refusal{"since-form", "the note does not say what became of a grant of this log",
                   "since"};
  }
  return *std::move(read);
}

}  // namespace countersign::kernel
