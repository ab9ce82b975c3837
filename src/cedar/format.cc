// SPDX-License-Identifier: Apache-2.0
#include "cedar/format.h"

#include <algorithm>

#include "base/check.h"
#include "cedar/internal/layout.h"
#include "cedar/internal/lexer.h"
#include "cedar/parser.h"

namespace countersign::cedar {
namespace {

using internal::Layout;
using internal::Token;
using Mark = Token::Kind;

// A comment, and whether an empty line stands before it.
struct Comment {
  std::string_view text;
  bool apart = false;
};

// What stands between two tokens: a comment behind the first on its line, and comments before the
// second on lines of their own.
struct Gap {
  std::string_view behind;
  std::vector<Comment> before;
  bool apart = false;  // whether an empty line stands before the second token
};

Gap read_gap(std::string_view text) {
  Gap gap;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      ++lines;
      ++at;
    } else if (text.substr(at).starts_with("//")) {
      std::string_view comment = text.substr(at);
      comment = comment.substr(0, comment.find_first_of("\n\r"));
      at += comment.size();
      comment.remove_suffix(comment.size() - (comment.find_last_not_of(" \t\f\v") + 1));
      if (lines == 0 && gap.behind.empty() && gap.before.empty()) {
        gap.behind = comment;
      } else {
        gap.before.push_back({comment, lines > 1});
      }
      lines = 0;
    } else {
      ++at;
    }
  }
  gap.apart = lines > 1;
  return gap;
}

// Walks the tokens of a text that the parser has taken, so that whatever must follow does.
class Formatter {
 public:
  Formatter(std::string_view text, const std::vector<Token>& tokens, const FormatOptions& options)
      : tokens_(tokens), options_(options) {
    std::size_t end = 0;
    for (const Token& token : tokens) {
      gaps_.push_back(read_gap(text.substr(end, token.span.begin - end)));
      end = token.span.end;
    }
    // Nothing stands before the first token for a comment to be behind.
    Gap& first = gaps_.front();
    if (!first.behind.empty()) {
      first.before.insert(first.before.begin(), {std::exchange(first.behind, {}), false});
    }
  }

