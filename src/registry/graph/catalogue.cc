// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/catalogue.h"

#include <algorithm>

#include "base/check.h"

namespace countersign::registry::graph {

std::optional<std::uint8_t> Tables::authority(std::string_view id) const {
  const auto found = std::find(authorities.begin(), authorities.end(), id);
  if (found == authorities.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - authorities.begin());
}

const LargeNumbers& Catalogue::large_of(std::uint32_t line) const {
  if (const auto changed = large_changed.find(line); changed != large_changed.end()) {
    return changed->second;
  }
  const auto all = large.all();
  const auto found = std::lower_bound(
      all.begin(), all.end(), line,
      [](const LargeNumbers& numbers, std::uint32_t wanted) { return numbers.line < wanted; });
  CHECK(found != all.end() && found->line == line);
  return *found;
}

std::int64_t Catalogue::quantity(std::uint32_t line) const {
  const std::uint32_t quantity = lines.entries[line].quantity;
  return quantity == Line::kLarge ? large_of(line).quantity : quantity;
}

std::optional<std::int64_t> Catalogue::value(std::uint32_t line) const {
  const std::uint32_t value = lines.entries[line].value;
  if (value == Line::kUnknown) return std::nullopt;
  return value == Line::kLarge ? large_of(line).value : value;
}

void Catalogue::set_numbers(std::uint32_t line, std::int64_t quantity,
                            std::optional<std::int64_t> value) {
  Line& to = lines.entries[line];
  if (quantity < Line::kLarge && value.value_or(0) < Line::kLarge) {
    to.quantity = static_cast<std::uint32_t>(quantity);
    to.value = value ? static_cast<std::uint32_t>(*value) : Line::kUnknown;
    return;
  }
  large_changed[line] = {line, 0, quantity, value.value_or(0)};
  to.quantity = Line::kLarge;
  to.value = value ? Line::kLarge : Line::kUnknown;
}

std::uint32_t Catalogue::description_at(Node node, base::Instant at) const {
  for (std::uint32_t i = described[node]; i < described[node + 1]; ++i) {
    if (holds(descriptions[i].period, at)) return i;
  }
  return kNone;
}

}  // namespace countersign::registry::graph
