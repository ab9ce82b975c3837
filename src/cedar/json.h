// SPDX-License-Identifier: Apache-2.0
// Entities, requests and values in Cedar's JSON forms.
//
// {"__entity": {"type", "id"}} is an entity and {"__extn": {"fn", "arg"}} (or "args") the result of
// an extension function, wherever a value stands; where a uid must stand, {"type", "id"} does, and
// in requests also the text `Type::"id"`. With expected types, the escapes may be left out: an
// object with "type" and "id" where an entity is expected, a text where an extension value is.
// Stricter than the reference: an escape with further members, and unknown members of an entity,
// are refused.
#ifndef COUNTERSIGN_CEDAR_JSON_H_
#define COUNTERSIGN_CEDAR_JSON_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/entities.h"
#include "cedar/request.h"
#include "cedar/value.h"

namespace countersign::cedar {

// What a schema says a value will be: the reader's view of a type. It directs reading only; whether
// a value conforms is the validator's question.
class ExpectedType {
 public:
  virtual ~ExpectedType() = default;
  // Unknown when nothing is said.
  virtual Value::Kind kind() const = 0;
  // Of a Set: its items; null when nothing is said.
  virtual const ExpectedType* item() const { return nullptr; }
  // Of a Record: the attribute of that name; null when nothing is said.
  virtual const ExpectedType* attribute(std::string_view) const { return nullptr; }
};

// The types that a schema expects in the documents; null where it says nothing. What is returned
// lives as long as this object.
class ExpectedTypes {
 public:
  virtual ~ExpectedTypes() = default;
  // The attributes of an entity type, a Record.
  virtual const ExpectedType* attributes_of(std::string_view entity_type) const = 0;
  // The type of each tag of an entity type.
  virtual const ExpectedType* tags_of(std::string_view entity_type) const = 0;
  // The context of an action, a Record.
  virtual const ExpectedType* context_of(const EntityUid& action) const = 0;
};

// [{"uid", "attrs", "parents", "tags"}]; tags may be left out. Refused with places: what is no
// JSON, missing members, nulls, fractions, escapes that mean nothing.
base::Parsed<std::vector<Entity>> read_entities(std::string_view text, std::string_view file = {},
                                                const ExpectedTypes* types = nullptr);

// {"principal", "action", "resource", "context"}; the context may be left out.
base::Parsed<Request> read_request(std::string_view text, std::string_view file = {},
                                   const ExpectedTypes* types = nullptr);

// The same from parts of a document already read. Members that are not theirs are the caller's to
// judge. What is wrong goes to `report`; empty when the value cannot be used.
std::optional<Entity> read_entity(const base::Json& json, base::Report& report,
                                  const ExpectedTypes* types = nullptr);
std::optional<Request> read_request(const base::Json& json, base::Report& report,
                                    const ExpectedTypes* types = nullptr);
std::optional<Value> read_value(const base::Json& json, base::Report& report,
                                const ExpectedType* expected = nullptr);
std::optional<EntityUid> read_uid(const base::Json& json, base::Report& report);

// A value in the form above, with escapes; members of a record in the order of their names. The
// value holds nothing unknown.
base::Json to_json(const Value& value);
base::Json to_json(const EntityUid& uid);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_JSON_H_
