// SPDX-License-Identifier: Apache-2.0
#include "kernel/case_json.h"
#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

using base::Json;
using Members = std::vector<std::pair<std::string, Json>>;

Json json_of(Position position) { return base::json_integer(static_cast<std::int64_t>(position)); }

Json json_of(const Done& done) {
  Json json = base::json_object({{"position", json_of(done.position)},
                                 {"at", base::json_text(base::to_text(done.at))},
                                 {"office", base::json_text(done.signer.office.text())},
                                 {"person", base::json_text(done.signer.person.text())},
                                 {"command", base::json_text(done.command.text())},
                                 {"statement", base::json_text(to_text(done.statement))}});
  if (done.signer.acting) {
    json.members.push_back({"acting", {}, base::json_text(done.signer.acting->text())});
  }
  if (done.suspected) json.members.push_back({"suspected", {}, base::json_bool(true)});
  if (done.confirmed) {
    json.members.push_back({"confirmed_by", {}, base::json_text(done.confirmed->office.text())});
  }
  return json;
}

void add_reasons(const std::optional<InternalReasons>& reasons, std::string_view name, Json& item) {
  if (reasons) item.members.push_back({std::string(name), {}, InternalReasons::write(*reasons)});
}

template <class Step>
Json json_of_step(const Step& step) {
  Json item = json_of(step.done);
  item.members.push_back({"body", {}, decltype(step.body)::write(step.body)});
  return item;
}

Json json_of_step(const Advice& given) {
  Json item = json_of_step<Advice>(given);
  if (given.corrects) item.members.push_back({"corrects", {}, json_of(*given.corrects)});
  if (given.reconfirms) {
    item.members.push_back({"reconfirms", {}, base::json_text(to_text(*given.reconfirms))});
  }
  return item;
}

Json json_of_step(const Answer& given) {
  Json item = json_of(given.done);
  if (given.body) item.members.push_back({"body", {}, AnswerBody::write(*given.body)});
  return item;
}

// What an entry said before it was corrected, the first correction first.
template <class Body>
void add_corrections(const std::vector<Corrected<Body>>& corrections, Json& item) {
  if (corrections.empty()) return;
  std::vector<Json> items;
  for (const Corrected<Body>& correction : corrections) {
    Json each = json_of(correction.done);
    each.members.push_back({"why", {}, base::json_text(correction.why)});
    each.members.push_back({"mistaken", {}, Body::write(correction.mistaken)});
    items.push_back(std::move(each));
  }
  item.members.push_back({"corrections", {}, base::json_array(std::move(items))});
}

Json json_of(const Draw& draw) {
  Json item = json_of(draw.done);
  item.members.push_back({"body", {}, DrawBody::write(draw.body)});
  add_corrections(draw.corrections, item);
  if (!draw.allotment) return item;
  std::vector<Json> given_back;
  for (const GivenBack& part : draw.allotment->given_back) {
    Json each = json_of(part.done);
    each.members.push_back({"body", {}, GiveBackBody::write(part.body)});
    given_back.push_back(std::move(each));
  }
  item.members.push_back({"to", {}, base::json_text(draw.allotment->to)});
  item.members.push_back({"until", {}, base::json_text(base::to_text(draw.allotment->until))});
  item.members.push_back({"given_back", {}, base::json_array(std::move(given_back))});
  return item;
}

Json json_of(const EndUseCheck& check, base::Instant now) {
  Json item = json_of(check.requested);
  item.members.push_back({"body", {}, CheckRequestBody::write(check.body)});
  item.members.push_back({"overdue", {}, base::json_bool(check.overdue(now))});
  if (!check.done) return item;
  item.members.push_back({"done", {}, json_of(*check.done)});
  item.members.push_back({"found", {}, CheckBody::write(check.found)});
  if (!check.closed) return item;
  item.members.push_back({"closed", {}, json_of(*check.closed)});
  item.members.push_back({"closed_because", {}, base::json_text(check.closed_because)});
  return item;
}

Json json_of(const LegacyCase& earlier) {
  Json item = json_of(earlier.done);
  item.members.push_back({"authority", {}, base::json_text(earlier.authority.text())});
  item.members.push_back({"body", {}, LegacyBody::write(earlier.body)});
  return item;
}

