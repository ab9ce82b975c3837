// SPDX-License-Identifier: Apache-2.0
// The history of cases for tools that look at processes: OCEL 2.0 in JSON, and CSV
// (docs/formats/export.md). The same ledger gives the same bytes.
#ifndef COUNTERSIGN_CASEWORK_EXPORT_H_
#define COUNTERSIGN_CASEWORK_EXPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/instance.h"
#include "casework/reader.h"

namespace countersign::casework {

// One entry of a case.
struct CaseEvent {
  kernel::Position position = 0;
  base::Instant at;
  kernel::EntryKind kind = kernel::EntryKind::Request;
  std::string outcome;  // of a decision, a report, the case; empty: it has none
  kernel::CaseId of;
  std::vector<registry::PartyId> lanes;      // the authorities whose part it is
  std::optional<registry::OfficeId> office;  // whose act it is; none of the machine's or a clerk's
  std::optional<registry::GrantId> grant;
};

// Every entry of a case that the reader sees, in ledger order.
base::Result<std::vector<CaseEvent>> history(Instance& instance, const Reader& reader);

// An object-centric event log: cases, lanes, offices, grants and items; an event an entry.
base::Result<base::Json> export_ocel(Instance& instance, const Reader& reader);
// One record an event.
base::Result<std::string> export_csv(Instance& instance, const Reader& reader);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_EXPORT_H_
