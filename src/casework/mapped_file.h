// SPDX-License-Identifier: Apache-2.0
// A file mapped into memory, to be used where it lies.
#ifndef COUNTERSIGN_CASEWORK_MAPPED_FILE_H_
#define COUNTERSIGN_CASEWORK_MAPPED_FILE_H_

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"

namespace countersign::casework {

// What is changed in the bytes stays in this process: the file is never written to. Somebody else
// who cuts the file short meanwhile ends this process; replacing it (a new file under its name) is
// safe.
class MappedFile {
 public:
  enum class Use {
    Kept,  // read in at once, to stay; may be changed
    Once   // read from beginning to end, and let go of behind that; may not be changed
  };
  // Failures: NotFound, Unreadable.
  static base::Result<MappedFile> open(const std::filesystem::path& path, Use use = Use::Kept);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  // Begins at the beginning of a page.
  std::span<std::byte> bytes() { return bytes_; }
  std::string_view text() const;

  // Takes the first `bytes` out of memory: whoever reads them again reads the file again.
  // Of `Use::Once` alone.
  void let_go(std::size_t bytes) const;

 private:
  explicit MappedFile(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::span<std::byte> bytes_;
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_MAPPED_FILE_H_