  std::string run() {
    while (!at(Mark::End)) {
      if (at_ != 0) out_.blank_line();
      comments_apart();
      policy();
    }
    if (at_ != 0) out_.hard_line();
    comments_apart();
    std::string out = out_.render(options_.line_width);
    if (!out.empty()) out += '\n';
    return out;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool at(Mark kind) const { return peek().is(kind); }
  bool at(std::string_view word) const { return peek().is(word); }

  // The comments before the next token, with the empty lines that part them.
  void comments_apart() {
    Gap& gap = gaps_[at_];
    bool first = at_ != 0 && !at(Mark::End);
    for (const Comment& comment : gap.before) {
      if (comment.apart && !first) out_.blank_line();
      first = false;
      out_.comment(comment.text);
      out_.hard_line();
    }
    if (gap.apart && !gap.before.empty() && !at(Mark::End)) out_.blank_line();
    gap.before.clear();
  }

  void token() {
    for (const Comment& comment : gaps_[at_].before) {
      out_.hard_line();
      out_.comment(comment.text);
      out_.hard_line();
    }
    out_.text(peek().text);
    CHECK(at_ + 1 < tokens_.size());
    ++at_;
    if (gaps_[at_].behind.empty()) return;
    out_.space();
    out_.comment(gaps_[at_].behind);
    out_.hard_line();
  }

  // A comma behind the last item goes, unless a comment hangs on it.
  void last_comma() {
    if (!at(Mark::Comma)) return;
    if (gaps_[at_].before.empty() && gaps_[at_].behind.empty() && gaps_[at_ + 1].behind.empty()) {
      ++at_;
    } else {
      token();
    }
  }

  void policy() {
    while (at(Mark::At)) {
      token();
      token();
      if (at(Mark::LeftParen)) {
        token();
        token();
        token();
      }
      out_.hard_line();
    }
    token();
    out_.space();
    token();
    head();
    token();
    while (at("when") || at("unless")) {
      out_.hard_line();
      clause();
    }
    token();
  }

  // Whether the head says `principal, action, resource` and no more.
  bool head_is_bare() const {
    return peek(1).is(Mark::Comma) && peek(3).is(Mark::Comma) &&
           (peek(5).is(Mark::RightParen) || peek(5).is(Mark::Comma));
  }

  void head() {
    const bool bare = head_is_bare();
    out_.indent(options_.indent_width);
    if (!bare) out_.hard_line();
    for (int i = 0; i < 3; ++i) {
      variable();
      if (i == 2) {
        last_comma();
      } else {
        token();
        bare ? out_.space() : out_.hard_line();
      }
    }
    out_.dedent(options_.indent_width);
    if (!bare) out_.hard_line();
  }

  void variable() {
    out_.open();
    token();
    if (at("is")) {
      out_.space();
      token();
      out_.space();
      name();
    }
    if (at(Mark::Equal) || at("in")) {
      out_.space();
      token();
      out_.indent(options_.indent_width);
      out_.line();
      expression();
      out_.dedent(options_.indent_width);
    }
    out_.close();
  }

  void clause() {
    out_.open();
    token();
    out_.line();
    token();
    out_.open();
    out_.indent(options_.indent_width);
    out_.line();
    out_.open();
    expression();
    out_.close();
    out_.dedent(options_.indent_width);
    out_.line();
    token();
    out_.close();
    out_.close();
  }

  void expression() {
    if (at("if")) return conditional();
    relation();
    while (at(Mark::And) || at(Mark::Or)) {
      out_.space();
      token();
      out_.line();
      relation();
    }
  }

  void conditional() {
    out_.open();
    for (int i = 0; i < 3; ++i) {
      if (i != 0) out_.line();
      token();
      out_.indent(options_.indent_width);
      out_.line();
      expression();
      out_.dedent(options_.indent_width);
    }
    out_.close();
  }

  void relation() {
    out_.open();
    sum();
    switch (peek().kind) {
      case Mark::Equal:
      case Mark::NotEqual:
      case Mark::Less:
      case Mark::LessEqual:
      case Mark::Greater:
      case Mark::GreaterEqual:
        operation();
        break;
      default:
        word_operation();
    }
    out_.close();
  }

  void operation() {
    out_.space();
    token();
    out_.space();
    sum();
  }

  void word_operation() {
    if (at("in")) {
      operation();
    } else if (at("is")) {
      out_.space();
      token();
      out_.space();
      name();
      if (!at("in")) return;
      out_.indent(options_.indent_width);
      out_.line();
      token();
      out_.space();
      sum();
      out_.dedent(options_.indent_width);
    } else if (at("has") || at("like")) {
      out_.indent(options_.indent_width);
      out_.line();
      token();
      out_.space();
      token();
      while (at(Mark::Dot)) {
        token();
        token();
      }
      out_.dedent(options_.indent_width);
    }
  }

  void sum() {
    out_.open();
    product();
    while (at(Mark::Plus) || at(Mark::Minus)) {
      out_.space();
      token();
      out_.line();
      product();
    }
    out_.close();
  }

  void product() {
    out_.open();
    unary();
    while (at(Mark::Star)) {
      out_.space();
      token();
      out_.line();
      unary();
    }
    out_.close();
  }

  void unary() {
    while (at(Mark::Not) || at(Mark::Minus)) token();
    member();
  }

  void member() {
    out_.open();
    primary();
    std::uint32_t indent = 0;  // of all accesses but the first, which stays where it is
    for (bool first = true; at(Mark::Dot) || at(Mark::LeftBracket); first = false) {
      if (!first && indent == 0) out_.indent(indent = options_.indent_width);
      const bool dotted = at(Mark::Dot);
      if (dotted && !first) out_.soft_line();
      token();
      token();
      if (!dotted) token();
      if (dotted && at(Mark::LeftParen)) arguments();
    }
    out_.dedent(indent);
    out_.close();
  }

  void arguments() {
    out_.open();
    token();
    if (!at(Mark::RightParen)) {
      out_.indent(options_.indent_width);
      out_.soft_line();
      items(Mark::RightParen);
      out_.dedent(options_.indent_width);
      out_.soft_line();
    }
    token();
    out_.close();
  }

  void primary() {
    switch (peek().kind) {
      case Mark::LeftParen:
        out_.open();
        token();
        // What follows on the next line stands below what is behind the parenthesis.
        out_.indent(1);
        expression();
        out_.dedent(1);
        token();
        out_.close();
        return;
      case Mark::LeftBracket:
        out_.open();
        token();
        out_.indent(1);
        items(Mark::RightBracket);
        out_.dedent(1);
        token();
        out_.close();
        return;
      case Mark::LeftBrace:
        return record();
      case Mark::Question:
        token();
        token();
        return;
      case Mark::Identifier:
        name();
        if (at(Mark::DoubleColon)) {
          token();
          token();
        }
        if (at(Mark::LeftParen)) arguments();
        return;
      default:
        token();
    }
  }

  void name() {
    token();
    while (at(Mark::DoubleColon) && peek(1).is(Mark::Identifier)) {
      token();
      token();
    }
  }

  void items(Mark close) {
    while (!at(close)) {
      expression();
      if (at(Mark::Comma) && !peek(1).is(close)) {
        token();
        out_.line();
      } else {
        last_comma();
      }
    }
  }

  void record() {
    out_.open();
    token();
    if (!at(Mark::RightBrace)) {
      out_.indent(options_.indent_width);
      out_.line();
      while (!at(Mark::RightBrace)) {
        token();
        token();
        out_.space();
        expression();
        if (at(Mark::Comma) && !peek(1).is(Mark::RightBrace)) {
          token();
          out_.line();
        } else {
          last_comma();
        }
      }
      out_.dedent(options_.indent_width);
      out_.line();
    }
    token();
    out_.close();
  }

  const std::vector<Token>& tokens_;
  const FormatOptions& options_;
  std::vector<Gap> gaps_;  // before each token
  Layout out_;
  std::size_t at_ = 0;
};

}  // namespace

base::Parsed<std::string> format_policies(std::string_view text, std::string_view file,
                                          const FormatOptions& options) {
  auto policies = parse_policies(text, file);
  if (!policies) return std::move(policies).error();
  const Source source{std::string(file), std::string(text)};
  base::Issues issues;
  const std::vector<Token> tokens = internal::lex(source, issues);
  CHECK(issues.empty());
  return Formatter(source.text, tokens, options).run();
}

}  // namespace countersign::cedar
