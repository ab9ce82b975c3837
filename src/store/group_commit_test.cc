// SPDX-License-Identifier: Apache-2.0
#include "store/group_commit.h"

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "store/testing/fixtures.h"

namespace countersign::store {
namespace {

using testing::command_of;
using ::testing::ElementsAre;
using testing::entry_of;
using ::testing::HasSubstr;

// A store whose appends can be made to fail, and that counts them.
class Faulty final : public Store {
 public:
  explicit Faulty(Store& store) : store_(store) {}

  std::atomic<int> failures_to_come{0};
  std::atomic<bool> always_moved{false};
  std::vector<std::size_t> batches;  // sizes; read once the committer is closed

  base::Result<std::vector<Placed>> append(std::span<const Append> batch,
                                           std::uint64_t expected_head) override {
    batches.push_back(batch.size());
    if (always_moved) return base::Error{StoreError::HeadMoved, "moved"};
    if (failures_to_come > 0) {
      --failures_to_come;
      return base::Error{StoreError::Failed, "the disk is gone"};
    }
    return store_.append(batch, expected_head);
  }
  base::Result<std::uint64_t> head() const override { return store_.head(); }
  base::Result<std::vector<StoredEntry>> read_entries(std::uint64_t from, std::uint64_t count,
                                                      Detail detail) const override {
    return store_.read_entries(from, count, detail);
  }
  base::Result<std::vector<seal::Digest>> leaf_hashes(std::uint64_t from,
                                                      std::uint64_t count) const override {
    return store_.leaf_hashes(from, count);
  }
  base::Result<std::optional<base::Bytes>> blob(const seal::Digest& digest) const override {
    return store_.blob(digest);
  }
  base::Result<std::vector<std::optional<RecordedCommand>>> find_commands(
      std::span<const CommandKey> keys) const override {
    return store_.find_commands(keys);
  }
  base::Result<void> put_checkpoint(const CheckpointNote& checkpoint) override {
    return store_.put_checkpoint(checkpoint);
  }
  base::Result<std::optional<CheckpointNote>> latest_checkpoint() const override {
    return store_.latest_checkpoint();
  }
  base::Result<std::optional<CheckpointNote>> checkpoint_from(std::uint64_t size) const override {
    return store_.checkpoint_from(size);
  }
  base::Result<std::optional<std::string>> meta(std::string_view name) const override {
    return store_.meta(name);
  }
  base::Result<void> put_meta(std::string_view name, std::string_view value) override {
    return store_.put_meta(name, value);
  }
  base::Result<void> destroy_disclosure(std::uint64_t position, std::string_view name) override {
    return store_.destroy_disclosure(position, name);
  }
  base::Result<void> destroy_blob(const seal::Digest& digest) override {
    return store_.destroy_blob(digest);
  }
  base::Result<void> check() const override { return store_.check(); }

 private:
  Store& store_;
};

// The texts of all entries, which is all the state these tests need.
class Texts final : public FoldedState {
 public:
  explicit Texts(const Store& store) : store_(store) {}

  std::vector<std::string> folded;  // of the committer's thread
  std::atomic<std::uint64_t> published{0};
  std::atomic<int> refolds{0};
  std::atomic<int> refolds_to_fail{0};

  void committed(std::uint64_t head) override {
    EXPECT_EQ(head, folded.size());
    published = head;
  }
  base::Result<std::uint64_t> refold() override {
    ++refolds;
    if (refolds_to_fail > 0) {
      --refolds_to_fail;
      return base::Error{StoreError::Failed, "cannot read"};
    }
    folded = stored();
    published = folded.size();
    return folded.size();
  }

  std::vector<std::string> stored() const {
    std::vector<std::string> texts;
    const auto entries = store_.read_entries(0, ~std::uint64_t{0}, Detail::Entry);
    for (const auto& entry : entries.value()) texts.push_back(base::as_text(entry.bytes));
    return texts;
  }

 private:
  const Store& store_;
};

class GroupCommit : public ::testing::Test {
 protected:
  void start(Committer::Options options = {}) {
    committer_ = std::make_unique<Committer>(store_, state_, 0, options);
  }

  // Appends one entry of that text, if the state is as long as the committer says.
  Task appending(std::string text, std::optional<Command> command = {}) {
    return {std::move(command), [this, text = std::move(text)](std::uint64_t next) -> Prepared {
              EXPECT_EQ(next, state_.folded.size());
              state_.folded.push_back(text);
              return std::vector<NewEntry>{entry_of(text)};
            }};
  }
  // Holds the committer's thread until release().
  void hold() {
    auto entered = std::make_shared<std::promise<void>>();
    auto inside = entered->get_future();
    held_ = committer_->submit({{}, [this, entered](std::uint64_t) -> Prepared {
                                  entered->set_value();
                                  released_.get_future().wait();
                                  return base::Refusal{"held", "", ""};
                                }});
    inside.wait();
  }
  void release() {
    released_.set_value();
    held_.wait();
  }
  std::future<base::Result<Reply>> submit(Task task) { return committer_->submit(std::move(task)); }

