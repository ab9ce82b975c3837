// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/parsing.h"

#include <algorithm>

#include <fmt/format.h>

namespace countersign::cedar::internal {

const Token& Cursor::next() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Cursor::accept(Token::Kind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

bool Cursor::accept(std::string_view word) {
  if (!at(word)) return false;
  next();
  return true;
}

bool Cursor::expect(Token::Kind kind, std::string_view what) {
  return accept(kind) || fail_expected(what);
}

Span Cursor::since(const Span& from) const {
  Span span = from;
  if (at_ > 0) span.end = std::max(from.begin, tokens_[at_ - 1].span.end);
  return span;
}

bool Cursor::expect_close(Token::Kind kind, std::string_view what, const Span& opened) {
  if (accept(kind)) return true;
  std::string remedy = operator_remedy(peek());
  if (remedy.empty() && (at(Token::Kind::Identifier) || at(Token::Kind::String) ||
                         at(Token::Kind::Integer) || at(Token::Kind::LeftParen))) {
    remedy = "join the two by an operator: `&&` for and, `||` for or";
  } else if (remedy.empty()) {
    remedy = fmt::format("the `{}` at {}:{} is still open", source_.text.substr(opened.begin, 1),
                         opened.at.line, opened.at.column);
  }
  return fail_expected(what, std::move(remedy));
}

bool Cursor::fail(const Span& span, std::string message, std::string remedy) {
  issues_.push_back(issue_at(source_, span, std::move(message), std::move(remedy)));
  return false;
}

bool Cursor::fail_expected(std::string_view what, std::string remedy) {
  Span at = peek().span;
  // The end is shown behind what stands last, not after the empty lines that may follow.
  if (peek().is(Token::Kind::End) && at_ > 0) {
    const Token& last = tokens_[at_ - 1];
    at = part_of(last, last.text.size(), 0);
  }
  return fail(at, fmt::format("expected {}, found {}", what, described(peek())), std::move(remedy));
}

std::string operator_remedy(const Token& token) {
  if (token.is("and")) return "write `&&` for and";
  if (token.is("or")) return "write `||` for or";
  if (token.is(Token::Kind::Question)) return "a choice is written `if a then b else c`";
  return {};
}

std::optional<std::string> parse_name(Cursor& cursor, std::string_view what) {
  if (!cursor.at(Token::Kind::Identifier)) {
    cursor.fail_expected(what);
    return std::nullopt;
  }
  std::string name;
  while (true) {
    const Token& part = cursor.next();
    if (is_reserved(part.text)) {
      cursor.fail(part.span,
                  fmt::format("`{}` is a reserved word and cannot be a name", part.text));
      return std::nullopt;
    }
    name += part.text;
    if (!cursor.at(Token::Kind::DoubleColon) || !cursor.peek(1).is(Token::Kind::Identifier)) {
      return name;
    }
    cursor.next();
    name += "::";
  }
}

std::optional<EntityUid> parse_entity_rest(Cursor& cursor, std::string_view type) {
  if (!cursor.expect(Token::Kind::DoubleColon, "`::` and an id in double quotes")) {
    return std::nullopt;
  }
  if (!cursor.at(Token::Kind::String)) {
    cursor.fail_expected("an id in double quotes");
    return std::nullopt;
  }
  const std::optional<std::string> id = unescape(cursor.next(), cursor.source(), cursor.issues());
  if (!id) return std::nullopt;
  return EntityUid(type, *id);
}

}  // namespace countersign::cedar::internal
