// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/shapes.h"

#include <algorithm>
#include <iterator>

namespace countersign::cedar::internal {
namespace {

// Every part of a key is delimited by its length: names and texts may hold any byte.
void append(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

void append(std::string& key, Shape part) {
  key += std::to_string(part);
  key += ',';
}

std::string key_of(Expr::Kind kind) { return std::to_string(static_cast<int>(kind)) + ";"; }

}  // namespace

Shape Shapes::number(const std::string& key) {
  return numbers_.emplace(key, static_cast<Shape>(numbers_.size())).first->second;
}

Shape Shapes::of(const Expr& expr) {
  if (const auto seen = seen_.find(&expr); seen != seen_.end()) return seen->second;
  Shape shape = 0;
  if (expr.kind == Expr::Kind::GetAttr) {
    shape = of_attribute(of(expr.operand(0)), expr.names.front());
  } else if (expr.kind == Expr::Kind::GetTag) {
    shape = of_tag(of(expr.operand(0)), of(expr.operand(1)));
  } else {
    std::string key = key_of(expr.kind);
    append(key, static_cast<Shape>(expr.variable));
    append(key, static_cast<Shape>(expr.function));
    if (expr.kind == Expr::Kind::Literal) append(key, to_text(expr.value));
    append(key, expr.type.view());
    for (const std::string& part : expr.pattern.parts) append(key, part);
    for (const Text& name : expr.names) append(key, name.view());
    for (const ExprRef& operand : expr.operands) append(key, of(*operand));
    shape = number(key);
  }
  seen_.emplace(&expr, shape);
  return shape;
}

Shape Shapes::of_attribute(Shape base, const Text& name) {
  std::string key = key_of(Expr::Kind::GetAttr);
  append(key, base);
  append(key, name.view());
  return number(key);
}

Shape Shapes::of_tag(Shape base, Shape tag) {
  std::string key = key_of(Expr::Kind::GetTag);
  append(key, base);
  append(key, tag);
  return number(key);
}

bool Capabilities::contains(Shape access) const {
  return std::binary_search(accesses_.begin(), accesses_.end(), access);
}

Capabilities Capabilities::united(const Capabilities& other) const {
  if (other.accesses_.empty()) return *this;
  if (accesses_.empty()) return other;
  Capabilities both;
  std::set_union(accesses_.begin(), accesses_.end(), other.accesses_.begin(), other.accesses_.end(),
                 std::back_inserter(both.accesses_));
  return both;
}

Capabilities Capabilities::intersected(const Capabilities& other) const {
  Capabilities both;
  std::set_intersection(accesses_.begin(), accesses_.end(), other.accesses_.begin(),
                        other.accesses_.end(), std::back_inserter(both.accesses_));
  return both;
}

}  // namespace countersign::cedar::internal
