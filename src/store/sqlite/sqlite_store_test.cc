// SPDX-License-Identifier: Apache-2.0
// What is particular to the SQLite file: which files are taken, who may write, what damage and
// failure come to. What every store does is in tests/store_contract/.
#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>

#include "store/testing/fixtures.h"

namespace countersign::store {
namespace {

using std::chrono::milliseconds;
using testing::blob_of;
using testing::bytes_of;
using testing::command_of;
using testing::entry_of;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr SqliteOptions kDoNotWait{Access::Write, milliseconds(0)};
constexpr SqliteOptions kRead{Access::Read, milliseconds(0)};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Changes the file behind the store's back.
void tamper(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, &message), SQLITE_OK) << message;
  sqlite3_free(message);
  sqlite3_close(database);
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> create() {
    auto made = create_sqlite_store(path_, {});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made.value());
  }
  // A closed store with three entries.
  void fill() {
    const auto store = create();
    const std::vector<Append> batch{
        {{entry_of("zero", {{"name", "text"}}, {blob_of("envelope")}), entry_of("one")},
         command_of("key", "1", "s")},
        {{entry_of("two")}, {}}};
    ASSERT_TRUE(store->append(batch, 0));
  }
  void expect_open_fails(StoreError code, std::string_view says,
                         const SqliteOptions& options = kDoNotWait) {
    const auto opened = open_sqlite_store(path_, options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code) << opened.error().message;
    EXPECT_THAT(opened.error().message, HasSubstr(std::string(says)));
    EXPECT_THAT(opened.error().message, HasSubstr(path_));
  }

  // The first column of the first row, read without our code.
  std::string ask(const char* sql) {
    sqlite3* database = nullptr;
    std::string answer;
    EXPECT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    sqlite3_exec(
        database, sql,
        [](void* out, int, char** columns, char**) {
          *static_cast<std::string*>(out) = columns[0];
          return 0;
        },
        &answer, nullptr);
    sqlite3_close(database);
    return answer;
  }

  testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.file("store.db");
};

TEST_F(SqliteStoreTest, OnlyItsOwnerMayReadTheFiles) {
  const auto store = create();
  ASSERT_TRUE(store->put_meta("a", "b"));
  int files = 0;
  for (const auto& file : fs::directory_iterator(directory_.path())) {
    struct stat status{};
    ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << file.path();
    ++files;
  }
  EXPECT_GE(files, 3) << "the store, its write-ahead log, the lock";
}

TEST_F(SqliteStoreTest, IsOneFileBesideItsLockWhenItIsClosed) {
  fill();
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(directory_.path())) {
    names.push_back(file.path().filename());
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("store.db", "store.db-lock"));
}

// The worked bytes of docs/formats/store.md.
TEST_F(SqliteStoreTest, TheFileHoldsTheBytesThatItsPageShows) {
  {
    const auto store = create();
    const std::vector<Append> batch{
        {{entry_of("e", {{"outcome", "WyJzIiwib3V0Y29tZSIsImRlbnkiXQ"}})},
         command_of("0123456789abcdef0123456789abcdef", "2f1c", "s")}};
    ASSERT_TRUE(store->append(batch, 0));
  }
  EXPECT_EQ(ask("SELECT lower(hex(key)) FROM commands"), "17cc63ed9aaa154573944e6b6e49bda1");
  EXPECT_EQ(ask("SELECT lower(hex(disclosures)) FROM contents"),
            "000000076f7574636f6d650000001e"
            "57794a7a4969776962335630593239745a534973496d526c626e6b695851");
  EXPECT_EQ(ask("PRAGMA application_id"), std::to_string(0x4353676e));
  EXPECT_EQ(ask("PRAGMA user_version"), "1");
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteStoreTest, CreatesOnlyWhereThereIsNothing) {
  write_file(path_, "mine");
  const auto made = create_sqlite_store(path_, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, StoreError::Exists);
  EXPECT_EQ(content_of(path_), "mine");
  EXPECT_FALSE(fs::exists(path_ + "-lock")) << "nothing is left beside another's file";

  const auto nowhere = create_sqlite_store(directory_.file("none/store.db"), {});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, StoreError::NotFound);
}

TEST_F(SqliteStoreTest, CreatesOverWhatAKilledCreationLeft) {
  write_file(path_ + "-new", "half a store");
  write_file(path_ + "-new-wal", "half a log");
  fill();
  EXPECT_TRUE(open_sqlite_store(path_, kDoNotWait));
  EXPECT_FALSE(fs::exists(path_ + "-new"));
}

