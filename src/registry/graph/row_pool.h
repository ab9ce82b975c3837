// SPDX-License-Identifier: Apache-2.0
// Where the ties of millions of nodes are kept: rows of 64-bit words, each within one chunk, found
// by a 32-bit number. Rows that are given up are not used again before clear().
#ifndef COUNTERSIGN_REGISTRY_GRAPH_ROW_POOL_H_
#define COUNTERSIGN_REGISTRY_GRAPH_ROW_POOL_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/check.h"

namespace countersign::registry::graph {

class RowPool {
 public:
  static constexpr std::uint32_t kChunkWords = 1U << 18;
  static constexpr std::uint32_t kMostChunks = 1U << 14;  // 32 GiB of rows

  // A place to write: one thread's, from one clear() to the next.
  class Writer {
   public:
    // Room for `count` words, fewer than a chunk has. Row 0 is empty and everybody's.
    std::uint32_t allocate(RowPool& pool, std::size_t count) {
      if (count == 0) return 0;
      if (count > left_) {
        // A chunk's first word stays empty, so that no row is number 0.
        next_ = pool.add_chunk() * kChunkWords + 1;
        left_ = kChunkWords - 1;
      }
      const std::uint32_t row = next_;
      next_ += static_cast<std::uint32_t>(count);
      left_ -= static_cast<std::uint32_t>(count);
      return row;
    }

   private:
    std::uint32_t next_ = 0;
    std::uint32_t left_ = 0;
  };

  RowPool() : chunks_(kMostChunks, nullptr) {}
  RowPool(RowPool&& other) noexcept
      : chunks_(std::move(other.chunks_)), owned_(std::move(other.owned_)), count_(other.count_) {}
  RowPool& operator=(RowPool&& other) noexcept {
    chunks_ = std::move(other.chunks_);
    owned_ = std::move(other.owned_);
    count_ = other.count_;
    return *this;
  }

  std::uint64_t* row(std::uint32_t row) { return chunks_[row / kChunkWords] + row % kChunkWords; }
  const std::uint64_t* row(std::uint32_t row) const {
    return chunks_[row / kChunkWords] + row % kChunkWords;
  }

  std::uint32_t chunks() const { return count_; }
  std::size_t bytes() const { return std::size_t{count_} * kChunkWords * sizeof(std::uint64_t); }

  void clear() {
    owned_.clear();
    count_ = 0;
  }
  // Takes a chunk of a mapping, which must outlive the pool.
  void map_chunk(std::uint64_t* words) {
    CHECK(count_ < kMostChunks);
    chunks_[count_++] = words;
  }

 private:
  std::uint32_t add_chunk() {
    const std::lock_guard lock(mutex_);
    CHECK(count_ < kMostChunks);
    owned_.push_back(std::make_unique<std::uint64_t[]>(kChunkWords));
    chunks_[count_] = owned_.back().get();
    return count_++;
  }

  std::mutex mutex_;
  std::vector<std::uint64_t*> chunks_;
  std::vector<std::unique_ptr<std::uint64_t[]>> owned_;
  std::uint32_t count_ = 0;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_ROW_POOL_H_