template <class Step>
Json json_of(const std::vector<Step>& steps) {
  std::vector<Json> items;
  for (const Step& step : steps) items.push_back(json_of_step(step));
  return base::json_array(std::move(items));
}

Json json_of(const std::vector<Decision>& decisions) {
  std::vector<Json> items;
  for (const Decision& decision : decisions) {
    Json item = json_of(decision.done);
    item.members.push_back({"body", {}, DecisionBody::write(decision.body)});
    add_reasons(decision.reasons, "reasons", item);
    if (decision.set_aside) item.members.push_back({"set_aside", {}, json_of(*decision.set_aside)});
    if (decision.reviewed) {
      item.members.push_back({"reviewed", {}, json_of(*decision.reviewed)});
      item.members.push_back({"findings", {}, base::json_text(decision.findings)});
    }
    items.push_back(std::move(item));
  }
  return base::json_array(std::move(items));
}

Json json_of(const Lane& lane) {
  std::vector<Json> findings;
  for (const Finding& finding : lane.findings) {
    findings.push_back(base::json_object(
        {{"position", json_of(finding.position)}, {"finding", write(finding.fingerprint)}}));
  }
  return base::json_object({{"findings", base::json_array(std::move(findings))},
                            {"advice", json_of(lane.advice)},
                            {"overrides", json_of(lane.overrides)},
                            {"decisions", json_of(lane.decisions)},
                            {"consents", json_of(lane.consents)},
                            {"oral", json_of(lane.oral)}});
}

Json json_of(const Query& query) {
  Json item = json_of(query.done);
  item.members.push_back({"authority", {}, base::json_text(query.authority.text())});
  item.members.push_back({"body", {}, QueryBody::write(query.body)});
  item.members.push_back({"answers", {}, json_of(query.answers)});
  if (query.withdrawn) item.members.push_back({"withdrawn", {}, json_of(*query.withdrawn)});
  return item;
}

Json json_of(const std::map<registry::PartyId, Lane>& lanes) {
  Members members;
  for (const auto& [authority, lane] : lanes) members.emplace_back(authority.text(), json_of(lane));
  return base::json_object(std::move(members));
}

Json json_of(const EarlierVersion& version) {
  Json item = json_of(version.done);
  item.members.push_back({"digest", {}, base::json_text(to_text(version.digest))});
  item.members.push_back({"request", {}, write(version.request)});
  item.members.push_back({"lanes", {}, json_of(version.lanes)});
  return item;
}

Json json_of(const Case& of) {
  std::vector<Json> claims;
  for (const CaseClaim& claim : of.claims) {
    Json item = json_of(claim.done);
    item.members.push_back({"body", {}, ClaimBody::write(claim.body)});
    item.members.push_back({"withdrawn", {}, base::json_bool(claim.withdrawn)});
    add_corrections(claim.corrections, item);
    claims.push_back(std::move(item));
  }
  std::vector<Json> confirmations;
  for (const Confirmation& made : of.confirmations) {
    Json item = json_of(made.done);
    item.members.push_back({"body", {}, ConfirmBody::write(made.body)});
    confirmations.push_back(std::move(item));
  }
  std::vector<Json> queries;
  for (const Query& query : of.queries) queries.push_back(json_of(query));
  Json reconsideration;
  if (of.reconsideration) {
    reconsideration = json_of(of.reconsideration->asked);
    reconsideration.members.push_back(
        {"body", {}, ReconsiderBody::write(of.reconsideration->body)});
    if (of.reconsideration->decided) {
      Json answer = json_of(*of.reconsideration->decided);
      answer.members.push_back({"body", {}, ReconsideredBody::write(*of.reconsideration->answer)});
      add_reasons(of.reconsideration->reasons, "reasons", answer);
      reconsideration.members.push_back({"answer", {}, std::move(answer)});
    }
  }
  std::vector<Json> entries;
  for (const Position position : of.entries) entries.push_back(json_of(position));
  Json described = base::json_object({{"submitted", json_of(of.submitted)},
                                      {"request", write(of.request)},
                                      {"status", base::json_text(name_of(of.status))},
                                      {"lanes", json_of(of.lanes)},
                                      {"claims", base::json_array(std::move(claims))},
                                      {"confirmations", base::json_array(std::move(confirmations))},
                                      {"reconsideration", std::move(reconsideration)},
                                      {"queries", base::json_array(std::move(queries))},
                                      {"rest", base::json_text(of.rest ? of.rest->text() : "")},
                                      {"entries", base::json_array(std::move(entries))}});
  described.members.push_back({"version", {}, base::json_integer(of.version())});
  if (of.amended) {
    std::vector<Json> earlier;
    for (const EarlierVersion& version : of.earlier) earlier.push_back(json_of(version));
    described.members.push_back({"amended", {}, json_of(*of.amended)});
    described.members.push_back({"amended_because", {}, base::json_text(of.amended_because)});
    described.members.push_back({"earlier", {}, base::json_array(std::move(earlier))});
  }
  if (of.refused_by_silence) {
    const SilentRefusal& silent = *of.refused_by_silence;
    std::vector<std::string> offices;
    for (const registry::OfficeId& office : silent.offices) offices.push_back(office.text());
    described.members.push_back(
        {"refused_by_silence",
         {},
         base::json_object({{"at", base::json_text(base::to_text(silent.at))},
                            {"authority", base::json_text(silent.authority.text())},
                            {"offices", base::json_texts(offices)},
                            {"directive", base::json_text(silent.directive.text())},
                            {"procedure", base::json_text(silent.procedure.text())}})});
  }
  if (of.withdrawn) {
    described.members.push_back({"withdrawn", {}, json_of(*of.withdrawn)});
    described.members.push_back({"withdrawn_because", {}, base::json_text(of.withdrawn_because)});
  }
  return described;
}

