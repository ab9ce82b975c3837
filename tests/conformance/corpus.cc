// SPDX-License-Identifier: Apache-2.0
#include "conformance/corpus.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace countersign::conformance {
namespace {

namespace fs = std::filesystem;

base::Issues refusal(const fs::path& path, std::string message, std::string remedy) {
  base::Issue issue;
  issue.file = path.string();
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

bool is_archive(const fs::path& path) {
  constexpr std::array<std::string_view, 5> endings = {".tar", ".tar.gz", ".tgz", ".tar.xz",
                                                       ".txz"};
  const std::string name = path.filename().string();
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

// The folder's archives, by name.
std::vector<fs::path> archives_in(const fs::path& folder) {
  std::vector<fs::path> archives;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.is_regular_file() && is_archive(entry.path())) archives.push_back(entry.path());
  std::sort(archives.begin(), archives.end());
  return archives;
}

// Empty when it went well.
base::Issues unpack(const fs::path& archive, const fs::path& into) {
  const std::string file = archive.string();
  const std::string folder = into.string();
  const std::array<const char*, 7> arguments = {
      "tar", "--extract", "--file", file.c_str(), "--directory", folder.c_str(), nullptr};
  pid_t child = 0;
  // posix_spawnp takes its arguments as pointers to non-const and does not change them.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  char* const* passed = const_cast<char* const*>(arguments.data());
  int status = 0;
  if (posix_spawnp(&child, "tar", nullptr, nullptr, passed, environ) != 0)
    return refusal(archive, "`tar` could not be started", "install tar, or unpack it by hand");
  if (waitpid(child, &status, 0) != child || status != 0)
    return refusal(archive, "the archive could not be unpacked",
                   "see what tar said above; a .tar.xz needs xz-utils");
  return {};
}

// What belongs to cases, by "FOLDER/NAME".
using Belongings = std::map<std::string, fs::path>;

constexpr std::string_view kVerdicts = "-validation";
constexpr std::string_view kSchemas = "-json-schemas";

std::string key_of(const fs::path& folder, std::string_view kind, std::string_view name) {
  std::string key = folder.filename().string();
  if (key.ends_with(kind)) key.resize(key.size() - kind.size());
  return fmt::format("{}/{}", key, name);
}

fs::path take(Belongings& belongings, const fs::path& case_file) {
  const auto found =
      belongings.find(key_of(case_file.parent_path(), "", case_file.stem().string()));
  return found == belongings.end() ? fs::path() : belongings.extract(found).mapped();
}

}  // namespace

// A folder of our own, which goes when we do.
class Corpus::Folder {
 public:
  static std::shared_ptr<const Folder> create() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "cedar_conformance.XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr) return nullptr;
    return std::make_shared<const Folder>(fs::path(name));
  }

  explicit Folder(fs::path path) : path_(std::move(path)) {}
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::optional<fs::path> Case::find(std::string_view path) const {
  for (fs::path folder = file.parent_path();; folder = folder.parent_path()) {
    fs::path candidate = folder / path;
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate;
    if (folder == root || folder == folder.parent_path()) return std::nullopt;
  }
}

base::Parsed<Corpus> Corpus::open(const fs::path& path) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(path, ignored);
  if (!is_folder && !fs::is_regular_file(path, ignored))
    return refusal(path, "there is no such folder or archive", "name one that holds cases");
  if (!is_folder && !is_archive(path))
    return refusal(path, "this is neither a folder nor an archive",
                   "archives end in .tar, .tar.gz, .tgz, .tar.xz or .txz");

  Corpus corpus;
  if (is_folder) corpus.roots_.push_back(path);
  std::vector<fs::path> archives = is_folder ? archives_in(path) : std::vector{path};
  if (!archives.empty()) {
    corpus.unpacked_ = Folder::create();
    if (corpus.unpacked_ == nullptr)
      return refusal(path, "no temporary folder could be made to unpack into",
                     "make room, or set TMPDIR");
    corpus.roots_.push_back(corpus.unpacked_->path());
  }
  const auto unpack_all = [&]() -> base::Issues {
    for (const fs::path& archive : archives)
      if (base::Issues issues = unpack(archive, corpus.unpacked_->path()); !issues.empty())
        return issues;
    corpus.collect();
    return {};
  };
  if (base::Issues issues = unpack_all(); !issues.empty()) return issues;
  if (is_folder || corpus.strays_.empty()) return corpus;

  archives = archives_in(path.has_parent_path() ? path.parent_path() : fs::path("."));
  std::erase_if(archives,
                [&](const fs::path& archive) { return archive.filename() == path.filename(); });
  if (archives.empty()) return corpus;
  if (base::Issues issues = unpack_all(); !issues.empty()) return issues;
  // Only what the given archive speaks of is asked for.
  std::erase_if(corpus.cases_,
                [](const Case& one) { return one.verdicts.empty() && one.json_schema.empty(); });
  corpus.aids_ = std::move(archives);
  return corpus;
}

void Corpus::collect() {
  constexpr std::string_view kVerdictsFile = ".validation.json";
  constexpr std::string_view kSchemaFile = ".cedarschema.json";
  constexpr std::string_view kEntitiesFile = ".entities.json";
  Belongings verdicts;
  Belongings schemas;
  cases_.clear();
  strays_.clear();
  for (const fs::path& root : roots_) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root, ignored)) {
      const fs::path& file = entry.path();
      const std::string name = file.filename().string();
      const auto stem = [&](std::string_view ending) {
        return name.substr(0, name.size() - ending.size());
      };
      if (!name.ends_with(".json") || name.ends_with(kEntitiesFile)) continue;
      if (name.ends_with(kVerdictsFile)) {
        verdicts.emplace(key_of(file.parent_path(), kVerdicts, stem(kVerdictsFile)), file);
      } else if (name.ends_with(kSchemaFile)) {
        schemas.emplace(key_of(file.parent_path(), kSchemas, stem(kSchemaFile)), file);
      } else {
        Case found{.name = fs::relative(file, root).replace_extension().string(),
                   .root = root,
                   .file = file,
                   .verdicts = {},
                   .json_schema = {}};
        cases_.push_back(std::move(found));
      }
    }
  }
  std::sort(cases_.begin(), cases_.end(),
            [](const Case& a, const Case& b) { return a.name < b.name; });
  for (Case& one : cases_) {
    one.verdicts = take(verdicts, one.file);
    one.json_schema = take(schemas, one.file);
  }
  // A schema in another folder may be what some case names as its own.
  std::erase_if(schemas, [](const auto& item) {
    return !item.second.parent_path().filename().string().ends_with(kSchemas);
  });
  for (const Belongings* left : {&verdicts, &schemas})
    for (const auto& [key, file] : *left) strays_.push_back(file.filename().string());
}

}  // namespace countersign::conformance
