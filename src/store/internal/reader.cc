// SPDX-License-Identifier: Apache-2.0
#include "store/internal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/merkle.h"
#include "store/internal/schema.h"

namespace countersign::store {
namespace {

constexpr std::size_t kMostReaders = 8;
constexpr std::uint64_t kCheckedAtOnce = 1024;
// Room made ahead for a reading; a caller may ask for "all there is" of a large log.
constexpr std::uint64_t kMostReserved = 65536;

std::int64_t signed_of(std::uint64_t position) { return static_cast<std::int64_t>(position); }

}  // namespace

base::Result<std::unique_ptr<Reader>> Reader::open(const std::string& path) {
  BOOST_OUTCOME_TRY(auto connection, Connection::open(path, Connection::Mode::Read));
  BOOST_OUTCOME_TRY(check_identity(*connection));
  BOOST_OUTCOME_TRY(configure_reader(*connection));
  std::unique_ptr<Reader> reader(new Reader(std::move(connection)));
  BOOST_OUTCOME_TRY(reader->prepare());
  BOOST_OUTCOME_TRY(reader->check_end());
  return reader;
}

base::Result<void> Reader::prepare() {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&head_, "SELECT coalesce(max(position) + 1, 0) FROM entries"},
      {&entries_,
       "SELECT position, leaf, bytes FROM entries WHERE position >= ?1 AND position < ?2 "
       "ORDER BY position"},
      {&leaves_,
       "SELECT position, leaf FROM entries WHERE position >= ?1 AND position < ?2 "
       "ORDER BY position"},
      {&contents_,
       "SELECT position, disclosures FROM contents WHERE position >= ?1 AND position < ?2"},
      {&blob_digests_,
       "SELECT r.id, b.digest FROM entry_blobs AS r JOIN blobs AS b ON b.id = r.blob "
       "WHERE r.id >= ?1 AND r.id < ?2 ORDER BY r.id"},
      {&blobs_of_entries_,
       "SELECT r.id, b.digest, b.bytes FROM entry_blobs AS r JOIN blobs AS b ON b.id = r.blob "
       "WHERE r.id >= ?1 AND r.id < ?2 ORDER BY r.id"},
      {&blob_, "SELECT bytes FROM blobs WHERE digest = ?1"},
      {&command_, "SELECT statement, first, count, signer, command FROM commands WHERE key = ?1"},
      {&latest_checkpoint_, "SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1"},
      {&checkpoint_from_,
       "SELECT size, note FROM checkpoints WHERE size >= ?1 ORDER BY size LIMIT 1"},
      {&meta_, "SELECT value FROM meta WHERE name = ?1"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = connection_->prepare(sql);
    // The file says it is a store, yet a table is not as it must be.
    if (!prepared) return connection_->damaged(prepared.error().message);
    *statement = std::move(prepared.value());
  }
  return base::outcome::success();
}

base::Result<std::uint64_t> Reader::head() {
  auto rows = head_.query();
  BOOST_OUTCOME_TRY(rows.next());
  return static_cast<std::uint64_t>(rows.integer(0));
}

base::Result<Reader::Range> Reader::clamp(std::uint64_t from, std::uint64_t count) {
  BOOST_OUTCOME_TRY(const auto end, head());
  if (from >= end) return Range{end, end};
  return Range{from, count < end - from ? from + count : end};
}

// The three queries need no common snapshot: entries and what belongs to them are committed
// together and never change, except that contents may be destroyed, which may show at any time.
base::Result<std::vector<StoredEntry>> Reader::read_entries(std::uint64_t from, std::uint64_t count,
                                                            Detail detail) {
  BOOST_OUTCOME_TRY(const auto range, clamp(from, count));
  std::vector<StoredEntry> entries;
  entries.reserve(std::min(range.until - range.from, kMostReserved));
  auto rows = entries_.query(signed_of(range.from), signed_of(range.until));
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) break;
    StoredEntry& entry = entries.emplace_back();
    entry.position = range.from + entries.size() - 1;
    entry.bytes = rows.bytes(2);
    entry.leaf = ledger::hash_leaf(entry.bytes);
    if (rows.integer(0) != signed_of(entry.position)) {
      return connection_->damaged(fmt::format("entry {} is missing", entry.position));
    }
    if (rows.digest(1) != entry.leaf) {
      return connection_->damaged(
          fmt::format("entry {} does not have its leaf hash", entry.position));
    }
  }
  if (entries.size() != range.until - range.from) {
    return connection_->damaged(fmt::format("entry {} is missing", range.from + entries.size()));
  }
  if (detail == Detail::Entry || entries.empty()) return entries;
  BOOST_OUTCOME_TRY(read_disclosures(range, entries));
  BOOST_OUTCOME_TRY(read_blobs(range, detail, entries));
  return entries;
}

