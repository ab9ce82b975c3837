// SPDX-License-Identifier: Apache-2.0
#include "cedar/parser.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cedar/internal/parsing.h"
#include "cedar/schema.h"

namespace countersign::cedar {
namespace {

using internal::Cursor;
using internal::Token;
using Mark = Token::Kind;

constexpr std::size_t kLongestText = 16U << 20;
// Past this many mistakes more of them help nobody.
constexpr std::size_t kMostIssues = 100;

class PolicyParser {
 public:
  PolicyParser(std::shared_ptr<const Source> source, const std::vector<Token>& tokens,
               base::Issues& issues)
      : source_(std::move(source)), in_(*source_, tokens, issues) {}

  std::vector<Policy> run() {
    std::vector<Policy> policies;
    for (std::size_t number = 0; !in_.at(Mark::End); ++number) {
      Policy policy;
      policy.id = fmt::format("policy{}", number);
      policy.source = source_;
      if (parse(policy)) {
        policies.push_back(std::move(policy));
      } else {
        if (in_.issues().size() >= kMostIssues) return {};
        while (!in_.at(Mark::End) && !in_.accept(Mark::Semicolon)) in_.next();
      }
    }
    return policies;
  }

 private:
  bool parse(Policy& policy) {
    const Span from = in_.peek().span;
    while (in_.at(Mark::At)) {
      if (!annotation(policy)) return false;
    }
    return effect(policy) && head(policy) && clauses(policy, from);
  }

  bool annotation(Policy& policy) {
    const Span from = in_.next().span;
    if (!in_.at(Mark::Identifier)) {
      return in_.fail_expected("the name of an annotation", "write `@name(\"value\")`");
    }
    Annotation annotation;
    annotation.name = in_.next().text;
    annotation.bare = !in_.at(Mark::LeftParen);
    if (in_.accept(Mark::LeftParen)) {
      if (!in_.at(Mark::String)) {
        return in_.fail_expected(
            "a text in double quotes",
            fmt::format("write `@{0}(\"value\")`, or `@{0}` alone", annotation.name.view()));
      }
      const auto value = internal::unescape(in_.next(), in_.source(), in_.issues());
      if (!value || !in_.expect(Mark::RightParen, "`)`")) return false;
      annotation.value = *value;
    }
    annotation.span = in_.since(from);
    if (policy.annotation(annotation.name.view()) != nullptr) {
      return in_.fail(annotation.span,
                      fmt::format("the policy has `@{}` twice", annotation.name.view()));
    }
    policy.annotations.push_back(std::move(annotation));
    return true;
  }

  bool effect(Policy& policy) {
    if (in_.accept("permit")) return true;
    if (in_.accept("forbid")) {
      policy.effect = Effect::Forbid;
      return true;
    }
    std::string remedy;
    if (in_.at(Mark::Identifier)) {
      if (const auto meant = base::did_you_mean(in_.peek().text, {"permit", "forbid"})) {
        remedy = fmt::format("did you mean `{}`?", *meant);
      }
    }
    if (in_.at(Mark::Semicolon)) remedy = "a policy ends with one `;`";
    return in_.fail_expected("`permit` or `forbid`", std::move(remedy));
  }

  bool head(Policy& policy) {
    constexpr const char* kForm =
        "the head of a policy is `(principal, action, resource)`, in this order";
    if (!in_.accept(Mark::LeftParen)) return in_.fail_expected("`(`", kForm);
    Scope* const scopes[] = {&policy.principal, &policy.action, &policy.resource};
    constexpr Variable kOrder[] = {Variable::Principal, Variable::Action, Variable::Resource};
    for (std::size_t i = 0; i < 3; ++i) {
      if (!in_.at(name_of(kOrder[i]))) {
        return in_.fail_expected(fmt::format("`{}`", name_of(kOrder[i])), kForm);
      }
      if (!scope(kOrder[i], *scopes[i])) return false;
      if (i < 2 && !in_.accept(Mark::Comma)) return in_.fail_expected("`,`", kForm);
    }
    in_.accept(Mark::Comma);
    return in_.accept(Mark::RightParen) ||
           in_.fail_expected("`)`", "further conditions belong into `when { ... }`");
  }

  bool scope(Variable variable, Scope& scope) {
    const Span from = in_.next().span;
    if (!constraint(variable, scope)) return false;
    scope.span = in_.since(from);
    if (!in_.at(Mark::Comma) && !in_.at(Mark::RightParen)) {
      return in_.fail_expected("`,` or `)`",
                               "the head holds one constraint for each variable; further "
                               "conditions belong into `when { ... }`");
    }
    return true;
  }

