// SPDX-License-Identifier: Apache-2.0
#include "casework/files.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/bytes.h"
#include "casework/writable.h"

namespace countersign::casework {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "casework"; }
  std::string message(int code) const override {
    switch (static_cast<CaseworkError>(code)) {
      case CaseworkError::NotFound:
        return "not found";
      case CaseworkError::Exists:
        return "there already";
      case CaseworkError::Unreadable:
        return "cannot be read";
      case CaseworkError::Unwritable:
        return "cannot be written";
      case CaseworkError::NotAnInstance:
        return "not an instance";
      case CaseworkError::Damaged:
        return "damaged";
    }
    return "unknown";
  }
};

// Closes a file descriptor when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

base::Error failed(CaseworkError code, std::string_view what, const std::filesystem::path& path) {
  return error(code, fmt::format("{} `{}`: {}", what, path.string(), std::strerror(errno)));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Whether what a file begins with says that losing it would be the end of something.
bool is_precious(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 32> begin{};
  const ssize_t count = file.open() ? ::read(file.get(), begin.data(), begin.size()) : 0;
  const std::string_view text(begin.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return text.starts_with("-----BEGIN PRIVATE KEY") || text.starts_with("SQLite format 3");
}

// A pipe or a device is written into.
base::Result<void> write_into(const std::filesystem::path& path,
                              const std::function<bool(const Put&)>& write) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const Put put = [&](std::string_view text) { return write_all(file.get(), text); };
  if (!file.open() || !write(put)) return failed(CaseworkError::Unwritable, "cannot write", path);
  return base::outcome::success();
}

}  // namespace

std::error_code make_error_code(CaseworkError code) {
  static const Category kCategory;
  return {static_cast<int>(code), kCategory};
}

base::Error error(CaseworkError code, std::string message) {
  return {make_error_code(code), std::move(message)};
}

base::Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) {
    return failed(errno == ENOENT ? CaseworkError::NotFound : CaseworkError::Unreadable,
                  "cannot read", path);
  }
  struct stat about{};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return error(CaseworkError::Unreadable,
                 fmt::format("cannot read `{}`: it is not a regular file", path.string()));
  }
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(CaseworkError::Unreadable, "cannot read", path);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > limit) {
      return error(CaseworkError::Unreadable,
                   fmt::format("`{}` is larger than {} bytes", path.string(), limit));
    }
  }
}

base::Result<void> write_file(const std::filesystem::path& path, std::string_view text,
                              Secrecy secrecy) {
  return write_pieces(path, [text](const Put& put) { return put(text); }, secrecy);
}

base::Result<void> write_pieces(const std::filesystem::path& named,
                                const std::function<bool(const Put&)>& write, Secrecy secrecy) {
  std::filesystem::path path = named;
  struct stat about{};
  if (secrecy == Secrecy::Public && ::stat(named.c_str(), &about) == 0) {
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return write_into(named, write);
    if (is_precious(named)) {
      return error(CaseworkError::Exists,
                   fmt::format("`{}` is a private key or a ledger, and is not replaced; name "
                               "another file",
                               named.string()));
    }
    std::error_code none;
    if (auto real = std::filesystem::canonical(named, none); !none) path = std::move(real);
  }
  std::array<std::uint8_t, 8> random{};
  BOOST_OUTCOME_TRY(fill_random(random));
  std::filesystem::path fresh = path;
  fresh += fmt::format(".{}", base::to_hex(random));
  const mode_t mode = secrecy == Secrecy::Private ? 0600 : 0644;
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.open()) return failed(CaseworkError::Unwritable, "cannot write", path);
    const Put put = [&](std::string_view text) { return write_all(file.get(), text); };
    if (!write(put) || ::fsync(file.get()) != 0) {
      const base::Error why = failed(CaseworkError::Unwritable, "cannot write", path);
      ::unlink(fresh.c_str());
      return why;
    }
  }
  // A link fails where a file is; a rename takes its place.
  const bool placed = secrecy == Secrecy::Private ? ::link(fresh.c_str(), path.c_str()) == 0
                                                  : ::rename(fresh.c_str(), path.c_str()) == 0;
  if (!placed) {
    const base::Error why =
        errno == EEXIST
            ? error(CaseworkError::Exists,
                    fmt::format("`{}` is there already: name another file, or remove it",
                                path.string()))
            : failed(CaseworkError::Unwritable, "cannot write", path);
    ::unlink(fresh.c_str());
    return why;
  }
  if (secrecy == Secrecy::Private) ::unlink(fresh.c_str());
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.open()) ::fsync(directory.get());
  return base::outcome::success();
}

base::Result<void> check_writable(const std::filesystem::path& path) {
  std::array<std::uint8_t, 8> random{};
  BOOST_OUTCOME_TRY(fill_random(random));
  std::filesystem::path fresh = path;
  fresh += fmt::format(".{}", base::to_hex(random));
  std::error_code none;
  if (path.filename().empty() || std::filesystem::is_directory(path, none)) {
    errno = EISDIR;
    return failed(CaseworkError::Unwritable, "cannot write", path);
  }
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.open()) return failed(CaseworkError::Unwritable, "cannot write", path);
  ::unlink(fresh.c_str());
  return base::outcome::success();
}

base::Result<void> fill_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return error(CaseworkError::Unreadable, "the system gives no random bytes");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return base::outcome::success();
}

}  // namespace countersign::casework
