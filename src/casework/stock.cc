// SPDX-License-Identifier: Apache-2.0
#include "casework/stock.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "base/issue.h"
#include "base/prose.h"
#include "casework/internal/stock_chart.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::ItemStock;
using kernel::StockEvent;
using kernel::StockLevel;
using Members = std::vector<std::pair<std::string, Json>>;

base::Refusal unknown(std::string rule, std::string_view what, const std::string& name,
                      const std::vector<std::string>& known) {
  const std::vector<std::string_view> words(known.begin(), known.end());
  const auto meant = base::did_you_mean(name, words);
  return {std::move(rule),
          fmt::format("no {} `{}` has stock here{}", what, name,
                      meant ? fmt::format("; did you mean `{}`?", *meant) : std::string()),
          name};
}

bool sees_stock(const Reader& reader, const registry::AuthorityId& authority) {
  return reader.sees(kernel::Sight::Stock, authority);
}

// What stands for a grant whose case is not shown.
constexpr std::string_view kHidden = "not-shown";

bool hides(const Reader& reader, const kernel::State* state, std::string_view grant) {
  const kernel::GrantRecord* known =
      state == nullptr ? nullptr : state->find(registry::GrantId(std::string(grant)));
  return known != nullptr && !reader.sees(kernel::Sight::Grant, *state->find(known->case_id));
}

void hide_grants(const Reader& reader, const kernel::State* state, ItemStock& stock) {
  if (reader.is_keeper()) return;
  for (kernel::PromisedStock& one : stock.commitments) {
    if (hides(reader, state, one.grant.text())) one.grant = registry::GrantId(std::string(kHidden));
  }
  for (StockEvent& event : stock.events) {
    for (std::string* account : {&event.from, &event.to}) {
      const std::size_t slash = account->find('/');
      if (slash == std::string::npos || account->starts_with("held/")) continue;
      if (!hides(reader, state, std::string_view(*account).substr(slash + 1))) continue;
      account->replace(slash + 1, std::string::npos, kHidden);
    }
  }
}

// The stocks the filter leaves, by authority and item.
base::Ruled<std::vector<ItemStock>> stocks_of(const kernel::StockSource& source,
                                              const StockFilter& filter) {
  std::vector<ItemStock> stocks;
  std::vector<std::string> authorities;
  std::vector<std::string> items;
  bool place = !filter.place;
  if (filter.authority && !sees_stock(filter.reader, *filter.authority)) {
    return not_shown(filter.reader, fmt::format("the stock of {}", filter.authority->text()));
  }
  for (const registry::AuthorityView& view : source.view.authorities()) {
    if (view.holdings == nullptr || !sees_stock(filter.reader, view.authority)) continue;
    authorities.push_back(view.authority.text());
    if (filter.authority && view.authority != *filter.authority) continue;
    const registry::Holdings& holdings = **view.holdings;
    if (filter.place && holdings.find(*filter.place) != nullptr) place = true;
    for (const registry::Holding& holding : holdings.holdings) {
      items.push_back(holding.item.text());
      if (filter.item && holding.item != *filter.item) continue;
      if (auto stock = kernel::item_stock(source, view.authority, holding.item)) {
        hide_grants(filter.reader, source.state, *stock);
        stocks.push_back(std::move(*stock));
      }
    }
  }
  const auto has = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  if (filter.authority && !has(authorities, filter.authority->text())) {
    return unknown("unknown-authority", "authority", filter.authority->text(), authorities);
  }
  if (filter.item && !has(items, filter.item->text())) {
    return unknown("unknown-item", "item", filter.item->text(), items);
  }
  if (!place) return unknown("unknown-place", "place", filter.place->text(), {});
  std::sort(stocks.begin(), stocks.end(), [](const ItemStock& a, const ItemStock& b) {
    return std::tie(a.authority, a.item) < std::tie(b.authority, b.item);
  });
  return stocks;
}