  bool constraint(Variable variable, Scope& scope) {
    if (in_.at(Mark::Comma) || in_.at(Mark::RightParen)) return true;
    if (in_.accept(Mark::Equal)) {
      scope.kind = Scope::Kind::Equal;
      return entity(variable, scope);
    }
    if (in_.accept("in")) {
      scope.kind = Scope::Kind::In;
      return entity(variable, scope);
    }
    if (in_.at("is")) {
      if (variable == Variable::Action) {
        return in_.fail(in_.peek().span, "`is` may not stand in the head behind `action`",
                        "move `action is ...` into `when { ... }`");
      }
      in_.next();
      return type(variable, scope);
    }
    std::string remedy = "a head may say `==`, `in`, `is` and `is ... in ...`";
    if (in_.at(Mark::Assign)) remedy = "write `==`";
    if (in_.at(Mark::Colon)) remedy = "write `is` before a type";
    return in_.fail_expected("a constraint, `,` or `)`", std::move(remedy));
  }

  bool type(Variable variable, Scope& scope) {
    scope.kind = Scope::Kind::Is;
    scope.type_span = in_.peek().span;
    if (in_.at(Mark::String)) {
      return in_.fail_expected("the name of an entity type", "write it without quotes");
    }
    const auto name = internal::parse_name(in_, "the name of an entity type");
    if (!name) return false;
    scope.type = *name;
    scope.type_span = in_.since(scope.type_span);
    if (!in_.accept("in")) return true;
    scope.kind = Scope::Kind::IsIn;
    return entity(variable, scope);
  }

  // An entity, this variable's slot or, behind `action in`, a list; parentheses around it mean
  // nothing.
  bool entity(Variable variable, Scope& scope) {
    std::size_t open = 0;
    while (in_.accept(Mark::LeftParen)) ++open;
    const bool list = variable == Variable::Action && scope.kind == Scope::Kind::In;
    const bool read = in_.at(Mark::Question)              ? slot(variable, scope)
                      : list && in_.at(Mark::LeftBracket) ? entity_list(scope)
                                                          : one_entity(variable, scope);
    if (!read) return false;
    for (; open > 0; --open) {
      if (!in_.expect(Mark::RightParen, "`)`")) return false;
    }
    return true;
  }

  bool slot(Variable variable, Scope& scope) {
    const Span mark = in_.next().span;
    const Token name = in_.peek();
    if (variable == Variable::Action) {
      return in_.fail(mark, "a slot may not stand behind `action`",
                      "the slots are `?principal` and `?resource`");
    }
    if (!name.is(name_of(variable)) || name.span.begin != mark.end) {
      Span whole = mark;
      if (name.span.at.line == mark.at.line) whole.end = name.span.end;
      return in_.fail(whole, fmt::format("only `?{}` may stand here as a slot", name_of(variable)),
                      name.is(name_of(variable)) ? "write it without white space" : "");
    }
    in_.next();
    scope.slot = true;
    scope.entity_spans.push_back(in_.since(mark));
    return true;
  }

  bool one_entity(Variable variable, Scope& scope) {
    const Span from = in_.peek().span;
    if (in_.at(Mark::LeftBracket)) {
      return in_.fail_expected("one entity",
                               variable == Variable::Action
                                   ? "write `action in [...]`"
                                   : "a list of entities may stand only behind `action in`");
    }
    if (in_.at(Mark::String)) {
      return in_.fail_expected("an entity",
                               fmt::format("name its type too: `User::{}`", in_.peek().text));
    }
    const auto name = internal::parse_name(in_, "an entity such as `User::\"alice\"`");
    if (!name) return false;
    if (!in_.at(Mark::DoubleColon)) {
      const std::size_t last = name->rfind("::");
      return in_.fail(
          in_.since(from), fmt::format("`{}` is a type, not an entity", *name),
          last == std::string::npos
              ? fmt::format("an entity is `{0}::\"id\"`; `is {0}` asks for the type", *name)
              : fmt::format("the id of an entity stands in double quotes: `{}::\"{}\"`",
                            name->substr(0, last), name->substr(last + 2)));
    }
    auto uid = internal::parse_entity_rest(in_, *name);
    if (!uid) return false;
    if (variable == Variable::Action && !names_action_type(uid->type().view())) {
      return in_.fail(in_.since(from), fmt::format("`{}` is no action", to_text(*uid)),
                      "the type of an action is `Action`, with or without a namespace");
    }
    scope.entities.push_back(std::move(*uid));
    scope.entity_spans.push_back(in_.since(from));
    return true;
  }

