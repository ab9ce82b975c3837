// SPDX-License-Identifier: Apache-2.0
// Which offices there are, what each may do, who holds it and who acts for it: as the charters and
// appointments in force have them.
#ifndef COUNTERSIGN_CASEWORK_OFFICES_H_
#define COUNTERSIGN_CASEWORK_OFFICES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "casework/reader.h"
#include "kernel/state.h"
#include "registry/appointment.h"
#include "registry/charter.h"

namespace countersign::casework {

struct HolderView {
  registry::Appointment appointment;
  bool withdrawn = false;  // its key
};

struct OfficeView {
  registry::AuthorityId authority;
  registry::Office office;
  std::vector<HolderView> holders;   // now
  std::optional<base::Period> away;  // by the notice of absence in force
};

// Of the authorities whose keys the reader sees, by id; of one of them alone where `authority`
// says.
std::vector<OfficeView> offices(const Reader& reader, const kernel::State& state,
                                const std::optional<registry::AuthorityId>& authority);

std::string to_text(const OfficeView& view);  // without a line break at the end
base::Json to_json(const OfficeView& view);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_OFFICES_H_
