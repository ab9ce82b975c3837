// SPDX-License-Identifier: Apache-2.0
// The files below one folder, read within limits, and what is wrong in them.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_SOURCE_FILES_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_SOURCE_FILES_H_

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/json.h"

namespace countersign::casework::internal {

// One thread at a time. Paths are relative to the folder, with "/" between names; issues call a
// file by its path under the name the folder was given by.
class SourceFiles {
 public:
  explicit SourceFiles(std::filesystem::path root);

  enum class Kind { File, Folder };
  struct Entry {
    std::string name;
    Kind kind;
  };

  // Whether something of that name is there, be it of the wrong kind or a link to nothing.
  bool exists(const std::string& path) const;

  // What stands in a folder, by name; nothing when `folder` is none. Reported, and then left out:
  // links that lead out of the root or nowhere, what is neither file nor folder, and everything
  // when there are more than `most` entries.
  std::vector<Entry> list(const std::string& folder, std::size_t most);

  // The text of a file of at most `limit` bytes, kept as long as this object; null (reported) when
  // it cannot be read.
  const std::string* read(const std::string& path, std::size_t limit);

  // The same, read as JSON.
  std::optional<base::Json> read_json(const std::string& path, std::size_t limit);

  // What issues call the file.
  std::string shown(const std::string& path) const;

  // An issue about a file or folder as a whole.
  void add(const std::string& path, std::string message, std::string remedy = {});
  // Issues of a reader, whose file names are shown() ones; an excerpt is added where it is missing
  // and the file has been read.
  void add(base::Issues issues);

  bool clean() const { return issues_.empty(); }
  base::Issues take() { return std::move(issues_); }

 private:
  // What is at `path` when links are followed; empty (reported) when that is outside, nothing, or
  // neither file nor folder.
  std::optional<Kind> kind_of(const std::string& path);

  std::filesystem::path root_;
  std::filesystem::path real_root_;
  std::map<std::string, std::string, std::less<>> texts_;  // by shown name
  base::Issues issues_;
};

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_SOURCE_FILES_H_
