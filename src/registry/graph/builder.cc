// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace countersign::registry::graph {
namespace {

// Indexes are 32 bits, with room for what stands for none.
constexpr std::size_t kMost = 0xFFFFFFF0;

std::uint32_t place_in(std::unordered_map<std::string, std::uint32_t>& places,
                       std::vector<std::string>& table, std::string_view id) {
  const auto [found, is_new] =
      places.try_emplace(std::string(id), static_cast<std::uint32_t>(table.size()));
  if (is_new) table.emplace_back(id);
  return found->second;
}

bool overlap(const base::Period& a, const base::Period& b) { return !a.intersect(b).empty(); }

// The descriptions' numbers, sorted by node and beginning.
template <class Key>
std::vector<std::uint32_t> sorted_by(std::size_t count, Key&& key) {
  std::vector<std::uint32_t> sorted(count);
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  return sorted;
}

}  // namespace

CatalogueBuilder::CatalogueBuilder() {
  period({});
  origin({});
}

Node CatalogueBuilder::node(NodeKind kind, std::string_view name) {
  const auto node = names_.add(kind, name);
  if (!node) too_many_nodes_ = true;
  return node.value_or(0);
}

std::uint8_t CatalogueBuilder::authority(std::string_view id) {
  if (const auto known = tables_.authority(id)) return *known;
  if (tables_.authorities.size() == kMostAuthorities) {
    complain(fmt::format("`{}` is one authority too many: a catalogue has at most {}", id,
                         kMostAuthorities),
             "leave out those whose say is not asked about");
    return 0;
  }
  tables_.authorities.emplace_back(id);
  return static_cast<std::uint8_t>(tables_.authorities.size() - 1);
}

std::uint16_t CatalogueBuilder::origin(std::string_view party) {
  const std::uint32_t place = place_in(origins_, tables_.origins, party);
  return place > 0xFFFF ? 0 : static_cast<std::uint16_t>(place);  // check_limits() says so
}

std::uint32_t CatalogueBuilder::supplier(std::string_view party) {
  return place_in(suppliers_, tables_.suppliers, party);
}

std::uint32_t CatalogueBuilder::product_class(std::string_view id) {
  return place_in(classes_, tables_.classes, id);
}

std::uint32_t CatalogueBuilder::period(const base::Period& period) {
  const auto [found, is_new] =
      periods_.try_emplace({period.from.unix_ms, period.until.unix_ms},
                           static_cast<std::uint32_t>(tables_.periods.size()));
  if (is_new) tables_.periods.push_back(period);
  return found->second;
}

std::uint32_t CatalogueBuilder::describe(Node item, std::uint8_t by, bool complete,
                                         const base::Period& in_force) {
  descriptions_.push_back(
      {item, period(in_force), by, static_cast<std::uint8_t>(complete ? 1 : 0), 0});
  return static_cast<std::uint32_t>(descriptions_.size() - 1);
}

void CatalogueBuilder::contains(std::uint32_t description, Node part, std::uint16_t origin,
                                std::int64_t quantity, std::optional<std::int64_t> value) {
  CHECK(description < descriptions_.size() && quantity >= 0 && value.value_or(0) >= 0);
  const bool large =
      quantity >= Line::kLarge || (value && *value >= static_cast<std::int64_t>(Line::kLarge));
  Line line;
  line.part = part;
  line.origin = origin;
  line.quantity = large ? Line::kLarge : static_cast<std::uint32_t>(quantity);
  if (value) line.value = large ? Line::kLarge : static_cast<std::uint32_t>(*value);
  if (large) {
    large_.push_back({static_cast<std::uint32_t>(lines_.size()), 0, quantity, value.value_or(0)});
  }
  lines_.push_back(line);
  line_in_.push_back(description);
}

std::int64_t CatalogueBuilder::worth(std::size_t line) const {
  const Line& one = lines_[line];
  if (one.value == Line::kUnknown) return 0;
  std::int64_t quantity = one.quantity;
  std::int64_t value = one.value;
  if (one.quantity == Line::kLarge) {
    const auto at = static_cast<std::uint32_t>(line);
    const auto found =
        std::lower_bound(large_.begin(), large_.end(), at,
                         [](const LargeNumbers& a, std::uint32_t b) { return a.line < b; });
    quantity = found->quantity;
    value = found->value;
  }
  std::int64_t worth = 0;
  return __builtin_mul_overflow(quantity, value, &worth) ? std::numeric_limits<std::int64_t>::max()
                                                         : worth;
}

