// SPDX-License-Identifier: Apache-2.0
// From policies to text. Written so that it reads as the same tree: binary operators to the left
// lean without parentheses, everything else that binds looser than its place gets them.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cedar/ast.h"
#include "cedar/internal/parsing.h"

namespace countersign::cedar {
namespace {

// How tightly a node binds: an operand that binds looser than its place needs is put in
// parentheses.
enum Binding {
  Loosest,
  OrLevel,
  AndLevel,
  RelationLevel,
  AddLevel,
  MultiplyLevel,
  UnaryLevel,
  MemberLevel
};

Binding binding_of(const Expr& expr) {
  using enum Expr::Kind;
  switch (expr.kind) {
    case If:
      return Loosest;
    case Or:
      return OrLevel;
    case And:
      return AndLevel;
    case Equal:
    case NotEqual:
    case Less:
    case LessEqual:
    case Greater:
    case GreaterEqual:
    case In:
    case Is:
    case IsIn:
    case Has:
    case Like:
      return RelationLevel;
    case Add:
    case Subtract:
      return AddLevel;
    case Multiply:
      return MultiplyLevel;
    case Not:
    case Negate:
      return UnaryLevel;
    case Literal:
      return expr.value.is(Value::Kind::Long) && expr.value.number() < 0 ? UnaryLevel : MemberLevel;
    default:
      return MemberLevel;
  }
}

class Writer {
 public:
  std::string take() { return std::move(out_); }
  // The deepest that expressions have stood within one another, as the parser counts it.
  int deepest() const { return deepest_; }

  // What stands by itself: a condition, an item, what is in parentheses.
  void write(const Expr& expr) {
    deepest_ = std::max(deepest_, ++nesting_);
    node(expr);
    --nesting_;
  }

 private:
  void operand(const Expr& expr, Binding least) {
    if (binding_of(expr) >= least) return node(expr);
    wrapped(expr);
  }

  void wrapped(const Expr& expr) {
    out_ += '(';
    write(expr);
    out_ += ')';
  }

  void binary(const Expr& expr, Binding left, Binding right) {
    operand(expr.operand(0), left);
    out_ += fmt::format(" {} ", name_of(expr.kind));
    operand(expr.operand(1), right);
  }

  void list(const Expr& expr, std::size_t from) {
    for (std::size_t i = from; i < expr.operands.size(); ++i) {
      if (i != from) out_ += ", ";
      write(expr.operand(i));
    }
  }

  void method(const Expr& expr, std::string_view name) {
    operand(expr.operand(0), MemberLevel);
    out_ += fmt::format(".{}(", name);
    list(expr, 1);
    out_ += ')';
  }

  void node(const Expr& expr) {
    using enum Expr::Kind;
    switch (expr.kind) {
      case Literal:
        out_ += to_text(expr.value);
        return;
      case Variable:
        out_ += name_of(expr.variable);
        return;
      case Not:
      case Negate:
        out_ += name_of(expr.kind);
        // Only four in a row can be read; and `-1` is a literal, `-(1)` is not.
        if (expr.kind == Negate && expr.operand(0).kind == Literal) return wrapped(expr.operand(0));
        return operand(expr.operand(0), MemberLevel);
      case Or:
        return binary(expr, OrLevel, AndLevel);
      case And:
        return binary(expr, AndLevel, RelationLevel);
      case Add:
      case Subtract:
        return binary(expr, AddLevel, MultiplyLevel);
      case Multiply:
        return binary(expr, MultiplyLevel, UnaryLevel);
      case Equal:
      case NotEqual:
      case Less:
      case LessEqual:
      case Greater:
      case GreaterEqual:
      case In:
        return binary(expr, AddLevel, AddLevel);
      case Contains:
      case ContainsAll:
      case ContainsAny:
      case IsEmpty:
      case GetTag:
      case HasTag:
        return method(expr, name_of(expr.kind));
      default:
        return other(expr);
    }
  }

