// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema_types.h"

#include <map>
#include <utility>

#include "cedar/internal/value_kinds.h"

namespace countersign::cedar {

class SchemaTypes::View final : public ExpectedType {
 public:
  explicit View(Value::Kind kind) : kind_(kind) {}

  Value::Kind kind() const override { return kind_; }
  const ExpectedType* item() const override { return item_; }
  const ExpectedType* attribute(std::string_view name) const override {
    const auto found = attributes_.find(name);
    return found == attributes_.end() ? nullptr : found->second;
  }

  void set_item(const View* item) { item_ = item; }
  // The name must outlive the view.
  void add_attribute(std::string_view name, const View* type) { attributes_.emplace(name, type); }

 private:
  Value::Kind kind_;
  const View* item_ = nullptr;
  std::map<std::string_view, const View*> attributes_;
};

SchemaTypes::SchemaTypes(const Schema& schema) : schema_(schema) {
  for (const auto& [name, type] : schema.entity_types()) {
    view(type.attributes);
    if (type.tags != nullptr) view(type.tags);
  }
  for (const auto& [uid, action] : schema.actions()) view(action.context);
}

SchemaTypes::~SchemaTypes() = default;

// Recursion is bounded by the types' depth (type.h, Finite).
const SchemaTypes::View* SchemaTypes::view(const TypePtr& type) {
  if (const View* known = find(type)) return known;
  auto made = std::make_unique<View>(internal::value_kind_of(type->kind));
  if (type->element != nullptr) made->set_item(view(type->element));
  for (const auto& [name, attribute] : type->attributes)
    made->add_attribute(name.view(), view(attribute.type));
  return views_.emplace(type.get(), std::move(made)).first->second.get();
}

const SchemaTypes::View* SchemaTypes::find(const TypePtr& type) const {
  const auto found = views_.find(type.get());
  return found == views_.end() ? nullptr : found->second.get();
}

const ExpectedType* SchemaTypes::attributes_of(std::string_view entity_type) const {
  const EntityType* type = schema_.find_entity_type(entity_type);
  return type == nullptr ? nullptr : find(type->attributes);
}

const ExpectedType* SchemaTypes::tags_of(std::string_view entity_type) const {
  const EntityType* type = schema_.find_entity_type(entity_type);
  return type == nullptr || type->tags == nullptr ? nullptr : find(type->tags);
}

const ExpectedType* SchemaTypes::context_of(const EntityUid& action) const {
  const Action* declared = schema_.find_action(action);
  return declared == nullptr ? nullptr : find(declared->context);
}

}  // namespace countersign::cedar
