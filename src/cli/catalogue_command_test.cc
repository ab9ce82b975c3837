// SPDX-License-Identifier: Apache-2.0
// `catalogue`, as it is called: made of a list, changed, asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "casework/files.h"
#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::HasSubstr;

class CatalogueCommand : public ::testing::Test {
 protected:
  CatalogueCommand() {
    folder_.write({{"mapping.json", R"({"described_by": "UA", "currency": "USD", "complete": true,
                      "authorities": ["UA", "US", "FR"],
                      "columns": {"item": "item", "component": "part", "quantity": "n",
                                  "value": "value", "origin": "from", "price": "price"},
                      "claims": [{"id": "UA-1", "authority": "UA", "basis": "owner",
                                  "item": "box"}]})"},
                   {"parts.csv",
                    "item,part,n,value,from,price\nbox,gyro,2,100,US,\nbox,case,1,50,UA,\n"
                    "box,,,,,1000\n"},
                   {"june.json", R"({"changes": [
                      {"what": "origin", "component": "gyro", "origin": "FR"}]})"},
                   {"wrong.json", R"({"changes": [
                      {"what": "origin", "component": "gyro", "origin": "FR"},
                      {"what": "price", "item": "bix", "price": 3}]})"}});
    made_ = ran({"catalogue", "import", "-m", path("mapping.json"), "-o", path("box.catalogue"),
                 path("parts.csv")});
  }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string bytes() const {
    return casework::read_file(folder_.path() / "box.catalogue").value();
  }
  std::string said_of_the_box() const {
    return ran({"trace", "box", "-c", path("box.catalogue")}).out;
  }
  Ran changed(const std::string& by, const Words& more = {}) const {
    Words words = {"catalogue", "change", "-c", path("box.catalogue"), path(by)};
    words.insert(words.end(), more.begin(), more.end());
    return ran(words);
  }

  Folder folder_;
  Ran made_;
};

TEST_F(CatalogueCommand, IsChangedInPlace) {
  ASSERT_EQ(made_.exit, Exit::Done) << made_.err;
  EXPECT_THAT(said_of_the_box(), HasSubstr("US: component, 200 of 1000 USD is US's: 20.00 %"));
  const std::string before = bytes();
  const Ran told = changed("june.json", {"--check"});
  EXPECT_THAT(told.out, HasSubstr("1 change; of 2 names looked at, 1 has other ties now"));
  EXPECT_THAT(told.out, HasSubstr("box: UA, FR instead of UA, US"));
  EXPECT_EQ(bytes(), before);
  EXPECT_EQ(changed("june.json").exit, Exit::Done);
  EXPECT_THAT(said_of_the_box(), HasSubstr("FR: component, 200 of 1000 USD is FR's: 20.00 %"));
}

TEST_F(CatalogueCommand, MakesAllChangesOrNone) {
  const std::string before = bytes();
  const Ran wrong = changed("wrong.json");
  EXPECT_EQ(wrong.exit, Exit::BadInput);
  EXPECT_THAT(wrong.err, HasSubstr("wrong.json:3:49: `bix` is not in the catalogue"));
  EXPECT_EQ(bytes(), before);
}

// What a list says is in whole units of a currency; a row's price in hundredths would be a
// hundredfold.
TEST_F(CatalogueCommand, MakesAListInAFolderThatItMakesAndOfWholeUnitsAlone) {
  const Words list = {"catalogue", "list",   "-c", path("box.catalogue"),
                      "--id",      "UA-box", "-o", path("lists")};
  const Ran made = ran(list);
  EXPECT_EQ(made.exit, Exit::Done) << made.err;
  EXPECT_THAT(casework::read_file(folder_.path() / "lists/UA-box.json").value(),
              HasSubstr(R"("currency":"USD")"));
  std::string mapping = casework::read_file(folder_.path() / "mapping.json").value();
  mapping.insert(1, R"("decimals": 2, )");
  folder_.write({{"cents.json", mapping}});
  ASSERT_EQ(ran({"catalogue", "import", "-m", path("cents.json"), "-o", path("box.catalogue"),
                 path("parts.csv")})
                .exit,
            Exit::Done);
  EXPECT_THAT(said_of_the_box(), HasSubstr("20000 of 100000 × 0.01 USD is US's: 20.00 %"));
  Words again = list;
  again[5] = "UA-cents";
  const Ran refused = ran(again);
  EXPECT_EQ(refused.exit, Exit::BadInput);
  EXPECT_THAT(refused.err, HasSubstr("without `decimals`"));
}

// Who keeps the list would lose it.
TEST_F(CatalogueCommand, DoesNotTakeTheNameOfAList) {
  const Ran same = ran({"catalogue", "import", "-m", path("mapping.json"), "-o", path("parts.csv"),
                        path("parts.csv")});
  EXPECT_EQ(same.exit, Exit::BadInput);
  EXPECT_THAT(same.err, HasSubstr("is to be read and to be replaced"));
  EXPECT_THAT(casework::read_file(folder_.path() / "parts.csv").value(), HasSubstr("gyro"));
}

}  // namespace
}  // namespace countersign::cli
