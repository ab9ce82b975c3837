// SPDX-License-Identifier: Apache-2.0
// From bytes to what a document says, in one step.
#ifndef COUNTERSIGN_REGISTRY_DOCUMENT_H_
#define COUNTERSIGN_REGISTRY_DOCUMENT_H_

#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"

namespace countersign::registry {

// Reads `source` as a document of kind X: JSON, then X::read. `file` is what issues call it.
template <class X>
base::Parsed<X> read_document(std::string_view source, std::string_view file) {
  BOOST_OUTCOME_TRY(const base::Json document, base::read_json(source, file));
  base::Report report(source, file);
  X read = X::read(document, report);
  if (!report.clean()) return report.take();
  return read;
}

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_DOCUMENT_H_
