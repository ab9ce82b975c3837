// SPDX-License-Identifier: Apache-2.0
// The drill with a depot: a book of M that US keeps, of which transfers are permitted. For tests of
// any room.
#ifndef COUNTERSIGN_CASEWORK_TESTING_DEPOT_H_
#define COUNTERSIGN_CASEWORK_TESTING_DEPOT_H_

#include <string>

#include "casework/testing/drill.h"

namespace countersign::casework::testing {

// One row of movements of M.
inline std::string row(const std::string& id, const std::string& from, const std::string& to,
                       std::int64_t quantity, const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "on": "2025-05-01", "item": "M", "from": ")" + from +
         R"(", "to": ")" + to + R"(", "quantity": )" + std::to_string(quantity) + more + "}";
}

// The drill, with transfers of M permitted by both authorities and `held` of it in the book of US.
inline Files depot(std::int64_t held) {
  Files files = small_directory();
  const std::string us = "authorities/US/";
  files[us + "holdings.json"] = R"({"holdings": [{"item": "M", "counted_by": "movements",
      "yellow_below": 0, "red_below": 0}], "places": [{"id": "North"}]})";
  files[us + "movements.json"] = R"({"movements": [{"id": "US-m1", "rows": [)" +
                                 row("1", "opening", "held/North", held) + "]}]}";
  files[us + "directives/US-4.json"] = directive("US-4", "US/SecDef");
  files[us + "directives/US-4.cedar"] =
      R"(permit (principal, action == Action::"transfer", resource);)";
  return files;
}

inline base::Json transfer_of_m(std::int64_t quantity) {
  return json(R"({"requester": "UA", "recipient": "UA", "action": "transfer", "item": "M",
      "quantity": )" +
              std::to_string(quantity) + R"(, "window": {"from": "2025-06-01",
      "until": "2025-08-01"}, "categories": [], "data_sources": [], "funded_by": []})");
}

// A list of these rows, to be issued.
inline IssuePlan list_of(const std::string& list, const std::string& rows) {
  IssuePlan plan;
  plan.documents.push_back(
      {registry::RecordKind::Movements,
       list,
       base::write_json(json(R"({"id": ")" + list + R"(", "rows": [)" + rows + "]}")),
       {},
       nullptr});
  return plan;
}

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_DEPOT_H_
