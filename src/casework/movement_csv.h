// SPDX-License-Identifier: Apache-2.0
// Movements of stock from a table (docs/stock.md, "From a table"), checked line by line.
#ifndef COUNTERSIGN_CASEWORK_MOVEMENT_CSV_H_
#define COUNTERSIGN_CASEWORK_MOVEMENT_CSV_H_

#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "casework/desk.h"
#include "registry/movements.h"
#include "registry/registers.h"

namespace countersign::casework {

struct CsvLayout {
  char separator = ',';
  // By field (id, date, item, from, to, quantity, place, reason, unit, grant), the heading of its
  // column; a field that is not here is headed by its own name.
  std::map<std::string, std::string, std::less<>> headings;
};

// Every row of the table, or every line that is refused and why, each with line and column; the
// whole of it in either case. `holdings` say which items, units and places there are. Each row's
// `written` is its place in the table. Holds one line at a time, and the rows.
base::Parsed<std::vector<registry::Movement>> read_movement_csv(std::istream& in,
                                                                std::string_view file,
                                                                const CsvLayout& layout,
                                                                const registry::Holdings& holdings);

// The rows as lists of an authority, ID/1, ID/2, ..., each of a size that is signed as one
// document: to be issued together, all or none.
std::vector<registry::Movements> in_lists(std::vector<registry::Movement> rows,
                                          std::string_view id);

// What the registers say of these lists beside all that is in them: whether a place would hold less
// than nothing, whether a row was entered before. Issues name places in `file`.
base::Parsed<void> check_against(const registry::Registers& registers,
                                 const registry::AuthorityId& authority,
                                 const std::vector<registry::Movements>& lists,
                                 std::string_view file);

IssuePlan plan_of(std::vector<registry::Movements> lists);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_MOVEMENT_CSV_H_
