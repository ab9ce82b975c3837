// SPDX-License-Identifier: Apache-2.0
#include "kernel/holder.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/held.h"
#include "kernel/internal/opening.h"
#include "kernel/internal/proving.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// What the entries of a holder's bundle say up to the grant's own, their signatures checked.
struct Held {
  explicit Held(State::Folded& known) : folded(known) {}

  State::Folded& folded;
  std::optional<Request> request;
  std::optional<seal::Digest> request_digest;
  std::int64_t version = 0;
  const LoggedEntry* grant = nullptr;
  ShownConsents consents;
  ShownManifests manifests;
};

base::Ruled<void> take_version(Held& held, const LoggedEntry& entry, const base::Json& document) {
  base::Report report(entry.statement->payload_text, "request");
  auto read = read_request(document, report);
  if (!read) return contradiction(entry, base::to_text(read.error()));
  BOOST_OUTCOME_TRY(Request request, std::move(read.value()));
  const bool same = !held.request || held.request->requester == request.requester;
  if (!same || request.requester != entry.statement->head.authority) {
    return contradiction(entry, "another party signed it than the one that asks");
  }
  held.request = std::move(request);
  held.request_digest = entry.statement->payload_digest;
  ++held.version;
  // What was said of the version before is no consent to this one.
  held.consents.clear();
  return base::outcome::success();
}

base::Ruled<void> take_request(Held& held, const LoggedEntry& entry) {
  if (held.request) return contradiction(entry, "the case has a request already");
  BOOST_OUTCOME_TRY(const RequestBody body, body_of<RequestBody>(entry));
  return take_version(held, entry, body.request);
}

// Its statement names the version before as what it is about; checked like every other's.
base::Ruled<void> take_amendment(Held& held, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const AmendBody body, body_of<AmendBody>(entry));
  if (body.version != held.version + 1) {
    return contradiction(entry,
                         fmt::format("it is version {} after {}", body.version, held.version));
  }
  return take_version(held, entry, body.request);
}

base::Ruled<void> check_about(const Held& held, const Evidence& evidence,
                              const LoggedEntry& entry) {
  const bool other_case = entry.case_id && *entry.case_id != evidence.case_id;
  const bool about = entry.statement && entry.case_id && entry.kind != EntryKind::Request;
  if (!other_case && (!about || entry.statement->head.request == held.request_digest)) {
    return base::outcome::success();
  }
  return Refusal{"case-incomplete", "an entry of another case or request is in the bundle",
                 entry.case_id->text()};
}

base::Ruled<void> take(Held& held, const Evidence& evidence, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(check_about(held, evidence, entry));
  switch (entry.kind) {
    case EntryKind::Request: {
      BOOST_OUTCOME_TRY(take_request(held, entry));
      break;
    }
    case EntryKind::Amend: {
      BOOST_OUTCOME_TRY(take_amendment(held, entry));
      break;
    }
    case EntryKind::Decision:
    case EntryKind::Consent:
      held.consents.emplace(entry.position, &entry);
      break;
    case EntryKind::Grant:
      held.grant = &entry;
      break;
    case EntryKind::Confirm: {
      BOOST_OUTCOME_TRY(take_confirmation(held.folded, held.consents, entry));
      break;
    }
    case EntryKind::Manifest: {
      BOOST_OUTCOME_TRY(take_manifest(held.manifests, entry));
      break;
    }
    default: {
      BOOST_OUTCOME_TRY(fold_identity(held.folded, entry));
      break;
    }
  }
  return base::outcome::success();
}

base::Ruled<void> hold(Held& held, const Evidence& evidence, const Anchors& anchors,
                       std::span<const LoggedEntry> entries) {
  for (const LoggedEntry& entry : entries) {
    if (!held.folded.instance && entry.kind != EntryKind::Instance) {
      return Refusal{"other-instance", "the entry that names the instance is missing", "instance"};
    }
    BOOST_OUTCOME_TRY(check_signature(held.folded, anchors, entry));
    BOOST_OUTCOME_TRY(take(held, evidence, entry));
  }
  BOOST_OUTCOME_TRY(check_instance(held.folded, evidence));
  if (!held.request || held.grant == nullptr) {
    return Refusal{"grant-differs", "the request or the grant's own entry is missing",
                   evidence.grant ? evidence.grant->text() : std::string()};
  }
  return base::outcome::success();
}

void tell(Examination& examination, const HolderView& view, std::size_t entries) {
  examination.reevaluated.push_back(fmt::format(
      "{} entries in the ledger; every signature, by keys that lead back to pinned roots",
      entries));
  examination.reevaluated.push_back("the scope: what the request and all provisos leave");
  for (const LaneConsent& consent : view.consents) tell_consent(examination, consent);
  examination.attested.push_back(
      "that these are all authorities with a tie, that their rules allow it, and that procedure, "
      "advice and stock were as required: the ledger commits to them, a full bundle shows them");
  examination.unchecked.push_back(
      "whether a later charter or manifest had withdrawn a power or key here");
  const bool acting =
      std::any_of(view.consents.begin(), view.consents.end(),
                  [](const LaneConsent& consent) { return !consent.acting.empty(); });
  if (acting) {
    examination.attested.emplace_back(
        "that whoever stands before those who acted, in the order of succession, was away or "
        "barred");
  }
  examination.unchecked.push_back("receipt times: the log's own word");
}

}  // namespace

