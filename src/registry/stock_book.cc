// SPDX-License-Identifier: Apache-2.0
#include "registry/stock_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "registry/internal/sums.h"

namespace countersign::registry {
namespace {

using Entry = StockBook::Entry;
using Kind = Account::Kind;

constexpr std::int64_t kMostMonths = 12;

bool is_use(const Account& account) {
  return account.kind == Kind::Used || account.kind == Kind::HandedOver;
}

// What the entry adds to what was used by no grant.
std::int64_t use_of(const Entry& entry) {
  if (entry.movement->grant || !is_use(entry.movement->to)) return 0;
  return entry.ends ? -entry.movement->quantity : entry.movement->quantity;
}

auto order_of(const Entry& entry) {
  return std::tie(entry.at, entry.list->record.id, entry.movement->id, entry.ends);
}

std::size_t count_up_to(const std::vector<Entry>& entries, base::Instant at) {
  const auto after = std::upper_bound(
      entries.begin(), entries.end(), at,
      [](base::Instant instant, const Entry& entry) { return instant < entry.at; });
  return static_cast<std::size_t>(after - entries.begin());
}

std::int64_t sum_at(const std::vector<Entry>& entries, const std::vector<std::int64_t>& sums,
                    base::Instant at) {
  const std::size_t count = count_up_to(entries, at);
  return count == 0 ? 0 : sums[count - 1];
}

// The balance of one place while the book is checked.
struct Running {
  std::int64_t balance = 0;
  const Entry* last_out = nullptr;  // of the instant that is being looked at
  bool reported = false;
};

base::Issue issue_at(const Entry& entry, std::string message, std::string remedy) {
  return {entry.list->file, entry.movement->written.at, std::move(message), std::move(remedy), {}};
}

base::Issue short_of(const Entry& entry, const HoldingPlaceId& place, std::int64_t balance) {
  const Movement& row = *entry.movement;
  const std::string what = entry.ends
                               ? fmt::format("without the row `{}`, whose list `{}` ends then,",
                                             row.id.text(), entry.list->record.id)
                               : fmt::format("with the row `{}`, which takes {} of `{}`,",
                                             row.id.text(), row.quantity, row.item.text());
  return issue_at(entry,
                  fmt::format("{} `held/{}` would hold {} of `{}` at {}", what, place.text(),
                              balance, row.item.text(), base::to_text(entry.at)),
                  "nothing can be taken that is not there: correct the row, or enter what came in "
                  "before it");
}

}  // namespace

base::Instant month_of(base::Instant at, std::int64_t months) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(at.unix_ms)};
  const std::chrono::year_month_day day{floor<std::chrono::days>(time)};
  const auto first = (day.year() / day.month() + std::chrono::months(months)) / 1;
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::sys_days(first).time_since_epoch())
              .count()};
}

std::int64_t StockBook::Entry::held_change() const {
  if (from().is_held() == to().is_held()) return 0;
  return to().is_held() ? movement->quantity : -movement->quantity;
}

StockBook::StockBook(std::span<const Recorded<Movements>> lists) {
  for (const Recorded<Movements>& list : lists) {
    for (const Movement& row : list->rows) {
      const base::Period counts = list.record.period.intersect({row.on, base::kDistantFuture});
      if (counts.empty()) continue;
      std::vector<Entry>& entries = items_[row.item].entries;
      entries.push_back({counts.from, &row, &list, false});
      if (counts.until != base::kDistantFuture)
        entries.push_back({counts.until, &row, &list, true});
    }
  }
  for (auto& [item, of] : items_) {
    std::sort(of.entries.begin(), of.entries.end(),
              [](const Entry& a, const Entry& b) { return order_of(a) < order_of(b); });
    std::int64_t held = 0;
    std::int64_t used = 0;
    for (std::size_t i = 0; i < of.entries.size(); ++i) {
      held = internal::plus(held, of.entries[i].held_change());
      used = internal::plus(used, use_of(of.entries[i]));
      of.held.push_back(held);
      of.used.push_back(used);
      if (of.entries[i].movement->grant) of.under_grants.push_back(i);
    }
  }
}

