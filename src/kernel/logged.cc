// SPDX-License-Identifier: Apache-2.0
#include "kernel/logged.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/batch.h"
#include "kernel/statement_body.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

Refusal malformed(const LoggedEntry& entry, std::string message) {
  return {"entry-form", std::move(message), fmt::format("entry {}", entry.position)};
}

base::Ruled<std::string> text_of(const LoggedEntry& entry, std::string_view name) {
  const base::Json* value = entry.field(name);
  if (value == nullptr || value->kind != base::Json::Kind::Text) {
    return malformed(entry, fmt::format("`{}` is not a text", name));
  }
  return value->text;
}

base::Ruled<ChainLink> read_chain(const LoggedEntry& entry, const base::Json& value) {
  base::Report report({}, "chain");
  base::Fields fields(value, "a chain link", report);
  ChainLink link;
  link.number = fields.integer("number", 0);
  if (const auto previous = fields.maybe_text("previous")) {
    link.previous = seal::parse_digest(*previous);
    if (!link.previous) return malformed(entry, "`chain` names no digest");
  }
  fields.finish();
  if (!report.clean() || link.previous.has_value() != (link.number > 0)) {
    return malformed(entry, "`chain` is not a chain link");
  }
  return link;
}

base::Json json_of(const ChainLink& link) {
  std::vector<std::pair<std::string, base::Json>> members;
  members.emplace_back("number", base::json_integer(link.number));
  if (link.previous) members.emplace_back("previous", base::json_text(to_text(*link.previous)));
  return base::json_object(std::move(members));
}

// What every entry with a statement repeats of it.
std::vector<ledger::Field> head_fields(const SignedStatement& statement) {
  const StatementHead& head = statement.head;
  std::vector<ledger::Field> fields;
  fields.push_back({"statement", base::json_text(to_text(statement.digest))});
  fields.push_back({"authority", base::json_text(head.authority.text())});
  fields.push_back({"command", base::json_text(head.command.text())});
  fields.push_back({"instance", base::json_text(name_of(head.instance.kind))});
  return fields;
}

base::Ruled<void> check_statement(const LoggedEntry& entry, const SignedStatement& statement) {
  if (statement.head.kind != entry.kind) {
    return Refusal{"statement-differs",
                   fmt::format("entry {} is a {}, its statement a {}", entry.position,
                               name_of(entry.kind), name_of(statement.head.kind)),
                   "kind"};
  }
  for (const ledger::Field& expected : head_fields(statement)) {
    const base::Json* said = entry.field(expected.name);
    if (said == nullptr && expected.name != "statement") continue;
    if (said == nullptr || said->kind != base::Json::Kind::Text ||
        said->text != expected.value.text) {
      return Refusal{
          expected.name == "statement" ? "statement-digest" : "statement-differs",
          fmt::format("the statement beside entry {} is not the one it names: `{}` differs",
                      entry.position, expected.name),
          expected.name};
    }
  }
  const Commitment* item = entry.commitment("item");
  if (statement.item && (item == nullptr || *item != *statement.item)) {
    return Refusal{
        "statement-differs",
        fmt::format("entry {} shows another item than its statement is seen by", entry.position),
        "item"};
  }
  if (entry.case_id && entry.case_id != statement.head.case_id) {
    return Refusal{"statement-differs",
                   fmt::format("entry {} and its statement name different cases", entry.position),
                   "case"};
  }
  return base::outcome::success();
}

base::Ruled<void> read_common(LoggedEntry& entry) {
  if (entry.field("received_at") != nullptr) {
    BOOST_OUTCOME_TRY(const std::string text, text_of(entry, "received_at"));
    entry.received_at = base::parse_instant(text);
    if (!entry.received_at) return malformed(entry, "`received_at` is not a time");
  }
  if (entry.field("case") != nullptr) {
    BOOST_OUTCOME_TRY(std::string text, text_of(entry, "case"));
    if (!base::is_id(text)) return malformed(entry, "`case` is not an id");
    entry.case_id = CaseId(std::move(text));
  }
  if (const base::Json* chain = entry.field("chain")) {
    BOOST_OUTCOME_TRY(entry.chain, read_chain(entry, *chain));
  }
  return base::outcome::success();
}

}  // namespace

const base::Json* LoggedEntry::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second.value;
}

const Commitment* LoggedEntry::commitment(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second.commitment;
}

namespace {

// The entry without its statement.
base::Ruled<LoggedEntry> open_fields(Position position, const ledger::Entry& entry,
                                     std::span<const ledger::Disclosure> disclosures) {
  LoggedEntry logged;
  logged.position = position;
  logged.leaf = ledger::hash_leaf(entry.bytes());
  logged.committed = entry.commitments().size();
  const auto kind = find_entry_kind(entry.kind());
  if (!kind) return malformed(logged, fmt::format("`{}` is no kind of entry", entry.kind()));
  logged.kind = *kind;
  BOOST_OUTCOME_TRY(std::vector<ledger::Field> fields, entry.open_all(disclosures));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    logged.fields.emplace(std::move(fields[i].name),
                          OpenField{std::move(fields[i].value), disclosures[i].commitment()});
  }
  BOOST_OUTCOME_TRY(read_common(logged));
  return logged;
}

