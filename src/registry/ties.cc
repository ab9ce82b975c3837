// SPDX-License-Identifier: Apache-2.0
#include "registry/ties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "registry/internal/part_graph.h"

namespace countersign::registry {
namespace {

using internal::kNoNode;
using internal::PartGraph;
using internal::PartNode;

constexpr std::int64_t kWholeBp = 10'000;

// The claims of one authority on a component; empty for most components.
std::vector<ClaimId> claims_of(const RegistersView& view, const AuthorityId& authority,
                               const ItemId& component) {
  std::vector<ClaimId> claims;
  for (const auto* claim : view.claims_on_component(component)) {
    if (claim->record.authority == authority) claims.push_back((*claim)->id);
  }
  return claims;
}

class Tracer {
 public:
  Tracer(const RegistersView& view, const TieQuestion& question)
      : view_(view), question_(question) {}

  Ties run() {
    std::vector<ItemId> roots{question_.item};
    for (const ItemId& item : question_.used_with) {
      if (std::find(roots.begin(), roots.end(), item) == roots.end()) roots.push_back(item);
    }
    for (const ItemId& root : roots) trace(root);
    for (const DataSource& source : question_.data_sources) {
      add_source(source.authority, Basis::Data, RequestedData{source.kind});
    }
    return settle(roots.size());
  }

 private:
  // The facts of an authority of the registers; null for a party that is none.
  TieFacts* facts_of(const PartyId& party) {
    if (view_.find(party) == nullptr) return nullptr;
    TieFacts& facts = facts_[party];
    facts.authority = party;
    return &facts;
  }

  static void add_basis(TieFacts& facts, Basis basis) {
    const auto place = std::lower_bound(facts.bases.begin(), facts.bases.end(), basis);
    if (place == facts.bases.end() || *place != basis) facts.bases.insert(place, basis);
  }

  void add_source(const PartyId& party, Basis basis, TieSource source) {
    TieFacts* facts = facts_of(party);
    if (facts == nullptr) return;
    add_basis(*facts, basis);
    if (std::find(facts->sources.begin(), facts->sources.end(), source) == facts->sources.end()) {
      facts->sources.push_back(std::move(source));
    }
  }

  void add_gap(TieGap::Kind kind, ItemPath path, std::string message) {
    gaps_.push_back({kind, std::move(path), std::move(message)});
  }

  void trace(const ItemId& root) {
    for (const auto* claim : view_.claims_on(root)) {
      add_source(claim->record.authority, (*claim)->basis,
                 ClaimedTie{(*claim)->basis, (*claim)->id, {root}, (*claim)->kind});
    }
    PartGraph graph(view_, root);
    trace_data(graph);
    if (graph.gaps().empty() && !(*graph.nodes().front().description)->components.empty()) {
      trace_components(graph);
    }
    std::move(graph.gaps().begin(), graph.gaps().end(), std::back_inserter(gaps_));
  }

  // Needs of the item and of what it is made of, and data claims on components.
  void trace_data(const PartGraph& graph) {
    std::set<ItemId> seen;
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
      const Recorded<ItemDescription>& item = *graph.nodes()[i].description;
      for (const Need& need : item->needs) {
        add_source(
            need.authority, Basis::Data,
            NeededData{graph.path_to(i), need.kind, item.record.authority, view_.row_of(item->id)});
      }
      for (const Component& component : item->components) {
        if (!seen.insert(component.id).second) continue;
        for (const auto* claim : view_.claims_on(component.id)) {
          if ((*claim)->basis != Basis::Data) continue;
          ItemPath path = graph.path_to(i);
          path.push_back(component.id);
          add_source(claim->record.authority, Basis::Data,
                     ClaimedTie{Basis::Data, (*claim)->id, std::move(path), (*claim)->kind});
        }
      }
    }
  }

