// SPDX-License-Identifier: Apache-2.0
#include "casework/csv.h"

#include <algorithm>
#include <string_view>

namespace countersign::casework {
namespace {

bool is_number(std::string_view field) {
  return !field.empty() &&
         std::all_of(field.begin() + (field[0] == '-' && field.size() > 1 ? 1 : 0), field.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string written(const std::string& field) {
  const bool formula = !field.empty() &&
                       std::string_view("=+-@\t\r").find(field[0]) != std::string_view::npos &&
                       !is_number(field);
  const std::string safe = formula ? "'" + field : field;
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    line += written(fields[i]);
  }
  return line + "\r\n";
}

}  // namespace countersign::casework
