// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/names.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace countersign::registry::graph {
namespace {

// Part of the snapshot's format: the table is stored. Eight bytes at a time, multiplied and folded.
std::uint64_t hash_of(NodeKind kind, std::string_view name) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = (static_cast<std::uint64_t>(kind) + 1) * kFactor + name.size();
  while (!name.empty()) {
    std::uint64_t word = 0;
    const std::size_t taken = name.size() < 8 ? name.size() : 8;
    for (std::size_t i = 0; i < taken; ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(name[i])) << (8 * i);
    }
    name.remove_prefix(taken);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 29;
  }
  return hash ^ (hash >> 32);
}

// At most two thirds full.
std::size_t table_size(std::size_t names) { return std::bit_ceil(names + names / 2 + 2); }

}  // namespace

std::string_view name_of(NodeKind kind) {
  static constexpr std::array<std::string_view, 3> kNames = {"item", "data", "technology"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view NameBuilder::name(Node node) const {
  const std::uint32_t begin = node == 0 ? 0 : ends_[node - 1];
  return {text_.data() + begin, ends_[node] - begin};
}

// Where the name stands in the table, or the empty place where it would.
std::size_t NameBuilder::place_of(NodeKind kind, std::string_view text) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = hash_of(kind, text) & mask;
  while (table_[place] != kNoNode &&
         (kinds_[table_[place]] != kind || name(table_[place]) != text)) {
    place = (place + 1) & mask;
  }
  return place;
}

void NameBuilder::grow() {
  table_.assign(table_size(2 * size() + 16), kNoNode);
  for (Node node = 0; node < size(); ++node) {
    table_[place_of(kinds_[node], name(node))] = node;
  }
}

bool NameBuilder::taken() {
  const bool holds = ends_.size() == kinds_.size() && std::is_sorted(ends_.begin(), ends_.end()) &&
                     (ends_.empty() ? 0 : ends_.back()) == text_.size() &&
                     std::all_of(kinds_.begin(), kinds_.end(),
                                 [](NodeKind kind) { return kind <= NodeKind::Technology; });
  if (holds) grow();
  return holds;
}

std::optional<Node> NameBuilder::find(NodeKind kind, std::string_view text) const {
  if (table_.empty()) return std::nullopt;
  const Node node = table_[place_of(kind, text)];
  if (node == kNoNode) return std::nullopt;
  return node;
}

std::optional<Node> NameBuilder::add(NodeKind kind, std::string_view text) {
  if (table_.size() < table_size(size() + 1)) grow();
  const std::size_t place = place_of(kind, text);
  if (table_[place] != kNoNode) return table_[place];
  constexpr std::size_t kMost = 0xFFFFFFF0;
  if (size() >= kMost || text.size() > kMost - text_.size()) return std::nullopt;
  const Node node = static_cast<Node>(size());
  text_.insert(text_.end(), text.begin(), text.end());
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  kinds_.push_back(kind);
  table_[place] = node;
  return node;
}

std::string_view Names::name(Node node) const {
  const std::uint32_t begin = node == 0 ? 0 : ends[node - 1];
  return {text.all().data() + begin, ends[node] - begin};
}

std::optional<Node> Names::find(NodeKind kind, std::string_view wanted) const {
  if (table.empty()) return std::nullopt;
  const std::size_t mask = table.size() - 1;
  for (std::size_t place = hash_of(kind, wanted) & mask; table[place] != kNoNode;
       place = (place + 1) & mask) {
    const Node node = table[place];
    if (kinds[node] == kind && name(node) == wanted) return node;
  }
  return std::nullopt;
}

Names Names::arrange(const NameBuilder& names, const std::vector<Node>& position) {
  CHECK(position.size() == names.size());
  std::vector<std::uint32_t> ends(names.size());
  std::vector<NodeKind> kinds(names.size());
  for (Node node = 0; node < names.size(); ++node) {
    ends[position[node]] = static_cast<std::uint32_t>(names.name(node).size());
    kinds[position[node]] = names.kind(node);
  }
  std::uint32_t end = 0;
  for (std::uint32_t& length : ends) length = end += length;
  std::vector<char> text(end);
  for (Node node = 0; node < names.size(); ++node) {
    const Node to = position[node];
    const std::string_view name = names.name(node);
    if (!name.empty()) std::memcpy(text.data() + ends[to] - name.size(), name.data(), name.size());
  }
  Names arranged;
  arranged.text = Column<char>(std::move(text));
  arranged.ends = Column<std::uint32_t>(std::move(ends));
  arranged.kinds = Column<NodeKind>(std::move(kinds));
  std::vector<Node> table(table_size(names.size()), kNoNode);
  const std::size_t mask = table.size() - 1;
  for (Node node = 0; node < names.size(); ++node) {
    std::size_t place = hash_of(arranged.kinds[node], arranged.name(node)) & mask;
    while (table[place] != kNoNode) place = (place + 1) & mask;
    table[place] = node;
  }
  arranged.table = Column<Node>(std::move(table));
  return arranged;
}

}  // namespace countersign::registry::graph
