// SPDX-License-Identifier: Apache-2.0
#include "store/internal/writer.h"

#include <fmt/format.h>

#include <utility>

#include "store/internal/schema.h"

namespace countersign::store {
namespace {

// Failures that leave the file as it was, and known to be.
bool leaves_file_known(const base::Error& error) {
  return error.code == StoreError::HeadMoved || error.code == StoreError::Malformed ||
         error.code == StoreError::NotFound || error.code == StoreError::Full ||
         error.code == StoreError::InUse;
}

std::int64_t signed_of(std::uint64_t position) { return static_cast<std::int64_t>(position); }

}  // namespace

base::Result<std::unique_ptr<Writer>> Writer::open(const std::string& path, WriterLock lock) {
  BOOST_OUTCOME_TRY(auto connection, Connection::open(path, Connection::Mode::Write));
  BOOST_OUTCOME_TRY(check_identity(*connection));
  BOOST_OUTCOME_TRY(configure_writer(*connection));
  std::unique_ptr<Writer> writer(new Writer(std::move(lock), std::move(connection)));
  BOOST_OUTCOME_TRY(writer->prepare());
  return writer;
}

base::Result<void> Writer::prepare() {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&head_, "SELECT coalesce(max(position) + 1, 0) FROM entries"},
      {&insert_entry_, "INSERT INTO entries (position, leaf, bytes) VALUES (?1, ?2, ?3)"},
      {&insert_contents_, "INSERT INTO contents (position, disclosures) VALUES (?1, ?2)"},
      {&insert_blob_, "INSERT INTO blobs (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING"},
      {&find_blob_, "SELECT id FROM blobs WHERE digest = ?1"},
      {&restore_blob_, "UPDATE blobs SET bytes = ?2 WHERE id = ?1 AND bytes IS NULL"},
      {&insert_entry_blob_, "INSERT INTO entry_blobs (id, blob) VALUES (?1, ?2)"},
      {&insert_command_,
       "INSERT INTO commands (key, signer, command, statement, first, count) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"},
      {&find_command_, "SELECT statement, first, count FROM commands WHERE key = ?1"},
      {&put_checkpoint_,
       "INSERT INTO checkpoints (size, note) VALUES (?1, ?2) "
       "ON CONFLICT DO UPDATE SET note = excluded.note"},
      {&put_meta_,
       "INSERT INTO meta (name, value) VALUES (?1, ?2) "
       "ON CONFLICT DO UPDATE SET value = excluded.value"},
      {&has_entry_, "SELECT 1 FROM entries WHERE position = ?1"},
      {&find_contents_, "SELECT disclosures FROM contents WHERE position = ?1"},
      {&update_contents_, "UPDATE contents SET disclosures = ?2 WHERE position = ?1"},
      {&destroy_blob_, "UPDATE blobs SET bytes = NULL WHERE id = ?1"},
  };
  for (const auto& [statement, sql] : statements) {
    BOOST_OUTCOME_TRY(*statement, connection_->prepare(sql));
  }
  return base::outcome::success();
}

template <class Write>
auto Writer::in_transaction(Write write) -> decltype(write()) {
  if (failure_) {
    return base::Error{failure_->code, "an earlier write failed (" + failure_->message +
                                           "): open the store anew before writing"};
  }
  auto written = begin_.run();
  if (!written) return written.error();
  auto result = write();
  if (result) {
    written = commit_.run();
    if (written) return result;
    result = written.error();
  }
  abandon(result.error());
  return result;
}

void Writer::abandon(const base::Error& error) {
  // SQLite has rolled back by itself after some failures.
  const bool undone = !connection_->in_transaction() || rollback_.run().has_value();
  if (!undone || !leaves_file_known(error)) failure_ = error;
}

base::Result<std::uint64_t> Writer::head() {
  auto rows = head_.query();
  BOOST_OUTCOME_TRY(rows.next());
  return static_cast<std::uint64_t>(rows.integer(0));
}

base::Result<std::vector<Placed>> Writer::append(std::span<const Append> batch,
                                                 std::uint64_t expected_head) {
  return in_transaction([&] { return place(batch, expected_head); });
}

base::Result<std::vector<Placed>> Writer::place(std::span<const Append> batch,
                                                std::uint64_t expected_head) {
  BOOST_OUTCOME_TRY(const auto found_head, head());
  if (found_head != expected_head) {
    return base::Error{StoreError::HeadMoved,
                       fmt::format("the log has {} entries, not {}: fold what is new and try again",
                                   found_head, expected_head)};
  }
  std::uint64_t next = found_head;
  std::vector<Placed> placed;
  placed.reserve(batch.size());
  for (const Append& append : batch) {
    const Receipt receipt{next, append.entries.size()};
    if (receipt.count > kMaxPosition - next) {
      return base::Error{StoreError::Full, "the log is as long as a log can be"};
    }
    if (append.command) {
      BOOST_OUTCOME_TRY(const auto before, place_command(*append.command, receipt));
      if (before) {
        placed.push_back(*before);
        continue;
      }
    }
    for (const NewEntry& entry : append.entries) {
      BOOST_OUTCOME_TRY(place_entry(entry, next));
      ++next;
    }
    placed.push_back({Standing::Appended, receipt});
  }
  return placed;
}

