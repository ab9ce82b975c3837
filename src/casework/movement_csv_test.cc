// SPDX-License-Identifier: Apache-2.0
// Movements from a table: taken as they stand, or every line that is not and why.
#include "casework/movement_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "casework/internal/csv_reader.h"
#include "casework/testing/drill.h"
#include "registry/document.h"

namespace countersign::casework {
namespace {

using ::testing::HasSubstr;

registry::Holdings holdings() {
  auto read = registry::read_document<registry::Holdings>(
      R"({"holdings": [
        {"item": "M", "counted_by": "movements", "yellow_below": 3, "red_below": 1},
        {"item": "Oil", "counted_by": "movements", "yellow_below": 3, "red_below": 1, "unit": "litre"},
        {"item": "S", "quantity": 3, "yellow_below": 3, "red_below": 1}],
        "places": [{"id": "North"}, {"id": "South"}]})",
      "holdings.json");
  CHECK(read.has_value());
  return read.value();
}

base::Parsed<std::vector<registry::Movement>> read(const std::string& text,
                                                   const CsvLayout& layout = {}) {
  std::istringstream in(text);
  return read_movement_csv(in, "t.csv", layout, holdings());
}

const std::string kHead = "id,date,item,from,to,quantity,place,reason,unit,grant\n";

std::string issues_of(const std::string& rows) {
  const auto taken = read(kHead + rows);
  return taken ? "taken" : base::to_text(taken.error());
}

TEST(MovementTable, IsTakenAsItStands) {
  const auto rows =
      read("\xEF\xBB\xBF" + kHead +
           "1,2025-01-01,M,opening,held,40,North,,,\r\n"
           "\r\n"
           "2,2025-02-01T10:00:00Z,M,held/North,held/South,4,,\"moved, as \"\"agreed\"\"\",piece,\n"
           "3,2025-02-02,Oil,delivery,held,500,South,,litre,\n"
           "4,2025-02-03,M,held,handed-over,3,North,,,C1/G1");
  ASSERT_TRUE(rows.has_value()) << base::to_text(rows.error());
  ASSERT_EQ(rows.value().size(), 4U);
  EXPECT_EQ(rows.value()[0].to.text(), "held/North");
  EXPECT_EQ(rows.value()[1].reason, "moved, as \"agreed\"");
  EXPECT_EQ(rows.value()[1].written.at, (base::Position{4, 1}));
  EXPECT_EQ(rows.value()[2].quantity, 500);
  EXPECT_EQ(rows.value()[3].grant, registry::GrantId("C1/G1"));
}

TEST(MovementTable, FindsItsColumnsByTheirHeadings) {
  const CsvLayout layout{';', {{"date", "Datum"}, {"item", "Artikel"}}};
  EXPECT_TRUE(
      read("Artikel;to;from;Datum;quantity;id\nM;held/North;opening;2025-01-01;4;1\n", layout)
          .has_value());
  const auto wrong = read("id,date,item,from,to,quantty,colour\n");
  ASSERT_FALSE(wrong.has_value());
  const std::string text = base::to_text(wrong.error());
  EXPECT_THAT(text, HasSubstr("did you mean `quantty`? Say so with `--column quantity=quantty`"));
  EXPECT_THAT(text, HasSubstr("t.csv:1:30: no field is taken from the column `colour`"));
  EXPECT_FALSE(read("").has_value());
  const auto field = read(kHead, {',', {{"dat", "Datum"}}});
  EXPECT_THAT(base::to_text(field.error()), HasSubstr("did you mean `date`?"));
}

struct Refused {
  std::string row;
  std::string words;
};

TEST(MovementTable, SaysOfEveryLineWhatIsWrongAndWhere) {
  const std::vector<Refused> refused = {
      {"1,2025-01-01,N,opening,held,4,North,,,", "t.csv:2:14: `N` is no item"},
      {"1,2025-01-01,S,opening,held,4,North,,,", "`S` is no item that the holdings count"},
      {"1,2025-01-01,Oil,opening,held,4,North,,gallon,", "2:40: `gallon` is not the unit of `Oil`"},
      {"1,2025-01-01,M,opening,held,4,Noth,,,", "did you mean `North`?"},
      {"1,2025-01-01,M,opening,held,4,,,,", "2:24: `held` is no account"},
      {"1,2025-01-01,M,opening,lost,4,,,,", "is stock"},
      {"1,2025-01-01,M,held,lost,4,North,,,", "without a reason"},
      {"1,01.02.2025,M,opening,held,4,North,,,", "2:3: `01.02.2025` is no date"},
      {"1,2025-02-30,M,opening,held,4,North,,,", "`2025-02-30` is no date"},
      {"1,2025-01-01,M,opening,held,-4,North,,,", "2:29: `-4` is no quantity"},
      {"1,2025-01-01,M,opening,held,0,North,,,", "`0` is no quantity"},
      {"1,2025-01-01,M,opening,held,1.5,North,,,", "`1.5` is no quantity"},
      {"1,2025-01-01,M,opening,held,9223372036854775808,North,,,", "more than 64 bits"},
      {",2025-01-01,M,opening,held,4,North,,,", "`id` is empty"},
      {"a b,2025-01-01,M,opening,held,4,North,,,", "`a b` cannot be an id"},
      {"1,2025-01-01,M,opening,held,4,North", "7 cells, but 10 headings"},
      {"1,2025-01-01,M,opening,held,4,North,\"two\nlines\",,", "2:37: a reason of several lines"},
      {"1,2025-01-01,M,opening,held,4,North,a\xFF,,", "2:37: a cell that is not UTF-8"},
      {"1,2025-01-01,M,opening,held,4,North,a\x01z,,", "2:38: a control character"},
      {"1,2025-01-01,M,opening,held,4,North,a\"z,,", "2:38: a quotation mark within a cell"},
      {"1,2025-01-01,M,opening,held,4,North,\"a\"z,,", "2:40: something stands behind"},
      {"1,2025-01-01,M,opening,held,4,North,\"a,,", "2:37: a quotation mark that is not closed"},
  };
  for (const Refused& one : refused) EXPECT_THAT(issues_of(one.row), HasSubstr(one.words));
}