void CatalogueBuilder::needs(std::uint32_t description, Node needed) {
  needs_.push_back({description, needed});
}

void CatalogueBuilder::made_with(std::uint32_t description, Node technology) {
  made_with_.push_back({description, technology});
}

void CatalogueBuilder::supplied_by(Node node, std::uint32_t supplier) {
  suppliers_of_.push_back({node, supplier});
}

void CatalogueBuilder::of_class(Node node, std::uint32_t product_class) {
  classes_of_.push_back({node, product_class});
}

void CatalogueBuilder::price(Node item, std::uint8_t by, std::int64_t price,
                             const base::Period& in_force) {
  CHECK(price > 0);
  prices_.push_back({item, {price, period(in_force), by, {}}});
}

void CatalogueBuilder::currency(std::uint8_t authority, std::string_view currency,
                                const base::Period& in_force) {
  tables_.currencies.push_back({authority, std::string(currency), period(in_force)});
}

bool CatalogueBuilder::taken() {
  const auto each = [](const auto& all, auto&& holds) {
    return std::all_of(all.begin(), all.end(), holds);
  };
  const auto pairs = [&](const std::vector<Pair>& all, std::size_t first, std::size_t second) {
    return each(all, [&](const Pair& one) { return one.first < first && one.second < second; });
  };
  const std::size_t nodes = names_.size();
  const std::size_t count = descriptions_.size();
  const auto is_fact = [&](const auto& one) {
    return one.period < tables_.periods.size() && one.by < tables_.authorities.size();
  };
  const bool holds =
      names_.taken() && line_in_.size() == lines_.size() &&
      each(descriptions_, [&](const auto& one) { return one.node < nodes && is_fact(one); }) &&
      pairs(declared_, count, 2) &&
      each(lines_,
           [&](const Line& one) {
             return one.part < nodes && one.origin < tables_.origins.size();
           }) &&
      each(line_in_, [&](std::uint32_t one) { return one < count; }) &&
      each(large_,
           [&](const LargeNumbers& one) {
             return one.line < lines_.size() && one.quantity >= 0 && one.value >= 0;
           }) &&
      pairs(needs_, count, nodes) && pairs(made_with_, count, nodes) &&
      pairs(suppliers_of_, nodes, tables_.suppliers.size()) &&
      pairs(classes_of_, nodes, tables_.classes.size()) && each(prices_, [&](const auto& one) {
        return one.node < nodes && one.price.price > 0 && is_fact(one.price);
      });
  if (!holds) return false;
  for (const Pair& one : declared_) {
    descriptions_[one.first].complete = static_cast<std::uint8_t>(one.second);
  }
  const auto number = [](auto& places, const auto& table) {
    for (std::size_t i = places.size(); i < table.size(); ++i) {
      places.emplace(table[i], static_cast<std::uint32_t>(i));
    }
  };
  number(origins_, tables_.origins);
  number(suppliers_, tables_.suppliers);
  number(classes_, tables_.classes);
  for (std::size_t i = periods_.size(); i < tables_.periods.size(); ++i) {
    const base::Period& one = tables_.periods[i];
    periods_.emplace(std::pair(one.from.unix_ms, one.until.unix_ms), static_cast<std::uint32_t>(i));
  }
  return true;
}

void CatalogueBuilder::complain(std::string message, std::string remedy) {
  constexpr std::size_t kMostIssues = 100;  // more help nobody
  if (issues_.size() == kMostIssues) return;
  base::Issue issue;
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  issues_.push_back(std::move(issue));
}

void CatalogueBuilder::check_limits() {
  const auto most = [&](std::size_t count, std::size_t limit, std::string_view what) {
    if (count <= limit) return;
    complain(fmt::format("more than {} {} in one catalogue", limit, what), "split the catalogue");
  };
  if (too_many_nodes_) complain("more names than a catalogue can number", "split the catalogue");
  most(descriptions_.size(), kMost, "descriptions");
  most(lines_.size(), kMost, "components");
  most(needs_.size() + lines_.size(), kMost, "components and needs");
  most(made_with_.size(), kMost, "uses of technologies");
  most(prices_.size(), kMost, "prices");
  most(tables_.origins.size(), 0x10000, "origins");
  most(tables_.classes.size(), 0x10000, "classes");
  most(tables_.claims.size(), 10'000'000, "claims");
}

