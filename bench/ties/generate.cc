// SPDX-License-Identifier: Apache-2.0
#include "ties/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace countersign::bench {
namespace {

using registry::graph::CatalogueBuilder;
using registry::graph::Node;
using registry::graph::NodeKind;

class Generator {
 public:
  Generator(const CatalogueSize& size, const Rows& rows)
      : size_(size), rows_(rows), random_(size.seed) {}

  CatalogueBuilder run() {
    add_authorities();
    add_names();
    const std::size_t items = begin_.back() - begin_[1];
    // Of fifty edges: forty-five are components, three needs, one each technology and supplier.
    const double lines_each = 0.9 * static_cast<double>(size_.edges) / static_cast<double>(items);
    const double others = static_cast<double>(size_.edges) / static_cast<double>(items);
    for (std::size_t level = 1; level < begin_.size() - 1; ++level) {
      for (std::size_t i = begin_[level]; i < begin_[level + 1]; ++i) {
        add_item(level, static_cast<Node>(i), lines_each);
        if (chance(0.06 * others)) builder_.needs(description_, any_of(data_));
        if (chance(0.02 * others)) builder_.made_with(description_, any_of(technologies_));
        if (chance(0.02 * others)) builder_.supplied_by(static_cast<Node>(i), any_of(suppliers_));
      }
    }
    return std::move(builder_);
  }

 private:
  std::uint64_t below(std::uint64_t limit) {
    // Good enough for a generator, and the same on every machine.
    return random_() % limit;
  }
  bool chance(double p) { return static_cast<double>(below(1U << 30)) < p * (1U << 30); }
  template <class T>
  T any_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  void add_authorities() {
    for (unsigned i = 0; i < kAuthorities; ++i) builder_.authority(fmt::format("A{}", i + 1));
    builder_.currency(0, "USD");
    for (unsigned i = 1; i <= kOrigins; ++i) builder_.origin(fmt::format("A{}", i));
    for (unsigned i = 0; i < kAuthorities; ++i) {
      registry::graph::Rule rule;
      rule.component = {registry::ComponentRule::Kind::DeMinimis, i % 2 == 0 ? 1'000 : 2'500};
      if (i % 4 != 3) builder_.rule({static_cast<std::uint8_t>(i), {}, rule, 0});
    }
  }

  // Two nodes of five are bare parts; of the others each level has two thirds of the one below.
  void add_names() {
    const auto parts = static_cast<std::size_t>(0.4 * static_cast<double>(size_.nodes));
    begin_ = {0, parts};
    const double items = static_cast<double>(size_.nodes - parts);
    const double ratio = 0.66;
    const double sum = (1 - std::pow(ratio, kLevels)) / (1 - ratio);
    for (unsigned level = 0; level < kLevels; ++level) {
      const auto count = static_cast<std::size_t>(items * std::pow(ratio, level) / sum) + 1;
      begin_.push_back(begin_.back() + count);
    }
    for (std::size_t i = 0; i < begin_.back(); ++i) {
      builder_.item(i < parts ? fmt::format("part-{}", i) : fmt::format("item-{}", i));
      origins_.push_back(static_cast<std::uint8_t>(1 + below(kOrigins)));
    }
    for (int i = 0; i < 1'000; ++i) {
      suppliers_.push_back(builder_.supplier(fmt::format("supplier {}", i)));
      data_.push_back(builder_.node(NodeKind::Data, fmt::format("data-{}", i)));
      // One kind of data in fifty is an authority's.
      const std::string by = i % 50 == 0 ? fmt::format("A{}", 1 + i / 50 % kAuthorities)
                                         : fmt::format("supplier {}", i);
      builder_.supplied_by(data_.back(), builder_.supplier(by));
    }
    for (int i = 0; i < 50; ++i) {
      technologies_.push_back(builder_.node(NodeKind::Technology, fmt::format("process-{}", i)));
    }
  }

  // The first component is of the level below, so that depths are what they are called; most of the
  // others are bare parts, one in eight is one of the four that everybody uses.
  Node any_part(std::size_t level, bool first) {
    std::size_t from = 0;
    if (first) {
      from = level - 1;
    } else if (chance(0.125)) {
      return static_cast<Node>(below(4));
    } else if (!chance(0.75)) {
      from = below(level);
    }
    return static_cast<Node>(begin_[from] + below(begin_[from + 1] - begin_[from]));
  }

  // One that the item does not have yet; kNoNode where none is found soon.
  Node another_part(std::size_t level, bool first) {
    for (int tries = 0; tries < 20; ++tries) {
      const Node part = any_part(level, first);
      if (std::find(parts_.begin(), parts_.end(), part) == parts_.end()) return part;
    }
    return registry::graph::kNoNode;
  }

  void add_item(std::size_t level, Node item, double lines_each) {
    description_ = builder_.describe(item, 0, true);
    const auto lines = 1 + below(static_cast<std::uint64_t>(std::llround(2 * lines_each)) - 1);
    parts_.clear();
    std::int64_t worth = 0;
    for (std::uint64_t i = 0; i < lines; ++i) {
      const Node part = another_part(level, i == 0);
      if (part == registry::graph::kNoNode) continue;
      parts_.push_back(part);
      const bool bare = part < begin_[1];
      const auto quantity = static_cast<std::int64_t>(chance(0.9) ? 1 : 1 + below(8));
      const auto value = static_cast<std::int64_t>(1 + below(10'000));
      const unsigned origin = bare ? origins_[part] : 0;
      builder_.contains(description_, part, static_cast<std::uint16_t>(origin), quantity,
                        bare ? std::optional(value) : std::nullopt);
      if (rows_.line) rows_.line(item, part, quantity, bare ? value : 0, origin);
      worth += quantity * value;
    }
    const std::int64_t price = worth * static_cast<std::int64_t>(level) * 2 + 1;
    builder_.price(item, 0, price);
    if (rows_.price) rows_.price(item, price);
  }

  CatalogueSize size_;
  Rows rows_;
  std::mt19937_64 random_;
  CatalogueBuilder builder_;
  std::vector<std::size_t> begin_;  // of each level, and the end
  std::vector<std::uint8_t> origins_;
  std::vector<std::uint32_t> suppliers_;
  std::vector<Node> data_, technologies_;
  std::vector<Node> parts_;
  std::uint32_t description_ = 0;
};

}  // namespace

CatalogueBuilder generate(const CatalogueSize& size, const Rows& rows) {
  return Generator(size, rows).run();
}

}  // namespace countersign::bench
