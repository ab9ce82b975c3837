// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies.h"

#include <limits>

#include <fmt/format.h>

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {
namespace {

// A commitment is written as the base64url of its 32 bytes, as in the entry that holds it.
base::Json json_of(const Commitment& commitment) {
  return base::json_text(base::to_base64url(commitment.view()));
}

Commitment commitment(base::Fields& fields, std::string_view name) {
  if (fields.need(name) == nullptr) return {};
  return maybe_commitment(fields, name).value_or(Commitment{});
}

std::optional<seal::PublicKey> key(base::Fields& fields, std::string_view name) {
  const std::string text = fields.text(name);
  if (text.empty()) return std::nullopt;
  auto key = seal::PublicKey::parse(text);
  if (key && !key.value().is_passkey()) return std::move(key.value());
  fields.report(name, key ? fmt::format("`{}` is a passkey's", text) : key.error()[0].message,
                "write a key as `countersign key new` prints it: ed25519:…");
  return std::nullopt;
}

void add_provisos(Members& members, const Provisos& provisos) {
  if (!provisos.empty()) members.emplace_back("provisos", Provisos::write(provisos));
}

}  // namespace

std::string_view name_of(AdviceView view) {
  switch (view) {
    case AdviceView::Concur:
      return "concur";
    case AdviceView::ConcurWithProvisos:
      return "concur_with_provisos";
    case AdviceView::DoNotConcur:
      return "do_not_concur";
    case AdviceView::NoComment:
      return "no_comment";
  }
  return {};
}

std::optional<AdviceView> find_advice_view(std::string_view name) {
  for (const AdviceView view : {AdviceView::Concur, AdviceView::ConcurWithProvisos,
                                AdviceView::DoNotConcur, AdviceView::NoComment}) {
    if (name_of(view) == name) return view;
  }
  return std::nullopt;
}

std::string_view name_of(DecisionOutcome outcome) {
  switch (outcome) {
    case DecisionOutcome::Approve:
      return "approve";
    case DecisionOutcome::Deny:
      return "deny";
    case DecisionOutcome::Return:
      return "return";
    case DecisionOutcome::Recall:
      return "recall";
    case DecisionOutcome::StrikeOut:
      return "strike_out";
    case DecisionOutcome::Emergency:
      return "emergency";
  }
  return {};
}

std::optional<DecisionOutcome> find_decision_outcome(std::string_view name) {
  for (const DecisionOutcome outcome :
       {DecisionOutcome::Approve, DecisionOutcome::Deny, DecisionOutcome::Return,
        DecisionOutcome::Recall, DecisionOutcome::StrikeOut, DecisionOutcome::Emergency}) {
    if (name_of(outcome) == name) return outcome;
  }
  return std::nullopt;
}

std::optional<CharterBody> CharterBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a charter", report);
  const base::Json* charter = fields.need("charter");
  auto root = key(fields, "root");
  auto clerk = key(fields, "clerk");
  fields.finish();
  if (charter == nullptr || !root || !clerk) return std::nullopt;
  return CharterBody{*charter, *std::move(root), *std::move(clerk)};
}

base::Json CharterBody::write(const CharterBody& body) {
  return base::json_object({{"charter", body.charter},
                            {"root", base::json_text(body.root.text())},
                            {"clerk", base::json_text(body.clerk.text())}});
}

RecordBody RecordBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a record", report);
  RecordBody read;
  read.record = fields.id("record");
  read.id = fields.id("id");
  if (const base::Json* document = fields.need("document")) read.document = *document;
  fields.finish();
  return read;
}

base::Json RecordBody::write(const RecordBody& body) {
  return base::json_object({{"record", base::json_text(body.record)},
                            {"id", base::json_text(body.id)},
                            {"document", body.document}});
}

ManifestBody ManifestBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a manifest", report);
  ManifestBody read;
  read.issued_at = fields.instant("issued_at");
  read.expires = fields.instant("expires");
  read.contents = commitment(fields, "contents");
  fields.finish();
  return read;
}

base::Json ManifestBody::write(const ManifestBody& body) {
  return base::json_object({{"issued_at", base::json_text(base::to_text(body.issued_at))},
                            {"expires", base::json_text(base::to_text(body.expires))},
                            {"contents", json_of(body.contents)}});
}

RequestBody RequestBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a request", report);
  RequestBody read;
  if (const base::Json* request = fields.need("request")) read.request = *request;
  fields.finish();
  return read;
}

base::Json RequestBody::write(const RequestBody& body) {
  return base::json_object({{"request", body.request}});
}

ClaimBody ClaimBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a claim", report);
  ClaimBody read;
  if (auto withdrawn = fields.maybe_id("withdraws")) {
    read.withdraws = CommandId(*std::move(withdrawn));
    read.text = maybe_prose(fields, "text");
  } else {
    read.basis = static_cast<registry::Basis>(
        fields.word("basis", {"supplied", "owner", "component", "direct_product", "data"}));
    read.item = registry::ItemId(fields.id("item"));
    read.text = prose(fields, "text");
    read.marking = registry::maybe_marking(fields, "marking", report);
  }
  fields.finish();
  return read;
}

