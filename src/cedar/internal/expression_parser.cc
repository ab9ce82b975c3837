// SPDX-License-Identifier: Apache-2.0
// Expressions: recursive descent, one function for each level of precedence.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "cedar/internal/parsing.h"

namespace countersign::cedar::internal {

namespace {

using Kind = Expr::Kind;
using Mark = Token::Kind;

constexpr std::array<std::string_view, 6> kMethods = {"contains", "containsAll", "containsAny",
                                                      "isEmpty",  "getTag",      "hasTag"};
constexpr std::array<Kind, 6> kMethodKinds = {Kind::Contains, Kind::ContainsAll, Kind::ContainsAny,
                                              Kind::IsEmpty,  Kind::GetTag,      Kind::HasTag};

std::optional<Kind> relation_of(const Token& token) {
  switch (token.kind) {
    case Mark::Equal:
      return Kind::Equal;
    case Mark::NotEqual:
      return Kind::NotEqual;
    case Mark::Less:
      return Kind::Less;
    case Mark::LessEqual:
      return Kind::LessEqual;
    case Mark::Greater:
      return Kind::Greater;
    case Mark::GreaterEqual:
      return Kind::GreaterEqual;
    default:
      return token.is("in") ? std::optional(Kind::In) : std::nullopt;
  }
}

class ExpressionParser {
 public:
  explicit ExpressionParser(Cursor& cursor) : in_(cursor) {}

  ExprRef expression() {
    if (nesting_ >= kNestingLimit) {
      in_.fail(in_.peek().span,
               fmt::format("expressions are nested more than {} deep", kNestingLimit));
      return nullptr;
    }
    ++nesting_;
    ExprRef expr = in_.at("if") ? conditional() : disjunction();
    --nesting_;
    return expr;
  }

 private:
  ExprRef finish(Expr&& node, const Span& from) {
    node.span = in_.since(from);
    for (const ExprRef& operand : node.operands) {
      node.depth = std::max(node.depth, operand->depth + 1);
    }
    if (node.depth > kDepthLimit) {
      in_.fail(node.span,
               fmt::format("the expression is more than {} operations deep", kDepthLimit),
               "put long lists into a set, or split the policy");
      return nullptr;
    }
    return std::make_shared<const Expr>(std::move(node));
  }

  ExprRef make(Kind kind, std::vector<ExprRef> operands, const Span& from) {
    Expr node;
    node.kind = kind;
    node.operands = std::move(operands);
    return finish(std::move(node), from);
  }

  ExprRef conditional() {
    const Span from = in_.next().span;
    std::vector<ExprRef> parts;
    constexpr std::array<std::string_view, 2> kWords = {"then", "else"};
    for (std::size_t i = 0; i < 3; ++i) {
      ExprRef part = expression();
      if (!part) return nullptr;
      parts.push_back(std::move(part));
      if (i < 2 && !in_.accept(kWords[i])) {
        in_.fail_expected(fmt::format("`{}`", kWords[i]),
                          "a conditional is written `if a then b else c`");
        return nullptr;
      }
    }
    return make(Kind::If, std::move(parts), from);
  }

  ExprRef disjunction() {
    const Span from = in_.peek().span;
    ExprRef left = conjunction();
    while (left && in_.accept(Mark::Or)) {
      ExprRef right = conjunction();
      if (!right) return nullptr;
      left = make(Kind::Or, {std::move(left), std::move(right)}, from);
    }
    return left;
  }

  ExprRef conjunction() {
    const Span from = in_.peek().span;
    ExprRef left = relation();
    while (left && in_.accept(Mark::And)) {
      ExprRef right = relation();
      if (!right) return nullptr;
      left = make(Kind::And, {std::move(left), std::move(right)}, from);
    }
    return left;
  }

