// SPDX-License-Identifier: Apache-2.0
#include "base/prose.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace countersign::base {
namespace {

// The same in UTF-8: U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
constexpr std::array<std::string_view, 14> kHidden = {
    "\xD8\x9C",     "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE",
    "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"};

bool is_hidden(std::string_view rest) {
  const auto byte = static_cast<unsigned char>(rest[0]);
  if (byte < 0x20) return byte != '\n' && byte != '\t' && !rest.starts_with("\r\n");
  if (byte < 0x80) return byte == 0x7F;
  // U+0080 to U+009F
  if (byte == 0xC2 && rest.size() > 1) return static_cast<unsigned char>(rest[1]) < 0xA0;
  return std::any_of(kHidden.begin(), kHidden.end(),
                     [rest](std::string_view hidden) { return rest.starts_with(hidden); });
}

}  // namespace

std::optional<std::size_t> find_hidden_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_hidden(text.substr(at))) return at;
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string line;
  append_json_text(line, text);
  return line;
}

}  // namespace countersign::base