base::Json ClaimBody::write(const ClaimBody& body) {
  Members members;
  if (body.withdraws) {
    members.emplace_back("withdraws", base::json_text(body.withdraws->text()));
  } else {
    members.emplace_back("basis", base::json_text(registry::name_of(body.basis)));
    members.emplace_back("item", base::json_text(body.item.text()));
  }
  add_text(members, "text", body.text);
  add_marking(members, body.marking);
  return base::json_object(std::move(members));
}

AdviceBody AdviceBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an advice", report);
  AdviceBody read;
  read.view = static_cast<AdviceView>(
      fields.word("view", {"concur", "concur_with_provisos", "do_not_concur", "no_comment"}));
  read.provisos = Provisos::read(fields.maybe("provisos"), report);
  read.text = maybe_prose(fields, "text");
  read.marking = registry::maybe_marking(fields, "marking", report);
  if (read.view == AdviceView::ConcurWithProvisos && read.provisos.empty()) {
    fields.report("view", "`concur_with_provisos` names no proviso", "add `provisos`");
  }
  if (read.provisos.remainder) {
    fields.report("provisos", "what becomes of the rest is the final office's to say",
                  "leave `remainder` out");
  }
  if (read.view != AdviceView::ConcurWithProvisos && !read.provisos.empty()) {
    fields.report("provisos", fmt::format("provisos do not go with `{}`", name_of(read.view)),
                  "write `concur_with_provisos`");
  }
  fields.finish();
  return read;
}

base::Json AdviceBody::write(const AdviceBody& body) {
  Members members;
  members.emplace_back("view", base::json_text(name_of(body.view)));
  add_provisos(members, body.provisos);
  add_text(members, "text", body.text);
  add_marking(members, body.marking);
  return base::json_object(std::move(members));
}

OverrideBody OverrideBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an override", report);
  OverrideBody read;
  read.advice = digest_in(fields, "advice");
  read.text = prose(fields, "text");
  read.marking = registry::maybe_marking(fields, "marking", report);
  read.ground = fields.maybe_id("ground").value_or("");
  fields.finish();
  return read;
}

base::Json OverrideBody::write(const OverrideBody& body) {
  Members members;
  members.emplace_back("advice", base::json_text(seal::to_text(body.advice)));
  members.emplace_back("text", base::json_text(body.text));
  add_text(members, "ground", body.ground);
  add_marking(members, body.marking);
  return base::json_object(std::move(members));
}

DecisionBody DecisionBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a decision", report);
  DecisionBody read;
  read.determination = commitment(fields, "determination");
  read.advice = commitment(fields, "advice");
  read.position = position_in(fields, "position");
  read.outcome = static_cast<DecisionOutcome>(
      fields.word("outcome", {"approve", "deny", "return", "recall", "strike_out", "emergency"}));
  read.provisos = Provisos::read(fields.maybe("provisos"), report);
  read.text = maybe_prose(fields, "text");
  read.reasons = maybe_commitment(fields, "reasons");
  read.ground = fields.maybe_id("ground").value_or("");
  const bool says_no =
      read.outcome == DecisionOutcome::Deny || read.outcome == DecisionOutcome::Return;
  if (!says_no && !read.ground.empty()) {
    fields.report("ground", "only a denial or a return has a ground", "leave `ground` out");
  }
  if (auto resumes = fields.maybe_id("resumes")) {
    read.resumes = registry::GrantId(*std::move(resumes));
  }
  if (auto after = fields.maybe_id("after")) read.after = registry::GrantId(*std::move(after));
  if (read.after && (read.resumes || read.outcome == DecisionOutcome::Return ||
                     read.outcome == DecisionOutcome::Emergency)) {
    fields.report("after", "what a grant left open is approved or denied, and by itself",
                  "leave `resumes` out, and write approve or deny");
  }
  if (read.resumes && read.provisos.remainder) {
    fields.report("provisos", "what a resumption leaves out of a grant is gone",
                  "leave `remainder` out");
  }
  read.review_by = fields.maybe_instant("review_by");
  const bool emergency = read.outcome == DecisionOutcome::Emergency;
  if (emergency != read.review_by.has_value()) {
    fields.report("review_by", "a consent in an emergency, and nothing else, is reviewed by a date",
                  emergency ? "say by when, in `review_by`" : "leave `review_by` out");
  }
  if (emergency && (!read.provisos.quantity || !read.provisos.window)) {
    fields.report("provisos", "a consent in an emergency is narrow",
                  "state `quantity` and `window` in `provisos`");
  }
  if (emergency && read.resumes) {
    fields.report("outcome", "a suspended grant is not resumed in an emergency", "write approve");
  }
  if (read.outcome != DecisionOutcome::Approve && !emergency && !read.provisos.empty()) {
    fields.report("provisos", "only an approval has provisos", "leave `provisos` out");
  }
  if (read.outcome == DecisionOutcome::Return && read.resumes) {
    fields.report("outcome", "a suspended grant cannot be returned", "write approve or deny");
  }
  if (read.outcome == DecisionOutcome::StrikeOut && (read.text.empty() || read.resumes)) {
    fields.report("outcome", "a case that is struck out stays undecided, and its office says why",
                  "give a `text`, and no `resumes`");
  }
  fields.finish();
  return read;
}

