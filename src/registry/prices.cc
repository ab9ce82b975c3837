// SPDX-License-Identifier: Apache-2.0
#include "registry/prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using internal::Members;

void check_overlaps(const std::vector<Price>& prices, base::Report& report) {
  std::unordered_map<ItemId, std::vector<const Price*>> of_item;
  for (const Price& price : prices) {
    if (!price.item.empty()) of_item[price.item].push_back(&price);
  }
  for (auto& [item, list] : of_item) {
    std::sort(list.begin(), list.end(),
              [](const Price* a, const Price* b) { return a->in_force.from < b->in_force.from; });
    for (std::size_t i = 1; i < list.size(); ++i) {
      if (list[i]->in_force.from >= list[i - 1]->in_force.until) continue;
      report.add(list[i]->written.at,
                 fmt::format("`{}` has two prices at the same time, from {}", item.text(),
                             base::to_text(list[i]->in_force.from)),
                 "end the earlier price where the later begins");
    }
  }
}

}  // namespace

const Price* PriceList::find(const ItemId& item, base::Instant at) const {
  const auto found = std::find_if(prices.begin(), prices.end(), [&](const Price& price) {
    return price.item == item && price.in_force.contains(at);
  });
  return found == prices.end() ? nullptr : &*found;
}

PriceList PriceList::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a price list", report);
  PriceList list;
  list.currency = internal::read_currency(fields);
  fields.need("prices");
  for (const base::Json& element : fields.array("prices")) {
    base::Fields price(element, "a price", report);
    Price read;
    read.item = ItemId(price.id("item"));
    read.price = price.integer("price", 1, internal::kNoLimit);
    read.in_force = internal::read_period(price, "in_force");
    read.written.at = element.at;
    price.finish();
    list.prices.push_back(std::move(read));
  }
  fields.finish();
  check_overlaps(list.prices, report);
  return list;
}

base::Json PriceList::write(const PriceList& list) {
  Members members;
  members.emplace_back("currency", base::json_text(list.currency));
  const auto write_price = [](const Price& price) {
    Members entry;
    entry.emplace_back("item", base::json_text(price.item.text()));
    entry.emplace_back("price", base::json_integer(price.price));
    internal::add_period(entry, "in_force", price.in_force);
    return base::json_object(std::move(entry));
  };
  members.emplace_back("prices", internal::write_each(list.prices, write_price));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
