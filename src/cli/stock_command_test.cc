// SPDX-License-Identifier: Apache-2.0
// `stock`, as it is called: questions to a directory and an instance, and a table taken in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;

class StockCommand : public ::testing::Test {
 protected:
  StockCommand() {
    casework::testing::Files files = casework::testing::small_directory();
    files["authorities/US/holdings.json"] = R"({"holdings": [{"item": "M",
        "counted_by": "movements", "yellow_below": 30, "red_below": 10}],
        "places": [{"id": "North"}]})";
    folder_.write(files);
    folder_.write({{"good.csv",
                    "id,date,item,from,to,quantity\n1,2025-01-01,M,opening,held/North,40\n"
                    "2,2025-02-01,M,held/North,used,15\n"},
                   {"bad.csv",
                    "id;date;item;from;to;quantity\n1;2025-01-01;M;opening;held/North;40\n"
                    "2;2025-02-01;M;held/North;used;41\n"}});
  }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  std::vector<std::string> import(const std::string& table, std::vector<std::string> more) const {
    std::vector<std::string> words = {"stock", "import", path(table), "--authority",
                                      "US",    "--id",   "T"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  Folder folder_;
};

TEST_F(StockCommand, ChecksATableAgainstADirectory) {
  const Ran good = ran(import("good.csv", {"-d", path(""), "--check"}));
  EXPECT_EQ(good.exit, Exit::Done) << good.err;
  EXPECT_THAT(good.out, HasSubstr("2 movements, none refused; nothing was entered"));
  const Ran bad = ran(import("bad.csv", {"-d", path(""), "--check", "--separator", ";"}));
  EXPECT_EQ(bad.exit, Exit::BadInput);
  EXPECT_THAT(bad.err, HasSubstr("bad.csv:3:1: with the row `2`, which takes 41 of `M`"));
  EXPECT_EQ(ran(import("good.csv", {"-d", path("")})).exit, Exit::BadInput);
  const Ran column = ran(import("good.csv", {"-d", path(""), "--check", "--column", "date"}));
  EXPECT_THAT(column.err, HasSubstr("`date` names no field and heading"));
}

TEST_F(StockCommand, EntersATableAndAnswersFromIt) {
  const std::string instance = path("instance");
  const std::string keys = path("keys");
  ASSERT_EQ(ran({"init", instance, "--origin", "example.org/stock"}).exit, Exit::Done);
  const Ran imported = ran({"import", "-i", instance, "--keys", keys, "--make-keys", path("")});
  ASSERT_EQ(imported.exit, Exit::Done) << imported.err;
  const Ran bad = ran(import("bad.csv", {"-i", instance, "--keys", keys, "--separator", ";"}));
  EXPECT_EQ(bad.exit, Exit::BadInput);
  EXPECT_THAT(ran({"stock", "show", "-i", instance, "--json"}).out, HasSubstr(R"("held":0)"));
  const Ran entered = ran(import("good.csv", {"-i", instance, "--keys", keys}));
  ASSERT_EQ(entered.exit, Exit::Done) << entered.err;
  EXPECT_THAT(entered.out, HasSubstr("2 movements, none refused\nentered in the ledger"));
  EXPECT_THAT(ran({"stock", "show", "-i", instance}).out, HasSubstr("at North"));
  EXPECT_THAT(ran({"stock", "rate", "-i", instance, "--item", "M", "--quantity", "16"}).out,
              HasSubstr("yellow now, red after a request for 16"));
  EXPECT_THAT(ran({"stock", "forecast", "-i", instance, "--as-of", "2025-03-01"}).out,
              HasSubstr("15 used in 2 months"));
  EXPECT_THAT(ran({"stock", "history", "-i", instance, "--as-of", "2025-01-15"}).out,
              Not(HasSubstr("used")));
  const std::string svg = path("chart.svg");
  ASSERT_EQ(ran({"stock", "history", "-i", instance, "--item", "M", "--svg", svg}).exit,
            Exit::Done);
  std::ifstream file(svg);
  const std::string chart{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(chart, HasSubstr("25 held, 0 reserved, 0 drawn, 25 free"));
  // The same table once more: nothing is entered twice.
  const Ran again = ran(import("good.csv", {"-i", instance, "--keys", keys}));
  EXPECT_EQ(again.exit, Exit::BadInput);
  EXPECT_THAT(again.err, HasSubstr("the row `1` stands in the list `T/1` too"));
}

TEST_F(StockCommand, NeedsToKnowWhere) {
  EXPECT_EQ(ran({"stock", "show"}).exit, Exit::BadInput);
  EXPECT_EQ(ran({"stock"}).exit, Exit::BadInput);
  EXPECT_EQ(ran({"stock", "show", "-d", path(""), "--item", "N"}).exit, Exit::Refused);
}

}  // namespace
}  // namespace countersign::cli
