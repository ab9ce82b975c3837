// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/source_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

namespace countersign::casework::internal {
namespace {

namespace fs = std::filesystem;

// JSON values in one document. A map of the world's coasts has hundreds of thousands.
constexpr std::size_t kMostValues = 8'000'000;

bool lies_below(const fs::path& path, const fs::path& root) {
  const auto [at_root, at_path] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return at_root == root.end();
}

}  // namespace

SourceFiles::SourceFiles(fs::path root) : root_(std::move(root)) {
  std::error_code failed;
  real_root_ = fs::canonical(root_, failed);
  if (!failed && fs::is_directory(real_root_, failed)) return;
  issues_.push_back({root_.string(),
                     {},
                     "there is no such folder",
                     "name a folder that holds `vocabulary.json` and `authorities`",
                     {}});
}

std::string SourceFiles::shown(const std::string& path) const {
  return path.empty() ? root_.string() : (root_ / path).string();
}

void SourceFiles::add(const std::string& path, std::string message, std::string remedy) {
  base::Issue issue{shown(path), {}, std::move(message), std::move(remedy), {}};
  // A file may be come by twice, when it is listed and when it is read.
  if (std::find(issues_.begin(), issues_.end(), issue) == issues_.end()) {
    issues_.push_back(std::move(issue));
  }
}

void SourceFiles::add(base::Issues issues) {
  for (base::Issue& issue : issues) {
    const auto text = texts_.find(issue.file);
    if (issue.excerpt.empty() && issue.at.line != 0 && text != texts_.end()) {
      issue.excerpt = base::excerpt_of(text->second, issue.at);
    }
    issues_.push_back(std::move(issue));
  }
}

bool SourceFiles::exists(const std::string& path) const {
  std::error_code failed;
  return fs::exists(fs::symlink_status(root_ / path, failed));
}

std::optional<SourceFiles::Kind> SourceFiles::kind_of(const std::string& path) {
  std::error_code failed;
  const fs::path real = fs::canonical(root_ / path, failed);
  if (failed) {
    add(path, fmt::format("cannot be found: {}", failed.message()),
        "a link must lead to something inside the directory");
    return std::nullopt;
  }
  if (!lies_below(real, real_root_)) {
    add(path, "is a link that leads out of the directory",
        "put the file itself here: what is imported is what stands in the directory");
    return std::nullopt;
  }
  const fs::file_status status = fs::status(real, failed);
  if (fs::is_regular_file(status)) return Kind::File;
  if (fs::is_directory(status)) return Kind::Folder;
  add(path, "is neither a file nor a folder", "remove it");
  return std::nullopt;
}

std::vector<SourceFiles::Entry> SourceFiles::list(const std::string& folder, std::size_t most) {
  std::vector<Entry> entries;
  if (kind_of(folder) != Kind::Folder) return entries;
  std::error_code failed;
  fs::directory_iterator next(root_ / folder, failed);
  for (; !failed && next != fs::directory_iterator(); next.increment(failed)) {
    if (entries.size() == most) {
      add(folder, fmt::format("holds more than {} files", most), "split the directory");
      return {};
    }
    const std::string name = next->path().filename().string();
    const auto kind = kind_of(folder + name);
    if (kind) entries.push_back({name, *kind});
  }
  if (failed) {
    add(folder, fmt::format("cannot be listed: {}", failed.message()), "check its permissions");
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

const std::string* SourceFiles::read(const std::string& path, std::size_t limit) {
  const std::string name = shown(path);
  if (const auto found = texts_.find(name); found != texts_.end()) return &found->second;
  const auto kind = kind_of(path);
  if (!kind) return nullptr;
  if (*kind != Kind::File) {
    add(path, "is a folder, not a file");
    return nullptr;
  }
  std::ifstream file(root_ / path, std::ios::binary);
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(root_ / path, failed);
  // One byte more than there should be: a file that grows meanwhile is not cut off in silence.
  std::string text(failed ? 0 : std::min<std::uintmax_t>(size, limit) + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (failed || !file.is_open() || file.bad()) {
    add(path, "cannot be read", "check its permissions");
    return nullptr;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limit) {
    add(path, fmt::format("is larger than {} bytes", limit), "split it");
    return nullptr;
  }
  if (text.size() > size) {
    add(path, "grew while it was read", "read the directory when nobody writes to it");
    return nullptr;
  }
  return &texts_.emplace(name, std::move(text)).first->second;
}

std::optional<base::Json> SourceFiles::read_json(const std::string& path, std::size_t limit) {
  const std::string* text = read(path, limit);
  if (text == nullptr) return std::nullopt;
  auto json = base::read_json(*text, shown(path), {.bytes = limit, .values = kMostValues});
  if (!json) {
    add(std::move(json.error()));
    return std::nullopt;
  }
  return std::move(json.value());
}

}  // namespace countersign::casework::internal
