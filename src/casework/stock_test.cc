// SPDX-License-Identifier: Apache-2.0
// What is said of a stock, from registers alone: the grants' part is in stock_rule_test.cc.
#include "casework/stock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StockAnswers : public ::testing::Test {
 protected:
  StockAnswers() {
    testing::Files files = testing::small_directory();
    files["authorities/US/holdings.json"] = R"({"holdings": [
        {"item": "M", "counted_by": "movements", "yellow_below_months": 6, "red_below_months": 2}],
        "places": [{"id": "North"}, {"id": "South"}]})";
    files["authorities/US/movements.json"] = R"({"movements": [{"id": "US-m1", "rows": [
        {"id": "1", "on": "2025-01-01", "item": "M", "from": "opening", "to": "held/North",
         "quantity": 1500},
        {"id": "2", "on": "2025-02-01", "item": "M", "from": "held/North", "to": "held/South",
         "quantity": 200},
        {"id": "3", "on": "2025-03-01", "item": "M", "from": "held/North", "to": "lost",
         "quantity": 1, "reason": "fell & broke <badly>"},
        {"id": "4", "on": "2025-03-02", "item": "M", "from": "held/North", "to": "used",
         "quantity": 730},
        {"id": "5", "on": "2025-07-01", "item": "M", "from": "delivery", "to": "held/South",
         "quantity": 31}]}]})";
    files["authorities/GB/holdings.json"] = R"({"holdings": [
        {"item": "M", "quantity": 12, "yellow_below": 3, "red_below": 1}]})";
    folder_.write(files);
    auto read = read_directory(folder_.path());
    CHECK(read.has_value());
    directory_ = std::move(read.value());
  }

  // What `ask` says as of 2025-06-01: 730 used in five months are 146 a month, or 4.8 a day.
  template <class Ask>
  std::string said(Ask ask, const char* as_of = "2025-06-01") {
    const registry::RegistersView view = directory_.registers.view(testing::time(as_of));
    const auto answer = ask(kernel::StockSource{directory_.registers, view, nullptr});
    if (!answer) return answer.error().rule;
    return answer.value().text + "\n" + base::write_json(answer.value().json);
  }

  static StockFilter of_us() { return {registry::AuthorityId("US"), std::nullopt, std::nullopt}; }

  testing::Folder folder_;
  Directory directory_;
};

TEST_F(StockAnswers, ShowWhatIsHeldAndWhere) {
  const auto show = [](const StockFilter& filter) {
    return [filter](const kernel::StockSource& source) { return show_stock(source, filter); };
  };
  const std::string us = said(show(of_us()));
  EXPECT_THAT(us, HasSubstr("US M, in the unit `piece`, as of 2025-06-01"));
  EXPECT_THAT(us, HasSubstr("  held                 769  counted by movements"));
  EXPECT_THAT(us,
              HasSubstr("yellow below 876, red below 292 (6 and 2 months of cover; 730 used in 5"));
  EXPECT_THAT(us, HasSubstr(R"("places":{"North":569,"South":200})"));
  EXPECT_THAT(us, HasSubstr(R"("rating":"yellow")"));
  EXPECT_THAT(us, Not(HasSubstr("GB")));
  EXPECT_THAT(said(show({})), HasSubstr("as stated"));
  StockFilter south = of_us();
  south.place = registry::HoldingPlaceId("South");
  EXPECT_THAT(said(show(south)), Not(HasSubstr("North")));
  south.place = registry::HoldingPlaceId("East");
  EXPECT_EQ(said(show(south)), "unknown-place");
  EXPECT_EQ(said(show({registry::AuthorityId("FR"), {}, {}})), "unknown-authority");
  EXPECT_EQ(said(show({{}, registry::ItemId("N"), {}})), "unknown-item");
  EXPECT_THAT(said(show(of_us()), "2025-01-15"), HasSubstr(R"("held":1500)"));
}

TEST_F(StockAnswers, RateBeforeAndAfter) {
  const auto rate = [&](std::int64_t quantity) {
    return said([quantity](const kernel::StockSource& source) {
      return rate_stock(source, of_us(), quantity);
    });
  };
  EXPECT_THAT(rate(0), HasSubstr("\n  yellow\n  769 held, 0 of it promised: 769 free\n"));
  EXPECT_THAT(rate(500), HasSubstr("yellow now, red after a request for 500"));
  EXPECT_THAT(rate(500), HasSubstr(R"("covered":true)"));
  EXPECT_THAT(rate(770), HasSubstr("not covered: a grant for it is refused (stock-short)"));
}

TEST_F(StockAnswers, ForecastWithWhatIsToCome) {
  const std::string text =
      said([](const kernel::StockSource& source) { return forecast_stock(source, of_us()); });
  EXPECT_THAT(text, HasSubstr("yellow        already"));
  // 4.8 a day from 769, and 31 more from 1 July: below 292 after 106 days.
  EXPECT_THAT(text, HasSubstr("red           2025-09-15"));
  EXPECT_THAT(text, HasSubstr("counted in: +31 on 2025-07-01"));
  const std::string stated = said([](const kernel::StockSource& source) {
    return forecast_stock(source, {registry::AuthorityId("GB"), {}, {}});
  });
  EXPECT_THAT(stated, HasSubstr("red           not known: no movement tells a rate of use"));
  EXPECT_THAT(stated, HasSubstr(R"("red":"unknown")"));
}

TEST_F(StockAnswers, TellTheHistory) {
  const auto history = [](const StockFilter& filter) {
    return [filter](const kernel::StockSource& source) { return stock_history(source, filter); };
  };
  const std::string all = said(history(of_us()));
  EXPECT_THAT(all, HasSubstr("held/North to lost (3): \"fell & broke <badly>\""));
  EXPECT_THAT(all, Not(HasSubstr("2025-07-01")));  // not come yet
  StockFilter south = of_us();
  south.place = registry::HoldingPlaceId("South");
  EXPECT_THAT(said(history(south)), Not(HasSubstr("lost")));
}

TEST_F(StockAnswers, DrawOneStock) {
  const registry::RegistersView view = directory_.registers.view(testing::time("2025-06-01"));
  const kernel::StockSource source{directory_.registers, view, nullptr};
  const auto chart = draw_stock(source, of_us());
  ASSERT_TRUE(chart.has_value());
  EXPECT_EQ(chart.value().rfind("<svg ", 0), 0U);
  EXPECT_THAT(chart.value(), HasSubstr("769 held, 0 reserved, 0 drawn, 769 free on 2025-06-01"));
  EXPECT_THAT(chart.value(), HasSubstr("red below 292"));
  const auto several = draw_stock(source, {});
  ASSERT_FALSE(several.has_value());
  EXPECT_EQ(several.error().rule, "one-stock");
}

}  // namespace
}  // namespace countersign::casework
