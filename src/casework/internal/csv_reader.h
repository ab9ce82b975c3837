// SPDX-License-Identifier: Apache-2.0
// Comma-separated values (RFC 4180) from a stream, row by row, every cell with its place. No
// library of Debian's keeps places, and an import must say where each mistake stands.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_CSV_READER_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_CSV_READER_H_

#include <array>
#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "base/issue.h"

namespace countersign::casework::internal {

struct CsvCell {
  std::string text;
  base::Position at;  // where it begins
};

// What is wrong with a row as such: the next one begins after it all the same, unless `fatal`.
struct CsvFault {
  base::Position at;
  std::string message;
  std::string remedy;
  bool fatal = false;
};

inline constexpr std::size_t kCsvCellLimit = 64U << 10;  // bytes
inline constexpr std::size_t kCsvMostCells = 256;        // of one row

// Holds one row at a time, however long the file is. Lines end with LF or CRLF, also within quotes;
// a byte order mark at the beginning is passed over; so are empty lines.
class CsvReader {
 public:
  // `in` outlives the reader.
  CsvReader(std::istream& in, char separator) : in_(in), separator_(separator) {}

  // Reads the next row into `cells`; false at the end. What is wrong with it stands in fault().
  bool next(std::vector<CsvCell>& cells);
  const std::optional<CsvFault>& fault() const { return fault_; }

 private:
  static constexpr int kEnd = -1;

  int peek();
  int take();
  void blame(base::Position at, std::string message, std::string remedy, bool fatal = false);
  void read_quoted(CsvCell& cell);
  void read_plain(CsvCell& cell);
  void check_text(const CsvCell& cell);
  void add(CsvCell& cell, int c);
  void pass_over_line();
  bool at_line_end();

  std::istream& in_;
  char separator_;
  std::array<char, 1U << 16> buffer_{};
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  base::Position at_{1, 1};  // of what comes next
  bool begun_ = false;
  std::optional<CsvFault> fault_;
};

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_CSV_READER_H_
