// SPDX-License-Identifier: Apache-2.0
// Every row that a table gives can be a movement, comes back through a signed list, and stands
// where it says; every issue has a place.
#include "casework/movement_csv.h"

#include <sstream>
#include <string>

#include "base/check.h"
#include "base/json.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  registry::Holdings holdings;
  holdings.holdings.emplace_back();
  holdings.holdings.back().item = registry::ItemId("M");
  holdings.places.push_back({registry::HoldingPlaceId("North"), {}});
  std::istringstream in{std::string(input)};
  const auto rows = casework::read_movement_csv(in, "t.csv", {}, holdings);
  if (!rows) {
    CHECK(!rows.error().empty());
    return;
  }
  for (const registry::Movement& row : rows.value()) {
    CHECK(!registry::fault_in(row));
    CHECK(row.written.at.line >= 2 && row.written.at.column >= 1);
  }
  for (const registry::Movements& list : casework::in_lists(rows.value(), "T")) {
    base::Report report("", "again.json");
    CHECK(registry::Movements::read(registry::Movements::write(list), report) == list);
    CHECK(report.clean());
  }
}
