// SPDX-License-Identifier: Apache-2.0
// How what is collected grows: written piece by piece, so that it can be built up again.
//
// What is collected are columns that only grow. It names them one after the other, in one function
// for writing and for reading (`template <class Growth> void grow(Growth&)`); a writer writes of
// each what came since the piece before, a reader appends it. Bytes are the machine's own: a copy
// to work from on the machine that wrote it.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_GROWTH_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_GROWTH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace countersign::registry::graph {

class GrowthWriter {
 public:
  // Counts alone: what is there already is not written.
  enum class Until { Counted, Written };

  explicit GrowthWriter(Until until = Until::Written) : until_(until) {}

  // Begins the next piece; the columns are named from the first one again.
  void begin(Until until = Until::Written) {
    until_ = until;
    column_ = 0;
    piece_.clear();
  }
  std::string_view piece() const { return piece_; }

  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put(&value, sizeof value);
  }
  void text(const std::string& text) {
    value<std::uint64_t>(text.size());
    put(text.data(), text.size());
  }
  template <class T>
  void column(const std::vector<T>& all) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t from = since(all.size());
    value<std::uint64_t>(all.size() - from);
    put(all.data() + from, (all.size() - from) * sizeof(T));
  }
  // `each` writes one of them: each(growth, one).
  template <class All, class Each>
  void list(const All& all, Each&& each) {
    const std::size_t from = since(all.size());
    value<std::uint64_t>(all.size() - from);
    if (until_ == Until::Counted) return;
    for (std::size_t i = from; i < all.size(); ++i) each(*this, all[i]);
  }

 private:
  // How many the column had in the piece before.
  std::size_t since(std::size_t now) {
    if (counts_.size() == column_) counts_.push_back(0);
    return std::exchange(counts_[column_++], now);
  }
  void put(const void* begin, std::size_t size) {
    if (until_ == Until::Written && size > 0) piece_.append(static_cast<const char*>(begin), size);
  }

  Until until_;
  std::size_t column_ = 0;
  std::vector<std::size_t> counts_;
  std::string piece_;
};

// Reads one piece. What does not fit leaves the rest as it is, and `good()` false.
class GrowthReader {
 public:
  explicit GrowthReader(base::ByteView piece) : piece_(piece) {}

  // Whether everything was there, so far.
  bool good() const { return good_; }
  // Whether all was read, and nothing is left.
  bool complete() const { return good_ && piece_.empty(); }

  template <class T>
  void value(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    get(&value, sizeof value);
  }
  void text(std::string& text) {
    const std::size_t size = count(1);
    text.resize(size);
    get(text.data(), size);
  }
  template <class T>
  void column(std::vector<T>& all) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t more = count(sizeof(T));
    const std::size_t from = all.size();
    all.resize(from + more);
    get(all.data() + from, more * sizeof(T));
  }
  template <class All, class Each>
  void list(All& all, Each&& each) {
    for (std::size_t more = count(1); more > 0 && good_; --more) {
      each(*this, all.emplace_back());
    }
  }

 private:
  // A number of things of at least that many bytes each.
  std::size_t count(std::size_t size) {
    std::uint64_t number = 0;
    value(number);
    if (number <= piece_.size() / size) return static_cast<std::size_t>(number);
    good_ = false;
    return 0;
  }
  void get(void* begin, std::size_t size) {
    if (!good_ || size > piece_.size()) {
      good_ = false;
      return;
    }
    if (size > 0) std::memcpy(begin, piece_.data(), size);
    piece_ = piece_.subspan(size);
  }

  base::ByteView piece_;
  bool good_ = true;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_GROWTH_H_
