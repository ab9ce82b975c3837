// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_versions.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {
namespace {

std::vector<seal::Digest> digests_in(base::Fields& fields, std::string_view name,
                                     base::Report& report) {
  std::vector<seal::Digest> digests;
  fields.need(name);
  for (const base::Json& item : fields.array(name)) {
    const auto digest = item.kind == base::Json::Kind::Text ? seal::parse_digest(item.text)
                                                            : std::optional<seal::Digest>();
    if (!digest || std::find(digests.begin(), digests.end(), *digest) != digests.end()) {
      report.add(item.at, fmt::format("`{}` lists digests, each once", name), "write sha256:…");
      continue;
    }
    digests.push_back(*digest);
  }
  return digests;
}

}  // namespace

AmendBody AmendBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an amendment", report);
  AmendBody read;
  read.version = fields.integer("version", 2);
  if (const base::Json* request = fields.need("request")) read.request = *request;
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json AmendBody::write(const AmendBody& body) {
  Members members;
  members.emplace_back("version", base::json_integer(body.version));
  members.emplace_back("request", body.request);
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

ReconfirmBody ReconfirmBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a reconfirmation", report);
  ReconfirmBody read;
  read.advice = digests_in(fields, "advice", report);
  if (read.advice.empty())
    fields.report("advice", "`advice` names none", "name what you reconfirm");
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json ReconfirmBody::write(const ReconfirmBody& body) {
  std::vector<std::string> advice;
  for (const seal::Digest& digest : body.advice) advice.push_back(to_text(digest));
  Members members;
  members.emplace_back("advice", base::json_texts(advice));
  add_text(members, "text", body.text);
  return base::json_object(std::move(members));
}

}  // namespace countersign::kernel
