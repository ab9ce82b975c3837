// SPDX-License-Identifier: Apache-2.0
// Appending: atomic, at the head, once for each command; and destroying.
#include <gmock/gmock.h>

#include <functional>

#include "store_contract/kinds.h"

namespace countersign::store {
namespace {

using testing::blob_of;
using testing::bytes_of;
using testing::command_of;
using ::testing::ElementsAre;
using testing::entry_of;

class Writing : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Store, Writing, ::testing::ValuesIn(every_kind()), name_of);

TEST_P(Writing, GivesPositionsWithoutGapsInTheOrderOfTheBatch) {
  EXPECT_THAT(append({{{entry_of("a"), entry_of("b")}, {}}, {{entry_of("c")}, {}}}),
              ElementsAre(Placed{Standing::Appended, {0, 2}}, Placed{Standing::Appended, {2, 1}}));
  EXPECT_THAT(append({{{entry_of("d")}, {}}}), ElementsAre(Placed{Standing::Appended, {3, 1}}));
  EXPECT_EQ(store_->head().value(), 4U);
}

TEST_P(Writing, AnEmptyBatchChangesNothing) {
  EXPECT_THAT(append({}), ElementsAre());
  EXPECT_EQ(store_->head().value(), 0U);
}

TEST_P(Writing, AppendsOnlyAtTheExpectedHead) {
  append({{{entry_of("a")}, {}}});
  for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{2}, ~std::uint64_t{0}}) {
    const std::vector<Append> batch{{{entry_of("b")}, command_of("key", "1", "s")}};
    const auto placed = store_->append(batch, wrong);
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, StoreError::HeadMoved);
  }
  EXPECT_EQ(store_->head().value(), 1U);
  EXPECT_FALSE(store_->find_command({"key", "1"}).value());
}

TEST_P(Writing, ACommandIsAppendedOnce) {
  const auto command = command_of("key", "1", "statement");
  append({{{entry_of("before")}, {}}});
  append({{{entry_of("a"), entry_of("b")}, command}});

  EXPECT_THAT(append({{{entry_of("again")}, command}}),
              ElementsAre(Placed{Standing::Repeated, {1, 2}}));
  EXPECT_THAT(append({{{entry_of("other")}, command_of("key", "1", "other statement")}}),
              ElementsAre(Placed{Standing::Conflicting, {1, 2}}));
  EXPECT_EQ(store_->head().value(), 3U);
  EXPECT_EQ(store_->find_command({"key", "1"}).value(),
            (RecordedCommand{command.statement, {1, 2}}));
}

TEST_P(Writing, ACommandIsAppendedOnceWithinABatchAndLeavesNoGap) {
  const auto command = command_of("key", "1", "statement");
  EXPECT_THAT(
      append({{{entry_of("a")}, command},
              {{entry_of("a")}, command},
              {{entry_of("x")}, command_of("key", "1", "other")},
              {{entry_of("b")}, {}}}),
      ElementsAre(Placed{Standing::Appended, {0, 1}}, Placed{Standing::Repeated, {0, 1}},
                  Placed{Standing::Conflicting, {0, 1}}, Placed{Standing::Appended, {1, 1}}));
  EXPECT_EQ(store_->read_entries(1, 1, Detail::Entry).value().at(0).bytes, bytes_of("b"));
}

TEST_P(Writing, SignersAndIdsAreKeptApart) {
  EXPECT_THAT(append({{{entry_of("a")}, command_of("ab", "c", "s")},
                      {{entry_of("b")}, command_of("a", "bc", "s")},
                      {{entry_of("c")}, command_of("ab", "d", "s")},
                      {{entry_of("d")}, command_of("x", "c", "s")}}),
              ElementsAre(Placed{Standing::Appended, {0, 1}}, Placed{Standing::Appended, {1, 1}},
                          Placed{Standing::Appended, {2, 1}}, Placed{Standing::Appended, {3, 1}}));
}

