// SPDX-License-Identifier: Apache-2.0
// Finds the policies whose heads a request meets, without looking at the others.
//
// A decision tree over at most three dimensions (principal, action, resource). A node splits its
// policies by what they demand in one dimension: an entity (`==`), a group (`in`), a type (`is`),
// or nothing. A request follows the branches of its entity, of the entity's ancestors, of its type,
// and the branch of the policies that demand nothing. Branches are found by hash alone; every
// demand is checked at the leaf, so a collision costs time, never an answer.
//
// What a condition demands before anything in it can fail counts like a head (demands.h).
//
// Nodes, branches and demands lie in one array each, a leaf's demands side by side: with many
// policies the time goes into fetching memory, not into comparing.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "cedar/ast.h"
#include "cedar/internal/demands.h"
#include "cedar/internal/machine.h"

namespace countersign::cedar::internal {

enum class Truth : std::uint8_t { False, True, Unknown };

// Whether one part of a head is met. Unknown only when the value is.
Truth meets(const Scope& scope, const Value& value, const StoredEntity* entity);
// Whether the whole head is.
Truth meets(const Policy& policy, const Machine& machine);

class ScopeIndex {
 public:
  ScopeIndex() = default;
  // Of policies by position: `demands[i]` are those of policy i. Keeps nothing of what is passed.
  explicit ScopeIndex(std::span<const std::vector<Demand>> demands);

  // The positions of the policies whose demands are all met, ascending: those whose heads are not
  // met, or whose conditions are surely false, are left out. Principal, action and resource must be
  // known.
  void collect(const Machine& machine, std::vector<std::uint32_t>& found) const;

 private:
  friend class ScopeIndexBuilder;

  // A node or a leaf: 0 is none, kLeaf | i the leaf that begins at checks_[i], i the node
  // nodes_[i - 1].
  using Ref = std::uint32_t;
  static constexpr Ref kLeaf = 1U << 31;

  struct Branch {
    std::uint32_t tag;  // the upper half of the hash
    Ref below;          // 0 when the place is free
  };
  struct Node {
    // branches_[begin, begin + mask + 1): open addressing by the lower bits of the hash
    std::uint32_t begin = 0;
    std::uint32_t mask = 0;
    Ref rest = 0;  // of those that demand nothing here
    Variable dimension = Variable::Principal;
    // Which kinds of branch there are: others need not be looked for.
    bool by_entity = false;
    bool by_group = false;
    bool by_type = false;
    // One bit for the type of each group, by its hash: a group whose bit is missing has no branch.
    std::uint64_t group_types = 0;
  };
  // A demand of a policy in a leaf. Two fill what memory gives at once.
  struct alignas(32) Check {
    enum class Kind : std::uint8_t { Any, Equal, In, Is };
    // What comes behind it: an alternative to it, the policy's next demand, the next policy of the
    // leaf, nothing.
    enum class Next : std::uint8_t { Alternative, Demand, Policy, Nothing };

    EntityUid uid;  // of Is: any of the type
    std::uint32_t policy;
    Variable dimension;
    Kind kind;
    Next next = Next::Demand;
  };
  static_assert(sizeof(Check) == 32);

  const Branch* place_of(const Node& node, std::uint64_t key) const {
    return &branches_[node.begin + (key & node.mask)];
  }
  Ref branch(const Node& node, std::uint64_t key) const;
  void visit_node(const Node& node, const Machine& machine,
                  std::vector<std::uint32_t>& found) const;
  void visit(Ref at, const Machine& machine, std::vector<std::uint32_t>& found) const;
  void visit_leaf(const Check* check, const Machine& machine,
                  std::vector<std::uint32_t>& found) const;
  static bool passes(const Check& check, const Machine& machine);

  Ref root_ = 0;
  std::vector<Node> nodes_;
  std::vector<Branch> branches_;
  std::vector<Check> checks_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_