// Descriptions are few per node: each is held against the one before.
void CatalogueBuilder::check_descriptions(const std::vector<std::uint32_t>& sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Description& a = descriptions_[sorted[i - 1]];
    const Description& b = descriptions_[sorted[i]];
    if (a.node != b.node || !overlap(tables_.periods[a.period], tables_.periods[b.period])) {
      continue;
    }
    complain(fmt::format("`{}` has two descriptions at the same time", names_.name(a.node)),
             "end the earlier one where the later begins");
  }
}

void CatalogueBuilder::check_prices(const Rows<PriceFact>& prices,
                                    const std::vector<Node>& old_node) {
  if (prices.begin.empty()) return;
  for (Node node = 0; node < old_node.size(); ++node) {
    const auto all = prices.of(node);
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (all[i].by != all[k].by ||
            !overlap(tables_.periods[all[i].period], tables_.periods[all[k].period])) {
          continue;
        }
        complain(fmt::format("`{}` has two prices of `{}` at the same time",
                             names_.name(old_node[node]), tables_.authorities[all[i].by]),
                 "end the earlier price where the later begins");
      }
    }
  }
}

void CatalogueBuilder::check_tables() {
  for (const ClaimFact& claim : tables_.claims) {
    if (claim.on == ClaimFact::On::Origin && claim.basis != Basis::Component) {
      complain(fmt::format("the claim `{}` is on an origin, and no component claim", claim.id),
               "of an origin only parts can be claimed");
    }
  }
  const auto twice = [&](const auto& facts, auto same, std::string_view what) {
    for (std::size_t i = 0; i < facts.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (!same(facts[i], facts[k]) ||
            !overlap(tables_.periods[facts[i].period], tables_.periods[facts[k].period])) {
          continue;
        }
        complain(fmt::format("`{}` has two {} at the same time",
                             tables_.authorities[facts[i].authority], what),
                 "end the earlier one where the later begins");
      }
    }
  };
  twice(
      tables_.rules,
      [](const RuleFact& a, const RuleFact& b) {
        return a.authority == b.authority && a.destination == b.destination;
      },
      "rules for one destination");
  twice(
      tables_.currencies,
      [](const CurrencyFact& a, const CurrencyFact& b) { return a.authority == b.authority; },
      "currencies");
}

Dependencies CatalogueBuilder::dependencies() const {
  Dependencies edges;
  const std::size_t count = names_.size();
  edges.begin.assign(count + 1, 0);
  edges.split.assign(count, 0);
  const auto from = [&](std::uint32_t description) { return descriptions_[description].node; };
  for (const std::uint32_t description : line_in_) ++edges.split[from(description)];
  for (Node node = 0; node < count; ++node) edges.begin[node + 1] = edges.split[node];
  for (const auto& [description, node] : needs_) ++edges.begin[from(description) + 1];
  for (Node node = 0; node < count; ++node) edges.begin[node + 1] += edges.begin[node];
  edges.to.resize(edges.begin[count]);
  std::vector<std::uint32_t> next(edges.begin.begin(), edges.begin.end() - 1);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    edges.to[next[from(line_in_[i])]++] = lines_[i].part;
  }
  edges.split = next;
  for (const auto& [description, node] : needs_) edges.to[next[from(description)]++] = node;
  return edges;
}

void CatalogueBuilder::arrange_lines(const std::vector<Node>& position,
                                     const std::vector<std::uint32_t>& number,
                                     Catalogue& catalogue) {
  for (Line& line : lines_) line.part = position[line.part];
  for (std::uint32_t& description : line_in_) description = number[description];
  // Large numbers follow their lines to where these go.
  std::vector<std::uint32_t> sources;
  if (!large_.empty()) {
    const auto places = group<std::uint32_t>(
        descriptions_.size(), lines_.size(), [&](std::size_t i) { return line_in_[i]; },
        [](std::size_t i) { return static_cast<std::uint32_t>(i); });
    std::vector<std::uint32_t> moved(lines_.size());
    for (std::size_t to = 0; to < lines_.size(); ++to) {
      moved[places.entries[to]] = static_cast<std::uint32_t>(to);
    }
    for (LargeNumbers& numbers : large_) numbers.line = moved[numbers.line];
    std::sort(large_.begin(), large_.end(),
              [](const LargeNumbers& a, const LargeNumbers& b) { return a.line < b.line; });
    catalogue.large = Column<LargeNumbers>(std::move(large_));
  }
  catalogue.lines = group<Line>(
      descriptions_.size(), lines_.size(), [&](std::size_t i) { return line_in_[i]; },
      [&](std::size_t i) { return lines_[i]; });
  catalogue.used_in = group<std::uint32_t>(
      position.size(), lines_.size(), [&](std::size_t i) { return lines_[i].part; },
      [&](std::size_t i) { return line_in_[i]; });
  lines_ = {};
  line_in_ = {};
}

