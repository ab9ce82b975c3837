// SPDX-License-Identifier: Apache-2.0
// Writing an SQLite store: the one connection that may, with its statements.
#ifndef COUNTERSIGN_STORE_INTERNAL_WRITER_H_
#define COUNTERSIGN_STORE_INTERNAL_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/internal/sqlite.h"
#include "store/internal/writer_lock.h"
#include "store/store.h"

namespace countersign::store {

// The writing methods of Store, for one thread at a time.
class Writer {
 public:
  static base::Result<std::unique_ptr<Writer>> open(const std::string& path, WriterLock lock);

  // The batch must have passed check_batch().
  base::Result<std::vector<Placed>> append(std::span<const Append> batch,
                                           std::uint64_t expected_head);
  base::Result<void> put_checkpoint(const CheckpointNote& checkpoint);
  base::Result<void> put_meta(std::string_view name, std::string_view value);
  base::Result<void> destroy_disclosure(std::uint64_t position, std::string_view name);
  base::Result<void> destroy_blob(const seal::Digest& digest);

 private:
  Writer(WriterLock lock, std::unique_ptr<Connection> connection)
      : lock_(std::move(lock)), connection_(std::move(connection)) {}
  base::Result<void> prepare();

  // Runs `write` in one transaction. Unless it and the commit succeed, nothing is written.
  template <class Write>
  auto in_transaction(Write write) -> decltype(write());
  void abandon(const base::Error& error);

  base::Result<std::uint64_t> head();
  base::Result<std::vector<Placed>> place(std::span<const Append> batch,
                                          std::uint64_t expected_head);
  base::Result<std::optional<Placed>> place_command(const Command& command, Receipt receipt);
  base::Result<void> place_entry(const NewEntry& entry, std::uint64_t position);
  base::Result<std::int64_t> place_blob(const Blob& blob);
  base::Result<void> overwrite_destroyed();

  WriterLock lock_;  // outlives the connection, which writes when it is closed
  std::unique_ptr<Connection> connection_;
  std::optional<base::Error> failure_;  // after it nothing is known about the file's end

  Statement begin_;
  Statement commit_;
  Statement rollback_;
  Statement head_;
  Statement insert_entry_;
  Statement insert_contents_;
  Statement insert_blob_;
  Statement find_blob_;
  Statement restore_blob_;
  Statement insert_entry_blob_;
  Statement insert_command_;
  Statement find_command_;
  Statement put_checkpoint_;
  Statement put_meta_;
  Statement has_entry_;
  Statement find_contents_;
  Statement update_contents_;
  Statement destroy_blob_;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_WRITER_H_
