// SPDX-License-Identifier: Apache-2.0
// The tables of a store's file, and how one is told from any other file. The page about them is
// docs/formats/store.md.
#ifndef COUNTERSIGN_STORE_INTERNAL_SCHEMA_H_
#define COUNTERSIGN_STORE_INTERNAL_SCHEMA_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/internal/sqlite.h"
#include "store/store.h"

namespace countersign::store {

// An entry's references to blobs are numbered by its position and their place in it, so that they
// lie in the file in the order of the log and are appended at its end.
inline constexpr int kPlaceBits = 16;
inline constexpr std::size_t kMaxPlaces = std::size_t{1} << kPlaceBits;
inline constexpr std::uint64_t kMaxPosition = std::uint64_t{1} << (62 - kPlaceBits);

constexpr std::int64_t reference_id(std::uint64_t position, std::size_t place) {
  return static_cast<std::int64_t>(position << kPlaceBits | place);
}
constexpr std::uint64_t position_of(std::int64_t reference_id) {
  return static_cast<std::uint64_t>(reference_id) >> kPlaceBits;
}

// What a command is found by: the first 16 bytes of the SHA-256 of the signer's length (8 bytes,
// the highest first), the signer and the command id. Short, because its index is written at random
// places and costs more than everything else about a command.
using IndexKey = std::array<std::uint8_t, 16>;
IndexKey index_key(const CommandKey& key);

// An entry's disclosures as one row holds them: for each, the length of its name in 4 bytes, the
// highest first, the name, and its text likewise.
base::Bytes pack(std::span<const Disclosure> disclosures);
// Empty when `packed` is not what pack() writes.
std::optional<std::vector<Disclosure>> unpack(base::ByteView packed);

// Makes the tables in an empty file and enters `meta`, in one transaction.
base::Result<void> make_schema(Connection& connection,
                               const std::map<std::string, std::string>& meta);

// Fails with NotAStore, NewerVersion or Corrupt unless the file is a store of this version. Changes
// nothing.
base::Result<void> check_identity(Connection& connection);

// What a connection must be told each time it is opened.
base::Result<void> configure_writer(Connection& connection);
base::Result<void> configure_reader(Connection& connection);

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_SCHEMA_H_
