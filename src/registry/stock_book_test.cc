// SPDX-License-Identifier: Apache-2.0
// The book of stock: movements as read, against a slow account of every instant, and refused.
#include "registry/stock_book.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/testing/within.h"
#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::day;
using internal::Declared;

Declared authority(std::string_view holdings = R"({"holdings": [
    {"item": "M", "counted_by": "movements", "yellow_below": 30, "red_below": 10}],
    "places": [{"id": "North"}, {"id": "South", "name": "the southern depot"}]})") {
  Declared us("US");
  us.charter(R"({"authority": "US", "offices": [{"id": "US/O", "rank": 1, "may": ["vouch"]}]})");
  us.vocabulary(R"({"parties": [{"id": "US"}]})");
  us.claim(R"({"id": "c", "basis": "owner", "item": "M"})");
  us.holdings(holdings);
  return us;
}

std::string list(const std::string& rows, const std::string& id = "m1",
                 const std::string& more = "") {
  return R"({"id": ")" + id + R"(")" + more + R"(, "rows": [)" + rows + "]}";
}

std::string row(const std::string& id, const std::string& on, const std::string& from,
                const std::string& to, int quantity, const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "on": ")" + on + R"(", "item": "M", "from": ")" + from +
         R"(", "to": ")" + to + R"(", "quantity": )" + std::to_string(quantity) + more + "}";
}

// What Registers::create says of the authority's register; "sound" when it takes it.
std::string issues_of(const AuthorityRegister& held) {
  const auto made = Registers::create({held});
  return made ? "sound" : base::to_text(made.error());
}

const std::string kOpening = row("1", "2025-01-01", "opening", "held/North", 40);

TEST(Movements, ComeBackAsTheyWere) {
  EXPECT_TRUE(internal::comes_back<Movements>(
      list(kOpening + "," +
               row("2", "2025-02-01T12:30:00Z", "held/North", "handed-over", 3,
                   R"(, "reason": "convoy 7", "grant": "C1/G1")") +
               "," + row("3", "2025-02-02", "held/North", "held/South", 5),
           "m1", R"(, "in_force": {"from": "2025-01-01"})")));
}

TEST(Movements, SayWhatIsWrongWithARow) {
  const auto issues = [](const std::string& rows) {
    return internal::issues_of<Movements>(list(rows));
  };
  const auto has = [&](const std::string& rows, const std::string& words) {
    const std::string text = issues(rows);
    return text.find(words) != std::string::npos ? std::string("yes") : text;
  };
  EXPECT_EQ(has(row("1", "2025-01-01", "opening", "North", 4), "`North` is no account"), "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "opening", "lost", 4), "is stock"), "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "held/N", "held/N", 4), "is where it comes from"), "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "lost", "held/N", 4), "nothing comes back from `lost`"),
            "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "held/N", "opening", 4), "nothing goes to `opening`"),
            "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "held/N", "lost", 4), "without a reason"), "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "adjustment", "held/N", 4), "without a reason"), "yes");
  EXPECT_EQ(has(row("1", "2025-01-01", "delivery", "held/N", 4, R"(, "grant": "g")"),
                "nothing goes to `held/N` under a grant"),
            "yes");
  EXPECT_NE(issues(row("1", "2025-01-01", "opening", "held/N", 0)), "read");
  EXPECT_NE(issues(row("1", "2025-01-01", "opening", "held/N", -5)), "read");
  EXPECT_NE(issues(row("1", "2025-13-01", "opening", "held/N", 1)), "read");
  EXPECT_EQ(has(kOpening + "," + kOpening, "stands twice"), "yes");
}

