// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_offices.h"

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

AbsenceBody AbsenceBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "an absence", report);
  AbsenceBody read;
  read.office = registry::OfficeId(fields.id("office"));
  if (auto ended = fields.maybe_id("ends")) {
    read.ends = CommandId(*std::move(ended));
  } else if (fields.need("period") != nullptr) {
    read.period = fields.period("period");
    if (read.period.from == base::kDistantPast || read.period.until == base::kDistantFuture) {
      fields.report("period", "an absence has a beginning and an end", "write `from` and `until`");
    }
  }
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json AbsenceBody::write(const AbsenceBody& body) {
  base::Json written = base::json_object({{"office", base::json_text(body.office.text())}});
  if (body.ends) {
    written.members.push_back({"ends", {}, base::json_text(body.ends->text())});
  } else {
    written.members.push_back(
        {"period",
         {},
         base::json_object({{"from", base::json_text(base::to_text(body.period.from))},
                            {"until", base::json_text(base::to_text(body.period.until))}})});
  }
  if (!body.text.empty()) written.members.push_back({"text", {}, base::json_text(body.text)});
  return written;
}

}  // namespace countersign::kernel
