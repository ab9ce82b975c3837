// SPDX-License-Identifier: Apache-2.0
#include "store/internal/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include <system_error>

#include "base/check.h"
#include "store/store.h"

namespace countersign::store {
namespace {

// A writer's checkpoint may hold a lock that a reader meets, for moments only.
constexpr int kBusyTimeoutMs = 5000;

base::Error damage(std::string_view what, const std::string& path) {
  return {StoreError::Corrupt,
          fmt::format("the store `{}` is damaged: restore it from a copy ({})", path, what)};
}

base::Error error_of(int code, int system_error, const char* said, const std::string& path) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {StoreError::NotAStore, fmt::format("`{}` is not a store", path)};
    case SQLITE_CORRUPT:
      return damage(said, path);
    case SQLITE_FULL:
      return {
          StoreError::Full,
          fmt::format("the disk that holds the store `{}` is full: nothing was entered; make room, "
                      "then give the command again",
                      path)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {StoreError::InUse,
              fmt::format("the store `{}` is locked by another program ({})", path, said)};
    case SQLITE_READONLY:
      return {StoreError::ReadOnly,
              fmt::format(
                  "the store `{}` may not be written, and is opened only where it may: copy its "
                  "folder to such a place to look at it",
                  path)};
    default:
      break;
  }
  if (system_error == ENOSPC) return error_of(SQLITE_FULL, 0, said, path);
  const std::string system =
      system_error != 0 ? ", " + std::generic_category().message(system_error) : std::string();
  return {StoreError::Failed,
          fmt::format("the store `{}` could not be used: {}{}", path, said, system)};
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const {
  // Statements are members declared after their connection: they are gone by now.
  CHECK(sqlite3_close(handle) == SQLITE_OK);
}

base::Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  sqlite3* raw = nullptr;
  const int flags = (mode == Mode::Write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<sqlite3, Close> handle(raw);
  if (!handle) return base::Error{StoreError::Failed, "no memory left to open a store"};
  if (code != SQLITE_OK) {
    return error_of(code, sqlite3_system_errno(raw), sqlite3_errmsg(raw), path);
  }
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  // A damaged or hostile file must not be able to run code of its own making.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  std::unique_ptr<Connection> connection(new Connection(std::move(handle), path));
  if (mode == Mode::Write && sqlite3_db_readonly(raw, "main") != 0) {
    return connection->error(SQLITE_READONLY);
  }
  return connection;
}

base::Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return base::outcome::success();
}

base::Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(std::unique_ptr<sqlite3_stmt, Statement::Finalize>(raw), *this);
}

base::Result<std::int64_t> Connection::read_integer(std::string_view sql) {
  BOOST_OUTCOME_TRY(auto statement, prepare(sql));
  auto rows = statement.query();
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found) return error(SQLITE_CORRUPT);
  return rows.integer(0);
}

base::Result<std::string> Connection::read_text(std::string_view sql) {
  BOOST_OUTCOME_TRY(auto statement, prepare(sql));
  auto rows = statement.query();
  BOOST_OUTCOME_TRY(const bool found, rows.next());
  if (!found) return error(SQLITE_CORRUPT);
  return rows.text(0);
}

bool Connection::changed() const { return sqlite3_changes64(handle_.get()) > 0; }

std::int64_t Connection::last_rowid() const { return sqlite3_last_insert_rowid(handle_.get()); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

base::Error Connection::error(int code) const {
  const bool is_last = sqlite3_extended_errcode(handle_.get()) == code;
  return error_of(code, is_last ? sqlite3_system_errno(handle_.get()) : 0,
                  is_last ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code), path_);
}

base::Error Connection::damaged(std::string_view what) const { return damage(what, path_); }

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

void Statement::bound(int code) { CHECK(code == SQLITE_OK); }

void Statement::bind(std::int64_t value) {
  bound(sqlite3_bind_int64(handle_.get(), ++bound_, value));
}

// A null pointer would bind NULL, which is not the empty text.
void Statement::bind(std::string_view text) {
  bound(sqlite3_bind_text64(handle_.get(), ++bound_, text.empty() ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(base::ByteView bytes) {
  bound(bytes.empty() ? sqlite3_bind_zeroblob(handle_.get(), ++bound_, 0)
                      : sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.data(), bytes.size(),
                                            SQLITE_STATIC));
}

base::Result<void> Statement::finish() {
  const auto stepped = step();
  reset();
  if (!stepped) return stepped.error();
  return base::outcome::success();
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code);
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

Rows::~Rows() { statement_->reset(); }

base::Result<bool> Rows::next() { return statement_->step(); }

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_->handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_->handle_.get(), column);
}

base::Bytes Rows::bytes(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_->handle_.get(), column));
  const auto size = sqlite3_column_bytes(statement_->handle_.get(), column);
  return data == nullptr ? base::Bytes() : base::Bytes(data, data + size);
}

std::string Rows::text(int column) const {
  // A text column's blob is its UTF-8 as stored.
  const auto* data =
      static_cast<const char*>(sqlite3_column_blob(statement_->handle_.get(), column));
  const auto size = sqlite3_column_bytes(statement_->handle_.get(), column);
  return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::optional<seal::Digest> Rows::digest(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_->handle_.get(), column));
  const auto size = sqlite3_column_bytes(statement_->handle_.get(), column);
  if (data == nullptr) return std::nullopt;
  return seal::digest_from_bytes({data, static_cast<std::size_t>(size)});
}

}  // namespace countersign::store
