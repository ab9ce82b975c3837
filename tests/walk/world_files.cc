// SPDX-License-Identifier: Apache-2.0
// The registers and directives of a world. The oracle knows them by heart: who changes a rule here
// changes it there.
#include <fmt/format.h>

#include "walk/world.h"

namespace countersign::walk {

using casework::testing::directive;
using casework::testing::Files;

std::string movement_row(const std::string& id, const std::string& from, const std::string& to,
                         std::int64_t quantity, const std::string& on) {
  return fmt::format(
      R"({{"id": "{}", "on": "{}", "item": "N", "from": "{}", "to": "{}", "quantity": {}}})", id,
      on, from, to, quantity);
}

Files world_files() {
  Files files = casework::testing::small_directory();
  const std::string us = "authorities/US/";
  const std::string gb = "authorities/GB/";
  files[us + "charter.json"] = R"({"authority": "US", "manifest_days": 400, "offices": [
    {"id": "US/SecDef", "rank": 1, "may": ["issue", "decide"],
     "succession": ["US/Legal", "US/Deputy", "US/Chair"]},
    {"id": "US/Deputy", "rank": 2, "may": ["decide"]},
    {"id": "US/Chair", "rank": 2, "may": ["decide"]},
    {"id": "US/USDP", "rank": 3, "may": ["issue", "advise"]},
    {"id": "US/Legal", "rank": 3, "may": ["advise"]},
    {"id": "US/Auditor", "rank": 4, "may": ["oversee"]},
    {"id": "US/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files[us + "claims.json"] = R"({"claims": [{"id": "US-c", "basis": "supplied", "item": "M"},
    {"id": "US-n", "basis": "supplied", "item": "N"}]})";
  files[us + "items.json"] = R"({"items": [{"id": "M", "complete": true},
    {"id": "N", "complete": true}]})";
  files[us + "holdings.json"] = R"({"holdings": [
    {"item": "M", "quantity": 1000000, "yellow_below": 300, "red_below": 100},
    {"item": "N", "counted_by": "movements", "yellow_below": 0, "red_below": 0}],
    "places": [{"id": "North"}]})";
  files[us + "movements.json"] = R"({"movements": [{"id": "US-m0", "rows": [)" +
                                 movement_row("1", "opening", "held/North", kStock, "2025-05-01") +
                                 "]}]}";
  files[us + "directives/US-1.json"] = directive("US-1", "US/USDP");
  files[us + "directives/US-1.cedar"] = R"(permit (principal, action == Action::"use", resource)
    when { context.rating == Rating::"green" };)";
  files[us + "directives/US-2.json"] =
      directive("US-2", "US/USDP",
                R"(, "discrepancies": "US/USDP", "reconsideration": "US/Chair",
      "emergency": {"offices": ["US/Deputy"], "hours": 6, "review_within_hours": 48},
      "oral": {"within_hours": 4}, "procedures": [{"id": "review", "advice":
        [{"office": "US/USDP", "demand": "in", "deadline": {"hours": 144},
          "on_silence": "go_on"}]}])");
  files[us + "directives/US-4.json"] = directive("US-4", "US/SecDef");
  files[us + "directives/US-4.cedar"] = R"(forbid (principal, action == Action::"use", resource)
    when { context.quantity > 5 }
    unless { context.approvals.contains(Office::"US/Deputy") };)";
  files[us + "directives/US-5.json"] = directive("US-5", "US/SecDef");
  files[us + "directives/US-5.cedar"] = R"(
    permit (principal, action == Action::"transfer", resource);
    forbid (principal, action == Action::"transfer", resource)
    when { context.quantity > 4 }
    unless { context.approvals.contains(Office::"US/SecDef") };)";
  files[gb + "charter.json"] = R"({"authority": "GB", "manifest_days": 400, "offices": [
    {"id": "GB/MoD", "rank": 1, "may": ["issue", "decide"], "succession": ["GB/Minister"]},
    {"id": "GB/Minister", "rank": 1, "may": ["decide"]},
    {"id": "GB/Legal", "rank": 2, "may": ["advise"]},
    {"id": "GB/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files[gb + "directives/GB-2.json"] =
      directive("GB-2", "GB/MoD", R"(, "procedures": [{"id": "depots", "advice": [],
        "deadline": {"hours": 240}, "on_silence": "refuse"}])");
  files[gb + "directives/GB-2.cedar"] = R"(@procedure("depots")
    forbid (principal, action == Action::"use", resource)
    when { context.categories.contains(Category::"depot") }
    unless { context.approvals.contains(Office::"GB/MoD") };)";
  return files;
}

}  // namespace countersign::walk