  ExprRef relation() {
    const Span from = in_.peek().span;
    ExprRef left = sum();
    if (!left) return nullptr;
    ExprRef whole;
    if (in_.accept("has")) {
      whole = has(std::move(left), from);
    } else if (in_.accept("like")) {
      whole = like(std::move(left), from);
    } else if (in_.accept("is")) {
      whole = is(std::move(left), from);
    } else if (const std::optional<Kind> kind = relation_of(in_.peek())) {
      in_.next();
      ExprRef right = sum();
      if (!right) return nullptr;
      whole = make(*kind, {std::move(left), std::move(right)}, from);
    } else if (in_.at(Mark::Assign)) {
      in_.fail(in_.peek().span, "`=` compares nothing", "write `==`");
      return nullptr;
    } else {
      return left;
    }
    if (!whole) return nullptr;
    const Token& after = in_.peek();
    if (relation_of(after) || after.is("has") || after.is("like") || after.is("is")) {
      in_.fail(after.span, fmt::format("`{}` follows another comparison", after.text),
               "put one of the two in parentheses");
      return nullptr;
    }
    return whole;
  }

  ExprRef has(ExprRef left, const Span& from) {
    Expr node;
    node.kind = Kind::Has;
    node.operands.push_back(std::move(left));
    if (in_.at(Mark::String)) {
      if (!string_name(node)) return nullptr;
    } else {
      do {
        if (!attribute_name(node, "the name of an attribute")) return nullptr;
      } while (in_.accept(Mark::Dot));
      if (node.names.size() > kNestingLimit) {
        in_.fail(in_.since(node.name_spans.front()),
                 fmt::format("behind `has` stand more than {} names", kNestingLimit));
        return nullptr;
      }
    }
    if (in_.at(Mark::Dot) || in_.at(Mark::LeftBracket) || in_.at(Mark::DoubleColon) ||
        in_.at(Mark::LeftParen)) {
      in_.fail_expected("the end of the attribute",
                        "behind `has` stand names joined by `.`, or one string");
      return nullptr;
    }
    return finish(std::move(node), from);
  }

  ExprRef like(ExprRef left, const Span& from) {
    if (!in_.at(Mark::String)) {
      in_.fail_expected("a pattern in double quotes", "`*` in it stands for any characters");
      return nullptr;
    }
    std::optional<Pattern> pattern = unescape_pattern(in_.next(), in_.source(), in_.issues());
    if (!pattern) return nullptr;
    Expr node;
    node.kind = Kind::Like;
    node.pattern = std::move(*pattern);
    node.operands.push_back(std::move(left));
    return finish(std::move(node), from);
  }

  ExprRef is(ExprRef left, const Span& from) {
    Expr node;
    node.kind = Kind::Is;
    node.operands.push_back(std::move(left));
    node.type_span = in_.peek().span;
    if (in_.at(Mark::String)) {
      in_.fail_expected("the name of an entity type", "write it without quotes");
      return nullptr;
    }
    const std::optional<std::string> type = parse_name(in_, "the name of an entity type");
    if (!type) return nullptr;
    node.type = *type;
    node.type_span = in_.since(node.type_span);
    if (in_.accept("in")) {
      node.kind = Kind::IsIn;
      ExprRef group = sum();
      if (!group) return nullptr;
      node.operands.push_back(std::move(group));
    }
    return finish(std::move(node), from);
  }

  ExprRef sum() {
    const Span from = in_.peek().span;
    ExprRef left = product();
    while (left && (in_.at(Mark::Plus) || in_.at(Mark::Minus))) {
      const Kind kind = in_.next().is(Mark::Plus) ? Kind::Add : Kind::Subtract;
      ExprRef right = product();
      if (!right) return nullptr;
      left = make(kind, {std::move(left), std::move(right)}, from);
    }
    return left;
  }

  ExprRef product() {
    const Span from = in_.peek().span;
    ExprRef left = unary();
    while (left && (in_.at(Mark::Star) || in_.at(Mark::Slash) || in_.at(Mark::Percent))) {
      if (!in_.at(Mark::Star)) {
        in_.fail(in_.peek().span, fmt::format("the language has no `{}`", in_.peek().text),
                 in_.at(Mark::Slash) ? "compare products instead"
                                     : "the operations are `+`, `-` and `*`");
        return nullptr;
      }
      in_.next();
      ExprRef right = unary();
      if (!right) return nullptr;
      left = make(Kind::Multiply, {std::move(left), std::move(right)}, from);
    }
    return left;
  }

