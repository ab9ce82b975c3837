// SPDX-License-Identifier: Apache-2.0
// Whether a file can be put somewhere, asked before what it is about is done.
#ifndef COUNTERSIGN_CASEWORK_WRITABLE_H_
#define COUNTERSIGN_CASEWORK_WRITABLE_H_

#include <filesystem>

#include "base/result.h"

namespace countersign::casework {

// Whether write_file() could put a file there now, as far as can be told without doing it: makes
// one beside it, and removes that again. Failure: Unwritable.
base::Result<void> check_writable(const std::filesystem::path& path);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_WRITABLE_H_
