// SPDX-License-Identifier: Apache-2.0
// Files and entropy: what casework asks of the operating system.
#ifndef COUNTERSIGN_CASEWORK_FILES_H_
#define COUNTERSIGN_CASEWORK_FILES_H_

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"

namespace countersign::casework {

enum class CaseworkError {
  NotFound = 1,  // no such file or folder
  Exists,        // there is something there already
  Unreadable,    // it could not be read, or is larger than allowed
  Unwritable,    // it could not be written
  NotAnInstance,
  Damaged,  // the ledger contradicts itself
};
std::error_code make_error_code(CaseworkError error);
base::Error error(CaseworkError code, std::string message);

// The whole of a regular file of at most `limit` bytes.
base::Result<std::string> read_file(const std::filesystem::path& path,
                                    std::size_t limit = 64U << 20);

enum class Secrecy { Public, Private };  // mode 0644 or 0600

// Writes the file whole or not at all (a new file, flushed, put in place of the old; of a symbolic
// link, of the file it leads to). `Private` also refuses to replace a file that is there; `Public`
// refuses to replace a private key or a ledger, and writes into what is no regular file (a pipe, a
// device) as it is.
base::Result<void> write_file(const std::filesystem::path& path, std::string_view text,
                              Secrecy secrecy);
// The same of what comes in pieces: `write` hands each to `put` and gives false as soon as that
// does.
using Put = std::function<bool(std::string_view)>;
base::Result<void> write_pieces(const std::filesystem::path& path,
                                const std::function<bool(const Put&)>& write, Secrecy secrecy);

// Fills `bytes` from the system's source of randomness.
base::Result<void> fill_random(std::span<std::uint8_t> bytes);

}  // namespace countersign::casework

template <>
struct std::is_error_code_enum<countersign::casework::CaseworkError> : std::true_type {};

#endif  // COUNTERSIGN_CASEWORK_FILES_H_
