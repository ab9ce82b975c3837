// SPDX-License-Identifier: Apache-2.0
#include "kernel/stock.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/state.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using registry::AuthorityId;
using registry::GrantId;
using registry::ItemId;
using registry::StockBook;

// What ended the grant before its window did, or null.
const Done* ended_by(const GrantRecord& grant) {
  if (grant.revoked) return &*grant.revoked;
  return grant.surrendered ? &*grant.surrendered : nullptr;
}

// From when on nothing more can be drawn under the grant.
base::Instant ends_at(const GrantRecord& grant) {
  const Done* ended = ended_by(grant);
  return ended == nullptr ? grant.scope.window.until
                          : std::min(ended->at, grant.scope.window.until);
}

std::int64_t drawn_by(const GrantRecord& grant, base::Instant at) {
  std::int64_t sum = 0;
  for (const Draw& draw : grant.draws) sum += draw.done.at <= at ? draw.taken() : 0;
  return sum;
}

bool takes(const GrantRecord& grant, const AuthorityId& authority, const ItemId& item) {
  return grant.scope.item == item && registry::takes_from(authority, quantity_of(grant.scope));
}

// A posting before the levels are worked out.
struct Step {
  enum class Kind { Stated, Moved, Reserved, Drawn, Released };

  Kind kind = Kind::Moved;
  StockEvent event;
  std::int64_t held = 0;  // Stated: all that is held; Moved: the change
  std::optional<GrantId> grant;
  Position position = 0;  // of what the ledger holds, for those of one instant
};

class History {
 public:
  History(const StockSource& source, const AuthorityId& authority, const ItemId& item)
      : source_(source), authority_(authority), item_(item) {}

  std::vector<StockEvent> run(bool counted) {
    if (counted) {
      add_movements();
    } else {
      add_statements();
    }
    if (source_.state != nullptr) {
      for (const auto& [id, grant] : source_.state->grants()) {
        if (takes(grant, authority_, item_)) add_grant(grant);
      }
    }
    std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) {
      return std::tie(a.event.at, a.position) < std::tie(b.event.at, b.position);
    });
    std::vector<StockEvent> events;
    for (Step& step : steps_) {
      if (step.event.at > source_.view.at()) break;
      if (apply(step)) events.push_back(std::move(step.event));
    }
    return events;
  }

 private:
  struct Promise {
    std::int64_t granted = 0;
    std::int64_t drawn = 0;
    std::int64_t left = 0;  // of the stock, under the grant
    bool open = false;      // more may be drawn

    std::int64_t reserved() const { return open ? std::max<std::int64_t>(granted - drawn, 0) : 0; }
    std::int64_t waiting() const { return std::max<std::int64_t>(drawn - left, 0); }
  };

  void add(Step step) { steps_.push_back(std::move(step)); }

  void add_movements() {
    for (const StockBook::Entry& entry : source_.view.find(authority_)->stock->entries(item_)) {
      const registry::Movement& row = *entry.movement;
      add({Step::Kind::Moved,
           {entry.at,
            entry.from().text(),
            entry.to().text(),
            row.quantity,
            row.id.text(),
            entry.ends ? fmt::format("the list {} ends", entry.list->record.id) : row.reason,
            {}},
           entry.held_change(),
           row.grant,
           0});
    }
  }

  void add_statements() {
    for (const auto& book : source_.registers.find(authority_)->holdings) {
      const registry::Holding* holding = book->find(item_);
      if (book.record.period.empty() || holding == nullptr || !holding->quantity) continue;
      add({Step::Kind::Stated,
           {book.record.period.from, "stated", "free", *holding->quantity, {}, {}, {}},
           *holding->quantity,
           std::nullopt,
           0});
    }
  }

  void add_grant(const GrantRecord& grant) {
    const std::string& id = grant.id.text();
    const auto posting = [&](Step::Kind kind, base::Instant at, std::string from, std::string to,
                             std::int64_t quantity, Position position) {
      std::string voucher =
          kind == Step::Kind::Released ? std::string() : fmt::format("entry {}", position);
      add({kind,
           {at, std::move(from), std::move(to), quantity, std::move(voucher), {}, {}},
           0,
           grant.id,
           position});
    };
    posting(Step::Kind::Reserved, grant.at, "free", "reserved/" + id, grant.scope.quantity,
            grant.position);
    for (const Draw& draw : grant.draws) {
      posting(Step::Kind::Drawn, draw.done.at, "reserved/" + id, "drawn/" + id, draw.taken(),
              draw.done.position);
    }
    const base::Instant end = ends_at(grant);
    const std::int64_t rest = grant.scope.quantity - drawn_by(grant, end);
    if (end == base::kDistantFuture || rest <= 0) return;
    const Done* ended = ended_by(grant);
    const bool early = ended != nullptr && ended->at == end;
    posting(Step::Kind::Released, end, "reserved/" + id, "free", rest,
            early ? ended->position : UINT64_MAX);
    steps_.back().event.reason = !early          ? "the grant lapsed"
                                 : grant.revoked ? "the grant was revoked"
                                                 : "the holder gave the grant up";
  }

  // Whether it changes anything; then the step's level is what is there after it.
  bool apply(Step& step) {
    if (step.kind == Step::Kind::Stated) {
      if (step.held == level_.held) return false;
      step.event.quantity = std::abs(step.held - level_.held);
      if (step.held < level_.held) std::swap(step.event.from, step.event.to);
      level_.held = step.held;
    } else {
      level_.held += step.held;
    }
    if (step.grant) promise(step);
    step.event.after = level_;
    return true;
  }

  void promise(const Step& step) {
    Promise& one = promises_[*step.grant];
    level_.reserved -= one.reserved();
    level_.drawn -= one.waiting();
    switch (step.kind) {
      case Step::Kind::Reserved:
        one.granted = step.event.quantity;
        one.open = true;
        break;
      case Step::Kind::Drawn:
        one.drawn += step.event.quantity;
        break;
      case Step::Kind::Released:
        one.open = false;
        break;
      default:
        one.left -= step.held;
    }
    level_.reserved += one.reserved();
    level_.drawn += one.waiting();
  }

  const StockSource& source_;
  const AuthorityId& authority_;
  const ItemId& item_;
  std::vector<Step> steps_;
  StockLevel level_;
  std::map<GrantId, Promise> promises_;
};

