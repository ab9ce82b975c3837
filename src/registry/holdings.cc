// SPDX-License-Identifier: Apache-2.0
#include "registry/holdings.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

const std::vector<std::string_view>& colour_names() {
  static const std::vector<std::string_view> kNames = {"red", "yellow", "green"};
  return kNames;
}

}  // namespace

std::string_view name_of(Colour colour) { return colour_names()[static_cast<std::size_t>(colour)]; }

const Holding* Holdings::find(const ItemId& item) const {
  const auto found = std::find_if(holdings.begin(), holdings.end(),
                                  [&](const Holding& holding) { return holding.item == item; });
  return found == holdings.end() ? nullptr : &*found;
}

Holdings Holdings::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a holdings book", report);
  Holdings book;
  internal::OnceOnly once("holdings", report);
  fields.need("holdings");
  for (const base::Json& element : fields.array("holdings")) {
    base::Fields holding(element, "a holding", report);
    Holding read;
    read.item = ItemId(holding.id("item"));
    read.quantity = holding.integer("quantity", 0, internal::kNoLimit);
    read.yellow_below = holding.integer("yellow_below", 0, internal::kNoLimit);
    read.red_below = holding.integer("red_below", 0, internal::kNoLimit);
    read.written.at = element.at;
    holding.finish();
    once.see(read.item.text(), element.at);
    if (holding.maybe("red_below") != nullptr && holding.maybe("yellow_below") != nullptr &&
        read.red_below > read.yellow_below) {
      holding.report("red_below",
                     fmt::format("`red_below` is {}, above `yellow_below`, which is {}",
                                 read.red_below, read.yellow_below),
                     "red is the lower of the two: a stock grows yellow before it grows red");
    }
    book.holdings.push_back(std::move(read));
  }
  if (fields.maybe("otherwise") != nullptr) {
    book.otherwise = static_cast<Colour>(fields.word("otherwise", colour_names()));
  }
  fields.finish();
  return book;
}

base::Json Holdings::write(const Holdings& book) {
  internal::Members members;
  const auto write_holding = [](const Holding& holding) {
    internal::Members entry;
    entry.emplace_back("item", base::json_text(holding.item.text()));
    entry.emplace_back("quantity", base::json_integer(holding.quantity));
    entry.emplace_back("yellow_below", base::json_integer(holding.yellow_below));
    entry.emplace_back("red_below", base::json_integer(holding.red_below));
    return base::json_object(std::move(entry));
  };
  members.emplace_back("holdings", internal::write_each(book.holdings, write_holding));
  if (book.otherwise) {
    members.emplace_back("otherwise", base::json_text(name_of(*book.otherwise)));
  }
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
