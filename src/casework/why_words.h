// SPDX-License-Identifier: Apache-2.0
// Who may act in a case and why not, in lines for people and as a document for programs.
#ifndef COUNTERSIGN_CASEWORK_WHY_WORDS_H_
#define COUNTERSIGN_CASEWORK_WHY_WORDS_H_

#include <optional>
#include <string>

#include "base/json.h"
#include "casework/reader.h"
#include "kernel/why.h"

namespace countersign::casework {

// kernel::explain() as a reader sees it: of an office, its own authority's part alone. Refused also
// by `not-shown`.
base::Ruled<kernel::Why> explain_to(const Reader& reader, const kernel::State& state,
                                    const kernel::CaseId& id,
                                    const std::optional<registry::OfficeId>& office);

// Without a line break at the end.
std::string describe(const kernel::Why& why);
// docs/formats/why.md
base::Json to_json(const kernel::Why& why);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_WHY_WORDS_H_
