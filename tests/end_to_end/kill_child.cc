// SPDX-License-Identifier: Apache-2.0
// kill_child STORE NUMBER: appends numbered appends through a Committer from several threads, from
// NUMBER on, and writes what it hands in and what is acknowledged to standard output, until it is
// killed. Makes the store when there is none. Ends by itself only when something is wrong.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "end_to_end/kill_work.h"
#include "store/group_commit.h"
#include "store/sqlite/sqlite_store.h"

namespace countersign::store {
namespace {

// Knows nothing but how far it is folded, and checks that it is asked in order.
class Position final : public FoldedState {
 public:
  explicit Position(std::uint64_t folded_to) : folded_to_(folded_to) {}

  void fold(std::uint64_t at, std::size_t count) {
    CHECK(at == folded_to_);
    folded_to_ += count;
  }
  void committed(std::uint64_t head) override { CHECK(head == folded_to_); }
  base::Result<std::uint64_t> refold() override { std::abort(); }

 private:
  std::uint64_t folded_to_;
};

void tell(const Record& record) {
  // Shorter than PIPE_BUF: written whole, whoever else writes.
  if (::write(STDOUT_FILENO, &record, sizeof record) != sizeof record) std::_Exit(3);
}

void hand_in(Committer& committer, Position& position, std::uint64_t first) {
  constexpr std::size_t kWaiting = 12;
  std::deque<std::pair<std::uint64_t, std::future<base::Result<Reply>>>> waiting;
  for (std::uint64_t number = first;; number += kThreads) {
    tell({Record::HandedIn, number, 0});
    Append append = numbered_append(number);
    auto future = committer.submit(
        {append.command, [entries = append.entries, &position](std::uint64_t next) -> Prepared {
           position.fold(next, entries.size());
           return entries;
         }});
    waiting.emplace_back(number, std::move(future));
    if (waiting.size() < kWaiting) continue;
    const auto reply = waiting.front().second.get();
    CHECK(reply.has_value() && std::holds_alternative<Placed>(reply.value()));
    const auto& placed = std::get<Placed>(reply.value());
    CHECK(placed.standing == Standing::Appended);
    tell({Record::Acknowledged, waiting.front().first, placed.receipt.first});
    waiting.pop_front();
  }
}

int run(const std::string& path, std::uint64_t first) {
  auto store = std::filesystem::exists(path) ? open_sqlite_store(path)
                                             : create_sqlite_store(path, {{"made", "by a child"}});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  const auto head = store.value()->head();
  CHECK(head.has_value());
  Position position(head.value());
  Committer committer(*store.value(), position, head.value());
  std::vector<std::jthread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] { hand_in(committer, position, first + t); });
  }
  threads.clear();  // never returns
  return 2;
}

}  // namespace
}  // namespace countersign::store

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return countersign::store::run(argv[1], std::stoull(argv[2]));
}
