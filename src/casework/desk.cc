// SPDX-License-Identifier: Apache-2.0
#include "casework/desk.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/files.h"
#include "kernel/batch.h"
#include "seal/dsse.h"

namespace countersign::casework {
namespace {

using kernel::EntryKind;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

base::Result<ledger::Disclosure> commit_to(std::string_view name, const base::Json& value) {
  ledger::Salt salt{};
  BOOST_OUTCOME_TRY(fill_random(salt));
  return ledger::make_disclosure(salt, name, value);
}

// Internal reasons, which go beside the statement; empty for none.
base::Result<std::optional<kernel::Commitment>> commit_reasons(
    const kernel::InternalReasons& reasons, std::vector<ledger::Disclosure>& disclosures) {
  if (reasons.none()) return std::optional<kernel::Commitment>();
  BOOST_OUTCOME_TRY(const ledger::Disclosure made,
                    commit_to("reasons", kernel::InternalReasons::write(reasons)));
  disclosures.push_back(made);
  return std::optional(made.commitment());
}

base::Result<kernel::Submission> sign(const Pen& pen, const kernel::StatementHead& head,
                                      const base::Json& body,
                                      std::vector<ledger::Disclosure> disclosures) {
  const std::string payload = kernel::write_payload(head, body);
  const seal::Envelope envelope =
      seal::sign_envelope(seal::kInTotoPayloadType, base::as_bytes(payload), pen.key);
  const std::string text = seal::write_envelope(envelope);
  auto read = kernel::read_signed(base::as_bytes(text), "statement");
  // What this desk writes it can read; anything else was wrong in what it was given to write.
  if (!read) return error(CaseworkError::Unwritable, base::to_text(read.error()));
  return kernel::Submission{std::move(read.value()), std::move(disclosures), nullptr};
}

base::Result<kernel::StatementHead> head_of(const Pen& pen, EntryKind kind) {
  kernel::StatementHead head;
  head.kind = kind;
  head.authority = pen.authority;
  BOOST_OUTCOME_TRY(head.command, fresh_command());
  head.instance = pen.instance;
  head.by = pen.by;
  head.acting_for = pen.acting_for;
  return head;
}

const kernel::Lane* lane_of(const Pen& pen, const kernel::Case& of) {
  const auto lane = of.lanes.find(pen.authority);
  return lane == of.lanes.end() || lane->second.findings.empty() ? nullptr : &lane->second;
}

base::Refusal no_lane(const Pen& pen, const kernel::Case& of) {
  return {"no-lane",
          fmt::format("{} has no tie (nexus) in case `{}`", pen.authority.text(), of.id.text()),
          pen.authority.text()};
}

base::Refusal no_rest(const kernel::Case& of) {
  return {"no-remainder",
          fmt::format("no grant of case `{}` left anything open to be decided", of.id.text()),
          of.id.text()};
}

bool is_book(registry::RecordKind kind) {
  switch (kind) {
    case registry::RecordKind::Appointment:
    case registry::RecordKind::Item:
    case registry::RecordKind::Claim:
    case registry::RecordKind::Directive:
    case registry::RecordKind::Movements:
    case registry::RecordKind::List:
      return false;
    default:
      return true;
  }
}

// Ends what `kind` and `id` name from `at` on; false when nothing of it is in force then or later.
bool end_entry(registry::Manifest& manifest, registry::RecordKind kind, const std::string& id,
               base::Instant at) {
  bool ended = false;
  for (registry::ManifestEntry& entry : manifest.entries) {
    if (entry.kind != kind || entry.id != id || entry.period.until <= at) continue;
    entry.period.until = std::max(entry.period.from, at);
    ended = true;
  }
  return ended;
}

}  // namespace

base::Result<kernel::CommandId> fresh_command() {
  std::array<std::uint8_t, 16> random{};
  BOOST_OUTCOME_TRY(fill_random(random));
  return kernel::CommandId(base::to_hex(random));
}

base::Result<kernel::Submission> write_statement(const Pen& pen, EntryKind kind,
                                                 const kernel::Case* of, base::Json body,
                                                 std::vector<ledger::Disclosure> disclosures) {
  BOOST_OUTCOME_TRY(kernel::StatementHead head, head_of(pen, kind));
  if (of != nullptr) {
    head.case_id = of->id;
    head.request = of->request_digest;
  }
  return sign(pen, head, body, std::move(disclosures));
}

base::Result<kernel::Submission> write_request(const Pen& pen, const kernel::CaseId& id,
                                               const base::Json& request) {
  BOOST_OUTCOME_TRY(kernel::StatementHead head, head_of(pen, EntryKind::Request));
  head.case_id = id;
  return sign(pen, head, kernel::RequestBody::write({request}), {});
}

namespace {

// The decision on the lane as it stands; adds what it commits to.
base::Result<kernel::DecisionBody> decision_on(const kernel::Lane& lane, const kernel::Case& of,
                                               const DecisionPlan& plan,
                                               std::vector<ledger::Disclosure>& disclosures) {
  std::vector<std::string> advice;
  const kernel::Position every = of.entries.back() + 1;
  for (const seal::Digest& digest : lane.advice_before(every)) advice.push_back(to_text(digest));
  BOOST_OUTCOME_TRY(const ledger::Disclosure rests, commit_to("advice", base::json_texts(advice)));
  disclosures.push_back(rests);
  kernel::DecisionBody body;
  body.determination = lane.findings.back().commitment;
  body.position = lane.findings.back().position;
  body.advice = rests.commitment();
  body.outcome = plan.outcome;
  body.provisos = plan.provisos;
  body.text = plan.text;
  body.resumes = plan.resumes;
  if (plan.of_rest) body.after = of.rest;
  body.ground = plan.ground;
  body.review_by = plan.review_by;
  BOOST_OUTCOME_TRY(body.reasons, commit_reasons(plan.reasons, disclosures));
  return body;
}

}  // namespace

base::Result<base::Ruled<kernel::Submission>> write_decision(const Pen& pen, const kernel::Case& of,
                                                             const DecisionPlan& plan) {
  const kernel::Lane* lane = lane_of(pen, of);
  if (lane == nullptr) return base::Ruled<kernel::Submission>(no_lane(pen, of));
  if (plan.of_rest && !of.rest) return base::Ruled<kernel::Submission>(no_rest(of));
  std::vector<ledger::Disclosure> disclosures;
  BOOST_OUTCOME_TRY(const kernel::DecisionBody body, decision_on(*lane, of, plan, disclosures));
  BOOST_OUTCOME_TRY(kernel::Submission signed_,
                    write_statement(pen, EntryKind::Decision, &of,
                                    kernel::DecisionBody::write(body), std::move(disclosures)));
  return base::Ruled<kernel::Submission>(std::move(signed_));
}

base::Result<base::Ruled<kernel::Submission>> write_batch(
    const Pen& pen, const std::vector<std::pair<kernel::Case, DecisionPlan>>& items) {
  std::vector<ledger::Disclosure> disclosures;
  kernel::BatchBody batch;
  for (const auto& [of, plan] : items) {
    const kernel::Lane* lane = lane_of(pen, of);
    if (lane == nullptr) return base::Ruled<kernel::Submission>(no_lane(pen, of));
    kernel::BatchItem item{of.id, of.request_digest, {}};
    BOOST_OUTCOME_TRY(item.decision, decision_on(*lane, of, plan, disclosures));
    BOOST_OUTCOME_TRY(const ledger::Disclosure told,
                      commit_to("item", kernel::BatchItem::write(item)));
    batch.items.push_back(told.commitment());
    disclosures.push_back(told);
  }
  std::sort(batch.items.begin(), batch.items.end());
  BOOST_OUTCOME_TRY(kernel::Submission signed_,
                    write_statement(pen, EntryKind::Batch, nullptr, kernel::BatchBody::write(batch),
                                    std::move(disclosures)));
  return base::Ruled<kernel::Submission>(std::move(signed_));
}

base::Result<kernel::Submission> write_grant_act(const Pen& pen, EntryKind kind,
                                                 const kernel::Case& of, kernel::GrantActBody body,
                                                 const kernel::InternalReasons& reasons) {
  std::vector<ledger::Disclosure> disclosures;
  BOOST_OUTCOME_TRY(body.reasons, commit_reasons(reasons, disclosures));
  return write_statement(pen, kind, &of, kernel::GrantActBody::write(body), std::move(disclosures));
}

base::Result<kernel::Submission> write_reconsidered(const Pen& pen, const kernel::Case& of,
                                                    kernel::ReconsideredBody body,
                                                    const kernel::InternalReasons& reasons) {
  std::vector<ledger::Disclosure> disclosures;
  BOOST_OUTCOME_TRY(body.reasons, commit_reasons(reasons, disclosures));
  return write_statement(pen, EntryKind::Reconsidered, &of, kernel::ReconsideredBody::write(body),
                         std::move(disclosures));
}

base::Result<base::Ruled<kernel::Submission>> write_consent(const Pen& pen,
                                                            const kernel::Case& of) {
  const kernel::Lane* lane = lane_of(pen, of);
  if (lane == nullptr) return base::Ruled<kernel::Submission>(no_lane(pen, of));
  const kernel::ConsentBody body{lane->findings.back().commitment, lane->findings.back().position};
  BOOST_OUTCOME_TRY(kernel::Submission signed_, write_statement(pen, EntryKind::Consent, &of,
                                                                kernel::ConsentBody::write(body)));
  return base::Ruled<kernel::Submission>(std::move(signed_));
}

base::Parsed<base::Period> period_of(const base::Json& document, std::string_view file) {
  if (document.find("in_force") == nullptr) return base::Period{};
  base::Report report({}, file);
  base::Fields fields(document, "this document", report);
  const base::Period period = fields.period("in_force");
  if (!report.clean()) return report.take();
  return period;
}

namespace {

// Ends a record of the manifest that is issued at `at`.
base::Ruled<void> withdraw(registry::Manifest& manifest, const IssuePlan::Ending& ending,
                           base::Instant at) {
  const base::Instant from = ending.from.value_or(at);
  const bool known = std::any_of(
      manifest.entries.begin(), manifest.entries.end(),
      [&ending](const auto& entry) { return entry.kind == ending.kind && entry.id == ending.id; });
  if (known && from < at) {
    return base::Refusal{
        "withdrawal-in-the-past",
        fmt::format("`{}` cannot end at {}: what was in force, was. Leave `from` out to end it now",
                    ending.id, base::to_text(from)),
        ending.id};
  }
  if (end_entry(manifest, ending.kind, ending.id, from)) return base::outcome::success();
  const std::string_view kind = registry::name_of(ending.kind);
  return base::Refusal{
      "unknown-record",
      known ? fmt::format("the {} `{}` of {} is not in force at {} or later", kind, ending.id,
                          manifest.authority.text(), base::to_text(from))
            : fmt::format("{} has no {} `{}`", manifest.authority.text(), kind, ending.id),
      ending.id};
}

}  // namespace

base::Ruled<registry::Manifest> next_manifest(const kernel::Entered& entered,
                                              const registry::PartyId& authority,
                                              const IssuePlan& plan, base::Instant at) {
  const kernel::EnteredManifest* last = entered.manifest();
  registry::Manifest manifest;
  if (last != nullptr) {
    manifest = last->manifest;
    manifest.previous = registry::digest_of(last->manifest);
  }
  manifest.authority = authority;
  manifest.number = last == nullptr ? 1 : last->manifest.number + 1;
  manifest.issued_at = at;
  manifest.expires = {at.unix_ms + entered.charter().charter.manifest_days * kDayMs};
  const auto lists = [&](const seal::Digest& digest) {
    return std::any_of(manifest.entries.begin(), manifest.entries.end(),
                       [&](const auto& entry) { return entry.digest == digest; });
  };
  const base::Json charter = registry::Charter::write(entered.charter().charter);
  // An earlier charter that is signed again is listed anew: its first entry has ended.
  const seal::Digest ruling = registry::digest_of(charter);
  const bool rules = std::any_of(
      manifest.entries.begin(), manifest.entries.end(),
      [&](const auto& entry) { return entry.digest == ruling && entry.period.until > at; });
  if (!rules) {
    const bool first = !end_entry(manifest, registry::RecordKind::Charter, authority.text(), at);
    manifest.entries.push_back({registry::RecordKind::Charter,
                                authority.text(),
                                ruling,
                                {first ? base::kDistantPast : at, base::kDistantFuture}});
  }
  for (const kernel::EnteredAppointment& held : entered.appointments) {
    if (lists(held.digest)) continue;
    manifest.entries.push_back({registry::RecordKind::Appointment, held.appointment.id.text(),
                                held.digest, held.appointment.in_force});
  }
  for (const IssuePlan::Ending& ending : plan.endings) {
    BOOST_OUTCOME_TRY(withdraw(manifest, ending, at));
  }
  for (const IssuePlan::NewDocument& document : plan.documents) {
    base::Period period = document.period;
    if (is_book(document.kind)) {
      const bool follows = end_entry(manifest, document.kind, document.id, at);
      if (follows) period.from = std::max(period.from, at);
    }
    manifest.entries.push_back(
        {document.kind, document.id, seal::sha256(base::as_bytes(document.document)), period});
  }
  return manifest;
}

base::Result<kernel::Submission> write_record(const Pen& pen,
                                              const IssuePlan::NewDocument& document) {
  auto read = base::read_json(document.document, document.id);
  if (!read) return error(CaseworkError::Unwritable, base::to_text(read.error()));
  const kernel::RecordBody body{std::string(registry::name_of(document.kind)), document.id,
                                std::move(read.value())};
  BOOST_OUTCOME_TRY(kernel::Submission record, write_statement(pen, EntryKind::Record, nullptr,
                                                               kernel::RecordBody::write(body)));
  record.beside = document.beside;
  return record;
}

base::Result<kernel::Submission> write_manifest(const Pen& pen,
                                                const registry::Manifest& manifest) {
  BOOST_OUTCOME_TRY(const ledger::Disclosure contents,
                    commit_to("contents", registry::Manifest::write(manifest)));
  const kernel::ManifestBody body{manifest.issued_at, manifest.expires, contents.commitment()};
  return write_statement(pen, EntryKind::Manifest, nullptr, kernel::ManifestBody::write(body),
                         {contents});
}

}  // namespace countersign::casework
