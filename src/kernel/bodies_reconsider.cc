// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_reconsider.h"

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

std::string_view name_of(ReconsideredOutcome outcome) {
  return outcome == ReconsideredOutcome::Uphold ? "uphold" : "set_aside";
}

ReconsiderBody ReconsiderBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a request to reconsider", report);
  ReconsiderBody read;
  read.decision = digest_in(fields, "decision");
  read.text = prose(fields, "text");
  fields.finish();
  return read;
}

base::Json ReconsiderBody::write(const ReconsiderBody& body) {
  return base::json_object({{"decision", base::json_text(seal::to_text(body.decision))},
                            {"text", base::json_text(body.text)}});
}

ReconsideredBody ReconsideredBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a reconsideration", report);
  ReconsideredBody read;
  read.decision = digest_in(fields, "decision");
  read.outcome = static_cast<ReconsideredOutcome>(fields.word("outcome", {"uphold", "set_aside"}));
  read.text = prose(fields, "text");
  read.ground = fields.maybe_id("ground").value_or("");
  read.reasons = maybe_commitment(fields, "reasons");
  if (read.outcome == ReconsideredOutcome::SetAside && !read.ground.empty()) {
    fields.report("ground", "only who upholds a denial has a ground for it", "leave `ground` out");
  }
  fields.finish();
  return read;
}

base::Json ReconsideredBody::write(const ReconsideredBody& body) {
  base::Json written =
      base::json_object({{"decision", base::json_text(seal::to_text(body.decision))},
                         {"outcome", base::json_text(name_of(body.outcome))},
                         {"text", base::json_text(body.text)}});
  if (!body.ground.empty()) written.members.push_back({"ground", {}, base::json_text(body.ground)});
  if (body.reasons) {
    written.members.push_back(
        {"reasons", {}, base::json_text(base::to_base64url(body.reasons->view()))});
  }
  return written;
}

}  // namespace countersign::kernel
