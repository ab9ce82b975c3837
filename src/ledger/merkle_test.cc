// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/within.h"
#include "ledger/tiles.h"

namespace countersign::ledger {
namespace {

// RFC 6962 section 2.1, written down as it stands: the slow reference for everything fast.
std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

Hash reference_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = split(leaves.size());
  return hash_node(reference_root(leaves.first(k)), reference_root(leaves.subspan(k)));
}

std::vector<Hash> reference_path(std::size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t k = split(leaves.size());
  std::vector<Hash> path;
  if (m < k) {
    path = reference_path(m, leaves.first(k));
    path.push_back(reference_root(leaves.subspan(k)));
  } else {
    path = reference_path(m - k, leaves.subspan(k));
    path.push_back(reference_root(leaves.first(k)));
  }
  return path;
}

enum class Whole { Yes, No };

std::vector<Hash> reference_subproof(std::size_t m, std::span<const Hash> leaves, Whole whole) {
  if (m == leaves.size()) {
    if (whole == Whole::Yes) return {};
    return {reference_root(leaves)};
  }
  const std::size_t k = split(leaves.size());
  std::vector<Hash> proof;
  if (m <= k) {
    proof = reference_subproof(m, leaves.first(k), whole);
    proof.push_back(reference_root(leaves.subspan(k)));
  } else {
    proof = reference_subproof(m - k, leaves.subspan(k), Whole::No);
    proof.push_back(reference_root(leaves.first(k)));
  }
  return proof;
}

std::vector<Hash> numbered_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) {
    leaves.push_back(hash_leaf(base::as_bytes("leaf " + std::to_string(i))));
  }
  return leaves;
}

MemoryTree tree_of(std::span<const Hash> leaves) {
  MemoryTree tree;
  for (const Hash& leaf : leaves) tree.append(leaf);
  return tree;
}

Hash flipped(Hash hash, std::size_t bit) {
  hash.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  return hash;
}

// The inputs and roots of the Certificate Transparency project's reference tests.
constexpr std::array<const char*, 8> kInputs = {"",
                                                "00",
                                                "10",
                                                "2021",
                                                "3031",
                                                "40414243",
                                                "5051525354555657",
                                                "606162636465666768696a6b6c6d6e6f"};
constexpr std::array<const char*, 8> kRoots = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Merkle, GivesCertificateTransparencysKnownAnswers) {
  EXPECT_EQ(seal::to_hex(empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  RightEdge edge;
  EXPECT_EQ(edge.root(), empty_root());
  for (std::size_t i = 0; i < kInputs.size(); ++i) {
    edge.append(hash_leaf(*base::from_hex(kInputs[i])));
    EXPECT_EQ(seal::to_hex(edge.root()), kRoots[i]);
  }
}

TEST(RightEdge, AgreesWithTheReferenceAtEverySize) {
  const auto leaves = numbered_leaves(300);
  RightEdge edge;
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    edge.append(leaves[size - 1]);
    EXPECT_EQ(edge.size(), size);
    EXPECT_EQ(edge.root(), reference_root(std::span(leaves).first(size))) << size;
    const auto restored = RightEdge::restore(edge.size(), edge.hashes());
    ASSERT_TRUE(restored);
    EXPECT_EQ(*restored, edge);
  }
  EXPECT_EQ(root_of(leaves), edge.root());
}

TEST(RightEdge, RefusesWhatIsNotItsState) {
  EXPECT_FALSE(RightEdge::restore(3, {empty_root()}));
  EXPECT_FALSE(RightEdge::restore(0, {empty_root()}));
  EXPECT_FALSE(RightEdge::restore(std::uint64_t{1} << 63, {empty_root()}));
}

TEST(RightEdge, ReportsWhatTilesKeep) {
  const auto leaves = numbered_leaves(600);
  RightEdge edge;
  std::vector<TileHash> completed;
  for (const Hash& leaf : leaves) edge.append(leaf, completed);
  std::vector<TileHash> above;
  for (const TileHash& hash : completed) {
    if (hash.level > 0) above.push_back(hash);
  }
  EXPECT_EQ(completed.size(), 602U);
  EXPECT_EQ(above,
            (std::vector<TileHash>{{1, 0, reference_root(std::span(leaves).first(256))},
                                   {1, 1, reference_root(std::span(leaves).subspan(256, 256))}}));
}

TEST(InclusionProof, AgreesWithTheReferenceAndVerifiesForEveryLeafAndSize) {
  const auto leaves = numbered_leaves(130);
  MemoryTree tree = tree_of(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto part = std::span(leaves).first(size);
    const Hash root = reference_root(part);
    for (std::size_t i = 0; i < size; ++i) {
      auto proof = inclusion_proof(i, size, tree);
      ASSERT_TRUE(proof);
      ASSERT_EQ(proof.value(), reference_path(i, part)) << i << " of " << size;
      ASSERT_TRUE(verify_inclusion(leaves[i], i, size, proof.value(), root));
    }
  }
}

TEST(InclusionProof, VerifiesForItsOwnLeafPositionAndTreeOnly) {
  const auto leaves = numbered_leaves(21);
  MemoryTree tree = tree_of(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const Hash root = reference_root(std::span(leaves).first(size));
    for (std::size_t i = 0; i < size; ++i) {
      const auto proof = inclusion_proof(i, size, tree).value();
      for (std::size_t other = 0; other <= size; ++other) {
        EXPECT_EQ(verify_inclusion(leaves[i], other, size, proof, root), other == i);
      }
      auto longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, longer, root));
      longer = proof;
      longer.insert(longer.begin(), leaves[i]);
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, longer, root));
      EXPECT_FALSE(verify_inclusion(flipped(leaves[i], 9), i, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, flipped(root, 77)));
      for (std::size_t k = 0; k < proof.size(); ++k) {
        auto changed = proof;
        changed[k] = flipped(changed[k], 5 + k);
        EXPECT_FALSE(verify_inclusion(leaves[i], i, size, changed, root));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(k));
        EXPECT_FALSE(verify_inclusion(leaves[i], i, size, changed, root));
      }
    }
  }
  EXPECT_FALSE(verify_inclusion(empty_root(), 0, 0, {}, empty_root()));
  EXPECT_FALSE(verify_inclusion(leaves[0], 0, std::uint64_t{1} << 63, {}, leaves[0]));
}

