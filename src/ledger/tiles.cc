// SPDX-License-Identifier: Apache-2.0
#include "ledger/tiles.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "ledger/internal/decimal.h"

namespace countersign::ledger {
namespace {

constexpr unsigned kTileHeight = 8;  // 2^8 = kTileWidth
constexpr std::size_t kMaxEntryLength = 65535;
constexpr std::string_view kTilePrefix = "tile/";

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "ledger"; }
  std::string message(int value) const override {
    switch (static_cast<LedgerError>(value)) {
      case LedgerError::DamagedTile:
        return "a stored tile of the log is damaged";
      case LedgerError::DamagedBundle:
        return "a stored bundle of entries is damaged";
    }
    return "unknown";
  }
};

std::string path_of(std::string_view level, std::uint64_t index, unsigned width) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (std::uint64_t rest = index / 1000; rest > 0; rest /= 1000) {
    path = fmt::format("x{:03}/{}", rest % 1000, path);
  }
  path = fmt::format("tile/{}/{}", level, path);
  if (width < kTileWidth) path += fmt::format(".p/{}", width);
  return path;
}

}  // namespace

std::error_code make_error_code(LedgerError error) {
  static const Category category;
  return {static_cast<int>(error), category};
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) {
  CHECK(level < kTileLevels);
  const std::uint64_t hashes = size >> (kTileHeight * level);
  if (index > (hashes >> kTileHeight)) return 0;
  return static_cast<unsigned>(
      std::min<std::uint64_t>(kTileWidth, hashes - (index << kTileHeight)));
}

std::string tile_path(const TileId& id) {
  return path_of(fmt::format("{}", id.level), id.index, id.width);
}

std::string bundle_path(std::uint64_t index, unsigned width) {
  return path_of("entries", index, width);
}

