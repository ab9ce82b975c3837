// SPDX-License-Identifier: Apache-2.0
// Policies against a schema: what can never go wrong, what is certainly a mistake.
//
// A policy is checked once for every kind of request that the schema allows (an action with a
// principal's and a resource's type). What is known then to be false or true is not looked into
// further: its dead branches may hold anything but unknown names.
#ifndef COUNTERSIGN_CEDAR_VALIDATOR_H_
#define COUNTERSIGN_CEDAR_VALIDATOR_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/issue.h"
#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/type.h"

namespace countersign::cedar {

enum class ValidationMode : std::uint8_t {
  Strict,     // what the language recommends, and symbolic analysis needs
  Permissive  // also takes sets of several entity types, comparisons of unlike types, ...
};

// One thing to say about one policy.
struct Finding {
  enum class Rule : std::uint8_t {
    // errors
    UnknownEntityType,
    UnknownEntityId,  // not one of an enumerated type's
    UnknownAction,
    NoApplicableAction,  // no action of the schema fits the policy's head
    UnexpectedType,
    IncompatibleTypes,
    UnknownAttribute,
    UnguardedAttribute,  // an optional attribute without `has`
    NoTags,              // a tag of an entity type that has none
    UnguardedTag,        // a tag without `hasTag`
    EmptySet,            // a set literal whose elements have no type
    ArgumentCount,
    ConstructorArgument,    // `ip("x")`
    ConstructorNotLiteral,  // `ip(context.address)`
    LevelExceeded,          // level validation only
    // warnings
    Impossible,       // false for every request, and no mistake in a condition leaves that open
    DirectionalText,  // a string with characters that change the direction of writing
    DirectionalName,  // an entity's id or an attribute's name with such
    MixedScriptText,  // letters of several scripts, which can look alike
    MixedScriptName,
    ConfusableName,  // characters that Unicode advises against in names
  };

  Rule rule;
  std::string policy;  // its id
  Span span;
  base::Issue issue;

  bool is_warning() const { return rule >= Rule::Impossible; }
};

// Stable short names for programs: "unknown_entity_type", ...
std::string_view name_of(Finding::Rule rule);

struct ValidationReport {
  // Policy by policy in the order given; of each its errors before its warnings, both by place.
  std::vector<Finding> findings;

  bool has_errors() const;
  // Whether there is nothing to say at all.
  bool clean() const { return findings.empty(); }
  // Whether the policy of that id has no error.
  bool accepts(std::string_view policy) const;
};

// One kind of request.
struct RequestType {
  Text principal;
  EntityUid action;
  Text resource;
};

// A policy for one kind of request.
struct TypedPolicy {
  RequestType request;
  // False when the policy cannot be satisfied by such a request.
  bool may_apply = false;
  // The nodes that evaluation may reach. `True` and `False` are known results.
  std::unordered_map<const Expr*, TypePtr> types;
};

// An operation of a valid policy that can still fail when it is evaluated.
struct FallibleOperation {
  enum class Kind : std::uint8_t {
    Arithmetic,   // + - * and unary -, offset, durationSince, toDate: a result past 64 bits
    Constructor,  // ip, decimal, ... of a text that is not a literal (permissive validation only)
    EntityAccess  // an attribute of an entity, without `has` for it: the entity may not be there
  };

  Kind kind;
  Span span;
};

class Validator {
 public:
  // The schema must outlive the validator. Const functions are thread-safe.
  explicit Validator(const Schema& schema, ValidationMode mode = ValidationMode::Strict)
      : schema_(schema), mode_(mode) {}

  // Every finding for every policy, templates included (a slot stands for any entity of a type that
  // fits). Of a linked policy only what filling its slots adds: give its template as well.
  ValidationReport validate(std::span<const Policy> policies) const;
  ValidationReport validate(const Policy& policy) const { return validate(std::span(&policy, 1)); }

  // The policy for each kind of request that its head does not rule out. For policies without
  // errors. The keys of `types` are the policy's own nodes.
  std::vector<TypedPolicy> typed(const Policy& policy) const;

  // By place, each once. For policies without errors; empty means that no request and entities that
  // conform to the schema make its evaluation fail.
  std::vector<FallibleOperation> fallible_operations(const Policy& policy) const;

 private:
  const Schema& schema_;
  ValidationMode mode_;
};

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_VALIDATOR_H_