  ExprRef unary() {
    if (!in_.at(Mark::Not) && !in_.at(Mark::Minus)) return member();
    constexpr std::size_t kMostOperators = 4;
    const Mark mark = in_.peek().kind;
    std::vector<Span> operators;
    while (in_.at(mark)) operators.push_back(in_.next().span);
    if (operators.size() > kMostOperators) {
      in_.fail(
          operators.front(),
          fmt::format("`{}` stands more than four times in a row", mark == Mark::Not ? "!" : "-"),
          "two of them undo each other: take them away in pairs");
      return nullptr;
    }
    ExprRef expr;
    if (mark == Mark::Minus && in_.at(Mark::Integer) && !in_.peek(1).is(Mark::Dot) &&
        !in_.peek(1).is(Mark::LeftBracket)) {
      expr = integer(operators.back(), Sign::Minus);
      operators.pop_back();
    } else {
      expr = member();
    }
    for (; expr && !operators.empty(); operators.pop_back()) {
      expr =
          make(mark == Mark::Not ? Kind::Not : Kind::Negate, {std::move(expr)}, operators.back());
    }
    return expr;
  }

  enum class Sign { Plus, Minus };

  ExprRef integer(const Span& from, Sign sign) {
    const Token& token = in_.next();
    std::uint64_t magnitude = 0;
    const auto [end, error] =
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), magnitude);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (error != std::errc() || magnitude > kMost + (sign == Sign::Minus ? 1 : 0)) {
      in_.fail(token.span, fmt::format("the number {} does not fit 64 bits", described(token)),
               "the largest is 9223372036854775807, the least -9223372036854775808");
      return nullptr;
    }
    return value(Value::integer(static_cast<std::int64_t>(
                     sign == Sign::Minus ? std::uint64_t{0} - magnitude : magnitude)),
                 from);
  }

  ExprRef value(Value value, const Span& from) {
    Expr node;
    node.value = std::move(value);
    return finish(std::move(node), from);
  }

  ExprRef member() {
    const Span from = in_.peek().span;
    ExprRef expr = primary();
    while (expr && (in_.at(Mark::Dot) || in_.at(Mark::LeftBracket))) {
      expr = in_.at(Mark::Dot) ? dotted(std::move(expr), from) : indexed(std::move(expr), from);
    }
    return expr;
  }

  ExprRef indexed(ExprRef receiver, const Span& from) {
    in_.next();
    Expr node;
    node.kind = Kind::GetAttr;
    node.operands.push_back(std::move(receiver));
    if (!in_.at(Mark::String)) {
      in_.fail_expected("the name of an attribute in double quotes",
                        "only a string literal may stand in `[...]`");
      return nullptr;
    }
    if (!string_name(node) || !in_.expect(Mark::RightBracket, "`]`")) return nullptr;
    return finish(std::move(node), from);
  }

  ExprRef dotted(ExprRef receiver, const Span& from) {
    in_.next();
    Expr node;
    node.kind = Kind::GetAttr;
    if (!attribute_name(node, "the name of an attribute or method")) return nullptr;
    node.operands.push_back(std::move(receiver));
    if (!in_.at(Mark::LeftParen)) return finish(std::move(node), from);
    return method(std::move(node), from);
  }

  ExprRef method(Expr&& node, const Span& from) {
    const std::string name = node.names.front().str();
    const Span name_span = node.name_spans.front();
    node.names.clear();
    node.name_spans.clear();
    if (!list(Mark::LeftParen, Mark::RightParen, "`)`", node.operands)) return nullptr;
    const auto* found = std::find(kMethods.begin(), kMethods.end(), name);
    if (found != kMethods.end()) {
      node.kind = kMethodKinds[static_cast<std::size_t>(found - kMethods.begin())];
      const std::size_t wanted = node.kind == Kind::IsEmpty ? 0 : 1;
      if (node.operands.size() - 1 != wanted) {
        in_.fail(name_span, fmt::format("`{}` takes {}, not {}", name,
                                        wanted == 0 ? "no argument" : "one argument",
                                        node.operands.size() - 1));
        return nullptr;
      }
      return finish(std::move(node), from);
    }
    const std::optional<Function> function = find_function(name, FunctionSignature::Style::Method);
    if (!function) return no_method(name, name_span);
    node.kind = Kind::Call;
    node.function = *function;
    return finish(std::move(node), from);
  }

