// SPDX-License-Identifier: Apache-2.0
#include "architecture/include_table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace countersign::architecture {
namespace {

using Words = std::vector<std::string>;

struct Library {
  std::string prefix;
  std::set<std::string> rooms;
};

struct Table {
  std::map<std::string, std::set<std::string>> rooms;  // room -> rooms and room/header
  std::vector<Library> libraries;
  std::map<std::string, std::set<std::string>> without;  // room -> standard headers
};

Words words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// "cedar" of "cedar/internal/lexer.h"; empty when there is no slash.
std::string room_of(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

// A room's testing/ folder: what its tests share.
bool is_for_tests(std::string_view path) { return path.find("/testing/") != path.npos; }

std::string at(std::string_view path, std::size_t line) {
  return std::string(path) + ":" + std::to_string(line) + ": ";
}

Table read_table(std::string_view text, Findings& findings) {
  Table table;
  std::istringstream stream{std::string(text)};
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    const Words words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    const std::string where = at("cmake/include_table.txt", number);
    const std::set<std::string> rest(words.begin() + std::min<std::ptrdiff_t>(2, std::ssize(words)),
                                     words.end());
    if (words.size() < 2) {
      findings.push_back(where + "`" + words[0] + "` needs a name after it");
    } else if (words[0] == "room") {
      for (const std::string& word : rest) {
        const std::string room = word.find('/') == std::string::npos ? word : room_of(word);
        if (!table.rooms.contains(room))
          findings.push_back(where + "`" + words[1] + "` may only name rooms above it, and `" +
                             room + "` is none");
      }
      if (!table.rooms.emplace(words[1], rest).second)
        findings.push_back(where + "the room `" + words[1] + "` stands twice");
    } else if (words[0] == "library") {
      table.libraries.push_back({words[1], rest});
    } else if (words[0] == "without") {
      table.without[words[1]].insert(rest.begin(), rest.end());
    } else {
      findings.push_back(where + "`" + words[0] + "` is none of room, library, without");
    }
  }
  return table;
}

struct Include {
  std::size_t line = 0;
  bool quoted = false;
  std::string header;
};

std::optional<Include> include_in(std::string_view line) {
  const auto skip_blanks = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const std::size_t end = line.find(line[0] == '"' ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{0, line[0] == '"', std::string(line.substr(1, end - 1))};
}

std::vector<Include> includes_in(std::string_view text) {
  std::vector<Include> includes;
  std::istringstream stream{std::string(text)};
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (std::optional<Include> include = include_in(line)) {
      include->line = number;
      includes.push_back(*std::move(include));
    }
  }
  return includes;
}

class Checker {
 public:
  Checker(const Table& table, Findings& findings) : table_(table), findings_(findings) {}

  void check(const SourceFile& file) {
    const std::string room = room_of(file.path);
    if (!table_.rooms.contains(room)) {
      findings_.push_back("src/" + file.path + ": the room `" + room +
                          "` is not in cmake/include_table.txt: give it a line there");
      return;
    }
    if (file.path == room + "/CMakeLists.txt") {
      read_uses(room, file);
      return;
    }
    if (!file.path.ends_with(".h") && !file.path.ends_with(".cc")) return;
    const bool is_test = file.path.ends_with("_test.cc") || is_for_tests(file.path);
    for (const Include& include : includes_in(file.text)) {
      const std::string where = at("src/" + file.path, include.line);
      if (include.quoted && table_.rooms.contains(room_of(include.header))) {
        check_room(room, include.header, where);
        if (!is_test && is_for_tests(include.header))
          findings_.push_back(where + "`" + include.header + "` is for tests alone");
      } else {
        check_library(room, is_test, include, where);
      }
    }
  }

  // After every file: what each room says it uses, against what it was seen to include.
  void check_uses() {
    for (const auto& [room, included] : included_) {
      const std::string where = "src/" + room + "/CMakeLists.txt: ";
      if (!uses_.contains(room)) {
        findings_.push_back(where + "no `room(" + room + " ...)` call was found");
        continue;
      }
      const std::set<std::string>& uses = uses_[room];
      for (const std::string& other : included)
        if (!uses.contains(other))
          findings_.push_back(where + "`" + other + "` is included but not in USES: add it");
      for (const std::string& other : uses)
        if (!included.contains(other))
          findings_.push_back(where + "`" + other + "` is in USES but never included: remove it");
    }
  }

 private:
  void check_room(const std::string& room, const std::string& header, const std::string& where) {
    const std::string other = room_of(header);
    included_[room];
    if (other == room) return;
    included_[room].insert(other);
    const std::set<std::string>& allowed = table_.rooms.at(room);
    if (!allowed.contains(other) && !allowed.contains(header)) {
      findings_.push_back(where + "`" + room + "` may not include `" + header +
                          "`: no arrow leads there in cmake/include_table.txt");
    } else if (header.starts_with(other + "/internal/")) {
      findings_.push_back(where + "`" + header + "` is private to `" + other +
                          "`: use what its other headers offer");
    }
  }

  void check_library(const std::string& room, bool is_test, const Include& include,
                     const std::string& where) {
    const std::string& header = include.header;
    const auto library = std::ranges::find_if(
        table_.libraries, [&](const Library& known) { return header.starts_with(known.prefix); });
    if (library != table_.libraries.end()) {
      const bool allowed = library->rooms.contains("*") || library->rooms.contains(room) ||
                           (is_test && library->rooms.contains("tests"));
      if (!allowed)
        findings_.push_back(where + "`" + header + "` belongs to another room than `" + room +
                            "`: ask that room for what you need");
    } else if (include.quoted) {
      findings_.push_back(where + "`" + header + "` is no header of a room: write includes from " +
                          "src/ (\"room/header.h\")");
    } else if (header.find_first_of("./") != std::string::npos) {
      findings_.push_back(where + "`" + header + "` is of a library no room owns: a new one needs" +
                          " its line in cmake/include_table.txt and its reason in docs/decisions/");
    } else if (!is_test && table_.without.contains(room) &&
               table_.without.at(room).contains(header)) {
      findings_.push_back(where + "`" + room + "` keeps out of `<" + header +
                          ">`: hand in what you need from outside");
    }
  }

  void read_uses(const std::string& room, const SourceFile& file) {
    included_[room];
    const std::size_t call = file.text.find("room(" + room);
    if (call == std::string::npos) return;
    const std::size_t begin = call + std::string_view("room(").size();
    std::set<std::string>& uses = uses_[room];
    bool listing = false;
    for (const std::string& word :
         words_of(std::string_view(file.text).substr(begin, file.text.find(')', begin) - begin))) {
      if (word == "USES" || word == "LINKS") {
        listing = word == "USES";
      } else if (listing) {
        uses.insert(word);
      }
    }
  }

  const Table& table_;
  Findings& findings_;
  std::map<std::string, std::set<std::string>> included_;
  std::map<std::string, std::set<std::string>> uses_;
};

}  // namespace

Findings check_includes(std::string_view table_text, const std::vector<SourceFile>& tree) {
  Findings findings;
  const Table table = read_table(table_text, findings);
  Checker checker(table, findings);
  for (const SourceFile& file : tree)
    if (!room_of(file.path).empty()) checker.check(file);
  checker.check_uses();
  return findings;
}

}  // namespace countersign::architecture
