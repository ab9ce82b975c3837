// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/from_registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "registry/graph/builder.h"

namespace countersign::registry::graph {
namespace {

// A withdrawn record's period is empty. It is kept: that the item was described once matters.
void add_description(CatalogueBuilder& builder, const ItemDescription& item, std::uint8_t by,
                     const base::Period& period) {
  const Node node = builder.item(item.id.text());
  const std::uint32_t description = builder.describe(node, by, item.complete, period);
  for (const Component& component : item.components) {
    builder.contains(description, builder.item(component.id.text()),
                     builder.origin(component.origin ? component.origin->text() : ""),
                     component.quantity, component.value);
  }
  for (const Need& need : item.needs) {
    const Node data =
        builder.node(NodeKind::Data, data_name(need.authority.text(), need.kind.text()));
    const bool is_new = builder.nodes() == data + 1U;
    if (is_new) builder.supplied_by(data, builder.supplier(need.authority.text()));
    builder.needs(description, data);
  }
}

void add_prices(CatalogueBuilder& builder, const Recorded<PriceList>& list, std::uint8_t by) {
  const base::Period& period = list.record.period;
  if (period.empty()) return;
  builder.currency(by, list->currency, period);
  for (const Price& price : list->prices) {
    const base::Period in_force = price.in_force.intersect(period);
    if (in_force.empty()) continue;
    builder.price(builder.item(price.item.text()), by, price.price, in_force);
  }
}

void add_claim(CatalogueBuilder& builder, const Recorded<Claim>& claim, std::uint8_t authority) {
  if (claim.record.period.empty()) return;
  ClaimFact fact;
  fact.id = claim->id.text();
  fact.authority = authority;
  fact.basis = claim->basis;
  fact.target = builder.item(claim->item.text());
  fact.period = builder.period(claim.record.period);
  builder.claim(std::move(fact));
}

base::Issues unsure(std::string why) {
  base::Issue issue;
  issue.message = std::move(why);
  issue.remedy = "while that is not known, nothing can be said of what contains it";
  return {std::move(issue)};
}

bool any_list(const Registers& registers) {
  const auto& all = registers.authorities();
  return std::any_of(all.begin(), all.end(),
                     [](const AuthorityRegister& held) { return !held.lists.empty(); });
}

// What contains an item, at any distance, by the rows of every list in force and by descriptions
// of their own. Rows name their parts only, so each of them is looked at.
class Wholes {
 public:
  // Gives why not, where a list cannot be read.
  std::string read(const Registers& registers, base::Instant at) {
    for (const AuthorityRegister& held : registers.authorities()) {
      for (const auto& item : held.items) add(*item);
      for (const auto& list : held.lists) {
        if (!list.record.period.contains(at)) continue;
        const std::string why = list->each([this](const ListedRow& row) { add(row.item); });
        if (!why.empty()) {
          return fmt::format("what the list `{}` of {} says is not known: {}", list->id.text(),
                             held.authority.text(), why);
        }
        rows_ += static_cast<std::size_t>(list->rows);
      }
    }
    std::sort(edges_.begin(), edges_.end());
    return {};
  }

  std::size_t rows() const { return rows_; }

  // With the item itself.
  std::vector<ItemId> of(const ItemId& item) {
    std::vector<std::uint32_t> found{number(item)};
    std::vector<bool> seen(names_.size(), false);
    seen[found.front()] = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto first = std::lower_bound(edges_.begin(), edges_.end(), Edge{found[i], 0});
      for (auto edge = first; edge != edges_.end() && edge->first == found[i]; ++edge) {
        if (seen[edge->second]) continue;
        seen[edge->second] = true;
        found.push_back(edge->second);
      }
    }
    std::vector<ItemId> items;
    items.reserve(found.size());
    for (const std::uint32_t one : found) items.push_back(*names_[one]);
    return items;
  }

 private:
  using Edge = std::pair<std::uint32_t, std::uint32_t>;  // part, whole

  std::uint32_t number(const ItemId& item) {
    const auto [place, fresh] =
        numbers_.try_emplace(item, static_cast<std::uint32_t>(names_.size()));
    if (fresh) names_.push_back(&place->first);
    return place->second;
  }

  void add(const ItemDescription& item) {
    if (item.components.empty()) return;
    const std::uint32_t whole = number(item.id);
    for (const Component& component : item.components) {
      edges_.emplace_back(number(component.id), whole);
    }
  }

