// SPDX-License-Identifier: Apache-2.0
// What a child that works on an instance until it is killed does as every such child does.
#ifndef COUNTERSIGN_TESTS_END_TO_END_CHILD_INSTANCE_H_
#define COUNTERSIGN_TESTS_END_TO_END_CHILD_INSTANCE_H_

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "casework/directory.h"
#include "casework/import.h"
#include "casework/instance.h"
#include "casework/keys.h"

namespace countersign::casework {

// Ends the child where something is wrong.
template <class Result>
void must(const Result& result) {
  if (result) return;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::_Exit(4);
}

// Says on standard output what was acknowledged. A record is shorter than PIPE_BUF: written whole,
// whichever thread writes.
template <class Record>
void tell(const Record& record) {
  static_assert(std::is_trivially_copyable_v<Record>);
  if (::write(STDOUT_FILENO, &record, sizeof record) != sizeof record) std::_Exit(3);
}

// The instance FOLDER/instance, made where there is none, with the directory imported.
inline std::unique_ptr<Instance> child_instance(const std::filesystem::path& folder,
                                                const std::filesystem::path& directory,
                                                const KeyFolder& keys, const Clock& clock) {
  const std::string path = (folder / "instance").string();
  auto opened =
      std::filesystem::exists(path)
          ? Instance::open(path, clock)
          : Instance::create(path, {kernel::InstanceKind::Live, "example.org/killed"}, clock);
  must(opened);
  const auto read = read_directory(directory);
  CHECK(read.has_value());
  const auto imported =
      import_directory(*opened.value(), read.value(), keys, MissingKeys::Make, clock());
  must(imported);
  if (!imported.value()) CHECK(imported.value().error().rule == "imported-already");
  return std::move(opened.value());
}

}  // namespace countersign::casework

#endif  // COUNTERSIGN_TESTS_END_TO_END_CHILD_INSTANCE_H_
