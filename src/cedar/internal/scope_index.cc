// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/scope_index.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace countersign::cedar::internal {
namespace {

constexpr std::array kDimensions = {Variable::Principal, Variable::Action, Variable::Resource};
// Fewer policies than this are checked faster than they are found.
constexpr std::size_t kLeafSize = 4;

constexpr std::uint64_t kGroupSalt = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kTypeSalt = 0xd1b54a32d192ed03;

std::uint64_t entity_key(const EntityUid& uid) { return uid.hash(); }
std::uint64_t group_key(const EntityUid& uid) { return uid.hash() ^ kGroupSalt; }
std::uint64_t type_key(const Text& type) { return type.hash() ^ kTypeSalt; }

std::uint64_t type_bit(const EntityUid& uid) { return 1ULL << (uid.type().hash() & 63); }

std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(key >> 32); }

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

class ScopeIndexBuilder {
 public:
  ScopeIndexBuilder(std::span<const std::vector<Demand>> demands, ScopeIndex& index)
      : demands_(demands), index_(index), keys_(demands.size()) {}

  void run() {
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < demands_.size(); ++i) {
      bool possible = true;
      for (const Demand& demand : demands_[i]) {
        const Scope*& key = keys_[i][static_cast<std::size_t>(demand.dimension)];
        if (key == nullptr || narrowness(demand.scope) > narrowness(*key)) key = &demand.scope;
        // Nothing meets `action in []`.
        possible =
            possible && !(demand.scope.kind == Scope::Kind::InAny && demand.scope.entities.empty());
      }
      if (possible) all.push_back(i);
    }
    if (!all.empty()) index_.root_ = grow(all, 0);
  }

 private:
  using Ref = ScopeIndex::Ref;
  using Check = ScopeIndex::Check;
  using Keyed = std::pair<std::uint64_t, std::uint32_t>;  // a branch's key, a policy under it

  static int narrowness(const Scope& scope) {
    switch (scope.kind) {
      case Scope::Kind::Equal:
        return 4;
      case Scope::Kind::In:
      case Scope::Kind::IsIn:
        return 3;
      case Scope::Kind::InAny:
        return 2;
      default:
        return 1;
    }
  }

  static unsigned bit(Variable dimension) { return 1U << static_cast<unsigned>(dimension); }

  const Scope* key_scope(std::uint32_t policy, Variable dimension) const {
    return keys_[policy][static_cast<std::size_t>(dimension)];
  }

  // The branches that the policies fall under in one dimension, and how many fall under none.
  struct Split {
    std::vector<Keyed> keyed;  // sorted
    std::vector<std::uint32_t> rest;
  };

  Split split(const std::vector<std::uint32_t>& policies, Variable dimension) const {
    Split parts;
    for (const std::uint32_t policy : policies) {
      const Scope* scope = key_scope(policy, dimension);
      if (scope == nullptr) {
        parts.rest.push_back(policy);
      } else if (scope->kind == Scope::Kind::Equal) {
        parts.keyed.emplace_back(entity_key(scope->entities.front()), policy);
      } else if (scope->kind == Scope::Kind::Is) {
        parts.keyed.emplace_back(type_key(scope->type), policy);
      } else {
        for (const EntityUid& uid : scope->entities) {
          parts.keyed.emplace_back(group_key(uid), policy);
        }
      }
    }
    std::sort(parts.keyed.begin(), parts.keyed.end());
    parts.keyed.erase(std::unique(parts.keyed.begin(), parts.keyed.end()), parts.keyed.end());
    return parts;
  }

  // How many policies a request is left with: those under no branch, and the branch of a policy
  // taken at random.
  static std::size_t cost_of(const Split& parts) {
    std::size_t squares = 0;
    for (std::size_t i = 0, end = 0; i < parts.keyed.size(); i = end) {
      end = run_end(parts.keyed, i);
      squares += (end - i) * (end - i);
    }
    return parts.rest.size() + (parts.keyed.empty() ? 0 : squares / parts.keyed.size());
  }

  static std::size_t run_end(const std::vector<Keyed>& keyed, std::size_t from) {
    std::size_t end = from;
    while (end < keyed.size() && keyed[end].first == keyed[from].first) ++end;
    return end;
  }

  Ref grow(const std::vector<std::uint32_t>& policies, unsigned used) {
    if (policies.size() <= kLeafSize) return leaf(policies, used);
    std::size_t best_cost = policies.size();
    Variable best = Variable::Principal;
    Split parts;
    for (const Variable dimension : kDimensions) {
      if ((used & bit(dimension)) != 0) continue;
      Split tried = split(policies, dimension);
      const std::size_t cost = cost_of(tried);
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = dimension;
      parts = std::move(tried);
    }
    if (best_cost == policies.size()) return leaf(policies, used);
    return node(parts, best, used | bit(best));
  }

  Ref node(const Split& parts, Variable dimension, unsigned used) {
    const std::size_t at = index_.nodes_.size();
    index_.nodes_.emplace_back();
    ScopeIndex::Node node;
    node.dimension = dimension;
    std::vector<std::pair<std::uint64_t, Ref>> below;
    for (std::size_t i = 0, end = 0; i < parts.keyed.size(); i = end) {
      end = run_end(parts.keyed, i);
      std::vector<std::uint32_t> policies;
      for (std::size_t k = i; k < end; ++k) {
        policies.push_back(parts.keyed[k].second);
        mark_kind(*key_scope(policies.back(), dimension), node);
      }
      below.emplace_back(parts.keyed[i].first, grow(policies, used));
    }
    if (!parts.rest.empty()) node.rest = grow(parts.rest, used);
    std::size_t size = 2;
    while (size < below.size() * 2) size *= 2;
    node.begin = static_cast<std::uint32_t>(index_.branches_.size());
    node.mask = static_cast<std::uint32_t>(size - 1);
    index_.branches_.resize(node.begin + size, {0, 0});
    for (const auto& [key, ref] : below) {
      std::size_t place = key & node.mask;
      while (index_.branches_[node.begin + place].below != 0) place = (place + 1) & node.mask;
      index_.branches_[node.begin + place] = {tag_of(key), ref};
    }
    index_.nodes_[at] = node;
    return static_cast<Ref>(at + 1);
  }

  static void mark_kind(const Scope& scope, ScopeIndex::Node& node) {
    if (scope.kind == Scope::Kind::Equal) {
      node.by_entity = true;
    } else if (scope.kind == Scope::Kind::Is) {
      node.by_type = true;
    } else {
      node.by_group = true;
      for (const EntityUid& uid : scope.entities) node.group_types |= type_bit(uid);
    }
  }

  Ref leaf(const std::vector<std::uint32_t>& policies, unsigned used) {
    const std::size_t first = index_.checks_.size();
    for (const std::uint32_t policy : policies) {
      // What the way to the leaf has not asked for comes first: it is what fails.
      const std::size_t before = index_.checks_.size();
      for (const bool asked : {false, true}) {
        for (const Demand& demand : demands_[policy]) {
          if (((used & bit(demand.dimension)) != 0) == asked) add_checks(policy, demand);
        }
      }
      if (index_.checks_.size() == before) {
        add_check(policy, Variable::Principal, Check::Kind::Any, nothing_);
      }
      index_.checks_.back().next = Check::Next::Policy;
    }
    index_.checks_.back().next = Check::Next::Nothing;
    CHECK(first < ScopeIndex::kLeaf);
    return static_cast<Ref>(first) | ScopeIndex::kLeaf;
  }

  void add_checks(std::uint32_t policy, const Demand& demand) {
    const Scope& scope = demand.scope;
    if (scope.kind == Scope::Kind::Is || scope.kind == Scope::Kind::IsIn) {
      add_check(policy, demand.dimension, Check::Kind::Is, EntityUid(scope.type, Text()));
    }
    if (scope.entities.empty()) return;
    const bool equal = scope.kind == Scope::Kind::Equal;
    for (const EntityUid& uid : scope.entities) {
      add_check(policy, demand.dimension, equal ? Check::Kind::Equal : Check::Kind::In, uid);
      index_.checks_.back().next = Check::Next::Alternative;
    }
    index_.checks_.back().next = Check::Next::Demand;
  }

  void add_check(std::uint32_t policy, Variable dimension, Check::Kind kind, const EntityUid& uid) {
    index_.checks_.push_back({.uid = uid, .policy = policy, .dimension = dimension, .kind = kind});
  }

  const EntityUid nothing_ = EntityUid(Text(), Text());
  std::span<const std::vector<Demand>> demands_;
  ScopeIndex& index_;
  // Of each policy the narrowest demand in each dimension, null where there is none.
  std::vector<std::array<const Scope*, 3>> keys_;
};

