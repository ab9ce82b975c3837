// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/check.h"
#include "kernel/internal/compiled.h"
#include "registry/claim.h"
#include "registry/holdings.h"

namespace countersign::kernel {

namespace {

using cedar::Text;
using cedar::Value;

// The names of types and attributes, hashed once.
struct Vocabulary {
  Text party = "Party", group = "Group", item = "Item", item_class = "ItemClass";
  Text office = "Office", region = "Region", category = "Category", data_source = "DataSource";
  Text rating = "Rating", basis = "Basis", action = "Action";
  Text approvals = "approvals", quantity_ = "quantity", touches = "touches", within = "within";
  Text categories = "categories", data_sources = "data_sources", funders = "funders";
  Text funded_only_by = "funded_only_by", used_with = "used_with", ties = "ties";
  Text share_min = "component_share_bp_min", share_max = "component_share_bp_max";
  Text item_ = "item", rating_ = "rating", rest = "rest";
  Text recipient = "recipient", end_user = "end_user";
};

const Vocabulary& words() {
  static const Vocabulary kWords;
  return kWords;
}

template <class Id>
Value entity(const Text& type, const Id& id) {
  return Value::entity(type, Text(id.text()));
}

template <class Id>
Value entities(const Text& type, const std::vector<Id>& ids) {
  std::vector<Value> values;
  values.reserve(ids.size());
  for (const Id& id : ids) values.push_back(entity(type, id));
  return Value::set(std::move(values));
}

Value data_sources(const std::vector<registry::DataSource>& sources) {
  std::vector<Value> values;
  values.reserve(sources.size());
  for (const registry::DataSource& source : sources) {
    values.push_back(Value::entity(words().data_source,
                                   Text(source.authority.text() + "/" + source.kind.text())));
  }
  return Value::set(std::move(values));
}

Value bases(const std::vector<registry::Basis>& ties) {
  std::vector<Value> values;
  values.reserve(ties.size());
  for (const registry::Basis basis : ties) {
    values.push_back(Value::entity(words().basis, Text(registry::name_of(basis))));
  }
  return Value::set(std::move(values));
}

Value properties(const std::vector<PropertyFact>& facts) {
  std::vector<std::pair<Text, Value>> members;
  for (const PropertyFact& fact : facts) {
    members.emplace_back(fact.id.text() + "_min", Value::integer(fact.bounds.min));
    members.emplace_back(fact.id.text() + "_max", Value::integer(fact.bounds.max));
  }
  return Value::record(std::move(members));
}

Value rests(const std::vector<TallyFact>& tallies) {
  std::vector<std::pair<Text, Value>> members;
  members.reserve(tallies.size());
  for (const TallyFact& tally : tallies) {
    members.emplace_back(tally.id.text(), Value::integer(tally.count.rest));
  }
  return Value::record(std::move(members));
}

// Everything but the approvals. An unrated item has no rating: a policy that asks for one fails.
Value context_of(const Facts& facts) {
  const Vocabulary& w = words();
  std::vector<std::pair<Text, Value>> members;
  members.reserve(18);
  members.emplace_back(w.quantity_, Value::integer(facts.quantity));
  members.emplace_back(w.touches, entities(w.region, facts.touches));
  members.emplace_back(w.within, entities(w.region, facts.within));
  members.emplace_back(w.categories, entities(w.category, facts.categories));
  members.emplace_back(w.data_sources, data_sources(facts.data_sources));
  members.emplace_back(w.funders, entities(w.party, facts.funders));
  members.emplace_back(w.funded_only_by, entities(w.group, facts.funded_only_by));
  members.emplace_back(w.used_with, entities(w.item, facts.used_with));
  members.emplace_back(w.ties, bases(facts.ties.bases));
  members.emplace_back(w.share_min, Value::integer(facts.ties.share_bp_min));
  members.emplace_back(w.share_max, Value::integer(facts.ties.share_bp_max));
  members.emplace_back(w.item_, properties(facts.properties));
  if (facts.rating && facts.rating->colour) {
    members.emplace_back(w.rating_,
                         Value::entity(w.rating, Text(registry::name_of(*facts.rating->colour))));
  }
  if (!facts.tallies.empty()) members.emplace_back(w.rest, rests(facts.tallies));
  if (facts.recipient) members.emplace_back(w.recipient, entity(w.party, *facts.recipient));
  if (facts.end_user) members.emplace_back(w.end_user, entity(w.party, *facts.end_user));
  members.emplace_back(w.approvals, Value::set({}));
  return Value::record(std::move(members));
}

// The book's entities and the item asked for, with the classes that its description gave it.
cedar::EntityStore store_with_item(const RuleBook::Compiled& book, const Facts& facts) {
  cedar::Entity item{cedar::EntityUid(words().item, Text(facts.item.text()))};
  for (const registry::ClassId& id : facts.item_classes) {
    item.parents.emplace_back(words().item_class, Text(id.text()));
  }
  std::vector<cedar::Entity> entities = book.entities;
  std::erase_if(entities, [&item](const cedar::Entity& entity) { return entity.uid == item.uid; });
  entities.push_back(std::move(item));
  auto store = cedar::EntityStore::create(std::move(entities));
  CHECK(store.has_value());
  return std::move(store).value();
}

}  // namespace

std::optional<Hearing> Hearing::open(const RuleBook::Compiled& book, const Facts& facts) {
  if (facts.authority != book.authority) return std::nullopt;
  return Hearing(book, facts);
}

Hearing::Hearing(const RuleBook::Compiled& book, const Facts& facts)
    : book_(&book),
      principal_(words().party, Text(facts.requester.text())),
      action_(words().action, Text(registry::name_of(facts.action))),
      resource_(words().item, Text(facts.item.text())),
      context_(context_of(facts)) {
  if (book.asks_for_classes) own_store_ = store_with_item(book, facts);
}

cedar::Request Hearing::with(cedar::Value approvals) const {
  return cedar::Request(principal_, action_, resource_,
                        context_.record().with(words().approvals, std::move(approvals)));
}

cedar::Request Hearing::with_approvals(std::span<const registry::OfficeId> approvals) const {
  std::vector<Value> values;
  for (const registry::OfficeId& office : approvals) {
    values.push_back(entity(words().office, office));
  }
  return with(Value::set(std::move(values)));
}

cedar::Request Hearing::with_unknown_approvals() const {
  return with(Value::unknown(Value::Kind::Set));
}

}  // namespace countersign::kernel