TEST(MovementTable, TellsAllLinesInOneGoAndTakesNone) {
  const std::string text = issues_of(
      "1,2025-01-01,M,opening,held,4,North,,,\n"
      "2,2025-01-01,N,opening,held,4,North,,,\n"
      "3,2025-01-01,M,opening,held,4,North,,,\n"
      "1,2025-01-02,M,opening,held,4,North,,,\n"
      "3,2025-01-01,M,opening,held,4,North,,,\n");
  EXPECT_THAT(text, HasSubstr("t.csv:3:14: `N` is no item"));
  EXPECT_THAT(text,
              HasSubstr("t.csv:5:1: the row `1` stands in line 2 too, and says something else"));
  EXPECT_THAT(text, HasSubstr("t.csv:6:1: the row `3` stands in line 4 too\n"));
}

TEST(MovementTable, IsHeldAgainstWhatIsThere) {
  testing::Files files = testing::small_directory();
  files["authorities/US/holdings.json"] = R"({"holdings": [{"item": "M", "counted_by": "movements",
      "yellow_below": 3, "red_below": 1}], "places": [{"id": "North"}, {"id": "South"}]})";
  files["authorities/US/movements.json"] = R"({"movements": [{"id": "US-m1", "rows": [{"id": "1",
      "on": "2025-01-01", "item": "M", "from": "opening", "to": "held/North", "quantity": 4}]}]})";
  const testing::Folder folder;
  folder.write(files);
  const auto directory = read_directory(folder.path());
  ASSERT_TRUE(directory.has_value()) << base::to_text(directory.error());
  const auto held_against = [&](const std::string& rows) {
    auto taken = read(kHead + rows);
    CHECK(taken.has_value());
    const auto checked = check_against(directory.value().registers, registry::AuthorityId("US"),
                                       in_lists(std::move(taken.value()), "T"), "t.csv");
    return checked ? "sound" : base::to_text(checked.error());
  };
  EXPECT_EQ(held_against("2,2025-02-01,M,held,used,4,North,,,"), "sound");
  EXPECT_THAT(
      held_against("2,2025-02-01,M,held,used,4,North,,,\n3,2025-01-15,M,held,used,1,North,,,"),
      HasSubstr("t.csv:2:1: with the row `2`, which takes 4 of `M`, `held/North` would hold "
                "-1 of `M` at 2025-02-01"));
  EXPECT_THAT(held_against("1,2025-02-01,M,delivery,held,4,North,,,"),
              HasSubstr("the row `1` stands in the list `US-m1` too"));
}

TEST(MovementTable, IsSplitIntoListsThatAreSignedOneByOne) {
  std::string rows;
  for (int i = 0; i < 5001; ++i) {
    rows += std::to_string(i) + ",2025-01-01,M,opening,held,4,North,,,\n";
  }
  auto taken = read(kHead + rows);
  ASSERT_TRUE(taken.has_value());
  const auto lists = in_lists(std::move(taken.value()), "T");
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[1].id.text(), "T/2");
  EXPECT_EQ(lists[1].rows.size(), 1U);
  EXPECT_EQ(plan_of(lists).documents.size(), 2U);
}

// What is written by the rules of RFC 4180 is read as it was.
RC_GTEST_PROP(CsvReader, ReadsWhatWasWritten, ()) {
  const auto cell =
      rc::gen::container<std::string>(rc::gen::element('a', 'b', ',', '"', '\n', ' ', ';', '1'));
  const auto rows = *rc::gen::container<std::vector<std::vector<std::string>>>(
      rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(cell)));
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != 0) text += ',';
      text += '"';
      for (const char c : row[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += *rc::gen::element(std::string("\n"), std::string("\r\n"));
  }
  std::istringstream in(text);
  internal::CsvReader reader(in, ',');
  std::vector<internal::CsvCell> cells;
  for (const auto& row : rows) {
    RC_ASSERT(reader.next(cells));
    RC_ASSERT(!reader.fault());
    RC_ASSERT(cells.size() == row.size());
    for (std::size_t i = 0; i < row.size(); ++i) RC_ASSERT(cells[i].text == row[i]);
  }
  RC_ASSERT(!reader.next(cells));
}

// Whatever the bytes are, reading ends, and every place lies in the text.
RC_GTEST_PROP(CsvReader, EndsOnAnyBytes, (const std::string& text)) {
  std::istringstream in(text);
  internal::CsvReader reader(in, ',');
  std::vector<internal::CsvCell> cells;
  std::size_t rows = 0;
  while (reader.next(cells)) RC_ASSERT(++rows <= text.size() + 1);
}

}  // namespace
}  // namespace countersign::casework