  ExprRef no_method(const std::string& name, const Span& span) {
    if (find_function(name, FunctionSignature::Style::Constructor)) {
      in_.fail(span, fmt::format("`{}` is a function, not a method", name),
               fmt::format("write `{}(...)`", name));
      return nullptr;
    }
    std::vector<std::string_view> known = function_names(FunctionSignature::Style::Method);
    known.insert(known.end(), kMethods.begin(), kMethods.end());
    const std::optional<std::string_view> meant = base::did_you_mean(name, known);
    in_.fail(span, fmt::format("the language has no method `{}`", name),
             meant ? fmt::format("did you mean `{}`?", *meant)
                   : "the methods of sets are `contains`, `containsAll`, `containsAny`, `isEmpty`");
    return nullptr;
  }

  ExprRef primary() {
    const Span from = in_.peek().span;
    switch (in_.peek().kind) {
      case Mark::Integer:
        return integer(from, Sign::Plus);
      case Mark::String: {
        const std::optional<std::string> text = unescape(in_.next(), in_.source(), in_.issues());
        return text ? value(Value::string(*text), from) : nullptr;
      }
      case Mark::LeftParen: {
        in_.next();
        ExprRef inner = expression();
        if (!inner || !in_.expect_close(Mark::RightParen, "`)`", from)) return nullptr;
        return inner;
      }
      case Mark::LeftBracket: {
        Expr node;
        node.kind = Kind::Set;
        if (!list(Mark::LeftBracket, Mark::RightBracket, "`]`", node.operands)) return nullptr;
        return finish(std::move(node), from);
      }
      case Mark::LeftBrace:
        return record();
      case Mark::Question:
        in_.fail(from, "a slot may not stand in a condition",
                 "`?principal` and `?resource` belong into the head of a template");
        return nullptr;
      case Mark::Identifier:
        return named();
      default:
        in_.fail_expected("an expression");
        return nullptr;
    }
  }

  ExprRef named() {
    const Span from = in_.peek().span;
    if (in_.accept("true")) return value(Value::boolean(true), from);
    if (in_.accept("false")) return value(Value::boolean(false), from);
    if (in_.at("if")) {
      in_.fail(from, "a conditional must stand in parentheses here",
               "write `(if a then b else c)`");
      return nullptr;
    }
    const std::optional<std::string> name = parse_name(in_, "an expression");
    if (!name) return nullptr;
    if (in_.at(Mark::DoubleColon)) {
      std::optional<EntityUid> uid = parse_entity_rest(in_, *name);
      return uid ? value(Value::entity(std::move(*uid)), from) : nullptr;
    }
    if (in_.at(Mark::LeftParen)) return call(*name, from);
    constexpr std::array kVariables = {Variable::Principal, Variable::Action, Variable::Resource,
                                       Variable::Context};
    for (const Variable variable : kVariables) {
      if (name_of(variable) != *name) continue;
      Expr node;
      node.kind = Kind::Variable;
      node.variable = variable;
      return finish(std::move(node), from);
    }
    in_.fail(in_.since(from), fmt::format("`{}` is no variable", *name), variable_remedy(*name));
    return nullptr;
  }

  static std::string variable_remedy(const std::string& name) {
    if (name == "not") return "write `!` for not";
    const std::optional<std::string_view> meant =
        base::did_you_mean(name, {"principal", "action", "resource", "context", "true", "false"});
    if (meant) return fmt::format("did you mean `{}`?", *meant);
    const bool type = name.find("::") != std::string::npos || (name[0] >= 'A' && name[0] <= 'Z');
    return type ? fmt::format("an entity is `{0}::\"id\"`; for its type ask `is {0}`", name)
                : "the variables are `principal`, `action`, `resource` and `context`; a string "
                  "stands in double quotes";
  }