  // Everybody who may own a part: an origin written, or a claim.
  std::set<AuthorityId> owners(const PartGraph& graph) const {
    std::set<AuthorityId> owners;
    for (const PartNode& node : graph.nodes()) {
      for (const Component& component : (*node.description)->components) {
        if (component.origin && view_.find(*component.origin) != nullptr) {
          owners.insert(*component.origin);
        }
        for (const auto* claim : view_.claims_on_component(component.id)) {
          owners.insert(claim->record.authority);
        }
      }
    }
    return owners;
  }

  void trace_components(const PartGraph& graph) {
    const Recorded<ItemDescription>& item = *graph.nodes().front().description;
    const auto price = view_.price_of(item.record.authority, item->id);
    if (!price) {
      add_gap(TieGap::Kind::UnknownPrice, {item->id},
              fmt::format("`{}` gives no price of `{}` that is in force",
                          item.record.authority.text(), item->id.text()));
      return;
    }
    if (!same_currency(graph, *price)) return;
    for (const AuthorityId& owner : owners(graph)) {
      if (!add_share(graph, *price, owner)) return;
    }
  }

  // Values are in the currency of their description's authority; one without prices is taken to
  // write them in the currency of the item's price.
  bool same_currency(const PartGraph& graph, const PriceInForce& price) {
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
      const Recorded<ItemDescription>& part = *graph.nodes()[i].description;
      if (part->components.empty()) continue;
      const auto currency = view_.currency_of(part);
      if (!currency || *currency == price.currency) continue;
      add_gap(TieGap::Kind::Currency, graph.path_to(i),
              fmt::format("the parts of `{}` are valued in {}, the price is in {}", part->id.text(),
                          *currency, price.currency));
      return false;
    }
    return true;
  }

  bool overflow(const PartGraph& graph, const AuthorityId& owner) {
    const ItemId& item = (*graph.nodes().front().description)->id;
    add_gap(TieGap::Kind::Overflow, {item},
            fmt::format("the share of `{}` in `{}` is too large to work out", owner.text(),
                        item.text()));
    return false;
  }

  // Pieces flow down from the item: parents first, each node knows how many of it are in one item
  // before its own parts are counted. What is the owner's whole is counted and not followed.
  bool add_share(const PartGraph& graph, const PriceInForce& price, const AuthorityId& owner) {
    ComponentShare share;
    std::vector<Amount> pieces(graph.nodes().size());
    pieces.front() = Amount(1);
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
      if (pieces[i].is_zero()) continue;
      const PartNode& node = graph.nodes()[i];
      const auto& components = (*node.description)->components;
      for (std::size_t c = 0; c < components.size(); ++c) {
        const Component& component = components[c];
        std::vector<ClaimId> claims = claims_of(view_, owner, component.id);
        const bool whole = component.origin == owner || !claims.empty();
        if (!whole && node.parts[c] == kNoNode) continue;
        const auto count = pieces[i].times(Amount(component.quantity));
        if (!count) return overflow(graph, owner);
        if (!whole) {
          const auto sum = pieces[node.parts[c]].plus(*count);
          if (!sum) return overflow(graph, owner);
          pieces[node.parts[c]] = *sum;
          continue;
        }
        const auto amount = count->times(Amount(*component.value));  // Known
        const auto content = amount ? share.content.plus(*amount) : std::nullopt;
        if (!content) return overflow(graph, owner);
        share.content = *content;
        if (amount->is_zero()) continue;
        ItemPath path = graph.path_to(i);
        path.push_back(component.id);
        share.parts.push_back({std::move(path), *count, *component.value, *amount,
                               std::move(claims), node.description->record.authority,
                               view_.row_of((*node.description)->id)});
      }
    }
    if (share.content.is_zero()) return true;
    return weigh(graph, price, owner, std::move(share));
  }

  // The share of the price, and whether it gives its owner a say.
  bool weigh(const PartGraph& graph, const PriceInForce& price, const AuthorityId& owner,
             ComponentShare share) {
    const Recorded<ItemDescription>& item = *graph.nodes().front().description;
    const auto scaled = share.content.times(Amount(kWholeBp));
    const auto floor = scaled ? scaled->over_down(price.price) : std::nullopt;
    const auto ceiling = scaled ? scaled->over_up(price.price) : std::nullopt;
    if (!floor || !ceiling) return overflow(graph, owner);
    share.item = item->id;
    share.price = price.price;
    share.currency = price.currency;
    share.priced_by = item.record.authority;
    share.bp_floor = *floor;
    share.bp_ceiling = *ceiling;
    share.row = view_.row_of(item->id);
    share.rule = view_.find(owner)->component_rule();
    // content / price >= threshold / 10,000 exactly when the floor of the former, in hundredths of
    // a percent, is at least the whole number `threshold_bp`.
    share.gives_tie = share.rule.kind == ComponentRule::Kind::AnyShare ||
                      share.bp_floor >= share.rule.threshold_bp;
    TieFacts& facts = *facts_of(owner);
    if (share.gives_tie) add_basis(facts, Basis::Component);
    facts.shares.push_back(std::move(share));
    return true;
  }

  Ties settle(std::size_t roots) {
    Ties ties;
    for (auto& [authority, facts] : facts_) {
      for (std::size_t i = 0; i < facts.shares.size(); ++i) {
        const ComponentShare& share = facts.shares[i];
        facts.share_bp_min = i == 0 ? share.bp_floor : std::min(facts.share_bp_min, share.bp_floor);
        facts.share_bp_max = std::max(facts.share_bp_max, share.bp_ceiling);
      }
      // An item without parts of theirs has a share of nothing.
      if (facts.shares.size() < roots) facts.share_bp_min = 0;
      (facts.bases.empty() ? ties.below_threshold : ties.tied).push_back(std::move(facts));
    }
    if (ties.tied.empty() && gaps_.empty()) {
      add_gap(TieGap::Kind::NoTie, {question_.item},
              fmt::format("no authority has a say over `{}`, so none could consent",
                          question_.item.text()));
    }
    ties.gaps = std::move(gaps_);
    return ties;
  }

  const RegistersView& view_;
  const TieQuestion& question_;
  std::map<AuthorityId, TieFacts> facts_;
  std::vector<TieGap> gaps_;
};

}  // namespace

