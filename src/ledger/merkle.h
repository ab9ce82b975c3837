// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 (section 2.1): hashing, growing, and checking proofs.
//
// A tree of `size` leaves is kept as its right edge: the roots of the perfect subtrees it falls
// into, from the largest (left) to the smallest. Their sizes are the one bits of `size`.
#ifndef COUNTERSIGN_LEDGER_MERKLE_H_
#define COUNTERSIGN_LEDGER_MERKLE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "seal/digest.h"

namespace countersign::ledger {

using Hash = seal::Digest;

// The most leaves a tree may have: sizes and positions fit 63 bits everywhere.
inline constexpr std::uint64_t kMaxTreeSize = (std::uint64_t{1} << 63) - 1;

// SHA-256(0x00 || entry) and SHA-256(0x01 || left || right).
Hash hash_leaf(base::ByteView entry);
Hash hash_node(const Hash& left, const Hash& right);
// The root of a tree without leaves: SHA-256 of nothing.
Hash empty_root();

// A hash that tiles keep: the root of the `index`-th perfect subtree of 256^level leaves.
struct TileHash {
  unsigned level = 0;
  std::uint64_t index = 0;
  Hash hash;

  friend bool operator==(const TileHash&, const TileHash&) = default;
};

// A tree that can grow and knows its root; nothing more. Appending costs two hashes on average.
class RightEdge {
 public:
  RightEdge() = default;
  // From a stored size and its hashes, largest subtree first; empty when there are not as many
  // hashes as `size` has one bits, or `size` is past kMaxTreeSize.
  static std::optional<RightEdge> restore(std::uint64_t size, std::vector<Hash> hashes);

  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& hashes() const { return hashes_; }
  Hash root() const;

  void append(const Hash& leaf);
  // The same, and adds to `completed` what tiles keep of the subtrees that this leaf completed:
  // the leaf itself, and every 256th, 65,536th, ... time the root above it.
  void append(const Hash& leaf, std::vector<TileHash>& completed);

  friend bool operator==(const RightEdge&, const RightEdge&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> hashes_;
};

// The root over these leaf hashes.
Hash root_of(std::span<const Hash> leaves);

// Whether `proof` shows that the leaf of this hash stands at `index` (from 0) in the tree of `size`
// leaves and this root (RFC 9162 section 2.1.3.2; the proofs are RFC 6962's).
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Hash> proof, const Hash& root);

// A tree at one moment.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root;

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// Whether `proof` shows that the older tree is the beginning of the newer one (RFC 9162 section
// 2.1.4.2). Trees of the same size need the same root and an empty proof, and so does the empty
// tree, which begins every tree.
bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> proof);

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_MERKLE_H_
