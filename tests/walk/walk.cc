// SPDX-License-Identifier: Apache-2.0
#include "walk/walk.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "walk/world.h"

namespace countersign::walk {
namespace {

// A world ends after so many commands: short ones keep what is folded and audited small.
constexpr std::uint64_t kWorldCommands = 400;

}  // namespace

std::string words_of(std::string_view kind, std::string_view variant) {
  return variant.empty() ? std::string(kind) : fmt::format("{}: {}", kind, variant);
}

Walked walk(std::uint64_t seed, std::uint64_t commands,
            const std::function<void(const Walked&)>& told) {
  std::mt19937_64 random(seed);
  Walked walked;
  while (walked.commands < commands && walked.findings.empty()) {
    World world(random, walked);
    world.run(std::min(kWorldCommands, commands - walked.commands));
    ++walked.worlds;
    if (told) told(walked);
  }
  return walked;
}

}  // namespace countersign::walk