  bool entity_list(Scope& scope) {
    scope.kind = Scope::Kind::InAny;
    in_.next();
    while (!in_.accept(Mark::RightBracket)) {
      if (!entity(Variable::Action, scope)) return false;
      if (!in_.accept(Mark::Comma) && !in_.at(Mark::RightBracket)) {
        return in_.fail_expected("`,` or `]`");
      }
    }
    return true;
  }

  bool clauses(Policy& policy, const Span& from) {
    while (in_.at("when") || in_.at("unless")) {
      Clause clause;
      const Span clause_from = in_.peek().span;
      const std::string_view word = in_.peek().text;
      clause.kind = in_.next().is("when") ? Clause::Kind::When : Clause::Kind::Unless;
      const Span opened = in_.peek().span;
      if (!in_.accept(Mark::LeftBrace)) {
        return in_.fail_expected(fmt::format("`{{` behind `{}`", word),
                                 fmt::format("write `{} {{ ... }}`", word));
      }
      if (in_.at(Mark::RightBrace)) {
        return in_.fail(in_.peek().span, fmt::format("the condition of `{}` is empty", word),
                        fmt::format("leave `{}` out", word));
      }
      clause.body = internal::parse_expr(in_);
      if (!clause.body) return false;
      if (!in_.expect_close(Mark::RightBrace, "an operator or `}`", opened)) return false;
      clause.span = in_.since(clause_from);
      policy.clauses.push_back(std::move(clause));
    }
    if (!in_.at(Mark::Semicolon)) {
      std::string remedy = "a policy ends with `;`";
      if (in_.at("where") || in_.at("if")) remedy = "conditions begin with `when` or `unless`";
      if (in_.at(Mark::Identifier)) {
        if (const auto meant = base::did_you_mean(in_.peek().text, {"when", "unless"})) {
          remedy = fmt::format("did you mean `{}`?", *meant);
        }
      }
      return in_.fail_expected("`when`, `unless` or `;`", std::move(remedy));
    }
    in_.next();
    policy.span = in_.since(from);
    return true;
  }

  std::shared_ptr<const Source> source_;
  Cursor in_;
};

// What no reader takes: too long, or not UTF-8.
bool readable(const Source& source, base::Issues& issues) {
  if (source.text.size() > kLongestText) {
    issues.push_back({.file = source.file,
                      .at = {},
                      .message = "the text is longer than 16 MiB",
                      .remedy = "split it into several files",
                      .excerpt = {}});
  } else if (!base::is_utf8(source.text)) {
    issues.push_back({.file = source.file,
                      .at = {},
                      .message = "the text is not UTF-8",
                      .remedy = "save it in that encoding",
                      .excerpt = {}});
  }
  return issues.empty();
}

}  // namespace

base::Parsed<std::vector<Policy>> parse_policies(std::string_view text, std::string_view file) {
  auto source = std::make_shared<const Source>(Source{std::string(file), std::string(text)});
  base::Issues issues;
  if (!readable(*source, issues)) return issues;
  const std::vector<Token> tokens = internal::lex(*source, issues);
  if (!issues.empty()) return issues;
  const TextSharing sharing;
  std::vector<Policy> policies = PolicyParser(source, tokens, issues).run();
  if (!issues.empty()) return issues;
  return policies;
}

base::Parsed<ExprRef> parse_expression(std::string_view text, std::string_view file) {
  const Source source{std::string(file), std::string(text)};
  base::Issues issues;
  if (!readable(source, issues)) return issues;
  const std::vector<Token> tokens = internal::lex(source, issues);
  if (!issues.empty()) return issues;
  Cursor cursor(source, tokens, issues);
  ExprRef expr = internal::parse_expr(cursor);
  if (expr && !cursor.at(Mark::End)) cursor.fail_expected("an operator or the end of the text");
  if (!issues.empty()) return issues;
  return expr;
}

std::optional<EntityUid> parse_entity_uid(std::string_view text) {
  const Source source{{}, std::string(text)};
  base::Issues issues;
  if (!readable(source, issues)) return std::nullopt;
  const std::vector<Token> tokens = internal::lex(source, issues);
  if (!issues.empty()) return std::nullopt;
  Cursor cursor(source, tokens, issues);
  const std::optional<std::string> name = internal::parse_name(cursor, "an entity");
  if (!name) return std::nullopt;
  std::optional<EntityUid> uid = internal::parse_entity_rest(cursor, *name);
  if (!uid || !cursor.at(Mark::End)) return std::nullopt;
  return uid;
}

bool is_name(std::string_view text) {
  while (true) {
    const std::size_t end = text.find("::");
    const std::string_view part = text.substr(0, end);
    if (!internal::is_identifier(part) || internal::is_reserved(part)) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 2);
  }
}

}  // namespace countersign::cedar
