// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/from_registers.h"

#include <fmt/format.h>

#include "registry/graph/builder.h"

namespace countersign::registry::graph {
namespace {

void add_description(CatalogueBuilder& builder, const Recorded<ItemDescription>& item,
                     std::uint8_t by) {
  const Node node = builder.item(item->id.text());
  // A withdrawn record's period is empty. It is kept: that the item was described once matters.
  const std::uint32_t description = builder.describe(node, by, item->complete, item.record.period);
  for (const Component& component : item->components) {
    builder.contains(description, builder.item(component.id.text()),
                     builder.origin(component.origin ? component.origin->text() : ""),
                     component.quantity, component.value);
  }
  for (const Need& need : item->needs) {
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

}  // namespace

std::string data_name(std::string_view authority, std::string_view kind) {
  return fmt::format("{}/{}", authority, kind);
}

base::Parsed<Catalogue> catalogue_of(const Registers& registers,
                                     const std::optional<AuthorityId>& alone) {
  const auto counts = [&](const AuthorityRegister& held) {
    return !alone || held.authority == *alone;
  };
  CatalogueBuilder builder;
  for (const AuthorityRegister& held : registers.authorities()) {
    if (!counts(held)) continue;
    builder.authority(held.authority.text());
  }
  for (const AuthorityRegister& held : registers.authorities()) {
    if (!counts(held)) continue;
    for (const auto& list : held.lists) {
      if (list.record.period.empty()) continue;
      base::Issue issue;
      issue.message = fmt::format("the rows of the list `{}` of {} are not read into a catalogue",
                                  list->id.text(), held.authority.text());
      issue.remedy =
          "ask a determination about its items; or make a catalogue of what the list was "
          "made of (`countersign catalogue import`)";
      return base::Issues{std::move(issue)};
    }
    const std::uint8_t by = builder.authority(held.authority.text());
    for (const auto& item : held.items) add_description(builder, item, by);
    for (const auto& list : held.price_lists) add_prices(builder, list, by);
    for (const auto& claim : held.claims) add_claim(builder, claim, by);
    for (const auto& rules : held.tie_rules) {
      if (rules.record.period.empty()) continue;
      builder.rule({by, {}, {rules->component, true, true}, builder.period(rules.record.period)});
    }
  }
  return std::move(builder).build();
}

}  // namespace countersign::registry::graph
