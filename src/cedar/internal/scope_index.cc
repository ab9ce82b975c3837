// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/scope_index.h"

#include <algorithm>
#include <array>
#include <map>

namespace countersign::cedar::internal {
namespace {

constexpr std::array kDimensions = {Variable::Principal, Variable::Action, Variable::Resource};
// Fewer heads than this are checked faster than they are found.
constexpr std::size_t kLeafSize = 4;

constexpr std::uint64_t kGroupSalt = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kTypeSalt = 0xd1b54a32d192ed03;

std::uint64_t entity_key(const EntityUid& uid) { return uid.hash(); }
std::uint64_t group_key(const EntityUid& uid) { return uid.hash() ^ kGroupSalt; }
std::uint64_t type_key(const Text& type) { return type.hash() ^ kTypeSalt; }

const Scope& scope_of(const Policy& policy, Variable dimension) {
  switch (dimension) {
    case Variable::Principal:
      return policy.principal;
    case Variable::Action:
      return policy.action;
    default:
      return policy.resource;
  }
}

// The branches under which a head is found; none for a head that says nothing.
std::vector<std::uint64_t> keys_of(const Scope& scope) {
  std::vector<std::uint64_t> keys;
  switch (scope.kind) {
    case Scope::Kind::Any:
      break;
    case Scope::Kind::Equal:
      keys.push_back(entity_key(scope.entities.front()));
      break;
    case Scope::Kind::In:
    case Scope::Kind::IsIn:
    case Scope::Kind::InAny:
      for (const EntityUid& uid : scope.entities) keys.push_back(group_key(uid));
      break;
    case Scope::Kind::Is:
      keys.push_back(type_key(scope.type));
      break;
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Truth truth(bool value) { return value ? Truth::True : Truth::False; }

}  // namespace

Truth meets(const Scope& scope, const Value& value, const StoredEntity* entity) {
  if (scope.kind == Scope::Kind::Any) return Truth::True;
  if (value.is(Value::Kind::Unknown)) return Truth::Unknown;
  const EntityUid& uid = value.entity();
  const auto is_in = [&](const EntityUid& group) {
    return uid == group || (entity != nullptr && entity->descends_from(group));
  };
  switch (scope.kind) {
    case Scope::Kind::Equal:
      return truth(uid == scope.entities.front());
    case Scope::Kind::In:
      return truth(is_in(scope.entities.front()));
    case Scope::Kind::InAny:
      return truth(std::any_of(scope.entities.begin(), scope.entities.end(), is_in));
    case Scope::Kind::Is:
      return truth(uid.type() == scope.type);
    default:
      return truth(uid.type() == scope.type && is_in(scope.entities.front()));
  }
}

Truth meets(const Policy& policy, const Machine& machine) {
  Truth all = Truth::True;
  for (const Variable dimension : kDimensions) {
    const Truth one = meets(scope_of(policy, dimension), *machine.value_of(dimension),
                            machine.entity_of(dimension));
    if (one == Truth::False) return Truth::False;
    if (one == Truth::Unknown) all = Truth::Unknown;
  }
  return all;
}

void ScopeIndex::Branches::build(
    const std::vector<std::pair<std::uint64_t, std::uint32_t>>& branches) {
  std::size_t size = 4;
  while (size < branches.size() * 2) size *= 2;
  table_.assign(size, {0, 0});
  for (const auto& branch : branches) {
    std::size_t at = branch.first & (size - 1);
    while (table_[at].second != 0) at = (at + 1) & (size - 1);
    table_[at] = branch;
  }
}

std::uint32_t ScopeIndex::Branches::find(std::uint64_t key) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = key & mask;
  while (table_[at].second != 0 && table_[at].first != key) at = (at + 1) & mask;
  return table_[at].second;
}

ScopeIndex::ScopeIndex(std::span<const Policy> policies) : policies_(policies) {
  std::vector<std::uint32_t> all(policies.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  grow(std::move(all), 0);
}

std::uint32_t ScopeIndex::grow(std::vector<std::uint32_t> entries, unsigned used) {
  const auto at = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  if (entries.size() > kLeafSize) {
    // The dimension that leaves the fewest heads to look at: those that say nothing there, and an
    // average branch.
    std::size_t best_cost = entries.size();
    Variable best = Variable::Principal;
    for (const Variable dimension : kDimensions) {
      if ((used & (1U << static_cast<unsigned>(dimension))) != 0) continue;
      std::size_t silent = 0;
      std::vector<std::uint64_t> keys;
      for (const std::uint32_t entry : entries) {
        const std::vector<std::uint64_t> own = keys_of(scope_of(policies_[entry], dimension));
        if (own.empty() && scope_of(policies_[entry], dimension).kind == Scope::Kind::Any) ++silent;
        keys.insert(keys.end(), own.begin(), own.end());
      }
      const std::size_t total = keys.size();
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      const std::size_t cost = silent + (keys.empty() ? 0 : total / keys.size());
      if (cost < best_cost) {
        best_cost = cost;
        best = dimension;
      }
    }
    if (best_cost < entries.size()) {
      used |= 1U << static_cast<unsigned>(best);
      std::vector<std::uint32_t> rest;
      std::map<std::uint64_t, std::vector<std::uint32_t>> split;
      bool by_group = false;
      for (const std::uint32_t entry : entries) {
        const Scope& scope = scope_of(policies_[entry], best);
        // `action in []` is met by nothing and stands under no branch.
        if (scope.kind == Scope::Kind::Any) rest.push_back(entry);
        if (scope.kind != Scope::Kind::Equal && scope.kind != Scope::Kind::Is) by_group = true;
        for (const std::uint64_t key : keys_of(scope)) split[key].push_back(entry);
      }
      std::vector<std::pair<std::uint64_t, std::uint32_t>> branches;
      branches.reserve(split.size());
      for (auto& [key, below] : split) branches.emplace_back(key, grow(std::move(below), used));
      const std::uint32_t silent = rest.empty() ? 0 : grow(std::move(rest), used);
      Node& node = nodes_[at];
      node.dimension = best;
      node.split = true;
      node.by_group = by_group;
      node.rest = silent;
      node.branches.build(branches);
      return at;
    }
  }
  nodes_[at].entries = std::move(entries);
  return at;
}

void ScopeIndex::collect(const Machine& machine, std::vector<std::uint32_t>& found) const {
  found.clear();
  if (nodes_.empty()) return;
  visit(0, machine, found);
  if (nodes_.front().split) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
}

void ScopeIndex::visit(std::uint32_t at, const Machine& machine,
                       std::vector<std::uint32_t>& found) const {
  const Node& node = nodes_[at];
  if (!node.split) {
    for (const std::uint32_t entry : node.entries) {
      if (meets(policies_[entry], machine) == Truth::True) found.push_back(entry);
    }
    return;
  }
  const auto follow = [&](std::uint64_t key) {
    if (const std::uint32_t child = node.branches.find(key); child != 0) {
      visit(child, machine, found);
    }
  };
  const EntityUid& uid = machine.value_of(node.dimension)->entity();
  follow(entity_key(uid));
  follow(type_key(uid.type()));
  if (node.by_group) {
    follow(group_key(uid));
    if (const StoredEntity* entity = machine.entity_of(node.dimension)) {
      for (const EntityUid& ancestor : entity->ancestors()) follow(group_key(ancestor));
    }
  }
  if (node.rest != 0) visit(node.rest, machine, found);
}

}  // namespace countersign::cedar::internal
