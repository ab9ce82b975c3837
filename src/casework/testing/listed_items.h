// SPDX-License-Identifier: Apache-2.0
// A drill in which items are rows of a list: UA vouches for UA-parts, where Drone is made of two
// engines, each with US chips, and a frame of RU, which is no authority. GB owns Drone. For tests
// of any room.
#ifndef COUNTERSIGN_CASEWORK_TESTING_LISTED_ITEMS_H_
#define COUNTERSIGN_CASEWORK_TESTING_LISTED_ITEMS_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "casework/files.h"
#include "casework/rows_file.h"
#include "casework/testing/drill.h"

namespace countersign::casework::testing {

inline std::vector<registry::ListedRow> rows_of(const std::vector<std::string>& texts) {
  std::vector<registry::ListedRow> rows;
  for (const std::string& text : texts) {
    base::Report report(text, "row");
    rows.push_back(registry::ListedRow::read(json(text), report));
    CHECK(report.clean());
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.item.id < b.item.id; });
  return rows;
}

inline const std::vector<std::string> kDroneRows = {
    R"({"id": "Drone", "complete": true, "price": 1000, "components": [
        {"id": "engine", "quantity": 2}, {"id": "frame", "origin": "RU", "quantity": 1, "value": 5}]})",
    R"({"id": "engine", "complete": true, "components": [
        {"id": "chip", "origin": "US", "quantity": 3, "value": 40}]})",
    R"({"id": "zeppelin", "complete": true, "price": 9})"};

// NAME.json and NAME.rows of these rows, below `folder`.
inline void add_list(Files& files, const std::string& folder, const std::string& name,
                     const std::vector<registry::ListedRow>& rows, std::string_view more = "") {
  const Folder written;
  const auto path = written.path() / "rows";
  const auto root = write_rows(path, rows, seal::sha256(base::as_bytes("secret of " + name)));
  CHECK(root.has_value());
  auto bytes = read_file(path);
  CHECK(bytes.has_value());
  files[folder + name + ".rows"] = std::move(bytes.value());
  files[folder + name + ".json"] = R"({"id": ")" + name + R"(", "currency": "USD", "rows": )" +
                                   std::to_string(rows.size()) + R"(, "root": ")" +
                                   seal::to_text(root.value()) + "\"" + std::string(more) + "}";
}

inline Files directory_with_list(
    const std::vector<registry::ListedRow>& rows = rows_of(kDroneRows)) {
  Files files = small_directory();
  files["authorities/US/holdings.json"] = R"({"holdings": [], "otherwise": "green"})";
  files["authorities/GB/claims.json"] =
      R"({"claims": [{"id": "GB-c", "basis": "owner", "item": "M"},
                     {"id": "GB-d", "basis": "owner", "item": "Drone"}]})";
  add_list(files, "authorities/UA/lists/", "UA-parts", rows);
  return files;
}

inline base::Json use_of(std::string_view item) {
  base::Json request = use_of_m();
  for (base::Json::Member& member : request.members) {
    if (member.name == "item") member.value = base::json_text(item);
  }
  return request;
}

// As granted(), of one piece of a listed item over which US and GB have a say.
inline registry::GrantId granted_of(Drill& drill, const std::string& name, std::string_view item) {
  const kernel::CaseId id(name);
  Instance& instance = drill.instance();
  CHECK(rule_of(ask(instance, drill.by("UA/Staff"), id, use_of(item))).empty());
  CHECK(rule_of(advise(instance, drill.by("US/USDP"), id, {kernel::AdviceView::Concur, {}, "yes"}))
            .empty());
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  plan.text = "approved as asked";
  plan.reasons.text = "the parts are harmless";
  CHECK(rule_of(decide(instance, drill.by("US/SecDef"), id, plan)).empty());
  CHECK(rule_of(grant(instance, id)).empty());
  return registry::GrantId(name + "/G1");
}

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_LISTED_ITEMS_H_
