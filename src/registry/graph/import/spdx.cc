// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "registry/graph/import/bom_document.h"
#include "registry/graph/import/boms.h"

namespace countersign::registry::graph {
namespace {

using base::Json;

// What a relationship is here, read from the one it names first to the other, or backwards.
struct Meaning {
  enum class Edge { Contains, Needs, MadeWith };
  Edge edge;
  bool backwards;
};

const std::map<std::string_view, Meaning>& meanings() {
  using Edge = Meaning::Edge;
  static const std::map<std::string_view, Meaning> kMeanings = {
      {"CONTAINS", {Edge::Contains, false}},
      {"CONTAINED_BY", {Edge::Contains, true}},
      {"DEPENDS_ON", {Edge::Needs, false}},
      {"DEPENDENCY_OF", {Edge::Needs, true}},
      {"RUNTIME_DEPENDENCY_OF", {Edge::Needs, true}},
      {"PROVIDED_DEPENDENCY_OF", {Edge::Needs, true}},
      {"HAS_PREREQUISITE", {Edge::Needs, false}},
      {"PREREQUISITE_FOR", {Edge::Needs, true}},
      {"DYNAMIC_LINK", {Edge::Needs, false}},
      {"STATIC_LINK", {Edge::Needs, false}},
      {"BUILD_TOOL_OF", {Edge::MadeWith, true}},
      {"GENERATED_FROM", {Edge::MadeWith, false}},
      {"GENERATES", {Edge::MadeWith, true}},
  };
  return kMeanings;
}

class Document {
 public:
  explicit Document(Parts& parts) : parts_(parts) {}

  template <class Growth>
  void each_column(Growth& growth) {
    growth.list(named_, [](auto& one, auto& named) {
      one.text(named.reference);
      one.value(named.node);
    });
    growth.list(related_, [](auto& one, auto& related) {
      one.text(related.from);
      one.text(related.to);
      one.value(related.meaning);
      one.value(related.at);
    });
  }

  bool taken_up() {
    for (const NamedNode& one : named_) packages_.emplace(one.reference, one.node);
    return std::all_of(named_.begin(), named_.end(),
                       [&](const NamedNode& one) { return one.node < parts_.builder().nodes(); });
  }

  void take(const std::string& member, const Json& element) {
    if (member == "packages") {
      read_package(element);
    } else if (member == "relationships") {
      read_relationship(element);
    } else {
      ++parts_.report().skipped;  // files, snippets, annotations, licences
    }
  }

  void finish(const Json& rest) {
    if (text_of(rest, "spdxVersion") != "SPDX-2.3") {
      parts_.refuse(rest.at, "`spdxVersion` is not `SPDX-2.3`", "hand in an SPDX 2.3 document");
      return;
    }
    for (const Related& one : related_) resolve(one);
  }

 private:
  struct Related {
    std::string from, to;
    Meaning meaning;
    base::Position at;
  };

  void read_package(const Json& element) {
    const std::string& reference = text_of(element, "SPDXID");
    std::string name = text_of(element, "name");
    if (reference.empty() || name.empty()) {
      parts_.refuse(element.at, "a package has no `SPDXID` or no `name`", "write both");
      return;
    }
    const std::string& version = text_of(element, "versionInfo");
    if (!version.empty()) name += "@" + version;
    if (!parts_.is_name(name, "package", element.at)) return;
    const Node node = parts_.builder().item(name);
    if (packages_.contains(reference)) {
      parts_.refuse(element.at, fmt::format("`{}` names two packages", reference.substr(0, 80)),
                    "every `SPDXID` stands once in a document");
      return;
    }
    packages_.emplace(named_.emplace_back(NamedNode{reference, node}).reference, node);
    parts_.describe(node);
    ++parts_.report().rows;
    // "Organization: Name (address)", "Person: Name", or NOASSERTION.
    std::string supplier = text_of(element, "supplier");
    if (supplier.empty() || supplier == "NOASSERTION") supplier = text_of(element, "originator");
    if (supplier.empty() || supplier == "NOASSERTION") return;
    if (const auto colon = supplier.find(": "); colon != std::string::npos) {
      supplier.erase(0, colon + 2);
    }
    if (parts_.is_name(supplier, "supplier", element.at)) {
      parts_.supplied_by(node, supplier, element.at);
    }
  }

  void read_relationship(const Json& element) {
    const auto meaning = meanings().find(text_of(element, "relationshipType"));
    if (meaning == meanings().end()) {
      ++parts_.report().skipped;
      return;
    }
    related_.push_back({text_of(element, "spdxElementId"), text_of(element, "relatedSpdxElement"),
                        meaning->second, element.at});
  }

  void resolve(const Related& one) {
    // NONE and NOASSERTION say that nothing is there, or that nobody says so.
    if (one.to == "NONE" || one.to == "NOASSERTION") {
      const auto from = packages_.find(one.from);
      if (one.to == "NOASSERTION" && from != packages_.end()) {
        parts_.builder().not_complete(parts_.describe(from->second));
      }
      return;
    }
    const auto from = packages_.find(one.meaning.backwards ? one.to : one.from);
    const auto to = packages_.find(one.meaning.backwards ? one.from : one.to);
    if (from == packages_.end() || to == packages_.end()) {
      // Files are no items, and other documents are not here.
      const std::string& missing = packages_.contains(one.from) ? one.to : one.from;
      if (missing.starts_with("SPDXRef-File") || missing.starts_with("DocumentRef-") ||
          missing == "SPDXRef-DOCUMENT") {
        ++parts_.report().skipped;
        return;
      }
      parts_.refuse(one.at,
                    fmt::format("`{}` is no package of this document", missing.substr(0, 80)),
                    "every relationship names packages that are there");
      return;
    }
    ++parts_.report().rows;
    switch (one.meaning.edge) {
      case Meaning::Edge::Contains:
        parts_.contains(from->second, to->second, "", 1, std::nullopt, one.at);
        return;
      case Meaning::Edge::Needs:
        parts_.needs(from->second, to->second);
        return;
      case Meaning::Edge::MadeWith:
        parts_.made_with(from->second,
                         parts_.builder().node(NodeKind::Technology,
                                               std::string(parts_.builder().name(to->second))));
        return;
    }
  }

  Parts& parts_;
  std::deque<NamedNode> named_;                          // stay where they are
  std::unordered_map<std::string_view, Node> packages_;  // of named_
  std::vector<Related> related_;
};

}  // namespace

void import_spdx(std::string_view text, std::string_view file, Parts& parts,
                 const Reading& reading) {
  read_bom<Document>(text, file, parts, reading);
}

}  // namespace countersign::registry::graph
