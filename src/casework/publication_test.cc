// SPDX-License-Identifier: Apache-2.0
// What is withheld of a published table cannot be worked out again: held against a search of every
// other table that would show the same.
#include "casework/publication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "casework/csv.h"

namespace countersign::casework {
namespace {

using Cells = std::vector<std::vector<std::uint64_t>>;
using ::testing::HasSubstr;

// The inner numbers with their sums.
Cells summed(const Cells& inner, bool rows_add_up) {
  Cells cells = inner;
  for (auto& row : cells) {
    std::uint64_t sum = 0;
    for (const std::uint64_t cell : row) sum += cell;
    row.push_back(sum);
  }
  if (!rows_add_up) return cells;
  std::vector<std::uint64_t> sums(cells[0].size(), 0);
  for (const auto& row : cells) {
    for (std::size_t c = 0; c < row.size(); ++c) sums[c] += row[c];
  }
  cells.push_back(sums);
  return cells;
}

// Every value that each withheld cell has in some table that shows the same, inner numbers being at
// most `most`: the slow and obvious way.
class Attack {
 public:
  Attack(const PublishedTable& table, const std::vector<std::vector<bool>>& withheld,
         std::uint64_t most)
      : table_(table), withheld_(withheld), most_(most) {
    rows_ = table.cells.size() - (table.adds_up ? 1 : 0);
    columns_ = table.cells[0].size() - 1;
    inner_ = Cells(rows_, std::vector<std::uint64_t>(columns_, 0));
    found_.assign(table.cells.size(), std::vector<std::set<std::uint64_t>>(columns_ + 1));
    fill(0);
  }

  bool can_tell(std::size_t row, std::size_t column) const {
    return found_[row][column].size() < 2;
  }

 private:
  void fill(std::size_t at) {
    if (at == rows_ * columns_) return compare();
    const std::size_t row = at / columns_;
    const std::size_t column = at % columns_;
    std::uint64_t& cell = inner_[row][column];
    if (!withheld_[row][column]) {
      cell = table_.cells[row][column];
      return fill(at + 1);
    }
    for (cell = 0; cell <= most_; ++cell) fill(at + 1);
    cell = 0;
  }
  void compare() {
    const Cells all = summed(inner_, table_.adds_up);
    for (std::size_t r = 0; r < all.size(); ++r) {
      for (std::size_t c = 0; c < all[r].size(); ++c) {
        if (!withheld_[r][c] && all[r][c] != table_.cells[r][c]) return;
      }
    }
    for (std::size_t r = 0; r < all.size(); ++r) {
      for (std::size_t c = 0; c < all[r].size(); ++c) found_[r][c].insert(all[r][c]);
    }
  }

  const PublishedTable& table_;
  const std::vector<std::vector<bool>>& withheld_;
  std::uint64_t most_;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  Cells inner_;
  std::vector<std::vector<std::set<std::uint64_t>>> found_;
};

TEST(Publication, WhatIsWithheldCannotBeWorkedOut) {
  std::mt19937 random(20250610);
  int withheld_some = 0;
  for (int round = 0; round < 300; ++round) {
    const std::size_t rows = 1 + random() % 3;
    const std::size_t columns = 1 + random() % 2;
    const std::uint64_t most = 1 + random() % 6;
    Cells inner(rows, std::vector<std::uint64_t>(columns));
    for (auto& row : inner) {
      for (auto& cell : row) cell = random() % (most + 1);
    }
    const bool adds_up = random() % 4 != 0;
    const PublishedTable table{summed(inner, adds_up), adds_up};
    const std::uint64_t least = 2 + random() % 3;
    const auto withheld = table.withheld(least);
    const Attack attack(table, withheld, 8);
    for (std::size_t r = 0; r < table.cells.size(); ++r) {
      for (std::size_t c = 0; c < table.cells[r].size(); ++c) {
        const std::uint64_t cell = table.cells[r][c];
        if (cell >= 1 && cell < least) {
          EXPECT_TRUE(withheld[r][c]) << round;
        }
        if (!withheld[r][c]) continue;
        ++withheld_some;
        EXPECT_FALSE(attack.can_tell(r, c)) << "round " << round << " cell " << r << "," << c;
      }
    }
  }
  EXPECT_GT(withheld_some, 500);
}

TEST(Publication, WithholdsOnlyTheSmallAndWhatWouldGiveThemAway) {
  const PublishedTable table{summed({{40, 2, 31}, {17, 25, 60}, {33, 28, 19}}, true), true};
  const auto withheld = table.withheld(5);
  std::size_t count = 0;
  for (const auto& row : withheld) {
    for (const bool cell : row) count += cell ? 1 : 0;
  }
  EXPECT_TRUE(withheld[0][1]);
  EXPECT_EQ(count, 4U);
  for (const bool total : withheld.back()) EXPECT_FALSE(total);
  // Nothing is small: nothing is withheld.
  const PublishedTable large{summed({{40, 12}, {17, 0}}, true), true};
  for (const auto& row : large.withheld(5)) {
    for (const bool cell : row) EXPECT_FALSE(cell);
  }
}

TEST(Csv, QuotesAndDisarms) {
  EXPECT_EQ(csv_line({"a", "b,c", "say \"no\"", "-7", "=1+1", "-x", ""}),
            "a,\"b,c\",\"say \"\"no\"\"\",-7,'=1+1,'-x,\r\n");
}

}  // namespace
}  // namespace countersign::casework
