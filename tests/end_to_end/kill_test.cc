// SPDX-License-Identifier: Apache-2.0
// SIGKILL at random moments loses no acknowledged append and leaves no half of one.
//
// A child appends through a Committer and is killed; the store it left is read back and compared
// with what the child had been told; the next child goes on in it. Killing a process leaves the
// system's page cache in place: this tests our order of writing and acknowledging, and SQLite's
// recovery, not the disk.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "end_to_end/kill_work.h"
#include "ledger/merkle.h"
#include "store/sqlite/sqlite_store.h"
#include "store/testing/fixtures.h"

namespace countersign::store {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr unsigned kSeed = 20250520;
constexpr int kMostKills = 400;
constexpr int kKillsPerStore = 40;
constexpr std::chrono::seconds kTimeLimit{45};

// A running kill_child, and all it has told so far.
class Child {
 public:
  Child(const std::string& path, std::uint64_t first) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::array<std::string, 3> words{KILL_CHILD, path, std::to_string(first)};
    std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
    EXPECT_EQ(::posix_spawn(&process_, KILL_CHILD, &actions, nullptr, arguments.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { ::close(output_); }

  // Listens until `until`, or until the child has said something when `to_first` is wanted.
  enum class Listen { ToFirst, ToTheEnd };
  void listen(Clock::time_point until, Listen listen) {
    while (listen == Listen::ToTheEnd || told_.empty()) {
      const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - Clock::now());
      if (left.count() <= 0) return;
      const timespec wait{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
      pollfd ready{output_, POLLIN, 0};
      if (::ppoll(&ready, 1, &wait, nullptr) > 0 && !read_some()) return;
    }
  }

  // Kills it and takes what it had still told. Fails when it had ended by itself.
  void kill() {
    ::kill(process_, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(process_, &status, 0), process_);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself, with status " << status;
    while (read_some()) {
    }
    ASSERT_EQ(told_.size() % sizeof(Record), 0U);
  }

  std::vector<Record> records() const {
    std::vector<Record> records(told_.size() / sizeof(Record));
    if (!records.empty()) {
      std::memcpy(records.data(), told_.data(), records.size() * sizeof(Record));
    }
    return records;
  }

 private:
  bool read_some() {
    std::array<char, 16384> buffer{};
    const auto size = ::read(output_, buffer.data(), buffer.size());
    if (size <= 0) return false;
    told_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

  pid_t process_ = 0;
  int output_ = -1;
  std::string told_;
};

// Whether a write-ahead log ends in frames of a transaction that has no commit frame: the writer
// was killed between the two (https://sqlite.org/fileformat2.html#the_write_ahead_log).
bool ends_in_half_a_commit(const std::string& path) {
  constexpr std::size_t kHeader = 32;
  constexpr std::size_t kFrameHeader = 24;
  std::ifstream file(path + "-wal", std::ios::binary);
  const std::string log((std::istreambuf_iterator<char>(file)), {});
  if (log.size() < kHeader) return false;
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(log[at + i]);
    return value;
  };
  const std::size_t frame = kFrameHeader + word(8);
  bool half = false;
  for (std::size_t at = kHeader; at + kFrameHeader <= log.size(); at += frame) {
    const bool of_this_log = log.compare(at + 8, 8, log, 16, 8) == 0;
    if (!of_this_log) break;
    half = word(at + 4) == 0;
  }
  return half;
}

struct Tally {
  int kills = 0;
  int without_store = 0;    // killed before the store was there
  int before_first = 0;     // killed before anything was handed in
  int half_commits = 0;     // killed while a transaction was being written
  int durable_unheard = 0;  // kills after which an unacknowledged append was there
  int lost = 0;             // kills after which an unacknowledged append was not
  std::uint64_t acknowledged = 0;
  std::uint64_t entries = 0;
};

// One store's life over many kills.
class Life {
 public:
  Life(std::mt19937& random, Tally& tally) : random_(random), tally_(tally) {}

  void kill_once() {
    Child child(path_, next_number_);
    const auto spawned = Clock::now();
    // Some die while they start, most at work.
    if (below(6) == 0) {
      child.listen(spawned + microseconds(below(8000)), Child::Listen::ToTheEnd);
    } else {
      child.listen(spawned + std::chrono::seconds(30), Child::Listen::ToFirst);
      child.listen(Clock::now() + microseconds(below(50000)), Child::Listen::ToTheEnd);
    }
    ASSERT_NO_FATAL_FAILURE(child.kill());
    ++tally_.kills;
    const auto records = child.records();
    if (ends_in_half_a_commit(path_)) ++tally_.half_commits;
    if (records.empty()) ++tally_.before_first;
    if (!std::filesystem::exists(path_)) {
      ASSERT_TRUE(records.empty());
      ++tally_.without_store;
      return;
    }
    // A reader leaves the write-ahead log as it is, so that it grows over several lives and
    // children are killed while they fold it into the main file; a writer goes on in between.
    const bool as_writer = below(8) == 0;
    auto opened = open_sqlite_store(
        path_, {as_writer ? Access::Write : Access::Read, std::chrono::milliseconds(0)});
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_NO_FATAL_FAILURE(compare(*opened.value(), records));
    if (as_writer) go_on(*opened.value());
  }

  std::uint64_t entries() const { return entries_; }

 private:
  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
  }

  // The whole log against what was ever acknowledged.
  void compare(const Store& store, const std::vector<Record>& records) {
    const auto read = store.read_entries(0, ~std::uint64_t{0}, Detail::Everything);
    ASSERT_TRUE(read) << read.error().message;
    const auto& entries = read.value();
    entries_ = entries.size();
    std::map<std::uint64_t, std::uint64_t> positions;  // of each number's first entry
    ASSERT_NO_FATAL_FAILURE(read_numbers(store, entries, positions));
    ASSERT_NO_FATAL_FAILURE(compare_roots(store, entries));

    bool durable_unheard = false;
    bool lost = false;
    std::map<std::uint64_t, bool> gap;  // by thread: something it handed in is not there
    std::map<std::uint64_t, std::uint64_t> last;
    for (const auto& record : records) {
      if (record.kind != Record::Acknowledged) continue;
      acknowledged_[record.number] = record.position;
      ++tally_.acknowledged;
    }
    for (const auto& record : records) {
      if (record.kind != Record::HandedIn) continue;
      next_number_ = std::max(next_number_, record.number / kThreads * kThreads + kThreads);
      const auto thread = record.number % kThreads;
      const auto found = positions.find(record.number);
      if (found == positions.end()) {
        lost = gap[thread] = true;
        continue;
      }
      ASSERT_FALSE(gap[thread]) << record.number << " is there, one handed in before it is not";
      ASSERT_LE(last[thread], found->second) << "out of order";
      last[thread] = found->second;
      if (!acknowledged_.contains(record.number)) durable_unheard = true;
    }
    for (const auto& [number, position] : acknowledged_) {
      const auto found = positions.find(number);
      ASSERT_NE(found, positions.end()) << number << " was acknowledged and is not there";
      ASSERT_EQ(found->second, position) << number << " stands elsewhere";
    }
    if (durable_unheard) ++tally_.durable_unheard;
    if (lost) ++tally_.lost;
  }

  // Walks the log append by append: each whole, none twice, each with its receipt.
  static void read_numbers(const Store& store, const std::vector<StoredEntry>& entries,
                           std::map<std::uint64_t, std::uint64_t>& positions) {
    for (std::uint64_t at = 0; at < entries.size();) {
      const auto number = number_of(entries[at].bytes);
      ASSERT_TRUE(number) << "entry " << at;
      ASSERT_TRUE(positions.emplace(*number, at).second) << *number << " is there twice";
      const Append expected = numbered_append(*number);
      ASSERT_LE(at + expected.entries.size(), entries.size()) << *number << " is cut off";
      for (std::size_t i = 0; i < expected.entries.size(); ++i) {
        const StoredEntry& entry = entries[at + i];
        ASSERT_EQ(entry.bytes, expected.entries[i].bytes);
        ASSERT_EQ(entry.disclosures, expected.entries[i].disclosures);
        ASSERT_EQ(entry.blobs.size(), 1U);
        ASSERT_EQ(entry.blobs[0].bytes, expected.entries[i].blobs[0].bytes);
      }
      const auto recorded = store.find_command(expected.command->key);
      ASSERT_TRUE(recorded && recorded.value());
      ASSERT_EQ(recorded.value()->receipt, (Receipt{at, expected.entries.size()}));
      at += expected.entries.size();
    }
  }

  static void compare_roots(const Store& store, const std::vector<StoredEntry>& entries) {
    const auto leaves = store.leaf_hashes(0, entries.size());
    ASSERT_TRUE(leaves);
    ledger::RightEdge recomputed;
    for (const auto& entry : entries) recomputed.append(ledger::hash_leaf(entry.bytes));
    ASSERT_EQ(ledger::root_of(leaves.value()), recomputed.root());
  }

  void go_on(Store& store) {
    const auto checked = store.check();
    ASSERT_TRUE(checked) << checked.error().message;
    const std::vector<Append> batch{numbered_append(next_number_)};
    const auto placed = store.append(batch, entries_);
    ASSERT_TRUE(placed) << placed.error().message;
    acknowledged_[next_number_] = placed.value().at(0).receipt.first;
    next_number_ += kThreads;
  }

  std::mt19937& random_;
  Tally& tally_;
  testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.file("store.db");
  std::uint64_t next_number_ = 0;
  std::uint64_t entries_ = 0;
  std::map<std::uint64_t, std::uint64_t> acknowledged_;  // number to position
};

TEST(Kill, NoAcknowledgedAppendIsLostAndNoneIsHalfThere) {
  std::mt19937 random(kSeed);
  Tally tally;
  const auto began = Clock::now();
  while (tally.kills < kMostKills && Clock::now() - began < kTimeLimit) {
    Life life(random, tally);
    for (int i = 0; i < kKillsPerStore && Clock::now() - began < kTimeLimit; ++i) {
      ASSERT_NO_FATAL_FAILURE(life.kill_once()) << "kill " << tally.kills << ", seed " << kSeed;
    }
    tally.entries += life.entries();
  }
  std::printf(
      "seed %u: %d kills; %d before there was a store, %d more before anything was handed in\n"
      "%d left a transaction half written; after %d an unacknowledged append was there, after %d "
      "one was not\n"
      "%llu acknowledged appends, %llu entries in the end, none lost\n",
      kSeed, tally.kills, tally.without_store, tally.before_first - tally.without_store,
      tally.half_commits, tally.durable_unheard, tally.lost,
      static_cast<unsigned long long>(tally.acknowledged),
      static_cast<unsigned long long>(tally.entries));
  // Otherwise the kills missed what they are for.
  EXPECT_GT(tally.durable_unheard, 0);
  EXPECT_GT(tally.lost, 0);
  EXPECT_GT(tally.acknowledged, 0U);
}

}  // namespace
}  // namespace countersign::store