base::Result<void> Reader::read_disclosures(Range range, std::vector<StoredEntry>& entries) {
  auto rows = contents_.query(signed_of(range.from), signed_of(range.until));
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) return base::outcome::success();
    const auto position = static_cast<std::uint64_t>(rows.integer(0));
    auto disclosures = unpack(rows.bytes(1));
    if (!disclosures) {
      return connection_->damaged(
          fmt::format("the disclosures of entry {} cannot be read", position));
    }
    entries[position - range.from].disclosures = std::move(*disclosures);
  }
}

base::Result<void> Reader::read_blobs(Range range, Detail detail,
                                      std::vector<StoredEntry>& entries) {
  const bool with_bytes = detail == Detail::Everything;
  Statement& statement = with_bytes ? blobs_of_entries_ : blob_digests_;
  auto rows = statement.query(reference_id(range.from, 0), reference_id(range.until, 0));
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) return base::outcome::success();
    const std::uint64_t position = position_of(rows.integer(0));
    const auto digest = rows.digest(1);
    if (!digest)
      return connection_->damaged(fmt::format("a blob of entry {} has no digest", position));
    StoredBlob blob{*digest, std::nullopt};
    if (with_bytes && !rows.is_null(2)) {
      blob.bytes = rows.bytes(2);
      if (seal::sha256(*blob.bytes) != *digest) {
        return connection_->damaged(
            fmt::format("a blob of entry {} does not have its digest", position));
      }
    }
    entries[position - range.from].blobs.push_back(std::move(blob));
  }
}

base::Result<std::vector<seal::Digest>> Reader::leaf_hashes(std::uint64_t from,
                                                            std::uint64_t count) {
  BOOST_OUTCOME_TRY(const auto range, clamp(from, count));
  std::vector<seal::Digest> leaves;
  leaves.reserve(range.until - range.from);
  auto rows = leaves_.query(signed_of(range.from), signed_of(range.until));
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) break;
    const auto leaf = rows.digest(1);
    if (!leaf || rows.integer(0) != signed_of(range.from + leaves.size())) {
      return connection_->damaged(
          fmt::format("the leaf of entry {} is missing", range.from + leaves.size()));
    }
    leaves.push_back(*leaf);
  }
  if (leaves.size() != range.until - range.from) {
    return connection_->damaged(fmt::format("entry {} is missing", range.from + leaves.size()));
  }
  return leaves;
}

base::Result<std::optional<base::Bytes>> Reader::blob(const seal::Digest& digest) {
  auto rows = blob_.query(digest);
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found || rows.is_null(0)) return std::optional<base::Bytes>();
  auto bytes = rows.bytes(0);
  if (seal::sha256(bytes) != digest) {
    return connection_->damaged(
        fmt::format("blob {} does not have its digest", seal::to_hex(digest)));
  }
  return std::optional<base::Bytes>(std::move(bytes));
}

base::Result<std::vector<std::optional<RecordedCommand>>> Reader::find_commands(
    std::span<const CommandKey> keys) {
  // Left running, so that all are looked up in one snapshot and the file is locked once.
  auto snapshot = head_.query();
  BOOST_OUTCOME_TRY(snapshot.next());
  std::vector<std::optional<RecordedCommand>> found;
  found.reserve(keys.size());
  for (const CommandKey& key : keys) {
    BOOST_OUTCOME_TRY(auto command, find_command(key));
    found.push_back(std::move(command));
  }
  return found;
}

base::Result<std::optional<RecordedCommand>> Reader::find_command(const CommandKey& key) {
  const IndexKey index = index_key(key);
  auto rows = command_.query(base::ByteView(index));
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found) return std::optional<RecordedCommand>();
  const auto statement = rows.digest(0);
  if (!statement || rows.text(3) != key.signer || rows.text(4) != key.command) {
    return connection_->damaged(fmt::format("command `{}` is not where its key says", key.command));
  }
  return std::optional<RecordedCommand>(RecordedCommand{
      *statement,
      {static_cast<std::uint64_t>(rows.integer(1)), static_cast<std::uint64_t>(rows.integer(2))}});
}

