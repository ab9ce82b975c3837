// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <set>
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

class Document {
 public:
  explicit Document(Parts& parts) : parts_(parts) {}

  template <class Growth>
  void each_column(Growth& growth) {
    growth.list(top_, [](auto& one, auto& line) {
      one.value(line.part);
      one.text(line.origin);
      one.value(line.quantity);
      one.value(line.value);
      one.value(line.at);
    });
    growth.column(services_);
    growth.list(named_, [](auto& one, auto& named) {
      one.text(named.reference);
      one.value(named.node);
    });
    growth.list(dependencies_, [](auto& one, auto& dependency) {
      one.text(dependency.from);
      one.text(dependency.to);
      one.value(dependency.at);
    });
    growth.list(composed_, [](auto& one, auto& composed) {
      one.text(composed.reference);
      one.value(composed.is_complete);
    });
  }

  bool taken_up() {
    const auto holds = [&](Node node) { return node < parts_.builder().nodes(); };
    for (const NamedNode& one : named_) references_.emplace(one.reference, one.node);
    for (const Composed& one : composed_) compose(one);
    return std::all_of(named_.begin(), named_.end(),
                       [&](const NamedNode& one) { return holds(one.node); }) &&
           std::all_of(top_.begin(), top_.end(),
                       [&](const LineOf& one) { return holds(one.part); }) &&
           std::all_of(services_.begin(), services_.end(), holds);
  }

  void take(const std::string& member, const Json& element) {
    if (member == "components") {
      if (const auto node = read_component(element, 0)) {
        if (auto line = line_of(*node, element)) top_.push_back(std::move(*line));
      }
    } else if (member == "services") {
      read_service(element, 0);
    } else if (member == "dependencies") {
      read_dependency(element);
    } else if (member == "compositions") {
      read_composition(element);
    } else {
      ++parts_.report().skipped;
    }
  }

