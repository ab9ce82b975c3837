// SPDX-License-Identifier: Apache-2.0
// Policies as they were written (Cedar language 4.5).
//
// Expressions are immutable trees of shared nodes, so that a residual of partial evaluation can
// keep the untouched parts of the policy it came from. Invariants of what the parser returns:
//   Bounded   no tree is deeper than kDepthLimit
//   Resolved  every function and method is one of the language's, slots stand in scopes only
//   Placed    every node has the span of its own source text
#ifndef COUNTERSIGN_CEDAR_AST_H_
#define COUNTERSIGN_CEDAR_AST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "cedar/functions.h"
#include "cedar/text.h"
#include "cedar/value.h"

namespace countersign::cedar {

// The deepest expression tree: chains of operators count too. What is done with a tree of that
// depth, in an optimized build, takes less than 1 MiB of stack (stack_test.cc).
inline constexpr std::uint32_t kDepthLimit = 1000;

// A part of a source text: byte offsets [begin, end) and the place of `begin`. The default span is
// "written by nobody" (a residual's own nodes).
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  base::Position at;

  bool empty() const { return begin == end; }
};

// A text that was read, and what issues call it.
struct Source {
  std::string file;
  std::string text;

  std::string_view quote(const Span& span) const {
    return std::string_view(text).substr(span.begin, span.end - span.begin);
  }
};

// An issue at `span` of `source`, with its line underlined.
base::Issue issue_at(const Source& source, const Span& span, std::string message,
                     std::string remedy = {});

enum class Variable : std::uint8_t { Principal, Action, Resource, Context };
std::string_view name_of(Variable variable);

// A `like` pattern: literal texts with a wildcard between each two. "a*b" is {"a", "b"}, "*" is
// {"", ""}.
struct Pattern {
  std::vector<std::string> parts;

  // Whether the whole of `text` matches.
  bool matches(std::string_view text) const;
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

struct Expr;
using ExprRef = std::shared_ptr<const Expr>;

struct Expr {
  enum class Kind : std::uint8_t {
    Literal,       // value: bool, long, string, entity; in residuals any value
    Variable,      // variable
    If,            // operands: condition, then, else
    And,           // operands: left, right
    Or,            //
    Not,           // operands: one
    Negate,        // arithmetic minus
    Equal,         // operands: left, right
    NotEqual,      //
    Less,          //
    LessEqual,     //
    Greater,       //
    GreaterEqual,  //
    Add,           //
    Subtract,      //
    Multiply,      //
    In,            // operands: member, group or set of groups
    Is,            // operands: one; type
    IsIn,          // operands: member, group; type. `e is T in g`
    Has,           // operands: one; names: `a.b.c` is three, all identifiers
    Like,          // operands: one; pattern
    GetAttr,       // operands: one; names: one. `e.a` and `e["a"]`
    Set,           // operands: the items
    Record,        // operands: the values; names: their names, all different
    Contains,      // operands: receiver, argument
    ContainsAll,   //
    ContainsAny,   //
    IsEmpty,       // operands: receiver
    GetTag,        // operands: receiver, tag name
    HasTag,        //
    Call           // function; operands: arguments, a method's receiver first
  };

  Kind kind = Kind::Literal;
  cedar::Variable variable = cedar::Variable::Principal;
  Function function = Function::Decimal;
  std::uint32_t depth = 1;  // of the tree below, this node included
  Span span;
  Value value;
  Text type;
  Pattern pattern;
  std::vector<Text> names;
  std::vector<Span> name_spans;  // of `names`, one each
  Span type_span;                // Is, IsIn
  std::vector<ExprRef> operands;

  const Expr& operand(std::size_t i) const { return *operands[i]; }
};

std::string_view name_of(Expr::Kind kind);

// `context.item.range_km_max`: the variable and the names that follow, when `expr` is such a chain
// of GetAttr nodes over a variable (one without names included); empty otherwise.
struct AttributePath {
  Variable variable = Variable::Principal;
  std::vector<Text> names;
};
std::optional<AttributePath> attribute_path(const Expr& expr);

// The expression in the language's own syntax, in parentheses where precedence asks for them: it
// reads as an equal expression. What was written is better quoted through its span.
std::string to_text(const Expr& expr);

// A literal node without a span.
ExprRef literal(Value value);

struct Annotation {
  Text name;
  Text value;
  bool bare = false;  // `@name`: the value is empty, and `@name("")` is not the same
  Span span;
};

// One of the three parts of a policy's head.
struct Scope {
  enum class Kind : std::uint8_t {
    Any,    // principal
    Equal,  // principal == E
    In,     // principal in E
    InAny,  // action in [E, F]
    Is,     // principal is T
    IsIn    // principal is T in E
  };

  Kind kind = Kind::Any;
  bool slot = false;                // E is `?principal` or `?resource`; then `entities` is empty
  std::vector<EntityUid> entities;  // Equal, In, IsIn: one, unless a slot; InAny: any number
  std::vector<Span> entity_spans;   // one each; for a slot, the slot's
  Text type;                        // Is, IsIn
  Span type_span;
  Span span;

  bool type_tested() const { return kind == Kind::Is || kind == Kind::IsIn; }
};

struct Clause {
  enum class Kind : std::uint8_t { When, Unless };

  Kind kind = Kind::When;
  ExprRef body;
  Span span;
};

enum class Effect : std::uint8_t { Permit, Forbid };
std::string_view name_of(Effect effect);

struct Policy {
  std::string id;  // "policy0", "policy1", ... in the order written, until the caller gives another
  Effect effect = Effect::Permit;
  std::vector<Annotation> annotations;  // no name twice
  Scope principal;
  Scope action;
  Scope resource;
  std::vector<Clause> clauses;
  Span span;  // annotations included
  std::shared_ptr<const Source> source;
  std::optional<std::string> template_id;  // of a linked policy: what it was linked from

  // The annotation's value, or null.
  const Text* annotation(std::string_view name) const;
  bool is_template() const { return principal.slot || resource.slot; }
};

// The policy or template in the language's own syntax, each annotation and condition on a line of
// its own, without comments: it reads as an equal policy. A linked policy shows what it was linked
// to.
std::string to_text(const Policy& policy);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_AST_H_
