// SPDX-License-Identifier: Apache-2.0
// One way through a bill of materials in JSON, whatever its form: element by element, taking up
// what an earlier reading held, and holding what is known until the document ends.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOM_DOCUMENT_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOM_DOCUMENT_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/json_elements.h"
#include "registry/graph/import/boms.h"
#include "registry/graph/import/growth.h"

namespace countersign::registry::graph {

// The text of a member, or empty.
inline const std::string& text_of(const base::Json& object, std::string_view name) {
  static const std::string kNoText;
  const base::Json* value = object.find(name);
  return value == nullptr || value->kind != base::Json::Kind::Text ? kNoText : value->text;
}

// What one document calls a node.
struct NamedNode {
  std::string reference;
  Node node;
};

// A Document is made of Parts& and has
//   each_column(growth)    what it holds until the document ends (growth.h)
//   taken_up()             whether what was read back into these fits
//   take(member, element)  one element of an array of the outermost object
//   finish(rest)           everything else, at the end
template <class Document>
void read_bom(std::string_view text, std::string_view file, Parts& parts, const Reading& reading) {
  parts.begin_file(file);
  Document document(parts);
  bool fits = true;
  for (auto piece = reading.held.begin(); fits && piece != reading.held.end(); ++piece) {
    GrowthReader reader(*piece);
    document.each_column(reader);
    fits = reader.complete();
  }
  if (!fits || !document.taken_up()) {
    parts.refuse({}, "what an earlier reading held of it is damaged");
    return;
  }
  GrowthWriter held(GrowthWriter::Until::Counted);
  document.each_column(held);
  const auto take = [&](const std::string& member, base::Json&& element) {
    if (element.end <= reading.from.bytes) return;  // by an earlier reading
    document.take(member, element);
    if (!reading.read_to) return;
    reading.read_to({element.end, element.at.line}, text.size(), [&] {
      held.begin();
      document.each_column(held);
      return held.piece();
    });
  };
  const auto rest = base::read_json_elements(text, file, take);
  if (rest) {
    document.finish(rest.value());
  } else {
    parts.report().refuse(rest.error());
  }
}

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOM_DOCUMENT_H_
