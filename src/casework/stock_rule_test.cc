// SPDX-License-Identifier: Apache-2.0
// No piece of a stock is promised twice: by one client after the other, by many at once, after a
// loss, and after the ledger is folded anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "casework/testing/depot.h"
#include "kernel/stock.h"

namespace countersign::casework {
namespace {

using testing::depot;
using testing::Drill;
using testing::row;
using testing::rule_of;
using testing::transfer_of_m;

// Asks for so many and has them granted; the rule by which that was refused, if it was.
std::string grant_of(Drill& drill, const std::string& name, int quantity) {
  const kernel::CaseId id(name);
  const std::string asked =
      rule_of(ask(drill.instance(), drill.by("UA/Staff"), id, transfer_of_m(quantity)));
  return asked.empty() ? rule_of(grant(drill.instance(), id)) : asked;
}

std::string enter(Drill& drill, const std::string& list, const std::string& rows) {
  const auto issued = issue(drill.instance(), registry::PartyId("US"), testing::list_of(list, rows),
                            drill.keys(), drill.now());
  if (!issued) return "failed: " + issued.error().message;
  return issued.value() ? std::string() : issued.value().error().rule;
}

kernel::ItemStock stock_now(Drill& drill) {
  std::optional<kernel::ItemStock> stock;
  drill.instance().look([&](const kernel::State& state) {
    const registry::Registers& registers = state.authorities().registers();
    const registry::RegistersView view = registers.view(state.now());
    stock = kernel::item_stock({registers, view, &state}, registry::PartyId("US"),
                               registry::ItemId("M"));
    // Derived: the book says what ratings count.
    CHECK(stock && stock->rating.free() == stock->level.held - stock->level.promised());
    CHECK(stock->events.empty() || stock->events.back().after == stock->level);
  });
  return *stock;
}

std::string draw_of(Drill& drill, const std::string& grant, int quantity) {
  kernel::DrawBody body;
  body.grant = registry::GrantId(grant);
  body.quantity = quantity;
  return rule_of(draw(drill.instance(), drill.by("UA/Staff"), body));
}

TEST(StockRule, AGrantReservesAndTheNextOneMayNotTakeItToo) {
  Drill drill(depot(10));
  EXPECT_EQ(grant_of(drill, "C1", 8), "");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{10, 8, 0}));
  EXPECT_EQ(grant_of(drill, "C2", 3), "stock-short");
  EXPECT_EQ(grant_of(drill, "C3", 2), "");
  EXPECT_EQ(stock_now(drill).level.free(), 0);
  EXPECT_EQ(rule_of(act_on_grant(drill.instance(), drill.by("US/SecDef"), kernel::EntryKind::Revoke,
                                 {registry::GrantId("C1/G1"), "needed elsewhere"})),
            "");
  EXPECT_EQ(rule_of(grant(drill.instance(), kernel::CaseId("C2"))), "");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{10, 5, 0}));
  const std::string before = drill.described();
  drill.reopen();
  EXPECT_EQ(drill.described(), before);
}

TEST(StockRule, TheRefusalGivesNoFigure) {
  Drill drill(depot(10));
  const kernel::CaseId id("Case");
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), id, transfer_of_m(11))), "");
  const Handled refused = grant(drill.instance(), id);
  ASSERT_EQ(rule_of(refused), "stock-short");
  EXPECT_EQ(refused.value().error().message.find_first_of("0123456789"), std::string::npos)
      << refused.value().error().message;
}

TEST(StockRule, WhatLapsesComesBackAndWhatIsDrawnDoesNot) {
  Drill drill(depot(10));
  ASSERT_EQ(grant_of(drill, "C1", 8), "");
  ASSERT_EQ(draw_of(drill, "C1/G1", 3), "");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{10, 5, 3}));
  drill.at("2025-08-01");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{10, 0, 3}));
}