namespace {

template <class Rows>
base::Result<std::optional<CheckpointNote>> checkpoint_in(Rows rows) {
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found) return std::optional<CheckpointNote>();
  return std::optional<CheckpointNote>(
      CheckpointNote{static_cast<std::uint64_t>(rows.integer(0)), rows.text(1)});
}

}  // namespace

base::Result<std::optional<CheckpointNote>> Reader::latest_checkpoint() {
  return checkpoint_in(latest_checkpoint_.query());
}

base::Result<std::optional<CheckpointNote>> Reader::checkpoint_from(std::uint64_t size) {
  if (size > kMaxPosition) return std::optional<CheckpointNote>();
  return checkpoint_in(checkpoint_from_.query(signed_of(size)));
}

base::Result<std::optional<std::string>> Reader::meta(std::string_view name) {
  auto rows = meta_.query(name);
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found) return std::optional<std::string>();
  return std::optional<std::string>(rows.text(0));
}

base::Result<void> Reader::check() {
  BOOST_OUTCOME_TRY(const auto verdict, connection_->read_text("PRAGMA integrity_check(1)"));
  if (verdict != "ok") return connection_->damaged(verdict);
  BOOST_OUTCOME_TRY(check_end());
  BOOST_OUTCOME_TRY(check_bounds());
  std::uint64_t position = 0;
  while (true) {
    BOOST_OUTCOME_TRY(const auto page, read_entries(position, kCheckedAtOnce, Detail::Disclosures));
    if (page.empty()) break;
    position += page.size();
  }
  BOOST_OUTCOME_TRY(check_blobs());
  return check_commands();
}

base::Result<void> Reader::check_blobs() {
  BOOST_OUTCOME_TRY(auto statement, connection_->prepare("SELECT digest, bytes FROM blobs"));
  auto rows = statement.query();
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) return base::outcome::success();
    const auto digest = rows.digest(0);
    if (!digest) return connection_->damaged("a blob has no digest");
    if (!rows.is_null(1) && seal::sha256(rows.bytes(1)) != *digest) {
      return connection_->damaged(
          fmt::format("blob {} does not have its digest", seal::to_hex(*digest)));
    }
  }
}

base::Result<void> Reader::check_commands() {
  BOOST_OUTCOME_TRY(auto statement,
                    connection_->prepare("SELECT key, signer, command FROM commands"));
  auto rows = statement.query();
  while (true) {
    BOOST_OUTCOME_TRY(const bool found, rows.next());
    if (!found) return base::outcome::success();
    const CommandKey key{rows.text(1), rows.text(2)};
    if (!std::ranges::equal(rows.bytes(0), index_key(key))) {
      return connection_->damaged(
          fmt::format("command `{}` is not where its key says", key.command));
    }
  }
}

base::Result<void> Reader::check_end() {
  BOOST_OUTCOME_TRY(
      const auto missing,
      connection_->read_integer("SELECT max(0, (SELECT coalesce(max(size), 0) FROM checkpoints) - "
                                "(SELECT coalesce(max(position) + 1, 0) FROM entries))"));
  if (missing == 0) return base::outcome::success();
  return connection_->damaged(fmt::format(
      "a checkpoint is of more entries than there are: at least the last {} were taken out",
      missing));
}

base::Result<void> Reader::check_bounds() {
  const std::pair<const char*, const char*> rules[] = {
      {"SELECT count(*) FROM entries WHERE position < 0", "there are entries before the first"},
      {"SELECT count(*) FROM pragma_foreign_key_check",
       "contents belong to entries that are not there"},
      {"SELECT count(*) FROM commands WHERE first + count > "
       "(SELECT coalesce(max(position) + 1, 0) FROM entries)",
       "a receipt names entries that are not there"},
  };
  for (const auto& [broken, what] : rules) {
    BOOST_OUTCOME_TRY(const auto count, connection_->read_integer(broken));
    if (count != 0) return connection_->damaged(what);
  }
  return base::outcome::success();
}

ReaderPool::ReaderPool(std::string path, std::unique_ptr<Reader> first) : path_(std::move(path)) {
  idle_.push_back(std::move(first));
}

base::Result<ReaderPool::Lease> ReaderPool::lend() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty() || out_ < kMostReaders; });
  ++out_;
  if (!idle_.empty()) {
    auto reader = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(reader));
  }
  lock.unlock();
  auto opened = Reader::open(path_);
  if (opened) return Lease(*this, std::move(opened.value()));
  lock.lock();
  --out_;
  lock.unlock();
  returned_.notify_one();
  return opened.error();
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
    --out_;
  }
  returned_.notify_one();
}

}  // namespace countersign::store
