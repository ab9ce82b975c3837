// SPDX-License-Identifier: Apache-2.0
// A child that works until it is killed, and what it had acknowledged until then.
#ifndef COUNTERSIGN_TESTS_END_TO_END_RUN_AND_KILL_H_
#define COUNTERSIGN_TESTS_END_TO_END_RUN_AND_KILL_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "casework/audit.h"
#include "casework/testing/drill.h"

namespace countersign::casework {

// Starts the program with these words, lets it write so many `first` records to its standard output
// (however busy the machine is, but for half a minute at most), and kills it `wait` later; gives
// the records it had written. A child that ends by itself fails the test.
template <class Record>
std::vector<Record> run_and_kill_child(std::string program, std::vector<std::string> words,
                                       std::size_t first, std::chrono::milliseconds wait) {
  static_assert(std::is_trivially_copyable_v<Record>);
  using SteadyClock = std::chrono::steady_clock;
  using std::chrono::milliseconds;
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  EXPECT_EQ(::posix_spawn(&process, program.c_str(), &actions, nullptr, arguments.data(), environ),
            0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string told;
  const auto read_some = [&] {
    std::array<char, 4096> buffer{};
    const auto size = ::read(ends[0], buffer.data(), buffer.size());
    if (size <= 0) return false;
    told.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  };
  const auto read_until = [&](SteadyClock::time_point until, std::size_t most) {
    while (told.size() < most) {
      const auto left =
          std::chrono::duration_cast<milliseconds>(until - SteadyClock::now()).count();
      pollfd ready{ends[0], POLLIN, 0};
      if (left <= 0 || (::poll(&ready, 1, static_cast<int>(left)) > 0 && !read_some())) return;
    }
  };
  read_until(SteadyClock::now() + std::chrono::seconds(30), first * sizeof(Record));
  read_until(SteadyClock::now() + wait, SIZE_MAX);
  ::kill(process, SIGKILL);
  int status = 0;
  EXPECT_EQ(::waitpid(process, &status, 0), process);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the child ended by itself, with status " << status;
  while (read_some()) {
  }
  ::close(ends[0]);
  EXPECT_EQ(told.size() % sizeof(Record), 0U);
  std::vector<Record> records(told.size() / sizeof(Record));
  if (!records.empty()) std::memcpy(records.data(), told.data(), records.size() * sizeof(Record));
  return records;
}

// Opens what a killed child left, and audits it. A failure fails the test.
inline void open_audited(const std::string& path, std::unique_ptr<Instance>& instance) {
  auto opened = Instance::open(path, [] { return testing::time("2025-06-02"); });
  ASSERT_TRUE(opened) << opened.error().message;
  const auto audited = audit(*opened.value());
  ASSERT_TRUE(audited) << audited.error().message;
  ASSERT_TRUE(audited.value()) << audited.value().error().message;
  instance = std::move(opened.value());
}

}  // namespace countersign::casework

#endif  // COUNTERSIGN_TESTS_END_TO_END_RUN_AND_KILL_H_