TEST(StockRule, WhatLeavesUnderAGrantWasDrawnUnderIt) {
  Drill drill(depot(10));
  ASSERT_EQ(grant_of(drill, "C1", 8), "");
  const std::string under = R"(, "grant": "C1/G1")";
  EXPECT_EQ(enter(drill, "US-m2", row("2", "held/North", "handed-over", 1, under)),
            "movement-grant");
  ASSERT_EQ(draw_of(drill, "C1/G1", 6), "");
  EXPECT_EQ(enter(drill, "US-m2", row("2", "held/North", "handed-over", 4, under)), "");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{6, 2, 2}));
  EXPECT_EQ(enter(drill, "US-m3", row("3", "held/North", "handed-over", 3, under)),
            "movement-grant");
  EXPECT_EQ(enter(drill, "US-m3", row("3", "held/North", "used", 1, R"(, "grant": "C9/G1")")),
            "movement-grant");
  // The grant goes on as before: what left under it does not count against it.
  EXPECT_EQ(draw_of(drill, "C1/G1", 2), "");
  EXPECT_EQ(grant_of(drill, "C2", 3), "stock-short");
  EXPECT_EQ(grant_of(drill, "C3", 2), "");
}

// Asked for six, approved in twos: what has left under the first counts against neither the next
// ones nor the case, and what lapsed undrawn comes back.
TEST(StockRule, WhatGrantsOfTheCaseTookIsNotAskedTwice) {
  testing::Files files = depot(6);
  files["authorities/US/directives/US-4.cedar"] +=
      R"(forbid (principal, action == Action::"transfer", resource)
         unless { context.approvals.contains(Office::"US/SecDef") };)";
  Drill drill(files);
  const kernel::CaseId id("C");
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), id, transfer_of_m(6))), "");
  const auto next = [&](bool rest) {
    DecisionPlan plan;
    plan.outcome = kernel::DecisionOutcome::Approve;
    plan.provisos.quantity = 2;
    plan.provisos.remainder = kernel::Remainder::Open;
    plan.of_rest = rest;
    drill.pass(60);
    const std::string decided = rule_of(decide(drill.instance(), drill.by("US/SecDef"), id, plan));
    return decided.empty() ? rule_of(grant(drill.instance(), id)) : decided;
  };
  int rows = 1;
  const auto hand_over = [&](const std::string& grant) {
    const std::string name = "m" + std::to_string(++rows);
    return enter(drill, name,
                 row(name, "held/North", "handed-over", 2, R"(, "grant": ")" + grant + "\""));
  };
  ASSERT_EQ(next(false), "");
  ASSERT_EQ(draw_of(drill, "C/G1", 2), "");
  ASSERT_EQ(hand_over("C/G1"), "");
  EXPECT_EQ(next(true), "");
  EXPECT_EQ(draw_of(drill, "C/G2", 2), "");
  EXPECT_EQ(hand_over("C/G2"), "");
  EXPECT_EQ(next(true), "");
  EXPECT_EQ(draw_of(drill, "C/G3", 2), "");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{2, 0, 2}));
  EXPECT_EQ(grant_of(drill, "D", 1), "approval-missing");
}

TEST(StockRule, WhatWillLeaveUnderAGrantIsGoneOnce) {
  Drill drill(depot(10));
  ASSERT_EQ(grant_of(drill, "C1", 8), "");
  ASSERT_EQ(draw_of(drill, "C1/G1", 6), "");
  const auto later = [](std::string one) {
    return one.replace(one.find("2025-05-01"), 10, "2025-07-01");
  };
  ASSERT_EQ(enter(drill, "US-m2",
                  later(row("2", "held/North", "handed-over", 5, R"(, "grant": "C1/G1")")) + "," +
                      later(row("3", "held/North", "used", 1))),
            "");
  // 2 of the 10 are free. Of what leaves in July 5 were drawn before; 1 is taken from the 2.
  const kernel::ItemStock stock = stock_now(drill);
  EXPECT_EQ(stock.level, (kernel::StockLevel{10, 2, 6}));
  ASSERT_EQ(stock.coming.size(), 1U);
  EXPECT_EQ(stock.coming.front().second, -1);
  EXPECT_FALSE(stock.forecast().none_left.has_value());
  drill.at("2025-07-02");
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{4, 2, 1}));
  EXPECT_EQ(stock_now(drill).level.free(), 1);
}