ScopeIndex::ScopeIndex(std::span<const std::vector<Demand>> demands) {
  ScopeIndexBuilder(demands, *this).run();
}

void ScopeIndex::collect(const Machine& machine, std::vector<std::uint32_t>& found) const {
  found.clear();
  if (root_ == 0) return;
  visit(root_, machine, found);
  if ((root_ & kLeaf) == 0) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
}

ScopeIndex::Ref ScopeIndex::branch(const Node& node, std::uint64_t key) const {
  const std::uint32_t tag = tag_of(key);
  const Branch* branches = branches_.data() + node.begin;
  std::size_t at = key & node.mask;
  while (branches[at].below != 0 && branches[at].tag != tag) at = (at + 1) & node.mask;
  return branches[at].below;
}

void ScopeIndex::visit(Ref at, const Machine& machine, std::vector<std::uint32_t>& found) const {
  if ((at & kLeaf) != 0) return visit_leaf(&checks_[at & ~kLeaf], machine, found);
  visit_node(nodes_[at - 1], machine, found);
}

void ScopeIndex::visit_node(const Node& node, const Machine& machine,
                            std::vector<std::uint32_t>& found) const {
  const EntityUid& uid = machine.value_of(node.dimension)->entity();
  const StoredEntity* entity = node.by_group ? machine.entity_of(node.dimension) : nullptr;
  const auto has_type = [&](const EntityUid& group) {
    return (node.group_types & type_bit(group)) != 0;
  };
  if (entity != nullptr) {
    for (const EntityUid& ancestor : entity->ancestors()) {
      if (has_type(ancestor)) __builtin_prefetch(place_of(node, group_key(ancestor)));
    }
  }
  // Branches are found some at a time, so that their memory can be fetched together.
  std::array<Ref, 16> branches;
  std::size_t count = 0;
  const auto visit_all = [&] {
    for (std::size_t i = 0; i < count; ++i) visit(branches[i], machine, found);
    count = 0;
  };
  const auto follow = [&](std::uint64_t key) {
    const Ref below = branch(node, key);
    if (below == 0) return;
    if (count == branches.size()) visit_all();
    branches[count++] = below;
    if ((below & kLeaf) == 0) return;
    const Check* leaf = &checks_[below & ~kLeaf];
    __builtin_prefetch(leaf);
    __builtin_prefetch(leaf + 2);
  };
  if (node.by_entity) follow(entity_key(uid));
  if (node.by_type) follow(type_key(uid.type()));
  if (node.by_group && has_type(uid)) follow(group_key(uid));
  if (entity != nullptr) {
    for (const EntityUid& ancestor : entity->ancestors()) {
      if (has_type(ancestor)) follow(group_key(ancestor));
    }
  }
  visit_all();
  if (node.rest != 0) visit(node.rest, machine, found);
}

bool ScopeIndex::passes(const Check& check, const Machine& machine) {
  if (check.kind == Check::Kind::Any) return true;
  const EntityUid& uid = machine.value_of(check.dimension)->entity();
  if (check.kind == Check::Kind::Is) return uid.type() == check.uid.type();
  if (uid == check.uid) return true;
  if (check.kind == Check::Kind::Equal) return false;
  const StoredEntity* entity = machine.entity_of(check.dimension);
  return entity != nullptr && entity->descends_from(check.uid);
}

void ScopeIndex::visit_leaf(const Check* check, const Machine& machine,
                            std::vector<std::uint32_t>& found) const {
  using Next = Check::Next;
  while (true) {
    bool met = passes(*check, machine);
    while (check->next == Next::Alternative) {
      ++check;
      met = met || passes(*check, machine);
    }
    if (met && check->next >= Next::Policy) found.push_back(check->policy);
    if (!met) {
      while (check->next < Next::Policy) ++check;
    }
    if (check->next == Next::Nothing) return;
    ++check;
  }
}

}  // namespace countersign::cedar::internal