  void other(const Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::If:
        out_ += "if ";
        write(expr.operand(0));
        out_ += " then ";
        write(expr.operand(1));
        out_ += " else ";
        write(expr.operand(2));
        return;
      case Expr::Kind::Is:
      case Expr::Kind::IsIn:
        operand(expr.operand(0), AddLevel);
        out_ += " is " + expr.type.str();
        if (expr.kind == Expr::Kind::IsIn) {
          out_ += " in ";
          operand(expr.operand(1), AddLevel);
        }
        return;
      case Expr::Kind::Has:
        operand(expr.operand(0), AddLevel);
        out_ += " has ";
        for (std::size_t i = 0; i < expr.names.size(); ++i) {
          if (i != 0) out_ += '.';
          out_ += internal::written_name(expr.names[i].view());
        }
        return;
      case Expr::Kind::Like:
        operand(expr.operand(0), AddLevel);
        out_ += " like " + pattern(expr.pattern);
        return;
      case Expr::Kind::GetAttr: {
        operand(expr.operand(0), MemberLevel);
        const std::string name = internal::written_name(expr.names.front().view());
        out_ += name.front() == '"' ? "[" + name + "]" : "." + name;
        return;
      }
      case Expr::Kind::Set:
        out_ += '[';
        list(expr, 0);
        out_ += ']';
        return;
      case Expr::Kind::Record:
        out_ += '{';
        for (std::size_t i = 0; i < expr.operands.size(); ++i) {
          if (i != 0) out_ += ", ";
          out_ += internal::written_name(expr.names[i].view()) + ": ";
          write(expr.operand(i));
        }
        out_ += '}';
        return;
      default:
        call(expr);
    }
  }

  void call(const Expr& expr) {
    const FunctionSignature& signature = signature_of(expr.function);
    if (signature.style == FunctionSignature::Style::Method) return method(expr, signature.name);
    out_ += fmt::format("{}(", signature.name);
    list(expr, 0);
    out_ += ')';
  }

  static std::string pattern(const Pattern& pattern) {
    std::string out = "\"";
    for (std::size_t i = 0; i < pattern.parts.size(); ++i) {
      if (i != 0) out += '*';
      const std::string part = quoted(pattern.parts[i]);
      for (const char c : std::string_view(part).substr(1, part.size() - 2)) {
        if (c == '*') out += '\\';
        out += c;
      }
    }
    return out + "\"";
  }

  std::string out_;
  int nesting_ = 0;
  int deepest_ = 0;
};

std::string to_text(const Scope& scope, Variable variable) {
  std::string out(name_of(variable));
  const auto entity = [&] {
    return scope.slot ? fmt::format("?{}", name_of(variable)) : to_text(scope.entities.front());
  };
  switch (scope.kind) {
    case Scope::Kind::Any:
      break;
    case Scope::Kind::Equal:
      out += " == " + entity();
      break;
    case Scope::Kind::In:
      out += " in " + entity();
      break;
    case Scope::Kind::InAny: {
      std::vector<std::string> texts;
      for (const EntityUid& uid : scope.entities) texts.push_back(to_text(uid));
      out += fmt::format(" in [{}]", fmt::join(texts, ", "));
      break;
    }
    case Scope::Kind::Is:
      out += " is " + scope.type.str();
      break;
    case Scope::Kind::IsIn:
      out += fmt::format(" is {} in {}", scope.type.view(), entity());
      break;
  }
  return out;
}

}  // namespace

std::string to_text(const Expr& expr) {
  Writer writer;
  writer.write(expr);
  return writer.take();
}

std::string to_text(const Policy& policy) {
  std::string out;
  for (const Annotation& annotation : policy.annotations) {
    out += fmt::format("@{}", annotation.name.view());
    if (!annotation.bare) out += fmt::format("({})", quoted(annotation.value.view()));
    out += '\n';
  }
  out += fmt::format(
      "{} ({}, {}, {})", name_of(policy.effect), to_text(policy.principal, Variable::Principal),
      to_text(policy.action, Variable::Action), to_text(policy.resource, Variable::Resource));
  for (const Clause& clause : policy.clauses) {
    out += fmt::format("\n{} {{ {} }}", clause.kind == Clause::Kind::When ? "when" : "unless",
                       to_text(*clause.body));
  }
  return out + ";";
}

namespace internal {

int nesting_of_text(const Expr& expr) {
  Writer writer;
  writer.write(expr);
  return writer.deepest();
}

}  // namespace internal

}  // namespace countersign::cedar
