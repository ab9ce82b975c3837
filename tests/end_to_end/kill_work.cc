// SPDX-License-Identifier: Apache-2.0
#include "end_to_end/kill_work.h"

#include <charconv>
#include <string>

#include "store/testing/fixtures.h"

namespace countersign::store {

Append numbered_append(std::uint64_t number) {
  const std::string name = std::to_string(number);
  Append append;
  const std::uint64_t count = 1 + number % 3;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string text = name + "/" + std::to_string(i) + "/" + std::to_string(count);
    // Now and then a large blob, so that transactions of many sizes are cut off.
    const std::size_t size = number % 7 == 0 ? 20000 : 600;
    append.entries.push_back(
        testing::entry_of(text, {{"number", name}, {"padding", std::string(300, 'p')}},
                          {testing::blob_of("envelope of " + text + std::string(size, 'e'))}));
  }
  append.command = testing::command_of("child", name, "statement " + name);
  return append;
}

std::optional<std::uint64_t> number_of(base::ByteView entry) {
  const std::string text = base::as_text(entry);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != '/') return std::nullopt;
  return number;
}

}  // namespace countersign::store
