// SPDX-License-Identifier: Apache-2.0
#include "registry/registers.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

#include "base/check.h"
#include "registry/internal/cross_checks.h"
#include "registry/internal/supersession.h"

namespace countersign::registry {

// What all copies and views share. Pointers in `effective` lead into `authorities`, which never
// changes once it is here.
struct Registers::Held {
  std::vector<AuthorityRegister> authorities;            // sorted by id
  std::vector<std::vector<DirectiveInForce>> effective;  // beside `authorities`
  std::vector<StockBook> stocks;                         // likewise
  bool months_of_cover = false;                          // some threshold is in them
  std::vector<ItemId> items;
  std::unordered_set<ItemId> item_set;
  std::unordered_set<ItemId> ever_described;
  std::vector<base::Instant> changes;  // sorted, each once
};

struct RegistersView::Indexes {
  std::shared_ptr<const Registers::Held> held;
  std::unordered_map<ItemId, const Recorded<ItemDescription>*> described;
  std::unordered_map<ItemId, std::vector<const Recorded<Claim>*>> on_item;
  std::unordered_map<ItemId, std::vector<const Recorded<Claim>*>> on_component;
  std::unordered_map<ItemId, std::vector<std::pair<AuthorityId, PriceInForce>>> prices;
};

namespace {

template <class T>
const Recorded<T>* one_in_force(const std::vector<Recorded<T>>& list, base::Instant at) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Recorded<T>& one) {
    return one.record.period.contains(at);
  });
  return found == list.end() ? nullptr : &*found;
}

template <class T>
std::vector<const Recorded<T>*> all_in_force(const std::vector<Recorded<T>>& list,
                                             base::Instant at) {
  std::vector<const Recorded<T>*> in_force;
  for (const Recorded<T>& one : list) {
    if (one.record.period.contains(at)) in_force.push_back(&one);
  }
  std::sort(in_force.begin(), in_force.end(),
            [](const auto* a, const auto* b) { return a->record.id < b->record.id; });
  return in_force;
}

AuthorityView view_of(const AuthorityRegister& held, const std::vector<DirectiveInForce>& effective,
                      base::Instant at) {
  AuthorityView view;
  view.authority = held.authority;
  view.charter = one_in_force(held.charters, at);
  view.vocabulary = one_in_force(held.vocabularies, at);
  view.layer = one_in_force(held.layers, at);
  view.prices = one_in_force(held.price_lists, at);
  view.tie_rules = one_in_force(held.tie_rules, at);
  view.holdings = one_in_force(held.holdings, at);
  view.grounds = one_in_force(held.grounds, at);
  view.appointments = all_in_force(held.appointments, at);
  view.items = all_in_force(held.items, at);
  view.claims = all_in_force(held.claims, at);
  for (const DirectiveInForce& directive : effective) {
    if (directive.effective.contains(at)) view.directives.push_back(directive);
  }
  return view;
}

// Collects the ends of periods. A withdrawn record's empty period changes nothing.
class Changes {
 public:
  void add(const base::Period& period) {
    if (period.empty()) return;
    if (period.from != base::kDistantPast) instants_.insert(period.from);
    if (period.until != base::kDistantFuture) instants_.insert(period.until);
  }
  template <class T>
  void add_all(const std::vector<Recorded<T>>& list) {
    for (const Recorded<T>& one : list) add(one.record.period);
  }
  std::vector<base::Instant> take() const { return {instants_.begin(), instants_.end()}; }

 private:
  std::set<base::Instant> instants_;
};

std::vector<base::Instant> changes_of(const std::vector<AuthorityRegister>& authorities) {
  Changes changes;
  for (const AuthorityRegister& held : authorities) {
    changes.add_all(held.charters);
    changes.add_all(held.appointments);
    changes.add_all(held.vocabularies);
    changes.add_all(held.layers);
    changes.add_all(held.items);
    changes.add_all(held.price_lists);
    changes.add_all(held.claims);
    changes.add_all(held.tie_rules);
    changes.add_all(held.holdings);
    changes.add_all(held.grounds);
    changes.add_all(held.directives);
    changes.add_all(held.calendars);
    changes.add_all(held.movements);
    for (const auto& list : held.price_lists) {
      for (const Price& price : list->prices) {
        changes.add(price.in_force.intersect(list.record.period));
      }
    }
    for (const auto& directive : held.directives) {
      for (const Tally& tally : directive->tallies) {
        changes.add(tally.period.intersect(directive.record.period));
      }
    }
  }
  return changes.take();
}

}  // namespace

