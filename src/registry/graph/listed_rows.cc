// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/listed_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/ids.h"
#include "registry/claim.h"

namespace countersign::registry::graph {
namespace {

constexpr std::size_t kMostIssues = 100;  // more help nobody

class Rewriting {
 public:
  explicit Rewriting(const Catalogue& catalogue) : catalogue_(catalogue) {
    for (const ClaimFact& claim : catalogue.tables.claims) {
      if (claim.on != ClaimFact::On::Item) wide_claims_.push_back(&claim);
      if (claim.basis != Basis::Data || claim.on != ClaimFact::On::Item) continue;
      if (catalogue.names.kinds[claim.target] != NodeKind::Data) continue;
      std::vector<std::string>& owners = owners_[claim.target];
      const std::string& owner = catalogue.tables.authorities[claim.authority];
      if (std::find(owners.begin(), owners.end(), owner) == owners.end()) owners.push_back(owner);
    }
  }

  base::Parsed<std::vector<ListedRow>> run() {
    std::vector<ListedRow> rows;
    for (Node node = 0; node < catalogue_.nodes(); ++node) {
      if (catalogue_.names.kinds[node] != NodeKind::Item) continue;
      if (catalogue_.described[node] == catalogue_.described[node + 1]) continue;
      rows.push_back(row_of(node));
    }
    if (rows.empty()) add("nothing here is described", "a list has a row for each item with parts");
    if (rows.size() > static_cast<std::size_t>(kMostRows)) {
      add(fmt::format("{} items are described; a list has at most {} rows", rows.size(), kMostRows),
          "make several lists");
    }
    if (!issues_.empty()) return std::move(issues_);
    std::sort(rows.begin(), rows.end(),
              [](const ListedRow& a, const ListedRow& b) { return a.item.id < b.item.id; });
    return rows;
  }

 private:
  void add(std::string message, std::string remedy) {
    if (issues_.size() >= kMostIssues) return;
    base::Issue issue;
    issue.message = std::move(message);
    issue.remedy = std::move(remedy);
    issues_.push_back(std::move(issue));
  }

  // An id for any name; two names never get the same.
  std::string id_of(std::string_view name) {
    std::string id(name);
    std::replace(id.begin(), id.end(), '@', ':');
    std::replace(id.begin(), id.end(), ' ', '_');
    if (!base::is_id(id)) {
      add(fmt::format("`{}` cannot be the id of an item", name),
          "an id is 1 to 128 letters, digits and -_.:/ and begins with a letter or digit (here `@` "
          "and blanks may stand too)");
      return "x";
    }
    const auto [place, fresh] = names_.emplace(id, name);
    if (!fresh && place->second != name) {
      add(fmt::format("`{}` and `{}` would both be the item `{}`", place->second, name, id),
          "give one of the two another name");
    }
    return id;
  }

  std::string word(std::string_view what, const std::string& text) {
    if (base::is_id(text)) return text;
    add(fmt::format("the {} `{}` cannot be an id", what, text),
        "an id is 1 to 128 letters, digits and -_.:/ and begins with a letter or digit");
    return "x";
  }

  ListedRow row_of(Node node) {
    const std::uint32_t description = catalogue_.described[node];
    ListedRow row;
    ItemDescription& item = row.item;
    item.id = ItemId(id_of(catalogue_.name(node)));
    item.complete = catalogue_.descriptions[description].complete != 0;
    for (const std::uint16_t one : catalogue_.classes.of(node)) {
      item.classes.emplace_back(word("class", catalogue_.tables.classes[one]));
    }
    add_components(description, item);
    add_needs(description, item);
    for (const Node technology : catalogue_.made_with.of(description)) {
      add(fmt::format("`{}` is made with `{}`, and a row of a list cannot say so",
                      catalogue_.name(node), catalogue_.name(technology)),
          "leave `made_with` out; who claims its direct products claims the items "
          "(`direct_product`)");
    }
    check_supplied(node);
    check_claims(node, {});
    const auto prices = catalogue_.prices.of(node);
    if (!prices.empty()) row.price = prices.front().price;
    return row;
  }

