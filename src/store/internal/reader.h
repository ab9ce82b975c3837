// SPDX-License-Identifier: Apache-2.0
// Reading an SQLite store: one connection with its statements, and a pool of them. Readers see what
// is committed and never wait for the writer.
#ifndef COUNTERSIGN_STORE_INTERNAL_READER_H_
#define COUNTERSIGN_STORE_INTERNAL_READER_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/internal/sqlite.h"
#include "store/store.h"

namespace countersign::store {

// The reading methods of Store, for one thread at a time.
class Reader {
 public:
  // Fails as open_sqlite_store() does.
  static base::Result<std::unique_ptr<Reader>> open(const std::string& path);

  base::Result<std::uint64_t> head();
  base::Result<std::vector<StoredEntry>> read_entries(std::uint64_t from, std::uint64_t count,
                                                      Detail detail);
  base::Result<std::vector<seal::Digest>> leaf_hashes(std::uint64_t from, std::uint64_t count);
  base::Result<std::optional<base::Bytes>> blob(const seal::Digest& digest);
  base::Result<std::vector<std::optional<RecordedCommand>>> find_commands(
      std::span<const CommandKey> keys);
  base::Result<std::optional<CheckpointNote>> latest_checkpoint();
  base::Result<std::optional<CheckpointNote>> checkpoint_from(std::uint64_t size);
  base::Result<std::optional<std::string>> meta(std::string_view name);
  base::Result<void> check();

 private:
  // Positions [from, until) that are in the log.
  struct Range {
    std::uint64_t from;
    std::uint64_t until;
  };

  explicit Reader(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  base::Result<void> prepare();

  base::Result<std::optional<RecordedCommand>> find_command(const CommandKey& key);
  base::Result<Range> clamp(std::uint64_t from, std::uint64_t count);
  base::Result<void> read_disclosures(Range range, std::vector<StoredEntry>& entries);
  base::Result<void> read_blobs(Range range, Detail detail, std::vector<StoredEntry>& entries);
  // Whether the log was cut: a checkpoint that was signed speaks of entries that are not there.
  base::Result<void> check_end();
  base::Result<void> check_blobs();
  base::Result<void> check_commands();
  base::Result<void> check_bounds();

  std::unique_ptr<Connection> connection_;
  Statement head_;
  Statement entries_;
  Statement leaves_;
  Statement contents_;
  Statement blob_digests_;
  Statement blobs_of_entries_;
  Statement blob_;
  Statement command_;
  Statement latest_checkpoint_;
  Statement checkpoint_from_;
  Statement meta_;
};

// Lends readers to threads, and opens one when all are out. Thread-safe.
class ReaderPool {
 public:
  // A reader on loan; goes back when it is destroyed. It must not outlive the pool.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Reader> reader)
        : pool_(&pool), reader_(std::move(reader)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (reader_) pool_->give_back(std::move(reader_));
    }
    Reader* operator->() const { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Reader> reader_;
  };

  // Holds `first` already.
  ReaderPool(std::string path, std::unique_ptr<Reader> first);

  // Waits when as many are out as may be.
  base::Result<Lease> lend();

 private:
  void give_back(std::unique_ptr<Reader> reader);

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Reader>> idle_;
  std::size_t out_ = 0;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_READER_H_