ComponentRule AuthorityView::component_rule() const {
  return tie_rules == nullptr ? ComponentRule{} : (*tie_rules)->component;
}

const DirectiveInForce* AuthorityView::find(const DirectiveId& directive) const {
  const auto found = std::find_if(directives.begin(), directives.end(),
                                  [&](const auto& one) { return one->id == directive; });
  return found == directives.end() ? nullptr : &*found;
}

const AuthorityView* RegistersView::find(const AuthorityId& authority) const {
  const auto found = std::lower_bound(
      authorities_.begin(), authorities_.end(), authority,
      [](const AuthorityView& view, const AuthorityId& id) { return view.authority < id; });
  return found == authorities_.end() || found->authority != authority ? nullptr : &*found;
}

const Recorded<ItemDescription>* RegistersView::describe(const ItemId& item) const {
  const auto found = indexes_->described.find(item);
  return found == indexes_->described.end() ? nullptr : found->second;
}

bool RegistersView::described_at_some_time(const ItemId& item) const {
  return indexes_->held->ever_described.contains(item);
}

std::optional<PriceInForce> RegistersView::price_of(const AuthorityId& authority,
                                                    const ItemId& item) const {
  const auto found = indexes_->prices.find(item);
  if (found == indexes_->prices.end()) return std::nullopt;
  for (const auto& [by, price] : found->second) {
    if (by == authority) return price;
  }
  return std::nullopt;
}

namespace {

using ClaimIndex = std::unordered_map<ItemId, std::vector<const Recorded<Claim>*>>;

const std::vector<const Recorded<Claim>*>& look_up(const ClaimIndex& index, const ItemId& item) {
  static const std::vector<const Recorded<Claim>*> kNone;
  const auto found = index.find(item);
  return found == index.end() ? kNone : found->second;
}

}  // namespace

const std::vector<const Recorded<Claim>*>& RegistersView::claims_on(const ItemId& item) const {
  return look_up(indexes_->on_item, item);
}

const std::vector<const Recorded<Claim>*>& RegistersView::claims_on_component(
    const ItemId& component) const {
  return look_up(indexes_->on_component, component);
}

Registers::Registers() : held_(std::make_shared<const Held>()) {}

Registers::Registers(std::shared_ptr<const Held> held) : held_(std::move(held)) {}

base::Parsed<Registers> Registers::create(std::vector<AuthorityRegister> authorities) {
  std::sort(authorities.begin(), authorities.end(),
            [](const auto& a, const auto& b) { return a.authority < b.authority; });
  if (base::Issues issues = internal::cross_check(authorities); !issues.empty()) return issues;
  return hold(std::move(authorities));
}

base::Parsed<Registers> Registers::create_extract(AuthorityRegister own,
                                                  std::vector<AuthorityRegister> beside) {
  if (base::Issues issues = internal::cross_check_alone(own); !issues.empty()) return issues;
  beside.push_back(std::move(own));
  std::sort(beside.begin(), beside.end(),
            [](const auto& a, const auto& b) { return a.authority < b.authority; });
  return hold(std::move(beside));
}

