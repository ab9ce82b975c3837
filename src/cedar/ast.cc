// SPDX-License-Identifier: Apache-2.0
#include "cedar/ast.h"

#include <algorithm>

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
