// SPDX-License-Identifier: Apache-2.0
// SQLite's C interface as values: connections and statements that close themselves, and results
// instead of codes. One thread at a time on a connection and its statements.
#ifndef COUNTERSIGN_STORE_INTERNAL_SQLITE_H_
#define COUNTERSIGN_STORE_INTERNAL_SQLITE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "seal/digest.h"

struct sqlite3;
struct sqlite3_stmt;

namespace countersign::store {

class Statement;

class Connection {
 public:
  enum class Mode { Read, Write };

  // Opens the file at `path`, which must exist. Fails with NotFound or what the system says.
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);

  // Runs statements that return nothing of interest.
  base::Result<void> execute(const char* sql);
  // Compiles one statement for repeated use. It must not outlive the connection.
  base::Result<Statement> prepare(std::string_view sql);
  // The first column of the first row, as a whole number or as text.
  base::Result<std::int64_t> read_integer(std::string_view sql);
  base::Result<std::string> read_text(std::string_view sql);

  // Whether the last statement that writes changed a row; the rowid it gave.
  bool changed() const;
  std::int64_t last_rowid() const;
  // Whether a transaction is open.
  bool in_transaction() const;

  // What SQLite's result code `code` means for a person who wanted to read or write this file.
  base::Error error(int code) const;
  // The same, when what is stored contradicts itself.
  base::Error damaged(std::string_view what) const;

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Connection(std::unique_ptr<sqlite3, Close> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// The rows of a running statement. Ends the run when it is destroyed.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(&statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  // Goes to the next row; false when there is none.
  base::Result<bool> next();

  // Columns of this row, from 0. Bytes and text are copied.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  base::Bytes bytes(int column) const;
  std::string text(int column) const;
  // Empty when the column does not hold 32 bytes.
  std::optional<seal::Digest> digest(int column) const;

 private:
  Statement* statement_;
};

class Statement {
 public:
  Statement() = default;

  // Runs with the arguments bound to ?1, ?2, ... to its end. Arguments are read while it runs.
  template <class... Arguments>
  base::Result<void> run(const Arguments&... arguments) {
    bind_all(arguments...);
    return finish();
  }
  // Runs with the arguments bound; they must outlive the rows.
  template <class... Arguments>
  Rows query(const Arguments&... arguments) {
    bind_all(arguments...);
    return Rows(*this);
  }

 private:
  friend class Connection;
  friend class Rows;

  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  Statement(std::unique_ptr<sqlite3_stmt, Finalize> handle, const Connection& connection)
      : handle_(std::move(handle)), connection_(&connection) {}

  template <class... Arguments>
  void bind_all(const Arguments&... arguments) {
    bound_ = 0;
    (bind(arguments), ...);
  }
  void bind(std::int64_t value);
  void bind(std::string_view text);
  void bind(base::ByteView bytes);
  void bind(const seal::Digest& digest) { bind(digest.view()); }
  void bound(int code);

  base::Result<void> finish();
  base::Result<bool> step();
  void reset();

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  const Connection* connection_ = nullptr;
  int bound_ = 0;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_SQLITE_H_
