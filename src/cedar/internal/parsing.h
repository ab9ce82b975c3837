// SPDX-License-Identifier: Apache-2.0
// What the policy parser's two halves share: a cursor over tokens that reports what it misses.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_PARSING_H_
#define COUNTERSIGN_CEDAR_INTERNAL_PARSING_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/ast.h"
#include "cedar/internal/lexer.h"

namespace countersign::cedar::internal {

// Parentheses, brackets, braces, arguments and `if` within one another: bounds the parser's own
// recursion.
inline constexpr int kNestingLimit = 200;

// How deep to_text(expr) nests, as the parser counts: past the limit, the text cannot be read.
int nesting_of_text(const Expr& expr);

// A place in a list of tokens. Reporting gives `false` or null, so that a reader can return it.
class Cursor {
 public:
  Cursor(const Source& source, const std::vector<Token>& tokens, base::Issues& issues)
      : source_(source), tokens_(tokens), issues_(issues) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& next();
  bool at(Token::Kind kind) const { return peek().is(kind); }
  bool at(std::string_view word) const { return peek().is(word); }
  bool accept(Token::Kind kind);
  bool accept(std::string_view word);
  // Takes a token of that kind, or reports that `what` was expected.
  bool expect(Token::Kind kind, std::string_view what);
  // The same for what closes the bracket at `opened`.
  bool expect_close(Token::Kind kind, std::string_view what, const Span& opened);

  // From the start of `from` to the end of the token taken last.
  Span since(const Span& from) const;

  bool fail(const Span& span, std::string message, std::string remedy = {});
  // "expected WHAT, found `token`" at the next token.
  bool fail_expected(std::string_view what, std::string remedy = {});

  const Source& source() const { return source_; }
  base::Issues& issues() { return issues_; }

 private:
  const Source& source_;
  const std::vector<Token>& tokens_;
  base::Issues& issues_;
  std::size_t at_ = 0;
};

// What to say of a token that people write for an operator; empty when it is none.
std::string operator_remedy(const Token& token);

// `A::B::C`; reports and gives nothing when no name stands there or part of it is reserved. Leaves
// the `::` of `A::B::"id"` unread.
std::optional<std::string> parse_name(Cursor& cursor, std::string_view what);

// Behind a name read by parse_name: `::"id"`.
std::optional<EntityUid> parse_entity_rest(Cursor& cursor, std::string_view type);

// An expression; null when it was reported that there is none.
ExprRef parse_expr(Cursor& cursor);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_PARSING_H_