  static Placed placed(std::future<base::Result<Reply>>& future) {
    const auto reply = future.get();
    EXPECT_TRUE(reply) << reply.error().message;
    EXPECT_TRUE(std::holds_alternative<Placed>(reply.value()));
    return std::get<Placed>(reply.value());
  }
  static base::Refusal refusal(std::future<base::Result<Reply>>& future) {
    const auto reply = future.get();
    EXPECT_TRUE(reply) << reply.error().message;
    EXPECT_TRUE(std::holds_alternative<base::Refusal>(reply.value()));
    return std::get<base::Refusal>(reply.value());
  }
  static base::Error failure(std::future<base::Result<Reply>>& future) {
    const auto reply = future.get();
    EXPECT_FALSE(reply);
    return reply.error();
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Store> sqlite_ =
      std::move(create_sqlite_store(directory_.file("store.db"), {}).value());
  Faulty store_{*sqlite_};
  Texts state_{store_};
  std::promise<void> released_;
  std::future<base::Result<Reply>> held_;
  std::unique_ptr<Committer> committer_;
};

constexpr int kThreads = 8;
constexpr int kEach = 60;

TEST_F(GroupCommit, ManyThreadsGetEachTheirOwnPlace) {
  start();
  std::vector<std::vector<std::uint64_t>> places(kThreads);
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        auto future = submit(appending(std::to_string(t) + "/" + std::to_string(i),
                                       command_of("key", std::to_string(t * kEach + i), "s")));
        const auto receipt = placed(future).receipt;
        EXPECT_GT(state_.published, receipt.first) << "answered before it was published";
        places[static_cast<std::size_t>(t)].push_back(receipt.first);
      }
    });
  }
  threads.clear();
  committer_->close();

  const auto stored = state_.stored();
  EXPECT_EQ(stored, state_.folded);
  ASSERT_EQ(stored.size(), static_cast<std::size_t>(kThreads * kEach));
  std::set<std::uint64_t> all;
  for (std::size_t t = 0; t < places.size(); ++t) {
    for (std::size_t i = 0; i < places[t].size(); ++i) {
      EXPECT_EQ(stored[places[t][i]], std::to_string(t) + "/" + std::to_string(i));
      all.insert(places[t][i]);
    }
  }
  EXPECT_EQ(all.size(), stored.size());
}

TEST_F(GroupCommit, WhatWaitsIsWrittenInBatchesInOrder) {
  start({.batch_limit = 4, .queue_limit = 100});
  hold();
  std::vector<std::future<base::Result<Reply>>> futures;
  futures.reserve(10);
  for (int i = 0; i < 10; ++i) futures.push_back(submit(appending(std::to_string(i))));
  release();
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(placed(futures[i]), (Placed{Standing::Appended, {i, 1}}));
  }
  committer_->close();
  EXPECT_THAT(store_.batches, ElementsAre(4, 4, 2));
}

TEST_F(GroupCommit, RefusedAndFailedTasksLeaveTheOthersAlone) {
  start();
  hold();
  auto first = submit(appending("a"));
  auto refused = submit({{}, [this](std::uint64_t next) -> Prepared {
                           EXPECT_EQ(next, 1U) << "sees the one before it";
                           EXPECT_THAT(state_.folded, ElementsAre("a"));
                           return base::Refusal{"rule", "not this one", ""};
                         }});
  auto failed = submit({{}, [](std::uint64_t) -> Prepared {
                          return base::Error{StoreError::Failed, "no entropy"};
                        }});
  auto last = submit(appending("b"));
  release();
  EXPECT_EQ(placed(first).receipt.first, 0U);
  EXPECT_EQ(refusal(refused).rule, "rule");
  EXPECT_EQ(failure(failed).message, "no entropy");
  EXPECT_EQ(placed(last).receipt.first, 1U);
  EXPECT_THAT(state_.stored(), ElementsAre("a", "b"));
  EXPECT_EQ(state_.refolds, 0);
}

TEST_F(GroupCommit, ARepeatedCommandGetsTheFirstReceiptAndIsNotPrepared) {
  start();
  auto first = submit(appending("a", command_of("key", "1", "s")));
  EXPECT_EQ(placed(first), (Placed{Standing::Appended, {0, 1}}));
  auto later = submit(appending("b", command_of("key", "1", "s")));
  EXPECT_EQ(placed(later), (Placed{Standing::Repeated, {0, 1}}));
  auto other = submit(appending("c", command_of("key", "1", "other")));
  const auto refused = refusal(other);
  EXPECT_EQ(refused.rule, "command-id-reused");
  EXPECT_THAT(refused.message, HasSubstr("`1`"));
  committer_->close();
  EXPECT_THAT(state_.folded, ElementsAre("a"));
}