TEST(Movements, NeedAHoldingThatTheyCountAndItsPlaces) {
  EXPECT_EQ(issues_of(authority().movements(list(kOpening))), "sound");
  const std::string stated = issues_of(authority(R"({"holdings": [{"item": "M", "quantity": 4,
      "yellow_below": 3, "red_below": 1}], "places": [{"id": "North"}]})")
                                           .movements(list(kOpening)));
  EXPECT_NE(stated.find("whose quantity holdings.json states as 4"), std::string::npos) << stated;
  const std::string unlisted = issues_of(
      authority(R"({"holdings": [], "places": [{"id": "North"}]})").movements(list(kOpening)));
  EXPECT_NE(unlisted.find("do not list"), std::string::npos) << unlisted;
  const std::string nowhere =
      issues_of(authority().movements(list(row("1", "2025-01-01", "opening", "held/Nort", 4))));
  EXPECT_NE(nowhere.find("did you mean `North`?"), std::string::npos) << nowhere;
}

TEST(Movements, NeverTakeWhatIsNotThereAndNameTheRowAndTheDate) {
  const std::string text = issues_of(
      authority().movements(list(kOpening + "," + row("2", "2025-03-01", "held/North", "used", 30) +
                                 "," + row("3", "2025-02-01", "held/North", "held/South", 11))));
  EXPECT_NE(text.find("with the row `2`, which takes 30 of `M`, `held/North` would hold -1 of `M` "
                      "at 2025-03-01T00:00:00Z"),
            std::string::npos)
      << text;
  // What comes and goes in one instant was there.
  EXPECT_EQ(issues_of(authority().movements(
                list(row("2", "2025-01-01", "held/North", "used", 40) + "," + kOpening))),
            "sound");
  // A list that ends takes its rows with it, and what went out of them is missing then.
  const std::string ended =
      issues_of(authority()
                    .movements(list(kOpening), {base::kDistantPast, day("2025-06-01")})
                    .movements(list(row("2", "2025-02-01", "held/North", "used", 5), "m2")));
  EXPECT_NE(ended.find("without the row `1`, whose list `m1` ends then, `held/North` would hold -5 "
                       "of `M` at 2025-06-01"),
            std::string::npos)
      << ended;
}

TEST(Movements, EnterARowOnce) {
  const std::string twice =
      issues_of(authority().movements(list(kOpening)).movements(list(kOpening, "m2")));
  EXPECT_NE(twice.find("the row `1` stands in the list `m1` too"), std::string::npos) << twice;
  EXPECT_EQ(
      issues_of(authority()
                    .movements(list(kOpening), {base::kDistantPast, day("2025-06-01")})
                    .movements(list(kOpening, "m2", R"(, "in_force": {"from": "2025-06-01"})"))),
      "sound");
}

TEST(Movements, PastSixtyFourBitsAreRefused) {
  const std::string most = R"({"id": "1", "on": "2025-01-01", "item": "M", "from": "opening",
      "to": "held/North", "quantity": 9223372036854775807})";
  const std::string text = issues_of(authority().movements(
      list(most + "," + row("2", "2025-01-02", "delivery", "held/South", 1))));
  EXPECT_NE(text.find("more of `M` has moved than 64 bits can count"), std::string::npos) << text;
}

// What of the book can be seen from outside, by summing up every row that counts at an instant.
struct Slow {
  std::map<Account, std::int64_t> accounts;
  std::map<GrantId, std::int64_t> under;

  static Slow at(const std::vector<Recorded<Movements>>& lists, base::Instant at) {
    Slow sums;
    for (const auto& list : lists) {
      for (const Movement& row : list->rows) {
        if (row.on > at || !list.record.period.contains(at)) continue;
        sums.accounts[row.from] -= row.quantity;
        sums.accounts[row.to] += row.quantity;
        if (row.grant) sums.under[*row.grant] += row.quantity;
      }
    }
    return sums;
  }
  std::int64_t held() const {
    std::int64_t sum = 0;
    for (const auto& [account, balance] : accounts) sum += account.is_held() ? balance : 0;
    return sum;
  }
  bool short_somewhere() const {
    return std::any_of(accounts.begin(), accounts.end(),
                       [](const auto& one) { return one.first.is_held() && one.second < 0; });
  }
};

base::Instant any_day() {
  return {day("2025-01-01").unix_ms + *base::testing::within(0, 12) * 86'400'000L};
}

