// SPDX-License-Identifier: Apache-2.0
#include "casework/publication.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/csv.h"

namespace countersign::casework {
namespace {

using base::Json;
using Cells = std::vector<std::vector<std::uint64_t>>;
using Marks = std::vector<std::vector<bool>>;

constexpr std::string_view kWithheld = "withheld";

// A row and a column across from a cell: with the cell's own, the corners of a rectangle. One more
// at the cell and at the corner across, one less at the other two, leaves every sum as it was; a
// corner in the row or column of sums moves the other way, as the sum of what moved.
struct Corner {
  std::size_t row = 0;
  std::size_t column = 0;
};

// Whether the corners can move in one of the two directions without one getting below nothing.
bool can_move(const Cells& cells, std::size_t row, std::size_t column, const Corner& across) {
  const std::size_t last_row = cells.size() - 1;
  const std::size_t last_column = cells[row].size() - 1;
  bool up = true;
  bool down = true;
  for (const std::size_t r : {row, across.row}) {
    for (const std::size_t c : {column, across.column}) {
      const bool diagonal = (r == row) == (c == column);
      const bool rises = diagonal == ((r == last_row) == (c == last_column));
      if (cells[r][c] >= 1) continue;
      (rises ? down : up) = false;
    }
  }
  return up || down;
}

bool is_safe_in_row(const Cells& cells, const Marks& withheld, std::size_t row,
                    std::size_t column) {
  const std::size_t sum = cells[row].size() - 1;
  for (std::size_t other = 0; other <= sum; ++other) {
    if (other == column || !withheld[row][other]) continue;
    // With the sum it moves the same way; with another it needs one of the two to take from.
    if (other == sum || column == sum || cells[row][column] >= 1 || cells[row][other] >= 1) {
      return true;
    }
  }
  return false;
}

bool is_safe(const Cells& cells, const Marks& withheld, std::size_t row, std::size_t column) {
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t c = 0; c < cells[row].size(); ++c) {
      if (r == row || c == column) continue;
      if (withheld[r][c] && withheld[row][c] && withheld[r][column] &&
          can_move(cells, row, column, {r, c})) {
        return true;
      }
    }
  }
  return false;
}

// The corner that makes the cell safe and withholds the least beside what is withheld already;
// sums only where nothing else does it.
std::optional<Corner> cheapest(const Cells& cells, const Marks& withheld, std::size_t row,
                               std::size_t column) {
  std::optional<Corner> best;
  std::pair<int, std::uint64_t> least{std::numeric_limits<int>::max(), 0};
  const std::size_t last_row = cells.size() - 1;
  const std::size_t last_column = cells[row].size() - 1;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t c = 0; c < cells[row].size(); ++c) {
      if (r == row || c == column || !can_move(cells, row, column, {r, c})) continue;
      int sums = 0;
      std::uint64_t lost = 0;
      for (const auto& [y, x] : {std::pair{row, c}, std::pair{r, column}, std::pair{r, c}}) {
        if (withheld[y][x]) continue;
        if (y == last_row || x == last_column) ++sums;
        lost += cells[y][x] + 1;
      }
      if (std::pair{sums, lost} < least) {
        least = {sums, lost};
        best = Corner{r, c};
      }
    }
  }
  return best;
}

// Where rows do not add up: the smallest other cell of the row, its sum only as a last resort.
void withhold_in_row(const Cells& cells, Marks& withheld, std::size_t row, std::size_t column) {
  const std::size_t sum = cells[row].size() - 1;
  std::size_t best = column == sum ? 0 : sum;
  for (std::size_t other = 0; other < sum; ++other) {
    if (other == column || withheld[row][other]) continue;
    if (best == sum || cells[row][other] < cells[row][best]) best = other;
  }
  withheld[row][best] = true;
}

Json cell_of(const Publication& publication, std::size_t row, std::size_t column) {
  if (publication.withheld[row][column]) return base::json_text(kWithheld);
  return base::json_integer(static_cast<std::int64_t>(publication.table.cells[row][column]));
}

std::vector<std::string> not_counted(const Publication& publication) {
  std::vector<std::string> lines = {
      "requests that were never submitted here, and uses that nobody asked for",
      "cases first submitted outside the period",
      "questions (`determine`), draws, reports and advice: cases are counted"};
  if (publication.counted.overlapping) {
    lines.emplace_back(
        "a case stands in the row of every authority with a part in it: the rows do "
        "not add up to the number of cases, and no sum of them is given");
  }
  return lines;
}

std::string withheld_in_words(const Publication& publication) {
  return fmt::format(
      "numbers from 1 to {} are withheld, and others from which they could be "
      "worked out; what is withheld may be small or not",
      publication.least - 1);
}

}  // namespace

Marks PublishedTable::withheld(std::uint64_t least) const {
  Marks marks;
  for (const auto& row : cells) marks.emplace_back(row.size(), false);
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t c = 0; c < cells[r].size(); ++c) {
      marks[r][c] = cells[r][c] >= 1 && cells[r][c] < least;
    }
  }
  // Every round withholds at least one cell more, or ends.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t r = 0; r < cells.size(); ++r) {
      for (std::size_t c = 0; c < cells[r].size(); ++c) {
        if (!marks[r][c]) continue;
        if (!adds_up) {
          if (is_safe_in_row(cells, marks, r, c)) continue;
          withhold_in_row(cells, marks, r, c);
          changed = true;
          continue;
        }
        if (is_safe(cells, marks, r, c)) continue;
        const auto corner = cheapest(cells, marks, r, c);
        if (!corner) {
          for (auto& row : marks) row.assign(row.size(), true);
          return marks;
        }
        marks[r][corner->column] = true;
        marks[corner->row][c] = true;
        marks[corner->row][corner->column] = true;
        changed = true;
      }
    }
  }
  return marks;
}