TEST_F(SqliteStoreTest, SpecialNamesOfSqliteAreOrdinaryHere) {
  const auto before = fs::current_path();
  fs::current_path(directory_.path());
  for (const char* name : {":memory:", "file:x?mode=memory"}) {
    ASSERT_TRUE(create_sqlite_store(name, {{"name", name}}));
    const auto opened = open_sqlite_store(name, kDoNotWait);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened.value()->meta("name").value(), name);
  }
  fs::current_path(before);
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoStoreAndLeavesItAlone) {
  expect_open_fails(StoreError::NotFound, "No such file");
  for (const auto& content : {std::string(), std::string("a text"), std::string(8192, 'x')}) {
    write_file(path_, content);
    expect_open_fails(StoreError::NotAStore, "not a store");
    EXPECT_EQ(content_of(path_), content);
  }
  fs::remove(path_);
  tamper(path_, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  const auto theirs = content_of(path_);
  expect_open_fails(StoreError::NotAStore, "not a store");
  EXPECT_EQ(content_of(path_), theirs);
  EXPECT_FALSE(fs::exists(path_ + "-lock"));

  fs::remove(path_);
  fs::create_directory(path_);
  expect_open_fails(StoreError::NotAStore, "not a store");
}

TEST_F(SqliteStoreTest, RefusesAStoreOfANewerVersion) {
  fill();
  tamper(path_, "PRAGMA user_version = 2");
  expect_open_fails(StoreError::NewerVersion, "version 2");
  expect_open_fails(StoreError::NewerVersion, "newer program", kRead);
}

TEST_F(SqliteStoreTest, RefusesAStoreWithoutOneOfItsTables) {
  fill();
  tamper(path_, "DROP TABLE commands");
  expect_open_fails(StoreError::Corrupt, "commands");
}

TEST_F(SqliteStoreTest, RefusesATruncatedFile) {
  fill();
  fs::resize_file(path_, fs::file_size(path_) / 2);
  const auto opened = open_sqlite_store(path_, kDoNotWait);
  if (opened) {
    const auto checked = opened.value()->check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, StoreError::Corrupt) << checked.error().message;
  } else {
    EXPECT_EQ(opened.error().code, StoreError::Corrupt) << opened.error().message;
  }
}

// Each kind of damage is found by the check; what a plain reading meets, by the reading too.
TEST_F(SqliteStoreTest, FindsWhatWasChangedBehindItsBack) {
  struct Damage {
    const char* sql;
    bool reading_meets_it;
  };
  const Damage damages[] = {
      {"UPDATE entries SET bytes = x'00' WHERE position = 1", true},
      {"UPDATE entries SET leaf = zeroblob(32) WHERE position = 1", true},
      {"UPDATE entries SET position = 7 WHERE position = 2", true},
      {"DELETE FROM entries WHERE position = 1", true},
      {"PRAGMA ignore_check_constraints = ON; UPDATE entries SET position = -1 WHERE position = 0; "
       "DELETE FROM contents; "
       "DELETE FROM entry_blobs",
       true},
      {"UPDATE blobs SET bytes = x'00'", true},
      {"UPDATE contents SET disclosures = x'000000'", true},
      {"UPDATE contents SET disclosures = x'00000001610000ffff'", true},
      {"UPDATE contents SET position = 90", false},
      {"DELETE FROM blobs", false},
      {"UPDATE commands SET count = 9", false},
      {"UPDATE commands SET command = 'another'", false},
  };
  for (const auto& damage : damages) {
    fill();
    tamper(path_, damage.sql);
    {
      const auto opened = open_sqlite_store(path_, kDoNotWait);
      ASSERT_TRUE(opened) << opened.error().message;
      const auto checked = opened.value()->check();
      ASSERT_FALSE(checked) << damage.sql;
      EXPECT_EQ(checked.error().code, StoreError::Corrupt) << damage.sql;
      const auto read = opened.value()->read_entries(0, 100, Detail::Everything);
      EXPECT_EQ(read.has_value(), !damage.reading_meets_it) << damage.sql;
      if (!read) {
        EXPECT_EQ(read.error().code, StoreError::Corrupt) << damage.sql;
      }
    }
    fs::remove(path_);
  }
}

TEST_F(SqliteStoreTest, RefusesALogThatWasCutBehindACheckpoint) {
  fill();
  tamper(path_, "INSERT INTO checkpoints VALUES (4, 'of four')");
  for (const Access access : {Access::Write, Access::Read}) {
    const auto opened = open_sqlite_store(path_, {access, std::chrono::milliseconds(0)});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, StoreError::Corrupt);
    EXPECT_THAT(opened.error().message, ::testing::HasSubstr("at least the last 1 were taken out"));
  }
}

TEST_F(SqliteStoreTest, HasOneWriter) {
  const auto store = create();
  expect_open_fails(StoreError::InUse, std::to_string(::getpid()));
}

TEST_F(SqliteStoreTest, TheNextWriterWaitsForItsTurn) {
  auto store = create();
  auto next = std::async(std::launch::async, [&] {
    return open_sqlite_store(path_, {Access::Write, std::chrono::minutes(1)});
  });
  store.reset();
  EXPECT_TRUE(next.get());
}