std::string commas(std::int64_t number) {
  std::string text = fmt::format("{}", number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string_view colour_of(const std::optional<registry::Colour>& colour) {
  return colour ? registry::name_of(*colour) : std::string_view("unrated");
}

std::string head_of(const ItemStock& stock) {
  return fmt::format("{} {}, in the unit `{}`, as of {}", stock.authority.text(), stock.item.text(),
                     stock.unit, base::to_text(stock.at));
}

Members members_of(const ItemStock& stock) {
  return {{"authority", base::json_text(stock.authority.text())},
          {"item", base::json_text(stock.item.text())},
          {"unit", base::json_text(stock.unit)},
          {"as_of", base::json_text(base::to_text(stock.at))}};
}

void add_level(Members& members, const StockLevel& level) {
  members.emplace_back("held", base::json_integer(level.held));
  members.emplace_back("reserved", base::json_integer(level.reserved));
  members.emplace_back("drawn", base::json_integer(level.drawn));
  members.emplace_back("free", base::json_integer(level.free()));
  members.emplace_back("uncovered", base::json_integer(level.uncovered()));
}

template <class T, class Write>
Json list_of(const std::vector<T>& values, Write write_one) {
  std::vector<Json> items;
  for (const T& value : values) items.push_back(write_one(value));
  return base::json_array(std::move(items));
}

Json json_of(const base::Period& period) {
  Members ends;
  if (period.from != base::kDistantPast) {
    ends.emplace_back("from", base::json_text(base::to_text(period.from)));
  }
  if (period.until != base::kDistantFuture) {
    ends.emplace_back("until", base::json_text(base::to_text(period.until)));
  }
  return base::json_object(std::move(ends));
}

Json json_of(const kernel::PromisedStock& one) {
  return base::json_object({{"grant", base::json_text(one.grant.text())},
                            {"granted", base::json_integer(one.granted)},
                            {"reserved", base::json_integer(one.reserved)},
                            {"drawn", base::json_integer(one.drawn)},
                            {"window", json_of(one.window)}});
}

Json json_of(const registry::UseRate& use) {
  return base::json_object(
      {{"used", base::json_integer(use.used)}, {"months", base::json_integer(use.months)}});
}

std::string words_of(const registry::UseRate& use) {
  if (use.months == 0) return "no rate of use is known";
  return fmt::format("{} used in {} month{}", commas(use.used), use.months,
                     use.months == 1 ? "" : "s");
}

std::string words_of(const kernel::PromisedStock& one) {
  return fmt::format("{}: {} reserved, {} drawn and not yet gone, of {}; until {}",
                     one.grant.text(), commas(one.reserved), commas(one.drawn), commas(one.granted),
                     base::to_text(one.window.until));
}

std::string thresholds_of(const registry::Rating& rating) {
  std::string text = fmt::format("yellow below {}, red below {}", commas(rating.yellow_below),
                                 commas(rating.red_below));
  if (rating.cover) {
    text += fmt::format(" ({} and {} months of cover; {})", rating.cover->yellow_months,
                        rating.cover->red_months, words_of(rating.cover->use));
  }
  return text;
}

// All stocks, one after the other.
template <class Say, class Write>
StockAnswer answer_of(const std::vector<ItemStock>& stocks, Say say, Write write_one) {
  std::vector<std::string> texts;
  for (const ItemStock& stock : stocks) texts.push_back(say(stock));
  if (texts.empty())
    texts.emplace_back("no stock to show: no holdings book that is seen lists anything");
  return {base::json_object({{"stocks", list_of(stocks, write_one)}}),
          fmt::format("{}", fmt::join(texts, "\n\n"))};
}

std::string say_shown(const ItemStock& stock, const StockFilter& filter) {
  const StockLevel& level = stock.level;
  std::string text = head_of(stock);
  const auto line = [&](std::string_view what, std::int64_t quantity, std::string_view more) {
    text += fmt::format("\n  {:<10}{:>14}  {}", what, commas(quantity), more);
  };
  line("held", level.held,
       fmt::format("{}{}", stock.counted ? "counted by movements" : "as stated",
                   filter.place ? ", in all places" : ""));
  line("reserved", level.reserved, "by grants, not drawn");
  line("drawn", level.drawn, "under grants, and not yet gone");
  line("free", level.free(),
       fmt::format("{}: {}", colour_of(stock.rating.before()), thresholds_of(stock.rating)));
  if (level.uncovered() > 0) line("uncovered", level.uncovered(), "promised, and not there");
  for (const auto& [place, held] : stock.places) {
    if (filter.place && place != *filter.place) continue;
    text += fmt::format("\n  at {:<20}{:>14}", place.text(), commas(held));
  }
  for (const kernel::PromisedStock& one : stock.commitments) text += "\n  " + words_of(one);
  return text;
}

Json write_shown(const ItemStock& stock, const StockFilter& filter) {
  Members members = members_of(stock);
  members.emplace_back("counted", base::json_bool(stock.counted));
  add_level(members, stock.level);
  if (const auto colour = stock.rating.before()) {
    members.emplace_back("rating", base::json_text(registry::name_of(*colour)));
  }
  Members places;
  for (const auto& [place, held] : stock.places) {
    if (!filter.place || place == *filter.place) {
      places.emplace_back(place.text(), base::json_integer(held));
    }
  }
  members.emplace_back("places", base::json_object(std::move(places)));
  members.emplace_back("commitments",
                       list_of(stock.commitments, [](const auto& one) { return json_of(one); }));
  return base::json_object(std::move(members));
}

std::string say_rated(const ItemStock& stock, const registry::Rating& rating) {
  std::string text = fmt::format("{}\n  {}", head_of(stock), colour_of(rating.before()));
  if (rating.asked > 0) {
    text += fmt::format(" now, {} after a request for {}", colour_of(rating.colour),
                        commas(rating.asked));
  }
  text += fmt::format("\n  {} held, {} of it promised: {} free", commas(rating.quantity),
                      commas(rating.taken), commas(rating.free()));
  if (rating.asked > 0) text += fmt::format("; {} would remain", commas(rating.remaining));
  if (rating.asked > std::max<std::int64_t>(rating.free(), 0)) {
    text += "\n  not covered: a grant for it is refused (stock-short)";
  }
  return text + "\n  " + thresholds_of(rating);
}

Json write_rated(const ItemStock& stock, const registry::Rating& rating) {
  Members members = members_of(stock);
  if (const auto before = rating.before()) {
    members.emplace_back("before", base::json_text(registry::name_of(*before)));
  }
  if (rating.colour) {
    members.emplace_back("after", base::json_text(registry::name_of(*rating.colour)));
  }
  members.emplace_back("quantity", base::json_integer(rating.quantity));
  members.emplace_back("taken", base::json_integer(rating.taken));
  members.emplace_back("asked", base::json_integer(rating.asked));
  members.emplace_back("remaining", base::json_integer(rating.remaining));
  members.emplace_back("yellow_below", base::json_integer(rating.yellow_below));
  members.emplace_back("red_below", base::json_integer(rating.red_below));
  members.emplace_back("covered",
                       base::json_bool(rating.asked <= std::max<std::int64_t>(rating.free(), 0)));
  if (rating.cover) {
    members.emplace_back("yellow_below_months", base::json_integer(rating.cover->yellow_months));
    members.emplace_back("red_below_months", base::json_integer(rating.cover->red_months));
    members.emplace_back("use", json_of(rating.cover->use));
  }
  return base::json_object(std::move(members));
}

std::string say_when(const std::optional<base::Instant>& when, base::Instant now,
                     const registry::UseRate& use) {
  if (when) return *when == now ? "already" : base::to_text(*when).substr(0, 10);
  if (use.months == 0) return "not known: no movement tells a rate of use";
  return use.used == 0 ? "never at this rate" : "never at this rate within a hundred years";
}

std::string say_forecast(const ItemStock& stock) {
  const registry::Forecast forecast = stock.forecast();
  std::string text = fmt::format("{}\n  {} free; {}", head_of(stock), commas(stock.rating.free()),
                                 words_of(stock.use));
  const auto line = [&](std::string_view what, const std::optional<base::Instant>& when) {
    text += fmt::format("\n  {:<14}{}", what, say_when(when, stock.at, stock.use));
  };
  line("yellow", forecast.yellow);
  line("red", forecast.red);
  line("nothing left", forecast.none_left);
  text += fmt::format("\n  {}", thresholds_of(stock.rating));
  for (const auto& [when, change] : stock.coming) {
    text += fmt::format("\n  counted in: {}{} on {}", change > 0 ? "+" : "", commas(change),
                        base::to_text(when).substr(0, 10));
  }
  for (const kernel::PromisedStock& one : stock.commitments) {
    text += "\n  counted as gone: " + words_of(one);
  }
  return text;
}

Json write_forecast(const ItemStock& stock) {
  const registry::Forecast forecast = stock.forecast();
  Members members = members_of(stock);
  members.emplace_back("free", base::json_integer(stock.rating.free()));
  members.emplace_back("use", json_of(stock.use));
  const auto add = [&](std::string_view name, const std::optional<base::Instant>& when) {
    members.emplace_back(name, when                    ? base::json_text(base::to_text(*when))
                               : stock.use.months == 0 ? base::json_text("unknown")
                                                       : Json());
  };
  add("yellow", forecast.yellow);
  add("red", forecast.red);
  add("none_left", forecast.none_left);
  members.emplace_back("yellow_below", base::json_integer(stock.rating.yellow_below));
  members.emplace_back("red_below", base::json_integer(stock.rating.red_below));
  members.emplace_back(
      "coming", list_of(stock.coming, [](const auto& one) {
        return base::json_object({{"at", base::json_text(base::to_text(one.first))},
                                  {"change", base::json_integer(one.second)}});
      }));
  members.emplace_back("commitments",
                       list_of(stock.commitments, [](const auto& one) { return json_of(one); }));
  return base::json_object(std::move(members));
}

// Whether the event concerns the place, where one is asked for; what grants do is of all places.
bool concerns(const StockEvent& event, const StockFilter& filter) {
  if (!filter.place) return true;
  const std::string account = registry::Account::held(*filter.place).text();
  return event.from == account || event.to == account;
}

std::string say_history(const ItemStock& stock, const StockFilter& filter) {
  std::string text = head_of(stock);
  text += fmt::format("\n  {:<21}{:>12}{:>12}{:>10}{:>10}{:>12}  {}", "when", "quantity", "held",
                      "reserved", "drawn", "free", "from, to, by what");
  if (filter.place) {
    text += fmt::format("\n  the lines that concern {}; what is held and free then, in all places",
                        filter.place->text());
  }
  for (const StockEvent& event : stock.events) {
    if (!concerns(event, filter)) continue;
    text += fmt::format("\n  {:<21}{:>12}{:>12}{:>10}{:>10}{:>12}  {} to {}{}{}",
                        base::to_text(event.at), commas(event.quantity), commas(event.after.held),
                        commas(event.after.reserved), commas(event.after.drawn),
                        commas(event.after.free()), event.from, event.to,
                        event.voucher.empty() ? "" : fmt::format(" ({})", event.voucher),
                        event.reason.empty() ? "" : ": " + base::quoted(event.reason));
  }
  return text;
}

Json write_event(const StockEvent& event) {
  Members members = {{"at", base::json_text(base::to_text(event.at))},
                     {"from", base::json_text(event.from)},
                     {"to", base::json_text(event.to)},
                     {"quantity", base::json_integer(event.quantity)}};
  if (!event.voucher.empty()) members.emplace_back("by", base::json_text(event.voucher));
  if (!event.reason.empty()) members.emplace_back("reason", base::json_text(event.reason));
  Members level;
  add_level(level, event.after);
  members.emplace_back("after", base::json_object(std::move(level)));
  return base::json_object(std::move(members));
}

}  // namespace

base::Ruled<StockAnswer> show_stock(const kernel::StockSource& source, const StockFilter& filter) {
  BOOST_OUTCOME_TRY(const std::vector<ItemStock> stocks, stocks_of(source, filter));
  return answer_of(
      stocks, [&](const ItemStock& stock) { return say_shown(stock, filter); },
      [&](const ItemStock& stock) { return write_shown(stock, filter); });
}

base::Ruled<StockAnswer> rate_stock(const kernel::StockSource& source, const StockFilter& filter,
                                    std::int64_t quantity) {
  BOOST_OUTCOME_TRY(const std::vector<ItemStock> stocks, stocks_of(source, filter));
  const auto rated = [&](const ItemStock& stock) {
    return kernel::rate_after(source, stock.authority, stock.item, quantity);
  };
  return answer_of(
      stocks, [&](const ItemStock& stock) { return say_rated(stock, rated(stock)); },
      [&](const ItemStock& stock) { return write_rated(stock, rated(stock)); });
}

base::Ruled<StockAnswer> forecast_stock(const kernel::StockSource& source,
                                        const StockFilter& filter) {
  BOOST_OUTCOME_TRY(const std::vector<ItemStock> stocks, stocks_of(source, filter));
  return answer_of(stocks, say_forecast, write_forecast);
}

base::Ruled<StockAnswer> stock_history(const kernel::StockSource& source,
                                       const StockFilter& filter) {
  BOOST_OUTCOME_TRY(const std::vector<ItemStock> stocks, stocks_of(source, filter));
  const auto write = [&](const ItemStock& stock) {
    std::vector<StockEvent> shown;
    std::copy_if(stock.events.begin(), stock.events.end(), std::back_inserter(shown),
                 [&](const StockEvent& event) { return concerns(event, filter); });
    Members members = members_of(stock);
    members.emplace_back("events", list_of(shown, write_event));
    return base::json_object(std::move(members));
  };
  return answer_of(
      stocks, [&](const ItemStock& stock) { return say_history(stock, filter); }, write);
}

base::Ruled<std::string> draw_stock(const kernel::StockSource& source, const StockFilter& filter) {
  BOOST_OUTCOME_TRY(const std::vector<ItemStock> stocks, stocks_of(source, filter));
  if (stocks.size() == 1) return internal::chart_of(stocks.front());
  return base::Refusal{
      "one-stock",
      fmt::format("a chart is of one stock, and {} are asked for: name `--authority` and `--item`",
                  stocks.size()),
      "item"};
}

}  // namespace countersign::casework