Publication publish(const CaseCount& counted, std::uint64_t least) {
  Publication publication;
  publication.counted = counted;
  publication.least = std::max<std::uint64_t>(least, 2);
  std::vector<std::string> outcomes;
  for (const auto& [name, of] : counted.total.outcomes) outcomes.push_back(name);
  const auto row_of = [&outcomes](const CountRow& row) {
    std::vector<std::uint64_t> cells;
    for (const std::string& outcome : outcomes) {
      const auto found = row.outcomes.find(outcome);
      cells.push_back(found == row.outcomes.end() ? 0 : found->second.count());
    }
    cells.push_back(row.all.count());
    return cells;
  };
  // Rows by outcome would repeat the columns, with cells that everybody knows to be empty.
  const bool rows = counted.question.by != CountBy::Outcome && !counted.rows.empty();
  for (const auto& [key, row] : counted.rows) {
    if (!rows) break;
    publication.keys.push_back(key);
    publication.table.cells.push_back(row_of(row));
  }
  publication.table.adds_up = !counted.overlapping && rows;
  if (!counted.overlapping) {
    publication.keys.emplace_back("all");
    publication.table.cells.push_back(row_of(counted.total));
  }
  publication.columns = std::move(outcomes);
  publication.columns.emplace_back("all");
  publication.withheld = publication.table.withheld(publication.least);
  return publication;
}

Json to_json(const Publication& publication) {
  std::vector<std::pair<std::string, Json>> rows;
  for (std::size_t r = 0; r < publication.keys.size(); ++r) {
    std::vector<std::pair<std::string, Json>> cells;
    for (std::size_t c = 0; c < publication.columns.size(); ++c) {
      cells.emplace_back(publication.columns[c], cell_of(publication, r, c));
    }
    rows.emplace_back(publication.keys[r], base::json_object(std::move(cells)));
  }
  const CaseCount& counted = publication.counted;
  Json json = base::json_object(
      {{"by", base::json_text(name_of(counted.question.by))},
       {"since", base::json_text(base::to_text(counted.question.submitted.from))}});
  if (counted.question.submitted.until != base::kDistantFuture) {
    json.members.push_back(
        {"until", {}, base::json_text(base::to_text(counted.question.submitted.until))});
  }
  json.members.push_back({"as_of", {}, base::json_text(base::to_text(counted.as_of))});
  json.members.push_back({"size", {}, base::json_integer(static_cast<std::int64_t>(counted.size))});
  json.members.push_back(
      {"least", {}, base::json_integer(static_cast<std::int64_t>(publication.least))});
  json.members.push_back({"published", {}, base::json_object(std::move(rows))});
  json.members.push_back({"withheld", {}, base::json_text(withheld_in_words(publication))});
  json.members.push_back({"not_counted", {}, base::json_texts(not_counted(publication))});
  return json;
}

namespace {

// What the rows are, as a heading.
std::string rows_of(const Publication& publication) {
  const CountBy by = publication.counted.question.by;
  return by == CountBy::Nothing ? "cases" : std::string(name_of(by));
}

}  // namespace

std::string to_text(const Publication& publication) {
  std::vector<std::string> lines;
  std::string head = fmt::format("{:<20}", rows_of(publication));
  for (const std::string& column : publication.columns) head += fmt::format("{:>12}", column);
  lines.push_back(std::move(head));
  for (std::size_t r = 0; r < publication.keys.size(); ++r) {
    std::string line = fmt::format("{:<20}", publication.keys[r]);
    for (std::size_t c = 0; c < publication.columns.size(); ++c) {
      line += publication.withheld[r][c] ? fmt::format("{:>12}", kWithheld)
                                         : fmt::format("{:>12}", publication.table.cells[r][c]);
    }
    lines.push_back(std::move(line));
  }
  const CaseCount& counted = publication.counted;
  lines.push_back(fmt::format("as of {}, over the ledger's first {} entries",
                              base::to_text(counted.as_of), counted.size));
  lines.push_back(withheld_in_words(publication));
  lines.emplace_back("not counted:");
  for (const std::string& line : not_counted(publication)) lines.push_back("  - " + line);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string to_csv(const Publication& publication) {
  std::vector<std::string> head = {rows_of(publication)};
  head.insert(head.end(), publication.columns.begin(), publication.columns.end());
  std::string csv = csv_line(head);
  for (std::size_t r = 0; r < publication.keys.size(); ++r) {
    std::vector<std::string> record = {publication.keys[r]};
    for (std::size_t c = 0; c < publication.columns.size(); ++c) {
      record.push_back(publication.withheld[r][c]
                           ? std::string(kWithheld)
                           : fmt::format("{}", publication.table.cells[r][c]));
    }
    csv += csv_line(record);
  }
  return csv;
}

}  // namespace countersign::casework
