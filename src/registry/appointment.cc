// SPDX-License-Identifier: Apache-2.0
#include "registry/appointment.h"

#include <fmt/format.h>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using internal::Members;

constexpr std::size_t kMostOrigins = 16;

std::vector<std::string> read_origins(base::Fields& party, base::Report& report) {
  std::vector<std::string> origins;
  party.need("origins");
  for (const base::Json& element : party.array("origins")) {
    if (element.kind != base::Json::Kind::Text) {
      report.add(element.at,
                 fmt::format("an origin must be a text, not {}", base::name_of(element.kind)),
                 "write it like https://consent.example");
      continue;
    }
    origins.push_back(element.text);
  }
  if (origins.size() > kMostOrigins) {
    party.report("origins", fmt::format("more than {} origins", kMostOrigins),
                 "name only the pages that may ask for a signature");
  }
  return origins;
}

std::optional<seal::RelyingParty> read_party(base::Fields& fields, base::Report& report) {
  const base::Json* value = fields.maybe("relying_party");
  if (value == nullptr) return std::nullopt;
  base::Fields party(*value, "a relying party", report);
  seal::RelyingParty read;
  read.id = party.text("id");
  read.origins = read_origins(party, report);
  party.finish();
  return read;
}

// The issues of a room that reads texts without a place, at the place the text stood.
void pass_on(const base::Issues& issues, base::Fields& fields, std::string_view name) {
  for (const base::Issue& issue : issues) {
    fields.report(name, fmt::format("`{}`: {}", name, issue.message), issue.remedy);
  }
}

}  // namespace

std::optional<Appointment> Appointment::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "an appointment", report);
  AppointmentId id(fields.id("id"));
  OfficeId office(fields.id("office"));
  PersonId person(fields.id("person"));
  const std::string text = fields.text("key");
  std::optional<seal::RelyingParty> party = read_party(fields, report);
  const base::Period in_force = internal::read_period(fields, "in_force");
  fields.finish();
  if (text.empty()) {
    if (fields.maybe("key") != nullptr) fields.report("key", "`key` is empty");
    return std::nullopt;
  }
  auto key = seal::PublicKey::parse(text);
  if (!key) {
    pass_on(key.error(), fields, "key");
    return std::nullopt;
  }
  auto verifier = seal::Verifier::create(std::move(key.value()), std::move(party));
  if (!verifier) {
    pass_on(verifier.error(), fields, "relying_party");
    return std::nullopt;
  }
  if (!report.clean()) return std::nullopt;
  return Appointment{std::move(id),     std::move(office),
                     std::move(person), std::move(verifier.value()),
                     in_force,          {document.at}};
}

base::Json Appointment::write(const Appointment& appointment) {
  Members members;
  members.emplace_back("id", base::json_text(appointment.id.text()));
  members.emplace_back("office", base::json_text(appointment.office.text()));
  members.emplace_back("person", base::json_text(appointment.person.text()));
  members.emplace_back("key", base::json_text(appointment.key.key().text()));
  if (const auto& party = appointment.key.party()) {
    Members entry;
    entry.emplace_back("id", base::json_text(party->id));
    entry.emplace_back("origins", base::json_texts(party->origins));
    members.emplace_back("relying_party", base::json_object(std::move(entry)));
  }
  internal::add_period(members, "in_force", appointment.in_force);
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
