// SPDX-License-Identifier: Apache-2.0
// Everything the authorities have declared, as far as it is known, and what of it is in force on a
// date.
//
// Invariants of Registers that `create` returned:
//   Referenced  what a record names by id is declared: words in every vocabulary its authority has
//               during the record's period, offices in the charter, directives beside it
//   Single      at no time has an item two descriptions or an authority two books of one kind; rows
//               of lists are not looked through for that: a view says `unsure` of such an item
//   Counted     the last holdings book of an authority says of every item that has moved that its
//               movements count it, and names every place; and its book is sound (stock_book.h)
//   Ranked      no directive supersedes one of a higher office, and supersession has no circle
#ifndef COUNTERSIGN_REGISTRY_REGISTERS_H_
#define COUNTERSIGN_REGISTRY_REGISTERS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "registry/appointment.h"
#include "registry/calendar.h"
#include "registry/charter.h"
#include "registry/claim.h"
#include "registry/directive.h"
#include "registry/ground_list.h"
#include "registry/holdings.h"
#include "registry/ids.h"
#include "registry/item.h"
#include "registry/item_list.h"
#include "registry/manifest.h"
#include "registry/movements.h"
#include "registry/prices.h"
#include "registry/record.h"
#include "registry/stock_book.h"
#include "registry/tie_rules.h"
#include "registry/vocabulary.h"

namespace countersign::geo {
class Layer;
}

namespace countersign::registry {

// All that one authority has issued, pending and ended records included, in any order.
struct AuthorityRegister {
  AuthorityId authority;
  std::vector<Recorded<Charter>> charters;
  std::vector<Recorded<Appointment>> appointments;
  std::vector<Recorded<Vocabulary>> vocabularies;
  std::vector<Recorded<geo::Layer>> layers;
  std::vector<Recorded<ItemDescription>> items;
  std::vector<Recorded<PriceList>> price_lists;
  std::vector<Recorded<Claim>> claims;
  std::vector<Recorded<TieRules>> tie_rules;
  std::vector<Recorded<Holdings>> holdings;
  std::vector<Recorded<GroundList>> grounds;
  std::vector<Recorded<Directive>> directives;
  std::vector<Recorded<Calendar>> calendars;
  std::vector<Recorded<Movements>> movements;
  std::vector<Recorded<ItemList>> lists;
};

// Every record of a register, in the order of their kinds, each kind sorted by id and beginning.
std::vector<Record> records_of(const AuthorityRegister& held);

// Whether `held` is exactly what `manifest` lists: nothing left out, nothing added, no period or
// digest other. Rules of refusal: manifest-authority, manifest-left-out, manifest-added,
// manifest-period.
base::Ruled<void> matches(const Manifest& manifest, const AuthorityRegister& held);

// A directive and the period it is in force in the end: its record's, cut off where a superseding
// one began.
struct DirectiveInForce {
  const Recorded<Directive>* directive = nullptr;
  base::Period effective;
  std::optional<DirectiveId> superseded_by;  // whose beginning ends it

  const Directive& operator*() const { return **directive; }
  const Directive* operator->() const { return directive->value.get(); }
};

// What one authority has in force at the view's instant. Null where nothing is.
struct AuthorityView {
  AuthorityId authority;
  const Recorded<Charter>* charter = nullptr;
  const Recorded<Vocabulary>* vocabulary = nullptr;
  const Recorded<geo::Layer>* layer = nullptr;
  const Recorded<PriceList>* prices = nullptr;
  const Recorded<TieRules>* tie_rules = nullptr;
  const Recorded<Holdings>* holdings = nullptr;
  const StockBook* stock = nullptr;  // never null in a view
  const Recorded<GroundList>* grounds = nullptr;
  std::vector<const Recorded<Appointment>*> appointments;  // sorted by id, as all lists here
  std::vector<const Recorded<ItemDescription>*> items;
  std::vector<const Recorded<Claim>*> claims;
  std::vector<const Recorded<ItemList>*> lists;
  std::vector<DirectiveInForce> directives;

  // The rule in force, or the strictest where none is.
  ComponentRule component_rule() const;
  const DirectiveInForce* find(const DirectiveId& directive) const;
};

struct PriceInForce {
  std::int64_t price = 0;
  std::string_view currency;
};

class Registers;

// What is in force at one instant. Keeps the registers it was made from alive, so pointers into it
// are good as long as the view or any copy of the registers is. Immutable, thread-safe to read.
class RegistersView {
 public:
  base::Instant at() const { return at_; }
  // Sorted by id; an authority without a charter in force is listed, its charter null.
  const std::vector<AuthorityView>& authorities() const { return authorities_; }
  const AuthorityView* find(const AuthorityId& authority) const;