  // An item that an authority supplies is its by that alone; registers have a claim for it.
  void check_supplied(Node node) {
    for (const std::uint32_t place : catalogue_.suppliers.of(node)) {
      const std::string& supplier = catalogue_.tables.suppliers[place];
      if (!catalogue_.tables.authority(supplier)) continue;
      add(fmt::format("`{}` is supplied by the authority `{}`, and a row of a list cannot say so",
                      catalogue_.name(node), supplier),
          fmt::format("take the supplier out; {} issues a claim on the item (`supplied`)",
                      supplier));
    }
  }

  // Registers have claims on items alone.
  void check_claims(Node node, std::optional<std::uint16_t> origin) {
    for (const ClaimFact* const one : wide_claims_) {
      const ClaimFact& claim = *one;
      const auto is_among = [&](auto all) {
        return std::find(all.begin(), all.end(), claim.target) != all.end();
      };
      const bool reaches =
          claim.on == ClaimFact::On::Supplier ? is_among(catalogue_.suppliers.of(node))
          : claim.on == ClaimFact::On::Class  ? is_among(catalogue_.classes.of(node))
                                              : origin == claim.target;
      if (!reaches || !claimed_.insert({&claim, node}).second) continue;
      const std::string& by = catalogue_.tables.authorities[claim.authority];
      add(fmt::format(
              "`{}` is claimed by {} through its {} (claim `{}`), and registers have claims "
              "on items alone",
              catalogue_.name(node), by,
              claim.on == ClaimFact::On::Supplier ? "supplier"
              : claim.on == ClaimFact::On::Class  ? "class"
                                                  : "origin",
              claim.id),
          fmt::format("take the claim out of the mapping; {} issues one on the item (`{}`)", by,
                      name_of(claim.basis)));
    }
  }

  void add_components(std::uint32_t description, ItemDescription& item) {
    const std::uint32_t first =
        catalogue_.lines.begin.empty() ? 0 : catalogue_.lines.begin[description];
    const auto lines = catalogue_.lines.of(description);
    for (std::uint32_t i = 0; i < lines.size(); ++i) {
      Component component;
      component.id = ItemId(id_of(catalogue_.name(lines[i].part)));
      if (lines[i].origin != 0) {
        component.origin = PartyId(word("origin", catalogue_.tables.origins[lines[i].origin]));
      }
      check_claims(lines[i].part, lines[i].origin);
      component.quantity = catalogue_.quantity(first + i);
      component.value = catalogue_.value(first + i);
      item.components.push_back(std::move(component));
    }
  }

  void add_needs(std::uint32_t description, ItemDescription& item) {
    for (const Node needed : catalogue_.needs.of(description)) {
      const std::string name(catalogue_.name(needed));
      if (catalogue_.names.kinds[needed] != NodeKind::Data) {
        add(fmt::format("`{}` needs the item `{}`, and a row of a list cannot say so",
                        item.id.text(), name),
            "name it as a component, or leave the need out");
        continue;
      }
      const auto owners = owners_.find(needed);
      if (owners == owners_.end()) {
        add(fmt::format("`{}` needs the data `{}`, and nobody is said to give them", item.id.text(),
                        name),
            "let the mapping have a claim of that authority on them (`data`)");
        continue;
      }
      for (const std::string& owner : owners->second) {
        item.needs.push_back({AuthorityId(owner), DataKindId(word("data", name)), {}});
      }
    }
  }

  const Catalogue& catalogue_;
  std::unordered_map<Node, std::vector<std::string>> owners_;
  std::vector<const ClaimFact*> wide_claims_;  // on whatever has a supplier, class, origin
  std::map<std::string, std::string, std::less<>> names_;  // by the id they became
  std::set<std::pair<const ClaimFact*, Node>> claimed_;    // said already
  base::Issues issues_;
};

}  // namespace

base::Parsed<std::vector<ListedRow>> listed_rows(const Catalogue& catalogue) {
  return Rewriting(catalogue).run();
}

}  // namespace countersign::registry::graph
