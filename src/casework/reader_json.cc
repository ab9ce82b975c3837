// SPDX-License-Identifier: Apache-2.0
// Of reader.h: a case for programs, whole and as one reader sees it.
#include <algorithm>
#include <utility>

#include "casework/clock_words.h"
#include "casework/reader.h"
#include "kernel/answers.h"
#include "kernel/case_json.h"

namespace countersign::casework {

base::Json to_json(const kernel::State& state, const kernel::Case& of) {
  base::Json json = kernel::describe(of);
  std::vector<base::Json> grants;
  for (const registry::GrantId& grant : of.grants) {
    grants.push_back(kernel::describe(*state.find(grant), state.now()));
  }
  json.members.push_back({"grants", {}, base::json_array(std::move(grants))});
  json.members.push_back({"clocks", {}, clocks_json(state, of)});
  return json;
}

base::Json to_json(const kernel::State& state, const SeenCase& seen) {
  const base::Instant now = state.now();
  base::Json json = kernel::describe(seen.of);
  std::erase_if(json.members, [&](base::Json::Member& member) {
    if (member.name == "version") member.value = base::json_integer(seen.version);
    const bool asked = member.name == "request" || member.name == "version";
    return member.name == "entries" || (asked && !seen.request);
  });
  if (!seen.announced.empty()) {
    kernel::RequesterView view;
    view.at = now;
    view.undeclared = kernel::undeclared(seen.of.request);
    for (const AnnouncedView& one : seen.announced) {
      view.authorities.push_back(one.said);
      view.overall = std::max(view.overall, one.said.shown);
    }
    json.members.push_back({"announced", {}, kernel::to_json(view)});
  }
  if (seen.refused_at) {
    json.members.push_back({"refused_at", {}, base::json_text(base::to_text(*seen.refused_at))});
  }
  std::vector<base::Json> grants;
  for (const auto& [id, grant] : seen.grants) grants.push_back(kernel::describe(grant, now));
  json.members.push_back({"grants", {}, base::json_array(std::move(grants))});
  json.members.push_back({"clocks", {}, clocks_json(state, *state.find(seen.of.id), &seen.whole)});
  return json;
}

}  // namespace countersign::casework