  // The description in force, or null. One that is a row of a list has the list's record. Null too
  // where it cannot be told: unsure_of() says so.
  const Recorded<ItemDescription>* describe(const ItemId& item) const;
  // Why it cannot be told whether and how the item is described: a list's rows are not here, or are
  // not those that were signed, or there are two descriptions. Empty: it can be told.
  std::string unsure_of(const ItemId& item) const;
  // Where the row stands that describes the item; empty when none does.
  std::optional<RowPlace> row_of(const ItemId& item) const;
  // Whether some description of the item was, is or will be in force: asked where describe() is
  // null, it says that what is known of the item's insides does not hold on this date.
  bool described_at_some_time(const ItemId& item) const;
  // The price in force in that authority's price list, or in the row that describes the item.
  std::optional<PriceInForce> price_of(const AuthorityId& authority, const ItemId& item) const;
  // In what the parts of a description in force are valued; empty when its authority has no prices.
  std::optional<std::string_view> currency_of(const Recorded<ItemDescription>& description) const;
  // Claims in force on an item (component claims apart), and on a component; each sorted by
  // authority and id.
  const std::vector<const Recorded<Claim>*>& claims_on(const ItemId& item) const;
  const std::vector<const Recorded<Claim>*>& claims_on_component(const ItemId& component) const;

 private:
  friend class Registers;
  struct Indexes;
  struct Listed;
  RegistersView() = default;
  // What lists in force say of the item; null when there are none.
  const Listed* listed(const ItemId& item) const;
  // Why a row of that authority cannot be used; empty: it can.
  std::string fault_in(const ItemDescription& item, const AuthorityId& by) const;
  // Takes up a row of a list in force; `other` is what describes the item beside, or null.
  void take_row(Listed& known, const Recorded<ItemList>& list, const RowAnswer& answer,
                const Recorded<ItemDescription>* other) const;

  base::Instant at_;
  std::vector<AuthorityView> authorities_;
  std::shared_ptr<const Indexes> indexes_;
};

// Immutable; copies share. Thread-safe to read.
class Registers {
 public:
  // No authority at all.
  Registers();

  // Checks everything that crosses documents; each issue names the file and place of the document
  // that is wrong (without an excerpt: the texts are not here). An authority has at least a
  // charter; authorities stand once.
  static base::Parsed<Registers> create(std::vector<AuthorityRegister> authorities);
  // One authority's register, whole and checked, beside single records of others. These are taken
  // as they are, and whatever `own` names of items elsewhere is taken to be there: Referenced and
  // Single are the word of who selected them.
  static base::Parsed<Registers> create_extract(AuthorityRegister own,
                                                std::vector<AuthorityRegister> beside);

  // Sorted by id.
  const std::vector<AuthorityRegister>& authorities() const;
  const AuthorityRegister* find(const AuthorityId& authority) const;

  // A record of another authority than `authority` by which the item is known: its description in
  // force at `at`; where there is none, and `authority` neither describes nor claims it at some
  // time, the first description or claim of it. Null where none is needed.
  const Record* known_by(const ItemId& item, const AuthorityId& authority, base::Instant at) const;

  // Every item that is described by a record of its own or claimed at some time, sorted. Components
  // that are nothing else are not among them.
  const std::vector<ItemId>& items() const;
  // Whether a request or a policy may name the item: it is one of these, or a row of a list, at
  // some time. True too where a list's rows are not here, so that it cannot be told.
  bool has_item(const ItemId& item) const;

  // What is in force at `at`, supersession applied: a directive ends when one that supersedes it
  // begins, and does not come back when that one ends. One that never came into force (withdrawn
  // or itself superseded before it began) ends nothing.
  RegistersView view(base::Instant at) const;

  // The instants after `after` and up to `until`, itself included, at which what is in force
  // changes; sorted, each once. Beginnings and ends of records, prices and tallies.
  std::vector<base::Instant> changes(base::Instant after, base::Instant until) const;

  // The first instant after `after` at which a stock changes by the registers alone: a movement
  // begins to count or no longer does, or, where thresholds are months of cover, a month begins.
  base::Instant stock_change_after(base::Instant after) const;

 private:
  friend class RegistersView;
  struct Held;
  explicit Registers(std::shared_ptr<const Held> held);
  static Registers hold(std::vector<AuthorityRegister> authorities);

  std::shared_ptr<const Held> held_;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_REGISTERS_H_
