// SPDX-License-Identifier: Apache-2.0
// Why an office decides as it does, for its own authority: the statement commits to it, and it
// stands in the entry's field `reasons` (docs/formats/statements.md, "Internal reasons").
#ifndef COUNTERSIGN_KERNEL_INTERNAL_REASONS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_REASONS_H_

#include <optional>
#include <string>

#include "base/json.h"
#include "registry/marking.h"

namespace countersign::kernel {

struct InternalReasons {
  std::string text;  // at most 16,384 bytes; never empty where they were read
  std::optional<registry::Marking> marking = std::nullopt;

  // Neither said nor marked.
  bool none() const { return text.empty() && !marking; }

  static InternalReasons read(const base::Json& document, base::Report& report);
  static base::Json write(const InternalReasons& reasons);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_REASONS_H_
