// SPDX-License-Identifier: Apache-2.0
// Finds the policies whose heads a request meets, without looking at the others.
//
// A decision tree over at most three dimensions (principal, action, resource). A node splits its
// policies by what their heads say in one dimension: an entity (`==`), a group (`in`), a type
// (`is`), or nothing. A request follows the branches of its entity, of the entity's ancestors, of
// its type, and the branch of the heads that say nothing. Branches are found by hash alone; the
// whole head is checked at the leaf, so a collision costs time, never an answer.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "cedar/ast.h"
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
  // `policies` must outlive the index and stay where they are.
  explicit ScopeIndex(std::span<const Policy> policies);

  // The positions of the policies whose heads are surely met, ascending. Principal, action and
  // resource must be known.
  void collect(const Machine& machine, std::vector<std::uint32_t>& found) const;

 private:
  // Hashes to children, open addressing; a free place has child 0, which is the root.
  class Branches {
   public:
    void build(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& branches);
    std::uint32_t find(std::uint64_t key) const;
    bool empty() const { return table_.empty(); }

   private:
    std::vector<std::pair<std::uint64_t, std::uint32_t>> table_;
  };

  struct Node {
    Variable dimension = Variable::Principal;
    bool split = false;
    bool by_group = false;               // some branch is of a group: ancestors must be followed
    std::uint32_t rest = 0;              // child of the heads that say nothing here, 0 for none
    std::vector<std::uint32_t> entries;  // of a leaf
    Branches branches;
  };

  std::uint32_t grow(std::vector<std::uint32_t> entries, unsigned used);
  void visit(std::uint32_t at, const Machine& machine, std::vector<std::uint32_t>& found) const;

  std::span<const Policy> policies_;
  std::vector<Node> nodes_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SCOPE_INDEX_H_
