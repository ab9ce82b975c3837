// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_urgent.h"

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

ReviewBody ReviewBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a review", report);
  ReviewBody read;
  read.decision = digest_in(fields, "decision");
  read.findings = prose(fields, "findings");
  fields.finish();
  return read;
}

base::Json ReviewBody::write(const ReviewBody& body) {
  return base::json_object({{"decision", base::json_text(seal::to_text(body.decision))},
                            {"findings", base::json_text(body.findings)}});
}

OralBody OralBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a note of an oral consent", report);
  OralBody read;
  read.office = registry::OfficeId(fields.id("office"));
  read.said_at = fields.instant("said_at");
  read.text = prose(fields, "text");
  fields.finish();
  return read;
}

base::Json OralBody::write(const OralBody& body) {
  return base::json_object({{"office", base::json_text(body.office.text())},
                            {"said_at", base::json_text(base::to_text(body.said_at))},
                            {"text", base::json_text(body.text)}});
}

}  // namespace countersign::kernel
