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

constexpr std::int64_t kMostCoverMonths = 1'200;

}  // namespace

std::string_view name_of(Colour colour) { return colour_names()[static_cast<std::size_t>(colour)]; }

const Holding* Holdings::find(const ItemId& item) const {
  const auto found = std::find_if(holdings.begin(), holdings.end(),
                                  [&](const Holding& holding) { return holding.item == item; });
  return found == holdings.end() ? nullptr : &*found;
}

const HoldingPlace* Holdings::find(const HoldingPlaceId& place) const {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const HoldingPlace& one) { return one.id == place; });
  return found == places.end() ? nullptr : &*found;
}

namespace {

// Both thresholds in one measure.
Thresholds read_thresholds(base::Fields& holding) {
  Thresholds thresholds;
  const bool months = holding.maybe("yellow_below_months") != nullptr ||
                      holding.maybe("red_below_months") != nullptr;
  const bool pieces =
      holding.maybe("yellow_below") != nullptr || holding.maybe("red_below") != nullptr;
  if (months && pieces) {
    holding.report(holding.maybe("yellow_below_months") != nullptr ? "yellow_below_months"
                                                                   : "red_below_months",
                   "one threshold is in pieces, the other in months of cover",
                   "give both in the same measure");
    return thresholds;
  }
  thresholds.kind = months ? Thresholds::Kind::Months : Thresholds::Kind::Pieces;
  const std::string_view yellow = months ? "yellow_below_months" : "yellow_below";
  const std::string_view red = months ? "red_below_months" : "red_below";
  const std::int64_t most = months ? kMostCoverMonths : internal::kNoLimit;
  thresholds.yellow_below = holding.integer(yellow, 0, most);
  thresholds.red_below = holding.integer(red, 0, most);
  if (holding.maybe(red) != nullptr && holding.maybe(yellow) != nullptr &&
      thresholds.red_below > thresholds.yellow_below) {
    holding.report(red,
                   fmt::format("`{}` is {}, above `{}`, which is {}", red, thresholds.red_below,
                               yellow, thresholds.yellow_below),
                   "red is the lower of the two: a stock grows yellow before it grows red");
  }
  return thresholds;
}

Holding read_holding(const base::Json& element, base::Report& report) {
  base::Fields fields(element, "a holding", report);
  Holding read;
  read.item = ItemId(fields.id("item"));
  if (fields.maybe("counted_by") == nullptr) {
    read.quantity = fields.integer("quantity", 0, internal::kNoLimit);
  } else {
    fields.word("counted_by", {"movements"});
    if (fields.maybe("quantity") != nullptr) {
      fields.report("quantity", "the quantity is stated, and counted by movements too",
                    "leave one of the two out: what movements come to is the quantity");
    }
  }
  read.thresholds = read_thresholds(fields);
  if (read.quantity && read.thresholds.kind == Thresholds::Kind::Months) {
    fields.report("quantity", "months of cover for a quantity that is stated",
                  "how fast it is used is known from movements alone: write `\"counted_by\": "
                  "\"movements\"`, or thresholds in pieces");
  }
  if (auto unit = fields.maybe_id("unit")) read.unit = *std::move(unit);
  read.written.at = element.at;
  fields.finish();
  return read;
}

base::Json write_holding(const Holding& holding) {
  internal::Members entry;
  const bool months = holding.thresholds.kind == Thresholds::Kind::Months;
  entry.emplace_back("item", base::json_text(holding.item.text()));
  if (holding.quantity) {
    entry.emplace_back("quantity", base::json_integer(*holding.quantity));
  } else {
    entry.emplace_back("counted_by", base::json_text("movements"));
  }
  entry.emplace_back(months ? "yellow_below_months" : "yellow_below",
                     base::json_integer(holding.thresholds.yellow_below));
  entry.emplace_back(months ? "red_below_months" : "red_below",
                     base::json_integer(holding.thresholds.red_below));
  if (holding.unit != kPiece) entry.emplace_back("unit", base::json_text(holding.unit));
  return base::json_object(std::move(entry));
}

base::Json write_place(const HoldingPlace& place) {
  internal::Members entry;
  entry.emplace_back("id", base::json_text(place.id.text()));
  internal::add_name(entry, "name", place.name);
  return base::json_object(std::move(entry));
}

}  // namespace

Holdings Holdings::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a holdings book", report);
  Holdings book;
  internal::OnceOnly once("holdings", report);
  fields.need("holdings");
  for (const base::Json& element : fields.array("holdings")) {
    book.holdings.push_back(read_holding(element, report));
    once.see(book.holdings.back().item.text(), element.at);
  }
  internal::OnceOnly places("places", report);
  for (const base::Json& element : fields.array("places")) {
    base::Fields place(element, "a place of holding", report);
    book.places.push_back({HoldingPlaceId(place.id("id")), internal::read_name(place, "name")});
    place.finish();
    places.see(book.places.back().id.text(), element.at);
  }
  if (fields.maybe("otherwise") != nullptr) {
    book.otherwise = static_cast<Colour>(fields.word("otherwise", colour_names()));
  }
  fields.finish();
  return book;
}

base::Json Holdings::write(const Holdings& book) {
  internal::Members members;
  members.emplace_back("holdings", internal::write_each(book.holdings, write_holding));
  if (!book.places.empty()) {
    members.emplace_back("places", internal::write_each(book.places, write_place));
  }
  if (book.otherwise) {
    members.emplace_back("otherwise", base::json_text(name_of(*book.otherwise)));
  }
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