TEST_P(Writing, TakesEntriesUpToTheLimit) {
  append({{{entry_of(std::string(kMaxEntrySize, 'x'))}, {}}});
  EXPECT_EQ(store_->read_entries(0, 1, Detail::Entry).value().at(0).bytes.size(), kMaxEntrySize);
}

struct Fault {
  const char* name;
  std::function<void(Append&)> make;
};

TEST_P(Writing, RefusesAMalformedAppendWithItsWholeBatch) {
  const std::vector<Fault> faults = {
      {"no entry", [](Append& a) { a.entries.clear(); }},
      {"an empty entry", [](Append& a) { a.entries[0] = entry_of(""); }},
      {"an entry too large",
       [](Append& a) { a.entries[0] = entry_of(std::string(kMaxEntrySize + 1, 'x')); }},
      {"another's leaf", [](Append& a) { a.entries[0].leaf = entry_of("other").leaf; }},
      {"a disclosure without a name",
       [](Append& a) { a.entries[0].disclosures.push_back({"", "text"}); }},
      {"two disclosures of one name",
       [](Append& a) {
         a.entries[0].disclosures.push_back({"n", "1"});
         a.entries[0].disclosures.push_back({"n", "2"});
       }},
      {"two disclosures of one name among many",
       [](Append& a) {
         for (int i = 0; i < 40; ++i) a.entries[0].disclosures.push_back({std::to_string(i), ""});
         a.entries[0].disclosures.push_back({"7", ""});
       }},
      {"a blob of another digest",
       [](Append& a) { a.entries[0].blobs.push_back({blob_of("one").digest, bytes_of("two")}); }},
      {"a blob twice", [](Append& a) { a.entries[0].blobs = {blob_of("one"), blob_of("one")}; }},
      {"a command without an id", [](Append& a) { a.command = command_of("key", "", "s"); }},
      {"a command without a signer", [](Append& a) { a.command = command_of("", "1", "s"); }},
  };
  for (const auto& fault : faults) {
    std::vector<Append> batch{{{entry_of("good")}, command_of("key", "good", "s")},
                              {{entry_of("bad")}, {}}};
    fault.make(batch[1]);
    const auto placed = store_->append(batch, 0);
    ASSERT_FALSE(placed) << fault.name;
    EXPECT_EQ(placed.error().code, StoreError::Malformed) << fault.name;
    EXPECT_THAT(placed.error().message, ::testing::HasSubstr("append 1")) << fault.name;
  }
  EXPECT_EQ(store_->head().value(), 0U);
  EXPECT_FALSE(store_->find_command({"key", "good"}).value());
}

TEST_P(Writing, ABlobIsWrittenOnceAndReadByItsDigest) {
  const Blob shared = blob_of("an envelope");
  append({{{entry_of("a", {}, {shared}), entry_of("b", {}, {blob_of("own"), shared})}, {}}});
  append({{{entry_of("c", {}, {shared})}, {}}});

  EXPECT_EQ(store_->blob(shared.digest).value(), shared.bytes);
  EXPECT_EQ(store_->blob(blob_of("never").digest).value(), std::nullopt);
  const auto entries = store_->read_entries(0, 3, Detail::Everything).value();
  EXPECT_EQ(entries[0].blobs.at(0).bytes, shared.bytes);
  EXPECT_EQ(entries[1].blobs.at(1).bytes, shared.bytes);
  EXPECT_EQ(entries[2].blobs.at(0).bytes, shared.bytes);
}

TEST_P(Writing, AnEmptyBlobIsThere) {
  append({{{entry_of("a", {{"empty", ""}}, {blob_of("")})}, {}}});
  EXPECT_EQ(store_->blob(blob_of("").digest).value(), base::Bytes());
  EXPECT_THAT(store_->read_entries(0, 1, Detail::Disclosures).value().at(0).disclosures,
              ElementsAre(Disclosure{"empty", ""}));
}

