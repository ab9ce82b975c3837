// SPDX-License-Identifier: Apache-2.0
#include "registry/marking.h"

#include <utility>

namespace countersign::registry {

Marking Marking::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a marking", report);
  Marking marking;
  marking.level = LevelId(fields.id("level"));
  for (std::string& party : fields.ids("releasable_to")) {
    marking.releasable_to.emplace_back(std::move(party));
  }
  if (fields.maybe("cases") != nullptr) {
    marking.cases = fields.ids("cases");
    if (marking.cases->empty()) {
      fields.report("cases", "an empty list of cases", "leave it out where there is no such list");
    }
  }
  fields.finish();
  return marking;
}

base::Json Marking::write(const Marking& marking) {
  base::Json json = base::json_object({{"level", base::json_text(marking.level.text())}});
  if (!marking.releasable_to.empty()) {
    std::vector<std::string> parties;
    for (const PartyId& party : marking.releasable_to) parties.push_back(party.text());
    json.members.push_back({"releasable_to", {}, base::json_texts(parties)});
  }
  if (marking.cases) json.members.push_back({"cases", {}, base::json_texts(*marking.cases)});
  return json;
}

std::optional<Marking> maybe_marking(base::Fields& fields, std::string_view name,
                                     base::Report& report) {
  const base::Json* document = fields.maybe(name);
  if (document == nullptr) return std::nullopt;
  return Marking::read(*document, report);
}

}  // namespace countersign::registry
