// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/cross_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "registry/internal/directive_checks.h"
#include "registry/internal/movement_checks.h"
#include "registry/internal/words.h"

namespace countersign::registry::internal {
namespace {

constexpr base::Position kStart{1, 1};

// Every id that some description is of, and every id a description has as a component.
struct KnownItems {
  std::unordered_set<ItemId> described;
  std::unordered_set<ItemId> components;
  std::unordered_set<ItemId> named;  // described, or claimed other than as a component
};

KnownItems known_items(const std::vector<AuthorityRegister>& authorities) {
  KnownItems known;
  for (const AuthorityRegister& held : authorities) {
    for (const auto& item : held.items) {
      known.described.insert(item->id);
      known.named.insert(item->id);
      for (const Component& component : item->components) known.components.insert(component.id);
    }
    for (const auto& claim : held.claims) {
      if (claim->basis != Basis::Component) known.named.insert(claim->item);
    }
  }
  return known;
}

std::string remedy_for(const ItemId& item, const std::unordered_set<ItemId>& known,
                       std::string otherwise) {
  std::vector<std::string_view> words;
  words.reserve(known.size());
  for (const ItemId& one : known) words.push_back(one.text());
  std::sort(words.begin(), words.end());
  const auto meant = base::did_you_mean(item.text(), words);
  return meant ? fmt::format("did you mean `{}`?", *meant) : std::move(otherwise);
}

class AuthorityChecks {
 public:
  AuthorityChecks(const AuthorityRegister& held, const KnownItems& known, base::Issues& issues)
      : held_(held), known_(known), issues_(issues), words_(held) {}

  void run() {
    check_records();
    check_books();
    check_items();
    check_prices();
    check_claims();
    check_holdings();
    check_movements(held_, issues_);
    check_appointments();
    check_directives(held_, words_, known_.named, issues_);
  }

 private:
  void add(const std::string& file, base::Position at, std::string message, std::string remedy) {
    add_issue(issues_, file, at, std::move(message), std::move(remedy));
  }

  // What a record says of itself is what its document and place say.
  template <class T>
  void check_record(const Recorded<T>& one, RecordKind kind, const std::string& id,
                    base::Position at) {
    if (one.record.kind == kind && one.record.id == id && one.record.authority == held_.authority) {
      return;
    }
    add(one.file, at,
        fmt::format("recorded as the {} `{}` of `{}`, but it is the {} `{}` of `{}`",
                    name_of(one.record.kind), one.record.id, one.record.authority.text(),
                    name_of(kind), id, held_.authority.text()),
        "record the document under its own name");
  }

  // A manifest may end a document's own period earlier, nothing else.
  template <class T>
  void check_period(const Recorded<T>& one, const base::Period& written, base::Position at) {
    const base::Period& ruling = one.record.period;
    if (ruling.from == written.from && ruling.until <= written.until) return;
    add(one.file, at,
        fmt::format("the {} `{}` is recorded as in force from {} to {}, but its document says {} "
                    "to {}",
                    name_of(one.record.kind), one.record.id, base::to_text(ruling.from),
                    base::to_text(ruling.until), base::to_text(written.from),
                    base::to_text(written.until)),
        "a record begins with its document and ends no later");
  }

  // Of a once-only kind: checks the record, its period, and that the id is not used up.
  template <class T>
  void check_once_only(const std::vector<Recorded<T>>& list, RecordKind kind) {
    std::set<std::string_view> seen;
    for (const Recorded<T>& one : list) {
      check_record(one, kind, one->id.text(), one->written.at);
      check_period(one, one->in_force, one->written.at);
      if (seen.insert(one->id.text()).second) continue;
      add(one.file, one->written.at,
          fmt::format("the {} `{}` of `{}` stands twice", name_of(kind), one->id.text(),
                      held_.authority.text()),
          "give each an id of its own, for good");
    }
  }

  template <class T>
  void check_book(const std::vector<Recorded<T>>& list, RecordKind kind) {
    std::vector<const Recorded<T>*> ordered;
    for (const Recorded<T>& one : list) {
      check_record(one, kind, held_.authority.text(), kStart);
      if (!one.record.period.empty()) ordered.push_back(&one);
    }
    std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
      return a->record.period.from < b->record.period.from;
    });
    for (std::size_t i = 1; i < ordered.size(); ++i) {
      if (ordered[i]->record.period.from >= ordered[i - 1]->record.period.until) continue;
      add(ordered[i]->file, kStart,
          fmt::format("`{}` has two documents of the kind `{}` in force at {}",
                      held_.authority.text(), name_of(kind),
                      base::to_text(ordered[i]->record.period.from)),
          "end the earlier one where the later begins");
    }
  }