std::string to_text(const ItemPath& path) {
  std::string text;
  for (const ItemId& item : path) {
    if (!text.empty()) text += " > ";
    text += item.text();
  }
  return text;
}

std::string_view name_of(TieGap::Kind kind) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "not-described", "not-complete", "unknown-origin", "unknown-value",
      "unknown-price", "currency",     "overflow",       "circle",
      "too-deep",      "row",          "no-tie"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool TieFacts::has(Basis basis) const {
  return std::binary_search(bases.begin(), bases.end(), basis);
}

const TieFacts* Ties::find(const AuthorityId& authority) const {
  const auto found = std::lower_bound(
      tied.begin(), tied.end(), authority,
      [](const TieFacts& facts, const AuthorityId& id) { return facts.authority < id; });
  return found == tied.end() || found->authority != authority ? nullptr : &*found;
}

Ties trace_ties(const RegistersView& view, const TieQuestion& question) {
  return Tracer(view, question).run();
}

std::vector<Record> records_traced(const RegistersView& view, const TieQuestion& question) {
  using Key = std::tuple<AuthorityId, RecordKind, std::string>;
  std::map<Key, Record> records;
  const auto add = [&](const Record& record) {
    records.emplace(Key{record.authority, record.kind, record.id}, record);
  };
  std::vector<ItemId> roots{question.item};
  roots.insert(roots.end(), question.used_with.begin(), question.used_with.end());
  for (const ItemId& root : roots) {
    const PartGraph graph(view, root);
    for (const PartNode& node : graph.nodes()) {
      add(node.description->record);
      if (node.description->record.kind == RecordKind::List) continue;  // has its price beside
      const AuthorityView* by = view.find(node.description->record.authority);
      if (!(*node.description)->components.empty() && by->prices != nullptr) {
        add(by->prices->record);
      }
    }
  }
  std::vector<Record> sorted;
  for (auto& [key, record] : records) sorted.push_back(std::move(record));
  return sorted;
}

}  // namespace countersign::registry
