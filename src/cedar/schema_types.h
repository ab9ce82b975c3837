// SPDX-License-Identifier: Apache-2.0
// A schema as guide for reading JSON (json.h): with it, {"type", "id"} is an entity and a text an
// extension value wherever the schema says so.
#ifndef COUNTERSIGN_CEDAR_SCHEMA_TYPES_H_
#define COUNTERSIGN_CEDAR_SCHEMA_TYPES_H_

#include <memory>
#include <string_view>
#include <unordered_map>

#include "cedar/json.h"
#include "cedar/schema.h"

namespace countersign::cedar {

class SchemaTypes final : public ExpectedTypes {
 public:
  // The schema must outlive this object. Const functions are thread-safe.
  explicit SchemaTypes(const Schema& schema);
  ~SchemaTypes() override;
  SchemaTypes(const SchemaTypes&) = delete;
  SchemaTypes& operator=(const SchemaTypes&) = delete;

  const ExpectedType* attributes_of(std::string_view entity_type) const override;
  const ExpectedType* tags_of(std::string_view entity_type) const override;
  const ExpectedType* context_of(const EntityUid& action) const override;

 private:
  class View;

  const View* view(const TypePtr& type);
  const View* find(const TypePtr& type) const;

  const Schema& schema_;
  // One for each type that is part of the schema.
  std::unordered_map<const Type*, std::unique_ptr<View>> views_;
};

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_SCHEMA_TYPES_H_
