// SPDX-License-Identifier: Apache-2.0
// What read_json takes, write_json writes, and reading that gives the same value: the bytes that
// are hashed or signed depend on it.
#include "base/json.h"

#include "base/check.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign::base;
  const JsonLimits limits{.bytes = 1U << 16, .depth = 32, .values = 10'000};
  const auto read = read_json(input, "input.json", limits);
  if (!read) {
    CHECK(!read.error().empty());
    CHECK(!to_text(read.error()).empty());
    return;
  }
  const std::string once = write_json(read.value());
  // Writing may lengthen (escapes, reals in full), so the second reading has the usual limits.
  const auto again = read_json(once, "again.json");
  CHECK(again.has_value());
  CHECK(write_json(again.value()) == once);
}