  void check_records() {
    check_once_only(held_.appointments, RecordKind::Appointment);
    check_once_only(held_.claims, RecordKind::Claim);
    check_once_only(held_.directives, RecordKind::Directive);
    check_once_only(held_.movements, RecordKind::Movements);
    check_once_only(held_.lists, RecordKind::List);
    for (const auto& item : held_.items) {
      check_record(item, RecordKind::Item, item->id.text(), item->written.at);
      check_period(item, item->in_force, item->written.at);
    }
    for (const auto& rules : held_.tie_rules) check_period(rules, rules->in_force, kStart);
    for (const auto& charter : held_.charters) {
      if (charter->authority == held_.authority) continue;
      add(charter.file, kStart,
          fmt::format("the charter is of `{}`, but stands in the register of `{}`",
                      charter->authority.text(), held_.authority.text()),
          "name the authority as its folder is named");
    }
    for (const auto& vocabulary : held_.vocabularies) {
      if (vocabulary->find(held_.authority) != nullptr) continue;
      add(vocabulary.file, kStart,
          fmt::format("the authority `{}` is not among the parties", held_.authority.text()),
          "add it to `parties`: an authority is a party");
    }
    if (held_.charters.empty()) {
      issues_.push_back({{},
                         {},
                         fmt::format("the authority `{}` has no charter", held_.authority.text()),
                         "a charter says which offices it has",
                         {}});
    }
  }

  void check_books() {
    check_book(held_.charters, RecordKind::Charter);
    check_book(held_.vocabularies, RecordKind::Vocabulary);
    check_book(held_.layers, RecordKind::Layer);
    check_book(held_.price_lists, RecordKind::Prices);
    check_book(held_.tie_rules, RecordKind::Ties);
    check_book(held_.holdings, RecordKind::Holdings);
    check_book(held_.calendars, RecordKind::Calendar);
    check_book(held_.grounds, RecordKind::Grounds);
  }

  void check_items() {
    for (const auto& item : held_.items) {
      const base::Period& period = item.record.period;
      const auto need = [&](Words::Kind kind, const std::string& word, base::Position at) {
        words_.need(kind, word, period, item.file, at, issues_);
      };
      for (const ClassId& one : item->classes) {
        need(Words::Kind::Class, one.text(), item->written.at);
      }
      for (const PropertyValue& one : item->properties) {
        need(Words::Kind::Property, one.id.text(), one.written.at);
      }
      for (const Component& one : item->components) {
        if (one.origin) need(Words::Kind::Party, one.origin->text(), one.written.at);
      }
      for (const Need& one : item->needs) {
        need(Words::Kind::Party, one.authority.text(), one.written.at);
        need(Words::Kind::DataKind, one.kind.text(), one.written.at);
      }
    }
  }

  void check_prices() {
    std::unordered_set<ItemId> own;
    for (const auto& item : held_.items) own.insert(item->id);
    for (const auto& list : held_.price_lists) {
      for (const Price& price : list->prices) {
        if (own.contains(price.item)) continue;
        add(list.file, price.written.at,
            fmt::format("`{}` is priced by `{}`, which does not describe it", price.item.text(),
                        held_.authority.text()),
            remedy_for(price.item, own,
                       "the authority that describes an item prices it, in the same currency"));
      }
    }
  }

  void check_claims() {
    for (const auto& claim : held_.claims) {
      if (claim->kind) {
        words_.need(Words::Kind::DataKind, claim->kind->text(), claim.record.period, claim.file,
                    claim->written.at, issues_);
      }
      if (claim->basis != Basis::Component || known_.components.contains(claim->item)) continue;
      add(claim.file, claim->written.at,
          fmt::format("`{}` is a component of no described item", claim->item.text()),
          remedy_for(claim->item, known_.components,
                     "claim a component by the id an item's description gives it"));
    }
  }

  void check_holdings() {
    for (const auto& book : held_.holdings) {
      for (const Holding& holding : book->holdings) {
        if (known_.named.contains(holding.item)) continue;
        add(book.file, holding.written.at,
            fmt::format("`{}` is held, but neither described nor claimed", holding.item.text()),
            remedy_for(holding.item, known_.named, "describe it in items.json"));
      }
    }
  }

