// SPDX-License-Identifier: Apache-2.0
// The right to write to a store: one holder at a time, across processes and within this one.
#ifndef COUNTERSIGN_STORE_INTERNAL_WRITER_LOCK_H_
#define COUNTERSIGN_STORE_INTERNAL_WRITER_LOCK_H_

#include <chrono>
#include <string>
#include <utility>

#include "base/result.h"

namespace countersign::store {

// An flock on a file of its own (mode 0600), which stays when the lock goes: removing it would let
// two processes each hold a lock on a different file of the same name. It is not taken on the store
// itself, because closing any descriptor of that file would drop the locks SQLite holds on it.
class WriterLock {
 public:
  // Waits at most `wait` for the present holder, then fails with InUse and names its process.
  static base::Result<WriterLock> acquire(const std::string& store_path,
                                          std::chrono::milliseconds wait);

  WriterLock(WriterLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock();

 private:
  explicit WriterLock(int file) : file_(file) {}

  int file_;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_WRITER_LOCK_H_
