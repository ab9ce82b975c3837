// SPDX-License-Identifier: Apache-2.0
#include "registry/charter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using internal::Members;

constexpr std::int64_t kLowestRank = 1000;
constexpr std::int64_t kMostManifestDays = 3660;

const std::vector<std::string_view>& power_names() {
  static const std::vector<std::string_view> kNames = {"issue",  "vouch",   "advise",
                                                       "decide", "request", "oversee"};
  return kNames;
}

std::vector<Power> read_powers(base::Fields& office, base::Report& report) {
  std::vector<Power> powers;
  const base::Json* may = office.need("may");
  if (may == nullptr) return powers;
  const auto& names = power_names();
  for (const base::Json& element : office.array("may")) {
    const auto found = element.kind == base::Json::Kind::Text
                           ? std::find(names.begin(), names.end(), element.text)
                           : names.end();
    if (found == names.end()) {
      const bool is_text = element.kind == base::Json::Kind::Text;
      const auto meant = is_text ? base::did_you_mean(element.text, names) : std::nullopt;
      report.add(element.at,
                 is_text ? fmt::format("`{}` is nothing an office may do", element.text)
                         : fmt::format("what an office may do must be a text, not {}",
                                       base::name_of(element.kind)),
                 meant ? fmt::format("did you mean `{}`?", *meant)
                       : fmt::format("one of `{}`", fmt::join(names, "`, `")));
      continue;
    }
    const auto power = static_cast<Power>(found - names.begin());
    if (std::find(powers.begin(), powers.end(), power) != powers.end()) {
      report.add(element.at, fmt::format("`{}` stands twice in `may`", element.text),
                 "keep one of the two");
      continue;
    }
    powers.push_back(power);
  }
  return powers;
}

Office read_office(const base::Json& element, const AuthorityId& authority, base::Report& report) {
  base::Fields fields(element, "an office", report);
  Office office;
  office.id = OfficeId(fields.id("id"));
  office.name = internal::read_name(fields, "name");
  office.rank = fields.integer("rank", 1, kLowestRank);
  office.powers = read_powers(fields, report);
  office.succession = internal::read_ids<OfficeId>(fields, "succession");
  if (auto level = fields.maybe_id("cleared")) office.cleared = LevelId(*std::move(level));
  const std::string prefix = authority.text() + "/";
  if (!office.id.empty() && !authority.empty() &&
      (!office.id.text().starts_with(prefix) || office.id.text().size() == prefix.size())) {
    fields.report("id",
                  fmt::format("the office `{}` is not named as one of `{}`", office.id.text(),
                              authority.text()),
                  fmt::format("begin its id with `{}`", prefix));
  }
  fields.finish();
  return office;
}

void check_successions(const Charter& charter, const base::Json& offices, base::Report& report) {
  std::vector<std::string_view> known;
  known.reserve(charter.offices.size());
  for (const Office& office : charter.offices) known.push_back(office.id.text());
  for (std::size_t i = 0; i < charter.offices.size(); ++i) {
    const Office& office = charter.offices[i];
    for (const OfficeId& next : office.succession) {
      const base::Json* succession = offices.items[i].find("succession");
      if (next == office.id) {
        report.add(succession->at, fmt::format("`{}` succeeds itself", next.text()),
                   "take it out of its own `succession`");
      } else if (charter.find(next) == nullptr) {
        const auto meant = base::did_you_mean(next.text(), known);
        report.add(succession->at,
                   fmt::format("`{}` is not an office of this charter", next.text()),
                   meant ? fmt::format("did you mean `{}`?", *meant)
                         : std::string("add it to `offices`, or take it out of `succession`"));
      }
    }
  }
}

}  // namespace

std::string_view name_of(Power power) { return power_names()[static_cast<std::size_t>(power)]; }

bool Office::may(Power power) const {
  return std::find(powers.begin(), powers.end(), power) != powers.end();
}

const Office* Charter::find(const OfficeId& id) const {
  const auto found = std::find_if(offices.begin(), offices.end(),
                                  [&](const Office& office) { return office.id == id; });
  return found == offices.end() ? nullptr : &*found;
}

Charter Charter::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a charter", report);
  Charter charter;
  charter.authority = AuthorityId(fields.id("authority"));
  if (charter.authority.text().find('/') != std::string::npos) {
    fields.report("authority",
                  fmt::format("the authority `{}` has a `/` in its id", charter.authority.text()),
                  "use another character: `/` stands between an authority and its offices");
  }
  internal::OnceOnly once("offices", report);
  const base::Json* offices = fields.need("offices");
  for (const base::Json& element : fields.array("offices")) {
    charter.offices.push_back(read_office(element, charter.authority, report));
    once.see(charter.offices.back().id.text(), element.at);
  }
  if (!charter.offices.empty()) check_successions(charter, *offices, report);
  charter.manifest_days =
      fields.maybe_integer("manifest_days", 1, kMostManifestDays).value_or(charter.manifest_days);
  fields.finish();
  return charter;
}

base::Json Charter::write(const Charter& charter) {
  Members members;
  members.emplace_back("authority", base::json_text(charter.authority.text()));
  const auto write_office = [](const Office& office) {
    Members entry;
    entry.emplace_back("id", base::json_text(office.id.text()));
    internal::add_name(entry, "name", office.name);
    entry.emplace_back("rank", base::json_integer(office.rank));
    entry.emplace_back("may", internal::write_each(office.powers, [](Power power) {
                         return base::json_text(name_of(power));
                       }));
    internal::add_ids(entry, "succession", office.succession);
    if (office.cleared) entry.emplace_back("cleared", base::json_text(office.cleared->text()));
    return base::json_object(std::move(entry));
  };
  members.emplace_back("offices", internal::write_each(charter.offices, write_office));
  members.emplace_back("manifest_days", base::json_integer(charter.manifest_days));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
