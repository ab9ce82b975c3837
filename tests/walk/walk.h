// SPDX-License-Identifier: Apache-2.0
// A random walk through casework: commands of every kind, by whoever happens to sign, in whatever
// order. After each, the oracle says whether what was accepted may have been, and whether every
// case and grant came from where it was to where it is by that command.
#ifndef COUNTERSIGN_TESTS_WALK_WALK_H_
#define COUNTERSIGN_TESTS_WALK_WALK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace countersign::walk {

struct Walked {
  std::uint64_t commands = 0;
  std::uint64_t accepted = 0;
  std::uint64_t grants = 0;
  std::map<std::string, std::uint64_t> answers;  // by step and, where it was refused, the rule
  std::vector<std::string> findings;             // empty: nothing was found wrong
};

// Walks `commands` commands from a seed; the same seed walks the same way. Stops at the first
// finding, which says by which command of which world it came.
Walked walk(std::uint64_t seed, std::uint64_t commands);

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_WALK_H_
