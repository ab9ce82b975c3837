// SPDX-License-Identifier: Apache-2.0
#include "cli/input.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "base/ids.h"

namespace countersign::cli {

namespace {

base::Issues one_issue(std::string file, std::string message, std::string remedy) {
  base::Issue issue;
  issue.file = std::move(file);
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

}  // namespace

base::Parsed<std::string> read_file(const std::string& path, std::size_t limit) {
  if (path.empty()) return one_issue({}, "a file's name is missing", "name the file");
  std::error_code none;
  if (path != "-" && std::filesystem::is_directory(path, none)) {
    return one_issue(path, "is a folder", "name a file in it");
  }
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) {
    return one_issue(path, "cannot be opened", "check the path, and that the file may be read");
  }
  // Piece by piece: the limit may be far larger than what is there.
  std::string text;
  std::array<char, 65536> piece;
  while (text.size() <= limit && in.good()) {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return one_issue(path, "cannot be read", "check that it is a file");
  if (text.size() > limit) {
    return one_issue(path, fmt::format("is larger than the {} MiB that are read", limit >> 20),
                     "hand it over otherwise, and attach a note that names it by its SHA-256");
  }
  return text;
}

std::string id_mistake(const std::string& id) {
  if (base::is_id(id)) return {};
  return fmt::format(
      "`{}` cannot be an id: 1 to 128 letters, digits and -_.:/, the first a letter or digit", id);
}

base::Parsed<base::Instant> instant_or_now(const std::optional<std::string>& text,
                                           std::string_view option) {
  if (!text) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return base::Instant{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  }
  if (const auto at = base::parse_instant(*text)) return *at;
  return one_issue(std::string(option), fmt::format("`{}` is no time", *text),
                   "write an RFC 3339 time in UTC, as 2025-06-10T12:00:00Z, or a date");
}

base::Parsed<void> check_later(base::Instant from, base::Instant until, std::string_view option) {
  if (from < until) return base::outcome::success();
  return one_issue(
      std::string(option),
      fmt::format("{} lies before the beginning, {}", base::to_text(until), base::to_text(from)),
      "give a later time");
}

}  // namespace countersign::cli