std::vector<registry::Usage> usages_of(const StockSource& source) {
  return source.state == nullptr ? std::vector<registry::Usage>()
                                 : usages_at(*source.state, source.view.at());
}

std::vector<PromisedStock> commitments_of(const StockSource& source, const StockBook* counting,
                                          const AuthorityId& authority, const ItemId& item) {
  std::vector<PromisedStock> commitments;
  if (source.state == nullptr) return commitments;
  const base::Instant at = source.view.at();
  for (const auto& [id, grant] : source.state->grants()) {
    if (grant.at > at || !takes(grant, authority, item)) continue;
    const std::int64_t drawn = drawn_by(grant, at);
    const std::int64_t left = counting == nullptr ? 0 : counting->left_under(id, item, at);
    PromisedStock one{id, grant.at, grant.scope.window, grant.scope.quantity, 0, 0};
    if (at < ends_at(grant)) one.reserved = std::max<std::int64_t>(one.granted - drawn, 0);
    one.drawn = std::max<std::int64_t>(drawn - left, 0);
    if (one.reserved + one.drawn > 0) commitments.push_back(std::move(one));
  }
  return commitments;
}

// What is drawn under a grant and waits to leave is not free: when it leaves, nothing more is gone.
std::vector<std::pair<base::Instant, std::int64_t>> coming_of(
    std::span<const StockBook::Entry> entries, const ItemStock& stock) {
  std::map<GrantId, std::int64_t> waiting;
  for (const PromisedStock& one : stock.commitments) waiting[one.grant] = one.drawn;
  std::vector<std::pair<base::Instant, std::int64_t>> coming;
  for (const StockBook::Entry& entry : entries) {
    if (entry.at <= stock.at) continue;
    std::int64_t change = entry.held_change();
    if (entry.movement->grant) {
      std::int64_t& drawn = waiting[*entry.movement->grant];
      const std::int64_t after = drawn + change;
      change -= std::max<std::int64_t>(after, 0) - std::max<std::int64_t>(drawn, 0);
      drawn = after;
    }
    if (change != 0) coming.emplace_back(entry.at, change);
  }
  return coming;
}

}  // namespace

