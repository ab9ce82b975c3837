// SPDX-License-Identifier: Apache-2.0
#include "casework/audit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
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

std::string words_of(const kernel::Done& done) {
  const std::string who =
      done.signer.kind == kernel::Signer::Kind::Clerk ? "the clerk" : done.signer.office.text();
  return fmt::format("{} at {} (entry {})", who, base::to_text(done.at), done.position);
}

void describe_lane(const registry::PartyId& authority, const kernel::Lane& lane,
                   std::vector<std::string>& lines) {
  if (!lane.findings.empty()) {
    const kernel::Fingerprint& finding = lane.findings.back().fingerprint;
    std::string line = fmt::format("  {}: {}", authority.text(), kernel::words_of(finding.outcome));
    std::vector<std::string> sets;
    for (const auto& set : finding.approvals) {
      std::vector<std::string_view> offices;
      for (const auto& office : set) offices.push_back(office.text());
      sets.push_back(fmt::format("{}", fmt::join(offices, " and ")));
    }
    if (!sets.empty()) line += fmt::format(" of {}", fmt::join(sets, ", or of "));
    lines.push_back(std::move(line));
    for (const kernel::ProcedureDemand& demand : finding.procedure) {
      lines.push_back(fmt::format("    {} asks for the advice of {}", demand.directive.text(),
                                  demand.office.text()));
    }
  }
  for (const kernel::Advice& advice : lane.advice) {
    lines.push_back(fmt::format("    advice, {}: {}", kernel::name_of(advice.body.view),
                                words_of(advice.done)));
  }
  for (const kernel::Override& made : lane.overrides) {
    lines.push_back(fmt::format("    override: {}", words_of(made.done)));
  }
  for (const kernel::Decision& decision : lane.decisions) {
    lines.push_back(fmt::format("    decision, {}: {}", kernel::name_of(decision.body.outcome),
                                words_of(decision.done)));
  }
  for (const kernel::Consent& consent : lane.consents) {
    lines.push_back(fmt::format("    standing consent: {}", words_of(consent.done)));
  }
}

void describe_grant(const kernel::GrantRecord& grant, base::Instant now,
                    std::vector<std::string>& lines) {
  const kernel::GrantStatus status = kernel::status_of(grant, now);
  lines.push_back(fmt::format("  grant {}: {}, {} of {} left, until {}", grant.id.text(),
                              kernel::name_of(status), grant.left(), grant.scope.quantity,
                              base::to_text(grant.scope.window.until)));
  for (const std::string& text : grant.scope.text) {
    const bool open = !grant.unacknowledged({text}, now).empty();
    lines.push_back(fmt::format("    on condition: {}{}", text,
                                open ? "; the holder has not acknowledged it" : ""));
  }
  for (const kernel::Acknowledgement& made : grant.acknowledgements) {
    lines.push_back(fmt::format("    provisos acknowledged: {}", words_of(made.done)));
  }
  if (grant.suspended) {
    lines.push_back(fmt::format("    suspended since {}: {}", base::to_text(grant.suspended->at),
                                grant.suspended->why));
  }
  if (grant.revoked) {
    lines.push_back(fmt::format("    revoked by {}{}", words_of(*grant.revoked),
                                grant.acknowledged ? "" : "; the holder has not acknowledged it"));
  }
  for (const kernel::Draw& draw : grant.draws) {
    lines.push_back(fmt::format("    drawn, {}: {}", draw.body.quantity, words_of(draw.done)));
  }
  for (const kernel::UseReport& report : grant.reports) {
    std::string line =
        fmt::format("    reported, {}: {}", report.body.quantity, words_of(report.done));
    if (!report.discrepancies.empty()) {
      line += fmt::format("; discrepancy: {}", report.discrepancies.front().message);
      line += report.closed ? fmt::format("; closed by {}", words_of(*report.closed)) : "; open";
    }
    lines.push_back(std::move(line));
  }
}

}  // namespace

base::Result<base::Ruled<Audit>> audit(Instance& instance) {
  BOOST_OUTCOME_TRY(const ledger::Note note, instance.checkpoint());
  const auto checkpoint = ledger::read_checkpoint(note.text, "checkpoint");
  CHECK(checkpoint.has_value());
  const ledger::TreeHead head = checkpoint.value().head;
  kernel::State state(instance.layer_maker());
  ledger::RightEdge edge;
  Audit found;
  for (std::uint64_t from = 0; from < head.size; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored,
                      instance.entries(from, std::min(kChunk, head.size - from)));
    for (const store::StoredEntry& each : stored) {
      if (auto audited = audit_entry(state, each, found); !audited) {
        return base::Ruled<Audit>(audited.error());
      }
      edge.append(each.leaf);
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
  if (base::write_json(state.describe()) != live) {
    return base::Ruled<Audit>(base::Refusal{
        "state", "folding the ledger from nothing gives another state than the live one", {}});
  }
  return base::Ruled<Audit>(found);
}

std::string describe_case(const kernel::State& state, const kernel::Case& of) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  lines.push_back(fmt::format("  {} asks to {} {} {}, {}", of.request.requester.text(),
                              registry::name_of(of.request.action), of.request.quantity,
                              of.request.item.text(), words_of(of.submitted)));
  for (const auto& [authority, lane] : of.lanes) describe_lane(authority, lane, lines);
  for (const kernel::CaseClaim& claim : of.claims) {
    lines.push_back(fmt::format("  {} claims a say{}: {}", claim.authority.text(),
                                claim.withdrawn ? " (withdrawn)" : "", claim.body.text));
  }
  for (const registry::GrantId& id : of.grants) {
    describe_grant(*state.find(id), state.now(), lines);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace countersign::casework
