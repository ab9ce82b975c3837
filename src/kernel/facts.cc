// SPDX-License-Identifier: Apache-2.0
#include "kernel/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "registry/registers.h"

namespace countersign::kernel {

namespace {

using base::Refusal;

template <class T>
std::vector<T> sorted(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

template <class T>
std::vector<T> sorted_or_none(const std::optional<std::vector<T>>& values) {
  return values ? sorted(*values) : std::vector<T>();
}

// Looks names up in one authority's vocabulary and keeps the first that it lacks.
class Lookup {
 public:
  Lookup(const registry::AuthorityId& authority, const registry::Vocabulary& vocabulary)
      : authority_(authority), vocabulary_(vocabulary) {}

  template <class Id>
  void ask(const Id& id, std::string_view rule, std::string_view what, std::string_view where) {
    if (refusal_ || vocabulary_.find(id) != nullptr) return;
    refusal_ = Refusal{std::string(rule),
                       fmt::format("the vocabulary of {} does not know the {} `{}`",
                                   authority_.text(), what, id.text()),
                       std::string(where)};
  }
  void ask_party(const registry::PartyId& party, std::string_view where) {
    ask(party, "unknown-party", "party", where);
  }

  std::optional<Refusal> take() { return std::move(refusal_); }

 private:
  const registry::AuthorityId& authority_;
  const registry::Vocabulary& vocabulary_;
  std::optional<Refusal> refusal_;
};

std::optional<Refusal> refuse_names(const registry::AuthorityView& authority,
                                    const registry::Vocabulary& vocabulary,
                                    const Request& request) {
  Lookup lookup(authority.authority, vocabulary);
  lookup.ask_party(request.requester, "requester");
  if (request.recipient) lookup.ask_party(*request.recipient, "recipient");
  if (request.end_user) lookup.ask_party(*request.end_user, "end_user");
  if (request.funded_by) {
    for (const registry::PartyId& party : *request.funded_by) lookup.ask_party(party, "funded_by");
  }
  if (request.categories) {
    for (const registry::CategoryId& category : *request.categories) {
      lookup.ask(category, "unknown-category", "category", "categories");
    }
  }
  if (request.data_sources) {
    for (const registry::DataSource& source : *request.data_sources) {
      lookup.ask_party(source.authority, "data_sources");
      lookup.ask(source.kind, "unknown-data", "kind of data", "data_sources");
    }
  }
  return lookup.take();
}

// The groups that hold every funder; none when nobody funds.
std::vector<registry::GroupId> funded_only_by(const registry::Vocabulary& vocabulary,
                                              const std::vector<registry::PartyId>& funders) {
  std::vector<registry::GroupId> groups;
  if (funders.empty()) return groups;
  for (const registry::Group& group : vocabulary.groups) {
    const bool all = std::all_of(funders.begin(), funders.end(), [&group](const auto& funder) {
      return std::find(group.members.begin(), group.members.end(), funder) != group.members.end();
    });
    if (all) groups.push_back(group.id);
  }
  return sorted(std::move(groups));
}

geo::Bounds bounds_of(const geo::Layer& layer, const geo::Place& place,
                      std::vector<PlaceBounds>* asked) {
  if (asked == nullptr) return layer.bounds(place);
  for (const PlaceBounds& known : *asked) {
    if (known.layer == &layer) return known.bounds;
  }
  asked->push_back({&layer, layer.bounds(place)});
  return asked->back().bounds;
}

std::vector<TallyFact> tally_facts(const registry::AuthorityView& authority, const Taken& taken) {
  std::vector<TallyFact> facts;
  for (const registry::DirectiveInForce& directive : authority.directives) {
    for (const registry::Tally& tally : directive->tallies) {
      facts.push_back(
          {tally.id, directive->id, registry::count(tally, taken.usages, taken.leaving_out)});
    }
  }
  std::sort(facts.begin(), facts.end(),
            [](const TallyFact& a, const TallyFact& b) { return a.id < b.id; });
  return facts;
}

}  // namespace

registry::TieQuestion tie_question(const Request& request) {
  return {request.item, request.used_with,
          request.data_sources.value_or(std::vector<registry::DataSource>())};
}

base::Ruled<Facts> make_facts(const registry::RegistersView& view,
                              const registry::AuthorityView& authority, const Request& request,
                              const registry::TieFacts& ties, const Taken& taken,
                              std::vector<PlaceBounds>* asked) {
  if (authority.vocabulary == nullptr) {
    return Refusal{"no-vocabulary",
                   fmt::format("{} has no vocabulary in force", authority.authority.text()),
                   {}};
  }
  const registry::Vocabulary& vocabulary = **authority.vocabulary;
  if (auto refusal = refuse_names(authority, vocabulary, request)) return *std::move(refusal);

  Facts facts;
  facts.authority = authority.authority;
  facts.requester = request.requester;
  facts.action = request.action;
  facts.item = request.item;
  facts.quantity = request.quantity;
  facts.recipient = request.recipient;
  facts.end_user = request.end_user;
  if (request.place) {
    const bool region = request.place->kind() == geo::Place::Kind::Region;
    const geo::Layer* layer = authority.layer == nullptr ? nullptr : authority.layer->value.get();
    if (region && (layer == nullptr || !layer->has(request.place->region()))) {
      return Refusal{"unknown-region",
                     fmt::format("the region layer of {} has no region `{}`",
                                 authority.authority.text(), request.place->region().text()),
                     "place"};
    }
    if (layer != nullptr) {
      geo::Bounds bounds = bounds_of(*layer, *request.place, asked);
      facts.touches = std::move(bounds.touches);
      facts.within = std::move(bounds.within);
    }
  }
  facts.categories = sorted_or_none(request.categories);
  facts.data_sources = sorted_or_none(request.data_sources);
  facts.funders = sorted_or_none(request.funded_by);
  facts.funded_only_by = funded_only_by(vocabulary, facts.funders);
  facts.used_with = sorted(request.used_with);
  facts.ties = ties;
  const auto* description = view.describe(request.item);
  if (description != nullptr) facts.item_classes = sorted((*description)->classes);
  for (const registry::Property& property : vocabulary.properties) {
    facts.properties.push_back({property.id, description == nullptr
                                                 ? registry::Bounds{}
                                                 : (*description)->bounds_of(property.id)});
  }
  std::sort(facts.properties.begin(), facts.properties.end(),
            [](const PropertyFact& a, const PropertyFact& b) { return a.id < b.id; });
  if (authority.holdings != nullptr) {
    const registry::Quantity quantity{request.action, request.item, request.requester,
                                      request.recipient, request.quantity};
    facts.rating = registry::rate(
        {authority.authority, **authority.holdings, *authority.stock, taken.at.value_or(view.at())},
        quantity, taken.usages, taken.leaving_out);
  }
  facts.tallies = tally_facts(authority, taken);
  return facts;
}

}  // namespace countersign::kernel
