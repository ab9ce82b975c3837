// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "kernel/determination.h"

namespace countersign::kernel {

namespace {

using base::Json;

constexpr std::array kOutcomes = {Outcome::Authorised, Outcome::ApprovalRequired,
                                  Outcome::Prohibited, Outcome::Undetermined};
constexpr std::array kColours = {registry::Colour::Red, registry::Colour::Yellow,
                                 registry::Colour::Green};

using Members = std::vector<std::pair<std::string, Json>>;

Json write_demand(const ProcedureDemand& demand) {
  Members members = {{"office", base::json_text(demand.office.text())},
                     {"demand", base::json_text(registry::name_of(demand.kind))},
                     {"directive", base::json_text(demand.directive.text())},
                     {"procedure", base::json_text(demand.procedure.text())}};
  registry::add_silence(members, demand.silence);
  return base::json_object(std::move(members));
}

Json write_deadline(const DecisionDeadline& deadline) {
  Members members = {{"directive", base::json_text(deadline.directive.text())},
                     {"procedure", base::json_text(deadline.procedure.text())}};
  registry::add_silence(members, deadline.silence);
  return base::json_object(std::move(members));
}

DecisionDeadline read_deadline(const Json& json, base::Report& report) {
  base::Fields fields(json, "a deadline", report);
  DecisionDeadline deadline;
  deadline.directive = registry::DirectiveId(fields.id("directive"));
  deadline.procedure = registry::ProcedureId(fields.id("procedure"));
  deadline.silence = registry::read_silence(fields, report);
  fields.finish();
  return deadline;
}

ProcedureDemand read_demand(const Json& json, base::Report& report) {
  base::Fields fields(json, "a demand", report);
  ProcedureDemand demand;
  demand.office = registry::OfficeId(fields.id("office"));
  demand.kind = fields.word("demand", {"in", "concur"}) == 0 ? registry::AdviceDemand::Kind::In
                                                             : registry::AdviceDemand::Kind::Concur;
  demand.directive = registry::DirectiveId(fields.id("directive"));
  demand.procedure = registry::ProcedureId(fields.id("procedure"));
  demand.silence = registry::read_silence(fields, report);
  fields.finish();
  return demand;
}

std::vector<registry::OfficeId> read_set(const Json& json, base::Report& report) {
  std::vector<registry::OfficeId> set;
  if (json.kind != Json::Kind::Array) {
    report.add(json.at, "a set of approvals is a list of offices");
    return set;
  }
  for (const Json& office : json.items) {
    if (office.kind != Json::Kind::Text || !base::is_id(office.text)) {
      report.add(office.at, "a set of approvals is a list of offices");
      continue;
    }
    set.emplace_back(office.text);
  }
  return set;
}

}  // namespace

Json write(const Fingerprint& fingerprint) {
  std::vector<Json> approvals;
  approvals.reserve(fingerprint.approvals.size());
  for (const auto& set : fingerprint.approvals) {
    std::vector<std::string> offices;
    offices.reserve(set.size());
    for (const registry::OfficeId& office : set) offices.push_back(office.text());
    approvals.push_back(base::json_texts(offices));
  }
  std::vector<Json> procedure;
  procedure.reserve(fingerprint.procedure.size());
  for (const ProcedureDemand& demand : fingerprint.procedure) {
    procedure.push_back(write_demand(demand));
  }
  std::vector<std::pair<std::string, Json>> members = {
      {"outcome", base::json_text(name_of(fingerprint.outcome))},
      {"approvals", base::json_array(std::move(approvals))},
      {"decided_by", base::json_texts(fingerprint.decided_by)},
      {"procedure", base::json_array(std::move(procedure))}};
  if (fingerprint.rating) {
    members.emplace_back("rating", base::json_text(registry::name_of(*fingerprint.rating)));
  }
  if (!fingerprint.deadlines.empty()) {
    std::vector<Json> deadlines;
    for (const DecisionDeadline& deadline : fingerprint.deadlines) {
      deadlines.push_back(write_deadline(deadline));
    }
    members.emplace_back("deadlines", base::json_array(std::move(deadlines)));
  }
  return base::json_object(std::move(members));
}

Fingerprint read_fingerprint(const Json& document, base::Report& report) {
  base::Fields fields(document, "a determination", report);
  Fingerprint fingerprint;
  std::vector<std::string_view> outcomes;
  outcomes.reserve(kOutcomes.size());
  for (const Outcome outcome : kOutcomes) outcomes.push_back(name_of(outcome));
  fingerprint.outcome = kOutcomes[fields.word("outcome", outcomes)];
  for (const std::string_view name : {"approvals", "decided_by", "procedure"}) fields.need(name);
  for (const Json& set : fields.array("approvals")) {
    fingerprint.approvals.push_back(read_set(set, report));
  }
  for (const Json& policy : fields.array("decided_by")) {
    if (policy.kind == Json::Kind::Text) {
      fingerprint.decided_by.push_back(policy.text);
    } else {
      report.add(policy.at, "a policy is named by a text");
    }
  }
  for (const Json& demand : fields.array("procedure")) {
    fingerprint.procedure.push_back(read_demand(demand, report));
  }
  for (const Json& deadline : fields.array("deadlines")) {
    fingerprint.deadlines.push_back(read_deadline(deadline, report));
  }
  if (fields.maybe("rating") != nullptr) {
    fingerprint.rating = kColours[fields.word("rating", {"red", "yellow", "green"})];
  }
  fields.finish();
  return fingerprint;
}

std::vector<std::string_view> differences(const Fingerprint& before, const Fingerprint& after) {
  std::vector<std::string_view> found;
  if (before.outcome != after.outcome) found.emplace_back("the outcome");
  if (before.approvals != after.approvals) found.emplace_back("the approvals required");
  if (before.decided_by != after.decided_by) found.emplace_back("the policies that decided");
  if (before.procedure != after.procedure || before.deadlines != after.deadlines) {
    found.emplace_back("the procedure");
  }
  if (before.rating != after.rating) found.emplace_back("the rating of the stock");
  return found;
}

}  // namespace countersign::kernel
