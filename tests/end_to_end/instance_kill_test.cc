// SPDX-License-Identifier: Apache-2.0
// SIGKILL at random moments of an import and of cases loses no acknowledged step: the instance
// opens, audits clean and goes on.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "casework/testing/drill.h"
#include "end_to_end/instance_work.h"
#include "end_to_end/run_and_kill.h"

namespace countersign::casework {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr unsigned kSeed = 20250611;
constexpr int kMostKills = 60;
constexpr int kKillsPerInstance = 12;
constexpr std::chrono::seconds kTimeLimit{50};

std::vector<Acknowledged> run_and_kill(const std::filesystem::path& folder,
                                       const std::filesystem::path& directory, std::uint64_t number,
                                       milliseconds wait) {
  return run_and_kill_child<Acknowledged>(
      INSTANCE_CHILD, {folder.string(), directory.string(), std::to_string(number)}, 0, wait);
}

// Whether the state has the step, where it was acknowledged.
bool has(const kernel::State& state, const Acknowledged& step) {
  const auto at = [&](const kernel::Done& done) { return done.position == step.position; };
  const std::string name = "K-" + std::to_string(step.number);
  const kernel::Case* of = state.find(kernel::CaseId(name));
  if (of == nullptr) return false;
  const kernel::GrantRecord* grant = state.find(registry::GrantId(name + "/G1"));
  const auto lane = of->lanes.find(registry::PartyId("US"));
  if (lane == of->lanes.end()) return false;
  switch (step.step) {
    case Step::Imported:
      return true;
    case Step::Asked:
      return at(of->submitted);
    case Step::Advised:
      return !lane->second.advice.empty() && at(lane->second.advice.front().done);
    case Step::Decided:
      return !lane->second.decisions.empty() && at(lane->second.decisions.front().done);
    case Step::Granted:
      return grant != nullptr && grant->position == step.position &&
             of->status == kernel::CaseStatus::Granted;
    case Step::Drawn:
      return grant != nullptr && !grant->draws.empty() && at(grant->draws.front().done);
    case Step::Reported:
      return grant != nullptr && !grant->reports.empty() && at(grant->reports.front().done);
  }
  return false;
}

struct Tally {
  int kills = 0;
  int before_import = 0;  // killed before the import was acknowledged
  int inside_case = 0;    // killed between the first and the last step of a case
  std::uint64_t acknowledged = 0;
};

// One instance's life over many kills.
class Life {
 public:
  Life(const std::filesystem::path& directory, std::mt19937& random, Tally& tally)
      : directory_(directory), random_(random), tally_(tally) {}

  void kill_once() {
    const bool early = std::uniform_int_distribution<>(0, 2)(random_) == 0;
    const milliseconds wait(std::uniform_int_distribution<>(1, early ? 150 : 700)(random_));
    const auto told = run_and_kill(folder_.path(), directory_, next_, wait);
    ++tally_.kills;
    if (told.empty()) ++tally_.before_import;
    for (const Acknowledged& record : told) {
      if (record.step == Step::Imported) continue;
      all_.push_back(record);
      ++tally_.acknowledged;
    }
    if (!told.empty() && told.back().step != Step::Imported && told.back().step != Step::Reported) {
      ++tally_.inside_case;
    }
    ASSERT_NO_FATAL_FAILURE(look_at(!told.empty()));
  }

 private:
  void look_at(bool imported) {
    const std::string path = (folder_.path() / "instance").string();
    if (!std::filesystem::exists(path)) {
      ASSERT_FALSE(imported);
      ASSERT_TRUE(all_.empty());
      return;
    }
    std::unique_ptr<Instance> opened;
    ASSERT_NO_FATAL_FAILURE(open_audited(path, opened));
    opened->look([&](const kernel::State& state) {
      for (const Acknowledged& step : all_) {
        ASSERT_TRUE(has(state, step)) << "step " << static_cast<int>(step.step) << " of case "
                                      << step.number << " was acknowledged and is not there";
      }
      // The next child begins a case of its own, whatever became of the last.
      for (const auto& [id, of] : state.cases()) {
        next_ = std::max(next_, std::stoull(id.text().substr(2)) + 1);
      }
    });
  }

  testing::Folder folder_;
  std::filesystem::path directory_;
  std::mt19937& random_;
  Tally& tally_;
  std::vector<Acknowledged> all_;
  unsigned long long next_ = 1;
};

TEST(InstanceKilled, LosesNoAcknowledgedStepAndGoesOn) {
  testing::Folder directory;
  directory.write(testing::small_directory());
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
  std::printf(
      "seed %u: %d kills, %d during the import, %d inside a case, %llu steps "
      "acknowledged, none lost\n",
      kSeed, tally.kills, tally.before_import, tally.inside_case,
      static_cast<unsigned long long>(tally.acknowledged));
  // Otherwise the kills missed what they are for.
  EXPECT_GT(tally.before_import, 0);
  EXPECT_GT(tally.inside_case, 0);
  EXPECT_GT(tally.acknowledged, 20U);
}

}  // namespace
}  // namespace countersign::casework
