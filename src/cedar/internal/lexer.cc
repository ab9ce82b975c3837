// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"

namespace countersign::cedar::internal {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_identifier(char c) { return begins_identifier(c) || is_digit(c); }

// The length of the white space (Unicode White_Space) at the start of `text`, 0 if there is none.
std::size_t space_length(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  constexpr std::array<std::string_view, 19> kWide = {
      "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
      "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
      "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  for (const std::string_view wide : kWide) {
    if (text.starts_with(wide)) return wide.size();
  }
  return 0;
}

struct Mark {
  std::string_view text;
  Kind kind;
};
// Longer marks first.
constexpr Mark kMarks[] = {
    {"::", Kind::DoubleColon}, {"==", Kind::Equal},        {"!=", Kind::NotEqual},
    {"<=", Kind::LessEqual},   {">=", Kind::GreaterEqual}, {"&&", Kind::And},
    {"||", Kind::Or},          {"(", Kind::LeftParen},     {")", Kind::RightParen},
    {"[", Kind::LeftBracket},  {"]", Kind::RightBracket},  {"{", Kind::LeftBrace},
    {"}", Kind::RightBrace},   {",", Kind::Comma},         {";", Kind::Semicolon},
    {":", Kind::Colon},        {".", Kind::Dot},           {"@", Kind::At},
    {"?", Kind::Question},     {"=", Kind::Assign},        {"<", Kind::Less},
    {">", Kind::Greater},      {"!", Kind::Not},           {"+", Kind::Plus},
    {"-", Kind::Minus},        {"*", Kind::Star},          {"/", Kind::Slash},
    {"%", Kind::Percent},
};

class Lexer {
 public:
  Lexer(const Source& source, base::Issues& issues)
      : source_(source), text_(source.text), issues_(issues) {}

  std::vector<Token> run() {
    for (skip(); at_ < text_.size(); skip()) token();
    add(Kind::End, 0);
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  Span span(std::size_t length) const {
    return {static_cast<std::uint32_t>(at_),
            static_cast<std::uint32_t>(at_ + length),
            {line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)}};
  }

  void advance(std::size_t length) {
    const std::size_t end = at_ + length;
    for (; at_ < end; ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
    }
  }

  void add(Kind kind, std::size_t length) {
    tokens_.push_back({kind, span(length), text_.substr(at_, length)});
    advance(length);
  }

  void skip() {
    while (at_ < text_.size()) {
      if (const std::size_t length = space_length(rest()); length != 0) {
        advance(length);
      } else if (rest().starts_with("//")) {
        advance(std::min(rest().find_first_of("\n\r"), rest().size()));
      } else {
        return;
      }
    }
  }

  void token() {
    const char first = text_[at_];
    if (rest().starts_with("/*")) return stray();
    if (begins_identifier(first)) return add(Kind::Identifier, run_of(continues_identifier));
    if (is_digit(first)) return add(Kind::Integer, run_of(is_digit));
    if (first == '"') return string();
    for (const Mark& mark : kMarks) {
      if (rest().starts_with(mark.text)) return add(mark.kind, mark.text.size());
    }
    stray();
  }

  std::size_t run_of(bool (*belongs)(char)) const {
    std::size_t length = 1;
    while (length < rest().size() && belongs(rest()[length])) ++length;
    return length;
  }

  void string() {
    for (std::size_t length = 1; length < rest().size(); ++length) {
      const char c = rest()[length];
      if (c == '"') return add(Kind::String, length + 1);
      // A backslash takes the next character with it, but not a line break.
      if (c == '\\' && length + 1 < rest().size() && rest()[length + 1] != '\n') ++length;
    }
    const std::size_t line = std::min(rest().find('\n'), rest().size());
    issues_.push_back(issue_at(source_, span(line), "the string that begins here has no end",
                               "close it with `\"`"));
    advance(rest().size());
  }

  void stray() {
    std::size_t length = 1;
    while (length < rest().size() && (static_cast<unsigned char>(rest()[length]) & 0xc0) == 0x80) {
      ++length;
    }
    std::string remedy;
    for (const auto& [begins, said] : kRemedies) {
      if (!rest().starts_with(begins)) continue;
      remedy = said;
      length = begins.size();
    }
    // 'a text' is one mistake, not two.
    if (rest().front() == '\'') {
      const std::size_t end = rest().find_first_of("'\n", 1);
      if (end != std::string_view::npos && rest()[end] == '\'') length = end + 1;
    }
    issues_.push_back(issue_at(source_, span(length),
                               fmt::format("`{}` has no meaning here", rest().substr(0, length)),
                               std::move(remedy)));
    advance(length);
  }

  static constexpr std::pair<std::string_view, std::string_view> kRemedies[] = {
      {"&", "write `&&` for and"},
      {"|", "write `||` for or"},
      {"#", "a comment begins with `//` and ends with its line"},
      {"/*", "a comment begins with `//` and ends with its line"},
      {"'", "strings are written in double quotes"},
      {"\u2018", "strings are written in double quotes"},
      {"\u2019", "strings are written in double quotes"},
      {"\u201c", "strings are written in plain double quotes"},
      {"\u201d", "strings are written in plain double quotes"},
  };

