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

// Everything that is asked for but the approvals, which come with each request.
Value context_of(const RuleBook::Compiled& book, const Facts& facts) {
  std::vector<std::pair<Text, Value>> members;
  members.reserve(book.asked.size() + 1);
  for (const Attribute& attribute : book.asked) {
    if (auto value = attribute.of(facts)) members.emplace_back(attribute.name, *std::move(value));
  }
  members.emplace_back(words().approvals, Value::set({}));
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

std::span<const Attribute> attributes() {
  using Maybe = std::optional<Value>;
  static const Vocabulary& w = words();
  static const Attribute kAttributes[] = {
      {w.quantity_, [](const Facts& f) -> Maybe { return Value::integer(f.quantity); }},
      {w.touches, [](const Facts& f) -> Maybe { return entities(w.region, f.touches); }},
      {w.within, [](const Facts& f) -> Maybe { return entities(w.region, f.within); }},
      {w.categories, [](const Facts& f) -> Maybe { return entities(w.category, f.categories); }},
      {w.data_sources, [](const Facts& f) -> Maybe { return data_sources(f.data_sources); }},
      {w.funders, [](const Facts& f) -> Maybe { return entities(w.party, f.funders); }},
      {w.funded_only_by,
       [](const Facts& f) -> Maybe { return entities(w.group, f.funded_only_by); }},
      {w.used_with, [](const Facts& f) -> Maybe { return entities(w.item, f.used_with); }},
      {w.ties, [](const Facts& f) -> Maybe { return bases(f.ties.bases); }},
      {w.share_min, [](const Facts& f) -> Maybe { return Value::integer(f.ties.share_bp_min); }},
      {w.share_max, [](const Facts& f) -> Maybe { return Value::integer(f.ties.share_bp_max); }},
      {w.item_, [](const Facts& f) -> Maybe { return properties(f.properties); }},
      // An unrated item has no rating: a policy that asks for one fails.
      {w.rating_,
       [](const Facts& f) -> Maybe {
         if (!f.rating || !f.rating->colour) return std::nullopt;
         return Value::entity(w.rating, Text(registry::name_of(*f.rating->colour)));
       }},
      {w.rest,
       [](const Facts& f) -> Maybe {
         return f.tallies.empty() ? Maybe() : Maybe(rests(f.tallies));
       }},
      {w.recipient,
       [](const Facts& f) -> Maybe {
         return f.recipient ? Maybe(entity(w.party, *f.recipient)) : Maybe();
       }},
      {w.end_user,
       [](const Facts& f) -> Maybe {
         return f.end_user ? Maybe(entity(w.party, *f.end_user)) : Maybe();
       }},
  };
  return kAttributes;
}

std::optional<Hearing> Hearing::open(const RuleBook::Compiled& book, const Facts& facts) {
  if (facts.authority != book.authority) return std::nullopt;
  return Hearing(book, facts);
}

Hearing::Hearing(const RuleBook::Compiled& book, const Facts& facts)
    : book_(&book),
      principal_(entity(words().party, facts.requester)),
      action_(Value::entity(words().action, Text(registry::name_of(facts.action)))),
      resource_(entity(words().item, facts.item)),
      context_(context_of(book, facts)) {
  if (book.asks_for_classes) own_store_ = store_with_item(book, facts);
}

cedar::Request Hearing::with(cedar::Value approvals) const {
  return cedar::Request(principal_, action_, resource_,
                        context_.record().with(words().approvals, std::move(approvals)));
}

std::vector<Value> Hearing::values_of(std::span<const registry::OfficeId> offices) {
  std::vector<Value> values;
  values.reserve(offices.size());
  for (const registry::OfficeId& office : offices) {
    values.push_back(entity(words().office, office));
  }
  return values;
}

cedar::Request Hearing::with_approvals(std::vector<Value> offices) const {
  return with(Value::set(std::move(offices)));
}

cedar::Request Hearing::with_approvals(std::span<const registry::OfficeId> approvals) const {
  return with_approvals(values_of(approvals));
}

cedar::Request Hearing::with_unknown_approvals() const {
  return with(Value::unknown(Value::Kind::Set));
}

}  // namespace countersign::kernel
