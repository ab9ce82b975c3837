// SPDX-License-Identifier: Apache-2.0
#include "kernel/batch.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/logged.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

std::optional<Commitment> read_commitment(const base::Json& item) {
  if (item.kind != base::Json::Kind::Text) return std::nullopt;
  const auto bytes = base::from_base64url(item.text);
  return bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
}

}  // namespace

BatchBody BatchBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a batch", report);
  BatchBody read;
  for (const base::Json& item : fields.array("items")) {
    const auto commitment = read_commitment(item);
    if (!commitment || (!read.items.empty() && *commitment <= read.items.back())) {
      report.add(item.at, "an item is a commitment, above the one before it");
      break;
    }
    read.items.push_back(*commitment);
  }
  if (read.items.empty() || read.items.size() > kMostItems) {
    fields.report("items", fmt::format("a batch decides 1 to {} cases", kMostItems));
  }
  fields.finish();
  return read;
}

base::Json BatchBody::write(const BatchBody& body) {
  std::vector<std::string> items;
  for (const Commitment& item : body.items) items.push_back(base::to_base64url(item.view()));
  return base::json_object({{"items", base::json_texts(items)}});
}

BatchItem BatchItem::read(const base::Json& item, base::Report& report) {
  base::Fields fields(item, "an item", report);
  BatchItem read;
  read.case_id = CaseId(fields.id("case"));
  const std::string request = fields.text("request");
  if (const auto digest = seal::parse_digest(request)) {
    read.request = *digest;
  } else {
    fields.report("request", fmt::format("`{}` is no digest", request), "write sha256:…");
  }
  if (const base::Json* decision = fields.need("decision")) {
    read.decision = DecisionBody::read(*decision, report);
    if (read.decision.resumes) {
      report.add(decision->at, "a grant is resumed by a decision of its own",
                 "leave `resumes` out of an item");
    }
  }
  fields.finish();
  return read;
}

base::Json BatchItem::write(const BatchItem& item) {
  return base::json_object({{"case", base::json_text(item.case_id.text())},
                            {"request", base::json_text(to_text(item.request))},
                            {"decision", DecisionBody::write(item.decision)}});
}

base::Ruled<SignedStatement> view_of_item(const SignedStatement& batch,
                                          const ledger::Disclosure& item) {
  CHECK(batch.head.kind == EntryKind::Batch);
  base::Report report(batch.payload_text, "batch");
  const BatchBody body = BatchBody::read(batch.body, report);
  if (!report.clean()) return Refusal{"body", base::to_text(report.take()), "items"};
  if (batch.head.case_id) return Refusal{"body", "an act on several cases names none", "case"};
  const Commitment commitment = item.commitment();
  if (!std::binary_search(body.items.begin(), body.items.end(), commitment)) {
    return Refusal{"commitment", "the signed act does not commit to the item that came with it",
                   "item"};
  }
  BOOST_OUTCOME_TRY(const SaltedField opened, read_disclosure(item));
  const std::string text = base::as_text(base::from_base64url(item.text).value_or(base::Bytes{}));
  base::Report mistakes(text, "item");
  const BatchItem read = BatchItem::read(opened.field.value, mistakes);
  if (opened.field.name != "item") return Refusal{"commitment", "it commits to no item", "item"};
  if (!mistakes.clean()) return Refusal{"body", base::to_text(mistakes.take()), "item"};
  SignedStatement view = batch;
  view.head.kind = EntryKind::Decision;
  view.head.case_id = read.case_id;
  view.head.request = read.request;
  view.body = *opened.field.value.find("decision");
  view.payload_text = text;
  view.item = commitment;
  return view;
}

}  // namespace countersign::kernel
