// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/csv_reader.h"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/prose.h"

namespace countersign::casework::internal {

int CsvReader::peek() {
  if (used_ == filled_) {
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    filled_ = static_cast<std::size_t>(in_.gcount());
    used_ = 0;
    if (filled_ == 0) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[used_]);
}

int CsvReader::take() {
  const int c = peek();
  if (c == kEnd) return kEnd;
  ++used_;
  if (c == '\n') {
    ++at_.line;
    at_.column = 1;
  } else {
    ++at_.column;
  }
  return c;
}

void CsvReader::blame(base::Position at, std::string message, std::string remedy, bool fatal) {
  if (!fault_) fault_ = CsvFault{at, std::move(message), std::move(remedy), fatal};
}

void CsvReader::add(CsvCell& cell, int c) {
  if (cell.text.size() < kCsvCellLimit) {
    cell.text += static_cast<char>(c);
  } else {
    blame(cell.at, fmt::format("a cell of more than {} bytes", kCsvCellLimit),
          "a quotation mark that is not closed takes in all that follows", true);
  }
}

// Whether the line ends here; a CR before the LF is taken.
bool CsvReader::at_line_end() {
  if (peek() == '\r') {
    const base::Position at = at_;
    take();
    if (peek() != '\n' && peek() != kEnd) {
      blame(at, "a carriage return within a line", "lines end with LF or CRLF");
    }
  }
  return peek() == '\n' || peek() == kEnd;
}

void CsvReader::read_quoted(CsvCell& cell) {
  take();
  while (!fault_ || !fault_->fatal) {
    const int c = take();
    if (c == kEnd) {
      blame(cell.at, "a quotation mark that is not closed", "close it, or write it twice", true);
      return;
    }
    if (c != '"') {
      // CRLF within quotes is a line break like any other.
      if (c != '\r' || peek() != '\n') add(cell, c);
      continue;
    }
    if (peek() != '"') break;
    add(cell, take());
  }
  const int after = peek();
  if (after == separator_ || after == '\n' || after == '\r' || after == kEnd) return;
  blame(at_, "something stands behind the closing quotation mark",
        "write a quotation mark inside a quoted cell twice");
  pass_over_line();
}

void CsvReader::read_plain(CsvCell& cell) {
  for (int c = peek(); c != separator_ && c != '\n' && c != '\r' && c != kEnd; c = peek()) {
    if (c == '"') {
      blame(at_, "a quotation mark within a cell that is not quoted",
            "put the whole cell in quotation marks, and write this one twice");
    }
    add(cell, take());
    if (fault_ && fault_->fatal) return;
  }
}

void CsvReader::check_text(const CsvCell& cell) {
  if (!base::is_utf8(cell.text)) {
    blame(cell.at, "a cell that is not UTF-8", "save the file as UTF-8");
  } else if (const auto hidden = base::find_hidden_character(cell.text)) {
    const base::Position at{cell.at.line, cell.at.column + static_cast<std::uint32_t>(*hidden)};
    blame(at, "a control character that a screen does not show", "take it out");
  }
}

void CsvReader::pass_over_line() {
  while (peek() != '\n' && peek() != kEnd) take();
}

bool CsvReader::next(std::vector<CsvCell>& cells) {
  if (fault_ && fault_->fatal) return false;
  fault_.reset();
  cells.clear();
  if (!std::exchange(begun_, true)) {
    constexpr std::array kMark = {0xEF, 0xBB, 0xBF};
    std::size_t matched = 0;
    while (matched < kMark.size() && peek() == kMark[matched]) {
      take();
      ++matched;
    }
    if (matched == kMark.size()) {
      at_.column = 1;
    } else if (matched > 0) {
      blame({1, 1}, "a file that is not UTF-8", "save the file as UTF-8", true);
      return true;
    }
  }
  while (at_line_end()) {
    if (take() == kEnd) return false;
  }
  for (;;) {
    CsvCell cell{{}, at_};
    if (peek() == '"') {
      read_quoted(cell);
    } else {
      read_plain(cell);
    }
    check_text(cell);
    if (cells.size() < kCsvMostCells) {
      cells.push_back(std::move(cell));
    } else {
      blame(at_, fmt::format("a row of more than {} cells", kCsvMostCells), "check the separator");
    }
    if (fault_ && fault_->fatal) return true;
    if (peek() == separator_) {
      take();
      continue;
    }
    if (!at_line_end()) {
      pass_over_line();
    }
    take();
    return true;
  }
}

}  // namespace countersign::casework::internal
