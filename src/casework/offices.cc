// SPDX-License-Identifier: Apache-2.0
#include "casework/offices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace countersign::casework {
namespace {

std::vector<HolderView> holders_of(const kernel::Entered& entered,
                                   const registry::AuthorityId& authority,
                                   const registry::OfficeId& office, const kernel::State& state) {
  std::vector<HolderView> holders;
  const auto appointed =
      state.authorities().holders_of(registry::PartyId(authority.text()), office, state.now());
  if (!appointed) return holders;
  for (const registry::Appointment* each : appointed.value()) {
    const bool withdrawn = entered.withdrawn.find(each->key.key().id()) != nullptr;
    holders.push_back({*each, withdrawn});
  }
  return holders;
}

template <class Names>
std::vector<std::string> texts_of(const Names& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const auto& name : names) texts.emplace_back(name.text());
  return texts;
}

std::vector<std::string> powers_of(const registry::Office& office) {
  std::vector<std::string> names;
  names.reserve(office.powers.size());
  for (const registry::Power power : office.powers) names.emplace_back(registry::name_of(power));
  return names;
}

std::string until_of(const base::Period& period) {
  return period.until == base::kDistantFuture
             ? std::string()
             : fmt::format(" until {}", base::to_text(period.until));
}

}  // namespace

std::vector<OfficeView> offices(const Reader& reader, const kernel::State& state,
                                const std::optional<registry::AuthorityId>& authority) {
  std::vector<OfficeView> views;
  for (const auto& [id, entered] : state.authorities().all()) {
    if (authority && id.text() != authority->text()) continue;
    if (!reader.sees(kernel::Sight::Key, id)) continue;
    const bool absences = reader.sees(kernel::Sight::Absence, id);
    const registry::AuthorityId whose(id.text());
    for (const registry::Office& office : entered.charter().charter.offices) {
      OfficeView view{whose, office, holders_of(entered, whose, office.id, state), {}};
      const auto* absence = entered.absence_of(office.id, state.now());
      if (absences && absence != nullptr) view.away = absence->period;
      views.push_back(std::move(view));
    }
  }
  return views;
}

std::string to_text(const OfficeView& view) {
  const registry::Office& office = view.office;
  const auto powers = powers_of(office);
  std::string text = fmt::format(
      "{}{}: {}", office.id.text(), office.name.empty() ? "" : " (" + office.name + ")",
      powers.empty() ? "may do nothing by itself" : fmt::format("may {}", fmt::join(powers, ", ")));
  if (office.cleared) text += fmt::format("; cleared for {}", office.cleared->text());
  if (view.holders.empty()) text += "\n  nobody holds it now";
  for (const HolderView& holder : view.holders) {
    const registry::Appointment& appointment = holder.appointment;
    text += fmt::format("\n  held by {}{}\n    key {}{}", appointment.person.text(),
                        until_of(appointment.in_force), appointment.key.key().text(),
                        holder.withdrawn ? ", which was withdrawn" : "");
  }
  if (view.away) text += fmt::format("\n  its holder is away{}", until_of(*view.away));
  if (!office.succession.empty()) {
    text += fmt::format("\n  while its holder is away: {}",
                        fmt::join(texts_of(office.succession), ", then "));
  }
  return text;
}

base::Json to_json(const OfficeView& view) {
  const registry::Office& office = view.office;
  std::vector<base::Json> holders;
  for (const HolderView& holder : view.holders) {
    const registry::Appointment& appointment = holder.appointment;
    base::Json json =
        base::json_object({{"person", base::json_text(appointment.person.text())},
                           {"public_key", base::json_text(appointment.key.key().text())},
                           {"key", base::json_text(appointment.key.key().id().text())},
                           {"withdrawn", base::json_bool(holder.withdrawn)}});
    if (appointment.in_force.until != base::kDistantFuture) {
      json.members.push_back(
          {"until", {}, base::json_text(base::to_text(appointment.in_force.until))});
    }
    holders.push_back(std::move(json));
  }
  base::Json json =
      base::json_object({{"authority", base::json_text(view.authority.text())},
                         {"office", base::json_text(office.id.text())},
                         {"name", base::json_text(office.name)},
                         {"may", base::json_texts(powers_of(office))},
                         {"succession", base::json_texts(texts_of(office.succession))},
                         {"holders", base::json_array(std::move(holders))}});
  if (office.cleared) {
    json.members.push_back({"cleared", {}, base::json_text(office.cleared->text())});
  }
  if (view.away) {
    json.members.push_back({"away_until", {}, base::json_text(base::to_text(view.away->until))});
  }
  return json;
}

}  // namespace countersign::casework
