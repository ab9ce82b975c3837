// SPDX-License-Identifier: Apache-2.0
// The embedded store: one SQLite file. docs/formats/store.md says what is in it and how it is kept.
//
// One process writes. It holds a lock on PATH-lock (flock: it goes when the process goes, however
// it ends); a second writer waits for it as long as it was told to and then fails with InUse. Any
// number of processes may read at the same time.
#ifndef COUNTERSIGN_STORE_SQLITE_SQLITE_STORE_H_
#define COUNTERSIGN_STORE_SQLITE_SQLITE_STORE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace countersign::store {

enum class Access { Read, Write };

struct SqliteOptions {
  Access access = Access::Write;
  // How long to wait for another process that writes to this store.
  std::chrono::milliseconds wait_for_writer{5000};
};

// Makes a store at `path` that holds `meta` and nothing else, mode 0600, complete or not at all.
// Fails with Exists, InUse (another process is making it now), NotFound (no such directory),
// Failed.
base::Result<std::unique_ptr<Store>> create_sqlite_store(
    const std::string& path, const std::map<std::string, std::string>& meta);

// Opens the store at `path`; what a killed writer left unfinished is undone. Fails with NotFound,
// NotAStore, NewerVersion, Corrupt, InUse, ReadOnly, Failed; the message names the path.
base::Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path,
                                                       const SqliteOptions& options = {});

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_SQLITE_SQLITE_STORE_H_
