// SPDX-License-Identifier: Apache-2.0
#include "base/issue.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace countersign::base {
namespace {

constexpr std::size_t kLongestExcerpt = 160;

// How many letters must be added, dropped, changed or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // two rows up
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_text(const Issue& issue) {
  std::string text;
  if (!issue.file.empty()) text += issue.file + ":";
  if (issue.at.line != 0) text += fmt::format("{}:{}:", issue.at.line, issue.at.column);
  if (!text.empty()) text += " ";
  text += issue.message;
  if (!issue.excerpt.empty()) {
    const std::string number = std::to_string(issue.at.line);
    const std::size_t room =
        issue.excerpt.size() + 1 -
        std::min<std::size_t>(issue.at.column == 0 ? 0 : issue.at.column - 1, issue.excerpt.size());
    const std::size_t length = std::clamp<std::size_t>(issue.underline, 1, room);
    text += fmt::format(
        "\n  {} | {}\n  {} | {}{}", number, issue.excerpt, std::string(number.size(), ' '),
        std::string(issue.at.column == 0 ? 0 : issue.at.column - 1, ' '), std::string(length, '^'));
  }
  if (!issue.remedy.empty()) text += "\n  help: " + issue.remedy;
  return text;
}

std::string to_text(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += "\n";
    text += to_text(issue);
  }
  return text;
}

std::string excerpt_of(std::string_view source, Position at) {
  if (at.line == 0) return {};
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < at.line; ++line) {
    const std::size_t end = source.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  std::string_view line = source.substr(begin, source.find('\n', begin) - begin);
  if (line.size() > kLongestExcerpt) return {};
  std::string text(line);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

std::optional<std::string_view> did_you_mean(std::string_view word,
                                             const std::vector<std::string_view>& known) {
  std::optional<std::string_view> best;
  // A third of the letters may differ, at least one: further off is a guess, not a correction.
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < limit) {
      limit = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace countersign::base
