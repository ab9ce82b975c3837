// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/testing/world.h"

#include <algorithm>
#include <deque>

#include "base/check.h"
#include "registry/graph/builder.h"
#include "registry/ties.h"

namespace countersign::registry::graph::testing {

Big::Big(std::uint64_t value) {
  for (; value != 0; value >>= 32) limbs_.push_back(static_cast<std::uint32_t>(value));
}

Big Big::power_of_two(unsigned exponent) {
  Big power;
  power.limbs_.assign(exponent / 32 + 1, 0);
  power.limbs_.back() = 1U << (exponent % 32);
  return power;
}

Big Big::plus(const Big& other) const {
  Big sum;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(limbs_.size(), other.limbs_.size()) || carry != 0; ++i) {
    if (i < limbs_.size()) carry += limbs_[i];
    if (i < other.limbs_.size()) carry += other.limbs_[i];
    sum.limbs_.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32;
  }
  return sum;
}

Big Big::times(std::uint64_t factor) const {
  if (factor == 0) return {};
  const auto by_half = [](const Big& number, std::uint32_t half) {
    Big product;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < number.limbs_.size() || carry != 0; ++i) {
      if (i < number.limbs_.size()) carry += std::uint64_t{number.limbs_[i]} * half;
      product.limbs_.push_back(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    while (!product.limbs_.empty() && product.limbs_.back() == 0) product.limbs_.pop_back();
    return product;
  };
  Big high = by_half(*this, static_cast<std::uint32_t>(factor >> 32));
  if (!high.is_zero()) high.limbs_.insert(high.limbs_.begin(), 0);
  return high.plus(by_half(*this, static_cast<std::uint32_t>(factor)));
}

std::strong_ordering operator<=>(const Big& a, const Big& b) {
  if (a.limbs_.size() != b.limbs_.size()) return a.limbs_.size() <=> b.limbs_.size();
  return std::lexicographical_compare_three_way(a.limbs_.rbegin(), a.limbs_.rend(),
                                                b.limbs_.rbegin(), b.limbs_.rend());
}

std::string Big::text() const {
  std::string digits;
  std::vector<std::uint32_t> rest = limbs_;
  do {
    std::uint64_t remainder = 0;
    for (std::size_t i = rest.size(); i-- > 0;) {
      remainder = remainder << 32 | rest[i];
      rest[i] = static_cast<std::uint32_t>(remainder / 10);
      remainder %= 10;
    }
    digits += static_cast<char>('0' + remainder);
    while (!rest.empty() && rest.back() == 0) rest.pop_back();
  } while (!rest.empty());
  std::reverse(digits.begin(), digits.end());
  return digits;
}

namespace {

NodeKind kind_of(const std::string& node) {
  if (node.starts_with("data:")) return NodeKind::Data;
  return node.starts_with("tech:") ? NodeKind::Technology : NodeKind::Item;
}

bool has(const std::map<std::string, std::vector<std::string>>& of, const std::string& node,
         const std::string& word) {
  const auto found = of.find(node);
  return found != of.end() &&
         std::find(found->second.begin(), found->second.end(), word) != found->second.end();
}

}  // namespace

const WorldDescription* World::description(const std::string& item, base::Instant at) const {
  const auto found = items.find(item);
  if (found == items.end()) return nullptr;
  for (const WorldDescription& description : found->second) {
    if (description.period.contains(at)) return &description;
  }
  return nullptr;
}

WorldDescription* World::description(const std::string& item, base::Instant at) {
  const auto found = items.find(item);
  if (found == items.end()) return nullptr;
  for (WorldDescription& description : found->second) {
    if (description.period.contains(at)) return &description;
  }
  return nullptr;
}

bool World::claims_node(const std::string& node, const std::string& authority, Basis basis,
                        base::Instant at) const {
  for (const WorldClaim& claim : claims) {
    if (claim.authority != authority || claim.basis != basis || !claim.period.contains(at)) {
      continue;
    }
    if (claim.on == ClaimFact::On::Item && claim.target == node) return true;
    if (claim.on == ClaimFact::On::Supplier && has(suppliers, node, claim.target)) return true;
    if (claim.on == ClaimFact::On::Class && has(classes, node, claim.target)) return true;
  }
  return false;
}

bool World::supplies(const std::string& node, const std::string& authority,
                     base::Instant at) const {
  return has(suppliers, node, authority) || claims_node(node, authority, Basis::Supplied, at);
}

bool World::provides(const std::string& node, const std::string& authority,
                     base::Instant at) const {
  return supplies(node, authority, at) || claims_node(node, authority, Basis::Owner, at) ||
         claims_node(node, authority, Basis::Data, at);
}

bool World::is_whole(const WorldLine& line, const std::string& authority, base::Instant at) const {
  if (line.origin == authority) return true;
  if (claims_node(line.part, authority, Basis::Component, at)) return true;
  return std::any_of(claims.begin(), claims.end(), [&](const WorldClaim& claim) {
    return claim.authority == authority && claim.on == ClaimFact::On::Origin &&
           claim.target == line.origin && claim.period.contains(at);
  });
}

bool World::anybodys(const std::string& part, base::Instant at) const {
  return std::any_of(authorities.begin(), authorities.end(), [&](const std::string& authority) {
    return claims_node(part, authority, Basis::Component, at);
  });
}

bool World::is_provided(const std::string& node, base::Instant at) const {
  const auto found = suppliers.find(node);
  if (found != suppliers.end() && !found->second.empty()) return true;
  return std::any_of(authorities.begin(), authorities.end(),
                     [&](const std::string& authority) { return provides(node, authority, at); });
}

Big World::content(const std::string& item, const std::string& authority, base::Instant at) const {
  Big sum;
  const WorldDescription* described = description(item, at);
  if (described == nullptr) return sum;
  for (const WorldLine& line : described->lines) {
    const auto quantity = static_cast<std::uint64_t>(line.quantity);
    if (is_whole(line, authority, at)) {
      sum = sum.plus(Big(quantity).times(static_cast<std::uint64_t>(line.value.value_or(0))));
    } else {
      sum = sum.plus(content(line.part, authority, at).times(quantity));
    }
  }
  return sum;
}

bool World::relies(const std::string& node, const std::string& authority, base::Instant at,
                   std::set<std::string>& seen) const {
  if (claims_node(node, authority, Basis::Data, at)) return true;
  const WorldDescription* described = description(node, at);
  if (described == nullptr) return false;
  for (const std::string& needed : described->needs) {
    if (provides(needed, authority, at)) return true;
    if (seen.insert(needed).second && relies(needed, authority, at, seen)) return true;
  }
  for (const WorldLine& line : described->lines) {
    if (seen.insert(line.part).second && relies(line.part, authority, at, seen)) return true;
  }
  return false;
}

void World::line_gaps(const WorldLine& line, base::Instant at, std::set<std::string>& gaps) const {
  const bool described = description(line.part, at) != nullptr;
  if (!described && items.contains(line.part)) {
    gaps.insert("not-described");
    return;
  }
  if (!described && line.origin.empty()) gaps.insert("unknown-origin");
  const bool may_count_whole = !described || !line.origin.empty() || anybodys(line.part, at);
  if (may_count_whole && !line.value) gaps.insert("unknown-value");
}

void World::part_gaps(const std::string& item, base::Instant at,
                      std::set<std::string>& gaps) const {
  const WorldDescription* described = description(item, at);
  if (described == nullptr) {
    gaps.insert("not-described");
    return;
  }
  if (height(item, at) > kTieDepthLimit) gaps.insert("too-deep");
  std::set<std::string> seen{item};
  reliance_gaps(item, at, seen, gaps);
  for (const WorldLine& line : described->lines) {
    line_gaps(line, at, gaps);
    if (description(line.part, at) != nullptr) part_gaps(line.part, at, gaps);
  }
}

void World::reliance_gaps(const std::string& node, base::Instant at, std::set<std::string>& seen,
                          std::set<std::string>& gaps) const {
  const WorldDescription* described = description(node, at);
  if (described == nullptr) {
    if (items.contains(node)) gaps.insert("not-described");
    return;
  }
  if (!described->complete) gaps.insert("not-complete");
  for (const std::string& needed : described->needs) {
    if (!items.contains(needed) && !is_provided(needed, at)) gaps.insert("unknown-provider");
    if (seen.insert(needed).second) reliance_gaps(needed, at, seen, gaps);
  }
  for (const WorldLine& line : described->lines) {
    if (seen.insert(line.part).second) reliance_gaps(line.part, at, seen, gaps);
  }
}

void World::currencies_below(const std::string& item, base::Instant at,
                             std::set<std::string>& found) const {
  const WorldDescription* described = description(item, at);
  if (described == nullptr || described->lines.empty()) return;
  const auto currency = currencies.find(described->by);
  if (currency != currencies.end()) found.insert(currency->second);
  for (const WorldLine& line : described->lines) currencies_below(line.part, at, found);
}

std::int64_t World::price_of(const std::string& item, base::Instant at) const {
  const WorldDescription* described = description(item, at);
  for (const WorldPrice& price : prices) {
    if (price.item == item && price.by == described->by && price.period.contains(at)) {
      return price.price;
    }
  }
  return 0;
}

std::size_t World::height(const std::string& item, base::Instant at) const {
  std::size_t height_below = 0;
  for (const WorldLine& line : description(item, at)->lines) {
    if (description(line.part, at) == nullptr) continue;
    height_below = std::max(height_below, height(line.part, at) + 1);
  }
  return height_below;
}

Rule World::rule(const std::string& authority, const std::string& destination,
                 base::Instant at) const {
  Rule found;
  for (const std::string& wanted : {std::string(), destination}) {
    for (const WorldRule& one : rules) {
      if (one.authority == authority && one.destination == wanted && one.period.contains(at)) {
        found = one.rule;
      }
    }
  }
  return found;
}

Expected World::ties(const std::string& item, const std::string& destination,
                     base::Instant at) const {
  Expected expected;
  part_gaps(item, at, expected.gaps);
  const WorldDescription* described = description(item, at);
  const bool has_lines = described != nullptr && !described->lines.empty();
  if (expected.gaps.empty() && has_lines) {
    expected.price = currencies.contains(described->by) ? price_of(item, at) : 0;
    std::set<std::string> found;
    currencies_below(item, at, found);
    if (expected.price == 0) {
      expected.gaps.insert("unknown-price");
    } else if (found.size() > 1) {
      expected.gaps.insert("currency");
    }
  }
  const bool weighed = expected.gaps.empty() && has_lines;
  bool any = false;
  for (const std::string& authority : authorities) {
    const Rule ruling = rule(authority, destination, at);
    BasisSet bases = 0;
    bool something = false;
    const auto count = [&](bool is, bool counts, Basis basis) {
      something = something || is;
      if (is && counts) bases |= bit(basis);
    };
    count(supplies(item, authority, at), true, Basis::Supplied);
    count(claims_node(item, authority, Basis::Owner, at), true, Basis::Owner);
    bool direct = claims_node(item, authority, Basis::DirectProduct, at);
    if (described != nullptr) {
      for (const std::string& technology : described->made_with) {
        direct = direct || provides(technology, authority, at) ||
                 claims_node(technology, authority, Basis::DirectProduct, at);
      }
    }
    count(direct, ruling.direct_product, Basis::DirectProduct);
    std::set<std::string> seen{item};
    count(relies(item, authority, at, seen), ruling.data, Basis::Data);
    const Big own = weighed ? content(item, authority, at) : Big();
    if (!own.is_zero()) {
      expected.contents[authority] = own;
      const auto price = static_cast<std::uint64_t>(expected.price);
      // As fractions: own / price against threshold / 10,000, and the largest share that fits.
      const bool reached =
          ruling.component.kind == ComponentRule::Kind::AnyShare ||
          own.times(10'000) >=
              Big(price).times(static_cast<std::uint64_t>(ruling.component.threshold_bp));
      count(true, reached, Basis::Component);
      if (own.times(10'000) >= Big::power_of_two(127) ||
          own.times(10'000) >= Big(price).times((std::uint64_t{1} << 63) - 1)) {
        expected.gaps.insert("overflow");
      }
    }
    if (something) expected.bases[authority] = bases;
    any = any || bases != 0;
  }
  if (!any && expected.gaps.empty()) expected.gaps.insert("no-tie");
  return expected;
}

std::optional<std::size_t> World::steps_to_part(const std::string& item,
                                                const std::string& authority,
                                                base::Instant at) const {
  std::optional<std::size_t> fewest;
  const WorldDescription* described = description(item, at);
  if (described == nullptr) return fewest;
  for (const WorldLine& line : described->lines) {
    if (line.quantity == 0) continue;
    std::optional<std::size_t> steps;
    if (is_whole(line, authority, at)) {
      if (line.value.value_or(0) != 0) steps = 1;
    } else if ((steps = steps_to_part(line.part, authority, at))) {
      ++*steps;
    }
    if (steps && (!fewest || *steps < *fewest)) fewest = steps;
  }
  return fewest;
}

std::optional<std::size_t> World::steps_to_data(const std::string& item,
                                                const std::string& authority,
                                                base::Instant at) const {
  if (claims_node(item, authority, Basis::Data, at)) return 0;
  std::map<std::string, std::size_t> seen{{item, 0}};
  std::deque<std::string> open{item};
  std::optional<std::size_t> fewest;
  while (!open.empty()) {
    const std::string node = open.front();
    open.pop_front();
    const WorldDescription* described = description(node, at);
    if (described == nullptr) continue;
    const std::size_t steps = seen.at(node) + 1;
    const auto reach = [&](const std::string& next, bool proves) {
      if (proves && (!fewest || steps < *fewest)) fewest = steps;
      if (seen.emplace(next, steps).second) open.push_back(next);
    };
    for (const std::string& needed : described->needs) {
      reach(needed, provides(needed, authority, at));
    }
    for (const WorldLine& line : described->lines) {
      reach(line.part, claims_node(line.part, authority, Basis::Data, at));
    }
  }
  return fewest;
}

Catalogue World::catalogue() const {
  CatalogueBuilder builder;
  const auto node = [&](const std::string& name) { return builder.node(kind_of(name), name); };
  for (const std::string& authority : authorities) builder.authority(authority);
  for (const std::string& name : nodes) node(name);
  for (const auto& [item, descriptions] : items) {
    for (const WorldDescription& one : descriptions) {
      const std::uint32_t number =
          builder.describe(node(item), builder.authority(one.by), one.complete, one.period);
      for (const WorldLine& line : one.lines) {
        builder.contains(number, node(line.part), builder.origin(line.origin), line.quantity,
                         line.value);
      }
      for (const std::string& needed : one.needs) builder.needs(number, node(needed));
      for (const std::string& technology : one.made_with) {
        builder.made_with(number, node(technology));
      }
    }
  }
  for (const auto& [name, list] : suppliers) {
    for (const std::string& one : list) builder.supplied_by(node(name), builder.supplier(one));
  }
  for (const auto& [name, list] : classes) {
    for (const std::string& one : list) builder.of_class(node(name), builder.product_class(one));
  }
  for (const WorldClaim& claim : claims) {
    std::uint32_t target = 0;
    switch (claim.on) {
      case ClaimFact::On::Item:
        target = node(claim.target);
        break;
      case ClaimFact::On::Origin:
        target = builder.origin(claim.target);
        break;
      case ClaimFact::On::Supplier:
        target = builder.supplier(claim.target);
        break;
      case ClaimFact::On::Class:
        target = builder.product_class(claim.target);
        break;
    }
    builder.claim({claim.id, builder.authority(claim.authority), claim.basis, claim.on, target,
                   builder.period(claim.period)});
  }
  for (const WorldPrice& price : prices) {
    builder.price(node(price.item), builder.authority(price.by), price.price, price.period);
  }
  for (const WorldRule& one : rules) {
    builder.rule(
        {builder.authority(one.authority), one.destination, one.rule, builder.period(one.period)});
  }
  for (const auto& [authority, currency] : currencies) {
    builder.currency(builder.authority(authority), currency);
  }
  auto built = std::move(builder).build();
  CHECK(built.has_value());
  return std::move(built.value());
}

}  // namespace countersign::registry::graph::testing
