// SPDX-License-Identifier: Apache-2.0
#include "kernel/holder.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "kernel/internal/opening.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// What the entries of a holder's bundle say, once their signatures are checked.
struct Held {
  std::optional<Request> request;
  std::optional<base::Json> grant;
  base::Instant at;
  std::map<Position, const LoggedEntry*> consents;  // decisions and clerks' consents
  // The last manifest of each authority: what it lists is committed to, until when is signed.
  std::map<registry::PartyId, ManifestBody> manifests;
};

base::Ruled<void> take_request(Held& held, const LoggedEntry& entry) {
  if (held.request) return contradiction(entry, "the case has a request already");
  BOOST_OUTCOME_TRY(const RequestBody body, body_of<RequestBody>(entry));
  base::Report report(entry.statement->payload_text, "request");
  auto read = read_request(body.request, report);
  if (!read) return contradiction(entry, base::to_text(read.error()));
  BOOST_OUTCOME_TRY(held.request, std::move(read.value()));
  if (held.request->requester != entry.statement->head.authority) {
    return contradiction(entry, "another party signed it than the one that asks");
  }
  return base::outcome::success();
}

base::Ruled<Held> hold(const Evidence& evidence, const Anchors& anchors,
                       const std::vector<LoggedEntry>& entries) {
  State::Folded folded(nullptr, Reach::Extract);
  Held held;
  std::optional<seal::Digest> request;
  for (const LoggedEntry& entry : entries) {
    if (!is_in_holder_bundle(entry.kind)) {
      return contradiction(entry, "it does not belong into a holder's bundle");
    }
    if (!folded.instance && entry.kind != EntryKind::Instance) {
      return Refusal{"other-instance", "the entry that names the instance is missing", "instance"};
    }
    BOOST_OUTCOME_TRY(check_signature(folded, anchors, entry));
    if (entry.kind == EntryKind::Instance || entry.kind == EntryKind::Charter ||
        entry.kind == EntryKind::Appointment) {
      BOOST_OUTCOME_TRY(fold_identity(folded, entry));
    } else if (entry.kind == EntryKind::Request) {
      BOOST_OUTCOME_TRY(take_request(held, entry));
      request = entry.statement->payload_digest;
    } else if (entry.kind == EntryKind::Decision || entry.kind == EntryKind::Consent) {
      held.consents.emplace(entry.position, &entry);
    } else if (entry.kind == EntryKind::Grant) {
      if (held.grant) return contradiction(entry, "the bundle has a grant already");
      held.grant = *entry.field("grant");
      held.at = *entry.received_at;
    } else {
      BOOST_OUTCOME_TRY(held.manifests[entry.statement->head.authority],
                        body_of<ManifestBody>(entry));
    }
    const bool other_case = entry.case_id && *entry.case_id != evidence.case_id;
    const bool about = entry.statement && entry.case_id && entry.kind != EntryKind::Request;
    if (other_case || (about && entry.statement->head.request != request)) {
      return Refusal{"case-incomplete", "an entry of another case or request is in the bundle",
                     entry.case_id->text()};
    }
  }
  if (!folded.instance || *folded.instance != evidence.instance) {
    return Refusal{"other-instance", "the entries are of another instance", "instance"};
  }
  if (!held.request || !held.grant) {
    return Refusal{"grant-differs", "the request or the grant's own entry is missing",
                   evidence.grant ? evidence.grant->text() : std::string()};
  }
  return held;
}

// Every authority whose say counts has a manifest here that was good when the grant was issued.
base::Ruled<void> check_manifests(const Held& held, const Anchors& anchors) {
  for (const auto& [authority, root] : anchors.roots) {
    const auto found = held.manifests.find(authority);
    if (found == held.manifests.end()) {
      return Refusal{
          "authority-missing",
          fmt::format("the manifest of {} is missing, whose say counts", authority.text()),
          authority.text()};
    }
    if (held.at < found->second.expires) continue;
    return Refusal{"manifest-expired",
                   fmt::format("the manifest of {} expired at {}", authority.text(),
                               base::to_text(found->second.expires)),
                   authority.text()};
  }
  return base::outcome::success();
}

base::Ruled<HolderView> read_grant(const base::Json& document) {
  base::Report report({}, "grant");
  base::Fields fields(document, "a grant", report);
  HolderView view;
  view.grant = registry::GrantId(fields.id("id"));
  if (const base::Json* scope = fields.need("scope")) view.scope = Scope::read(*scope, report);
  for (const base::Json& item : fields.array("consents")) {
    base::Fields consent(item, "a consent", report);
    LaneConsent lane;
    lane.authority = registry::PartyId(consent.id("authority"));
    lane.by_clerk = consent.flag_or("clerk", false);
    for (std::string& office : consent.ids("approvals"))
      lane.approvals.emplace_back(std::move(office));
    for (const base::Json& position : consent.array("positions")) {
      lane.positions.push_back(static_cast<Position>(position.integer));
    }
    consent.finish();
    view.consents.push_back(std::move(lane));
  }
  fields.finish();
  if (!report.clean()) return Refusal{"grant-differs", base::to_text(report.take()), "grant"};
  return view;
}