base::Ruled<HolderView> check_holder_bundle(const Evidence& evidence, const Anchors& anchors,
                                            Examination* examination) {
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, check_checkpoint(evidence, anchors));
  const ledger::TreeHead& head = endorsement.checkpoint.head;
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> opened, open_entries(evidence, head));
  BOOST_OUTCOME_TRY(const Exposure exposure, Exposure::create(Audience::holder(), opened));
  BOOST_OUTCOME_TRY(check_shown(exposure, opened));
  const std::span<const LoggedEntry> entries(opened);
  const std::size_t issue = issue_part(evidence, entries);
  State::Folded folded(Sources{}, Reach::Extract);
  Held held(folded);
  BOOST_OUTCOME_TRY(hold(held, evidence, anchors, entries.first(issue)));
  BOOST_OUTCOME_TRY(HolderView view, read_grant(*held.grant));
  BOOST_OUTCOME_TRY(check_manifests(held.manifests, anchors, view.at));
  if (!evidence.grant || view.grant != *evidence.grant) {
    return Refusal{"grant-differs", "the bundle is about another grant than its entries", "grant"};
  }
  BOOST_OUTCOME_TRY(check_scope(view, *held.request, held.consents));
  BOOST_OUTCOME_TRY(check_unsuspected(folded.authorities, view, held.consents));
  BOOST_OUTCOME_TRY(view.since,
                    follow(folded, anchors, evidence, head,
                           {view, *held.request_digest, held.consents}, entries.subspan(issue)));
  if (examination != nullptr) {
    tell(*examination, view, entries.size());
    tell_since(*examination, view.since);
    examination->endorsement = std::move(endorsement);
  }
  return view;
}

namespace {

Refusal allotment_differs(std::string message) {
  return {"allotment-differs", std::move(message), "allotment"};
}

// Whose keys the bundle's own entries bind.
base::Ruled<seal::Digest> fold_identities(State::Folded& folded, const Anchors& anchors,
                                          std::span<const LoggedEntry> entries) {
  seal::Digest request;
  for (const LoggedEntry& entry : entries) {
    if (entry.kind == EntryKind::Request) request = entry.statement->payload_digest;
    const bool identity = entry.kind == EntryKind::Instance || entry.kind == EntryKind::Charter ||
                          entry.kind == EntryKind::Appointment;
    if (!identity) continue;
    BOOST_OUTCOME_TRY(check_signature(folded, anchors, entry));
    BOOST_OUTCOME_TRY(fold_identity(folded, entry));
  }
  return request;
}

base::Ruled<AllotmentView> view_of(const LoggedEntry& entry, const Evidence& holder,
                                   const HolderView& grant, const seal::Digest& request) {
  BOOST_OUTCOME_TRY(AllotmentBody body, body_of<AllotmentBody>(entry));
  const StatementHead& head = entry.statement->head;
  if (body.grant != grant.grant || head.case_id != holder.case_id || head.request != request ||
      head.authority != grant.scope.holder) {
    return allotment_differs("the allotment is of another grant, or not by its holder");
  }
  if (body.until > grant.scope.window.until || body.quantity > grant.scope.quantity) {
    return allotment_differs("the allotment reaches past the grant's time or quantity");
  }
  return AllotmentView{std::move(body), entry.position, *entry.received_at, head.by};
}

}  // namespace

base::Ruled<AllotmentView> check_allotment_evidence(const Evidence& holder, const HolderView& grant,
                                                    const std::vector<EvidenceEntry>& further,
                                                    const Anchors& anchors) {
  BOOST_OUTCOME_TRY(const ledger::Endorsement endorsement, check_checkpoint(holder, anchors));
  const ledger::TreeHead& head = endorsement.checkpoint.head;
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> known, open_entries(holder, head));
  Evidence more = holder;
  more.entries = further;
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> opened, open_entries(more, head));
  State::Folded folded(Sources{}, Reach::Extract);
  BOOST_OUTCOME_TRY(const seal::Digest request, fold_identities(folded, anchors, known));
  for (const LoggedEntry& entry : opened) {
    if (!entry.statement) return allotment_differs("a statement is missing");
    BOOST_OUTCOME_TRY(check_signature(folded, anchors, entry));
    if (entry.kind == EntryKind::Allotment) return view_of(entry, holder, grant, request);
    if (entry.kind != EntryKind::Charter && entry.kind != EntryKind::Appointment) break;
    BOOST_OUTCOME_TRY(fold_identity(folded, entry));
  }
  return allotment_differs("there is no allotment in it");
}

}  // namespace countersign::kernel
