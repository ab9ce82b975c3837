// SPDX-License-Identifier: Apache-2.0
#include "registry/ground_list.h"

#include <algorithm>

#include "registry/internal/reading.h"

namespace countersign::registry {

const Ground* GroundList::find(std::string_view code) const {
  const auto found = std::find_if(grounds.begin(), grounds.end(),
                                  [&](const Ground& ground) { return ground.code == code; });
  return found == grounds.end() ? nullptr : &*found;
}

GroundList GroundList::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a list of grounds", report);
  GroundList list;
  internal::OnceOnly once("grounds", report);
  fields.need("grounds");
  for (const base::Json& element : fields.array("grounds")) {
    base::Fields entry(element, "a ground", report);
    Ground ground;
    ground.code = entry.id("code");
    ground.text = entry.text("text");
    ground.written.at = element.at;
    if (ground.text.empty() && entry.maybe("text") != nullptr) {
      entry.report("text", "the ground says nothing", "say what the code means");
    }
    entry.finish();
    once.see(ground.code, element.at);
    list.grounds.push_back(std::move(ground));
  }
  if (list.grounds.empty()) {
    fields.report("grounds", "the list names no ground",
                  "leave the file out: without a list none is demanded");
  }
  fields.finish();
  return list;
}

base::Json GroundList::write(const GroundList& list) {
  internal::Members members;
  members.emplace_back("grounds", internal::write_each(list.grounds, [](const Ground& ground) {
                         return base::json_object({{"code", base::json_text(ground.code)},
                                                   {"text", base::json_text(ground.text)}});
                       }));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