// Each consent the grant names is here, by that authority, and says yes; gives the provisos.
base::Ruled<std::vector<Provisos>> check_consents(const Held& held, const HolderView& view) {
  std::vector<Provisos> provisos;
  for (const LaneConsent& consent : view.consents) {
    std::vector<registry::OfficeId> approvals;
    for (const Position position : consent.positions) {
      const auto found = held.consents.find(position);
      const EntryKind kind = consent.by_clerk ? EntryKind::Consent : EntryKind::Decision;
      if (found == held.consents.end() || found->second->kind != kind ||
          found->second->statement->head.authority != consent.authority) {
        return Refusal{"consent-missing",
                       fmt::format("the consent of {} at entry {} is not here",
                                   consent.authority.text(), position),
                       consent.authority.text()};
      }
      if (consent.by_clerk) continue;
      BOOST_OUTCOME_TRY(const DecisionBody body, body_of<DecisionBody>(*found->second));
      BOOST_OUTCOME_TRY(check_stated_outcome(*found->second, body));
      if (body.outcome != DecisionOutcome::Approve) {
        return Refusal{"consent-missing", fmt::format("decision {} is no approval", position),
                       consent.authority.text()};
      }
      approvals.emplace_back(found->second->statement->head.by);
      provisos.push_back(body.provisos);
    }
    std::sort(approvals.begin(), approvals.end());
    if (consent.positions.empty() || approvals != consent.approvals) {
      return Refusal{"consent-missing",
                     fmt::format("the grant names other consents of {} than are here",
                                 consent.authority.text()),
                     consent.authority.text()};
    }
  }
  return provisos;
}

void tell(Examination& examination, const HolderView& view, std::size_t entries) {
  examination.reevaluated.push_back(fmt::format(
      "{} entries in the ledger; every signature, by keys that lead back to pinned roots",
      entries));
  examination.reevaluated.push_back("the scope: what the request and all provisos leave");
  for (const LaneConsent& consent : view.consents) {
    examination.reevaluated.push_back(fmt::format(
        "{}: {}", consent.authority.text(),
        consent.by_clerk ? "standing consent, signed by its clerk"
                         : fmt::format("the personal decision of {}", offices_of(consent))));
  }
  examination.attested.push_back(
      "that these are all authorities with a tie, that their rules allow it, and that procedure, "
      "advice and stock were as required: the ledger commits to them, a full bundle shows them");
  examination.unchecked.push_back("whether a key here was withdrawn by a manifest");
  examination.unchecked.push_back("receipt times: the log's own word");
  if (!view.scope.text.empty()) examination.unchecked.emplace_back(kAcknowledgedLater);
}

}  // namespace

bool is_in_holder_bundle(EntryKind kind) {
  switch (kind) {
    case EntryKind::Instance:
    case EntryKind::Charter:
    case EntryKind::Appointment:
    case EntryKind::Manifest:
    case EntryKind::Request:
    case EntryKind::Decision:
    case EntryKind::Consent:
    case EntryKind::Grant:
      return true;
    default:
      return false;
  }
}

std::vector<std::string_view> fields_for_holder(EntryKind kind) {
  switch (kind) {
    case EntryKind::Instance:
      return {"received_at", "kind", "origin"};
    case EntryKind::Charter:
    case EntryKind::Appointment:
    case EntryKind::Manifest:
      return {"received_at", "statement", "authority", "command", "instance"};
    case EntryKind::Request:
    case EntryKind::Consent:
      return {"received_at", "statement", "authority", "command", "instance", "case"};
    case EntryKind::Decision:
      return {"received_at", "statement", "authority", "command", "instance", "case", "outcome"};
    case EntryKind::Grant:
      return {"received_at", "case", "grant"};
    default:
      return {};
  }
}

base::Ruled<HolderView> check_holder_bundle(const Evidence& evidence, const Anchors& anchors,
                                            Examination* examination) {
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, check_checkpoint(evidence, anchors));
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> entries,
                    open_entries(evidence, endorsement.checkpoint.head, Showing::ForHolder));
  BOOST_OUTCOME_TRY(const Held held, hold(evidence, anchors, entries));
  BOOST_OUTCOME_TRY(check_manifests(held, anchors));
  BOOST_OUTCOME_TRY(HolderView view, read_grant(*held.grant));
  view.at = held.at;
  if (!evidence.grant || view.grant != *evidence.grant) {
    return Refusal{"grant-differs", "the bundle is about another grant than its entries", "grant"};
  }
  BOOST_OUTCOME_TRY(const std::vector<Provisos> provisos, check_consents(held, view));
  BOOST_OUTCOME_TRY(const Scope scope, intersect(*held.request, provisos, held.at));
  if (scope != view.scope) {
    return Refusal{"grant-differs",
                   "the grant's scope is not what the request and the provisos leave", "scope"};
  }
  if (examination != nullptr) {
    tell(*examination, view, entries.size());
    examination->endorsement = std::move(endorsement);
  }
  return view;
}

}  // namespace countersign::kernel
