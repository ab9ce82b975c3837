// SPDX-License-Identifier: Apache-2.0
#include "registry/ids.h"

#include <algorithm>
#include <array>

namespace countersign::registry {

bool is_attribute_name(std::string_view text) {
  // Cedar 4.5, grammar: IDENT is [_a-zA-Z][_a-zA-Z0-9]* and none of the reserved words.
  static constexpr std::array<std::string_view, 9> kReserved = {
      "true", "false", "if", "then", "else", "in", "is", "like", "has"};
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.empty() || text.size() > 64 || !is_letter(text.front())) return false;
  if (!std::all_of(text.begin(), text.end(),
                   [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); })) {
    return false;
  }
  return text != "__cedar" &&
         std::find(kReserved.begin(), kReserved.end(), text) == kReserved.end();
}

}  // namespace countersign::registry
