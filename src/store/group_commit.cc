// SPDX-License-Identifier: Apache-2.0
#include "store/group_commit.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/check.h"

namespace countersign::store {
namespace {

// How often a batch is evaluated anew because others append to the same log, before we give up.
constexpr int kMostAttempts = 8;

// What a command comes to whose key stands in the log, or in the batch, already.
Reply reply_to_known(const Command& command, const RecordedCommand& known) {
  if (known.statement == command.statement) return Placed{Standing::Repeated, known.receipt};
  return base::Refusal{"command-id-reused",
                       fmt::format("the command id `{}` was used before by the same key, for "
                                   "another statement, at position {}: give this one a new id",
                                   command.key.command, known.receipt.first),
                       command.key.command};
}

}  // namespace

// A batch as evaluated: what each task will be answered once `appends` are durable.
struct Committer::Batch {
  std::uint64_t next = 0;  // where the next entry would stand
  std::vector<Append> appends;
  std::map<CommandKey, RecordedCommand> commands;  // those of its tasks that stand somewhere
  std::vector<base::Result<Reply>> answers;
};

Committer::Committer(Store& store, FoldedState& state, std::uint64_t folded_to)
    : Committer(store, state, folded_to, Options()) {}

Committer::Committer(Store& store, FoldedState& state, std::uint64_t folded_to, Options options)
    : store_(store), state_(state), options_(options), folded_to_(folded_to) {
  CHECK(options_.batch_limit > 0);
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() { close(); }

void Committer::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
  std::call_once(joined_, [this] { thread_.join(); });
}

std::future<base::Result<Reply>> Committer::submit(Task task) {
  CHECK(task.prepare != nullptr);
  Waiting waiting{std::move(task), {}};
  auto future = waiting.promise.get_future();
  std::unique_lock lock(mutex_);
  if (closed_) {
    waiting.promise.set_value(
        base::Error{StoreError::Closed, "the instance is shutting down: nothing was written"});
  } else if (queue_.size() >= options_.queue_limit) {
    waiting.promise.set_value(base::Error{
        StoreError::Overloaded,
        fmt::format("{} commands are waiting already: try again in a moment", queue_.size())});
  } else {
    queue_.push_back(std::move(waiting));
    lock.unlock();
    changed_.notify_one();
  }
  return future;
}

void Committer::run() {
  while (true) {
    std::vector<Waiting> tasks;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.batch_limit));
      tasks.assign(std::move_iterator(queue_.begin()), std::move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    carry_out(std::move(tasks));
  }
}

void Committer::carry_out(std::vector<Waiting> tasks) {
  Batch batch;
  base::Result<void> done = attempt(tasks, batch);
  for (int tries = 1; !done && done.error().code == StoreError::HeadMoved && tries < kMostAttempts;
       ++tries) {
    done = attempt(tasks, batch);
  }
  // Before anybody is answered, so that whoever asks the state next asks a true one. Should it
  // fail, the next batch begins with it.
  if (must_refold_) static_cast<void>(refold());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (done) {
      tasks[i].promise.set_value(std::move(batch.answers[i]));
    } else {
      tasks[i].promise.set_value(done.error());
    }
  }
}

base::Result<void> Committer::attempt(const std::vector<Waiting>& tasks, Batch& batch) {
  if (must_refold_) {
    BOOST_OUTCOME_TRY(refold());
  }
  batch = Batch();
  batch.next = folded_to_;
  batch.answers.reserve(tasks.size());
  BOOST_OUTCOME_TRY(look_up_commands(tasks, batch));
  for (const Waiting& waiting : tasks) evaluate(waiting.task, batch);
  return write(batch);
}

// The store is asked at a head no lower than the one the batch is appended at, or the append fails
// with HeadMoved: a command that is not known here is new to the store.
base::Result<void> Committer::look_up_commands(const std::vector<Waiting>& tasks, Batch& batch) {
  std::vector<CommandKey> keys;
  for (const Waiting& waiting : tasks) {
    if (waiting.task.command) keys.push_back(waiting.task.command->key);
  }
  if (keys.empty()) return base::outcome::success();
  BOOST_OUTCOME_TRY(const auto found, store_.find_commands(keys));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (found[i]) batch.commands.emplace(std::move(keys[i]), *found[i]);
  }
  return base::outcome::success();
}

void Committer::evaluate(const Task& task, Batch& batch) {
  if (task.command) {
    const auto known = batch.commands.find(task.command->key);
    if (known != batch.commands.end()) {
      batch.answers.emplace_back(reply_to_known(*task.command, known->second));
      return;
    }
  }
  Prepared prepared = task.prepare(batch.next);
  if (auto* refusal = std::get_if<base::Refusal>(&prepared)) {
    batch.answers.emplace_back(Reply(std::move(*refusal)));
    return;
  }
  if (auto* error = std::get_if<base::Error>(&prepared)) {
    batch.answers.emplace_back(std::move(*error));
    return;
  }
  must_refold_ = true;  // until it is written
  auto& entries = std::get<std::vector<NewEntry>>(prepared);
  CHECK(!entries.empty());
  const Receipt receipt{batch.next, entries.size()};
  batch.next += receipt.count;
  if (task.command) {
    batch.commands.emplace(task.command->key, RecordedCommand{task.command->statement, receipt});
  }
  batch.appends.push_back({std::move(entries), task.command});
  batch.answers.emplace_back(Reply(Placed{Standing::Appended, receipt}));
}

base::Result<void> Committer::write(const Batch& batch) {
  if (batch.appends.empty()) return base::outcome::success();
  const auto placed = store_.append(batch.appends, folded_to_);
  if (!placed) {
    must_refold_ = true;
    return placed.error();
  }
  for (const Placed& each : placed.value()) CHECK(each.standing == Standing::Appended);
  folded_to_ = batch.next;
  must_refold_ = false;
  state_.committed(folded_to_);
  return base::outcome::success();
}

base::Result<void> Committer::refold() {
  auto head = state_.refold();
  if (!head) return head.error();
  folded_to_ = head.value();
  must_refold_ = false;
  return base::outcome::success();
}

}  // namespace countersign::store
