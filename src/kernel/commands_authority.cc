// SPDX-License-Identifier: Apache-2.0
// What authorities say of themselves: charters, appointments, records and manifests.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/rulings.h"
#include "kernel/statement_body.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

base::Ruled<registry::Manifest> manifest_in(const SaltedField& contents) {
  base::Report report({}, "manifest");
  registry::Manifest manifest = registry::Manifest::read(contents.field.value, report);
  if (!report.clean()) return Refusal{"body", base::to_text(report.take()), "contents"};
  return manifest;
}

// A record that came with a manifest.
struct Came {
  std::string record, id;
  seal::Digest digest;
};

base::Ruled<void> check_listed(const registry::Manifest& manifest, std::span<const Came> records) {
  for (const Came& one : records) {
    const bool listed = std::any_of(manifest.entries.begin(), manifest.entries.end(),
                                    [&](const registry::ManifestEntry& entry) {
                                      return entry.digest == one.digest &&
                                             registry::name_of(entry.kind) == one.record &&
                                             entry.id == one.id;
                                    });
    if (!listed) {
      return Refusal{"manifest-added",
                     fmt::format("the manifest does not list the {} `{}` that came with it",
                                 one.record, one.id),
                     one.id};
    }
  }
  return base::outcome::success();
}

// Of the authority's directives that are in force or to come.
base::Ruled<void> check_markings(const registry::Registers& registers,
                                 const registry::PartyId& authority, base::Instant at) {
  const registry::RegistersView view = registers.view(at);
  for (const auto& directive : registers.find(authority)->directives) {
    if (directive.record.period.until <= at) continue;
    BOOST_OUTCOME_TRY(check_marking(view, authority, directive->marking));
  }
  return base::outcome::success();
}

// Under a grant leaves what was drawn under it, and no more: what else left of the stock would
// still count as held for that grant.
base::Ruled<void> check_under_grants(const State& state, const registry::Registers& registers,
                                     const registry::PartyId& authority) {
  const registry::StockBook book(registers.find(authority)->movements);
  for (const registry::ItemId& item : book.items()) {
    for (const auto& [id, left] : book.left_under_grants(item, base::kDistantFuture)) {
      const GrantRecord* grant = state.find(id);
      const registry::Quantity what =
          grant == nullptr ? registry::Quantity() : quantity_of(grant->scope);
      if (grant == nullptr || what.item != item || !registry::takes_from(authority, what)) {
        return Refusal{
            "movement-grant",
            fmt::format("`{}` leaves the stock of {} under `{}`, which is no grant that takes it "
                        "from there",
                        item.text(), authority.text(), id.text()),
            id.text()};
      }
      if (left <= grant->drawn()) continue;
      return Refusal{"movement-grant",
                     fmt::format("{} of `{}` would have left under grant `{}`, under which {} were "
                                 "drawn: the holder draws before goods leave",
                                 left, item.text(), id.text(), grant->drawn()),
                     id.text()};
    }
  }
  return base::outcome::success();
}

}  // namespace

base::Ruled<void> check_directives(const registry::Registers& registers,
                                   const registry::PartyId& authority, base::Instant at) {
  std::vector<base::Instant> instants = registers.changes(at, base::kDistantFuture);
  instants.insert(instants.begin(), at);
  const auto failure = first_failure(registers, authority, instants);
  if (!failure) return base::outcome::success();
  return Refusal{"directive",
                 fmt::format("with what is in force at {}:\n{}", base::to_text(failure->at),
                             base::to_text(failure->issues)),
                 authority.text()};
}

Draft name_instance(const InstanceName& name) {
  Draft draft;
  draft.kind = EntryKind::Instance;
  draft.fields.push_back({"kind", base::json_text(name_of(name.kind))});
  draft.fields.push_back({"origin", base::json_text(name.origin)});
  return draft;
}

base::Ruled<Drafts> rule_on_charter(const State& state, const Submission& charter,
                                    base::Instant /*at*/) {
  const SignedStatement& statement = charter.statement;
  base::Report report(statement.payload_text, "charter");
  const auto body = CharterBody::read(statement.body, report);
  if (!report.clean() || !body) return Refusal{"body", base::to_text(report.take()), "body"};
  if (!state.instance()) return Refusal{"other-instance", "the instance has no name yet", {}};
  BOOST_OUTCOME_TRY(authenticate_charter(state.authorities(), *state.instance(), statement, *body));
  Authorities scratch = state.authorities();
  BOOST_OUTCOME_TRY(scratch.enter_charter(state.size(), *body));
  return Drafts{draft_of(charter)};
}

base::Ruled<Drafts> rule_on_appointment(const State& state, const Submission& appointment,
                                        base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, appointment, EntryKind::Appointment, at));
  Authorities scratch = state.authorities();
  BOOST_OUTCOME_TRY(scratch.enter_appointment(state.size(), appointment.statement.head.authority,
                                              appointment.statement.body));
  return Drafts{draft_of(appointment)};
}

base::Ruled<Drafts> rule_on_issue(const State& state, std::span<const Submission> records,
                                  const Submission& manifest, base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, manifest, EntryKind::Manifest, at));
  const registry::PartyId& authority = manifest.statement.head.authority;
  Authorities scratch = state.authorities();
  Drafts drafts;
  std::vector<Came> came;
  for (const Submission& given : records) {
    Submission record = given;
    bring_body_back(record.statement);
    BOOST_OUTCOME_TRY(admit(state, record, EntryKind::Record, at));
    if (record.statement.head.authority != authority) {
      return Refusal{"other-authority", "a record of another authority came with the manifest",
                     "authority"};
    }
    BOOST_OUTCOME_TRY(const RecordBody body, read_body<RecordBody>(record.statement));
    BOOST_OUTCOME_TRY(scratch.enter_record(state.size(), authority, body));
    came.push_back({body.record, body.id, registry::digest_of(body.document)});
    let_body_go(record.statement);
    drafts.push_back(draft_of(record));
  }
  BOOST_OUTCOME_TRY(const ManifestBody body, read_body<ManifestBody>(manifest.statement));
  BOOST_OUTCOME_TRY(SaltedField contents, committed(manifest, body.contents, "contents"));
  BOOST_OUTCOME_TRY(registry::Manifest listed, manifest_in(contents));
  if (listed.authority != authority || listed.issued_at != body.issued_at ||
      listed.expires != body.expires) {
    return Refusal{"body", "the manifest's contents say another authority or other times",
                   "contents"};
  }
  BOOST_OUTCOME_TRY(check_listed(listed, came));
  BOOST_OUTCOME_TRY(scratch.enter_manifest(state.size(), at, std::move(listed)));
  BOOST_OUTCOME_TRY(check_under_grants(state, scratch.registers(), authority));
  BOOST_OUTCOME_TRY(check_directives(scratch.registers(), authority, at));
  BOOST_OUTCOME_TRY(check_markings(scratch.registers(), authority, at));
  Draft draft = draft_of(manifest);
  draft.salted.push_back(std::move(contents));
  drafts.push_back(std::move(draft));
  return drafts;
}

}  // namespace countersign::kernel