// A signed act on several cases, as it concerns the one whose item this entry discloses.
base::Ruled<SignedStatement> view_here(const LoggedEntry& entry, const SignedStatement& batch,
                                       std::span<const ledger::Disclosure> disclosures) {
  const Commitment* item = entry.commitment("item");
  for (const ledger::Disclosure& disclosure : disclosures) {
    if (item != nullptr && disclosure.commitment() == *item) return view_of_item(batch, disclosure);
  }
  return Refusal{"disclosure-missing",
                 fmt::format("`item` of entry {} is not disclosed", entry.position),
                 fmt::format("entry {}", entry.position)};
}

}  // namespace

base::Ruled<LoggedEntry> open_entry(Position position, const ledger::Entry& entry,
                                    std::span<const ledger::Disclosure> disclosures,
                                    std::optional<base::ByteView> envelope) {
  BOOST_OUTCOME_TRY(LoggedEntry logged, open_fields(position, entry, disclosures));
  if (!envelope) return logged;
  auto statement = read_signed(*envelope, fmt::format("statement of entry {}", position));
  if (!statement) return Refusal{"statement-form", base::to_text(statement.error()), {}};
  if (statement.value().head.kind == EntryKind::Batch) {
    BOOST_OUTCOME_TRY(statement.value(), view_here(logged, statement.value(), disclosures));
  }
  BOOST_OUTCOME_TRY(check_statement(logged, statement.value()));
  logged.statement = std::move(statement.value());
  return logged;
}

base::Ruled<SaltedField> read_disclosure(const ledger::Disclosure& disclosure) {
  const Refusal no_disclosure{
      "disclosure-form", "what came beside the statement is no disclosure of a field", {}};
  const auto bytes = base::from_base64url(disclosure.text);
  if (!bytes) return no_disclosure;
  auto json = base::read_json(base::as_text(*bytes), "disclosure");
  if (!json || json.value().kind != base::Json::Kind::Array || json.value().items.size() != 3) {
    return no_disclosure;
  }
  std::vector<base::Json>& parts = json.value().items;
  const auto salt = base::from_base64url(parts[0].text);
  SaltedField read;
  if (!salt || salt->size() != read.salt.size()) return no_disclosure;
  std::copy(salt->begin(), salt->end(), read.salt.begin());
  read.field = {parts[1].text, std::move(parts[2])};
  if (read.field.name.empty() ||
      ledger::make_disclosure(read.salt, read.field.name, read.field.value) != disclosure) {
    return no_disclosure;
  }
  return read;
}

base::Ruled<Completed> complete(Draft draft, Position position, base::Instant received_at,
                                const std::optional<ChainLink>& chain, const SaltSource& salts) {
  std::vector<ledger::Field> fields;
  fields.push_back({"received_at", base::json_text(base::to_text(received_at))});
  if (draft.statement) {
    bring_body_back(*draft.statement);
    for (ledger::Field& field : head_fields(*draft.statement)) fields.push_back(std::move(field));
  }
  if (draft.case_id) {
    fields.push_back({"case", base::json_text(draft.case_id->text())});
    CHECK(chain.has_value());
    fields.push_back({"chain", json_of(*chain)});
  }
  for (ledger::Field& field : draft.fields) fields.push_back(std::move(field));
  std::vector<ledger::Salt> used;
  for (std::size_t i = 0; i < fields.size(); ++i) used.push_back(salts());
  for (SaltedField& salted : draft.salted) {
    fields.push_back(std::move(salted.field));
    used.push_back(salted.salt);
  }
  ledger::Entry::Made made = ledger::Entry::create(name_of(draft.kind), fields, used);
  if (made.entry.bytes().size() > ledger::kMaxEntrySize) {
    return Refusal{"entry-too-large", "the step has more fields than one entry can hold", {}};
  }
  // Opened as from the store, so that nothing is entered that could not be read again. Its
  // statement was read from the very bytes that are stored.
  BOOST_OUTCOME_TRY(LoggedEntry logged, open_fields(position, made.entry, made.disclosures));
  if (draft.statement) {
    BOOST_OUTCOME_TRY(check_statement(logged, *draft.statement));
    logged.statement = std::move(draft.statement);
  }
  Completed completed{std::move(made.entry), {}, std::move(logged), std::move(draft.beside)};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    completed.disclosures.emplace_back(fields[i].name, std::move(made.disclosures[i]));
  }
  return completed;
}

}  // namespace countersign::kernel
