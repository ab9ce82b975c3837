// SPDX-License-Identifier: Apache-2.0
// Reading: exactly what was appended, by ranges, by many threads, after a restart.
#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "store_contract/kinds.h"

namespace countersign::store {
namespace {

using testing::blob_of;
using testing::bytes_of;
using testing::command_of;
using ::testing::ElementsAre;
using testing::entry_of;
using ::testing::IsEmpty;

class Reading : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Store, Reading, ::testing::ValuesIn(every_kind()), name_of);

constexpr std::uint64_t kAll = ~std::uint64_t{0};

TEST_P(Reading, ANewStoreIsEmpty) {
  EXPECT_EQ(store_->head().value(), 0U);
  EXPECT_THAT(store_->read_entries(0, kAll, Detail::Everything).value(), IsEmpty());
  EXPECT_THAT(store_->leaf_hashes(0, kAll).value(), IsEmpty());
  EXPECT_FALSE(store_->find_command({"key", "1"}).value());
  EXPECT_TRUE(store_->check());
}

TEST_P(Reading, GivesAsMuchAsIsAskedFor) {
  const std::vector<Disclosure> disclosures{{"z", "last named, first given"}, {"a", "2"}};
  append({{{entry_of("e", disclosures, {blob_of("y"), blob_of("x")})}, {}}});

  const auto entry = store_->read_entries(0, 1, Detail::Entry).value().at(0);
  EXPECT_EQ(entry.position, 0U);
  EXPECT_EQ(entry.bytes, bytes_of("e"));
  EXPECT_EQ(entry.leaf, entry_of("e").leaf);
  EXPECT_THAT(entry.disclosures, IsEmpty());
  EXPECT_THAT(entry.blobs, IsEmpty());

  const auto disclosed = store_->read_entries(0, 1, Detail::Disclosures).value().at(0);
  EXPECT_EQ(disclosed.disclosures, disclosures);
  ASSERT_EQ(disclosed.blobs.size(), 2U);
  EXPECT_EQ(disclosed.blobs[0].digest, blob_of("y").digest);
  EXPECT_EQ(disclosed.blobs[0].bytes, std::nullopt);

  const auto whole = store_->read_entries(0, 1, Detail::Everything).value().at(0);
  EXPECT_EQ(whole.disclosures, disclosures);
  ASSERT_EQ(whole.blobs.size(), 2U);
  EXPECT_EQ(whole.blobs[0].bytes, bytes_of("y"));
  EXPECT_EQ(whole.blobs[1].bytes, bytes_of("x"));
}

TEST_P(Reading, RangesEndAtTheHead) {
  append({{{entry_of("a"), entry_of("b"), entry_of("c")}, {}}});
  const auto positions = [&](std::uint64_t from, std::uint64_t count) {
    std::vector<std::uint64_t> found;
    const auto entries = store_->read_entries(from, count, Detail::Disclosures);
    for (const auto& entry : entries.value()) found.push_back(entry.position);
    EXPECT_EQ(found.size(), store_->leaf_hashes(from, count).value().size());
    return found;
  };
  EXPECT_THAT(positions(0, 2), ElementsAre(0, 1));
  EXPECT_THAT(positions(1, kAll), ElementsAre(1, 2));
  EXPECT_THAT(positions(2, 5), ElementsAre(2));
  EXPECT_THAT(positions(3, 1), IsEmpty());
  EXPECT_THAT(positions(kAll, kAll), IsEmpty());
  EXPECT_THAT(positions(1, 0), IsEmpty());
}

// A store as it should be: vectors and maps.
struct Model {
  std::vector<NewEntry> entries;
  std::map<CommandKey, RecordedCommand> commands;

  Placed append(const Append& append) {
    if (append.command) {
      const auto found = commands.find(append.command->key);
      if (found != commands.end()) {
        const bool same = found->second.statement == append.command->statement;
        return {same ? Standing::Repeated : Standing::Conflicting, found->second.receipt};
      }
    }
    const Receipt receipt{entries.size(), append.entries.size()};
    entries.insert(entries.end(), append.entries.begin(), append.entries.end());
    if (append.command) {
      commands[append.command->key] = {append.command->statement, receipt};
    }
    return {Standing::Appended, receipt};
  }
};

// Random appends from small pools, so that commands and blobs repeat.
class Appends {
 public:
  explicit Appends(unsigned seed) : random_(seed) {}

  std::vector<Append> batch() {
    std::vector<Append> appends(below(6));
    for (auto& append : appends) {
      const auto count = 1 + below(3);
      for (std::size_t i = 0; i < count; ++i) append.entries.push_back(entry());
      if (below(3) != 0) {
        append.command = command_of("key" + text(3), text(40), "statement" + text(2));
      }
    }
    return appends;
  }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  std::string text(std::size_t kinds) { return std::to_string(below(kinds)); }

