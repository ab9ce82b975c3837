// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include "store/internal/reader.h"
#include "store/internal/rules.h"
#include "store/internal/schema.h"
#include "store/internal/sqlite.h"
#include "store/internal/writer.h"
#include "store/internal/writer_lock.h"

namespace countersign::store {
namespace {

class SqliteStore final : public Store {
 public:
  // Without a writer the store is read only.
  SqliteStore(std::string path, std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader)
      : path_(path), writer_(std::move(writer)), readers_(std::move(path), std::move(reader)) {}

  base::Result<std::uint64_t> head() const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->head();
  }

  base::Result<std::vector<Placed>> append(std::span<const Append> batch,
                                           std::uint64_t expected_head) override {
    BOOST_OUTCOME_TRY(check_batch(batch));
    return writing([&](Writer& writer) { return writer.append(batch, expected_head); });
  }

  base::Result<std::vector<StoredEntry>> read_entries(std::uint64_t from, std::uint64_t count,
                                                      Detail detail) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->read_entries(from, count, detail);
  }

  base::Result<std::vector<seal::Digest>> leaf_hashes(std::uint64_t from,
                                                      std::uint64_t count) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->leaf_hashes(from, count);
  }

  base::Result<std::optional<base::Bytes>> blob(const seal::Digest& digest) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->blob(digest);
  }

  base::Result<std::vector<std::optional<RecordedCommand>>> find_commands(
      std::span<const CommandKey> keys) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->find_commands(keys);
  }

  base::Result<void> put_checkpoint(const CheckpointNote& checkpoint) override {
    return writing([&](Writer& writer) { return writer.put_checkpoint(checkpoint); });
  }

  base::Result<std::optional<CheckpointNote>> latest_checkpoint() const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->latest_checkpoint();
  }

  base::Result<std::optional<CheckpointNote>> checkpoint_from(std::uint64_t size) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->checkpoint_from(size);
  }

  base::Result<std::optional<std::string>> meta(std::string_view name) const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->meta(name);
  }

  base::Result<void> put_meta(std::string_view name, std::string_view value) override {
    return writing([&](Writer& writer) { return writer.put_meta(name, value); });
  }

  base::Result<void> destroy_disclosure(std::uint64_t position, std::string_view name) override {
    return writing([&](Writer& writer) { return writer.destroy_disclosure(position, name); });
  }

  base::Result<void> destroy_blob(const seal::Digest& digest) override {
    return writing([&](Writer& writer) { return writer.destroy_blob(digest); });
  }

  base::Result<void> check() const override {
    BOOST_OUTCOME_TRY(auto reader, readers_.lend());
    return reader->check();
  }

 private:
  template <class Write>
  auto writing(Write write) -> decltype(write(std::declval<Writer&>())) {
    if (!writer_) {
      return base::Error{StoreError::ReadOnly,
                         fmt::format("the store `{}` was opened for reading only", path_)};
    }
    const std::lock_guard lock(writing_);
    return write(*writer_);
  }

  const std::string path_;
  std::mutex writing_;
  // Destroyed after the readers: the last connection to close folds the write-ahead log into the
  // main file, which a reader cannot.
  std::unique_ptr<Writer> writer_;
  mutable ReaderPool readers_;
};

base::Error system_failure(std::string_view doing, const std::string& path, int code) {
  const auto kind = code == ENOENT                    ? StoreError::NotFound
                    : code == EACCES || code == EROFS ? StoreError::ReadOnly
                                                      : StoreError::Failed;
  return {kind,
          fmt::format("could not {} `{}`: {}", doing, path, std::generic_category().message(code))};
}

// Absolute, so that no name is special to SQLite and a change of directory changes nothing.
std::string absolute(const std::string& path) {
  std::error_code ignored;
  auto full = std::filesystem::absolute(path, ignored).lexically_normal();
  return full.empty() ? path : full.string();
}

base::Result<void> sync_directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return system_failure("open", directory, errno);
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (failed != 0) return system_failure("write", directory, failed);
  return base::outcome::success();
}

// What an unfinished creation left behind; the caller holds the writer's lock.
void remove_unfinished(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
}

base::Result<std::unique_ptr<Store>> open_locked(const std::string& path, WriterLock lock) {
  BOOST_OUTCOME_TRY(auto writer, Writer::open(path, std::move(lock)));
  BOOST_OUTCOME_TRY(auto reader, Reader::open(path));
  return std::make_unique<SqliteStore>(path, std::move(writer), std::move(reader));
}

}  // namespace

// Built under another name and then renamed, so that a store is never seen half made.
base::Result<std::unique_ptr<Store>> create_sqlite_store(
    const std::string& given_path, const std::map<std::string, std::string>& meta) {
  const std::string path = absolute(given_path);
  const base::Error exists{StoreError::Exists,
                           fmt::format("`{}` exists already: nothing was created", path)};
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return exists;
  BOOST_OUTCOME_TRY(auto lock, WriterLock::acquire(path, std::chrono::milliseconds(0)));
  const std::string unfinished = path + "-new";
  remove_unfinished(unfinished);
  const int file =
      ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return system_failure("create", unfinished, errno);
  ::close(file);
  {
    BOOST_OUTCOME_TRY(auto connection, Connection::open(unfinished, Connection::Mode::Write));
    BOOST_OUTCOME_TRY(make_schema(*connection, meta));
    // Only the main file is renamed: all must be in it, synced.
    BOOST_OUTCOME_TRY(connection->read_integer("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  if (::renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    const int failed = errno;
    remove_unfinished(unfinished);
    return failed == EEXIST ? exists : system_failure("create", path, failed);
  }
  BOOST_OUTCOME_TRY(sync_directory_of(path));
  return open_locked(path, std::move(lock));
}

base::Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& given_path,
                                                       const SqliteOptions& options) {
  const std::string path = absolute(given_path);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_failure("open", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return base::Error{StoreError::NotAStore, fmt::format("`{}` is not a store", path)};
  }
  // Reading first: a file of another program is left as it is, without a lock beside it.
  BOOST_OUTCOME_TRY(auto reader, Reader::open(path));
  if (options.access == Access::Read) {
    return std::make_unique<SqliteStore>(path, nullptr, std::move(reader));
  }
  reader.reset();
  BOOST_OUTCOME_TRY(auto lock, WriterLock::acquire(path, options.wait_for_writer));
  return open_locked(path, std::move(lock));
}

}  // namespace countersign::store