Json json_of(const UseReport& report) {
  Json item = json_of(report.done);
  item.members.push_back({"body", {}, ReportBody::write(report.body)});
  std::vector<std::string> discrepancies;
  for (const base::Refusal& reason : report.discrepancies) discrepancies.push_back(reason.message);
  item.members.push_back({"discrepancies", {}, base::json_texts(discrepancies)});
  add_corrections(report.corrections, item);
  if (report.evaluated_again) {
    item.members.push_back({"evaluated_again", {}, json_of(*report.evaluated_again)});
  }
  if (report.closed) {
    item.members.push_back({"closed", {}, json_of(*report.closed)});
    item.members.push_back({"closed_because", {}, base::json_text(report.closed_because)});
  }
  return item;
}

Json json_of(const GrantRecord& grant, base::Instant now) {
  Members members;
  members.emplace_back("case", base::json_text(grant.case_id.text()));
  members.emplace_back("position", json_of(grant.position));
  members.emplace_back("at", base::json_text(base::to_text(grant.at)));
  members.emplace_back("status", base::json_text(name_of(status_of(grant, now))));
  members.emplace_back("scope", Scope::write(grant.scope));
  members.emplace_back("left", base::json_integer(grant.left()));
  if (grant.after) members.emplace_back("after", base::json_text(grant.after->text()));
  if (grant.remainder) {
    members.emplace_back("remainder", base::json_text(name_of(*grant.remainder)));
  }
  members.emplace_back("acknowledgements", json_of(grant.acknowledgements));
  members.emplace_back("unacknowledged",
                       base::json_texts(grant.unacknowledged(grant.scope.text, now)));
  std::vector<Json> draws;
  for (const Draw& draw : grant.draws) draws.push_back(json_of(draw));
  members.emplace_back("draws", base::json_array(std::move(draws)));
  std::vector<Json> checks;
  for (const EndUseCheck& check : grant.checks) checks.push_back(json_of(check, now));
  members.emplace_back("checks", base::json_array(std::move(checks)));
  std::vector<Json> reports;
  for (const UseReport& report : grant.reports) reports.push_back(json_of(report));
  members.emplace_back("reports", base::json_array(std::move(reports)));
  if (grant.suspended) {
    Json suspended =
        base::json_object({{"at", base::json_text(base::to_text(grant.suspended->at))},
                           {"authority", base::json_text(grant.suspended->authority.text())},
                           {"why", base::json_text(grant.suspended->why)}});
    add_reasons(grant.suspended->reasons, "reasons", suspended);
    members.emplace_back("suspended", std::move(suspended));
  }
  std::vector<Json> pauses;
  for (const Pause& pause : grant.pauses) {
    Json item = base::json_object({{"from", base::json_text(base::to_text(pause.period.from))},
                                   {"until", base::json_text(base::to_text(pause.period.until))},
                                   {"why", base::json_text(pause.why)}});
    add_reasons(pause.reasons, "reasons", item);
    pauses.push_back(std::move(item));
  }
  members.emplace_back("pauses", base::json_array(std::move(pauses)));
  if (grant.revoked) {
    members.emplace_back("revoked", json_of(*grant.revoked));
    members.emplace_back("revoked_because", base::json_text(grant.revoked_because));
    if (grant.revoked_reasons) {
      members.emplace_back("revoked_reasons", InternalReasons::write(*grant.revoked_reasons));
    }
  }
  if (grant.surrendered) {
    members.emplace_back("surrendered", json_of(*grant.surrendered));
    members.emplace_back("surrendered_because", base::json_text(grant.surrendered_because));
  }
  if (grant.acknowledged) members.emplace_back("acknowledged", json_of(*grant.acknowledged));
  return base::json_object(std::move(members));
}

