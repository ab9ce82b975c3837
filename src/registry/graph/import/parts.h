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

#include "base/bytes.h"
#include "base/issue.h"
#include "registry/graph/builder.h"
#include "registry/graph/import/mapping.h"
#include "registry/graph/import/report.h"

namespace countersign::registry::graph {

// How far a file is read.
struct ReadTo {
  std::size_t bytes = 0;
  std::uint32_t line = 1;  // of what follows
};

// What an importer is told beside the text: where an earlier reading of it stopped, and whom to
// tell how far it is.
struct Reading {
  // Everything before `from` is in the parts already; `held` are the pieces that the reader itself
  // held, in their order. `from.bytes` of 0: nothing was read.
  ReadTo from;
  std::vector<base::ByteView> held;
  // Called after each row or element. `hold` gives what the reader itself holds beside the parts
  // and has not given before; it is good until it is called again.
  using Hold = std::function<std::string_view()>;
  std::function<void(const ReadTo& done, std::size_t of, const Hold& hold)> read_to;
};

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

  // What it has collected since it was made, the builder's facts and the report included, for
  // growth.h.
  template <class Growth>
  void each_column(Growth& growth) {
    builder_.each_column(growth);
    report_.each_column(growth);
    growth.column(seen_);
    growth.list(files_, [](auto& one, auto& file) { one.text(file); });
    growth.column(prices_);
    growth.column(suppliers_);
    growth.column(classes_);
  }
  // To be called when columns were read: false where they do not fit one another.
  bool taken();

  // What only shows when everything is read: components that stand twice, parts of one origin that
  // are worth more than the whole.
  void finish();

 private:
  struct Seen {
    std::uint32_t description;
    Node part;
    std::uint32_t line;
    std::uint16_t file;
    std::uint16_t origin;
  };
  // What was said of a node first.
  struct Said {
    Node node;
    base::Position at;
    std::int64_t value;
    std::uint16_t file;
  };
  struct OfClass {
    Node node;
    std::uint32_t number;
  };

  // The file that is read, by its place among files_.
  std::uint16_t file_number();
  void check_shares();
  // A price or value as the lists write it.
  std::string amount(std::int64_t value) const;

  // What was said of the node before; null when this is the first, which is kept.
  static const Said* said_before(std::vector<Said>& said, std::vector<std::uint32_t>& places,
                                 const Said& now);

  const Mapping& mapping_;
  CatalogueBuilder& builder_;
  ImportReport& report_;
  std::string file_;
  std::vector<std::string> files_;
  std::uint8_t by_;
  std::vector<std::uint32_t> descriptions_;  // by node
  std::vector<Seen> seen_;
  std::vector<Said> prices_, suppliers_;
  std::vector<std::uint32_t> price_of_, supplier_of_;  // by node: its place in these, or kNone
  std::vector<OfClass> classes_;
  std::unordered_map<Node, std::vector<std::uint32_t>> classes_of_;
};

// A whole number, or one with the given number of decimals at most, in units of the last of them.
// Empty when `text` is anything else, negative, or does not fit 63 bits.
std::optional<std::int64_t> parse_number(std::string_view text, int decimals);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_PARTS_H_
