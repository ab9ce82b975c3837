// SPDX-License-Identifier: Apache-2.0
// What is wrong in something a person wrote, and where.
#ifndef COUNTERSIGN_BASE_ISSUE_H_
#define COUNTERSIGN_BASE_ISSUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::base {

// A place in a text: line and column count from 1, columns in bytes. {0, 0} is "no place".
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

// One mistake. `message` is lower case, quotes the input in backticks and says what was expected;
// `remedy` says what to do about it and may be empty.
struct Issue {
  std::string file;  // as the reader was told to call it; may be empty
  Position at;
  std::string message;
  std::string remedy;
  std::string excerpt;          // the source line, when there is one
  std::uint32_t underline = 1;  // how many bytes of the excerpt, from `at.column`, are meant

  friend bool operator==(const Issue&, const Issue&) = default;
};

using Issues = std::vector<Issue>;

// "file:line:column: message", then the source line with the place underlined, then "help: remedy".
// Several lines, the last without a line break.
std::string to_text(const Issue& issue);
// All of them, one below the other, without a final line break.
std::string to_text(const Issues& issues);

// The line of `source` that holds `at`; empty when the line is longer than 160 bytes, where an
// underline would help nobody.
std::string excerpt_of(std::string_view source, Position at);

// The one of `known` closest to `word` by edit distance, if it is close enough to be meant.
std::optional<std::string_view> did_you_mean(std::string_view word,
                                             const std::vector<std::string_view>& known);

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_ISSUE_H_
