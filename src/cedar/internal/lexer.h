// SPDX-License-Identifier: Apache-2.0
// Tokens of policies, and of schemas in the human syntax.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_LEXER_H_
#define COUNTERSIGN_CEDAR_INTERNAL_LEXER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "cedar/ast.h"

namespace countersign::cedar::internal {

struct Token {
  enum class Kind : std::uint8_t {
    Identifier,  // keywords included: most are names in some place
    Integer,     // decimal digits
    String,      // `text` has its quotes and escapes
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Semicolon,
    Colon,
    DoubleColon,
    Dot,
    At,
    Question,
    Assign,  // =
    Equal,   // ==
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Not,
    And,
    Or,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    End  // once, the last; an empty span behind the text
  };

  Kind kind = Kind::End;
  Span span;
  std::string_view text;  // into the source

  bool is(Kind other) const { return kind == other; }
  bool is(std::string_view word) const { return kind == Kind::Identifier && text == word; }
};

// What a token is called in messages: its text in backticks, or "the end of the text".
std::string described(const Token& token);

// The span of `length` bytes that begin `from` bytes behind the token's start.
Span part_of(const Token& token, std::size_t from, std::size_t length);

// The tokens of `source`, `End` last; the views live as long as it does. What is no token (a stray
// character, an unterminated string) is reported to `issues` and left out.
std::vector<Token> lex(const Source& source, base::Issues& issues);

// The text a String token means (escapes \n \r \t \\ \0 \' \" \xHH up to 7F, \u{1 to 6 hex
// digits}); reports and gives nothing when an escape is none of these.
std::optional<std::string> unescape(const Token& token, const Source& source, base::Issues& issues);
// The same for the right side of `like`, where `*` is a wildcard and `\*` a star.
std::optional<Pattern> unescape_pattern(const Token& token, const Source& source,
                                        base::Issues& issues);

// Whether `word` may not be a name: true false if then else in is like has __cedar.
bool is_reserved(std::string_view word);
bool is_identifier(std::string_view text);
// The name of an attribute as it is written: bare if it may be, otherwise quoted.
std::string written_name(std::string_view name);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_LEXER_H_