std::string_view DecisionBody::about() const {
  if (resumes) return kAboutResuming;
  return after ? "rest" : "case";
}

base::Json DecisionBody::write(const DecisionBody& body) {
  Members members;
  members.emplace_back("determination", json_of(body.determination));
  members.emplace_back("advice", json_of(body.advice));
  members.emplace_back("position", json_of(body.position));
  members.emplace_back("outcome", base::json_text(name_of(body.outcome)));
  add_provisos(members, body.provisos);
  add_text(members, "text", body.text);
  if (body.reasons) members.emplace_back("reasons", json_of(*body.reasons));
  add_text(members, "ground", body.ground);
  if (body.resumes) members.emplace_back("resumes", base::json_text(body.resumes->text()));
  if (body.after) members.emplace_back("after", base::json_text(body.after->text()));
  if (body.review_by) {
    members.emplace_back("review_by", base::json_text(base::to_text(*body.review_by)));
  }
  return base::json_object(std::move(members));
}

ConsentBody ConsentBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a consent", report);
  ConsentBody read;
  read.determination = commitment(fields, "determination");
  read.position = position_in(fields, "position");
  fields.finish();
  return read;
}

base::Json ConsentBody::write(const ConsentBody& body) {
  return base::json_object(
      {{"determination", json_of(body.determination)}, {"position", json_of(body.position)}});
}

DrawBody DrawBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a draw", report);
  DrawBody read;
  read.grant = grant_of(fields);
  read.quantity = fields.integer("quantity", 1);
  read.place = maybe_place(fields, report);
  // Left out it would count as none, and none may be barred where the request's are not.
  fields.need("categories");
  read.categories = categories_of(fields);
  fields.finish();
  return read;
}

base::Json DrawBody::write(const DrawBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  members.emplace_back("quantity", base::json_integer(body.quantity));
  add_act(members, body.place, body.categories);
  return base::json_object(std::move(members));
}

ReportBody ReportBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a report", report);
  ReportBody read;
  read.grant = grant_of(fields);
  read.quantity = fields.integer("quantity", 1);
  read.place = maybe_place(fields, report);
  read.categories = categories_of(fields);
  read.at = fields.instant("at");
  read.text = maybe_prose(fields, "text");
  if (fields.maybe("allotment") != nullptr) read.allotment = position_in(fields, "allotment");
  fields.finish();
  return read;
}

base::Json ReportBody::write(const ReportBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  members.emplace_back("quantity", base::json_integer(body.quantity));
  add_act(members, body.place, body.categories);
  members.emplace_back("at", base::json_text(base::to_text(body.at)));
  add_text(members, "text", body.text);
  if (body.allotment) members.emplace_back("allotment", json_of(*body.allotment));
  return base::json_object(std::move(members));
}

GrantActBody GrantActBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "this body", report);
  GrantActBody read;
  read.grant = grant_of(fields);
  read.text = maybe_prose(fields, "text");
  read.ground = fields.maybe_id("ground").value_or("");
  read.reasons = maybe_commitment(fields, "reasons");
  fields.finish();
  return read;
}

base::Json GrantActBody::write(const GrantActBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  add_text(members, "text", body.text);
  add_text(members, "ground", body.ground);
  if (body.reasons) members.emplace_back("reasons", json_of(*body.reasons));
  return base::json_object(std::move(members));
}

AcknowledgeBody AcknowledgeBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an acknowledgement", report);
  AcknowledgeBody read;
  read.grant = grant_of(fields);
  if (fields.maybe("provisos") != nullptr) {
    read.provisos = read_free_texts(fields, "provisos", report);
    if (read.provisos.empty()) {
      fields.report("provisos", "`provisos` names none",
                    "name every free-text proviso, or leave it out to acknowledge a revocation");
    }
  }
  fields.finish();
  return read;
}

base::Json AcknowledgeBody::write(const AcknowledgeBody& body) {
  Members members;
  members.emplace_back("grant", base::json_text(body.grant.text()));
  if (!body.provisos.empty()) members.emplace_back("provisos", base::json_texts(body.provisos));
  return base::json_object(std::move(members));
}

CloseBody CloseBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a closing", report);
  CloseBody read;
  read.report = position_in(fields, "report");
  read.text = prose(fields, "text");
  fields.finish();
  return read;
}

base::Json CloseBody::write(const CloseBody& body) {
  return base::json_object(
      {{"report", json_of(body.report)}, {"text", base::json_text(body.text)}});
}

}  // namespace countersign::kernel