  const Source& source_;
  std::string_view text_;
  base::Issues& issues_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  std::vector<Token> tokens_;
};

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

std::optional<std::uint32_t> hex_value(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = is_digit(c)              ? c - '0'
                       : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                       : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

// Reads the escape at the start of `text` (behind its backslash): appends what it means and gives
// its length, 0 when it is none.
std::size_t read_escape(std::string_view text, std::string& out) {
  constexpr std::string_view kLetters = "nrt\\0'\"";
  constexpr std::string_view kMeanings("\n\r\t\\\0'\"", 7);
  if (text.empty()) return 0;
  if (const std::size_t which = kLetters.find(text[0]); which != std::string_view::npos) {
    out += kMeanings[which];
    return 1;
  }
  if (text[0] == 'x') {
    if (text.size() < 3) return 0;
    const std::optional<std::uint32_t> code = hex_value(text.substr(1, 2));
    if (!code || *code > 0x7f) return 0;
    out += static_cast<char>(*code);
    return 3;
  }
  if (text[0] != 'u' || text.size() < 2 || text[1] != '{') return 0;
  const std::size_t close = text.find('}');
  if (close == std::string_view::npos) return 0;
  std::string digits(text.substr(2, close - 2));
  if (digits.starts_with('_')) return 0;
  std::erase(digits, '_');
  if (digits.empty() || digits.size() > 6) return 0;
  const std::optional<std::uint32_t> code = hex_value(digits);
  if (!code || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) return 0;
  append_utf8(out, *code);
  return close + 1;
}

// How much of a text that begins with a wrong escape a message should show.
std::size_t shown_escape(std::string_view text) {
  if (text.starts_with("\\x")) return std::min<std::size_t>(4, text.size());
  if (text.starts_with("\\u{")) {
    const std::size_t close = text.find('}');
    if (close < 12) return close + 1;
  }
  std::size_t shown = std::min<std::size_t>(2, text.size());
  while (shown < text.size() && (static_cast<unsigned char>(text[shown]) & 0xc0) == 0x80) ++shown;
  return shown;
}

// Walks the inside of a string literal; `on_star` is told of each `*`, written as itself or by its
// number, and says whether it took it, and of each `\*`, which only it can allow.
template <class Star>
bool walk(const Token& token, const Source& source, base::Issues& issues, std::string& out,
          Star on_star) {
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inside.size();) {
    if (inside[i] == '*' && on_star(false)) {
      ++i;
      continue;
    }
    if (inside[i] == '\r') {
      issues.push_back(issue_at(source, part_of(token, i + 1, 1),
                                "the string holds a bare carriage return", "write `\\r`"));
      return false;
    }
    if (inside[i] != '\\') {
      out += inside[i++];
      continue;
    }
    if (inside.substr(i + 1).starts_with('*') && on_star(true)) {
      i += 2;
      continue;
    }
    const std::size_t before = out.size();
    const std::size_t length = read_escape(inside.substr(i + 1), out);
    // A star is a wildcard however it is written, but for `\*`: as the reference has it.
    if (std::string_view(out).substr(before) == "*") {
      out.pop_back();
      if (!on_star(false)) out += '*';
    }
    if (length == 0) {
      const std::size_t shown = shown_escape(inside.substr(i));
      issues.push_back(issue_at(
          source, part_of(token, i + 1, shown),
          fmt::format("`{}` is no escape that a string may hold", inside.substr(i, shown)),
          "the escapes are `\\n` `\\r` `\\t` `\\\\` `\\0` `\\'` `\\\"`, `\\x41` up to `\\x7f` and "
          "`\\u{1F600}`; a backslash is `\\\\`"));
      return false;
    }
    i += 1 + length;
  }
  return true;
}

}  // namespace

std::string described(const Token& token) {
  if (token.is(Kind::End)) return "the end of the text";
  std::size_t shown = 60;
  if (token.text.size() > shown) {
    while ((static_cast<unsigned char>(token.text[shown]) & 0xc0) == 0x80) --shown;
    return fmt::format("`{}...`", token.text.substr(0, shown));
  }
  return fmt::format("`{}`", token.text);
}

Span part_of(const Token& token, std::size_t from, std::size_t length) {
  Span span = token.span;
  span.begin += static_cast<std::uint32_t>(from);
  span.end = span.begin + static_cast<std::uint32_t>(length);
  const std::string_view before = token.text.substr(0, from);
  const std::size_t last_line = before.rfind('\n');
  span.at.line += static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  span.at.column = static_cast<std::uint32_t>(
      last_line == std::string_view::npos ? span.at.column + from : from - last_line);
  return span;
}

std::vector<Token> lex(const Source& source, base::Issues& issues) {
  return Lexer(source, issues).run();
}

std::optional<std::string> unescape(const Token& token, const Source& source,
                                    base::Issues& issues) {
  std::string out;
  if (!walk(token, source, issues, out, [](bool) { return false; })) return std::nullopt;
  return out;
}

std::optional<Pattern> unescape_pattern(const Token& token, const Source& source,
                                        base::Issues& issues) {
  Pattern pattern;
  std::string part;
  const bool read = walk(token, source, issues, part, [&](bool escaped) {
    if (escaped) {
      part += '*';
    } else {
      pattern.parts.push_back(std::exchange(part, {}));
    }
    return true;
  });
  if (!read) return std::nullopt;
  pattern.parts.push_back(std::move(part));
  return pattern;
}

bool is_reserved(std::string_view word) {
  constexpr std::array<std::string_view, 10> kReserved = {
      "true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"};
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

bool is_identifier(std::string_view text) {
  return !text.empty() && begins_identifier(text.front()) &&
         std::all_of(text.begin(), text.end(), continues_identifier);
}

std::string written_name(std::string_view name) {
  return is_identifier(name) && !is_reserved(name) ? std::string(name) : quoted(name);
}

}  // namespace countersign::cedar::internal
