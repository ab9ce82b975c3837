// SPDX-License-Identifier: Apache-2.0
#include "kernel/lane_consent.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace countersign::kernel {

using registry::OfficeId;

base::Json write(const std::vector<LaneConsent>& consents) {
  std::vector<base::Json> items;
  for (const LaneConsent& consent : consents) {
    std::vector<std::string> approvals;
    for (const OfficeId& office : consent.approvals) approvals.push_back(office.text());
    std::vector<base::Json> positions;
    for (const Position position : consent.positions) {
      positions.push_back(base::json_integer(static_cast<std::int64_t>(position)));
    }
    items.push_back(base::json_object({{"authority", base::json_text(consent.authority.text())},
                                       {"clerk", base::json_bool(consent.by_clerk)},
                                       {"approvals", base::json_texts(approvals)},
                                       {"positions", base::json_array(std::move(positions))}}));
    if (!consent.stands_in_for.empty()) {
      std::vector<std::string> offices;
      for (const OfficeId& office : consent.stands_in_for) offices.push_back(office.text());
      items.back().members.push_back({"emergency", {}, base::json_texts(offices)});
    }
    if (consent.acting.empty()) continue;
    std::vector<base::Json> acting;
    for (const auto& [office, own] : consent.acting) {
      acting.push_back(base::json_object(
          {{"for", base::json_text(office.text())}, {"by", base::json_text(own.text())}}));
    }
    items.back().members.push_back({"acting", {}, base::json_array(std::move(acting))});
  }
  return base::json_array(std::move(items));
}

std::vector<LaneConsent> read_consents(const base::Json& document, base::Report& report) {
  std::vector<LaneConsent> consents;
  if (document.kind != base::Json::Kind::Array) report.add(document.at, "consents are a list");
  for (const base::Json& item : document.items) {
    base::Fields fields(item, "a consent", report);
    LaneConsent consent;
    consent.authority = registry::PartyId(fields.id("authority"));
    consent.by_clerk = fields.flag_or("clerk", false);
    for (std::string& office : fields.ids("approvals")) {
      consent.approvals.emplace_back(std::move(office));
    }
    for (const base::Json& position : fields.array("positions")) {
      if (position.kind != base::Json::Kind::Integer || position.integer < 0) {
        report.add(position.at, "a position is a whole number");
        continue;
      }
      consent.positions.push_back(static_cast<Position>(position.integer));
    }
    for (std::string& office : fields.ids("emergency")) {
      consent.stands_in_for.emplace_back(std::move(office));
    }
    for (const base::Json& each : fields.array("acting")) {
      base::Fields acting(each, "who acts", report);
      const registry::OfficeId office(acting.id("for"));
      consent.acting.emplace(office, registry::OfficeId(acting.id("by")));
      acting.finish();
    }
    fields.finish();
    consents.push_back(std::move(consent));
  }
  return consents;
}

std::string offices_of(const LaneConsent& consent) {
  std::vector<std::string> offices;
  for (const OfficeId& office : consent.approvals) {
    const auto acting = consent.acting.find(office);
    offices.push_back(acting == consent.acting.end()
                          ? office.text()
                          : fmt::format("{} ({} acting)", office.text(), acting->second.text()));
  }
  std::string words = fmt::format("{}", fmt::join(offices, " and "));
  if (consent.stands_in_for.empty()) return words;
  std::vector<std::string_view> replaced;
  for (const OfficeId& office : consent.stands_in_for) replaced.push_back(office.text());
  return fmt::format("{}, in an emergency, in place of {}", words, fmt::join(replaced, " and "));
}

bool is_in_emergency(const std::vector<LaneConsent>& consents) {
  return std::any_of(consents.begin(), consents.end(),
                     [](const LaneConsent& each) { return !each.stands_in_for.empty(); });
}

}  // namespace countersign::kernel