registry::Forecast ItemStock::forecast() const {
  return registry::forecast(
      rating.free(), {registry::Thresholds::Kind::Pieces, rating.yellow_below, rating.red_below},
      use, coming, at);
}

std::optional<ItemStock> item_stock(const StockSource& source, const AuthorityId& authority,
                                    const ItemId& item) {
  const registry::AuthorityView* view = source.view.find(authority);
  const registry::Holding* holding =
      view == nullptr || view->holdings == nullptr ? nullptr : (*view->holdings)->find(item);
  if (holding == nullptr) return std::nullopt;
  ItemStock stock;
  stock.authority = authority;
  stock.item = item;
  stock.unit = holding->unit;
  stock.counted = !holding->quantity;
  stock.at = source.view.at();
  stock.rating = rate_after(source, authority, item, 0);
  stock.commitments =
      commitments_of(source, stock.counted ? view->stock : nullptr, authority, item);
  stock.level.held = stock.rating.quantity;
  for (const PromisedStock& one : stock.commitments) {
    stock.level.reserved += one.reserved;
    stock.level.drawn += one.drawn;
  }
  stock.events = History(source, authority, item).run(stock.counted);
  if (!stock.counted) return stock;
  stock.places = view->stock->held_by_place(item, stock.at);
  stock.use = registry::use_rate({authority, **view->holdings, *view->stock, stock.at}, item,
                                 usages_of(source));
  stock.coming = coming_of(view->stock->entries(item), stock);
  return stock;
}

registry::Rating rate_after(const StockSource& source, const AuthorityId& authority,
                            const ItemId& item, std::int64_t quantity) {
  const registry::AuthorityView* view = source.view.find(authority);
  CHECK(view != nullptr && view->holdings != nullptr);
  const registry::Quantity asked{registry::Action::Transfer, item, authority, std::nullopt,
                                 quantity};
  return registry::rate({authority, **view->holdings, *view->stock, source.view.at()}, asked,
                        usages_of(source));
}

std::vector<registry::Usage> usages_at(const State& state, base::Instant at) {
  std::vector<registry::Usage> usages;
  for (const auto& [id, grant] : state.grants()) {
    if (grant.at > at) continue;
    registry::Quantity quantity = quantity_of(grant.scope);
    for (const Draw& draw : grant.draws) {
      if (draw.done.at > at) continue;
      quantity.quantity = draw.taken();
      usages.push_back({quantity, draw.done.at, id, registry::Usage::Kind::Drawn});
    }
    quantity.quantity = grant.scope.quantity - drawn_by(grant, at);
    if (at >= ends_at(grant) || quantity.quantity <= 0) continue;
    usages.push_back({quantity, grant.at, id, registry::Usage::Kind::Reserved});
  }
  for (const auto& [id, earlier] : state.legacy()) {
    if (earlier.body.counts == 0 || earlier.body.decided_at > at) continue;
    registry::Quantity what = earlier.body.what;
    what.quantity = earlier.body.counts;
    usages.push_back({std::move(what), earlier.body.decided_at, registry::GrantId(id.text()),
                      registry::Usage::Kind::Drawn});
  }
  return usages;
}

base::Ruled<void> check_stock(const AuthorityDetermination& finding, const Scope& scope,
                              std::int64_t held) {
  if (!finding.facts || !finding.facts->rating || !finding.facts->rating->listed) {
    return base::outcome::success();
  }
  if (!registry::takes_from(finding.authority, quantity_of(scope)) ||
      scope.quantity <= finding.facts->rating->free() - held) {
    return base::outcome::success();
  }
  return base::Refusal{
      "stock-short",
      fmt::format("the stock of {} does not cover this beside what is promised already; "
                  "its own office sees the figures with `countersign stock rate`",
                  finding.authority.text()),
      finding.authority.text()};
}

}  // namespace countersign::kernel
