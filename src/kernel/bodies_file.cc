// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_file.h"

#include <fmt/format.h>

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

std::string_view name_of(Corrigible what) {
  switch (what) {
    case Corrigible::Claim:
      return "claim";
    case Corrigible::Advice:
      return "advice";
    case Corrigible::Draw:
      return "draw";
    case Corrigible::Report:
      return "report";
  }
  return {};
}

CorrectionBody CorrectionBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a correction", report);
  CorrectionBody read;
  read.what = static_cast<Corrigible>(fields.word("what", {"claim", "advice", "draw", "report"}));
  read.entry = position_in(fields, "entry");
  read.statement = digest_in(fields, "statement");
  read.text = prose(fields, "text");
  if (read.text.empty()) fields.report("text", "say what was wrong, and how it came");
  if (const base::Json* content = fields.need("content")) read.content = *content;
  fields.finish();
  return read;
}

base::Json CorrectionBody::write(const CorrectionBody& body) {
  return base::json_object({{"what", base::json_text(name_of(body.what))},
                            {"entry", json_of(body.entry)},
                            {"statement", base::json_text(to_text(body.statement))},
                            {"text", base::json_text(body.text)},
                            {"content", body.content}});
}

AllotmentBody AllotmentBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an allotment", report);
  AllotmentBody read;
  read.grant = grant_of(fields);
  read.to = prose(fields, "to");
  if (read.to.empty()) fields.report("to", "say who is to use it");
  read.quantity = fields.integer("quantity", 1);
  read.place = maybe_place(fields, report);
  fields.need("categories");
  read.categories = categories_of(fields);
  read.until = fields.instant("until");
  fields.finish();
  return read;
}

base::Json AllotmentBody::write(const AllotmentBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  members.emplace_back("to", base::json_text(body.to));
  members.emplace_back("quantity", base::json_integer(body.quantity));
  add_act(members, body.place, body.categories);
  members.emplace_back("until", base::json_text(base::to_text(body.until)));
  return base::json_object(std::move(members));
}

GiveBackBody GiveBackBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a give-back", report);
  GiveBackBody read;
  read.grant = grant_of(fields);
  read.allotment = position_in(fields, "allotment");
  read.quantity = fields.integer("quantity", 1);
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json GiveBackBody::write(const GiveBackBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  members.emplace_back("allotment", json_of(body.allotment));
  members.emplace_back("quantity", base::json_integer(body.quantity));
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

CheckRequestBody CheckRequestBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a check request", report);
  CheckRequestBody read;
  read.grant = grant_of(fields);
  read.checker = registry::OfficeId(fields.id("checker"));
  read.due = fields.instant("due");
  read.text = prose(fields, "text");
  if (read.text.empty()) fields.report("text", "say what is to be looked at");
  fields.finish();
  return read;
}

base::Json CheckRequestBody::write(const CheckRequestBody& body) {
  return base::json_object({{"grant", base::json_text(body.grant.text())},
                            {"checker", base::json_text(body.checker.text())},
                            {"due", base::json_text(base::to_text(body.due))},
                            {"text", base::json_text(body.text)}});
}

std::string_view name_of(CheckFinding finding) {
  return finding == CheckFinding::Confirmed ? "confirmed" : "discrepancy";
}

CheckBody CheckBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a check", report);
  CheckBody read;
  read.grant = grant_of(fields);
  read.request = position_in(fields, "request");
  read.at = fields.instant("at");
  read.finding = static_cast<CheckFinding>(fields.word("finding", {"confirmed", "discrepancy"}));
  read.text = prose(fields, "text");
  if (read.text.empty()) fields.report("text", "say what was found");
  fields.finish();
  return read;
}

base::Json CheckBody::write(const CheckBody& body) {
  return base::json_object({{"grant", base::json_text(body.grant.text())},
                            {"request", json_of(body.request)},
                            {"at", base::json_text(base::to_text(body.at))},
                            {"finding", base::json_text(name_of(body.finding))},
                            {"text", base::json_text(body.text)}});
}

LegacyBody LegacyBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an earlier case", report);
  LegacyBody read;
  read.id = CaseId(fields.id("id"));
  if (read.id.text().find('/') != std::string::npos) {
    fields.report("id", "an earlier case's id has no `/`: it would read as a grant's");
  }
  read.what.action = static_cast<registry::Action>(fields.word("action", {"use", "transfer"}));
  read.what.item = registry::ItemId(fields.id("item"));
  read.what.requester = registry::PartyId(fields.id("requester"));
  if (auto id = fields.maybe_id("recipient")) {
    read.what.recipient = registry::PartyId(*std::move(id));
  }
  read.what.quantity = fields.integer("quantity", 1);
  read.place = maybe_place(fields, report);
  read.categories = categories_of(fields);
  read.outcome = static_cast<DecisionOutcome>(fields.word("outcome", {"approve", "deny"}));
  read.decided_at = fields.instant("decided_at");
  read.decided_by = prose(fields, "decided_by");
  const auto counts = fields.maybe_integer("counts", 0);
  if (read.outcome == DecisionOutcome::Approve) {
    read.counts = counts.value_or(read.what.quantity);
    if (read.counts > read.what.quantity) {
      fields.report("counts", "more counts than was approved");
    }
  } else if (counts) {
    fields.report("counts", "of what was denied nothing counts", "leave `counts` out");
  }
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json LegacyBody::write(const LegacyBody& body) {
  Members members;
  members.emplace_back("id", base::json_text(body.id.text()));
  members.emplace_back("action", base::json_text(registry::name_of(body.what.action)));
  members.emplace_back("item", base::json_text(body.what.item.text()));
  members.emplace_back("requester", base::json_text(body.what.requester.text()));
  if (body.what.recipient) {
    members.emplace_back("recipient", base::json_text(body.what.recipient->text()));
  }
  members.emplace_back("quantity", base::json_integer(body.what.quantity));
  add_act(members, body.place, body.categories);
  members.emplace_back("outcome", base::json_text(name_of(body.outcome)));
  members.emplace_back("decided_at", base::json_text(base::to_text(body.decided_at)));
  members.emplace_back("decided_by", base::json_text(body.decided_by));
  if (body.outcome == DecisionOutcome::Approve) {
    members.emplace_back("counts", base::json_integer(body.counts));
  }
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

}  // namespace countersign::kernel
