// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal_reasons.h"

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

InternalReasons InternalReasons::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "internal reasons", report);
  InternalReasons read;
  read.text = prose(fields, "text");
  if (fields.maybe("text") != nullptr && read.text.empty()) {
    fields.report("text", "the internal reasons say nothing", "write a `text`, or leave them out");
  }
  read.marking = registry::maybe_marking(fields, "marking", report);
  fields.finish();
  return read;
}

base::Json InternalReasons::write(const InternalReasons& reasons) {
  Members members;
  members.emplace_back("text", base::json_text(reasons.text));
  add_marking(members, reasons.marking);
  return base::json_object(std::move(members));
}

}  // namespace countersign::kernel
