// SPDX-License-Identifier: Apache-2.0
// The static types of the language, as schemas declare them and the validator infers them.
//
// Invariants, by name:
//   Shared     a Type never changes after it is made and may be shared between threads
//   Finite     `nodes` and `depth` measure the whole tree; a schema's types stay within
//              kMostTypeNodes and kMostTypeDepth, a policy's within what its own depth adds
//   Singleton  strict validation meets one entity type per Entity type; several only arise in
//              permissive validation, where they are sorted and without repetition
#ifndef COUNTERSIGN_CEDAR_TYPE_H_
#define COUNTERSIGN_CEDAR_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cedar/text.h"

namespace countersign::cedar {

struct Type;
using TypePtr = std::shared_ptr<const Type>;

// `@name("value")` before a declaration; `@name` alone has the value "".
using Annotations = std::map<Text, Text>;

struct AttributeType {
  TypePtr type;
  bool required = true;
  Annotations annotations = {};
};

using AttributeTypes = std::map<Text, AttributeType>;

inline constexpr std::size_t kMostTypeNodes = 100'000;
inline constexpr std::uint32_t kMostTypeDepth = 100;

struct Type {
  enum class Kind : std::uint8_t {
    Never,  // the element type of a set literal without elements (permissive validation only)
    True,   // a Bool known to be true
    False,  // a Bool known to be false
    Bool,
    Long,
    String,
    Decimal,
    IpAddr,
    Datetime,
    Duration,
    Entity,
    Set,
    Record,
  };

  Kind kind = Kind::Never;
  std::vector<Text> entities = {};  // Entity: the qualified names of the types it may have
  TypePtr element = {};             // Set
  AttributeTypes attributes = {};   // Record
  bool open = false;                // Record: may hold attributes that are not listed
  std::size_t nodes = 1;            // how many types this one is built of, itself included
  std::uint32_t depth = 1;          // how deep they are nested
};

// The types without parts, made once.
TypePtr type_of_kind(Type::Kind kind);
TypePtr entity_type(Text name);
// `names` must not be empty; they are sorted and made unique.
TypePtr entity_type(std::vector<Text> names);
TypePtr set_type(TypePtr element);
TypePtr record_type(AttributeTypes attributes);
// As record_type(), for a record that may hold further attributes.
TypePtr open_record_type(AttributeTypes attributes);

bool is_bool(const Type& type);
bool is_extension(const Type& type);
// Whether two types are the same type, annotations left aside.
bool same_type(const Type& a, const Type& b);

// As a schema spells it: "Long", "Set<N::User>", "{age?: Long, name: String}". Types that have no
// spelling there are described: "true", "User or Group". Long records are cut with "...".
std::string to_text(const Type& type);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_TYPE_H_
