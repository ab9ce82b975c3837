// SPDX-License-Identifier: Apache-2.0
#include "store/internal/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace countersign::store {
namespace {

constexpr std::int64_t kApplicationId = 0x4353676e;  // "CSgn"
constexpr std::int64_t kVersion = 1;

// The leaf comes before the bytes, so that reading leaves alone never follows a long entry's
// overflow pages. An entry's disclosures are one row: eight would make every append and every start
// pay for eight. Whatever may be destroyed lies in a rowid table: those grow by adding a page at
// their end, which leaves no stray copy of a row behind. A foreign key stands only where its parent
// is entered first; otherwise SQLite would search the child's table for each parent.
constexpr const char* kTables = R"sql(
CREATE TABLE entries (
  position INTEGER PRIMARY KEY CHECK (position >= 0),
  leaf     BLOB NOT NULL CHECK (length(leaf) = 32),
  bytes    BLOB NOT NULL
) STRICT;

CREATE TABLE contents (
  position    INTEGER PRIMARY KEY REFERENCES entries (position),
  disclosures BLOB NOT NULL
) STRICT;

CREATE TABLE blobs (
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  bytes  BLOB
) STRICT;

CREATE TABLE entry_blobs (
  id       INTEGER PRIMARY KEY,
  position INTEGER NOT NULL AS (id >> 16) VIRTUAL REFERENCES entries (position),
  blob     INTEGER NOT NULL REFERENCES blobs (id)
) STRICT;

CREATE TABLE commands (
  id        INTEGER PRIMARY KEY,
  key       BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  signer    TEXT NOT NULL,
  command   TEXT NOT NULL,
  statement BLOB NOT NULL CHECK (length(statement) = 32),
  first     INTEGER NOT NULL CHECK (first >= 0),
  count     INTEGER NOT NULL CHECK (count > 0)
) STRICT;

CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY CHECK (size >= 0),
  note TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

static_assert(kPlaceBits == 16, "the tables say 16");

constexpr std::size_t kLengthSize = 4;

void pack_text(base::Bytes& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(text.size() >> shift));
  }
  const auto bytes = base::as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// Takes a text off the front of `packed`.
std::optional<std::string> unpack_text(base::ByteView& packed) {
  if (packed.size() < kLengthSize) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < kLengthSize; ++i) size = size << 8 | packed[i];
  packed = packed.subspan(kLengthSize);
  if (packed.size() < size) return std::nullopt;
  auto text = base::as_text(packed.first(size));
  packed = packed.subspan(size);
  return text;
}

}  // namespace

IndexKey index_key(const CommandKey& key) {
  std::array<std::uint8_t, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<std::uint8_t>(key.signer.size() >> (8 * (length.size() - 1 - i)));
  }
  const auto digest = seal::sha256(length, base::as_bytes(key.signer), base::as_bytes(key.command));
  IndexKey index{};
  std::copy_n(digest.bytes.begin(), index.size(), index.begin());
  return index;
}

base::Bytes pack(std::span<const Disclosure> disclosures) {
  std::size_t size = 0;
  for (const auto& [name, text] : disclosures) size += 2 * kLengthSize + name.size() + text.size();
  base::Bytes packed;
  packed.reserve(size);
  for (const auto& [name, text] : disclosures) {
    pack_text(packed, name);
    pack_text(packed, text);
  }
  return packed;
}

std::optional<std::vector<Disclosure>> unpack(base::ByteView packed) {
  std::vector<Disclosure> disclosures;
  while (!packed.empty()) {
    auto name = unpack_text(packed);
    if (!name) return std::nullopt;
    auto text = unpack_text(packed);
    if (!text) return std::nullopt;
    disclosures.push_back({std::move(*name), std::move(*text)});
  }
  return disclosures;
}

base::Result<void> make_schema(Connection& connection,
                               const std::map<std::string, std::string>& meta) {
  // WAL is a property of the file and cannot be set within a transaction.
  BOOST_OUTCOME_TRY(connection.execute("PRAGMA journal_mode = WAL"));
  BOOST_OUTCOME_TRY(configure_writer(connection));
  BOOST_OUTCOME_TRY(connection.execute("BEGIN IMMEDIATE"));
  BOOST_OUTCOME_TRY(connection.execute(kTables));
  {
    BOOST_OUTCOME_TRY(auto insert, connection.prepare("INSERT INTO meta VALUES (?1, ?2)"));
    for (const auto& [name, value] : meta) {
      BOOST_OUTCOME_TRY(insert.run(std::string_view(name), std::string_view(value)));
    }
  }
  const auto identity =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kVersion);
  BOOST_OUTCOME_TRY(connection.execute(identity.c_str()));
  return connection.execute("COMMIT");
}

base::Result<void> check_identity(Connection& connection) {
  BOOST_OUTCOME_TRY(const auto application, connection.read_integer("PRAGMA application_id"));
  if (application != kApplicationId) {
    return base::Error{StoreError::NotAStore,
                       fmt::format("`{}` is not a store: it is empty, or the file of another "
                                   "program",
                                   connection.path())};
  }
  BOOST_OUTCOME_TRY(const auto version, connection.read_integer("PRAGMA user_version"));
  if (version > kVersion) {
    return base::Error{
        StoreError::NewerVersion,
        fmt::format("the store `{}` is of version {}, this program knows versions up to {}: use a "
                    "newer program",
                    connection.path(), version, kVersion)};
  }
  if (version < 1) {
    return base::Error{StoreError::Corrupt, fmt::format("the store `{}` says it is of version {}",
                                                        connection.path(), version)};
  }
  return base::outcome::success();
}

base::Result<void> configure_writer(Connection& connection) {
  BOOST_OUTCOME_TRY(const auto mode, connection.read_text("PRAGMA journal_mode"));
  if (mode != "wal") {
    // Somebody changed it by hand; what we promise about readers and durability rests on it.
    BOOST_OUTCOME_TRY(connection.execute("PRAGMA journal_mode = WAL"));
  }
  return connection.execute(R"sql(
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
  )sql");
}

base::Result<void> configure_reader(Connection& connection) {
  return connection.execute(R"sql(
    PRAGMA query_only = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
  )sql");
}

}  // namespace countersign::store