  NewEntry entry() {
    std::vector<Disclosure> disclosures;
    const auto fields = below(5);
    for (std::size_t i = 0; i < fields; ++i) {
      disclosures.push_back({"field" + std::to_string(i), std::string(below(9000), 'd')});
    }
    std::set<std::string> texts;
    const auto blobs = below(3);
    for (std::size_t i = 0; i < blobs; ++i) texts.insert(std::string(below(60) * 100, 'b'));
    std::vector<Blob> unique;
    for (const auto& each : texts) unique.push_back(blob_of(each));
    return entry_of("entry" + std::string(1 + below(2000), 'e') + text(1000),
                    std::move(disclosures), std::move(unique));
  }

  std::mt19937 random_;
};

TEST_P(Reading, WhateverIsAppendedIsReadAgainAfterARestart) {
  constexpr unsigned kSeed = 1948;
  SCOPED_TRACE(kSeed);
  Appends appends(kSeed);
  Model model;
  for (int round = 0; round < 120; ++round) {
    const auto batch = appends.batch();
    const auto placed = append(batch);
    ASSERT_EQ(placed.size(), batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      ASSERT_EQ(placed[i], model.append(batch[i])) << "round " << round << ", append " << i;
    }
    if (appends.below(10) == 0) reopen();
  }
  reopen();
  ASSERT_TRUE(store_->check());

  const auto entries = store_->read_entries(0, kAll, Detail::Everything).value();
  const auto leaves = store_->leaf_hashes(0, kAll).value();
  ASSERT_EQ(entries.size(), model.entries.size());
  ASSERT_EQ(leaves.size(), model.entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].position, i);
    EXPECT_EQ(entries[i].bytes, model.entries[i].bytes);
    EXPECT_EQ(entries[i].leaf, model.entries[i].leaf);
    EXPECT_EQ(leaves[i], model.entries[i].leaf);
    EXPECT_EQ(entries[i].disclosures, model.entries[i].disclosures);
    ASSERT_EQ(entries[i].blobs.size(), model.entries[i].blobs.size());
    for (std::size_t j = 0; j < entries[i].blobs.size(); ++j) {
      EXPECT_EQ(entries[i].blobs[j].digest, model.entries[i].blobs[j].digest);
      EXPECT_EQ(entries[i].blobs[j].bytes, model.entries[i].blobs[j].bytes);
    }
  }
  std::vector<CommandKey> keys = {{"nobody", "1"}};
  for (const auto& [key, recorded] : model.commands) {
    keys.push_back(key);
    EXPECT_EQ(store_->find_command(key).value(), recorded);
  }
  const auto found = store_->find_commands(keys).value();
  ASSERT_EQ(found.size(), keys.size());
  EXPECT_FALSE(found[0]);
  for (std::size_t i = 1; i < keys.size(); ++i) EXPECT_EQ(found[i], model.commands.at(keys[i]));
}

TEST_P(Reading, ReadersSeeWholeBatchesWhileOthersWrite) {
  constexpr std::uint64_t kBatches = 150;
  constexpr std::uint64_t kPerBatch = 3;
  std::atomic<bool> done{false};
  std::atomic<int> faults{0};
  std::vector<std::jthread> readers;
  // More than a store may keep connections for.
  for (int i = 0; i < 12; ++i) {
    readers.emplace_back([&] {
      std::uint64_t seen = 0;
      while (!done) {
        const auto head = store_->head();
        const auto entries = store_->read_entries(seen, kAll, Detail::Everything);
        if (!head || !entries || head.value() < seen || head.value() % kPerBatch != 0 ||
            (seen + entries.value().size()) % kPerBatch != 0) {
          ++faults;
          return;
        }
        for (const auto& entry : entries.value()) {
          if (entry.disclosures.size() != 1 || !entry.blobs.at(0).bytes) ++faults;
        }
        seen += entries.value().size() / 2 / kPerBatch * kPerBatch;
      }
    });
  }
  for (std::uint64_t i = 0; i < kBatches; ++i) {
    Append whole;
    for (std::uint64_t j = 0; j < kPerBatch; ++j) {
      const auto text = std::to_string(i * kPerBatch + j);
      whole.entries.push_back(entry_of(text, {{"text", text}}, {blob_of(text)}));
    }
    append({whole});
  }
  done = true;
  readers.clear();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(store_->head().value(), kBatches * kPerBatch);
}

}  // namespace
}  // namespace countersign::store