std::vector<Recorded<Movements>> any_lists() {
  std::vector<Recorded<Movements>> lists;
  int next = 0;
  const int count = *base::testing::within(1, 4);
  for (int i = 0; i < count; ++i) {
    Movements list;
    list.id = MovementsId("m" + std::to_string(i));
    const int rows = *base::testing::within(0, 6);
    for (int k = 0; k < rows; ++k) {
      const auto held = [] { return Account::held(HoldingPlaceId(*rc::gen::element("N", "S"))); };
      Movement row;
      row.id = MovementId(std::to_string(next++));
      row.on = any_day();
      row.item = ItemId("M");
      row.quantity = *base::testing::within<std::int64_t>(1, 20);
      row.reason = "counted";
      switch (*base::testing::within(0, 5)) {
        case 0:
        case 1:
          row.from = {Account::Kind::Delivery, {}};
          row.to = held();
          row.quantity += 10;
          break;
        case 2:
          row.from = held();
          row.to = {Account::Kind::Lost, {}};
          break;
        case 3:
          row.from = Account::held(HoldingPlaceId("N"));
          row.to = Account::held(HoldingPlaceId("S"));
          break;
        default:
          row.from = held();
          row.to = {Account::Kind::HandedOver, {}};
          if (*rc::gen::arbitrary<bool>()) row.grant = GrantId(*rc::gen::element("g", "h"));
      }
      RC_ASSERT(!fault_in(row));
      list.rows.push_back(std::move(row));
    }
    base::Period period;
    if (*base::testing::within(0, 3) == 0) period.until = any_day();
    if (*base::testing::within(0, 3) == 0) period.from = any_day();
    lists.push_back({{RecordKind::Movements, list.id.text(), AuthorityId("US"), period, {}},
                     std::make_shared<const Movements>(std::move(list)),
                     "f"});
  }
  return lists;
}

RC_GTEST_PROP(StockBook, IsWhatEveryInstantSumsUpTo, ()) {
  std::vector<Recorded<Movements>> lists = any_lists();
  const StockBook book(lists);
  bool is_short = false;
  for (int offset = -1; offset < 14; ++offset) {
    const base::Instant at{day("2025-01-01").unix_ms + offset * 86'400'000L};
    const Slow slow = Slow::at(lists, at);
    std::int64_t all = 0;
    for (const auto& [account, balance] : slow.accounts) all += balance;
    RC_ASSERT(all == 0);  // Balanced
    RC_ASSERT(book.held(ItemId("M"), at) == slow.held());
    for (const auto& [place, held] : book.held_by_place(ItemId("M"), at)) {
      const auto found = slow.accounts.find(Account::held(place));
      RC_ASSERT(held == (found == slow.accounts.end() ? 0 : found->second));
    }
    for (const char* grant : {"g", "h"}) {
      const auto found = slow.under.find(GrantId(grant));
      RC_ASSERT(book.left_under(GrantId(grant), ItemId("M"), at) ==
                (found == slow.under.end() ? 0 : found->second));
    }
    is_short |= slow.short_somewhere();
  }
  RC_ASSERT(book.check().empty() == !is_short);
  RC_TAG(is_short ? "short" : "covered");
}

RC_GTEST_PROP(StockBook, IsTheSameInWhateverOrderItsListsCome, ()) {
  const std::vector<Recorded<Movements>> lists = any_lists();
  std::vector<Recorded<Movements>> turned(lists.rbegin(), lists.rend());
  const StockBook one(lists);
  const StockBook other(turned);
  const auto first = one.entries(ItemId("M"));
  const auto second = other.entries(ItemId("M"));
  RC_ASSERT(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    RC_ASSERT(first[i].at == second[i].at);
    RC_ASSERT(first[i].movement->id == second[i].movement->id);
    RC_ASSERT(first[i].ends == second[i].ends);
  }
}

std::vector<Recorded<Movements>> one_list(const std::string& rows) {
  auto read = read_document<Movements>(list(rows), "f");
  CHECK(read.has_value());
  return {{{RecordKind::Movements, "m1", AuthorityId("US"), {}, {}},
           std::make_shared<const Movements>(std::move(read.value())),
           "f"}};
}

