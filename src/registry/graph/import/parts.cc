// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/import/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "base/bytes.h"
#include "base/prose.h"

namespace countersign::registry::graph {

Parts::Parts(const Mapping& mapping, CatalogueBuilder& builder, ImportReport& report)
    : mapping_(mapping), builder_(builder), report_(report), by_(0) {
  mapping.begin(builder);
  by_ = builder.authority(mapping.described_by);
}

bool Parts::is_name(std::string_view text, std::string_view what, base::Position at) {
  if (text.empty()) {
    refuse(at, fmt::format("the {} is empty", what), "name it");
  } else if (text.size() > kImportedName) {
    refuse(at, fmt::format("the {} is longer than {} bytes", what, kImportedName), "shorten it");
  } else if (!base::is_utf8(text) || base::find_hidden_character(text) ||
             text.find_first_of("\n\t") != std::string_view::npos) {
    refuse(at, fmt::format("the {} holds a character that a screen does not show", what),
           "remove it; save the file as UTF-8");
  } else {
    return true;
  }
  return false;
}

std::uint32_t Parts::describe(Node item) {
  if (descriptions_.size() <= item) descriptions_.resize(builder_.nodes(), kNone);
  std::uint32_t& description = descriptions_[item];
  if (description == kNone) {
    description = builder_.describe(item, by_, mapping_.complete, mapping_.in_force);
  }
  return description;
}

void Parts::contains(Node item, Node part, std::string_view origin, std::int64_t quantity,
                     std::optional<std::int64_t> value, base::Position at) {
  const std::uint32_t description = describe(item);
  const std::uint16_t from = builder_.origin(origin);
  seen_.push_back({description, part, at.line, file_number(), from});
  builder_.contains(description, part, from, quantity, value);
  ++report_.rows;
}

std::uint16_t Parts::file_number() {
  if (files_.empty() || files_.back() != file_) files_.push_back(file_);
  return static_cast<std::uint16_t>(files_.size() - 1);
}

std::string Parts::amount(std::int64_t value) const {
  std::string text = fmt::format("{:0{}}", value, mapping_.decimals + 1);
  if (mapping_.decimals > 0) {
    text.insert(text.size() - static_cast<std::size_t>(mapping_.decimals), 1, '.');
  }
  return text;
}

const Parts::Said* Parts::said_before(std::vector<Said>& said, std::vector<std::uint32_t>& places,
                                      const Said& now) {
  if (places.size() <= now.node) places.resize(now.node + std::size_t{1}, kNone);
  std::uint32_t& place = places[now.node];
  if (place != kNone) return &said[place];
  place = static_cast<std::uint32_t>(said.size());
  said.push_back(now);
  return nullptr;
}

void Parts::price(Node item, std::int64_t price, base::Position at) {
  const Said* said = said_before(prices_, price_of_, {item, at, price, file_number()});
  if (said == nullptr) {
    builder_.price(item, by_, price, mapping_.in_force);
  } else if (said->value != price) {
    refuse(at,
           fmt::format("`{}` costs {} here and {} in line {}", builder_.name(item), amount(price),
                       amount(said->value), said->at.line),
           "an item has one price at a time");
  }
}

void Parts::supplied_by(Node node, std::string_view party, base::Position at) {
  const std::uint32_t supplier = builder_.supplier(party);
  const Said* said = said_before(suppliers_, supplier_of_, {node, at, supplier, file_number()});
  if (said == nullptr) {
    builder_.supplied_by(node, supplier);
  } else if (said->value != supplier) {
    refuse(at,
           fmt::format("`{}` is supplied by `{}` here and by another in line {}",
                       builder_.name(node), party, said->at.line),
           "give parts of two suppliers two names");
  }
}

void Parts::of_class(Node node, std::string_view product_class) {
  const std::uint32_t number = builder_.product_class(product_class);
  auto& known = classes_of_[node];
  if (std::find(known.begin(), known.end(), number) != known.end()) return;
  known.push_back(number);
  classes_.push_back({node, number});
  builder_.of_class(node, number);
}

bool Parts::taken() {
  if (!builder_.taken()) return false;
  const std::size_t nodes = builder_.nodes();
  descriptions_.assign(nodes, kNone);
  for (std::uint32_t i = 0; i < builder_.descriptions(); ++i) {
    descriptions_[builder_.described(i)] = i;
  }
  const auto place = [&](const std::vector<Said>& said, std::vector<std::uint32_t>& places) {
    places.assign(nodes, kNone);
    for (std::uint32_t i = 0; i < said.size(); ++i) {
      if (said[i].node >= nodes) return false;
      places[said[i].node] = i;
    }
    return true;
  };
  classes_of_.clear();
  for (const OfClass& one : classes_) classes_of_[one.node].push_back(one.number);
  return place(prices_, price_of_) && place(suppliers_, supplier_of_) &&
         std::all_of(seen_.begin(), seen_.end(), [&](const Seen& one) {
           return one.description < builder_.descriptions() && one.part < nodes &&
                  one.file < files_.size();
         });
}

void Parts::finish() {
  const auto key = [](const Seen& one) {
    return std::tuple(one.description, one.part, one.origin, one.file, one.line);
  };
  std::sort(seen_.begin(), seen_.end(),
            [&](const Seen& a, const Seen& b) { return key(a) < key(b); });
  for (std::size_t i = 1; i < seen_.size(); ++i) {
    const Seen& a = seen_[i - 1];
    const Seen& b = seen_[i];
    if (std::tie(a.description, a.part, a.origin) != std::tie(b.description, b.part, b.origin)) {
      continue;
    }
    report_.refuse(
        files_[b.file], {b.line, 1},
        fmt::format("the component `{}` of that origin stands in `{}` already, in line "
                    "{} of {}",
                    builder_.name(b.part), builder_.name(builder_.described(b.description)), a.line,
                    files_[a.file]),
        "write it once, with the sum of the quantities");
  }
  seen_ = {};
  check_shares();
}

// A share is at most the whole. Of most items the parts are worth less together: only the others
// are looked at origin by origin.
void Parts::check_shares() {
  const auto add = [](std::int64_t& sum, std::int64_t more) {
    if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::int64_t>::max();
  };
  std::vector<std::int64_t> sums(builder_.descriptions());
  for (std::size_t i = 0; i < builder_.lines(); ++i) {
    add(sums[builder_.description_of(i)], builder_.worth(i));
  }
  std::map<std::uint32_t, const Said*> suspects;  // by description
  for (const Said& said : prices_) {
    const std::uint32_t description =
        said.node < descriptions_.size() ? descriptions_[said.node] : kNone;
    if (description != kNone && sums[description] > said.value) suspects[description] = &said;
  }
  if (suspects.empty()) return;
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::int64_t> by_origin;
  for (std::size_t i = 0; i < builder_.lines(); ++i) {
    const std::uint32_t description = builder_.description_of(i);
    const std::uint16_t origin = builder_.origin_of(i);
    if (origin != 0 && suspects.contains(description)) {
      add(by_origin[{description, origin}], builder_.worth(i));
    }
  }
  for (const auto& [of, worth] : by_origin) {
    const Said& said = *suspects.at(of.first);
    if (worth <= said.value) continue;
    report_.refuse(files_[said.file], said.at,
                   fmt::format("`{}` costs {}, and its parts of origin {} are worth {} together: a "
                               "share of more than 100 %",
                               builder_.name(said.node), amount(said.value),
                               builder_.origin_name(of.second), amount(worth)),
                   "check the price, and the quantities and values of the parts");
  }
}

std::optional<std::int64_t> parse_number(std::string_view text, int decimals) {
  std::int64_t number = 0;
  bool any = false;
  int after_point = -1;
  for (const char c : text) {
    if (c == '.' && any && after_point < 0 && decimals > 0) {
      after_point = 0;
      continue;
    }
    if (c < '0' || c > '9' || (after_point >= 0 && ++after_point > decimals)) return std::nullopt;
    any = true;
    if (__builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, c - '0', &number)) {
      return std::nullopt;
    }
  }
  if (!any || after_point == 0) return std::nullopt;
  for (int i = std::max(after_point, 0); i < decimals; ++i) {
    if (__builtin_mul_overflow(number, 10, &number)) return std::nullopt;
  }
  return number;
}

}  // namespace countersign::registry::graph
