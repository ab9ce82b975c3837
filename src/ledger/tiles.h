// SPDX-License-Identifier: Apache-2.0
// The tree as tiles (C2SP tlog-tiles): what is stored of it, how it is addressed, and proofs and
// roots computed from it.
//
// A tile holds up to 256 neighbouring hashes of one level; level l's hashes are roots over 256^l
// leaves. Levels in between are hashed anew when they are needed. What RightEdge::append() reports
// as completed is exactly what goes into tiles, in order: a tile only ever grows at its end.
#ifndef COUNTERSIGN_LEDGER_TILES_H_
#define COUNTERSIGN_LEDGER_TILES_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"

namespace countersign::ledger {

enum class LedgerError { DamagedTile = 1, DamagedBundle = 2 };
std::error_code make_error_code(LedgerError error);

inline constexpr unsigned kTileWidth = 256;
// 63 bits of size need levels 0 to 7.
inline constexpr unsigned kTileLevels = 8;

// A tile: its level (below kTileLevels), its place within the level, and how many hashes of it are
// meant (1 to kTileWidth; fewer than kTileWidth is a partial tile).
struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;

  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// How many hashes tile (level, index) has in a tree of `size` leaves; 0 when it has none.
unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size);

// "tile/0/x001/067" or, for a partial tile, "tile/0/x001/067.p/12"; bundles of entries have
// "entries" for the level. Reading takes exactly what is written.
std::string tile_path(const TileId& id);
std::optional<TileId> parse_tile_path(std::string_view path);
// Of the bundle of the entries whose leaf hashes stand in that tile of level 0.
std::string bundle_path(std::uint64_t index, unsigned width);

// The bytes of a tile: its hashes one after the other. Reading gives nothing when the bytes are not
// 1 to kTileWidth hashes.
base::Bytes write_tile(std::span<const Hash> hashes);
std::optional<std::vector<Hash>> read_tile(base::ByteView bytes);

// The bytes of a bundle: each entry behind its length in two bytes, big end first. Entries are at
// most 65,535 bytes long. Reading gives nothing when a length does not fit what follows, or when
// there are no or more than kTileWidth entries.
base::Bytes write_bundle(std::span<const base::Bytes> entries);
std::optional<std::vector<base::Bytes>> read_bundle(base::ByteView bytes);

// Where tiles are kept. Implementations say whether they may be called from several threads.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // Exactly the first `id.width` hashes of the tile. A reader that has a wider tile cuts it; one
  // that has fewer fails.
  virtual base::Result<std::vector<Hash>> read(const TileId& id) = 0;
};

// What follows is computed from tiles for any size up to what they hold, each tile read once. It is
// as true as the tiles are: verify_inclusion() and verify_consistency() check the result against a
// root one trusts. Fails with what the reader fails with, and with DamagedTile when it gives
// another number of hashes than was asked for.

// Where the tree of `size` leaves can go on growing; its root() is the tree's.
base::Result<RightEdge> right_edge_at(std::uint64_t size, TileReader& tiles);
// The proof for the leaf at `index`, which must be below `size`: siblings from the leaf's to the
// root's child (RFC 6962 section 2.1.1).
base::Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                TileReader& tiles);
// The proof that the tree of `older` leaves begins the one of `newer`, where older <= newer (RFC
// 6962 section 2.1.2). Empty when either is 0 or they are equal.
base::Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer,
                                                  TileReader& tiles);

// A whole tree in memory: for trees of one's own, such as the rows of a bulk import, and tests.
class MemoryTree final : public TileReader {
 public:
  void append(const Hash& leaf);
  std::uint64_t size() const { return edge_.size(); }
  Hash root() const { return edge_.root(); }

  base::Result<std::vector<Hash>> read(const TileId& id) override;

 private:
  RightEdge edge_;
  std::vector<TileHash> completed_;        // of one append; kept for its memory
  std::vector<std::vector<Hash>> levels_;  // [level] has all hashes of the level in order
};

}  // namespace countersign::ledger

template <>
struct std::is_error_code_enum<countersign::ledger::LedgerError> : std::true_type {};

#endif  // COUNTERSIGN_LEDGER_TILES_H_