TEST(UseRate, IsOfTheWholeMonthsBeforeUpToTwelve) {
  const auto lists =
      one_list(row("1", "2024-01-15", "opening", "held/N", 1000) + "," +
               row("2", "2024-01-20", "held/N", "used", 7) + "," +
               row("3", "2024-02-01", "held/N", "used", 24) + "," +
               row("4", "2024-05-31T23:59:59.999Z", "held/N", "handed-over", 12) + "," +
               row("5", "2024-06-10", "held/N", "lost", 400, R"(, "reason": "fire")") + "," +
               row("6", "2024-06-11", "held/N", "handed-over", 50, R"(, "grant": "g")"));
  const StockBook book(lists);
  const auto rate = [&](std::string_view at) { return book.use_before(ItemId("M"), day(at), {}); };
  EXPECT_EQ(rate("2024-01-01"), (UseRate{0, 0}));  // nothing known yet
  EXPECT_EQ(rate("2024-01-25"), (UseRate{7, 1}));  // all so far, as one month's
  EXPECT_EQ(rate("2024-02-10"), (UseRate{31, 1}));
  EXPECT_EQ(rate("2024-03-01"), (UseRate{24, 1}));  // February
  EXPECT_EQ(rate("2024-05-31T23:59:59.999Z"), (UseRate{24, 3}));
  EXPECT_EQ(rate("2024-06-01"), (UseRate{36, 4}));
  EXPECT_EQ(rate("2024-07-31"), (UseRate{36, 5}));  // neither a loss nor what left under a grant
  EXPECT_EQ(rate("2025-02-15"), (UseRate{36, 12}));
  EXPECT_EQ(rate("2025-03-01"), (UseRate{12, 12}));
  EXPECT_EQ(rate("2025-06-01"), (UseRate{0, 12}));
  const std::vector<std::pair<base::Instant, std::int64_t>> draws = {{day("2024-06-01"), 5},
                                                                     {day("2024-07-01"), 6}};
  EXPECT_EQ(book.use_before(ItemId("M"), day("2024-07-02"), draws), (UseRate{41, 5}));
}

TEST(UseRate, CountsTheFirstMonthWhenTheBookHasItWhole) {
  const auto lists = one_list(row("1", "2024-01-01", "opening", "held/N", 1000) + "," +
                              row("2", "2024-01-20", "held/N", "used", 7));
  EXPECT_EQ(StockBook(lists).use_before(ItemId("M"), day("2024-02-01"), {}), (UseRate{7, 1}));
  EXPECT_EQ(StockBook(lists).use_before(ItemId("M"), day("2024-03-01"), {}), (UseRate{7, 2}));
}

TEST(Months, BeginAtTheirFirstInstant) {
  EXPECT_EQ(month_of(day("2024-02-29T23:59:59Z")), day("2024-02-01"));
  EXPECT_EQ(month_of(day("2024-12-01"), 1), day("2025-01-01"));
  EXPECT_EQ(month_of(day("2024-03-31"), -13), day("2023-02-01"));
}

TEST(Registers, SayWhenAStockChanges) {
  const auto made = Registers::create({authority().movements(
      list(kOpening + "," + row("2", "2025-02-03", "delivery", "held/South", 4)),
      {base::kDistantPast, day("2025-05-01")})});
  ASSERT_TRUE(made.has_value()) << base::to_text(made.error());
  EXPECT_EQ(made.value().stock_change_after(day("2025-01-01")), day("2025-02-03"));
  EXPECT_EQ(made.value().stock_change_after(day("2025-02-03")), day("2025-05-01"));
  EXPECT_EQ(made.value().stock_change_after(day("2025-05-01")), base::kDistantFuture);
  const auto months = Registers::create({authority(R"({"holdings": [{"item": "M",
      "counted_by": "movements", "yellow_below_months": 3, "red_below_months": 1}]})")});
  ASSERT_TRUE(months.has_value());
  EXPECT_EQ(months.value().stock_change_after(day("2025-05-07")), day("2025-06-01"));
}

}  // namespace
}  // namespace countersign::registry
