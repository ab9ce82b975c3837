// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "base/prose.h"
#include "kernel/internal/corrigible.h"
#include "kernel/internal/folded.h"
#include "kernel/internal/held.h"

namespace countersign::kernel {

base::Ruled<GrantRecord*> grant_named(State::Folded& folded, const LoggedEntry& entry,
                                      const registry::GrantId& id) {
  const auto found = folded.grants.find(id);
  if (found == folded.grants.end() || found->second.case_id != entry.case_id) {
    return contradiction(entry, fmt::format("its case has no grant `{}`", id.text()));
  }
  return &found->second;
}

namespace {

// A further grant is one of what the last left open, and of no more than that. Where the grants
// before it are not shown, as in an authority's bundle, that is the log's word.
base::Ruled<void> check_rest(const State::Folded& folded, const Case& of, const GrantRecord& grant,
                             const LoggedEntry& entry) {
  if (grant.after.has_value() != grant.rest.has_value()) {
    return contradiction(entry, "it does not say of what it grants the rest");
  }
  if (of.grants.empty()) return base::outcome::success();
  BOOST_OUTCOME_TRY(const Rest rest, rest_of(of, folded.grants, grant.at));
  if (grant.after == rest.after && grant.rest == rest.quantity) return base::outcome::success();
  return contradiction(entry, "it is not of what the grant before it left open");
}

base::Ruled<void> fold_grant(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(HolderView said, read_grant(entry));
  GrantRecord grant;
  grant.id = std::move(said.grant);
  grant.case_id = *entry.case_id;
  grant.position = entry.position;
  grant.at = said.at;
  grant.scope = std::move(said.scope);
  grant.after = said.after;
  grant.rest = said.rest;
  grant.remainder = said.remainder;
  for (LaneConsent& consent : said.consents) {
    grant.consents.insert(consent.positions.begin(), consent.positions.end());
    grant.authorities.push_back(std::move(consent.authority));
  }
  Case& of = folded.cases.at(grant.case_id);
  BOOST_OUTCOME_TRY(check_rest(folded, of, grant, entry));
  if (folded.grants.contains(grant.id)) return contradiction(entry, "its grant is there already");
  for (const std::string& text : grant.scope.text) grant.laid_down.emplace(text, grant.at);
  of.grants.push_back(grant.id);
  of.rest.reset();
  if (grant.remainder == Remainder::Open) of.rest = grant.id;
  folded.grants.emplace(grant.id, std::move(grant));
  return base::outcome::success();
}

base::Ruled<void> fold_draw(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(DrawBody body, body_of<DrawBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  if (body.quantity > grant->left()) {
    return contradiction(entry, "it draws more than the grant has left");
  }
  grant->draws.push_back({std::move(done), std::move(body)});
  return base::outcome::success();
}

base::Ruled<void> fold_report(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(ReportBody body, body_of<ReportBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  UseReport report{std::move(done), std::move(body), {}, std::nullopt, {}};
  if (const base::Json* discrepancies = entry.field("discrepancies")) {
    base::Report mistakes({}, "discrepancies");
    report.discrepancies = read_discrepancies(*discrepancies, mistakes);
    if (!mistakes.clean()) return contradiction(entry, base::to_text(mistakes.take()));
  }
  folded.report_grants.emplace(entry.position, grant->id);
  grant->reports.push_back(std::move(report));
  return base::outcome::success();
}

base::Ruled<void> fold_act(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const GrantActBody body, body_of<GrantActBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  BOOST_OUTCOME_TRY(auto reasons, reasons_in(entry, body.reasons));
  if (entry.kind == EntryKind::Surrender) {
    if (entry.statement->head.authority != grant->scope.holder) {
      return contradiction(entry, "another party gives the grant up than its holder");
    }
    grant->surrendered = std::move(done);
    grant->surrendered_because = body.text;
  } else if (entry.kind == EntryKind::Suspend) {
    if (!grant->suspended) {
      const registry::PartyId& authority = entry.statement->head.authority;
      grant->suspended = Suspension{done.at, done, authority, base::quoted(body.text)};
      grant->suspended->reasons = std::move(reasons);
    }
  } else if (!grant->revoked) {
    grant->revoked = std::move(done);
    grant->revoked_because = body.text;
    grant->revoked_by = entry.statement->head.authority;
    grant->revoked_reasons = std::move(reasons);
    // Whoever took a consent back did not leave the rest of it open.
    folded.cases.at(grant->case_id).rest.reset();
  }
  return base::outcome::success();
}

base::Ruled<void> fold_acknowledgement(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(AcknowledgeBody body, body_of<AcknowledgeBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  if (entry.statement->head.authority != grant->scope.holder) {
    return contradiction(entry, "another party acknowledges than the holder");
  }
  if (body.provisos.empty()) {
    grant->acknowledged = std::move(done);
  } else {
    grant->acknowledgements.push_back({std::move(done), std::move(body)});
  }
  return base::outcome::success();
}

base::Ruled<void> fold_close(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const CloseBody body, body_of<CloseBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  const auto named = folded.report_grants.find(body.report);
  if (named == folded.report_grants.end()) return contradiction(entry, "it closes no report");
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, named->second));
  for (UseReport& report : grant->reports) {
    if (report.done.position != body.report) continue;
    report.closed = done;
    report.closed_because = body.text;
  }
  for (EndUseCheck& check : grant->checks) {
    if (!check.done || check.done->position != body.report) continue;
    check.closed = done;
    check.closed_because = body.text;
  }
  return base::outcome::success();
}

}  // namespace

base::Ruled<void> fold_grant_step(State::Folded& folded, const LoggedEntry& entry) {
  switch (entry.kind) {
    case EntryKind::Grant:
      return fold_grant(folded, entry);
    case EntryKind::Draw:
      return fold_draw(folded, entry);
    case EntryKind::Report:
      return fold_report(folded, entry);
    case EntryKind::Suspend:
    case EntryKind::Revoke:
    case EntryKind::Surrender:
      return fold_act(folded, entry);
    case EntryKind::Acknowledge:
      return fold_acknowledgement(folded, entry);
    case EntryKind::Close:
      return fold_close(folded, entry);
    default:
      return fold_file_step(folded, entry);
  }
}

}  // namespace countersign::kernel
