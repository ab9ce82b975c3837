// SPDX-License-Identifier: Apache-2.0
// What an authority changes, as stories and the command line state it.
#ifndef COUNTERSIGN_CASEWORK_CHANGES_H_
#define COUNTERSIGN_CASEWORK_CHANGES_H_

#include <filesystem>
#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/desk.h"

namespace countersign::casework {

// `directives`: files of docs/formats/directives.md; `documents`: other register files by their
// kind ({"holdings": "holdings-red.json"}); `withdraw`: [{"record", "id", "from"}]. Files lie in
// `folder`. `report` is of the text that `changes` stands in.
base::Parsed<IssuePlan> read_changes(const base::Json& changes, base::Report& report,
                                     const registry::PartyId& authority,
                                     const std::filesystem::path& folder);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CHANGES_H_
