// SPDX-License-Identifier: Apache-2.0
// What statements about who holds an office say (docs/formats/statements.md, "An absence").
#ifndef COUNTERSIGN_KERNEL_BODIES_OFFICES_H_
#define COUNTERSIGN_KERNEL_BODIES_OFFICES_H_

#include <optional>
#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "kernel/ids.h"
#include "registry/ids.h"

namespace countersign::kernel {

// An office's holder is away for a period, or is back before its end.
struct AbsenceBody {
  registry::OfficeId office;
  std::optional<CommandId> ends;  // the notice that this one ends; then no period
  base::Period period;            // otherwise: it ends
  std::string text;

  static AbsenceBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AbsenceBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_OFFICES_H_
