// SPDX-License-Identifier: Apache-2.0
// What tests of any room need around a store: a directory that goes away, and appends to put in.
#ifndef COUNTERSIGN_STORE_TESTING_FIXTURES_H_
#define COUNTERSIGN_STORE_TESTING_FIXTURES_H_

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "ledger/merkle.h"
#include "seal/digest.h"
#include "store/store.h"

namespace countersign::store::testing {

// A new, empty directory; removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "countersign-XXXXXX").string();
    CHECK(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string file(std::string_view name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline base::Bytes bytes_of(std::string_view text) {
  const auto view = base::as_bytes(text);
  return {view.begin(), view.end()};
}

inline Blob blob_of(std::string_view text) {
  auto bytes = bytes_of(text);
  return {seal::sha256(bytes), std::move(bytes)};
}

// An entry of that text, correct in itself.
inline NewEntry entry_of(std::string_view text, std::vector<Disclosure> disclosures = {},
                         std::vector<Blob> blobs = {}) {
  auto bytes = bytes_of(text);
  const auto leaf = ledger::hash_leaf(bytes);
  return {std::move(bytes), leaf, std::move(disclosures), std::move(blobs)};
}

// A command whose statement is that text.
inline Command command_of(std::string signer, std::string id, std::string_view statement) {
  return {{std::move(signer), std::move(id)}, seal::sha256(base::as_bytes(statement))};
}

}  // namespace countersign::store::testing

#endif  // COUNTERSIGN_STORE_TESTING_FIXTURES_H_