TEST_F(SqliteStoreTest, AKilledWriterHoldsNothing) {
  fill();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto opened = open_sqlite_store(path_, kDoNotWait);
    const char said = opened ? 'y' : 'n';
    if (::write(ready[1], &said, 1) == 1) ::pause();
    ::_exit(0);
  }
  char said = 0;
  ASSERT_EQ(::read(ready[0], &said, 1), 1);
  ASSERT_EQ(said, 'y');
  expect_open_fails(StoreError::InUse, std::to_string(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(open_sqlite_store(path_, kDoNotWait));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(SqliteStoreTest, ReadersComeBesideAWriterAndMayNotWrite) {
  const auto writer = create();
  const auto reader = std::move(open_sqlite_store(path_, kRead).value());
  const std::vector<Append> batch{{{entry_of("a")}, {}}};
  ASSERT_TRUE(writer->append(batch, 0));
  EXPECT_EQ(reader->head().value(), 1U);

  const auto appended = reader->append(batch, 1);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, StoreError::ReadOnly);
  EXPECT_EQ(reader->put_meta("a", "b").error().code, StoreError::ReadOnly);
  EXPECT_EQ(reader->destroy_blob(blob_of("a").digest).error().code, StoreError::ReadOnly);
}

// The files as they would be found had the writer been killed: the log is not yet in the main file.
TEST_F(SqliteStoreTest, RecoversFromTheWriteAheadLog) {
  const auto store = create();
  const std::vector<Append> batch{{{entry_of("a", {{"name", "text"}})}, {}}};
  ASSERT_TRUE(store->append(batch, 0));
  const auto left = directory_.file("left.db");
  for (const auto& options : {kRead, kDoNotWait}) {
    fs::copy_file(path_, left, fs::copy_options::overwrite_existing);
    fs::copy_file(path_ + "-wal", left + "-wal", fs::copy_options::overwrite_existing);
    const auto opened = open_sqlite_store(left, options);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened.value()->head().value(), 1U);
    EXPECT_TRUE(opened.value()->check());
    fs::remove(left + "-shm");
  }
}

TEST_F(SqliteStoreTest, DestroyedContentIsNowhereInTheFiles) {
  const std::string secret = "the secret that has to go";
  auto store = create();
  std::uint64_t head = 0;
  // Among many others, in small rows and in large ones, so that pages fill and split.
  for (int i = 0; i < 40; ++i) {
    Append append;
    for (int j = 0; j < 10; ++j) {
      const std::string own = j == 5 ? secret : "other";
      append.entries.push_back(
          entry_of(std::to_string(i * 10 + j),
                   {{"name", own}, {"kept", std::string(static_cast<std::size_t>(i) * 150, 'k')}},
                   {blob_of(std::to_string(i) + own +
                            std::string(static_cast<std::size_t>(i) * 300, 'b'))}));
    }
    const std::vector<Append> batch{append};
    ASSERT_TRUE(store->append(batch, head));
    head += 10;
  }
  const auto occurs = [&] {
    return content_of(path_).find(secret) != std::string::npos ||
           content_of(path_ + "-wal").find(secret) != std::string::npos;
  };
  ASSERT_TRUE(occurs());
  for (std::uint64_t position = 5; position < head; position += 10) {
    ASSERT_TRUE(store->destroy_disclosure(position, "name"));
    const auto entry = store->read_entries(position, 1, Detail::Disclosures).value().at(0);
    ASSERT_TRUE(store->destroy_blob(entry.blobs.at(0).digest));
  }
  EXPECT_FALSE(occurs());
  EXPECT_TRUE(store->check());
}

// The process's limit on file sizes stands in for a disk that fails while it is written to.
TEST_F(SqliteStoreTest, AfterAFailedWriteItMustBeOpenedAnew) {
  auto store = create();
  const std::vector<Append> before{{{entry_of("kept")}, {}}};
  ASSERT_TRUE(store->append(before, 0));

  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit tight{fs::file_size(path_ + "-wal") + 8192, limit.rlim_max};
  auto* const old_handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const std::vector<Append> large{
      {{entry_of("lost", {}, {blob_of(std::string(1 << 20, 'x'))})}, command_of("key", "1", "s")}};
  const auto failed = store->append(large, 1);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  ::signal(SIGXFSZ, old_handler);

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, StoreError::Failed) << failed.error().message;
  const auto refused = store->append(before, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("open the store anew"));
  EXPECT_EQ(store->head().value(), 1U);

  store.reset();
  store = std::move(open_sqlite_store(path_, kDoNotWait).value());
  EXPECT_EQ(store->head().value(), 1U);
  EXPECT_TRUE(store->append(large, 1));
  EXPECT_TRUE(store->check());
}

}  // namespace
}  // namespace countersign::store
