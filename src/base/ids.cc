// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <algorithm>

namespace countersign::base {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > 128 || !is_alphanumeric(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-_.:/").find(c) != std::string_view::npos;
  });
}

}  // namespace countersign::base
