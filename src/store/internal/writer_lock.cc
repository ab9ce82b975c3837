// SPDX-License-Identifier: Apache-2.0
#include "store/internal/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

#include "store/store.h"

namespace countersign::store {
namespace {

// flock has no waiting with an end, so we ask now and then.
constexpr std::chrono::milliseconds kAskEvery{10};

std::string holder_of(int file) {
  std::array<char, 32> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string("?");
}

base::Error system_failure(const std::string& path, int code) {
  const auto kind = code == ENOENT                    ? StoreError::NotFound
                    : code == EACCES || code == EROFS ? StoreError::ReadOnly
                                                      : StoreError::Failed;
  return {kind,
          fmt::format("could not lock `{}`: {}", path, std::generic_category().message(code))};
}

}  // namespace

base::Result<WriterLock> WriterLock::acquire(const std::string& store_path,
                                             std::chrono::milliseconds wait) {
  const std::string path = store_path + "-lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return system_failure(path, errno);
  WriterLock lock(file);

  const auto until = std::chrono::steady_clock::now() + wait;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_failure(path, errno);
    if (std::chrono::steady_clock::now() >= until) {
      return base::Error{StoreError::InUse,
                         fmt::format("another process ({}) is writing to the store `{}`: try again "
                                     "when it is done",
                                     holder_of(file), store_path)};
    }
    std::this_thread::sleep_for(kAskEvery);
  }
  // For the message above only: a failure to say who holds the lock does no harm.
  const std::string holder = fmt::format("{}", ::getpid());
  if (::ftruncate(file, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(file, holder.data(), holder.size(), 0);
  }
  return lock;
}

WriterLock::~WriterLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace countersign::store