TEST(StockRule, AfterALossWhatIsNoLongerCoveredIsSuspended) {
  Drill drill(depot(10));
  ASSERT_EQ(grant_of(drill, "C1", 8), "");
  ASSERT_EQ(grant_of(drill, "C2", 1), "");
  EXPECT_EQ(enter(drill, "US-m2", row("2", "held/North", "lost", 11, R"(, "reason": "fire")")),
            "registers");
  // A loss is a fact: what was promised does not undo it.
  EXPECT_EQ(enter(drill, "US-m2", row("2", "held/North", "lost", 4, R"(, "reason": "fire")")), "");
  const kernel::ItemStock stock = stock_now(drill);
  EXPECT_EQ(stock.level.free(), 0);
  EXPECT_EQ(stock.level.uncovered(), 3);
  EXPECT_EQ(draw_of(drill, "C1/G1", 1), "suspended");
  EXPECT_EQ(draw_of(drill, "C2/G1", 1), "suspended");
  drill.instance().look([](const kernel::State& state) {
    const auto& why = state.find(registry::GrantId("C1/G1"))->suspended->why;
    EXPECT_NE(why.find("does not cover"), std::string::npos) << why;
  });
}

// Random steps on one stock. After each the book holds together, and says what ratings count
// (stock_now); what was granted was there.
TEST(StockRule, WhateverHappensTheBookHoldsTogether) {
  constexpr unsigned kSeed = 20251125;
  RecordProperty("seed", static_cast<int>(kSeed));
  std::mt19937 random(kSeed);
  const auto upto = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  Drill drill(depot(40));
  int granted = 0;
  for (int step = 0; step < 90; ++step) {
    const std::string name = "C" + std::to_string(step);
    const std::string some = "C" + std::to_string(upto(step + 1));
    const std::string rest = R"(, "reason": "counted", "grant": ")" + some + R"(/G1")";
    drill.pass(3600);
    const std::int64_t free = stock_now(drill).level.free();
    switch (upto(6)) {
      case 0:
      case 1:
      case 2: {
        const int quantity = 1 + upto(6);
        const bool there = quantity <= free;
        EXPECT_EQ(grant_of(drill, name, quantity), there ? "" : "stock-short") << name;
        granted += there ? 1 : 0;
        break;
      }
      case 3:
        draw_of(drill, some + "/G1", 1 + upto(3));
        break;
      case 4:
        rule_of(act_on_grant(drill.instance(), drill.by("US/SecDef"), kernel::EntryKind::Revoke,
                             {registry::GrantId(some + "/G1"), "over"}));
        break;
      default:
        switch (upto(3)) {
          case 0:
            enter(drill, name, row(name, "held/North", "handed-over", 1 + upto(2), rest));
            break;
          case 1:
            enter(drill, name,
                  row(name, "held/North", "lost", 1 + upto(3), R"(, "reason": "broken")"));
            break;
          default:
            enter(drill, name, row(name, "delivery", "held/North", 1 + upto(4)));
        }
    }
    for (const kernel::StockEvent& event : stock_now(drill).events) {
      const kernel::StockLevel& after = event.after;
      EXPECT_GE(std::min({after.held, after.reserved, after.drawn}), 0);
      EXPECT_EQ(after.held + after.uncovered(), after.free() + after.reserved + after.drawn);
    }
  }
  EXPECT_GT(granted, 5);
  const std::string before = drill.described();
  const kernel::StockLevel level = stock_now(drill).level;
  drill.reopen();
  EXPECT_EQ(drill.described(), before);
  EXPECT_EQ(stock_now(drill).level, level);
}

TEST(StockRule, ManyClientsNeverGetMoreThanThereIs) {
  constexpr int kClients = 12;
  constexpr int kHeld = 10;
  Drill drill(depot(kHeld));
  const seal::SigningKey& key = drill.key("UA/Staff");
  std::atomic<int> granted{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      const Actor actor{key, registry::OfficeId("UA/Staff")};
      for (const int quantity : {2, 1}) {
        const kernel::CaseId id("C" + std::to_string(client) + "-" + std::to_string(quantity));
        if (!rule_of(ask(drill.instance(), actor, id, transfer_of_m(quantity))).empty()) continue;
        const std::string rule = rule_of(grant(drill.instance(), id));
        if (rule.empty()) granted += quantity;
        if (rule == "stock-short") ++refused;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(granted, kHeld);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{kHeld, kHeld, 0}));
  drill.reopen();
  EXPECT_EQ(stock_now(drill).level, (kernel::StockLevel{kHeld, kHeld, 0}));
}

}  // namespace
}  // namespace countersign::casework