std::optional<TileId> parse_tile_path(std::string_view path) {
  if (!path.starts_with(kTilePrefix)) return std::nullopt;
  std::string_view rest = path.substr(kTilePrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TileId id;
  const auto level = parse_decimal(rest.substr(0, slash));
  if (!level || *level >= kTileLevels) return std::nullopt;
  id.level = static_cast<unsigned>(*level);
  rest.remove_prefix(slash + 1);

  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(rest.substr(partial + 3));
    if (!width || *width == 0 || *width >= kTileWidth) return std::nullopt;
    id.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  while (!rest.empty()) {
    const bool more = rest.front() == 'x';
    if (more) rest.remove_prefix(1);
    if (rest.size() < 3 || (more && (rest.size() < 4 || rest[3] != '/'))) return std::nullopt;
    std::uint64_t group = 0;
    for (const char c : rest.substr(0, 3)) {
      if (c < '0' || c > '9') return std::nullopt;
      group = group * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (id.index > (kMaxTreeSize >> kTileHeight) / 1000) return std::nullopt;
    id.index = id.index * 1000 + group;
    rest.remove_prefix(more ? 4 : 3);
    if (more == rest.empty()) return std::nullopt;
  }
  // One path for each tile: no leading groups of zeros, nothing this reader would spell otherwise.
  if (tile_path(id) != path) return std::nullopt;
  return id;
}

base::Bytes write_tile(std::span<const Hash> hashes) {
  CHECK(!hashes.empty() && hashes.size() <= kTileWidth);
  base::Bytes bytes;
  bytes.reserve(hashes.size() * Hash::kSize);
  for (const Hash& hash : hashes) {
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  }
  return bytes;
}

std::optional<std::vector<Hash>> read_tile(base::ByteView bytes) {
  const std::size_t count = bytes.size() / Hash::kSize;
  if (bytes.empty() || bytes.size() % Hash::kSize != 0 || count > kTileWidth) return std::nullopt;
  std::vector<Hash> hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const base::ByteView part = bytes.subspan(i * Hash::kSize, Hash::kSize);
    std::copy(part.begin(), part.end(), hashes[i].bytes.begin());
  }
  return hashes;
}

base::Bytes write_bundle(std::span<const base::Bytes> entries) {
  CHECK(!entries.empty() && entries.size() <= kTileWidth);
  base::Bytes bytes;
  for (const base::Bytes& entry : entries) {
    CHECK(entry.size() <= kMaxEntryLength);
    bytes.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
    bytes.push_back(static_cast<std::uint8_t>(entry.size()));
    bytes.insert(bytes.end(), entry.begin(), entry.end());
  }
  return bytes;
}

std::optional<std::vector<base::Bytes>> read_bundle(base::ByteView bytes) {
  std::vector<base::Bytes> entries;
  while (!bytes.empty()) {
    if (bytes.size() < 2 || entries.size() == kTileWidth) return std::nullopt;
    const std::size_t length = static_cast<std::size_t>(bytes[0]) << 8 | bytes[1];
    bytes = bytes.subspan(2);
    if (bytes.size() < length) return std::nullopt;
    entries.emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    bytes = bytes.subspan(length);
  }
  if (entries.empty()) return std::nullopt;
  return entries;
}

namespace {

// The leaves [begin, end). In what follows, `begin` is always a multiple of the smallest power of
// two that is not below the length, as RFC 6962's splitting makes them.
struct Range {
  std::uint64_t begin;
  std::uint64_t end;

  std::uint64_t length() const { return end - begin; }
  // Where RFC 6962 splits it: after the largest power of two leaves below its length.
  std::uint64_t middle() const { return begin + std::bit_floor(length() - 1); }
};

// Computes subtree roots of the tree of `size` leaves, reading each tile once.
class Subtrees {
 public:
  Subtrees(std::uint64_t size, TileReader& tiles) : size_(size), tiles_(tiles) {}

  // RFC 6962's MTH over a range: the roots of its perfect subtrees, hashed together from the right.
  base::Result<Hash> root(Range range) {
    std::vector<Hash> parts;
    while (range.length() > 0) {
      const std::uint64_t leaves = std::bit_floor(range.length());
      BOOST_OUTCOME_TRY(const auto part, perfect(range.begin, leaves));
      parts.push_back(part);
      range.begin += leaves;
    }
    Hash hash = parts.back();
    for (std::size_t i = parts.size() - 1; i-- > 0;) hash = hash_node(parts[i], hash);
    return hash;
  }

  base::Result<std::vector<Hash>> roots(const std::vector<Range>& ranges) {
    std::vector<Hash> hashes;
    hashes.reserve(ranges.size());
    for (const Range& range : ranges) {
      BOOST_OUTCOME_TRY(const auto hash, root(range));
      hashes.push_back(hash);
    }
    return hashes;
  }

  // The root over a power of two leaves from a multiple of it.
  base::Result<Hash> perfect(std::uint64_t begin, std::uint64_t leaves) {
    const auto height = static_cast<unsigned>(std::countr_zero(leaves));
    const unsigned level = height / kTileHeight;
    const std::uint64_t first = begin >> (kTileHeight * level);
    BOOST_OUTCOME_TRY(const auto tile, tile_of(level, first >> kTileHeight));
    const std::size_t count = std::size_t{1} << (height % kTileHeight);
    const std::size_t offset = first % kTileWidth;
    CHECK(offset + count <= tile->size());
    std::vector<Hash> row(tile->begin() + static_cast<std::ptrdiff_t>(offset),
                          tile->begin() + static_cast<std::ptrdiff_t>(offset + count));
    for (; row.size() > 1; row.resize(row.size() / 2)) {
      for (std::size_t i = 0; i < row.size() / 2; ++i) {
        row[i] = hash_node(row[2 * i], row[2 * i + 1]);
      }
    }
    return row.front();
  }

 private:
  base::Result<const std::vector<Hash>*> tile_of(unsigned level, std::uint64_t index) {
    const auto key = std::make_pair(level, index);
    auto found = read_.find(key);
    if (found == read_.end()) {
      const TileId id{level, index, tile_width(level, index, size_)};
      BOOST_OUTCOME_TRY(auto hashes, tiles_.read(id));
      if (hashes.size() != id.width) {
        return base::Error{LedgerError::DamagedTile,
                           fmt::format("the log's tile `{}` holds {} hashes where {} belong: the "
                                       "store is damaged, restore it from a copy",
                                       tile_path(id), hashes.size(), id.width)};
      }
      found = read_.emplace(key, std::move(hashes)).first;
    }
    return &found->second;
  }

  std::uint64_t size_;
  TileReader& tiles_;
  std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> read_;
};

}  // namespace

base::Result<RightEdge> right_edge_at(std::uint64_t size, TileReader& tiles) {
  CHECK(size <= kMaxTreeSize);
  Subtrees subtrees(size, tiles);
  std::vector<Hash> hashes;
  for (std::uint64_t begin = 0; begin < size;) {
    const std::uint64_t leaves = std::bit_floor(size - begin);
    BOOST_OUTCOME_TRY(const auto hash, subtrees.perfect(begin, leaves));
    hashes.push_back(hash);
    begin += leaves;
  }
  auto edge = RightEdge::restore(size, std::move(hashes));
  CHECK(edge.has_value());
  return std::move(*edge);
}

base::Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                TileReader& tiles) {
  CHECK(index < size && size <= kMaxTreeSize);
  // Down from the root, the siblings of the way to the leaf; the proof lists them from below.
  std::vector<Range> siblings;
  for (Range tree{0, size}; tree.length() > 1;) {
    const std::uint64_t middle = tree.middle();
    if (index < middle) {
      siblings.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      siblings.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  std::reverse(siblings.begin(), siblings.end());
  return Subtrees(size, tiles).roots(siblings);
}

base::Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer,
                                                  TileReader& tiles) {
  CHECK(older <= newer && newer <= kMaxTreeSize);
  if (older == 0 || older == newer) return std::vector<Hash>{};
  // Down from the root to the last perfect subtree of the older tree, as for a leaf. That subtree
  // itself is in the proof unless it is the whole older tree, whose root is known.
  std::vector<Range> parts;
  Range tree{0, newer};
  while (tree.end != older) {
    const std::uint64_t middle = tree.middle();
    if (older <= middle) {
      parts.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      parts.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  if (tree.begin != 0) parts.push_back(tree);
  std::reverse(parts.begin(), parts.end());
  return Subtrees(newer, tiles).roots(parts);
}

void MemoryTree::append(const Hash& leaf) {
  completed_.clear();
  edge_.append(leaf, completed_);
  for (const TileHash& done : completed_) {
    if (done.level >= levels_.size()) levels_.resize(done.level + 1);
    CHECK(levels_[done.level].size() == done.index);
    levels_[done.level].push_back(done.hash);
  }
}

base::Result<std::vector<Hash>> MemoryTree::read(const TileId& id) {
  const std::uint64_t begin = id.index * kTileWidth;
  if (id.level >= levels_.size() || begin + id.width > levels_[id.level].size()) {
    return base::Error{LedgerError::DamagedTile,
                       fmt::format("the tree has no tile `{}`", tile_path(id))};
  }
  const auto from = levels_[id.level].begin() + static_cast<std::ptrdiff_t>(begin);
  return std::vector<Hash>(from, from + id.width);
}

}  // namespace countersign::ledger