  void finish(const Json& rest) {
    if (text_of(rest, "bomFormat") != "CycloneDX") {
      parts_.refuse(rest.at, "`bomFormat` is not `CycloneDX`", "hand in a CycloneDX document");
      return;
    }
    const std::string& version = text_of(rest, "specVersion");
    if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) {
      parts_.refuse(rest.at, fmt::format("version `{}` is not read", version),
                    "convert the document to 1.4, 1.5, 1.6 or 1.7");
      return;
    }
    take_whole(rest);
    resolve();
  }

 private:
  static constexpr std::array<std::string_view, 4> kVersions = {"1.4", "1.5", "1.6", "1.7"};
  static constexpr int kMostNested = 60;

  // A component as what contains it has it.
  struct LineOf {
    Node part;
    std::string origin;
    std::int64_t quantity;
    std::optional<std::int64_t> value;
    base::Position at;
  };
  struct Reference {
    std::string from, to;  // an empty `to`: depends on nothing
    base::Position at;
  };
  // What a composition says of one reference.
  struct Composed {
    std::string reference;
    bool is_complete;
  };

  static std::string id_of(const Json& component) {
    std::string id = text_of(component, "group");
    if (!id.empty()) id += "/";
    id += text_of(component, "name");
    const std::string& version = text_of(component, "version");
    return version.empty() ? id : id + "@" + version;
  }

  // What a property of ours says: `countersign:quantity` and its like.
  const Json* property(const Json& component, std::string_view name) const {
    const Json* properties = component.find("properties");
    if (properties == nullptr) return nullptr;
    for (const Json& one : properties->items) {
      if (text_of(one, "name") == fmt::format("countersign:{}", name)) return one.find("value");
    }
    return nullptr;
  }

  bool number(const Json& component, std::string_view name, int decimals, std::int64_t least,
              std::optional<std::int64_t>& into) {
    const Json* value = property(component, name);
    if (value == nullptr) return true;
    into = parse_number(value->text, decimals);
    if (into && *into >= least) return true;
    parts_.refuse(value->at,
                  fmt::format("`{}` is no {} that can be counted", value->text.substr(0, 40), name),
                  "write a number that is not negative as a text");
    return false;
  }

  // By the property, or the country in which its manufacturer or supplier sits (since 1.6).
  std::string origin_of(const Json& component) const {
    if (const Json* value = property(component, "origin")) {
      return parts_.mapping().origin_of(value->text);
    }
    for (const char* who : {"manufacturer", "supplier"}) {
      const Json* party = component.find(who);
      const Json* address = party == nullptr ? nullptr : party->find("address");
      const std::string country = address == nullptr ? "" : text_of(*address, "country");
      if (!country.empty()) return parts_.mapping().origin_of(country);
    }
    return {};
  }

  void name_reference(const Json& element, Node node) {
    const std::string& reference = text_of(element, "bom-ref");
    if (reference.empty()) return;
    const auto known = references_.find(reference);
    if (known == references_.end()) {
      references_.emplace(named_.emplace_back(NamedNode{reference, node}).reference, node);
      return;
    }
    if (known->second == node) return;
    parts_.refuse(element.at, fmt::format("`{}` names two things", reference.substr(0, 80)),
                  "every `bom-ref` stands once in a document");
  }

  void take_supplier(const Json& element, Node node) {
    for (const char* who : {"supplier", "manufacturer", "provider"}) {
      const Json* party = element.find(who);
      if (party == nullptr) continue;
      const std::string& name = text_of(*party, "name");
      if (name.empty()) continue;
      if (parts_.is_name(name, "supplier", party->at)) parts_.supplied_by(node, name, party->at);
      return;
    }
    const std::string& publisher = text_of(element, "publisher");
    if (!publisher.empty() && parts_.is_name(publisher, "publisher", element.at)) {
      parts_.supplied_by(node, publisher, element.at);
    }
  }

  std::optional<LineOf> line_of(Node part, const Json& element) {
    std::optional<std::int64_t> quantity, value;
    if (!number(element, "quantity", 0, 0, quantity) ||
        !number(element, "value", parts_.mapping().decimals, 0, value)) {
      return std::nullopt;
    }
    return LineOf{part, origin_of(element), quantity.value_or(1), value, element.at};
  }

  void contain(Node whole, const LineOf& line) {
    parts_.contains(whole, line.part, line.origin, line.quantity, line.value, line.at);
  }

  // Parts within it are parts of it. Depth ends where read_json's does.
  std::optional<Node> read_component(const Json& element, int depth) {
    if (element.kind != Json::Kind::Object) {
      parts_.refuse(element.at, "a component is no object");
      return std::nullopt;
    }
    if (depth > kMostNested) {
      parts_.refuse(element.at, "components are nested too deep", "flatten the document");
      return std::nullopt;
    }
    const Json* name = element.find("name");
    const std::string id = id_of(element);
    if (name == nullptr || name->text.empty()) {
      parts_.refuse(element.at, "a component has no `name`", "name it");
      return std::nullopt;
    }
    if (!parts_.is_name(id, "component", element.at)) return std::nullopt;
    const Node node = parts_.builder().item(id);
    name_reference(element, node);
    take_supplier(element, node);
    std::optional<std::int64_t> price;
    if (!number(element, "price", parts_.mapping().decimals, 1, price)) return std::nullopt;
    if (price) parts_.price(node, *price, element.at);
    if (const Json* product_class = property(element, "class")) {
      if (parts_.is_name(product_class->text, "class", product_class->at)) {
        parts_.of_class(node, product_class->text);
      }
    }
    if (const Json* nested = element.find("components")) {
      for (const Json& part : nested->items) {
        const auto inner = read_component(part, depth + 1);
        const auto line = inner ? line_of(*inner, part) : std::nullopt;
        if (line) contain(node, *line);
      }
    }
    return node;
  }

  // What is used as a service is needed, not contained.
  void read_service(const Json& element, int depth) {
    const std::string id = id_of(element);
    if (element.kind != Json::Kind::Object || text_of(element, "name").empty() ||
        depth > kMostNested) {
      parts_.refuse(element.at, "a service has no `name`", "name it");
      return;
    }
    if (!parts_.is_name(id, "service", element.at)) return;
    const Node node = parts_.builder().node(NodeKind::Data, id);
    name_reference(element, node);
    take_supplier(element, node);
    services_.push_back(node);
    if (const Json* nested = element.find("services")) {
      for (const Json& one : nested->items) read_service(one, depth + 1);
    }
    ++parts_.report().rows;
  }

  void read_dependency(const Json& element) {
    const std::string& from = text_of(element, "ref");
    if (from.empty()) {
      parts_.refuse(element.at, "a dependency has no `ref`", "name what depends");
      return;
    }
    dependencies_.push_back({from, {}, element.at});
    const Json* on = element.find("dependsOn");
    if (on == nullptr) return;
    for (const Json& one : on->items) {
      if (one.kind != Json::Kind::Text || one.text.empty()) {
        parts_.refuse(one.at, "a reference must be a text", "name a `bom-ref` that is there");
        continue;
      }
      dependencies_.push_back({from, one.text, one.at});
    }
  }

  // 1.4 and later: "complete" of the assembly and of the dependencies of what it lists.
  void read_composition(const Json& element) {
    const bool is_complete = text_of(element, "aggregate") == "complete";
    for (const char* list : {"assemblies", "dependencies"}) {
      const Json* names = element.find(list);
      if (names == nullptr) continue;
      for (const Json& one : names->items) {
        compose(composed_.emplace_back(Composed{one.text, is_complete}));
      }
    }
  }

  void compose(const Composed& one) {
    (one.is_complete ? complete_ : incomplete_).insert(one.reference);
  }

  // What the document is about contains what it lists on top.
  void take_whole(const Json& rest) {
    const Json* metadata = rest.find("metadata");
    const Json* component = metadata == nullptr ? nullptr : metadata->find("component");
    if (component == nullptr) return;
    const auto whole = read_component(*component, 0);
    if (!whole) return;
    parts_.describe(*whole);
    for (const LineOf& line : top_) contain(*whole, line);
    for (const Node service : services_) parts_.needs(*whole, service);
  }

  void resolve() {
    for (const Reference& one : dependencies_) {
      // What depends stands once by itself, and once with each thing it depends on.
      const std::string& named = one.to.empty() ? one.from : one.to;
      const auto to = references_.find(named);
      if (to == references_.end()) {
        parts_.refuse(one.at, fmt::format("`{}` is nothing in this document", named.substr(0, 80)),
                      "every reference names a `bom-ref` that is there");
        continue;
      }
      if (one.to.empty()) {
        parts_.describe(to->second);
        continue;
      }
      const auto from = references_.find(one.from);
      if (from == references_.end()) continue;  // refused by itself
      parts_.needs(from->second, to->second);
      ++parts_.report().rows;
    }
    for (const std::string_view reference : incomplete_) {
      const auto node = references_.find(reference);
      if (node == references_.end()) continue;
      parts_.builder().not_complete(parts_.describe(node->second));
    }
    if (parts_.mapping().complete) return;
    for (const std::string_view reference : complete_) {
      const auto node = references_.find(reference);
      if (node == references_.end() || incomplete_.contains(reference)) continue;
      parts_.builder().complete(parts_.describe(node->second));
    }
  }

  Parts& parts_;
  std::vector<LineOf> top_;
  std::vector<Node> services_;
  std::deque<NamedNode> named_;                            // stay where they are
  std::unordered_map<std::string_view, Node> references_;  // of named_
  std::vector<Reference> dependencies_;
  std::deque<Composed> composed_;
  std::set<std::string_view> complete_, incomplete_;
};

}  // namespace

void import_cyclonedx(std::string_view text, std::string_view file, Parts& parts,
                      const Reading& reading) {
  read_bom<Document>(text, file, parts, reading);
}

}  // namespace countersign::registry::graph