Registers Registers::hold(std::vector<AuthorityRegister> authorities) {
  auto held = std::make_shared<Held>();
  held->authorities = std::move(authorities);
  std::set<ItemId> items;
  for (const AuthorityRegister& one : held->authorities) {
    const Recorded<Directive>* circle = nullptr;
    auto effective = internal::apply_supersession(one.directives, &circle);
    CHECK(effective.has_value());  // Ranked
    held->effective.push_back(std::move(*effective));
    held->stocks.emplace_back(one.movements);
    for (const auto& book : one.holdings) {
      held->months_of_cover |=
          std::any_of(book->holdings.begin(), book->holdings.end(), [](const Holding& holding) {
            return holding.thresholds.kind == Thresholds::Kind::Months;
          });
    }
    for (const auto& item : one.items) {
      items.insert(item->id);
      if (!item.record.period.empty()) held->ever_described.insert(item->id);
    }
    for (const auto& claim : one.claims) {
      if (claim->basis != Basis::Component) items.insert(claim->item);
    }
  }
  held->items.assign(items.begin(), items.end());
  held->item_set.insert(items.begin(), items.end());
  held->changes = changes_of(held->authorities);
  return Registers(std::move(held));
}

const std::vector<AuthorityRegister>& Registers::authorities() const { return held_->authorities; }

const AuthorityRegister* Registers::find(const AuthorityId& authority) const {
  const auto& all = held_->authorities;
  const auto found = std::lower_bound(
      all.begin(), all.end(), authority,
      [](const AuthorityRegister& one, const AuthorityId& id) { return one.authority < id; });
  return found == all.end() || found->authority != authority ? nullptr : &*found;
}

const Record* Registers::known_by(const ItemId& item, const AuthorityId& authority,
                                  base::Instant at) const {
  const Record* first = nullptr;
  bool own = false;
  for (const AuthorityRegister& one : held_->authorities) {
    for (const auto& description : one.items) {
      if (description->id != item) continue;
      if (one.authority == authority) {
        own = true;
      } else if (description.record.period.contains(at)) {
        return &description.record;
      } else if (first == nullptr) {
        first = &description.record;
      }
    }
    for (const auto& claim : one.claims) {
      if (claim->item != item || claim->basis == Basis::Component) continue;
      if (one.authority == authority) {
        own = true;
      } else if (first == nullptr) {
        first = &claim.record;
      }
    }
  }
  return own ? nullptr : first;
}

const std::vector<ItemId>& Registers::items() const { return held_->items; }

bool Registers::has_item(const ItemId& item) const { return held_->item_set.contains(item); }

RegistersView Registers::view(base::Instant at) const {
  RegistersView view;
  view.at_ = at;
  auto indexes = std::make_shared<RegistersView::Indexes>();
  indexes->held = held_;
  view.authorities_.reserve(held_->authorities.size());
  for (std::size_t i = 0; i < held_->authorities.size(); ++i) {
    view.authorities_.push_back(view_of(held_->authorities[i], held_->effective[i], at));
    view.authorities_.back().stock = &held_->stocks[i];
    const AuthorityView& authority = view.authorities_.back();
    for (const auto* item : authority.items) indexes->described.emplace((*item)->id, item);
    for (const auto* claim : authority.claims) {
      auto& index = (*claim)->basis == Basis::Component ? indexes->on_component : indexes->on_item;
      index[(*claim)->item].push_back(claim);
    }
    if (authority.prices == nullptr) continue;
    for (const Price& price : (*authority.prices)->prices) {
      if (!price.in_force.contains(at)) continue;
      indexes->prices[price.item].push_back(
          {authority.authority, {&price, authority.prices->value.get()}});
    }
  }
  view.indexes_ = std::move(indexes);
  return view;
}

std::vector<base::Instant> Registers::changes(base::Instant after, base::Instant until) const {
  const auto& all = held_->changes;
  const auto begin = std::upper_bound(all.begin(), all.end(), after);
  const auto end = std::upper_bound(all.begin(), all.end(), until);
  return begin < end ? std::vector<base::Instant>(begin, end) : std::vector<base::Instant>();
}

base::Instant Registers::stock_change_after(base::Instant after) const {
  base::Instant first = base::kDistantFuture;
  for (const StockBook& stock : held_->stocks) first = std::min(first, stock.change_after(after));
  if (held_->months_of_cover) first = std::min(first, month_of(after, 1));
  return first;
}

}  // namespace countersign::registry
