// SPDX-License-Identifier: Apache-2.0
#include "registry/registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
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
  std::vector<const Recorded<ItemList>*> lists;
  // What was asked of lists so far. Entries stay where they are: pointers lead into them.
  mutable std::mutex mutex;
  mutable std::map<ItemId, Listed> listed;
};

struct RegistersView::Listed {
  std::optional<Recorded<ItemDescription>> description;  // with the list's record
  const Recorded<ItemList>* list = nullptr;              // not null with a description
  std::int64_t position = 0;
  std::optional<std::int64_t> price;
  bool at_other_times = false;  // described by a list that is not in force; asked where none is
  std::string unsure;
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
  view.lists = all_in_force(held.lists, at);
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
    changes.add_all(held.lists);
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
  const auto* own = found == indexes_->described.end() ? nullptr : found->second;
  const Listed* row = listed(item);
  if (row == nullptr) return own;
  if (!row->unsure.empty()) return nullptr;
  return row->description ? &*row->description : own;
}

bool RegistersView::described_at_some_time(const ItemId& item) const {
  if (indexes_->held->ever_described.contains(item)) return true;
  const Listed* row = listed(item);
  return row != nullptr && (row->description || row->at_other_times);
}

std::string RegistersView::unsure_of(const ItemId& item) const {
  const Listed* row = listed(item);
  return row == nullptr ? std::string() : row->unsure;
}

std::optional<RowPlace> RegistersView::row_of(const ItemId& item) const {
  const Listed* row = listed(item);
  if (row == nullptr || !row->description) return std::nullopt;
  return RowPlace{(*row->list)->id, row->position};
}

std::optional<PriceInForce> RegistersView::price_of(const AuthorityId& authority,
                                                    const ItemId& item) const {
  const Listed* row = listed(item);
  if (row != nullptr && row->description) {
    if (row->list->record.authority != authority || !row->price) return std::nullopt;
    return PriceInForce{*row->price, (*row->list)->currency};
  }
  const auto found = indexes_->prices.find(item);
  if (found == indexes_->prices.end()) return std::nullopt;
  for (const auto& [by, price] : found->second) {
    if (by == authority) return price;
  }
  return std::nullopt;
}

std::optional<std::string_view> RegistersView::currency_of(
    const Recorded<ItemDescription>& description) const {
  if (description.record.kind == RecordKind::List) {
    return (*listed(description->id)->list)->currency;
  }
  const AuthorityView* by = find(description.record.authority);
  if (by == nullptr || by->prices == nullptr) return std::nullopt;
  return (*by->prices)->currency;
}

namespace {

// The first word of a row that its authority's vocabulary lacks, as a sentence; empty: none.
std::string unknown_word(const ItemDescription& item, const Vocabulary& vocabulary) {
  const auto lacks = [&](std::string_view what, const auto& id) {
    return vocabulary.find(id) != nullptr
               ? std::string()
               : fmt::format("it names the {} `{}`, which the vocabulary does not know", what,
                             id.text());
  };
  std::string lacking;
  for (const ClassId& one : item.classes) {
    if (lacking.empty()) lacking = lacks("class", one);
  }
  for (const PropertyValue& one : item.properties) {
    if (lacking.empty()) lacking = lacks("property", one.id);
  }
  for (const Component& one : item.components) {
    if (lacking.empty() && one.origin) lacking = lacks("party", *one.origin);
  }
  for (const Need& one : item.needs) {
    if (lacking.empty()) lacking = lacks("party", one.authority);
    if (lacking.empty()) lacking = lacks("kind of data", one.kind);
  }
  return lacking;
}

}  // namespace

std::string RegistersView::fault_in(const ItemDescription& item, const AuthorityId& by) const {
  const auto& all = indexes_->held->authorities;
  const auto held = std::find_if(all.begin(), all.end(),
                                 [&](const AuthorityRegister& one) { return one.authority == by; });
  // Beside the one register of an extract, records are taken as they are.
  if (held->charters.empty()) return {};
  const AuthorityView* authority = find(by);
  return authority->vocabulary == nullptr ? fmt::format("{} has no vocabulary in force", by.text())
                                          : unknown_word(item, **authority->vocabulary);
}

void RegistersView::take_row(Listed& known, const Recorded<ItemList>& list, const RowAnswer& answer,
                             const Recorded<ItemDescription>* other) const {
  const std::string& by = list.record.authority.text();
  const ItemDescription& item = answer.row->item;
  const std::string row =
      fmt::format("row {} of the list `{}` of {}", answer.position, list->id.text(), by);
  if (other != nullptr) {
    known.unsure = fmt::format("`{}` is described twice, by {} and in {}", item.id.text(),
                               other->record.authority.text(), row);
    return;
  }
  const std::string unknown = fault_in(item, list.record.authority);
  if (!unknown.empty()) {
    known.unsure = fmt::format("{} cannot be used: {}", row, unknown);
    return;
  }
  known.description.emplace(Recorded<ItemDescription>{
      list.record, std::shared_ptr<const ItemDescription>(answer.row, &item), row});
  known.list = &list;
  known.position = answer.position;
  known.price = answer.row->price;
}

const RegistersView::Listed* RegistersView::listed(const ItemId& item) const {
  if (indexes_->lists.empty()) return nullptr;
  const std::lock_guard lock(indexes_->mutex);
  const auto [place, fresh] = indexes_->listed.try_emplace(item);
  Listed& known = place->second;
  if (!fresh) return &known;
  const auto found = indexes_->described.find(item);
  const Recorded<ItemDescription>* own =
      found == indexes_->described.end() ? nullptr : found->second;
  for (const Recorded<ItemList>* list : indexes_->lists) {
    const bool in_force = list->record.period.contains(at_);
    // What lists of other times say matters where nothing describes the item now.
    if (!in_force && own != nullptr) continue;
    const RowAnswer answer = (*list)->find(item);
    if (answer.kind == RowAnswer::Kind::NotListed) continue;
    if (answer.kind == RowAnswer::Kind::Unknown) {
      known.unsure =
          fmt::format("what the list `{}` of {} says of `{}` is not known: {}", (*list)->id.text(),
                      list->record.authority.text(), item.text(), answer.why);
    } else if (!in_force) {
      known.at_other_times = true;
    } else {
      const auto* other = known.description ? &*known.description : own;
      take_row(known, *list, answer, other);
    }
    if (!known.unsure.empty()) break;
  }
  if (!known.unsure.empty()) known.description.reset();
  return &known;
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
    for (const auto& list : one.lists) {
      if (list->find(item).kind != RowAnswer::Kind::Listed) continue;
      if (one.authority == authority) {
        own = true;
      } else if (list.record.period.contains(at)) {
        return &list.record;
      } else if (first == nullptr) {
        first = &list.record;
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

bool Registers::has_item(const ItemId& item) const {
  if (held_->item_set.contains(item)) return true;
  return internal::may_be_listed(held_->authorities, item);
}

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
          {authority.authority, {price.price, (*authority.prices)->currency}});
    }
  }
  for (const AuthorityRegister& authority : held_->authorities) {
    for (const auto& list : authority.lists) {
      if (!list.record.period.empty()) indexes->lists.push_back(&list);
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
