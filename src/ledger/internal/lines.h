// SPDX-License-Identifier: Apache-2.0
// A text line by line, with the issue that stops reading it.
#ifndef COUNTERSIGN_LEDGER_INTERNAL_LINES_H_
#define COUNTERSIGN_LEDGER_INTERNAL_LINES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/issue.h"
#include "base/json.h"

namespace countersign::ledger {

// Lines end with a line break; what follows the last one is a line only if it is not empty.
class Lines {
 public:
  // `first` is the number of the first line within `file`, for texts that are parts of others.
  Lines(std::string_view source, std::string_view file, std::uint32_t first = 1)
      : source_(source), file_(file), rest_(source), number_(first - 1), first_(first) {}

  // Moves to the next line; false at the end.
  bool next() {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    ended_ = end != std::string_view::npos;
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(ended_ ? end + 1 : rest_.size());
    ++number_;
    return true;
  }
  std::string_view line() const { return line_; }
  // Whether the line has its line break.
  bool ended() const { return ended_; }
  std::uint32_t number() const { return number_; }
  // What has not been read yet.
  std::string_view rest() const { return rest_; }

  // One issue in the present line, at `column` (from 1); after the end, behind the last line.
  base::Issues issue(std::uint32_t column, std::string message, std::string remedy = {}) const {
    base::Report report(source_, file_);
    const std::uint32_t within = number_ < first_ ? 1 : number_ - first_ + 1;
    report.add({within, column}, std::move(message), std::move(remedy));
    base::Issues issues = report.take();
    issues.front().at.line += first_ - 1;
    return issues;
  }

 private:
  std::string_view source_;
  std::string_view file_;
  std::string_view rest_;
  std::string_view line_;
  std::uint32_t number_;
  std::uint32_t first_;
  bool ended_ = true;
};

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_INTERNAL_LINES_H_
