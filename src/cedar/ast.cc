// SPDX-License-Identifier: Apache-2.0
#include "cedar/ast.h"

#include <algorithm>

#include <fmt/format.h>

#include "cedar/internal/lexer.h"

namespace countersign::cedar {

base::Issue issue_at(const Source& source, const Span& span, std::string message,
                     std::string remedy) {
  base::Issue issue{.file = source.file,
                    .at = span.at,
                    .message = std::move(message),
                    .remedy = std::move(remedy),
                    .excerpt = base::excerpt_of(source.text, span.at)};
  const std::string_view quote = source.quote(span);
  issue.underline = static_cast<std::uint32_t>(
      std::max<std::size_t>(1, std::min(quote.find_first_of("\r\n"), quote.size())));
  return issue;
}

std::string_view name_of(Variable variable) {
  switch (variable) {
    case Variable::Principal:
      return "principal";
    case Variable::Action:
      return "action";
    case Variable::Resource:
      return "resource";
    case Variable::Context:
      return "context";
  }
  return "";
}

std::string_view name_of(Effect effect) { return effect == Effect::Permit ? "permit" : "forbid"; }

bool Pattern::matches(std::string_view text) const {
  if (parts.empty()) return text.empty();
  if (parts.size() == 1) return text == parts.front();
  const std::string& first = parts.front();
  const std::string& last = parts.back();
  if (text.size() < first.size() + last.size()) return false;
  if (!text.starts_with(first) || !text.ends_with(last)) return false;
  text = text.substr(first.size(), text.size() - first.size() - last.size());
  // Between wildcards the leftmost place is as good as any.
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const std::size_t found = text.find(parts[i]);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + parts[i].size());
  }
  return true;
}

std::string_view name_of(Expr::Kind kind) {
  using enum Expr::Kind;
  switch (kind) {
    case Literal:
      return "a literal";
    case Variable:
      return "a variable";
    case If:
      return "if";
    case And:
      return "&&";
    case Or:
      return "||";
    case Not:
      return "!";
    case Negate:
    case Subtract:
      return "-";
    case Equal:
      return "==";
    case NotEqual:
      return "!=";
    case Less:
      return "<";
    case LessEqual:
      return "<=";
    case Greater:
      return ">";
    case GreaterEqual:
      return ">=";
    case Add:
      return "+";
    case Multiply:
      return "*";
    case In:
      return "in";
    case Is:
      return "is";
    case IsIn:
      return "is ... in";
    case Has:
      return "has";
    case Like:
      return "like";
    case GetAttr:
      return ".";
    case Set:
      return "a set";
    case Record:
      return "a record";
    case Contains:
      return "contains";
    case ContainsAll:
      return "containsAll";
    case ContainsAny:
      return "containsAny";
    case IsEmpty:
      return "isEmpty";
    case GetTag:
      return "getTag";
    case HasTag:
      return "hasTag";
    case Call:
      return "a function";
  }
  return "";
}

std::optional<AttributePath> attribute_path(const Expr& expr) {
  AttributePath path;
  const Expr* at = &expr;
  for (; at->kind == Expr::Kind::GetAttr; at = &at->operand(0)) {
    path.names.push_back(at->names.front());
  }
  if (at->kind != Expr::Kind::Variable) return std::nullopt;
  path.variable = at->variable;
  std::reverse(path.names.begin(), path.names.end());
  return path;
}

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

std::string attribute_name(const Text& name) {
  return internal::is_identifier(name.view()) && !internal::is_reserved(name.view())
             ? name.str()
             : quoted(name.view());
}

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void write(const Expr& expr, Binding least = Loosest) {
    const bool wrapped = binding_of(expr) < least;
    if (wrapped) out_ += '(';
    node(expr);
    if (wrapped) out_ += ')';
  }

 private:
  void binary(const Expr& expr, Binding left, Binding right) {
    write(expr.operand(0), left);
    out_ += fmt::format(" {} ", name_of(expr.kind));
    write(expr.operand(1), right);
  }

  void list(const Expr& expr, std::size_t from) {
    for (std::size_t i = from; i < expr.operands.size(); ++i) {
      if (i != from) out_ += ", ";
      write(expr.operand(i));
    }
  }

  void method(const Expr& expr, std::string_view name) {
    write(expr.operand(0), MemberLevel);
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
        write(expr.operand(0), MemberLevel);
        return;
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
        write(expr.operand(0), AddLevel);
        out_ += " is " + expr.type.str();
        if (expr.kind == Expr::Kind::IsIn) {
          out_ += " in ";
          write(expr.operand(1), AddLevel);
        }
        return;
      case Expr::Kind::Has:
        write(expr.operand(0), AddLevel);
        out_ += " has ";
        for (std::size_t i = 0; i < expr.names.size(); ++i) {
          if (i != 0) out_ += '.';
          out_ += attribute_name(expr.names[i]);
        }
        return;
      case Expr::Kind::Like:
        write(expr.operand(0), AddLevel);
        out_ += " like " + pattern(expr.pattern);
        return;
      case Expr::Kind::GetAttr: {
        write(expr.operand(0), MemberLevel);
        const std::string name = attribute_name(expr.names.front());
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
          out_ += attribute_name(expr.names[i]) + ": ";
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
};

}  // namespace

std::string to_text(const Expr& expr) {
  Writer writer;
  writer.write(expr);
  return writer.take();
}

ExprRef literal(Value value) {
  auto node = std::make_shared<Expr>();
  node->value = std::move(value);
  return node;
}

const Text* Policy::annotation(std::string_view name) const {
  const auto found =
      std::find_if(annotations.begin(), annotations.end(),
                   [name](const Annotation& annotation) { return annotation.name == name; });
  return found == annotations.end() ? nullptr : &found->value;
}

}  // namespace countersign::cedar
