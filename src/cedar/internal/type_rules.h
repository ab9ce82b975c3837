// SPDX-License-Identifier: Apache-2.0
// How types relate: which one holds two others, what attributes and tags a type has.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_TYPE_RULES_H_
#define COUNTERSIGN_CEDAR_INTERNAL_TYPE_RULES_H_

#include <optional>

#include "cedar/schema.h"
#include "cedar/type.h"
#include "cedar/validator.h"

namespace countersign::cedar::internal {

// Strict: two types have a join only when they differ in nothing but what is known of a Bool.
// Permissive: entity types join to their union, records keep the attributes that both have.
class TypeRules {
 public:
  // The schema must outlive the rules.
  TypeRules(const Schema& schema, ValidationMode mode) : schema_(schema), mode_(mode) {}

  bool strict() const { return mode_ == ValidationMode::Strict; }

  // The least type that holds every value of both; null when there is none.
  TypePtr join(const TypePtr& a, const TypePtr& b) const;

  // What `type`, entities or a record, is known to hold under that name; empty when it may lack the
  // declaration altogether.
  std::optional<AttributeType> attribute(const Type& type, const Text& name) const;
  // Whether a value of `type` may have the attribute. False means no, true means maybe.
  bool may_have_attribute(const Type& type, const Text& name) const;

  // What a tag of such an entity holds, as those of its types say that have tags; null when there
  // is no type for all of them.
  TypePtr tags(const Type& entity) const;
  bool may_have_tags(const Type& entity) const;

  // Whether no entity can be of both types.
  static bool are_disjoint(const Type& a, const Type& b);
  // Whether an entity of the one type can be in one of the other.
  bool can_be_in(const Type& member, const Type& group) const;

  // The type of a value that stands in a policy; null when it names an entity type or an action
  // that the schema does not have.
  TypePtr type_of(const Value& value) const;

 private:
  TypePtr join_records(const Type& a, const Type& b) const;
  const AttributeTypes* attributes_of(const Text& entity_type) const;

  const Schema& schema_;
  ValidationMode mode_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_TYPE_RULES_H_