  std::unordered_map<ItemId, std::uint32_t> numbers_;
  std::vector<const ItemId*> names_;  // into numbers_, whose elements stay where they are
  std::vector<Edge> edges_;
  std::size_t rows_ = 0;
};

// Adds rows as the trace of a determination reads them: by the view, which proves each.
class AddsRows {
 public:
  AddsRows(CatalogueBuilder& builder, const Registers& registers, base::Instant at)
      : builder_(builder), view_(registers.view(at)) {}

  // Of these items, and of what they are made of. Gives why not, where it cannot be told.
  std::string add(std::vector<ItemId> open) {
    std::unordered_set<ItemId> seen(open.begin(), open.end());
    while (!open.empty()) {
      const ItemId item = std::move(open.back());
      open.pop_back();
      const Recorded<ItemDescription>* description = view_.describe(item);
      if (std::string why = view_.unsure_of(item); !why.empty()) return why;
      if (description == nullptr) {
        if (view_.described_at_some_time(item)) add_once_described(item);
        continue;
      }
      if (description->record.kind == RecordKind::List) add_row(*description);
      for (const Component& component : (*description)->components) {
        if (seen.insert(component.id).second) open.push_back(component.id);
      }
    }
    return {};
  }

  std::size_t rows() const { return rows_; }

 private:
  // Other dates are not asked about: a list and a record may describe an item one after the other.
  base::Period now() const { return {view_.at(), base::Instant{view_.at().unix_ms + 1}}; }

  // A list is in one currency, whatever its authority's price list is in: who stands behind its
  // descriptions and prices is the authority in that list. No id has a blank.
  std::uint8_t by(const Recorded<ItemDescription>& row) {
    const std::string name = fmt::format("{} in {}", row.record.authority.text(), row.record.id);
    const bool is_new = !builder_.has_authority(name);
    const std::uint8_t number = builder_.authority(name);
    const auto currency = view_.currency_of(row);
    if (is_new && currency) builder_.currency(number, *currency, now());
    return number;
  }

  void add_row(const Recorded<ItemDescription>& row) {
    ++rows_;
    const std::uint8_t number = by(row);
    add_description(builder_, *row, number, now());
    const auto price = view_.price_of(row.record.authority, row->id);
    if (price) builder_.price(builder_.item(row->id.text()), number, price->price, now());
  }

  void add_once_described(const ItemId& item) {
    builder_.describe(builder_.item(item.text()), 0, true, {view_.at(), view_.at()});
  }

  CatalogueBuilder& builder_;
  RegistersView view_;
  std::size_t rows_ = 0;
};

void add_register(CatalogueBuilder& builder, const AuthorityRegister& held) {
  const std::uint8_t by = builder.authority(held.authority.text());
  for (const auto& item : held.items) add_description(builder, *item, by, item.record.period);
  for (const auto& list : held.price_lists) add_prices(builder, list, by);
  for (const auto& claim : held.claims) add_claim(builder, claim, by);
  for (const auto& rules : held.tie_rules) {
    if (rules.record.period.empty()) continue;
    builder.rule({by, {}, {rules->component, true, true}, builder.period(rules.record.period)});
  }
}

}  // namespace

std::string data_name(std::string_view authority, std::string_view kind) {
  return fmt::format("{}/{}", authority, kind);
}

base::Parsed<CatalogueOfRegisters> catalogue_of(const Registers& registers,
                                                const RowsWanted& wanted) {
  CatalogueBuilder builder;
  for (const AuthorityRegister& held : registers.authorities()) {
    builder.authority(held.authority.text());
  }
  for (const AuthorityRegister& held : registers.authorities()) add_register(builder, held);
  CatalogueOfRegisters made;
  if (any_list(registers)) {
    std::vector<ItemId> items{wanted.item};
    if (wanted.wholes) {
      Wholes wholes;
      if (std::string why = wholes.read(registers, wanted.at); !why.empty()) {
        return unsure(std::move(why));
      }
      items = wholes.of(wanted.item);
      made.rows_read = wholes.rows();
    }
    AddsRows rows(builder, registers, wanted.at);
    if (std::string why = rows.add(std::move(items)); !why.empty()) return unsure(std::move(why));
    if (!wanted.wholes) made.rows_read = rows.rows();
  }
  BOOST_OUTCOME_TRY(made.catalogue, std::move(builder).build());
  return made;
}

}  // namespace countersign::registry::graph