base::Issues StockBook::check() const {
  base::Issues issues;
  for (const ItemId& item : items()) {
    const OfItem& of = items_.at(item);
    std::map<HoldingPlaceId, Running> places;
    std::int64_t passed = 0;         // everything that ever moved: it bounds every sum of the book
    std::set<HoldingPlaceId> lower;  // places that something left at this instant
    const auto move = [&](const Entry& entry, const Account& account, std::int64_t quantity) {
      if (!account.is_held()) return;
      Running& running = places[account.place];
      running.balance = internal::plus(running.balance, quantity);
      if (quantity >= 0) return;
      running.last_out = &entry;
      lower.insert(account.place);
    };
    for (std::size_t i = 0; i < of.entries.size(); ++i) {
      const Entry& entry = of.entries[i];
      if (__builtin_add_overflow(passed, entry.movement->quantity, &passed)) {
        issues.push_back(
            issue_at(entry,
                     fmt::format("with the row `{}`, more of `{}` has moved than 64 bits can count",
                                 entry.movement->id.text(), item.text()),
                     "count in a larger unit"));
        break;
      }
      move(entry, entry.from(), -entry.movement->quantity);
      move(entry, entry.to(), entry.movement->quantity);
      // What happens at one instant happens at once.
      if (i + 1 < of.entries.size() && of.entries[i + 1].at == entry.at) continue;
      // Only where something left can less be held than before.
      for (const HoldingPlaceId& place : lower) {
        Running& running = places[place];
        if (running.balance < 0 && !running.reported) {
          issues.push_back(short_of(*running.last_out, place, running.balance));
          running.reported = true;
        }
      }
      lower.clear();
    }
  }
  return issues;
}

std::span<const StockBook::Entry> StockBook::entries(const ItemId& item) const {
  const auto found = items_.find(item);
  if (found == items_.end()) return {};
  return found->second.entries;
}

std::vector<ItemId> StockBook::items() const {
  std::vector<ItemId> items;
  for (const auto& [item, of] : items_) items.push_back(item);
  std::sort(items.begin(), items.end());
  return items;
}

std::int64_t StockBook::held(const ItemId& item, base::Instant at) const {
  const auto found = items_.find(item);
  return found == items_.end() ? 0 : sum_at(found->second.entries, found->second.held, at);
}

std::map<HoldingPlaceId, std::int64_t> StockBook::held_by_place(const ItemId& item,
                                                                base::Instant at) const {
  std::map<HoldingPlaceId, std::int64_t> places;
  for (const Entry& entry : entries(item)) {
    if (entry.at > at) break;
    if (entry.from().is_held()) places[entry.from().place] -= entry.movement->quantity;
    if (entry.to().is_held()) places[entry.to().place] += entry.movement->quantity;
  }
  return places;
}

std::map<GrantId, std::int64_t> StockBook::left_under_grants(const ItemId& item,
                                                             base::Instant at) const {
  std::map<GrantId, std::int64_t> left;
  const auto found = items_.find(item);
  if (found == items_.end()) return left;
  for (const std::size_t index : found->second.under_grants) {
    const Entry& entry = found->second.entries[index];
    if (entry.at > at) break;
    left[*entry.movement->grant] -= entry.held_change();
  }
  return left;
}

std::int64_t StockBook::left_under(const GrantId& grant, const ItemId& item,
                                   base::Instant at) const {
  const auto left = left_under_grants(item, at);
  const auto found = left.find(grant);
  return found == left.end() ? 0 : found->second;
}

UseRate StockBook::use_before(const ItemId& item, base::Instant at,
                              std::span<const std::pair<base::Instant, std::int64_t>> also) const {
  const auto found = items_.find(item);
  if (found == items_.end() || found->second.entries.empty()) return {};
  const OfItem& of = found->second;
  const base::Instant began = of.entries.front().at;
  if (at < began) return {};
  const base::Instant month = month_of(at);
  // The first month that the book has whole.
  const base::Instant whole = began == month_of(began) ? began : month_of(began, 1);
  base::Period counted{month, month};
  UseRate rate;
  while (rate.months < kMostMonths && counted.from > whole) {
    ++rate.months;
    counted.from = month_of(month, -rate.months);
  }
  if (rate.months == 0) {
    rate.months = 1;
    counted = {began, {at.unix_ms + 1}};
  }
  // The sums are of everything up to an instant: the period is half open.
  rate.used = sum_at(of.entries, of.used, {counted.until.unix_ms - 1}) -
              sum_at(of.entries, of.used, {counted.from.unix_ms - 1});
  // Use that its list's end took back may have been counted before these months.
  rate.used = std::max<std::int64_t>(rate.used, 0);
  for (const auto& [when, quantity] : also) {
    if (counted.contains(when)) rate.used = internal::plus(rate.used, quantity);
  }
  return rate;
}

base::Instant StockBook::change_after(base::Instant after) const {
  base::Instant first = base::kDistantFuture;
  for (const auto& [item, of] : items_) {
    const std::size_t next = count_up_to(of.entries, after);
    if (next < of.entries.size()) first = std::min(first, of.entries[next].at);
  }
  return first;
}

}  // namespace countersign::registry
