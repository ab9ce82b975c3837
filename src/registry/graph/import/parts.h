// SPDX-License-Identifier: Apache-2.0
// What every importer hands its facts to: one description an item, each fact once, every
// contradiction refused with its place.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_PARTS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_PARTS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/issue.h"
#include "registry/graph/builder.h"
#include "registry/graph/import/mapping.h"
#include "registry/graph/import/report.h"

namespace countersign::registry::graph {

// How many bytes of a file are read, of how many.
using ImportProgress = std::function<void(std::size_t done, std::size_t of)>;

inline constexpr std::size_t kImportedName = 512;  // bytes of a name

class Parts {
 public:
  // All three outlive it. Adds what the mapping says.
  Parts(const Mapping& mapping, CatalogueBuilder& builder, ImportReport& report);

  const Mapping& mapping() const { return mapping_; }
  CatalogueBuilder& builder() { return builder_; }
  ImportReport& report() { return report_; }

  // What is read now, as issues call it.
  void begin_file(std::string_view file) { file_ = file; }
  void refuse(base::Position at, std::string message, std::string remedy = {}) {
    report_.refuse(file_, at, std::move(message), std::move(remedy));
  }
  // Whether a name can be one: UTF-8, not empty, not too long, nothing in it that a screen hides.
  bool is_name(std::string_view text, std::string_view what, base::Position at);

  // The item's description, begun when it is first asked for.
  std::uint32_t describe(Node item);
  void contains(Node item, Node part, std::string_view origin, std::int64_t quantity,
                std::optional<std::int64_t> value, base::Position at);
  void needs(Node item, Node needed) { builder_.needs(describe(item), needed); }
  void made_with(Node item, Node technology) { builder_.made_with(describe(item), technology); }
  void price(Node item, std::int64_t price, base::Position at);
  // An item has one supplier here: another one is a contradiction.
  void supplied_by(Node node, std::string_view party, base::Position at);
  void of_class(Node node, std::string_view product_class);

  // What only shows when everything is read: components that stand twice.
  void finish();

 private:
  struct Seen {
    std::uint32_t description;
    Node part;
    std::uint32_t line;
    std::uint16_t file;
    std::uint16_t origin;
  };
  struct Said {
    std::int64_t value;
    base::Position at;
  };

  const Mapping& mapping_;
  CatalogueBuilder& builder_;
  ImportReport& report_;
  std::string file_;
  std::vector<std::string> files_;
  std::uint8_t by_;
  std::vector<std::uint32_t> descriptions_;  // by node
  std::vector<Seen> seen_;
  std::unordered_map<Node, Said> prices_, suppliers_;
  std::unordered_map<Node, std::vector<std::uint32_t>> classes_;
};

// A whole number, or one with the given number of decimals at most, in units of the last of them.
// Empty when `text` is anything else, negative, or does not fit 63 bits.
std::optional<std::int64_t> parse_number(std::string_view text, int decimals);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_PARTS_H_
