// SPDX-License-Identifier: Apache-2.0
// Group commit: many threads hand in commands, one thread evaluates them in order and writes them
// in batches, each batch in one durable step.
//
// Invariants:
//   Serial     tasks are prepared one at a time, in the order handed in, by one thread
//   Seen       a task is prepared against a state that holds every earlier task of its batch
//   Durable    a future says Placed only when the entries are durable
//   Published  committed() has returned before any future of the batch is ready, so who was
//              answered finds the answer in the state
//   Unwound    when a batch is not written, refold() runs before anything else is prepared: no
//              task is ever evaluated against entries that are not in the store
#ifndef COUNTERSIGN_STORE_GROUP_COMMIT_H_
#define COUNTERSIGN_STORE_GROUP_COMMIT_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace countersign::store {

// What a task came to: the entries to append (at least one, already folded into the state), a
// refusal by the rules, or a failure. After the last two the state must be as before.
using Prepared = std::variant<std::vector<NewEntry>, base::Refusal, base::Error>;

// One command to be carried out.
struct Task {
  // Its key and statement, where it has them: a command that was appended before is answered with
  // its first receipt (same statement) or refused with the rule "command-id-reused", unprepared.
  std::optional<Command> command;
  // Evaluates the command, whose first entry would stand at position `next`. Called on the
  // committer's thread, and again if the batch must be evaluated anew. Must not call submit() and
  // wait, nor throw.
  std::function<Prepared(std::uint64_t next)> prepare;
};

// The state that tasks are evaluated against and their entries folded into. Its methods are called
// on the committer's thread, never at the same time as a prepare().
class FoldedState {
 public:
  FoldedState() = default;
  FoldedState(const FoldedState&) = delete;
  FoldedState& operator=(const FoldedState&) = delete;
  virtual ~FoldedState() = default;

  // Everything prepared so far is durable and the log has `head` entries: what was folded may be
  // shown to readers.
  virtual void committed(std::uint64_t head) = 0;
  // Entries were folded that are not in the store, or others are there: go back to what the store
  // holds. Returns the head folded to.
  virtual base::Result<std::uint64_t> refold() = 0;
};

// What a task was answered: Placed (never Conflicting), or a refusal.
using Reply = std::variant<Placed, base::Refusal>;

class Committer {
 public:
  struct Options {
    std::size_t batch_limit = 256;    // tasks written in one step
    std::size_t queue_limit = 16384;  // tasks waiting before submit() answers Overloaded
  };

  // Starts the thread. `state` is folded to `folded_to`; store and state must outlive this.
  Committer(Store& store, FoldedState& state, std::uint64_t folded_to, Options options);
  Committer(Store& store, FoldedState& state, std::uint64_t folded_to);
  // As close().
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Hands in a task; never blocks on the disk. The future becomes ready when the task is durable,
  // repeated, refused or failed. A refusal is answered only when the earlier tasks of its batch,
  // which it was judged against, are durable. Failures: what the store or the task failed with (all
  // tasks of a batch that was not written), Overloaded, Closed. Thread-safe.
  std::future<base::Result<Reply>> submit(Task task);

  // Takes no more tasks, finishes those handed in, ends the thread. Calling it again does nothing.
  // Not from a prepare() or the state.
  void close();

 private:
  struct Waiting {
    Task task;
    std::promise<base::Result<Reply>> promise;
  };
  struct Batch;

  void run();
  void carry_out(std::vector<Waiting> tasks);
  base::Result<void> attempt(const std::vector<Waiting>& tasks, Batch& batch);
  base::Result<void> look_up_commands(const std::vector<Waiting>& tasks, Batch& batch);
  void evaluate(const Task& task, Batch& batch);
  base::Result<void> write(const Batch& batch);
  base::Result<void> refold();

  Store& store_;
  FoldedState& state_;
  const Options options_;

  // Of the committer's thread alone.
  std::uint64_t folded_to_;
  bool must_refold_ = false;  // the state holds what the store does not, or the other way round

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  bool closed_ = false;

  std::once_flag joined_;
  std::thread thread_;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_GROUP_COMMIT_H_