  void check_appointments() {
    for (const auto& appointment : held_.appointments) {
      const bool known = std::any_of(
          held_.charters.begin(), held_.charters.end(),
          [&](const auto& charter) { return charter->find(appointment->office) != nullptr; });
      if (known) continue;
      add(appointment.file, appointment->written.at,
          fmt::format("`{}` is not an office of `{}`", appointment->office.text(),
                      held_.authority.text()),
          "appoint to an office of the charter");
    }
  }

  const AuthorityRegister& held_;
  const KnownItems& known_;
  base::Issues& issues_;
  Words words_;
};

// Single: at no time has an item two descriptions, whoever describes it.
void check_descriptions(const std::vector<AuthorityRegister>& authorities, base::Issues& issues) {
  std::map<ItemId, std::vector<const Recorded<ItemDescription>*>> by_item;
  for (const AuthorityRegister& held : authorities) {
    for (const auto& item : held.items) {
      if (!item.record.period.empty()) by_item[item->id].push_back(&item);
    }
  }
  for (auto& [id, list] : by_item) {
    std::stable_sort(list.begin(), list.end(), [](const auto* a, const auto* b) {
      return a->record.period.from < b->record.period.from;
    });
    for (std::size_t i = 1; i < list.size(); ++i) {
      const auto& before = *list[i - 1];
      const auto& item = *list[i];
      if (item.record.period.from >= before.record.period.until) continue;
      add_issue(
          issues, item.file, item->written.at,
          fmt::format("`{}` is described twice at the same time, by `{}` in {}:{} and by `{}`",
                      id.text(), before.record.authority.text(), before.file,
                      before->written.at.line, item.record.authority.text()),
          "one item is described by one authority at a time");
    }
  }
}

// What only holdings, tallies and component claims name: each that `passes` is taken to be known.
template <class Passes>
void admit_named(const AuthorityRegister& held, const Passes& passes, KnownItems& known) {
  const auto admit = [&](const ItemId& item) {
    if (!known.named.contains(item) && passes(item)) known.named.insert(item);
  };
  for (const auto& book : held.holdings) {
    for (const Holding& holding : book->holdings) admit(holding.item);
  }
  for (const auto& directive : held.directives) {
    for (const Tally& tally : directive->tallies) {
      for (const ItemId& item : tally.items) admit(item);
    }
  }
}

// Components of rows are not looked through: where there is a list, it may have any.
void admit_claimed_components(const AuthorityRegister& held, KnownItems& known) {
  for (const auto& claim : held.claims) {
    if (claim->basis == Basis::Component) known.components.insert(claim->item);
  }
}

}  // namespace

base::Issues cross_check(const std::vector<AuthorityRegister>& authorities) {
  base::Issues issues;
  KnownItems known = known_items(authorities);
  const bool any_list = std::any_of(authorities.begin(), authorities.end(),
                                    [](const auto& held) { return !held.lists.empty(); });
  for (const AuthorityRegister& held : authorities) {
    if (!any_list) break;
    const auto passes = [&](const ItemId& item) { return may_be_listed(authorities, item); };
    admit_named(held, passes, known);
    admit_claimed_components(held, known);
  }
  for (std::size_t i = 0; i < authorities.size(); ++i) {
    if (i != 0 && authorities[i].authority == authorities[i - 1].authority) {
      add_issue(issues, {}, {},
                fmt::format("the authority `{}` stands twice", authorities[i].authority.text()),
                "keep one register for each authority");
    }
    AuthorityChecks(authorities[i], known, issues).run();
  }
  check_descriptions(authorities, issues);
  return issues;
}

base::Issues cross_check_alone(const AuthorityRegister& held) {
  KnownItems known = known_items({held});
  admit_named(held, [](const ItemId&) { return true; }, known);
  admit_claimed_components(held, known);
  base::Issues issues;
  AuthorityChecks(held, known, issues).run();
  return issues;
}

bool may_be_listed(const std::vector<AuthorityRegister>& authorities, const ItemId& item) {
  for (const AuthorityRegister& held : authorities) {
    for (const auto& list : held.lists) {
      if (list.record.period.empty()) continue;
      if (list->find(item).kind != RowAnswer::Kind::NotListed) return true;
    }
  }
  return false;
}

}  // namespace countersign::registry::internal