TEST_P(Writing, KeepsCheckpointsBySize) {
  append({{{entry_of("a"), entry_of("b"), entry_of("c")}, {}}});
  EXPECT_EQ(store_->latest_checkpoint().value(), std::nullopt);
  ASSERT_TRUE(store_->put_checkpoint({2, "two"}));
  ASSERT_TRUE(store_->put_checkpoint({0, "none"}));
  EXPECT_EQ(store_->latest_checkpoint().value(), (CheckpointNote{2, "two"}));
  ASSERT_TRUE(store_->put_checkpoint({2, "two, cosigned"}));
  EXPECT_EQ(store_->checkpoint_from(0).value(), (CheckpointNote{0, "none"}));
  EXPECT_EQ(store_->checkpoint_from(1).value(), (CheckpointNote{2, "two, cosigned"}));
  EXPECT_EQ(store_->checkpoint_from(2).value(), (CheckpointNote{2, "two, cosigned"}));
  EXPECT_EQ(store_->checkpoint_from(3).value(), std::nullopt);
  EXPECT_EQ(store_->checkpoint_from(~std::uint64_t{0}).value(), std::nullopt);

  const auto ahead = store_->put_checkpoint({4, "four"});
  ASSERT_FALSE(ahead);
  EXPECT_EQ(ahead.error().code, StoreError::Malformed);
}

TEST_P(Writing, KeepsFactsAboutTheInstance) {
  EXPECT_EQ(store_->meta("instance").value(), "i-1");
  EXPECT_EQ(store_->meta("origin").value(), std::nullopt);
  ASSERT_TRUE(store_->put_meta("origin", "example.org/log"));
  ASSERT_TRUE(store_->put_meta("instance", "i-2"));
  reopen();
  EXPECT_EQ(store_->meta("origin").value(), "example.org/log");
  EXPECT_EQ(store_->meta("instance").value(), "i-2");
}

TEST_P(Writing, DestroysOneDisclosureAndLeavesTheRest) {
  append({{{entry_of("a", {{"name", "a secret"}, {"place", "kept"}}),
            entry_of("b", {{"name", "kept too"}}), entry_of("c")},
           {}}});
  ASSERT_TRUE(store_->destroy_disclosure(0, "name"));
  ASSERT_TRUE(store_->destroy_disclosure(0, "name")) << "doing it again does nothing";
  ASSERT_TRUE(store_->destroy_disclosure(0, "never there"));
  ASSERT_TRUE(store_->destroy_disclosure(2, "never there"));

  const auto entries = store_->read_entries(0, 3, Detail::Disclosures).value();
  EXPECT_EQ(entries[0].bytes, bytes_of("a"));
  EXPECT_THAT(entries[0].disclosures, ElementsAre(Disclosure{"place", "kept"}));
  EXPECT_THAT(entries[1].disclosures, ElementsAre(Disclosure{"name", "kept too"}));
  EXPECT_TRUE(store_->check());

  for (const std::uint64_t position : {std::uint64_t{3}, ~std::uint64_t{0}}) {
    const auto missing = store_->destroy_disclosure(position, "name");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, StoreError::NotFound);
  }
}

TEST_P(Writing, DestroysABlobUntilItIsAppendedAgain) {
  const Blob blob = blob_of("a secret");
  append({{{entry_of("a", {}, {blob, blob_of("kept")})}, {}}});
  ASSERT_TRUE(store_->destroy_blob(blob.digest));
  ASSERT_TRUE(store_->destroy_blob(blob.digest)) << "doing it again does nothing";

  EXPECT_EQ(store_->blob(blob.digest).value(), std::nullopt);
  const auto entry = store_->read_entries(0, 1, Detail::Everything).value().at(0);
  ASSERT_EQ(entry.blobs.size(), 2U);
  EXPECT_EQ(entry.blobs[0].digest, blob.digest);
  EXPECT_EQ(entry.blobs[0].bytes, std::nullopt);
  EXPECT_EQ(entry.blobs[1].bytes, bytes_of("kept"));
  EXPECT_TRUE(store_->check());

  append({{{entry_of("b", {}, {blob})}, {}}});
  EXPECT_EQ(store_->blob(blob.digest).value(), blob.bytes);

  const auto missing = store_->destroy_blob(blob_of("never").digest);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, StoreError::NotFound);
}

}  // namespace
}  // namespace countersign::store
