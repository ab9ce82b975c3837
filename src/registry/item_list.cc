// SPDX-License-Identifier: Apache-2.0
#include "registry/item_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/internal/reading.h"

namespace countersign::registry {

using internal::Members;

namespace {

constexpr const char* kNoRows = "its rows are not here";

}  // namespace

ListedRow ListedRow::read(const base::Json& document, base::Report& report) {
  // A row is an element of items.json with its price, and without a period of its own.
  base::Json item = document;
  ListedRow row;
  const auto member = [&](std::string_view name) {
    return std::find_if(item.members.begin(), item.members.end(),
                        [&](const base::Json::Member& one) { return one.name == name; });
  };
  if (const auto price = member("price"); price != item.members.end()) {
    base::Fields fields(document, "a row", report);
    row.price = fields.maybe_integer("price", 1, internal::kNoLimit);
    item.members.erase(price);
  }
  if (const auto period = member("in_force"); period != item.members.end()) {
    report.add_at(*period, "a row of a list has no period of its own",
                  "the list's period is that of all its rows");
    item.members.erase(period);
  }
  row.item = ItemDescription::read(item, report);
  return row;
}

base::Json ListedRow::write(const ListedRow& row) {
  base::Json document = ItemDescription::write(row.item);
  if (row.price) {
    base::Json::Member price;
    price.name = "price";
    price.value = base::json_integer(*row.price);
    document.members.push_back(std::move(price));
  }
  return document;
}

RowAnswer ItemList::find(const ItemId& item) const {
  if (source != nullptr) return source->find(item);
  RowAnswer answer;
  answer.why = kNoRows;
  return answer;
}

std::string ItemList::each(const std::function<void(const ListedRow&)>& give) const {
  return source != nullptr ? source->each(give) : std::string(kNoRows);
}

ItemList ItemList::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a list of items", report);
  ItemList list;
  list.written.at = document.at;
  list.id = ListId(fields.id("id"));
  list.currency = internal::read_currency(fields);
  list.rows = fields.integer("rows", 1, kMostRows);
  list.root = internal::read_digest(fields, "root");
  list.in_force = internal::read_period(fields, "in_force");
  fields.finish();
  return list;
}

base::Json ItemList::write(const ItemList& list) {
  Members members;
  members.emplace_back("id", base::json_text(list.id.text()));
  members.emplace_back("currency", base::json_text(list.currency));
  members.emplace_back("rows", base::json_integer(list.rows));
  members.emplace_back("root", base::json_text(seal::to_text(list.root)));
  internal::add_period(members, "in_force", list.in_force);
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
