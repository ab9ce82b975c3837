// SPDX-License-Identifier: Apache-2.0
#include "casework/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "casework/files.h"

namespace countersign::casework {

base::Result<MappedFile> MappedFile::open(const std::filesystem::path& path, Use use) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return error(errno == ENOENT ? CaseworkError::NotFound : CaseworkError::Unreadable,
                 fmt::format("`{}` cannot be opened", path.string()));
  }
  struct stat status{};
  const bool is_file = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  const auto size = is_file ? static_cast<std::size_t>(status.st_size) : 0;
  const bool kept = use == Use::Kept;
  const int protection = kept ? PROT_READ | PROT_WRITE : PROT_READ;
  const int flags = MAP_PRIVATE | (kept ? MAP_POPULATE | MAP_NORESERVE : 0);
  void* begin = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, protection, flags, file, 0);
  ::close(file);
  if (begin == MAP_FAILED) {
    return error(CaseworkError::Unreadable,
                 fmt::format("`{}` cannot be mapped into memory", path.string()));
  }
  if (!kept) ::madvise(begin, size, MADV_SEQUENTIAL);
  return MappedFile({static_cast<std::byte*>(begin), size});
}

std::string_view MappedFile::text() const {
  return {static_cast<const char*>(static_cast<const void*>(bytes_.data())), bytes_.size()};
}

void MappedFile::let_go(std::size_t bytes) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  bytes = std::min(bytes, bytes_.size()) / page * page;
  if (bytes > 0) ::madvise(bytes_.data(), bytes, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace countersign::casework
