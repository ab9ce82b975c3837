// SPDX-License-Identifier: Apache-2.0
// Columns: the arrays a catalogue is made of, owned, or lying in a file that is mapped in.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_COLUMN_H_
#define COUNTERSIGN_REGISTRY_GRAPH_COLUMN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace countersign::registry::graph {

// A fixed number of values. Those over a mapping may be changed too: the mapping is private, so the
// file stays as it is. What is mapped must outlive the column.
template <class T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Column() = default;
  explicit Column(std::vector<T> owned) : owned_(std::move(owned)), values_(owned_) {}
  static Column over(std::span<T> mapped) {
    Column column;
    column.values_ = mapped;
    return column;
  }
  // A vector that is moved keeps its place in memory, so `values_` stays good.
  Column(Column&& other) noexcept
      : owned_(std::move(other.owned_)), values_(std::exchange(other.values_, {})) {}
  Column& operator=(Column&& other) noexcept {
    owned_ = std::move(other.owned_);
    values_ = std::exchange(other.values_, {});
    return *this;
  }

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  T& operator[](std::size_t i) { return values_[i]; }
  const T& operator[](std::size_t i) const { return values_[i]; }
  std::span<T> all() { return values_; }
  std::span<const T> all() const { return values_; }

 private:
  std::vector<T> owned_;
  std::span<T> values_;
};

// Compressed rows: the entries of row i are those from begin[i] to begin[i + 1]. Without any entry
// `begin` may be left out.
template <class T>
struct Rows {
  Column<std::uint32_t> begin;
  Column<T> entries;

  std::span<const T> of(std::size_t row) const {
    if (begin.empty()) return {};
    return entries.all().subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

// Puts `with` in place of the entries of a row, of `count` rows. Where their number is another one
// everything is copied.
template <class T>
void replace_row(Rows<T>& rows, std::size_t count, std::size_t row, std::span<const T> with) {
  const std::size_t had = rows.of(row).size();
  if (had == with.size()) {
    if (had == 0) return;
    std::copy(with.begin(), with.end(), rows.entries.all().begin() + rows.begin[row]);
    return;
  }
  std::vector<std::uint32_t> begin(count + 1, 0);
  if (!rows.begin.empty()) std::ranges::copy(rows.begin.all(), begin.begin());
  std::vector<T> entries(rows.entries.all().begin(), rows.entries.all().end());
  const auto first = entries.begin() + begin[row];
  entries.insert(entries.erase(first, first + static_cast<std::ptrdiff_t>(had)), with.begin(),
                 with.end());
  for (std::size_t i = row + 1; i <= count; ++i) {
    begin[i] += static_cast<std::uint32_t>(with.size() - had);
  }
  rows = {Column<std::uint32_t>(std::move(begin)), Column<T>(std::move(entries))};
}

// Rows of (key, value) pairs, in the order in which the pairs stand. Keys are below `rows`; there
// are fewer than 2^32 pairs.
template <class T, class KeyOf, class ValueOf>
Rows<T> group(std::size_t rows, std::size_t count, KeyOf&& key_of, ValueOf&& value_of) {
  if (count == 0) return {};
  std::vector<std::uint32_t> begin(rows + 1, 0);
  for (std::size_t i = 0; i < count; ++i) ++begin[key_of(i) + 1];
  for (std::size_t row = 0; row < rows; ++row) begin[row + 1] += begin[row];
  // begin[row] moves to the row's end while it is filled; the shift back restores it.
  std::vector<T> entries(count);
  for (std::size_t i = 0; i < count; ++i) entries[begin[key_of(i)]++] = value_of(i);
  for (std::size_t row = rows; row > 0; --row) begin[row] = begin[row - 1];
  begin[0] = 0;
  return {Column<std::uint32_t>(std::move(begin)), Column<T>(std::move(entries))};
}

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_COLUMN_H_
