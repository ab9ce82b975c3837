// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.h"

#include <array>
#include <bit>

#include "base/check.h"

namespace countersign::ledger {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix = {0x00};
constexpr unsigned kTileHeight = 8;

}  // namespace

Hash hash_leaf(base::ByteView entry) { return seal::sha256(kLeafPrefix, entry); }

Hash hash_node(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 1 + 2 * Hash::kSize> input{0x01};
  std::copy(left.bytes.begin(), left.bytes.end(), input.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), input.begin() + 1 + Hash::kSize);
  return seal::sha256(input);
}

Hash empty_root() { return seal::sha256({}); }

std::optional<RightEdge> RightEdge::restore(std::uint64_t size, std::vector<Hash> hashes) {
  if (size > kMaxTreeSize) return std::nullopt;
  if (hashes.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
  RightEdge edge;
  edge.size_ = size;
  edge.hashes_ = std::move(hashes);
  return edge;
}

Hash RightEdge::root() const {
  if (hashes_.empty()) return empty_root();
  Hash root = hashes_.back();
  for (std::size_t i = hashes_.size() - 1; i-- > 0;) root = hash_node(hashes_[i], root);
  return root;
}

void RightEdge::append(const Hash& leaf) {
  std::vector<TileHash> completed;
  append(leaf, completed);
}

void RightEdge::append(const Hash& leaf, std::vector<TileHash>& completed) {
  CHECK(size_ < kMaxTreeSize);
  completed.push_back({0, size_, leaf});
  Hash hash = leaf;
  unsigned height = 0;
  // A leaf completes as many subtrees as the size has trailing one bits.
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = hash_node(hashes_.back(), hash);
    hashes_.pop_back();
    ++height;
    if (height % kTileHeight == 0) {
      completed.push_back({height / kTileHeight, size_ >> height, hash});
    }
  }
  hashes_.push_back(hash);
  ++size_;
}

Hash root_of(std::span<const Hash> leaves) {
  RightEdge edge;
  for (const Hash& leaf : leaves) edge.append(leaf);
  return edge.root();
}

namespace {

// Where a proof's walk from a leaf to the root stands: the node's index on its level, and that of
// the level's last node.
struct Walk {
  std::uint64_t node;
  std::uint64_t last;

  void up() {
    node >>= 1;
    last >>= 1;
  }
  // Whether the next sibling stands to the left: the node is a right child, or it is the last of
  // its level, and whatever levels have no sibling for it are passed over.
  bool sibling_is_left() {
    if ((node & 1) == 0 && node != last) return false;
    while ((node & 1) == 0 && node != 0) up();
    return true;
  }
};

}  // namespace

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Hash> proof, const Hash& root) {
  if (index >= size || size > kMaxTreeSize) return false;
  Walk walk{index, size - 1};
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (walk.last == 0) return false;
    hash = walk.sibling_is_left() ? hash_node(sibling, hash) : hash_node(hash, sibling);
    walk.up();
  }
  return walk.last == 0 && hash == root;
}

bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> proof) {
  if (older.size > newer.size || newer.size > kMaxTreeSize) return false;
  if (older.size == 0 && older.root != empty_root()) return false;
  if (newer.size == 0 && newer.root != empty_root()) return false;
  if (older.size == newer.size) return proof.empty() && older.root == newer.root;
  if (older.size == 0) return proof.empty();

  // The walk begins at the last perfect subtree that both trees have. Where that is the whole
  // older tree, its root is known and the proof leaves it out.
  Walk walk{older.size - 1, newer.size - 1};
  while ((walk.node & 1) != 0) walk.up();
  Hash old_hash = older.root;
  if (!std::has_single_bit(older.size)) {
    if (proof.empty()) return false;
    old_hash = proof.front();
    proof = proof.subspan(1);
  }
  Hash new_hash = old_hash;
  for (const Hash& sibling : proof) {
    if (walk.last == 0) return false;
    if (walk.sibling_is_left()) {
      old_hash = hash_node(sibling, old_hash);
      new_hash = hash_node(sibling, new_hash);
    } else {
      new_hash = hash_node(new_hash, sibling);
    }
    walk.up();
  }
  return walk.last == 0 && old_hash == older.root && new_hash == newer.root;
}

}  // namespace countersign::ledger
