// SPDX-License-Identifier: Apache-2.0
// Numbers for expressions, so that two of the same shape are told by one comparison: what a `has`
// guards is the same expression written again.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SHAPES_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SHAPES_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "cedar/ast.h"

namespace countersign::cedar::internal {

using Shape = std::uint32_t;

// Two expressions have the same number exactly when they are the same tree, places left aside;
// `e.a` and `e["a"]` are. Numbers of different tables do not compare.
class Shapes {
 public:
  Shape of(const Expr& expr);
  // Of `base.name`, whether or not it stands anywhere.
  Shape of_attribute(Shape base, const Text& name);
  // Of `base.getTag(tag)`.
  Shape of_tag(Shape base, Shape tag);

 private:
  Shape number(const std::string& key);

  std::unordered_map<std::string, Shape> numbers_;
  std::unordered_map<const Expr*, Shape> seen_;
};

// The accesses that are known to be safe where an expression stands. Sorted, each once.
class Capabilities {
 public:
  Capabilities() = default;
  explicit Capabilities(Shape access) : accesses_{access} {}

  bool contains(Shape access) const;
  Capabilities united(const Capabilities& other) const;
  Capabilities intersected(const Capabilities& other) const;

 private:
  std::vector<Shape> accesses_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SHAPES_H_