  ExprRef call(const std::string& name, const Span& from) {
    const Span name_span = in_.since(from);
    Expr node;
    node.kind = Kind::Call;
    if (!list(Mark::LeftParen, Mark::RightParen, "`)`", node.operands)) return nullptr;
    const std::optional<Function> function =
        find_function(name, FunctionSignature::Style::Constructor);
    if (function) {
      node.function = *function;
      return finish(std::move(node), from);
    }
    if (find_function(name, FunctionSignature::Style::Method) ||
        std::find(kMethods.begin(), kMethods.end(), name) != kMethods.end()) {
      in_.fail(name_span, fmt::format("`{}` is a method, not a function", name),
               fmt::format("write `value.{}(...)`", name));
      return nullptr;
    }
    const std::optional<std::string_view> meant =
        base::did_you_mean(name, function_names(FunctionSignature::Style::Constructor));
    in_.fail(name_span, fmt::format("the language has no function `{}`", name),
             meant ? fmt::format("did you mean `{}`?", *meant)
                   : "the functions are `decimal`, `ip`, `datetime` and `duration`");
    return nullptr;
  }

  // `open item, item close`; a comma may follow the last item.
  bool list(Mark open, Mark close, std::string_view close_text, std::vector<ExprRef>& items) {
    if (!in_.accept(open)) return in_.fail_expected("a list");
    while (!in_.accept(close)) {
      ExprRef item = expression();
      if (!item) return false;
      items.push_back(std::move(item));
      if (!in_.accept(Mark::Comma) && !in_.at(close)) {
        return in_.fail_expected(fmt::format("`,` or {}", close_text), operator_remedy(in_.peek()));
      }
    }
    return true;
  }

  ExprRef record() {
    const Span from = in_.next().span;
    Expr node;
    node.kind = Kind::Record;
    while (!in_.accept(Mark::RightBrace)) {
      const bool named = in_.at(Mark::String) ? string_name(node)
                                              : attribute_name(node, "the name of an attribute");
      if (!named) return nullptr;
      if (std::count(node.names.begin(), node.names.end(), node.names.back()) > 1) {
        in_.fail(node.name_spans.back(),
                 fmt::format("the record has `{}` twice", node.names.back().view()));
        return nullptr;
      }
      if (!in_.accept(Mark::Colon)) {
        in_.fail_expected("`:` and a value",
                          "a record is written `{name: value, \"a name\": value}`");
        return nullptr;
      }
      ExprRef item = expression();
      if (!item) return nullptr;
      node.operands.push_back(std::move(item));
      if (!in_.accept(Mark::Comma) && !in_.at(Mark::RightBrace)) {
        in_.fail_expected("`,` or `}`");
        return nullptr;
      }
    }
    return finish(std::move(node), from);
  }

  bool attribute_name(Expr& node, std::string_view what) {
    if (!in_.at(Mark::Identifier)) {
      return in_.fail_expected(what, in_.at(Mark::Integer)
                                         ? "a name that begins with a digit stands in double quotes"
                                         : "");
    }
    const Token& token = in_.next();
    if (is_reserved(token.text)) {
      return in_.fail(
          token.span, fmt::format("`{}` is a reserved word", token.text),
          node.kind == Kind::GetAttr
              ? fmt::format("write `[\"{0}\"]` in place of `.{0}`", token.text)
              : fmt::format("write the attribute in double quotes: `\"{}\"`", token.text));
    }
    node.names.emplace_back(token.text);
    node.name_spans.push_back(token.span);
    return true;
  }

  bool string_name(Expr& node) {
    const Token& token = in_.next();
    const std::optional<std::string> name = unescape(token, in_.source(), in_.issues());
    if (!name) return false;
    node.names.emplace_back(*name);
    node.name_spans.push_back(token.span);
    return true;
  }

  Cursor& in_;
  int nesting_ = 0;
};

}  // namespace

ExprRef parse_expr(Cursor& cursor) { return ExpressionParser(cursor).expression(); }

}  // namespace countersign::cedar::internal