TEST_F(GroupCommit, ACommandIsRepeatedWithinABatchToo) {
  start();
  hold();
  auto before = submit(appending("x"));
  auto first = submit(appending("a", command_of("key", "1", "s")));
  auto again = submit(appending("a", command_of("key", "1", "s")));
  auto other = submit(appending("c", command_of("key", "1", "other")));
  auto after = submit(appending("y"));
  release();
  EXPECT_EQ(placed(before), (Placed{Standing::Appended, {0, 1}}));
  EXPECT_EQ(placed(first), (Placed{Standing::Appended, {1, 1}}));
  EXPECT_EQ(placed(again), (Placed{Standing::Repeated, {1, 1}}));
  EXPECT_EQ(refusal(other).rule, "command-id-reused");
  EXPECT_EQ(placed(after), (Placed{Standing::Appended, {2, 1}}));
  EXPECT_THAT(state_.stored(), ElementsAre("x", "a", "y"));
}

TEST_F(GroupCommit, ARefusedCommandMayComeAgain) {
  start();
  const auto command = command_of("key", "1", "s");
  auto refused = submit(
      {command, [](std::uint64_t) -> Prepared { return base::Refusal{"early", "not yet", ""}; }});
  EXPECT_EQ(refusal(refused).rule, "early");
  auto again = submit(appending("a", command));
  EXPECT_EQ(placed(again), (Placed{Standing::Appended, {0, 1}}));
}

TEST_F(GroupCommit, AFailedBatchFailsWholeAndIsForgotten) {
  start();
  auto kept = submit(appending("kept"));
  placed(kept);
  store_.failures_to_come = 1;
  hold();
  auto first = submit(appending("a", command_of("key", "1", "s")));
  auto refused = submit({{}, [](std::uint64_t) -> Prepared {
                           return base::Refusal{"rule", "judged against what is lost", ""};
                         }});
  auto again = submit(appending("a", command_of("key", "1", "s")));
  release();
  EXPECT_EQ(failure(first).message, "the disk is gone");
  EXPECT_EQ(failure(refused).message, "the disk is gone");
  EXPECT_EQ(failure(again).message, "the disk is gone");
  EXPECT_EQ(state_.refolds, 1);

  auto retried = submit(appending("b", command_of("key", "1", "s")));
  EXPECT_EQ(placed(retried), (Placed{Standing::Appended, {1, 1}}));
  EXPECT_THAT(state_.stored(), ElementsAre("kept", "b"));
}

TEST_F(GroupCommit, NothingIsPreparedUntilTheStateIsFoldedAnew) {
  start();
  store_.failures_to_come = 1;
  state_.refolds_to_fail = 2;
  auto lost = submit(appending("lost"));
  EXPECT_EQ(failure(lost).message, "the disk is gone");
  std::atomic<bool> prepared{false};
  auto unprepared = submit({{}, [&](std::uint64_t) -> Prepared {
                              prepared = true;
                              return base::Refusal{"", "", ""};
                            }});
  EXPECT_EQ(failure(unprepared).message, "cannot read");
  EXPECT_FALSE(prepared);
  auto recovered = submit(appending("a"));
  EXPECT_EQ(placed(recovered), (Placed{Standing::Appended, {0, 1}}));
}

TEST_F(GroupCommit, IsEvaluatedAnewWhenOthersHaveAppended) {
  start();
  const std::vector<Append> foreign{{{entry_of("foreign")}, command_of("key", "theirs", "s")}};
  ASSERT_TRUE(sqlite_->append(foreign, 0));
  auto ours = submit(appending("ours"));
  EXPECT_EQ(placed(ours), (Placed{Standing::Appended, {1, 1}}));
  EXPECT_EQ(state_.refolds, 1);
  committer_->close();
  EXPECT_THAT(state_.folded, ElementsAre("foreign", "ours"));
}

TEST_F(GroupCommit, GivesUpWhenOthersAreAlwaysFirst) {
  start();
  store_.always_moved = true;
  auto ours = submit(appending("ours"));
  EXPECT_EQ(failure(ours).code, StoreError::HeadMoved);
  store_.always_moved = false;
  auto later = submit(appending("later"));
  EXPECT_EQ(placed(later), (Placed{Standing::Appended, {0, 1}}));
}

TEST_F(GroupCommit, CloseFinishesWhatWasHandedInAndTakesNoMore) {
  start({.batch_limit = 2, .queue_limit = 100});
  hold();
  std::vector<std::future<base::Result<Reply>>> futures;
  futures.reserve(7);
  for (int i = 0; i < 7; ++i) futures.push_back(submit(appending(std::to_string(i))));
  released_.set_value();
  committer_->close();
  for (auto& future : futures) EXPECT_EQ(placed(future).standing, Standing::Appended);
  EXPECT_EQ(state_.stored().size(), 7U);

  auto late = submit(appending("late"));
  EXPECT_EQ(failure(late).code, StoreError::Closed);
  committer_->close();
}

TEST_F(GroupCommit, SaysWhenTooManyAreWaiting) {
  start({.batch_limit = 10, .queue_limit = 2});
  hold();
  auto first = submit(appending("a"));
  auto second = submit(appending("b"));
  auto third = submit(appending("c"));
  EXPECT_EQ(failure(third).code, StoreError::Overloaded);
  release();
  EXPECT_EQ(placed(first).standing, Standing::Appended);
  EXPECT_EQ(placed(second).standing, Standing::Appended);
}

}  // namespace
}  // namespace countersign::store