Json json_of(const Entered& entered) {
  Members members;
  members.emplace_back("charters",
                       base::json_integer(static_cast<std::int64_t>(entered.charters.size())));
  std::vector<Json> appointments;
  for (const EnteredAppointment& held : entered.appointments) {
    appointments.push_back(registry::Appointment::write(held.appointment));
  }
  members.emplace_back("appointments", base::json_array(std::move(appointments)));
  Members withdrawn;
  for (const auto& [key, each] : entered.withdrawn.all()) {
    Json item = base::json_object({{"position", json_of(each.position)},
                                   {"at", base::json_text(base::to_text(each.at))},
                                   {"by", base::json_text(each.by)}});
    if (each.suspected_since) {
      item.members.push_back(
          {"suspected_since", {}, base::json_text(base::to_text(*each.suspected_since))});
    }
    item.members.push_back({"text", {}, base::json_text(each.text)});
    withdrawn.emplace_back(key.text(), std::move(item));
  }
  members.emplace_back("withdrawn_keys", base::json_object(std::move(withdrawn)));
  std::vector<Json> absences;
  for (const EnteredAbsence& absence : entered.absences) {
    Json item =
        base::json_object({{"position", json_of(absence.position)},
                           {"office", base::json_text(absence.office.text())},
                           {"from", base::json_text(base::to_text(absence.period.from))},
                           {"until", base::json_text(base::to_text(absence.period.until))}});
    if (absence.ended) {
      item.members.push_back({"ended", {}, base::json_text(base::to_text(*absence.ended))});
    }
    absences.push_back(std::move(item));
  }
  members.emplace_back("absences", base::json_array(std::move(absences)));
  if (const EnteredManifest* last = entered.manifest()) {
    members.emplace_back("manifest", registry::Manifest::write(last->manifest));
  }
  return base::json_object(std::move(members));
}

}  // namespace

Json describe(const Case& of) { return json_of(of); }
Json describe(const GrantRecord& grant, base::Instant now) { return json_of(grant, now); }

Json State::describe() const {
  const Folded& folded = *folded_;
  Members authorities;
  for (const auto& [id, entered] : folded.authorities.all()) {
    authorities.emplace_back(id.text(), json_of(entered));
  }
  Members cases;
  for (const auto& [id, of] : folded.cases) cases.emplace_back(id.text(), json_of(of));
  Members legacy;
  for (const auto& [id, earlier] : folded.legacy) {
    legacy.emplace_back(id.text(), json_of(earlier));
  }
  Members grants;
  for (const auto& [id, grant] : folded.grants) {
    grants.emplace_back(id.text(), json_of(grant, folded.now));
  }
  return base::json_object({{"size", json_of(folded.size)},
                            {"now", base::json_text(base::to_text(folded.now))},
                            {"authorities", base::json_object(std::move(authorities))},
                            {"cases", base::json_object(std::move(cases))},
                            {"legacy", base::json_object(std::move(legacy))},
                            {"grants", base::json_object(std::move(grants))}});
}

}  // namespace countersign::kernel
