// SPDX-License-Identifier: Apache-2.0
#include "kernel/statement.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/statement_body.h"
#include "seal/statement.h"

namespace countersign::kernel {
namespace {

constexpr auto kKindNames = std::to_array<std::string_view>(
    {"charter",  "appointment",   "record",      "manifest",     "request",        "claim",
     "advice",   "override",      "decision",    "consent",      "draw",           "report",
     "suspend",  "revoke",        "acknowledge", "close",        "key_withdrawal", "confirm",
     "query",    "answer",        "withdraw",    "batch",        "amend",          "reconfirm",
     "absence",  "surrender",     "correction",  "allotment",    "give_back",      "check_request",
     "check",    "legacy",        "reconsider",  "reconsidered", "review",         "oral",
     "instance", "determination", "grant",       "outcome"});
static_assert(kKindNames.size() == static_cast<std::size_t>(EntryKind::Outcome) + 1);

constexpr std::array<std::string_view, 2> kInstanceNames = {"live", "exercise"};

std::string predicate_type_of(EntryKind kind) {
  return fmt::format("urn:countersign:{}:v1", name_of(kind));
}

// Fills what the predicate says; reports into `report` and leaves defaults where it cannot.
StatementHead read_head(base::Fields& fields) {
  StatementHead head;
  const std::vector<std::string_view> kinds(kKindNames.begin(),
                                            kKindNames.begin() + kStatementKinds);
  head.kind = static_cast<EntryKind>(fields.word("kind", kinds));
  head.authority = registry::PartyId(fields.id("authority"));
  if (auto id = fields.maybe_id("case")) head.case_id = CaseId(std::move(*id));
  head.command = CommandId(fields.id("command"));
  head.instance.kind = static_cast<InstanceKind>(
      fields.word("instance", {kInstanceNames.begin(), kInstanceNames.end()}));
  head.instance.origin = fields.text("log");
  head.by = fields.id("by");
  if (auto office = fields.maybe_id("acting_for")) {
    head.acting_for = registry::OfficeId(*std::move(office));
  }
  return head;
}

void check_subject(const seal::Statement& statement, StatementHead& head, base::Fields& fields) {
  if (statement.predicate_type != predicate_type_of(head.kind)) {
    fields.report("kind",
                  fmt::format("`predicateType` is `{}`, which is not a {}'s",
                              statement.predicate_type, name_of(head.kind)),
                  fmt::format("write `{}`", predicate_type_of(head.kind)));
  }
  const bool about_request = head.case_id && head.kind != EntryKind::Request;
  const std::size_t expected = about_request ? 1 : 0;
  if (statement.subjects.size() != expected) {
    fields.report("case", about_request
                              ? "a statement of a case has one subject: the case's request"
                              : "this statement has no subject");
    return;
  }
  if (!about_request) return;
  if (statement.subjects[0].name != head.case_id->text()) {
    fields.report("case", fmt::format("the subject is called `{}`, the case `{}`",
                                      statement.subjects[0].name, head.case_id->text()));
  }
  head.request = statement.subjects[0].digest;
}

}  // namespace

std::string_view name_of(EntryKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<EntryKind> find_entry_kind(std::string_view name) {
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<EntryKind>(found - kKindNames.begin());
}

std::string_view name_of(InstanceKind kind) {
  return kInstanceNames[static_cast<std::size_t>(kind)];
}

std::optional<InstanceKind> find_instance_kind(std::string_view name) {
  const auto found = std::find(kInstanceNames.begin(), kInstanceNames.end(), name);
  if (found == kInstanceNames.end()) return std::nullopt;
  return static_cast<InstanceKind>(found - kInstanceNames.begin());
}

base::Ruled<seal::Verified> SignedStatement::verify(const seal::Verifier& expected) const {
  return ahead ? ahead->verify(envelope, expected) : seal::verify(envelope, expected);
}

namespace {

// Takes the member out of the object, which is no more used.
base::Json taken(base::Json& object, std::string_view name) {
  for (base::Json::Member& member : object.members) {
    if (member.name == name) return std::move(member.value);
  }
  return {};
}

}  // namespace

void let_body_go(SignedStatement& statement) {
  CHECK(!statement.item.has_value());
  statement.body = {};
}

void bring_body_back(SignedStatement& statement) {
  if (statement.body.kind != base::Json::Kind::Null) return;
  auto read = seal::read_statement(statement.payload_text, "statement");
  CHECK(read.has_value());  // as it was before
  statement.body = taken(read.value().predicate, "body");
}

base::Parsed<SignedStatement> read_signed(base::ByteView bytes, std::string_view file) {
  const std::string text = base::as_text(bytes);
  BOOST_OUTCOME_TRY(seal::Envelope envelope, seal::read_envelope(text, file));
  SignedStatement read;
  read.bytes.assign(bytes.begin(), bytes.end());
  read.digest = seal::sha256(bytes);
  read.payload_digest = seal::sha256(envelope.payload);
  read.payload_text = base::as_text(envelope.payload);
  BOOST_OUTCOME_TRY(seal::Statement statement, seal::read_statement(read.payload_text, file));
  base::Report report(read.payload_text, file);
  if (envelope.payload_type != seal::kInTotoPayloadType) {
    report.add({}, fmt::format("the payload type is `{}`", envelope.payload_type),
               fmt::format("sign a statement of type `{}`", seal::kInTotoPayloadType));
  }
  if (envelope.signatures.size() != 1) {
    report.add({}, fmt::format("{} signatures on one statement", envelope.signatures.size()),
               "a statement is one person's act: sign it once");
  }
  base::Fields fields(statement.predicate, "a statement", report);
  read.head = read_head(fields);
  check_subject(statement, read.head, fields);
  fields.need("body");
  fields.finish();
  if (!report.clean()) return report.take();
  read.body = taken(statement.predicate, "body");
  read.envelope = std::move(envelope);
  return read;
}

std::string write_payload(const StatementHead& head, const base::Json& body) {
  CHECK(static_cast<std::size_t>(head.kind) < kStatementKinds);
  std::vector<std::pair<std::string, base::Json>> members;
  members.emplace_back("kind", base::json_text(name_of(head.kind)));
  members.emplace_back("authority", base::json_text(head.authority.text()));
  if (head.case_id) members.emplace_back("case", base::json_text(head.case_id->text()));
  members.emplace_back("command", base::json_text(head.command.text()));
  members.emplace_back("instance", base::json_text(name_of(head.instance.kind)));
  members.emplace_back("log", base::json_text(head.instance.origin));
  members.emplace_back("by", base::json_text(head.by));
  if (head.acting_for) {
    members.emplace_back("acting_for", base::json_text(head.acting_for->text()));
  }
  members.emplace_back("body", body);
  seal::Statement statement;
  if (head.case_id && head.kind != EntryKind::Request) {
    CHECK(head.request.has_value());
    statement.subjects.push_back({head.case_id->text(), *head.request});
  }
  statement.predicate_type = predicate_type_of(head.kind);
  statement.predicate = base::json_object(std::move(members));
  return seal::write_statement(std::move(statement));
}

}  // namespace countersign::kernel
