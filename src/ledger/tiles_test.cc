// SPDX-License-Identifier: Apache-2.0
#include "ledger/tiles.h"

#include <gtest/gtest.h>

namespace countersign::ledger {
namespace {

TEST(TilePath, IsTheSpecifications) {
  EXPECT_EQ(tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({1, 0, 17}), "tile/1/000.p/17");
  EXPECT_EQ(tile_path({0, 1067, 12}), "tile/0/x001/067.p/12");
  EXPECT_EQ(bundle_path(273, 112), "tile/entries/273.p/112");
  for (const TileId id :
       {TileId{0, 0, 256}, TileId{0, 999, 1}, TileId{3, 1000, 255}, TileId{7, 0, 3},
        TileId{2, 1'000'000'000, 256}, TileId{0, kMaxTreeSize >> 8, 255}}) {
    EXPECT_EQ(parse_tile_path(tile_path(id)), id) << tile_path(id);
  }
}

TEST(TilePath, HasOneSpelling) {
  for (const char* bad : {"",
                          "tile",
                          "tile/0",
                          "tile/0/",
                          "tile/0/67",
                          "tile/0/0067",
                          "tile/00/067",
                          "tile/8/067",
                          "tile/-1/067",
                          "tile/0/x000/067",
                          "tile/0/x067",
                          "tile/0/x001/",
                          "tile/0/001/067",
                          "tile/0/x001/x067",
                          "tile/0/067.p/0",
                          "tile/0/067.p/256",
                          "tile/0/067.p/012",
                          "tile/0/067.p/",
                          "tile/0/067.p",
                          "tile/0/06a",
                          "tile/0/+67",
                          "/tile/0/067",
                          "tile/0/067/",
                          "tile/0/x999/x999/x999/x999/x999/x999/999",
                          "tile/entries/067"}) {
    EXPECT_FALSE(parse_tile_path(bad)) << bad;
  }
}

TEST(TileWidth, FollowsTheSpecificationsExample) {
  // 70,000 leaves: 273 full tiles and one of 112 at level 0, one full and one of 17 at level 1, one
  // of 1 at level 2.
  EXPECT_EQ(tile_width(0, 272, 70'000), 256U);
  EXPECT_EQ(tile_width(0, 273, 70'000), 112U);
  EXPECT_EQ(tile_width(0, 274, 70'000), 0U);
  EXPECT_EQ(tile_width(1, 0, 70'000), 256U);
  EXPECT_EQ(tile_width(1, 1, 70'000), 17U);
  EXPECT_EQ(tile_width(2, 0, 70'000), 1U);
  EXPECT_EQ(tile_width(3, 0, 70'000), 0U);
  EXPECT_EQ(tile_width(0, 0, 256), 256U);
  EXPECT_EQ(tile_width(0, 1, 256), 0U);
  EXPECT_EQ(tile_width(1, 0, 256), 1U);
}

TEST(TileBytes, ReadBackAndRefuseBrokenHashes) {
  const std::vector<Hash> hashes = {empty_root(), hash_leaf({})};
  base::Bytes bytes = write_tile(hashes);
  EXPECT_EQ(bytes.size(), 64U);
  EXPECT_EQ(read_tile(bytes), hashes);
  bytes.pop_back();
  EXPECT_FALSE(read_tile(bytes));
  EXPECT_FALSE(read_tile({}));
  EXPECT_FALSE(read_tile(base::Bytes(32 * 257)));
}

TEST(BundleBytes, ReadBackAndRefuseBrokenLengths) {
  const std::vector<base::Bytes> entries = {{'a', 'b'}, {}, base::Bytes(65535, 'x')};
  base::Bytes bytes = write_bundle(entries);
  EXPECT_EQ(base::to_hex(base::ByteView(bytes).first(6)), "000261620000");
  EXPECT_EQ(read_bundle(bytes), entries);
  bytes.pop_back();
  EXPECT_FALSE(read_bundle(bytes));
  EXPECT_FALSE(read_bundle(base::Bytes{0}));
  EXPECT_FALSE(read_bundle({}));
  EXPECT_TRUE(read_bundle(base::Bytes(2 * 256)));
  EXPECT_FALSE(read_bundle(base::Bytes(2 * 257)));
}

// A reader of damaged storage.
class ShortReader final : public TileReader {
 public:
  base::Result<std::vector<Hash>> read(const TileId& id) override {
    return std::vector<Hash>(id.width - 1);
  }
};

TEST(Proofs, FailOnDamagedTilesInsteadOfGuessing) {
  ShortReader reader;
  auto proof = inclusion_proof(3, 10, reader);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, LedgerError::DamagedTile);
  EXPECT_NE(proof.error().message.find("`tile/0/000.p/10` holds 9 hashes where 10 belong"),
            std::string::npos);
  EXPECT_FALSE(consistency_proof(3, 10, reader));
  EXPECT_FALSE(right_edge_at(10, reader));
  MemoryTree empty;
  EXPECT_FALSE(inclusion_proof(3, 10, empty));
}

// Counts what is read.
class CountingReader final : public TileReader {
 public:
  explicit CountingReader(MemoryTree& tree) : tree_(tree) {}
  base::Result<std::vector<Hash>> read(const TileId& id) override {
    ++reads;
    return tree_.read(id);
  }
  int reads = 0;

 private:
  MemoryTree& tree_;
};

TEST(Proofs, ReadEachTileOnce) {
  MemoryTree tree;
  for (int i = 0; i < 70'000; ++i) tree.append(hash_leaf(base::as_bytes(std::to_string(i))));
  CountingReader reader(tree);
  ASSERT_TRUE(inclusion_proof(12'345, 70'000, reader));
  // The leaf's tile and those above it, and the right edge: three levels each at most.
  EXPECT_LE(reader.reads, 6);
}

}  // namespace
}  // namespace countersign::ledger
