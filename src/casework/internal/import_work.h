// SPDX-License-Identifier: Apache-2.0
// The work file of an import: what it has taken so far, piece by piece, so that one that was cut
// off is taken up again (docs/formats/catalogue.md).
//
// Invariants:
//   Whole    a piece counts with its digest right; what follows the first that is not is cut off
//   Alone    one process has the file at a time
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_IMPORT_WORK_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_IMPORT_WORK_H_

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "casework/mapped_file.h"

namespace countersign::casework::internal {

class ImportWork {
 public:
  // Makes the file or opens what is there. Failures: Exists where another process has it,
  // Unwritable.
  static base::Result<ImportWork> open(const std::filesystem::path& path);
  ImportWork(ImportWork&& other) noexcept;
  ImportWork& operator=(ImportWork&&) = delete;
  // The file stays, unless remove() was called.
  ~ImportWork();

  const std::filesystem::path& path() const { return path_; }

  // The next whole piece of an earlier run, good until the next call; empty behind the last. A file
  // of another version has none.
  std::optional<base::ByteView> next();
  // Ends the reading. New pieces follow those that next() gave; or, starting over, none.
  base::Result<void> go_on();
  base::Result<void> start_over();
  // Adds one piece, made of these one behind the other, and waits until it is on disk.
  base::Result<void> add(std::initializer_list<std::string_view> parts);
  void remove();

 private:
  ImportWork(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}

  base::Error failed(std::string_view what) const;

  std::filesystem::path path_;
  int file_;
  std::optional<MappedFile> mapped_;  // while an earlier run is read
  std::size_t end_ = 0;               // of what counts in the file
};

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_IMPORT_WORK_H_
