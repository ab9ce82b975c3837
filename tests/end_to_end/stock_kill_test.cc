// SPDX-License-Identifier: Apache-2.0
// SIGKILL at random moments while several clients enter movements, reserve and draw: nothing that
// was acknowledged is lost, the book balances, and no piece was ever promised twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "casework/testing/depot.h"
#include "end_to_end/run_and_kill.h"
#include "end_to_end/stock_work.h"
#include "kernel/stock.h"

namespace countersign::casework {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr unsigned kSeed = 20250612;
constexpr int kMostKills = 40;
constexpr int kKillsPerInstance = 8;
constexpr std::chrono::seconds kTimeLimit{50};

struct Tally {
  int kills = 0;
  int between = 0;  // killed between a reservation and what left under it
  std::uint64_t acknowledged = 0;
};

std::string case_of(const StockDone& done) {
  return "S-" + std::to_string(done.number) + "-" + std::to_string(done.client);
}

// Whether the state has it, with its quantity.
bool has(const kernel::State& state, const StockDone& done) {
  const auto listed = [&](const std::string& list) {
    const auto* held = state.authorities().registers().find(registry::AuthorityId("US"));
    return std::any_of(held->movements.begin(), held->movements.end(), [&](const auto& one) {
      return one->id.text() == list && one->rows.size() == 1 &&
             one->rows.front().quantity == done.quantity;
    });
  };
  const kernel::GrantRecord* grant = state.find(registry::GrantId(case_of(done) + "/G1"));
  switch (done.step) {
    case StockStep::Delivered:
      return listed("S-" + std::to_string(done.number));
    case StockStep::Reserved:
      return grant != nullptr && grant->scope.quantity == done.quantity;
    case StockStep::Drawn:
      return grant != nullptr && grant->draws.size() == 1 &&
             grant->draws.front().taken() == done.quantity;
    case StockStep::HandedOver:
      return listed(case_of(done) + "-out");
  }
  return false;
}

// The book against what stands in the ledger, counted by hand.
void expect_balanced(const kernel::State& state) {
  const registry::Registers& registers = state.authorities().registers();
  const registry::RegistersView view = registers.view(state.now());
  const auto stock =
      kernel::item_stock({registers, view, &state}, registry::PartyId("US"), registry::ItemId("M"));
  ASSERT_TRUE(stock.has_value());
  std::int64_t held = 0;
  std::int64_t gone = 0;
  for (const auto& list : registers.find(registry::AuthorityId("US"))->movements) {
    for (const registry::Movement& row : list->rows) {
      held += row.to.is_held() ? row.quantity : -row.quantity;
      if (row.grant) gone += row.quantity;
    }
  }
  std::int64_t granted = 0;
  for (const auto& [id, grant] : state.grants()) granted += grant.scope.quantity;
  EXPECT_EQ(stock->level.held, held);
  EXPECT_EQ(stock->level.promised(), granted - gone);
  EXPECT_EQ(stock->level.uncovered(), 0);
  for (std::size_t i = 0; i < stock->events.size(); ++i) {
    const kernel::StockEvent& event = stock->events[i];
    // What happens at one instant happens at once.
    if (i + 1 < stock->events.size() && stock->events[i + 1].at == event.at) continue;
    EXPECT_EQ(event.after.uncovered(), 0) << "promised twice, " << event.voucher;
  }
}

// One instance's life over many kills.
class Life {
 public:
  Life(const std::filesystem::path& directory, std::mt19937& random, Tally& tally)
      : directory_(directory), random_(random), tally_(tally) {}

  void kill_once() {
    const auto first = std::uniform_int_distribution<std::size_t>(0, 6)(random_);
    const milliseconds wait(std::uniform_int_distribution<>(0, 60)(random_));
    const auto told = run_and_kill_child<StockDone>(
        STOCK_CHILD, {folder_.path().string(), directory_.string(), std::to_string(next_)}, first,
        wait);
    ++tally_.kills;
    tally_.acknowledged += told.size();
    all_.insert(all_.end(), told.begin(), told.end());
    if (!told.empty() &&
        (told.back().step == StockStep::Reserved || told.back().step == StockStep::Drawn)) {
      ++tally_.between;
    }
    ASSERT_NO_FATAL_FAILURE(look_at());
  }

 private:
  void look_at() {
    const std::string path = (folder_.path() / "instance").string();
    if (!std::filesystem::exists(path)) {
      ASSERT_TRUE(all_.empty());
      return;
    }
    std::unique_ptr<Instance> opened;
    ASSERT_NO_FATAL_FAILURE(open_audited(path, opened));
    opened->look([&](const kernel::State& state) {
      for (const StockDone& done : all_) {
        ASSERT_TRUE(has(state, done)) << "step " << static_cast<int>(done.step) << " of "
                                      << case_of(done) << " was acknowledged and is not there";
      }
      // The directory may not be in yet.
      const auto* us = state.authorities().registers().find(registry::AuthorityId("US"));
      if (us == nullptr || us->movements.empty()) return;
      ASSERT_NO_FATAL_FAILURE(expect_balanced(state));
      // The next child begins a round of its own, whatever became of the last.
      for (const auto& list : us->movements) {
        const std::string& id = list->id.text();
        if (!id.starts_with("S-")) continue;
        next_ = std::max(next_, std::stoull(id.substr(2)) + 1);
      }
    });
  }

  testing::Folder folder_;
  std::filesystem::path directory_;
  std::mt19937& random_;
  Tally& tally_;
  std::vector<StockDone> all_;
  unsigned long long next_ = 1;
};

TEST(StockKilled, LosesNothingAcknowledgedAndPromisesNothingTwice) {
  testing::Folder directory;
  directory.write(testing::depot(kStockOpening));
  std::mt19937 random(kSeed);
  Tally tally;
  const auto began = SteadyClock::now();
  const auto goes_on = [&] {
    return tally.kills < kMostKills && SteadyClock::now() - began < kTimeLimit;
  };
  while (goes_on()) {
    Life life(directory.path(), random, tally);
    for (int i = 0; i < kKillsPerInstance && goes_on(); ++i) {
      ASSERT_NO_FATAL_FAILURE(life.kill_once()) << "kill " << tally.kills << ", seed " << kSeed;
    }
  }
  std::printf("seed %u: %d kills, %d between reserving and handing over, %llu acknowledged\n",
              kSeed, tally.kills, tally.between,
              static_cast<unsigned long long>(tally.acknowledged));
  // Otherwise the kills missed what they are for.
  EXPECT_GT(tally.between, 0);
  EXPECT_GT(tally.acknowledged, 20U);
}

}  // namespace
}  // namespace countersign::casework
