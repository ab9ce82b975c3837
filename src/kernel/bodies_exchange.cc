// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_exchange.h"

#include <fmt/format.h>

#include "base/prose.h"
#include "kernel/internal/body_fields.h"

namespace countersign::kernel {
namespace {

constexpr std::size_t kLongestName = 256;

AttachedDocument read_document(const base::Json& json, base::Report& report) {
  base::Fields fields(json, "a document", report);
  AttachedDocument document;
  document.name = fields.text("name");
  const bool plain = document.name.find_first_of("/\\\r\n\t") == std::string::npos &&
                     !base::find_hidden_character(document.name);
  if (document.name.empty() || document.name.size() > kLongestName || !plain) {
    fields.report("name", "a document's name is one line, without folders",
                  fmt::format("write at most {} bytes, like \"layout.pdf\"", kLongestName));
  }
  document.digest = digest_in(fields, "digest");
  fields.finish();
  return document;
}

}  // namespace

QueryBody QueryBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a query", report);
  QueryBody read;
  if (auto withdrawn = fields.maybe_id("withdraws")) {
    read.withdraws = CommandId(*std::move(withdrawn));
    read.text = maybe_prose(fields, "text");
  } else {
    read.text = prose(fields, "text");
    if (read.text.empty()) fields.report("text", "the query asks nothing", "write a `text`");
  }
  fields.finish();
  return read;
}

base::Json QueryBody::write(const QueryBody& body) {
  Members members;
  if (body.withdraws) members.emplace_back("withdraws", base::json_text(body.withdraws->text()));
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

AnswerBody AnswerBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an answer", report);
  AnswerBody read;
  read.query = digest_in(fields, "query");
  read.text = maybe_prose(fields, "text");
  if (const base::Json* document = fields.maybe("document")) {
    read.document = read_document(*document, report);
  }
  if (read.text.empty() && !read.document) {
    fields.report("text", "the answer says nothing", "write a `text`, or attach a document");
  }
  read.marking = registry::maybe_marking(fields, "marking", report);
  fields.finish();
  return read;
}

base::Json AnswerBody::write(const AnswerBody& body) {
  Members members;
  members.emplace_back("query", base::json_text(to_text(body.query)));
  add_text(members, "text", body.text);
  if (body.document) {
    members.emplace_back(
        "document",
        base::json_object({{"name", base::json_text(body.document->name)},
                           {"digest", base::json_text(to_text(body.document->digest))}}));
  }
  add_marking(members, body.marking);
  return base::json_object(std::move(members));
}

WithdrawBody WithdrawBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a withdrawal", report);
  WithdrawBody read;
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json WithdrawBody::write(const WithdrawBody& body) {
  Members members;
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

}  // namespace countersign::kernel
