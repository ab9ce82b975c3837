// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/import_work.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "casework/files.h"
#include "seal/digest.h"

namespace countersign::casework::internal {
namespace {

constexpr std::string_view kMagic = "countersign import 1\n";
constexpr std::size_t kHead = sizeof(std::uint64_t) + seal::Digest::kSize;  // of a piece

base::ByteView view(std::span<const std::byte> bytes) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

bool write_at(int file, std::size_t& at, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::pwrite(file, text.data(), text.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
    at += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

base::Result<ImportWork> ImportWork::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ImportWork work(path, file);
  if (file < 0) return work.failed("cannot write");
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    return error(CaseworkError::Exists,
                 fmt::format("another import is at work on `{}`", path.string()));
  }
  struct stat about{};
  if (::fstat(file, &about) != 0 || about.st_size == 0) return work;
  BOOST_OUTCOME_TRY(MappedFile mapped, MappedFile::open(path, MappedFile::Use::Once));
  if (!mapped.text().starts_with(kMagic)) return work;
  work.mapped_.emplace(std::move(mapped));
  work.end_ = kMagic.size();
  return work;
}

ImportWork::ImportWork(ImportWork&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      mapped_(std::move(other.mapped_)),
      end_(other.end_) {}

ImportWork::~ImportWork() {
  if (file_ >= 0) ::close(file_);
}

base::Error ImportWork::failed(std::string_view what) const {
  return error(CaseworkError::Unwritable,
               fmt::format("{} `{}`: {}", what, path_.string(), std::strerror(errno)));
}

std::optional<base::ByteView> ImportWork::next() {
  if (!mapped_) return std::nullopt;
  mapped_->let_go(end_);
  const std::span<const std::byte> all = mapped_->bytes();
  if (all.size() - end_ < kHead) return std::nullopt;
  std::uint64_t size = 0;
  std::memcpy(&size, all.data() + end_, sizeof size);
  if (size > all.size() - end_ - kHead) return std::nullopt;
  const auto digest = view(all.subspan(end_ + sizeof size, seal::Digest::kSize));
  const base::ByteView piece = view(all.subspan(end_ + kHead, size));
  if (seal::digest_from_bytes(digest) != seal::sha256(piece)) return std::nullopt;
  end_ += kHead + size;
  return piece;
}

base::Result<void> ImportWork::go_on() {
  mapped_.reset();
  if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) return failed("cannot write");
  return base::outcome::success();
}

base::Result<void> ImportWork::start_over() {
  end_ = 0;
  BOOST_OUTCOME_TRY(go_on());
  if (!write_at(file_, end_, kMagic)) return failed("cannot write");
  return base::outcome::success();
}

base::Result<void> ImportWork::add(std::initializer_list<std::string_view> parts) {
  seal::Sha256 hash;
  std::uint64_t size = 0;
  for (const std::string_view part : parts) {
    hash.update(base::as_bytes(part));
    size += part.size();
  }
  const seal::Digest digest = hash.finish();
  std::array<char, kHead> head;
  std::memcpy(head.data(), &size, sizeof size);
  std::memcpy(head.data() + sizeof size, digest.bytes.data(), digest.bytes.size());
  std::size_t at = end_;
  bool good = write_at(file_, at, {head.data(), head.size()});
  for (const std::string_view part : parts) good = good && write_at(file_, at, part);
  if (!good || ::fdatasync(file_) != 0) return failed("cannot write");
  end_ = at;
  return base::outcome::success();
}

void ImportWork::remove() { ::unlink(path_.c_str()); }

}  // namespace countersign::casework::internal
