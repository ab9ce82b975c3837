// SPDX-License-Identifier: Apache-2.0
#include "casework/allotments.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "casework/internal/acting.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

using base::Json;
using base::Refusal;

constexpr std::string_view kForm = "countersign-allotment/v1";

// The appointment under which the allotment's signer signs, and where it stands.
std::vector<kernel::Position> signed_under(const kernel::State& state,
                                           const kernel::GrantRecord& grant,
                                           const kernel::Done& done) {
  std::vector<kernel::Position> positions;
  const kernel::Entered* entered = state.authorities().find(grant.scope.holder);
  if (entered == nullptr) return positions;
  for (const kernel::EnteredCharter& charter : entered->charters) {
    if (charter.position < done.position) positions.push_back(charter.position);
  }
  for (const kernel::EnteredAppointment& held : entered->appointments) {
    const bool theirs = held.appointment.office == done.signer.office &&
                        held.appointment.key.key().id() == done.signer.key;
    if (theirs && held.position < done.position) positions.push_back(held.position);
  }
  return positions;
}

struct Found {
  std::vector<kernel::Position> positions;  // of charters and appointments, and the allotment's
};

base::Ruled<Found> find_allotment(Instance& instance, const registry::GrantId& id,
                                  kernel::Position entry) {
  base::Ruled<Found> found =
      Refusal{"unknown-grant", fmt::format("there is no grant `{}`", id.text()), "grant"};
  instance.look([&](const kernel::State& state) {
    const kernel::GrantRecord* grant = state.find(id);
    if (grant == nullptr) return;
    const kernel::Draw* allotment = grant->allotment(entry);
    if (allotment == nullptr) {
      found = Refusal{"no-allotment",
                      fmt::format("entry {} is no allotment of grant `{}`", entry, id.text()),
                      "allotment"};
      return;
    }
    Found these{signed_under(state, *grant, allotment->done)};
    these.positions.push_back(entry);
    std::sort(these.positions.begin(), these.positions.end());
    found = std::move(these);
  });
  return found;
}

// What is shown of the entries beside the bundle's: of the allotment all but its place in the
// case's chain.
kernel::Showing shown_of(kernel::Position position, kernel::Position allotment) {
  if (position != allotment) return {true, {}};
  return {false, {"received_at", "statement", "authority", "command", "instance", "case"}};
}

}  // namespace

Handled allot(Instance& instance, const Actor& actor, const kernel::AllotmentBody& body) {
  return step(instance, actor, case_of_grant(instance, body.grant), kernel::EntryKind::Allotment,
              kernel::AllotmentBody::write(body));
}

Handled give_back(Instance& instance, const Actor& actor, const kernel::GiveBackBody& body) {
  return step(instance, actor, case_of_grant(instance, body.grant), kernel::EntryKind::GiveBack,
              kernel::GiveBackBody::write(body));
}

base::Result<base::Ruled<Json>> write_allotment(Instance& instance, const registry::GrantId& grant,
                                                kernel::Position entry) {
  auto found = find_allotment(instance, grant, entry);
  if (!found) return base::Ruled<Json>(found.error());
  BOOST_OUTCOME_TRY(const kernel::Evidence evidence, instance.evidence_of(grant));
  auto bundle = write_bundle(evidence, kernel::Audience::holder());
  if (!bundle) return base::Ruled<Json>(bundle.error());
  std::set<kernel::Position> there;
  for (const Json& item : bundle.value().find("entries")->items) {
    there.insert(static_cast<kernel::Position>(item.find("position")->integer));
  }
  std::vector<kernel::Position> further = std::move(found.value().positions);
  std::erase_if(further, [&](kernel::Position position) { return there.contains(position); });
  const auto checkpoint = ledger::read_checkpoint(evidence.checkpoint.text, "checkpoint");
  if (!checkpoint) {
    return error(CaseworkError::Damaged, base::to_text(checkpoint.error()));
  }
  BOOST_OUTCOME_TRY(const auto proved,
                    instance.proved_entries(further, checkpoint.value().head.size));
  std::vector<Json> entries;
  for (const kernel::EvidenceEntry& item : proved) {
    entries.push_back(write_entry(item, shown_of(item.position, entry)));
  }
  return base::Ruled<Json>(base::json_object({{"allotment", base::json_text(kForm)},
                                              {"bundle", std::move(bundle.value())},
                                              {"entries", base::json_array(std::move(entries))}}));
}

base::Parsed<AllotmentFile> read_allotment(std::string_view source, std::string_view file) {
  base::JsonLimits limits;
  limits.bytes = 256U << 20;
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source, file, limits));
  base::Report report(source, file);
  base::Fields fields(document, "an allotment", report);
  fields.word("allotment", {kForm});
  const Json* inner = fields.need("bundle");
  std::vector<kernel::EvidenceEntry> entries;
  for (const Json& item : fields.array("entries")) entries.push_back(read_entry(item, report));
  fields.finish();
  if (inner == nullptr || !report.clean()) return report.take();
  BOOST_OUTCOME_TRY(Bundle bundle, read_bundle(*inner, source, file));
  if (bundle.audience.kind != kernel::Audience::Kind::Holder) {
    report.add(inner->at, "an allotment goes with the holder's bundle of its grant");
    return report.take();
  }
  return AllotmentFile{std::move(bundle), std::move(entries)};
}

base::Ruled<VerifiedAllotment> verify_allotment(const AllotmentFile& file, const Trust& trust,
                                                Practice practice, const Aids& aids) {
  BOOST_OUTCOME_TRY(Verification grant, verify(file.bundle, trust, practice, aids));
  const kernel::Anchors anchors{grant.instance.kind, trust.roots, trust.log};
  kernel::HolderView view{grant.grant, grant.scope, grant.consents, grant.granted_at, {}};
  BOOST_OUTCOME_TRY(
      kernel::AllotmentView allotment,
      kernel::check_allotment_evidence(file.bundle.evidence, view, file.entries, anchors));
  return VerifiedAllotment{std::move(grant), std::move(allotment)};
}

}  // namespace countersign::casework
