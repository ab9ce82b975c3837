// SPDX-License-Identifier: Apache-2.0
// SIGKILL at random moments of an import of lists: it is taken up again until it ends, and its
// catalogue has the bytes of one that was never cut off.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

#include "casework/testing/lists.h"
#include "end_to_end/import_work.h"
#include "store/testing/fixtures.h"

namespace countersign::casework {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr unsigned kSeed = 20250611;
constexpr int kLength = 40'000;  // of the lists: some 6 MB
constexpr std::chrono::seconds kTimeLimit{60};

struct Ran {
  bool ended = false;  // by itself, and well
  std::string told;
};

// Runs the child, and kills it after `wait` unless it has ended.
Ran run(const std::filesystem::path& folder, microseconds wait) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::array<std::string, 2> words{IMPORT_CHILD, folder.string()};
  std::array<char*, 3> arguments{words[0].data(), words[1].data(), nullptr};
  pid_t process = 0;
  EXPECT_EQ(::posix_spawn(&process, IMPORT_CHILD, &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  const auto until = SteadyClock::now() + wait;
  int status = 0;
  bool waited = false;
  while (!waited && SteadyClock::now() < until) {
    waited = ::waitpid(process, &status, WNOHANG) == process;
    if (!waited) std::this_thread::sleep_for(microseconds(500));
  }
  if (!waited) {
    ::kill(process, SIGKILL);
    EXPECT_EQ(::waitpid(process, &status, 0), process);
  }
  Ran ran;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    ran.told.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  ran.ended = WIFEXITED(status);
  EXPECT_TRUE(!ran.ended || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  EXPECT_TRUE(ran.ended || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  return ran;
}

TEST(ImportKilled, EndsWithTheBytesOfOneThatWasNotCutOff) {
  store::testing::TemporaryDirectory folder;
  testing::write_lists(folder.path(), kLength);
  const auto cut = testing::import_of_lists(folder.path(), "cut.catalogue", kImportKeepEvery);
  const auto whole = testing::import_of_lists(folder.path(), "whole.catalogue", kImportKeepEvery);
  const auto began = SteadyClock::now();
  ASSERT_TRUE(import_catalogue(whole).has_value());
  const auto takes = std::chrono::duration_cast<microseconds>(SteadyClock::now() - began);
  const std::string expected = testing::read_list(whole.out);
  ASSERT_FALSE(expected.empty());
  std::mt19937 random(kSeed);
  int kills = 0;
  int taken_up = 0;
  int ended = 0;
  while ((ended < 5 || kills < 8 || taken_up < 5) && SteadyClock::now() - began < kTimeLimit) {
    // Now and then it may go on to its end; otherwise it is killed before, sooner or later.
    const bool patient = std::uniform_int_distribution<>(0, 7)(random) == 0;
    const microseconds wait(
        patient ? takes.count() * 20
                : std::uniform_int_distribution<microseconds::rep>(1000, takes.count())(random));
    const Ran ran = run(folder.path(), wait);
    if (ran.told.starts_with("taken up again")) ++taken_up;
    EXPECT_EQ(ran.told.find("started over"), std::string::npos) << ran.told;
    if (!ran.ended) {
      ++kills;
      continue;
    }
    ++ended;
    ASSERT_TRUE(testing::read_list(cut.out) == expected) << "after " << kills << " kills";
    // Nothing else is left beside the two catalogues and the four lists.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 6);
    std::filesystem::remove(cut.out);
  }
  std::printf("seed %u: %d kills, taken up %d times, ended %d times with the same bytes\n", kSeed,
              kills, taken_up, ended);
  EXPECT_GT(ended, 0);
  EXPECT_GE(kills, 8);
  EXPECT_GE(taken_up, 5);
}

}  // namespace
}  // namespace countersign::casework