TEST(ConsistencyProof, AgreesWithTheReferenceAndVerifiesForEveryPair) {
  const auto leaves = numbered_leaves(130);
  MemoryTree tree = tree_of(leaves);
  std::vector<Hash> roots = {empty_root()};
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    roots.push_back(reference_root(std::span(leaves).first(size)));
  }
  for (std::size_t newer = 0; newer <= leaves.size(); ++newer) {
    for (std::size_t older = 0; older <= newer; ++older) {
      auto proof = consistency_proof(older, newer, tree);
      ASSERT_TRUE(proof);
      if (older > 0) {
        ASSERT_EQ(proof.value(),
                  reference_subproof(older, std::span(leaves).first(newer), Whole::Yes))
            << older << " to " << newer;
      }
      ASSERT_TRUE(verify_consistency({older, roots[older]}, {newer, roots[newer]}, proof.value()))
          << older << " to " << newer;
    }
  }
}

TEST(ConsistencyProof, VerifiesForItsOwnTreesOnly) {
  const auto leaves = numbered_leaves(21);
  MemoryTree tree = tree_of(leaves);
  for (std::size_t newer = 0; newer <= leaves.size(); ++newer) {
    for (std::size_t older = 0; older <= newer; ++older) {
      const TreeHead a{older, root_of(std::span(leaves).first(older))};
      const TreeHead b{newer, root_of(std::span(leaves).first(newer))};
      const auto proof = consistency_proof(older, newer, tree).value();
      EXPECT_FALSE(verify_consistency({older, flipped(a.root, 3)}, b, proof));
      if (older != 0) {
        EXPECT_FALSE(verify_consistency(a, {newer, flipped(b.root, 3)}, proof));
      }
      if (older != newer) {
        EXPECT_FALSE(verify_consistency(b, a, proof));
      }
      auto longer = proof;
      longer.push_back(b.root);
      EXPECT_FALSE(verify_consistency(a, b, longer));
      for (std::size_t k = 0; k < proof.size(); ++k) {
        auto changed = proof;
        changed[k] = flipped(changed[k], 200);
        EXPECT_FALSE(verify_consistency(a, b, changed));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(k));
        EXPECT_FALSE(verify_consistency(a, b, changed));
      }
    }
  }
  // Nothing but itself begins the empty tree, and it has one root.
  EXPECT_TRUE(verify_consistency({0, empty_root()}, {0, empty_root()}, {}));
  EXPECT_FALSE(verify_consistency({0, leaves[0]}, {0, leaves[0]}, {}));
}

TEST(ConsistencyProof, AForkIsNeverConsistent) {
  auto leaves = numbered_leaves(40);
  for (std::size_t older = 1; older < leaves.size(); ++older) {
    const TreeHead a{older, root_of(std::span(leaves).first(older))};
    for (std::size_t changed = 0; changed < older; changed += 3) {
      auto fork = leaves;
      fork[changed] = flipped(fork[changed], 1);
      MemoryTree tree = tree_of(fork);
      const auto proof = consistency_proof(older, fork.size(), tree).value();
      EXPECT_FALSE(verify_consistency(a, {fork.size(), root_of(fork)}, proof));
    }
  }
}

RC_GTEST_PROP(LargeTrees, ProofsVerifyAtRandomSizesAcrossTiles, ()) {
  static const auto kLeaves = numbered_leaves(70'000);
  static MemoryTree tree = tree_of(kLeaves);
  const auto size = *base::testing::within<std::uint64_t>(1, kLeaves.size() + 1);
  const auto index = *base::testing::within<std::uint64_t>(0, size);
  const auto older = *base::testing::within<std::uint64_t>(0, size + 1);
  const auto root_at = [&](std::uint64_t at) { return right_edge_at(at, tree).value().root(); };
  const Hash root = root_at(size);
  RC_ASSERT(root == root_of(std::span(kLeaves).first(size)));
  RC_ASSERT(verify_inclusion(kLeaves[index], index, size,
                             inclusion_proof(index, size, tree).value(), root));
  RC_ASSERT(verify_consistency({older, root_at(older)}, {size, root},
                               consistency_proof(older, size, tree).value()));
}

}  // namespace
}  // namespace countersign::ledger