// Enters the command, or says what an earlier one with the same key comes to.
base::Result<std::optional<Placed>> Writer::place_command(const Command& command, Receipt receipt) {
  const IndexKey index = index_key(command.key);
  BOOST_OUTCOME_TRY(insert_command_.run(base::ByteView(index), std::string_view(command.key.signer),
                                        std::string_view(command.key.command), command.statement,
                                        signed_of(receipt.first), signed_of(receipt.count)));
  if (connection_->changed()) return std::optional<Placed>();
  auto rows = find_command_.query(base::ByteView(index));
  BOOST_OUTCOME_TRY(rows.next());
  const bool same = rows.digest(0) == command.statement;
  return std::optional<Placed>(Placed{
      same ? Standing::Repeated : Standing::Conflicting,
      {static_cast<std::uint64_t>(rows.integer(1)), static_cast<std::uint64_t>(rows.integer(2))}});
}

base::Result<void> Writer::place_entry(const NewEntry& entry, std::uint64_t position) {
  BOOST_OUTCOME_TRY(
      insert_entry_.run(signed_of(position), entry.leaf, base::ByteView(entry.bytes)));
  if (!entry.disclosures.empty()) {
    const base::Bytes packed = pack(entry.disclosures);
    BOOST_OUTCOME_TRY(insert_contents_.run(signed_of(position), base::ByteView(packed)));
  }
  for (std::size_t i = 0; i < entry.blobs.size(); ++i) {
    BOOST_OUTCOME_TRY(const auto blob, place_blob(entry.blobs[i]));
    BOOST_OUTCOME_TRY(insert_entry_blob_.run(reference_id(position, i), blob));
  }
  return base::outcome::success();
}

base::Result<std::int64_t> Writer::place_blob(const Blob& blob) {
  BOOST_OUTCOME_TRY(insert_blob_.run(blob.digest, base::ByteView(blob.bytes)));
  if (connection_->changed()) return connection_->last_rowid();
  std::int64_t id = 0;
  {
    auto rows = find_blob_.query(blob.digest);
    BOOST_OUTCOME_TRY(rows.next());
    id = rows.integer(0);
  }
  // The entry that refers to it now may be folded from it, so a destroyed one comes back.
  BOOST_OUTCOME_TRY(restore_blob_.run(id, base::ByteView(blob.bytes)));
  return id;
}

base::Result<void> Writer::put_checkpoint(const CheckpointNote& checkpoint) {
  return in_transaction([&]() -> base::Result<void> {
    BOOST_OUTCOME_TRY(const auto entries, head());
    if (checkpoint.size > entries) {
      return base::Error{StoreError::Malformed,
                         fmt::format("a checkpoint of {} entries was made for a log of {}",
                                     checkpoint.size, entries)};
    }
    return put_checkpoint_.run(signed_of(checkpoint.size), std::string_view(checkpoint.note));
  });
}

base::Result<void> Writer::put_meta(std::string_view name, std::string_view value) {
  return in_transaction([&] { return put_meta_.run(name, value); });
}

base::Result<void> Writer::destroy_disclosure(std::uint64_t position, std::string_view name) {
  BOOST_OUTCOME_TRY(in_transaction([&]() -> base::Result<void> {
    const auto missing = base::Error{StoreError::NotFound,
                                     fmt::format("there is no entry at position {}", position)};
    if (position > kMaxPosition) return missing;
    {
      auto rows = has_entry_.query(signed_of(position));
      BOOST_OUTCOME_TRY(const bool found, rows.next());
      if (!found) return missing;
    }
    std::optional<std::vector<Disclosure>> kept;
    {
      auto rows = find_contents_.query(signed_of(position));
      BOOST_OUTCOME_TRY(const bool found, rows.next());
      if (!found) return base::outcome::success();
      kept = unpack(rows.bytes(0));
    }
    if (!kept) return connection_->damaged("an entry's disclosures cannot be read");
    if (std::erase_if(*kept, [&](const auto& each) { return each.name == name; }) == 0) {
      return base::outcome::success();
    }
    const base::Bytes packed = pack(*kept);
    return update_contents_.run(signed_of(position), base::ByteView(packed));
  }));
  return overwrite_destroyed();
}

base::Result<void> Writer::destroy_blob(const seal::Digest& digest) {
  BOOST_OUTCOME_TRY(in_transaction([&]() -> base::Result<void> {
    std::int64_t id = 0;
    {
      auto rows = find_blob_.query(digest);
      BOOST_OUTCOME_TRY(const bool found, rows.next());
      if (!found) {
        return base::Error{StoreError::NotFound,
                           fmt::format("no blob has the digest {}", seal::to_text(digest))};
      }
      id = rows.integer(0);
    }
    return destroy_blob_.run(id);
  }));
  return overwrite_destroyed();
}

// secure_delete has zeroed the bytes in the pages; older copies of those pages lie in the main file
// until the write-ahead log is copied there, and in that log until it is cut off.
base::Result<void> Writer::overwrite_destroyed() {
  BOOST_OUTCOME_TRY(const auto blocked,
                    connection_->read_integer("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (blocked != 0) {
    return base::Error{StoreError::InUse,
                       fmt::format("the content is destroyed, but other programs are reading `{}` "
                                   "and its bytes are not yet overwritten: try again later",
                                   connection_->path())};
  }
  return base::outcome::success();
}

}  // namespace countersign::store