void CatalogueBuilder::arrange(const std::vector<Node>& position, Catalogue& catalogue) {
  for (Description& description : descriptions_) description.node = position[description.node];
  const auto sorted = sorted_by(descriptions_.size(), [&](std::uint32_t i) {
    return std::pair(descriptions_[i].node, tables_.periods[descriptions_[i].period].from);
  });
  std::vector<std::uint32_t> number(sorted.size());  // the description's new one
  std::vector<Description> descriptions(sorted.size());
  std::vector<std::uint32_t> described(position.size() + 1, 0);
  for (std::uint32_t i = 0; i < sorted.size(); ++i) {
    number[sorted[i]] = i;
    descriptions[i] = descriptions_[sorted[i]];
    ++described[descriptions[i].node + 1];
  }
  for (std::size_t node = 0; node < position.size(); ++node) described[node + 1] += described[node];
  arrange_lines(position, number, catalogue);
  const auto rows = [&](std::vector<Pair>& pairs, Rows<Node>& forth, Rows<std::uint32_t>& back) {
    for (auto& [description, node] : pairs) {
      description = number[description];
      node = position[node];
    }
    forth = group<Node>(
        descriptions.size(), pairs.size(), [&](std::size_t i) { return pairs[i].first; },
        [&](std::size_t i) { return pairs[i].second; });
    back = group<std::uint32_t>(
        position.size(), pairs.size(), [&](std::size_t i) { return pairs[i].second; },
        [&](std::size_t i) { return pairs[i].first; });
    pairs = {};
  };
  rows(needs_, catalogue.needs, catalogue.needed_by);
  rows(made_with_, catalogue.made_with, catalogue.makes);
  catalogue.descriptions = Column<Description>(std::move(descriptions));
  catalogue.described = Column<std::uint32_t>(std::move(described));
  catalogue.suppliers = group<std::uint32_t>(
      position.size(), suppliers_of_.size(),
      [&](std::size_t i) { return position[suppliers_of_[i].first]; },
      [&](std::size_t i) { return suppliers_of_[i].second; });
  catalogue.classes = group<std::uint16_t>(
      position.size(), classes_of_.size(),
      [&](std::size_t i) { return position[classes_of_[i].first]; },
      [&](std::size_t i) { return static_cast<std::uint16_t>(classes_of_[i].second); });
  catalogue.prices = group<PriceFact>(
      position.size(), prices_.size(), [&](std::size_t i) { return position[prices_[i].node]; },
      [&](std::size_t i) { return prices_[i].price; });
  for (ClaimFact& claim : tables_.claims) {
    if (claim.on == ClaimFact::On::Item) claim.target = position[claim.target];
  }
}

base::Parsed<Catalogue> CatalogueBuilder::build() && {
  check_limits();
  if (!issues_.empty()) return std::move(issues_);
  check_tables();
  check_descriptions(sorted_by(descriptions_.size(), [&](std::uint32_t i) {
    return std::pair(descriptions_[i].node, tables_.periods[descriptions_[i].period].from);
  }));
  Order arranged = order(dependencies());
  if (!arranged.circle.empty()) {
    std::string path;
    for (const Node node : arranged.circle) {
      path += fmt::format("{}{}", path.empty() ? "" : " > ", names_.name(node));
    }
    complain(fmt::format("`{}` is a component of itself: {}", names_.name(arranged.circle.front()),
                         path),
             "one of these lists names a whole among its parts");
  }
  if (!issues_.empty()) return std::move(issues_);
  Catalogue catalogue;
  arrange(arranged.position, catalogue);
  std::vector<Node> old_node(arranged.position.size());
  for (Node node = 0; node < old_node.size(); ++node) old_node[arranged.position[node]] = node;
  check_prices(catalogue.prices, old_node);
  if (!issues_.empty()) return std::move(issues_);
  catalogue.names = Names::arrange(names_, arranged.position);
  catalogue.level_begin = Column<Node>(std::move(arranged.level_begin));
  catalogue.joined = Column<std::uint8_t>(std::move(arranged.joined));
  catalogue.tables = std::move(tables_);
  return catalogue;
}

}  // namespace countersign::registry::graph
